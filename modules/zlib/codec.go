package zlib

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash"
	"hash/adler32"
	"hash/crc32"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
)

// mode is a format and a direction, with the numbers of Node's constants.
type mode int

const (
	modeDeflate mode = iota + 1
	modeInflate
	modeGzip
	modeGunzip
	modeDeflateRaw
	modeInflateRaw
	modeUnzip
	modeBrotliDecode
	modeBrotliEncode
)

func (m mode) compresses() bool {
	return m == modeDeflate || m == modeGzip || m == modeDeflateRaw || m == modeBrotliEncode
}

// params is what a codec is made with.
type params struct {
	mode       mode
	level      int // -1 to 9
	windowBits int // 8 to 15
	strategy   int
	dictionary []byte
	quality    int  // of Brotli: 0 to 11
	lgwin      int  // of Brotli: 0 for automatic, 10 to 24
	lenient    bool // a truncated input is no error
}

// flushing tells what a write should force out, with the numbers of Node's constants.
const (
	noFlush = iota
	partialFlush
	syncFlush
	fullFlush
	finish
	blockFlush
)

// The numbers of Brotli's operations.
const (
	brotliProcess = iota
	brotliFlush
	brotliFinish
)

// Error is a failure of zlib or Brotli as Node reports it.
type Error struct {
	Message string
	Code    string
	Errno   int
}

func (e *Error) Error() string { return e.Message }

var (
	errHeader     = &Error{"incorrect header check", "Z_DATA_ERROR", -3}
	errMethod     = &Error{"unknown compression method", "Z_DATA_ERROR", -3}
	errWindow     = &Error{"invalid window size", "Z_DATA_ERROR", -3}
	errFlags      = &Error{"unknown header flags set", "Z_DATA_ERROR", -3}
	errCheck      = &Error{"incorrect data check", "Z_DATA_ERROR", -3}
	errLength     = &Error{"incorrect length check", "Z_DATA_ERROR", -3}
	errData       = &Error{"invalid compressed data", "Z_DATA_ERROR", -3}
	errEnd        = &Error{"unexpected end of file", "Z_BUF_ERROR", -5}
	errNoDict     = &Error{"Missing dictionary", "Z_NEED_DICT", 2}
	errBadDict    = &Error{"Bad dictionary", "Z_NEED_DICT", 2}
	errBrotliData = &Error{"Decompression failed", "ERR_BROTLI_DECODER_ERROR", -1}
)

// encoder compresses what it is given; one goroutine at a time.
type encoder struct {
	p     params
	out   bytes.Buffer
	flate *flate.Writer
	br    *brotli.Writer
	sum   hash.Hash32 // of zlib and gzip
	size  uint32      // of gzip
	begun bool
}

func newEncoder(p params) *encoder {
	e := &encoder{p: p}
	e.reset()
	return e
}

// reset begins a new output.
func (e *encoder) reset() {
	e.out.Reset()
	e.size, e.begun = 0, false
	switch e.p.mode {
	case modeBrotliEncode:
		e.br = brotli.NewWriterOptions(&e.out, brotli.WriterOptions{Quality: e.p.quality, LGWin: e.p.lgwin})
		return
	case modeDeflate:
		e.sum = adler32.New()
	case modeGzip:
		e.sum = crc32.NewIEEE()
	}
	e.setFlate(e.p.dictionary)
}

// setFlate makes the compressor for the parameters. A block of another compressor may come before
// its first.
func (e *encoder) setFlate(dictionary []byte) {
	level := e.p.level
	if e.p.strategy == 2 { // Z_HUFFMAN_ONLY
		level = flate.HuffmanOnly
	}
	var err error
	switch {
	case len(dictionary) > 0:
		e.flate, err = flate.NewWriterDict(&e.out, level, dictionary)
	case e.p.windowBits < 15 && level != 0:
		e.flate, err = flate.NewWriterWindow(&e.out, 1<<max(e.p.windowBits, 9))
	default:
		e.flate, err = flate.NewWriter(&e.out, level)
	}
	if err != nil {
		panic("BUG: zlib: " + err.Error()) // the parameters were checked
	}
}

