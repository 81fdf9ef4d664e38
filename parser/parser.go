package parser

// Kind is the kind of message a Parser reads.
type Kind uint8

const (
	Request Kind = iota
	Response
)

// Event is what Next has met.
type Event uint8

const (
	// NeedMore: all of data has been read and there is nothing to report.
	NeedMore Event = iota
	// HeadEvent: the start line and all field lines of a message, in Parser.Head.
	HeadEvent
	// BodyEvent: bytes of the body, never none, in Parser.Body.
	BodyEvent
	// MessageEnd: the message is complete, with the trailer section in Parser.Trailers.
	MessageEnd
	// Upgrade: the message is complete and what follows is not HTTP. It comes instead of
	// MessageEnd, and again at each further Next.
	Upgrade
)

// String returns the name used in test logs.
func (e Event) String() string {
	return [...]string{"need more", "head", "body", "end", "upgrade"}[e]
}

// Defaults of Limits.
const (
	DefaultMaxHeadBytes = 16 << 10 // Node's --max-http-header-size
	DefaultMaxChunkExt  = 16 << 10
)

// Limits bound what a peer can make a Parser keep or skip. The zero value means the defaults.
type Limits struct {
	// MaxHeadBytes bounds a head, and separately a trailer section. As for Node it counts the
	// bytes of target, reason, names and values, and refuses when it is reached. Delimiters
	// and white space, with the empty lines in front, are bounded too: all bytes of a section
	// together may be at most twice as many. 0 means DefaultMaxHeadBytes.
	MaxHeadBytes int

	// MaxFields is how many field lines of a section are reported; 0 means all of them. Further
	// lines are checked and dropped (Node's maxHeadersCount), but a line that bears on framing
	// or routing (Content-Length, Transfer-Encoding, Host, Connection, Upgrade, Expect) is then
	// HPE_HEADER_OVERFLOW rather than hidden.
	MaxFields int

	// MaxChunkExt bounds the bytes of all chunk extensions of a message, with their
	// semicolons. 0 means DefaultMaxChunkExt.
	MaxChunkExt int

	// LenientValues lets control bytes other than NUL, CR and LF into values, but for those of
	// fields that bear on framing or routing. Where a message ends does not depend on it.
	LenientValues bool
}

// Head is a start line with its field lines, and what they mean for the message.
//
// Block and Fields are lent until the next call of Next or Reset; the rest until Next reports
// the next head. Offsets are into Block, so that one conversion of Block to a string and
// substrings of it serve for everything.
type Head struct {
	// Block holds the section contiguously, from the method or version up to the CRLF of the
	// last line, that included.
	Block  []byte
	Fields []Field

	// Request line.
	Method                 Method
	TargetStart, TargetEnd uint32

	VersionMajor, VersionMinor uint8

	// Status line.
	StatusCode             int
	ReasonStart, ReasonEnd uint32

	// HasHighBytes reports a byte of 0x80 or above in the reason or a value (there can be none
	// elsewhere).
	HasHighBytes bool

	// Framing. RFC 9112 §6.3
	ContentLength       int64 // -1: none given
	HasTransferEncoding bool
	Chunked             bool // the last transfer coding is chunked
	OtherCoding         bool // there is a coding other than chunked; a server that does not know it answers 501
	NoBody              bool // no BodyEvent will come, unless an ignored upgrade brings one

	// Connection. RFC 9112 §9.3, §9.6. KeepAlive is false also for a response that ends with
	// the connection.
	KeepAlive           bool
	ConnectionClose     bool
	ConnectionKeepAlive bool
	ConnectionUpgrade   bool

	// Upgrade: for a request, CONNECT or an HTTP/1.1 message with `Connection: upgrade` and
	// Upgrade; Parser.AcceptUpgrade is allowed. For a response, 101 or 2xx to CONNECT, and
	// the Upgrade event will come.
	Upgrade bool

	HostCount int  // Host lines; HTTP/1.1 demands one, RFC 9112 §3.2
	HasExpect bool // there is an Expect line
	Expect100 bool // the last one is 100-continue
}

// Target returns the request target. It is lent like Block.
func (h *Head) Target() []byte { return h.Block[h.TargetStart:h.TargetEnd] }

// Reason returns the reason phrase, which may be empty. It is lent like Block.
func (h *Head) Reason() []byte { return h.Block[h.ReasonStart:h.ReasonEnd] }

// Name returns the name of f as it was written. It is lent like Block.
func (h *Head) Name(f Field) []byte { return h.Block[f.NameStart:f.NameEnd] }

