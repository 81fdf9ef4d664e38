package stream

import (
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	stringdecoder "github.com/gonode/gonode/modules/string_decoder"
)

// Source feeds a Readable from Go: the class's own _read. It is asked while the property _read of
// the object is gonode's; a _read of the user's is called in its place.
type Source interface {
	// Read asks for about n bytes, to be given with Push, at once or later. It is not asked again
	// before it has pushed.
	Read(n int)
}

// Destroyer is a Source or Sink with something to let go: the class's own _destroy. done must be
// called once, at once or later, with err or the error that destroying met; nil is none.
type Destroyer interface {
	Destroy(err goja.Value, done func(err goja.Value))
}

// Constructor is a Source or Sink that needs time to begin: the class's own _construct.
type Constructor interface {
	Construct(done func(err goja.Value))
}

// ReadableOptions are the options that Go code sets. The zero value is Node's default.
type ReadableOptions struct {
	HighWaterMark int // bytes, or objects; 0: the default; negative: none at all
	ObjectMode    bool
	NoAutoDestroy bool // do not destroy after 'end'
	NoEmitClose   bool
	NoSync        bool // push may emit at once from the start on, as after a first read
}

// Readable is the Go half of a stream.Readable: Node's ReadableState and the machine round it.
// It is embedded by value and initialised by InitReadable.
type Readable struct {
	base
	src      Source
	buf      []Chunk // what waits, from head on
	head     int
	pipes    []*goja.Object
	await    []*goja.Object // destinations that asked to wait: awaitDrainWriters
	decoder  *stringdecoder.Decoder
	encoding goja.Value // the decoder's, as state.encoding shows it
	direct   func(c Chunk)
	readFn   bind.Callable // the user's _read, as last seen
}

// InitReadable makes rd the readable layer of s, the state of obj. src may be nil: then _read is
// JavaScript's.
func (r *Room) InitReadable(obj *goja.Object, s *bind.State, rd *Readable, src Source, o ReadableOptions) {
	rd.base.init(r, obj, s)
	rd.src = src
	if o.ObjectMode {
		rd.flags |= objectMode
		rd.hwm = r.hwmObjects
	}
	switch {
	case o.HighWaterMark > 0:
		rd.hwm = o.HighWaterMark
	case o.HighWaterMark < 0:
		rd.hwm = 0
	}
	rd.set(autoDestroy, !o.NoAutoDestroy)
	rd.set(emitClose, !o.NoEmitClose)
	rd.set(sync, !o.NoSync)
	s.Put(bind.Readable, rd)
}

// ReadableOf returns the readable half of v, nil if it has none.
func ReadableOf(v goja.Value) *Readable { return readableOf(bind.Of(v)) }

// The ticks of a Readable. Each is the Readable itself under another type, so that scheduling one
// allocates nothing.
type (
	resumeTask          Readable
	emitReadableTask    Readable
	maybeReadMoreTask   Readable
	endReadableTask     Readable
	endWritableTask     Readable
	updateListeningTask Readable
	readZeroTask        Readable
)

func (t *resumeTask) Run()          { (*Readable)(t).resumeNow() }
func (t *emitReadableTask) Run()    { (*Readable)(t).emitReadableNow() }
func (t *maybeReadMoreTask) Run()   { (*Readable)(t).maybeReadMoreNow() }
func (t *endReadableTask) Run()     { (*Readable)(t).endReadableNow() }
func (t *endWritableTask) Run()     { (*Readable)(t).endWritableNow() }
func (t *updateListeningTask) Run() { (*Readable)(t).updateListening() }
func (t *readZeroTask) Run()        { (*Readable)(t).readZero() }

func (rd *Readable) tick(t modules.Task) { rd.r.h.Door.NextTick(t) }

// Push gives b to the stream and reports whether it wants more. b is given.
func (rd *Readable) Push(b []byte) bool {
	if rd.has(objectMode) {
		return rd.pushObject(Chunk{Bytes: b})
	}
	return rd.pushBytes(Chunk{Bytes: b})
}

// PushLent is Push of memory that release takes back for use again, if it went straight to who can tell when that
// is; otherwise b is given.
func (rd *Readable) PushLent(b []byte, release func()) bool {
	if rd.has(objectMode) {
		return rd.pushObject(Chunk{Bytes: b})
	}
	return rd.pushBytes(Chunk{Bytes: b, Release: release})
}

