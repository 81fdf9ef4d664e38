package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/http/internal/h1"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/net"
)

// wire is where an outgoing message is written. *sock.Sock is one; what is appended to Out goes
// out at the end of the turn.
type wire interface {
	Out(room int) []byte
	SetOut(p []byte) bool
	WriteLent(p []byte, done func(*sock.Error)) bool
	Flushed(fn func(*sock.Error))
	Queued() int
	HighWaterMark() int
	BytesWritten() int64
	Destroyed() bool
}

// OutgoingMessage is the state that ServerResponse and ClientRequest share.
//
// Names and rules follow Node v20 lib/_http_outgoing.js.
type OutgoingMessage struct {
	bind.State
	events.Emitter

	room *Room
	obj  *goja.Object
	kind outgoingKind

	wire    wire   // nil until the message has its connection
	pending []byte // what was written before that
	waiting []func(err goja.Value)
	sock    *goja.Object // what assignSocket was given, or the client's

	headers    outHeaders
	hasHeaders bool // a field was set by setHeader and its kin
	head       []byte
	trailer    []byte

	contentLength int64 // of the Content-Length field or of a body given whole; -1: unknown
	bytesWritten  int64 // of the body

	begunIn uint64 // Door.Tick of when the head was sent
	begunAt int64  // where in the connection's output

	hasHead, headSent         bool
	finished, ended           bool // end was called; the message left
	destroyed, closed         bool
	needDrain                 bool
	hasBody                   bool
	chunked                   bool
	last                      bool // the connection ends after this message
	shouldKeepAlive           bool
	useChunkedByDefault       bool
	sendDate                  bool
	removedConnection         bool
	removedContLen, removedTE bool
	defaultKeepAlive          bool
	strictContentLength       bool
	maxRequestsReached        bool
	rejectBody                bool
	finishEmitted             bool
	corked                    int
	corkBuf                   []byte
	errored                   goja.Value
	keepAliveMs               float64
	maxRequests               float64
	uniqueHeaders             map[string]bool
	highWater                 int
	measurement               *modules.Measurement // for perf_hooks
}

// outgoingKind is what the two kinds of outgoing messages do differently.
type outgoingKind interface {
	// implicitHeader makes the head when the program did not.
	implicitHeader()
	// socketOf returns the Socket or stream of the connection; nil if it has none yet.
	socketOf() *goja.Object
	// destroyConnection destroys the connection the message is on, or keeps err for when it has one.
	destroyConnection(err goja.Value)
	// whole is called when the message is whole, whether it has its connection or not.
	whole()
	// completed is called when everything was written; done right before 'finish' is emitted, so
	// that its listeners see the connection as the next message will.
	completed()
	done()
}

func (m *OutgoingMessage) init(st *bind.State, kind outgoingKind, self any) {
	m.kind = kind
	events.Init(st, &m.Emitter)
	st.Put(bind.Self, self)
	m.contentLength = -1
	m.hasBody, m.shouldKeepAlive, m.useChunkedByDefault, m.defaultKeepAlive = true, true, true, true
	m.highWater = m.room.highWaterMark
}

func (m *OutgoingMessage) outgoing() *OutgoingMessage { return m }

type outgoingState interface{ outgoing() *OutgoingMessage }

func outgoingOf(v goja.Value) (*OutgoingMessage, bool) {
	s, ok := bind.SelfOf[outgoingState](v)
	if !ok {
		return nil, false
	}
	return s.outgoing(), true
}

// plainOutgoing is an http.OutgoingMessage that is neither request nor response.
type plainOutgoing struct{ OutgoingMessage }

func (p *plainOutgoing) implicitHeader() {
	p.room.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "_implicitHeader()")
}
func (p *plainOutgoing) socketOf() *goja.Object           { return p.sock }
func (p *plainOutgoing) destroyConnection(err goja.Value) {}
func (p *plainOutgoing) whole()                           {}
func (p *plainOutgoing) completed()                       {}
func (p *plainOutgoing) done()                            {}

// length is writableLength: what waits in user memory. What leaves at the end of the turn does not
// wait, as write said when it returned true.
func (m *OutgoingMessage) length() int {
	n := len(m.pending) + len(m.corkBuf)
	if m.wire != nil && !asGoodAsWritten(m.wire) {
		n += m.wire.Queued()
	}
	return n
}