// Value returns the value of f. It is lent like Block.
func (h *Head) Value(f Field) []byte { return h.Block[f.ValueStart:f.ValueEnd] }

// Trailers is the trailer section of a chunked message. All of it is lent until the next call
// of Next or Reset.
type Trailers struct {
	Block        []byte
	Fields       []Field
	HasHighBytes bool
}

// Parser turns the bytes of one direction of a connection into messages.
//
// The zero value reads requests under the default limits. A Parser that has not met a
// message yet, or was trimmed, holds no memory of its own.
type Parser struct {
	// Immutable between calls of Reset and SetLimits.
	kind        Kind
	maxHead     uint32
	maxSection  uint32
	maxFields   uint32
	maxChunkExt uint32
	lenient     bool

	// The connection.
	state          state
	err            *Error
	total          int64 // bytes consumed by calls of Next that have returned
	answersHead    bool
	answersConnect bool

	// The message.
	head         Head
	framing      framing
	upgradeField bool // a field line Upgrade with a value
	upgrade      bool // an Upgrade event will come
	left         int64
	chunkDigits  uint8
	extBytes     uint32
	body         []byte
	trailers     Trailers

	// The section (head or trailers) being read. Offsets count from its first byte.
	trailer bool
	high    bool
	skipped uint32 // bytes of empty lines before it
	start   int64  // its offset in the connection
	pos     uint32 // read up to here
	mark    uint32 // where the element being read begins
	counted uint32 // bytes counted towards maxHead, up to mark
	field   Field
	fields  []Field
	arena   []byte // the section so far, where it comes in pieces
	failure failure
}

// New returns a Parser for messages of kind under limits.
func New(kind Kind, limits Limits) *Parser {
	p := new(Parser)
	p.SetLimits(limits)
	p.Reset(kind)
	return p
}

// SetLimits sets the limits. It is for parsers that have not read anything since Reset.
func (p *Parser) SetLimits(l Limits) {
	const most = 1 << 30 // offsets, and twice this, fit into 32 bits
	if l.MaxHeadBytes <= 0 {
		l.MaxHeadBytes = DefaultMaxHeadBytes
	}
	if l.MaxChunkExt <= 0 {
		l.MaxChunkExt = DefaultMaxChunkExt
	}
	p.maxHead = uint32(min(l.MaxHeadBytes, most))
	p.maxSection = 2 * p.maxHead
	p.maxFields = uint32(min(max(l.MaxFields, 0), most))
	p.maxChunkExt = uint32(min(l.MaxChunkExt, most))
	p.lenient = l.LenientValues
}

// Reset makes p ready for a new connection with messages of kind. Limits and memory stay; what
// was lent is taken back.
func (p *Parser) Reset(kind Kind) {
	if p.maxHead == 0 {
		p.SetLimits(Limits{})
	}
	p.kind = kind
	p.state = stateStart
	p.err = nil
	p.total = 0
	p.answersHead, p.answersConnect = false, false
	p.skipped = 0
	p.takeBack()
}

// Trim gives up the memory that p keeps for the next message. It is for connections that
// become idle: between messages, after NeedMore. In the middle of a message it does nothing.
func (p *Parser) Trim() {
	if p.state == stateStart || p.state == stateClosed || p.state == stateUpgraded {
		p.takeBack()
		p.arena, p.fields = nil, nil
	}
}

// Head returns the head that HeadEvent has announced. See Head for how long it is lent.
func (p *Parser) Head() *Head { return &p.head }

// Body returns the bytes that BodyEvent has announced: a part of the data given to Next, and
// with it the caller's own.
func (p *Parser) Body() []byte { return p.body }

// Trailers returns the trailer section that came with MessageEnd; it has no fields where there
// was none.
func (p *Parser) Trailers() Trailers { return p.trailers }

// Idle reports whether p is between messages and has not met a byte of the next one, empty
// lines not counted.
func (p *Parser) Idle() bool {
	return p.err == nil && (p.state == stateStart || p.state == stateStartLF || p.state == stateClosed)
}

// SetRequestMethod says which method the next final response answers: HEAD has no body, 2xx to
// CONNECT is an upgrade. It is to be called before Next meets the head of that response; it
// holds over interim responses and is forgotten with the head of the final one.
func (p *Parser) SetRequestMethod(method string) {
	p.answersHead, p.answersConnect = method == "HEAD", method == "CONNECT"
}

// AcceptUpgrade takes the upgrade that the request just reported by HeadEvent asks for: the
// next event is Upgrade, whatever the head says of a body, as in Node. Without it the request
// is an ordinary one. To be called only where Head.Upgrade is set, and before the next Next.
func (p *Parser) AcceptUpgrade() {
	if p.state != stateHeadDone || !p.head.Upgrade {
		panic("BUG: parser: AcceptUpgrade without a request to upgrade")
	}
	p.upgrade = true
}