// PushValue is push(v, encoding) of JavaScript; encoding may be nil.
func (rd *Readable) PushValue(v, encoding goja.Value) bool {
	if goja.IsNull(v) {
		return rd.PushEOF()
	}
	if rd.has(objectMode) {
		if rd.decoder != nil && bind.IsNullish(encoding) {
			if b, ok := viewBytes(v); ok {
				v = rd.decoder.Write(b)
			}
		}
		return rd.pushObject(Chunk{Value: v})
	}
	c, ok, decoded := rd.toChunk(v, encoding, false)
	if !ok {
		return false
	}
	if decoded {
		return rd.pushDecoded(c)
	}
	return rd.pushBytes(c)
}

// PushEOF ends the data: push(null).
func (rd *Readable) PushEOF() bool {
	rd.flags &^= reading
	rd.onEOF()
	return false
}

// toChunk turns an argument of push or unshift into a chunk. decoded tells that it is a string in
// the stream's own encoding, which needs no decoder.
func (rd *Readable) toChunk(v, encoding goja.Value, unshift bool) (c Chunk, ok, decoded bool) {
	if s, isString := v.(goja.String); isString {
		if !bind.Truthy(encoding) {
			encoding = rd.defaultEncoding()
		}
		if rd.encoding != nil && rd.encoding.StrictEquals(encoding) {
			return Chunk{Value: s}, true, true
		}
		enc := buffer.UTF8 // for what is no string, such as the index that forEach hands on
		if nodeerr.IsString(encoding) {
			enc = rd.r.encodingOf(encoding)
		}
		b := buffer.Append(nil, s, enc)
		if unshift && rd.encoding != nil {
			// What is unshifted waits among strings: decode it now.
			return Chunk{Value: buffer.Decode(b, rd.r.encodingOf(rd.encoding))}, true, true
		}
		if b == nil {
			b = []byte{}
		}
		return Chunk{Bytes: b}, true, false
	}
	if b, isView := viewBytes(v); isView {
		c = Chunk{Bytes: b}
		if rd.r.buf.IsBuffer(v) {
			c.Value = v
		}
		return c, true, false
	}
	if !goja.IsUndefined(v) {
		rd.fail(rd.r.h.Err.InvalidArgType("chunk", []string{"string", "Buffer", "TypedArray", "DataView"}, v))
		return c, false, false
	}
	return c, true, false
}

// BytesOf returns a copy of what a program gives as a chunk; ok is false if it is none, which is an
// error of the stream then.
func (rd *Readable) BytesOf(v, encoding goja.Value) (b []byte, ok bool) {
	c, ok, decoded := rd.toChunk(v, encoding, false)
	if decoded {
		return buffer.Append(nil, c.Value, rd.r.encodingOf(rd.encoding)), ok
	}
	return append([]byte(nil), c.Bytes...), ok
}

func (rd *Readable) defaultEncoding() goja.Value {
	if rd.defEnc == nil {
		return encodingUTF8
	}
	return rd.defEnc
}

// pushBytes is readableAddChunkPushByteMode.
func (rd *Readable) pushBytes(c Chunk) bool {
	if len(c.Bytes) == 0 {
		rd.flags &^= reading
		rd.maybeReadMore()
		return rd.canPushMore()
	}
	if !rd.mayPush() {
		return false
	}
	rd.flags &^= reading
	if rd.decoder != nil {
		s := rd.decoder.Write(c.Bytes)
		if s.Length() == 0 {
			rd.maybeReadMore()
			return rd.canPushMore()
		}
		c = Chunk{Value: s}
	}
	rd.addChunk(c, false)
	return rd.canPushMore()
}

// pushDecoded pushes a string that is in the stream's encoding already.
func (rd *Readable) pushDecoded(c Chunk) bool {
	if c.size(false) == 0 {
		rd.flags &^= reading
		rd.maybeReadMore()
		return rd.canPushMore()
	}
	return rd.pushObject(c)
}

func (rd *Readable) pushObject(c Chunk) bool {
	if !rd.mayPush() {
		return false
	}
	rd.flags &^= reading
	rd.addChunk(c, false)
	return rd.canPushMore()
}

func (rd *Readable) mayPush() bool {
	if rd.has(ended) {
		rd.misused("ERR_STREAM_PUSH_AFTER_EOF")
		return false
	}
	return !rd.has(destroyed | errored)
}

// Unshift puts v back at the front.
func (rd *Readable) Unshift(v, encoding goja.Value) bool {
	if goja.IsNull(v) {
		return rd.PushEOF()
	}
	c := Chunk{Value: v}
	if !rd.has(objectMode) {
		var ok bool
		if c, ok, _ = rd.toChunk(v, encoding, true); !ok {
			return false
		}
		if c.size(false) == 0 {
			return rd.canPushMore()
		}
	}
	return rd.unshift(c)
}