// body is a piece of a message's body.
type body struct {
	bytes   []byte
	text    string
	release func() // takes bytes back when they are not read any more; or nil
}

// copied is called when the bytes stand elsewhere, or are not wanted.
func (b *body) copied() {
	if b.release != nil {
		b.release()
	}
}

func (b *body) len() int { return len(b.bytes) + len(b.text) }

// bodyOf turns an argument into bytes; strings that are all ASCII are not copied.
func (m *OutgoingMessage) bodyOf(chunk, encoding goja.Value) body {
	if s, ok := chunk.(goja.String); ok {
		enc := buffer.UTF8
		if e, ok := encoding.(goja.String); ok {
			if e, ok := buffer.ParseEncoding(e.String()); ok {
				enc = e
			} else {
				panic(m.room.h.Err.UnknownEncoding(encoding))
			}
		}
		if enc == buffer.UTF8 {
			return body{text: s.String()}
		}
		return body{bytes: buffer.Append(nil, chunk, enc)}
	}
	if goja.IsNull(chunk) {
		panic(m.room.h.Err.New("ERR_STREAM_NULL_VALUES"))
	}
	if !buffer.IsUint8Array(chunk) {
		panic(m.room.h.Err.InvalidArgType("chunk", []string{"string", "Buffer", "Uint8Array"}, chunk))
	}
	b, _ := buffer.Bytes(chunk)
	return body{bytes: b}
}

// send writes the head, if it has not left, and b, as a chunk if asked. It reports whether the
// program may go on writing.
func (m *OutgoingMessage) send(b body, chunk bool) bool {
	n := b.len()
	if m.wire == nil {
		p := m.pending
		if !m.headSent {
			m.headSent = true
			p = append(p, m.head...)
		}
		p = appendBody(p, &b, chunk && n > 0)
		b.copied()
		m.pending = p
		return len(p) < m.highWater && !m.room.h.Era.WaitingIsFalse
	}
	extra := 0
	if !m.headSent {
		extra = len(m.head)
	}
	if chunk {
		extra += 20
	}
	lent := len(b.bytes) >= sock.LentMin
	if !lent {
		extra += n
	}
	p := m.wire.Out(extra)
	if p == nil {
		m.headSent = true
		return false // the connection has gone
	}
	if !m.headSent {
		m.headSent = true
		m.begunIn, m.begunAt = m.room.h.Door.Tick(), m.wire.BytesWritten()
		p = append(p, m.head...)
	}
	if !lent {
		p = appendBody(p, &b, chunk && n > 0)
		b.copied()
		return m.wire.SetOut(p)
	}
	if chunk {
		p = h1.AppendChunkSize(p, n)
	}
	m.wire.SetOut(p)
	ok := false
	if sk, own := m.wire.(*sock.Sock); own && b.release != nil {
		ok = sk.WriteGiven(b.bytes, b.release)
	} else {
		ok = m.wire.WriteLent(b.bytes, nil)
	}
	if chunk {
		ok = m.wire.SetOut(append(m.wire.Out(2), '\r', '\n'))
	}
	return ok
}

func appendBody(p []byte, b *body, chunk bool) []byte {
	if chunk {
		p = h1.AppendChunkSize(p, b.len())
	}
	p = append(p, b.bytes...)
	p = append(p, b.text...)
	if chunk {
		p = append(p, '\r', '\n')
	}
	return p
}

// sendRaw writes b as it is: not the head, and no chunk of the body.
func (m *OutgoingMessage) sendRaw(b body) bool {
	if m.wire == nil {
		m.pending = appendBody(m.pending, &b, false)
		return len(m.pending) < m.highWater
	}
	out := m.wire.Out(b.len())
	return out != nil && m.wire.SetOut(appendBody(out, &b, false))
}

// attach gives the message its connection; what waited is written.
func (m *OutgoingMessage) attach(w wire) {
	m.wire = w
	p := m.pending
	m.pending = nil
	ok := true
	if len(p) > 0 {
		ok = w.SetOut(append(w.Out(len(p)), p...))
	}
	for _, cb := range m.waiting {
		m.whenWritten(cb)
	}
	m.waiting = nil
	if m.finished {
		m.finishWritten()
	} else if ok && m.needDrain {
		m.room.h.Door.NextTick(modules.Func(m.drained))
	}
}