// IgnoreUpgrade makes the message just reported by HeadEvent an ordinary one; a response then
// ends without a body. To be called like AcceptUpgrade.
func (p *Parser) IgnoreUpgrade() {
	if p.state != stateHeadDone {
		panic("BUG: parser: IgnoreUpgrade without a head")
	}
	p.upgrade = false
}

// Next reads data up to the next event and returns it with the number of bytes read: the next
// call is to be given data[n:], also when it is empty, until Next returns NeedMore. With
// NeedMore n is len(data), and the next call is to be given new data.
//
// data is lent until the next call of Next: what Head, Body and Trailers hand out points into
// it. With NeedMore it is the caller's again at once.
//
// # Errors
//
// *Error, one of those in errorTable; always the same once there was one. With it the event is
// NeedMore and n is Error.BytesParsed (0 when repeated).
func (p *Parser) Next(data []byte) (Event, int, error) {
	if p.err != nil {
		return NeedMore, 0, p.err
	}
	if p.maxHead == 0 {
		p.Reset(Request) // the zero value
	}
	p.takeBack()
	i := 0
	for {
		switch s := p.state; {
		case s <= stateStartLF:
			if i == len(data) {
				return p.event(NeedMore, i)
			}
			if s == stateStart && data[i] != '\r' {
				p.beginHead(i)
				continue
			}
			if s == stateStartLF && data[i] != '\n' {
				return p.fail(errLFAfterCR, i, i, data)
			}
			// Empty lines before a message. RFC 9112 §2.2; like llhttp also before a response.
			if p.skipped >= p.maxSection {
				return p.fail(errHeaderOverflow, i, i, data)
			}
			p.skipped++
			p.state ^= stateStartLF // the one or the other
			i++

		case s.inHead():
			n, st := p.section(data, i)
			switch st {
			case failed:
				base := int(p.start - p.total) // negative where the section began before data
				return p.fail(p.failure.id, base+p.failure.off, base+p.failure.parsed, data)
			case more:
				return p.event(NeedMore, n)
			}
			if p.trailer {
				return p.endMessage(n)
			}
			return p.event(HeadEvent, n)

		case s == stateHeadDone:
			p.state = p.nextState()

		case s == stateSized || s == stateChunkData:
			n := len(data) - i
			if n == 0 {
				return p.event(NeedMore, i)
			}
			if int64(n) >= p.left {
				n = int(p.left)
				p.state = stateMessageEnd
				if s == stateChunkData {
					p.state = stateChunkDataCR
				}
			}
			p.left -= int64(n)
			p.body = data[i : i+n : i+n]
			return p.event(BodyEvent, i+n)

		case s == stateUntilClose:
			if i == len(data) {
				return p.event(NeedMore, i)
			}
			p.body = data[i:]
			return p.event(BodyEvent, len(data))

		case s >= stateChunkSize1 && s <= stateChunkDataLF:
			var st status
			if s <= stateChunkSizeLF {
				i, st = p.chunkHead(data, i)
			} else {
				i, st = p.chunkEnd(data, i)
			}
			switch st {
			case failed:
				return p.fail(p.failure.id, p.failure.off, p.failure.parsed, data)
			case more:
				return p.event(NeedMore, i)
			}

		case s == stateMessageEnd:
			return p.endMessage(i)

		case s == stateClosed:
			// llhttp, too, lets empty lines pass here.
			for i < len(data) && (data[i] == '\r' || data[i] == '\n') {
				i++
			}
			if i < len(data) {
				return p.fail(errClosed, i, i+1, data)
			}
			return p.event(NeedMore, i)

		default: // stateUpgraded
			return p.event(Upgrade, i)
		}
	}
}

// Finish says that the connection has ended. It returns MessageEnd where that ends a body,
// NeedMore where the connection was between messages, and Upgrade after an upgrade. To be
// called when Next has returned NeedMore.
//
// # Errors
//
// *Error with HPE_INVALID_EOF_STATE in the middle of a message, or the error that Next has
// returned already.
func (p *Parser) Finish() (Event, error) {
	if p.err != nil {
		return NeedMore, p.err
	}
	p.takeBack()
	if p.state == stateHeadDone {
		p.state = p.nextState()
	}
	var err error
	ev := NeedMore
	switch p.state {
	case stateStart, stateStartLF, stateClosed:
	case stateUntilClose, stateMessageEnd:
		ev, _, err = p.endMessage(0)
	case stateUpgraded:
		ev = Upgrade
	default:
		ev, _, err = p.fail(errEOF, 0, 0, nil)
	}
	return ev, err
}