// UnshiftBytes puts b back at the front. b is given.
func (rd *Readable) UnshiftBytes(b []byte) bool {
	if len(b) == 0 {
		return rd.canPushMore()
	}
	c := Chunk{Bytes: b}
	if rd.decoder != nil {
		c = Chunk{Value: rd.decoder.Write(b)}
	}
	return rd.unshift(c)
}

func (rd *Readable) unshift(c Chunk) bool {
	switch {
	case rd.has(endEmitted):
		rd.misused("ERR_STREAM_UNSHIFT_AFTER_END_EVENT")
	case rd.has(destroyed | errored):
		return false
	default:
		rd.addChunk(c, true)
	}
	return rd.canPushMore()
}

func (rd *Readable) canPushMore() bool {
	return !rd.has(ended) && (rd.length < rd.hwm || rd.length == 0)
}

func (rd *Readable) dataListening() bool {
	return rd.has(dataSticky) || rd.emitter().Count("data") > 0
}

func (rd *Readable) addChunk(c Chunk, front bool) {
	if rd.flags&(flowing|sync) == flowing && rd.length == 0 && rd.dataListening() {
		rd.drained()
		rd.flags |= dataEmitted
		rd.emitData(c)
	} else {
		c.Release = nil
		rd.length += c.size(rd.has(objectMode))
		switch {
		case !front:
			rd.buf = append(rd.buf, c)
		case rd.head > 0:
			rd.head--
			rd.buf[rd.head] = c
		default:
			rd.buf = append(rd.buf, Chunk{})
			copy(rd.buf[1:], rd.buf)
			rd.buf[0] = c
		}
		if rd.has(needReadable) {
			rd.emitReadable()
		}
	}
	rd.maybeReadMore()
}

// drained forgets who asked to wait, because the data has come to be wanted.
func (rd *Readable) drained() { rd.await = rd.await[:0] }

// emitData emits 'data'. If a pipe or a Go consumer is the only one to listen it gets the bytes
// themselves, and no Buffer is made.
func (rd *Readable) emitData(c Chunk) Chunk {
	if rd.direct != nil && rd.emitter().Count("data") == 1 && rd.r.ownEmit(rd.obj) {
		rd.direct(c)
		return c
	}
	rd.emit("data", c.JS(rd.r))
	return c
}

const nan = math.MinInt // read() without a number

// howMuch is howMuchToRead.
func (rd *Readable) howMuch(n int) int {
	switch {
	case n != nan && n <= 0 || rd.length == 0 && rd.has(ended):
		return 0
	case rd.has(objectMode):
		return 1
	case n == nan:
		if rd.has(flowing) && rd.length > 0 && rd.head < len(rd.buf) {
			return rd.buf[rd.head].size(false)
		}
		return rd.length
	case n <= rd.length:
		return n
	case rd.has(ended):
		return rd.length
	}
	return 0
}

// maxHWM bounds what read(n) may raise the high water mark to.
const maxHWM = 0x40000000

// read is Readable.prototype.read: it takes n bytes, or what there is, out of the buffer, asks the
// source for more, and emits 'data'. ok is false where JavaScript gets null.
func (rd *Readable) read(n int) (c Chunk, ok bool) {
	orig := n
	if n > rd.hwm {
		if n > maxHWM {
			panic(rd.r.h.Err.OutOfRange("size", "<= 1GiB", bind.Int(n)))
		}
		rd.hwm = nextPowerOf2(n)
	}
	if n != 0 {
		rd.flags &^= emittedReadable
	}
	if n == 0 && rd.has(needReadable) && (rd.hwm != 0 && rd.length >= rd.hwm || rd.hwm == 0 && rd.length > 0 || rd.has(ended)) {
		if rd.length == 0 && rd.has(ended) {
			rd.endReadable()
		} else {
			rd.emitReadable()
		}
		return c, false
	}
	n = rd.howMuch(n)
	if n == 0 && rd.has(ended) {
		if rd.length == 0 {
			rd.endReadable()
		}
		return c, false
	}
	doRead := rd.has(needReadable) || rd.length == 0 || rd.length-n < rd.hwm
	if doRead && rd.flags&(reading|ended|destroyed|errored|constructed) == constructed {
		rd.flags |= reading | sync
		if rd.length == 0 {
			rd.flags |= needReadable
		}
		rd.callRead()
		rd.flags &^= sync
		if !rd.has(reading) {
			n = rd.howMuch(orig)
		}
	}
	if n > 0 {
		c, ok = rd.take(n)
	}
	if !ok {
		if rd.length <= rd.hwm {
			rd.flags |= needReadable
		}
		n = 0
	} else {
		rd.length -= n
		rd.drained()
	}
	if rd.length == 0 {
		if !rd.has(ended) {
			rd.flags |= needReadable
		}
		if orig != n && rd.has(ended) {
			rd.endReadable()
		}
	}
	if ok && !rd.has(errorEmitted|closeEmitted) {
		rd.flags |= dataEmitted
		c = rd.emitData(c)
	}
	return c, ok
}