// setParams changes level and strategy for what comes.
func (e *encoder) setParams(level, strategy int) {
	if e.begun {
		e.flate.Flush()
	}
	e.p.level, e.p.strategy = level, strategy
	if e.begun {
		e.setFlate(nil)
	} else {
		e.setFlate(e.p.dictionary)
	}
}

// header writes what comes before the first block.
func (e *encoder) header() {
	if e.begun {
		return
	}
	e.begun = true
	level := e.p.level
	switch e.p.mode {
	case modeDeflate: // RFC 1950
		cmf := uint16(8 | (max(e.p.windowBits, 9)-8)<<4)
		var speed uint16
		switch {
		case e.p.strategy >= 2 || level >= 0 && level < 2:
		case level >= 0 && level < 6:
			speed = 1
		case level == 6 || level < 0:
			speed = 2
		default:
			speed = 3
		}
		h := cmf<<8 | speed<<6
		if len(e.p.dictionary) > 0 {
			h |= 0x20
		}
		h += 31 - h%31
		e.out.Write(binary.BigEndian.AppendUint16(nil, h))
		if len(e.p.dictionary) > 0 {
			e.out.Write(binary.BigEndian.AppendUint32(nil, adler32.Checksum(e.p.dictionary)))
		}
	case modeGzip: // RFC 1952; the system is Unix, as everywhere in Node but on Windows
		var extra byte
		switch {
		case level == 9:
			extra = 2
		case e.p.strategy >= 2 || level >= 0 && level < 2:
			extra = 4
		}
		e.out.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, extra, 3})
	}
}

// write compresses b and forces out what flush says. It returns the output, which is the caller's.
func (e *encoder) write(b []byte, flush int) []byte {
	if e.p.mode == modeBrotliEncode {
		e.br.Write(b) // a bytes.Buffer takes everything
		switch flush {
		case brotliFlush:
			e.br.Flush()
		case brotliFinish:
			e.br.Close()
		}
		return e.take()
	}
	e.header()
	if e.sum != nil {
		e.sum.Write(b)
		e.size += uint32(len(b))
	}
	e.flate.Write(b)
	switch flush {
	case partialFlush, syncFlush, fullFlush, blockFlush:
		e.flate.Flush()
	case finish:
		e.flate.Close()
		switch e.p.mode {
		case modeDeflate:
			e.out.Write(binary.BigEndian.AppendUint32(nil, e.sum.Sum32()))
		case modeGzip:
			e.out.Write(binary.LittleEndian.AppendUint32(nil, e.sum.Sum32()))
			e.out.Write(binary.LittleEndian.AppendUint32(nil, e.size))
		}
	}
	return e.take()
}

func (e *encoder) take() []byte {
	out := bytes.Clone(e.out.Bytes())
	e.out.Reset()
	return out
}

// input is what a decoder reads from. Its end is io.EOF.
type input interface {
	io.Reader
	io.ByteReader
}

// decode reads one compressed input from src and gives the output to emit, in pieces of at most
// size bytes that are emit's; emit returning false ends it. The error is an *Error or src's own.
func decode(p params, src input, size int, emit func(b []byte) bool) error {
	d := &decoder{p: p, src: src, size: size, emit: emit}
	err := d.run()
	var corrupt flate.CorruptInputError
	switch {
	case err == nil, errors.Is(err, errStopped):
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		if p.lenient {
			return nil
		}
		return errEnd
	case errors.As(err, &corrupt):
		return errData
	}
	return err
}

// errStopped is what ends a decoder that nobody wants any more.
var errStopped = errors.New("stopped")

type decoder struct {
	p    params
	src  input
	size int
	emit func(b []byte) bool
}