// drained emits 'drain' if somebody was told to wait.
func (m *OutgoingMessage) drained() {
	if m.needDrain && !m.destroyed && !m.finished {
		m.needDrain = false
		m.room.ev.Emit(m.obj, "drain")
	}
}

// asGoodAsWritten reports whether what w has waits for nothing but the end of the turn. Only of a
// Sock that can be said.
func asGoodAsWritten(w wire) bool {
	sk, ok := w.(*sock.Sock)
	return ok && sk.Queued() < sk.HighWaterMark() && !sk.Destroyed()
}

// whenWritten calls cb once what was written so far has left.
func (m *OutgoingMessage) whenWritten(cb func(err goja.Value)) {
	switch {
	case m.wire == nil:
		m.waiting = append(m.waiting, cb)
	case asGoodAsWritten(m.wire):
		m.room.h.Door.NextTick(modules.Func(func() { cb(nil) }))
	default:
		ctx := m.room.h.Context
		m.wire.Flushed(func(e *sock.Error) {
			m.room.h.Enter(ctx, func() {
				if e != nil {
					cb(net.SystemError(m.room.h, e))
				} else {
					cb(nil)
				}
			})
		})
	}
}

// fail reports a misuse: callback with the error, then 'error'.
func (m *OutgoingMessage) fail(err *goja.Object, cb bind.Callable) {
	m.room.h.Door.NextTick(modules.Func(func() {
		if !cb.IsZero() {
			cb.Call(goja.Undefined(), err)
		}
		if !m.destroyed {
			bind.Invoke(m.room.h.VM, m.obj, "emit", bind.String("error"), err)
		}
	}))
}

// write is outgoing.write(chunk[, encoding][, callback]).
func (m *OutgoingMessage) write(c goja.FunctionCall) goja.Value {
	encoding, cbArg := c.Argument(1), c.Argument(2)
	if nodeerr.TypeOf(encoding) == "function" {
		encoding, cbArg = goja.Undefined(), encoding
	}
	cb, _ := bind.ToCallable(cbArg)
	b := m.bodyOf(c.Argument(0), encoding)
	return bind.Bool(m.writeBody(b, cb, false))
}

// WriteBytes implements stream.ByteWriter.
func (m *OutgoingMessage) WriteBytes(b []byte, release func()) bool {
	return m.writeBody(body{bytes: b, release: release}, bind.Callable{}, false)
}

func (m *OutgoingMessage) writeBody(b body, cb bind.Callable, fromEnd bool) bool {
	var err *goja.Object
	switch {
	case m.finished:
		err = m.room.h.Err.New("ERR_STREAM_WRITE_AFTER_END")
	case m.destroyed:
		err = m.room.h.Err.New("ERR_STREAM_DESTROYED", "write")
	}
	if err != nil {
		if !m.destroyed {
			m.fail(err, cb)
		} else if !cb.IsZero() {
			m.room.h.Door.NextTick(modules.Func(func() { cb.Call(goja.Undefined(), err) }))
		}
		return m.finished && m.room.h.Era.WriteAfterEndTrue
	}
	n := b.len()
	if m.strictContentLength && m.hasBody && !m.chunked && m.hasHead && m.contentLength >= 0 {
		total := m.bytesWritten + int64(n)
		if total > m.contentLength || fromEnd && total != m.contentLength {
			panic(m.room.h.Err.New("ERR_HTTP_CONTENT_LENGTH_MISMATCH", total, m.contentLength))
		}
	}
	m.bytesWritten += int64(n)
	if !m.hasHead {
		if fromEnd && !m.room.h.Era.ChunkKnownLength {
			m.contentLength = int64(n)
		}
		m.implicitHeader()
	}
	if !m.hasBody {
		if m.rejectBody {
			panic(m.room.h.Err.New("ERR_HTTP_BODY_NOT_ALLOWED"))
		}
		if !cb.IsZero() {
			m.room.h.Door.NextTick(modules.Func(func() { cb.Call(goja.Undefined()) }))
		}
		return true
	}
	if m.corked > 0 && m.headSent && m.chunked && !fromEnd {
		m.corkBuf = append(append(m.corkBuf, b.bytes...), b.text...)
		b.copied()
		if !cb.IsZero() {
			m.waiting = append(m.waiting, func(err goja.Value) { callBack(cb, err) })
		}
		return len(m.corkBuf) < m.highWater
	}
	ok := m.send(b, m.chunked)
	if !cb.IsZero() {
		m.whenWritten(func(err goja.Value) { callBack(cb, err) })
	}
	if n == 0 && m.room.h.Era.WaitingIsFalse {
		return true // nothing that could wait
	}
	if !ok {
		m.needDrain = true
	}
	return ok
}