func nextPowerOf2(n int) int {
	n--
	n |= n >> 1
	n |= n >> 2
	n |= n >> 4
	n |= n >> 8
	n |= n >> 16
	return n + 1
}

// callRead calls _read: the user's, or the source.
func (rd *Readable) callRead() {
	fn, native := rd.r.method(rd.obj, "_read", &rd.readFn)
	if native {
		if rd.src == nil {
			rd.fail(rd.r.h.Err.New("ERR_METHOD_NOT_IMPLEMENTED", "_read()"))
			return
		}
		rd.src.Read(rd.hwm)
		return
	}
	if err := rd.r.try(func() { fn.Call(rd.obj, bind.Int(rd.hwm)) }); err != nil {
		rd.fail(err)
	}
}

// take takes n bytes, characters or one object out of the buffer: fromList.
func (rd *Readable) take(n int) (c Chunk, ok bool) {
	if rd.length == 0 {
		return c, false
	}
	if rd.head >= len(rd.buf) {
		return Chunk{Bytes: []byte{}}, true // length was set by hand
	}
	first := &rd.buf[rd.head]
	size := first.size(false)
	switch {
	case rd.has(objectMode):
		c = rd.shift()
	case n >= rd.length:
		if rd.head == len(rd.buf)-1 {
			c = rd.shift()
		} else {
			c = rd.join(n)
		}
	case n < size:
		c = first.slice(0, n)
		rest := first.slice(n, size)
		*first = rest
	case n == size:
		c = rd.shift()
	default:
		c = rd.join(n)
	}
	return c, true
}

func (rd *Readable) shift() Chunk {
	c := rd.buf[rd.head]
	rd.buf[rd.head] = Chunk{}
	rd.head++
	switch {
	case rd.head == len(rd.buf):
		rd.buf, rd.head = rd.buf[:0], 0
	case rd.head > 1024:
		rd.buf, rd.head = append(rd.buf[:0], rd.buf[rd.head:]...), 0
	}
	return c
}

// join takes n bytes or characters from several chunks.
func (rd *Readable) join(n int) Chunk {
	if rd.decoder != nil {
		var s goja.String = empty
		for n > 0 && rd.head < len(rd.buf) {
			c := &rd.buf[rd.head]
			size := c.size(false)
			if n < size {
				if part, ok := c.Value.(goja.String); ok {
					s = s.Concat(part.Substring(0, n))
				}
				*c = c.slice(n, size)
				break
			}
			n -= size
			taken := rd.shift()
			if part, ok := taken.Value.(goja.String); ok {
				s = s.Concat(part)
			}
		}
		return Chunk{Value: s}
	}
	out := make([]byte, 0, min(n, rd.length))
	for n > 0 && rd.head < len(rd.buf) {
		c := &rd.buf[rd.head]
		if n < len(c.Bytes) {
			out = append(out, c.Bytes[:n]...)
			*c = c.slice(n, len(c.Bytes))
			break
		}
		n -= len(c.Bytes)
		taken := rd.shift()
		out = append(out, taken.Bytes...)
	}
	return Chunk{Bytes: out}
}

// readZero is this.read(0): it starts a read without taking anything.
func (rd *Readable) readZero() {
	if fn, native := rd.r.method(rd.obj, "read", nil); native {
		rd.read(0)
	} else {
		fn.Call(rd.obj, bind.Int(0))
	}
}

// onEOF is onEofChunk.
func (rd *Readable) onEOF() {
	if rd.has(ended) {
		return
	}
	if rd.decoder != nil {
		if s := rd.decoder.End(); s.Length() > 0 {
			c := Chunk{Value: s}
			rd.buf = append(rd.buf, c)
			rd.length += c.size(rd.has(objectMode))
		}
	}
	rd.flags |= ended
	if rd.has(sync) {
		rd.emitReadable()
		return
	}
	rd.flags &^= needReadable
	rd.flags |= emittedReadable
	rd.emitReadableNow()
}