func (d *decoder) run() error {
	switch d.p.mode {
	case modeBrotliDecode:
		return d.brotli()
	case modeInflateRaw:
		return d.body(flate.NewReaderDict(d.src, d.p.dictionary), nil)
	case modeInflate:
		first, err := d.src.ReadByte()
		if err != nil {
			return err
		}
		return d.zlib(first)
	}
	first, err := d.src.ReadByte()
	if err != nil {
		return err
	}
	if d.p.mode == modeUnzip && first != 0x1f {
		return d.zlib(first)
	}
	for {
		if err := d.gzip(first); err != nil {
			return err
		}
		// Another member may follow; zeros are padding.
		first, err = d.src.ReadByte()
		if err == io.EOF || err == nil && first == 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// read fills b.
func (d *decoder) read(b []byte) error {
	_, err := io.ReadFull(d.src, b)
	return err
}

// zlib decodes RFC 1950 behind its first byte.
func (d *decoder) zlib(first byte) error {
	second, err := d.src.ReadByte()
	if err != nil {
		return err
	}
	h := uint16(first)<<8 | uint16(second)
	switch {
	case h%31 != 0:
		return errHeader
	case first&15 != 8:
		return errMethod
	case int(first>>4)+8 > 15 || d.p.windowBits != 0 && int(first>>4)+8 > d.p.windowBits:
		return errWindow
	}
	var dictionary []byte
	if h&0x20 != 0 {
		var id [4]byte
		if err := d.read(id[:]); err != nil {
			return err
		}
		if len(d.p.dictionary) == 0 {
			return errNoDict
		}
		if adler32.Checksum(d.p.dictionary) != binary.BigEndian.Uint32(id[:]) {
			return errBadDict
		}
		dictionary = d.p.dictionary
	}
	sum := adler32.New()
	if err := d.body(flate.NewReaderDict(d.src, dictionary), sum); err != nil {
		return err
	}
	var check [4]byte
	if err := d.read(check[:]); err != nil {
		return err
	}
	if binary.BigEndian.Uint32(check[:]) != sum.Sum32() {
		return errCheck
	}
	return nil
}

// gzip decodes one member of RFC 1952 behind its first byte.
func (d *decoder) gzip(first byte) error {
	var h [10]byte
	h[0] = first
	if first != 0x1f {
		return errHeader
	}
	if err := d.read(h[1:2]); err != nil {
		return err
	}
	if h[1] != 0x8b {
		return errHeader
	}
	if err := d.read(h[2:4]); err != nil {
		return err
	}
	const text, crc, extra, name, comment = 1, 2, 4, 8, 16
	flags := h[3]
	switch {
	case h[2] != 8:
		return errMethod
	case flags&^(text|crc|extra|name|comment) != 0:
		return errFlags
	}
	if err := d.read(h[4:]); err != nil { // time, extra flags, system
		return err
	}
	if flags&extra != 0 {
		var n [2]byte
		if err := d.read(n[:]); err != nil {
			return err
		}
		if err := d.read(make([]byte, binary.LittleEndian.Uint16(n[:]))); err != nil {
			return err
		}
	}
	for _, field := range []byte{name, comment} {
		for flags&field != 0 {
			b, err := d.src.ReadByte()
			if err != nil {
				return err
			}
			if b == 0 {
				break
			}
		}
	}
	if flags&crc != 0 {
		if err := d.read(h[:2]); err != nil {
			return err
		}
	}
	sum := &counter{Hash32: crc32.NewIEEE()}
	if err := d.body(flate.NewReader(d.src), sum); err != nil {
		return err
	}
	var check [8]byte
	if err := d.read(check[:]); err != nil {
		return err
	}
	switch {
	case binary.LittleEndian.Uint32(check[:]) != sum.Sum32():
		return errCheck
	case binary.LittleEndian.Uint32(check[4:]) != sum.n:
		return errLength
	}
	return nil
}

// counter is a checksum that counts, as gzip does, modulo 2^32.
type counter struct {
	hash.Hash32
	n uint32
}

func (c *counter) Write(b []byte) (int, error) {
	c.n += uint32(len(b))
	return c.Hash32.Write(b)
}

// body emits what r decompresses, through the checksum unless that is nil.
func (d *decoder) body(r io.Reader, sum io.Writer) error {
	b := make([]byte, d.size)
	for {
		n, err := r.Read(b)
		if n > 0 {
			if sum != nil {
				sum.Write(b[:n])
			}
			piece := b[:n:n]
			if n < len(b)/2 {
				piece = bytes.Clone(piece)
			} else {
				b = make([]byte, d.size)
			}
			if !d.emit(piece) {
				return errStopped
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

func (d *decoder) brotli() error {
	err := d.body(brotli.NewReader(d.src), nil)
	if err != nil && !errors.Is(err, errStopped) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		var own *Error
		if !errors.As(err, &own) {
			return errBrotliData
		}
	}
	return err
}