func callBack(cb bind.Callable, err goja.Value) {
	if err != nil {
		cb.Call(goja.Undefined(), err)
		return
	}
	cb.Call(goja.Undefined())
}

// implicitHeader makes the head through _implicitHeader as JavaScript finds it.
func (m *OutgoingMessage) implicitHeader() {
	m.kind.implicitHeader()
	if !m.hasHead {
		// A replaced writeHead that does nothing would send a body without a head.
		panic(m.room.h.Err.Plain(nodeerr.Error, "The head was not written: writeHead was replaced by a function that does not call it"))
	}
}

// end is outgoing.end([chunk][, encoding][, callback]).
func (m *OutgoingMessage) end(c goja.FunctionCall) goja.Value {
	chunk, encoding, cbArg := c.Argument(0), c.Argument(1), c.Argument(2)
	switch {
	case nodeerr.TypeOf(chunk) == "function":
		chunk, encoding, cbArg = goja.Undefined(), goja.Undefined(), chunk
	case nodeerr.TypeOf(encoding) == "function":
		encoding, cbArg = goja.Undefined(), encoding
	}
	cb, _ := bind.ToCallable(cbArg)
	var told goja.Value = m.obj
	if m.room.h.Era.EndReturnsBool {
		if m.finished {
			return bind.False
		}
		told = bind.Bool(m.wire != nil)
	}
	if m.corked > 0 && len(m.corkBuf) > 0 {
		m.corked = 1
		m.uncork(c)
	}
	hasChunk := bind.Truthy(chunk)
	switch {
	case hasChunk:
		if m.finished {
			m.fail(m.room.h.Err.New("ERR_STREAM_WRITE_AFTER_END"), cb)
			return m.obj
		}
		b := m.bodyOf(chunk, encoding)
		m.endWith(b, cb)
		return told
	case m.finished:
		if !cb.IsZero() {
			if !m.ended {
				m.room.ev.OnceListener(m.obj, "finish", cb.Obj)
			} else {
				cb.Call(goja.Undefined(), m.room.h.Err.New("ERR_STREAM_ALREADY_FINISHED", "end"))
			}
		}
		return m.obj
	case !m.hasHead:
		if !m.room.h.Era.ChunkKnownLength {
			m.contentLength = 0
		}
		m.implicitHeader()
	}
	m.finish(cb)
	return told
}

// endWith writes the last piece and ends.
func (m *OutgoingMessage) endWith(b body, cb bind.Callable) {
	m.writeBody(b, bind.Callable{}, true)
	if f, ok := m.wire.(*foreign); ok && m.headSent && !(m.hasBody && m.chunked) {
		f.writeEmpty()
	}
	m.finish(cb)
}

// finish ends the message after its last byte of body.
func (m *OutgoingMessage) finish(cb bind.Callable) {
	if !cb.IsZero() {
		m.room.ev.OnceListener(m.obj, "finish", cb.Obj)
	}
	if m.strictContentLength && m.hasBody && !m.chunked && m.contentLength >= 0 && m.bytesWritten != m.contentLength {
		panic(m.room.h.Err.New("ERR_HTTP_CONTENT_LENGTH_MISMATCH", m.bytesWritten, m.contentLength))
	}
	switch {
	case m.hasBody && m.chunked:
		tail := body{text: "0\r\n\r\n"}
		if len(m.trailer) > 0 {
			tail = body{bytes: append(append([]byte("0\r\n"), m.trailer...), '\r', '\n')}
		}
		m.send(tail, false)
	case !m.headSent:
		m.send(body{}, false)
	}
	m.corked = 0
	m.finished = true
	if m.wire != nil {
		m.finishWritten()
		if f, ok := m.wire.(*foreign); ok {
			f.flush() // Node uncorks the stream here
		}
	}
	m.kind.whole()
}

// finishTask is a message as the tick that emits 'finish'.
type finishTask OutgoingMessage

func (t *finishTask) Run() { (*OutgoingMessage)(t).emitFinish() }