func (rd *Readable) emitReadable() {
	rd.flags &^= needReadable
	if !rd.has(emittedReadable) {
		rd.flags |= emittedReadable
		rd.tick((*emitReadableTask)(rd))
	}
}

// emitReadableNow is emitReadable_.
func (rd *Readable) emitReadableNow() {
	if !rd.has(destroyed|errored) && (rd.length > 0 || rd.has(ended)) {
		e := rd.emitter()
		before := e.Count("readable")
		rd.flags &^= readableGone
		rd.emit("readable")
		if rd.emitter().Count("readable") < before && !rd.has(readableGone) {
			// A listener of once went: Node's goes through removeListener.
			rd.tick((*updateListeningTask)(rd))
		}
		rd.flags &^= emittedReadable
	}
	if !rd.has(flowing|ended) && rd.length <= rd.hwm {
		rd.flags |= needReadable
	}
	rd.flow()
}

func (rd *Readable) maybeReadMore() {
	if rd.flags&(readingMore|constructed) == constructed {
		rd.flags |= readingMore
		rd.tick((*maybeReadMoreTask)(rd))
	}
}

// maybeReadMoreNow is maybeReadMore_: it fills the buffer up to the high water mark as long as the
// source delivers at once.
func (rd *Readable) maybeReadMoreNow() {
	for !rd.has(reading|ended) && (rd.length < rd.hwm || rd.has(flowing) && rd.length == 0) {
		n := rd.length
		rd.readZero()
		if n == rd.length {
			break
		}
	}
	rd.flags &^= readingMore
}

func (rd *Readable) flow() {
	for rd.has(flowing) {
		fn, native := rd.r.method(rd.obj, "read", nil)
		if native {
			if _, ok := rd.read(nan); !ok {
				return
			}
		} else if goja.IsNull(fn.Call(rd.obj)) {
			return
		}
	}
}

// endReadable schedules 'end'.
func (rd *Readable) endReadable() {
	if !rd.has(endEmitted) {
		rd.flags |= ended
		rd.tick((*endReadableTask)(rd))
	}
}

// endReadableNow is endReadableNT.
func (rd *Readable) endReadableNow() {
	if rd.has(errored|closeEmitted|endEmitted) || rd.length != 0 {
		return
	}
	rd.flags |= endEmitted
	rd.emit("end")
	w := writableOf(rd.st)
	switch {
	case w != nil && rd.obj.Get("allowHalfOpen") == bind.False && bind.Truthy(rd.obj.Get("writable")):
		rd.tick((*endWritableTask)(rd))
	case rd.has(autoDestroy):
		if w == nil || w.has(autoDestroy) && (w.has(finished) || w.flags&(hasWritable|writableTrue) == hasWritable) {
			rd.r.callDestroy(rd.obj, nil)
		}
	}
}

// FinishUnseen ends a Readable whose data nobody will ever look at, in one step instead of three
// ticks: what 'end', _destroy and 'close' would have done, done. It reports false, having done
// nothing, if anybody could notice: a listener, waiting data, a replaced emit, a reader. The source
// must have nothing to let go.
func (rd *Readable) FinishUnseen() bool {
	if rd.has(errored|destroyed|endEmitted|reading|flowing|hasFlowing|resumeScheduled|readableListening) ||
		rd.length != 0 || len(rd.pipes) > 0 || rd.direct != nil ||
		!rd.emitter().Silent() || !rd.r.ownEmit(rd.obj) {
		return false
	}
	rd.flags |= ended | endEmitted | destroyed | closed | closeEmitted
	return true
}

func (rd *Readable) endWritableNow() {
	o := rd.obj
	if bind.Truthy(o.Get("writable")) && !bind.Truthy(o.Get("writableEnded")) && !bind.Truthy(o.Get("destroyed")) {
		fn, native := rd.r.method(o, "end", nil)
		if w := writableOf(rd.st); native && w != nil {
			w.End(Callback{})
		} else {
			fn.Call(o)
		}
	}
}

// fail is errorOrDestroy.
func (rd *Readable) fail(err goja.Value) { rd.r.errorOrDestroy(rd, writableOf(rd.st), err, false) }

// misused reports a push or unshift that came too late.
func (rd *Readable) misused(code nodeerr.Code) {
	err := rd.r.h.Err.New(code)
	if rd.r.h.Era.PushAfterEOFThrows {
		rd.r.emitOn(rd.obj, "error", err)
		return
	}
	rd.fail(err)
}