// keptArena is the largest arena that is kept from one message to the next: most heads that
// come in pieces fit, and an idle connection does not hold much.
const keptArena = 2 << 10

// firstFields are enough for the head of a browser; keptFields are the most that are kept.
const (
	firstFields = 16
	keptFields  = 128
)

// takeBack ends what the last event has lent.
func (p *Parser) takeBack() {
	p.body = nil
	if p.state.inHead() {
		return
	}
	p.head.Block, p.head.Fields = nil, nil
	p.trailers = Trailers{}
	if cap(p.arena) > keptArena {
		p.arena = nil
	}
	p.arena = p.arena[:0]
	if cap(p.fields) > keptFields {
		p.fields = nil
	}
}

func (p *Parser) event(e Event, n int) (Event, int, error) {
	p.total += int64(n)
	return e, n, nil
}

func (p *Parser) endMessage(n int) (Event, int, error) {
	p.state = p.afterMessage()
	p.skipped = 0
	return p.event(MessageEnd, n)
}

// fail makes the error for the byte at index off of data; parsed is the end of what llhttp
// would have read.
func (p *Parser) fail(id errID, off, parsed int, data []byte) (Event, int, error) {
	parsed = min(max(parsed, 0), len(data))
	e := errorTable[id]
	p.err = &Error{Code: e.code, Reason: e.reason, Offset: p.total + int64(off), BytesParsed: parsed}
	p.takeBack()
	p.arena, p.fields = nil, nil
	return NeedMore, parsed, p.err
}

// beginHead begins a message at data[i].
func (p *Parser) beginHead(i int) {
	p.head = Head{ContentLength: -1}
	p.framing = framing{}
	p.upgradeField, p.upgrade = false, false
	p.left = 0
	p.chunkDigits, p.extBytes = 0, 0
	p.trailer = false
	p.beginSection(p.total + int64(i))
	p.state = stateMethod
	if p.kind == Response {
		p.state = stateStatusVersion
	}
}

// beginTrailer begins the trailer section, after the last chunk.
func (p *Parser) beginTrailer() {
	p.trailer = true
	p.skipped = 0
	p.start = -1 // section sets it: only Next knows
	p.state = stateField
}

func (p *Parser) beginSection(start int64) {
	p.start = start
	p.high = false
	p.pos, p.mark, p.counted = 0, 0, 0
	p.field = Field{}
	if p.fields == nil {
		p.fields = make([]Field, 0, firstFields)
	}
	p.fields = p.fields[:0]
}

// arenaStep is how much of data is copied at once when a section comes in pieces: its end is
// usually near, and what follows it need not be copied.
const arenaStep = 1 << 10

// section reads the section that data[i:] begins or goes on with, and returns the index after
// what it has read.
func (p *Parser) section(data []byte, i int) (int, status) {
	if p.start < 0 {
		p.beginSection(p.total + int64(i))
	}
	limit := int(p.maxSection - p.skipped)
	if len(p.arena) == 0 {
		b := data[i:]
		b = b[:min(len(b), limit):min(len(b), limit)]
		switch st := p.parseHead(b); {
		case st == failed:
			return 0, failed
		case st == next:
			return i + int(p.pos), p.endSection(b)
		case len(b) == limit:
			return 0, p.bad(errHeaderOverflow, limit, limit)
		}
		p.arena = append(p.arena, b...)
		return len(data), more
	}
	for {
		n := min(len(data)-i, arenaStep, limit-len(p.arena))
		p.arena = append(p.arena, data[i:i+n]...)
		i += n
		switch st := p.parseHead(p.arena); {
		case st == failed:
			return 0, failed
		case st == next:
			return i - (len(p.arena) - int(p.pos)), p.endSection(p.arena)
		case len(p.arena) == limit:
			return 0, p.bad(errHeaderOverflow, limit, limit)
		case i == len(data):
			return i, more
		}
	}
}

// endSection hands out the section at the beginning of b, which ends at p.pos.
func (p *Parser) endSection(b []byte) status {
	block := b[: p.pos-2 : p.pos-2] // without the empty line
	if p.trailer {
		p.trailers = Trailers{block, p.fields, p.high}
		return next
	}
	p.head.Block, p.head.Fields = block, p.fields
	p.head.HasHighBytes = p.head.HasHighBytes || p.high
	if st := p.endHead(int(p.pos)); st != next {
		return st
	}
	p.left = max(p.head.ContentLength, 0)
	return next
}