// finishWritten is called when the last byte was given to the connection.
func (m *OutgoingMessage) finishWritten() {
	m.ended = true
	if t := m.room.trace; t != nil {
		t.sent(m)
	}
	m.room.ev.Emit(m.obj, "prefinish")
	if asGoodAsWritten(m.wire) {
		m.room.h.Door.NextTick((*finishTask)(m))
		return
	}
	m.wire.Flushed(func(e *sock.Error) {
		if e == nil {
			m.room.h.Door.Enter((*finishTask)(m))
		}
	})
}

func (m *OutgoingMessage) emitFinish() {
	if m.finishEmitted || m.destroyed && m.errored != nil {
		return
	}
	m.kind.completed()
	m.finishEmitted = true
	m.kind.done()
	m.room.ev.Emit(m.obj, "finish")
	m.room.giveHead(m.head)
	m.head = nil
}

func (m *OutgoingMessage) addTrailers(c goja.FunctionCall) goja.Value {
	m.trailer = m.trailer[:0]
	o := c.Argument(0).ToObject(m.room.h.VM)
	add := func(field, v goja.Value) {
		name := m.room.validateName(field, "Trailer name")
		if _, isSymbol := v.(*goja.Symbol); !isSymbol {
			v = bind.ToString(v) // what is checked is what is sent
		}
		if !m.room.validText(v) {
			panic(m.room.h.Err.New("ERR_INVALID_CHAR", `trailer content ["`+name+`"]`))
		}
		m.trailer = append(append(m.trailer, name...), ": "...)
		m.trailer = append(appendText(m.trailer, v), '\r', '\n')
	}
	if o.ClassName() == "Array" {
		m.room.eachPair(o, add)
		return goja.Undefined()
	}
	for _, k := range o.Keys() {
		v := o.Get(k)
		if list, ok := v.(*goja.Object); ok && list.ClassName() == "Array" {
			if m.uniqueHeaders[lowerASCII(k)] {
				add(bind.String(k), bind.Invoke(m.room.h.VM, list, "join", bind.String("; ")))
				continue
			}
			m.room.h.VM.ForOf(list, func(v goja.Value) bool { add(bind.String(k), v); return true })
			continue
		}
		add(bind.String(k), v)
	}
	return goja.Undefined()
}

func (m *OutgoingMessage) flushHeaders(goja.FunctionCall) goja.Value {
	if !m.hasHead {
		m.implicitHeader()
	}
	if !m.headSent {
		m.send(body{}, false)
	}
	return goja.Undefined()
}

func (m *OutgoingMessage) cork(goja.FunctionCall) goja.Value {
	m.corked++
	return goja.Undefined()
}

// uncork sends what was written meanwhile as one chunk.
func (m *OutgoingMessage) uncork(goja.FunctionCall) goja.Value {
	if m.corked == 0 {
		return goja.Undefined()
	}
	if m.corked--; m.corked > 0 || len(m.corkBuf) == 0 {
		return goja.Undefined()
	}
	b := m.corkBuf
	m.corkBuf = nil
	if !m.send(body{bytes: b}, m.chunked) {
		m.needDrain = true
	}
	waiting := m.waiting
	m.waiting = nil
	for _, cb := range waiting {
		m.whenWritten(cb)
	}
	return goja.Undefined()
}

// destroy is outgoing.destroy([error]).
func (m *OutgoingMessage) destroy(c goja.FunctionCall) goja.Value {
	if m.destroyed {
		return m.obj
	}
	m.destroyed = true
	var err goja.Value
	if v := c.Argument(0); bind.Truthy(v) {
		err = v
	}
	m.errored = err
	m.kind.destroyConnection(err)
	return m.obj
}

// setTimeout is outgoing.setTimeout(ms[, callback]), on the socket, now or when there is one.
func (m *OutgoingMessage) setTimeout(c goja.FunctionCall) goja.Value {
	if bind.Truthy(c.Argument(1)) {
		bind.Invoke(m.room.h.VM, m.obj, "on", bind.String("timeout"), c.Argument(1))
	}
	ms := c.Argument(0)
	if s := m.kind.socketOf(); s != nil {
		m.room.setTimeout(s, ms)
		return m.obj
	}
	m.room.ev.Once(m.obj, "socket", func(args []goja.Value) {
		if s, ok := bind.Arg(args, 0).(*goja.Object); ok {
			m.room.setTimeout(s, ms)
		}
	})
	return m.obj
}
