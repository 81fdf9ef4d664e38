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
	sock    *net.Socket // what assignSocket was given, or the client's

	headers    outHeaders
	hasHeaders bool // a field was set by setHeader and its kin
	head       []byte
	trailer    []byte

	contentLength int64 // of the Content-Length field or of a body given whole; -1: unknown
	bytesWritten  int64 // of the body

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
}

// outgoingKind is what the two kinds of outgoing messages do differently.
type outgoingKind interface {
	// implicitHeader makes the head when the program did not.
	implicitHeader()
	// socketOf returns the Socket of the connection; nil if it has none yet.
	socketOf() *net.Socket
	// destroyConnection destroys the connection the message is on, or keeps err for when it has one.
	destroyConnection(err goja.Value)
	// completed is called when everything was written, before 'finish' is emitted; done after it.
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
func (p *plainOutgoing) socketOf() *net.Socket            { return p.sock }
func (p *plainOutgoing) destroyConnection(err goja.Value) {}
func (p *plainOutgoing) completed()                       {}
func (p *plainOutgoing) done()                            {}

func (r *Room) defineOutgoing() {
	vm := r.h.VM
	m := func(fn func(m *OutgoingMessage, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			m, ok := outgoingOf(c.This)
			if !ok {
				panic(vm.NewTypeError("this is not an OutgoingMessage"))
			}
			return fn(m, c)
		}
	}
	flag := func(name string, field func(m *OutgoingMessage) *bool) bind.Accessor {
		return bind.Accessor{Name: name,
			Get: func(c goja.FunctionCall) goja.Value {
				if m, ok := outgoingOf(c.This); ok {
					return bind.Bool(*field(m))
				}
				return goja.Undefined()
			},
			Set: func(c goja.FunctionCall) goja.Value {
				if m, ok := outgoingOf(c.This); ok {
					*field(m) = bind.Truthy(c.Argument(0))
				}
				return goja.Undefined()
			}}
	}
	get := func(name string, fn func(m *OutgoingMessage) goja.Value) bind.Accessor {
		return bind.Accessor{Name: name,
			Get: func(c goja.FunctionCall) goja.Value {
				if m, ok := outgoingOf(c.This); ok {
					return fn(m)
				}
				return goja.Undefined()
			}, Set: ownProperty(name)}
	}
	readOnly := func(name string, fn func(m *OutgoingMessage) goja.Value) bind.Accessor {
		a := get(name, fn)
		a.Set = nil
		return a
	}
	r.OutgoingMessage = bind.Define(vm, bind.Class{Name: "OutgoingMessage", Length: 1, Mode: bind.CallAny,
		Parent: r.streams.Stream,
		Construct: func(this *goja.Object, args []goja.Value) {
			p := &plainOutgoing{}
			p.room, p.obj = r, this
			p.OutgoingMessage.init(bind.Own(this), p, p)
		},
		Methods: []bind.Method{
			{Name: "setHeader", Length: 2, Fn: m((*OutgoingMessage).setHeader)},
			{Name: "setHeaders", Length: 1, Fn: m((*OutgoingMessage).setHeaders)},
			{Name: "appendHeader", Length: 2, Fn: m((*OutgoingMessage).appendHeader)},
			{Name: "getHeader", Length: 1, Fn: m((*OutgoingMessage).getHeader)},
			{Name: "getHeaderNames", Fn: m((*OutgoingMessage).getHeaderNames)},
			{Name: "getRawHeaderNames", Fn: m((*OutgoingMessage).getRawHeaderNames)},
			{Name: "getHeaders", Fn: m((*OutgoingMessage).getHeaders)},
			{Name: "hasHeader", Length: 1, Fn: m((*OutgoingMessage).hasHeader)},
			{Name: "removeHeader", Length: 1, Fn: m((*OutgoingMessage).removeHeader)},
			{Name: "write", Length: 3, Fn: m((*OutgoingMessage).write)},
			{Name: "end", Length: 3, Fn: m((*OutgoingMessage).end)},
			{Name: "addTrailers", Length: 1, Fn: m((*OutgoingMessage).addTrailers)},
			{Name: "flushHeaders", Fn: m((*OutgoingMessage).flushHeaders)},
			{Name: "cork", Fn: m((*OutgoingMessage).cork)},
			{Name: "uncork", Fn: m((*OutgoingMessage).uncork)},
			{Name: "destroy", Length: 1, Fn: m((*OutgoingMessage).destroy)},
			{Name: "setTimeout", Length: 2, Fn: m((*OutgoingMessage).setTimeout)},
			{Name: "pipe", Fn: m(func(m *OutgoingMessage, _ goja.FunctionCall) goja.Value {
				bind.Invoke(vm, m.obj, "emit", bind.String("error"), r.h.Err.New("ERR_STREAM_CANNOT_PIPE"))
				return goja.Undefined()
			})},
			{Name: "_send", Length: 3, Fn: m(func(m *OutgoingMessage, c goja.FunctionCall) goja.Value {
				ok := m.send(m.bodyOf(c.Argument(0), c.Argument(1)), false)
				if cb, isFn := bind.ToCallable(c.Argument(2)); isFn {
					m.whenWritten(func(err goja.Value) { callBack(cb, err) })
				}
				return bind.Bool(ok)
			})},
			{Name: "_implicitHeader", Fn: m(func(m *OutgoingMessage, _ goja.FunctionCall) goja.Value {
				m.kind.implicitHeader()
				return goja.Undefined()
			})},
		},
		Accessors: []bind.Accessor{
			flag("finished", func(m *OutgoingMessage) *bool { return &m.finished }),
			flag("destroyed", func(m *OutgoingMessage) *bool { return &m.destroyed }),
			flag("chunkedEncoding", func(m *OutgoingMessage) *bool { return &m.chunked }),
			flag("shouldKeepAlive", func(m *OutgoingMessage) *bool { return &m.shouldKeepAlive }),
			flag("useChunkedEncodingByDefault", func(m *OutgoingMessage) *bool { return &m.useChunkedByDefault }),
			flag("sendDate", func(m *OutgoingMessage) *bool { return &m.sendDate }),
			flag("strictContentLength", func(m *OutgoingMessage) *bool { return &m.strictContentLength }),
			flag("maxRequestsOnConnectionReached", func(m *OutgoingMessage) *bool { return &m.maxRequestsReached }),
			flag("_last", func(m *OutgoingMessage) *bool { return &m.last }),
			flag("_hasBody", func(m *OutgoingMessage) *bool { return &m.hasBody }),
			flag("_headerSent", func(m *OutgoingMessage) *bool { return &m.headSent }),
			flag("_defaultKeepAlive", func(m *OutgoingMessage) *bool { return &m.defaultKeepAlive }),
			flag("_removedConnection", func(m *OutgoingMessage) *bool { return &m.removedConnection }),
			flag("_removedContLen", func(m *OutgoingMessage) *bool { return &m.removedContLen }),
			flag("_removedTE", func(m *OutgoingMessage) *bool { return &m.removedTE }),
			flag("_closed", func(m *OutgoingMessage) *bool { return &m.closed }),
			get("_header", func(m *OutgoingMessage) goja.Value {
				if !m.hasHead {
					return goja.Null()
				}
				return latin1Value(string(m.head))
			}),
			get("_contentLength", func(m *OutgoingMessage) goja.Value {
				if m.contentLength < 0 {
					return goja.Null()
				}
				return vm.ToValue(m.contentLength)
			}),
			readOnly("headersSent", func(m *OutgoingMessage) goja.Value { return bind.Bool(m.hasHead) }),
			readOnly("writableEnded", func(m *OutgoingMessage) goja.Value { return bind.Bool(m.finished) }),
			readOnly("writableFinished", func(m *OutgoingMessage) goja.Value {
				return bind.Bool(m.finished && len(m.pending) == 0 && m.wire != nil && (m.ended || m.wire.Queued() == 0))
			}),
			readOnly("writableObjectMode", func(*OutgoingMessage) goja.Value { return bind.False }),
			readOnly("writableLength", func(m *OutgoingMessage) goja.Value { return bind.Int(m.length()) }),
			readOnly("writableHighWaterMark", func(m *OutgoingMessage) goja.Value { return bind.Int(m.highWater) }),
			readOnly("writableCorked", func(m *OutgoingMessage) goja.Value { return bind.Int(m.corked) }),
			readOnly("writableNeedDrain", func(m *OutgoingMessage) goja.Value {
				return bind.Bool(!m.destroyed && !m.finished && m.needDrain)
			}),
			readOnly("errored", func(m *OutgoingMessage) goja.Value {
				if m.errored == nil {
					return goja.Null()
				}
				return m.errored
			}),
			readOnly("closed", func(m *OutgoingMessage) goja.Value { return bind.Bool(m.closed) }),
			get("writable", func(*OutgoingMessage) goja.Value { return bind.True }),
			get("socket", func(m *OutgoingMessage) goja.Value {
				if s := m.kind.socketOf(); s != nil {
					return s.Object()
				}
				return goja.Null()
			}),
			get("connection", func(m *OutgoingMessage) goja.Value { return bind.Property(m.obj, "socket") }),
		}})
	r.writableSetters(r.OutgoingMessage.Proto)
}

// ownProperty is the setter that gives the object a property of its own.
func ownProperty(name string) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		if o, ok := c.This.(*goja.Object); ok {
			o.DefineDataProperty(name, c.Argument(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		}
		return goja.Undefined()
	}
}

func (r *Room) writableSetters(*goja.Object) {}

// length is writableLength: what waits in user memory.
func (m *OutgoingMessage) length() int {
	n := len(m.pending) + len(m.corkBuf)
	if m.wire != nil {
		n += m.wire.Queued()
	}
	return n
}

func (m *OutgoingMessage) headersSentError(action string) {
	panic(m.room.h.Err.New("ERR_HTTP_HEADERS_SENT", action))
}

func (m *OutgoingMessage) setHeader(c goja.FunctionCall) goja.Value {
	if m.hasHead {
		m.headersSentError("set")
	}
	name := m.room.validateName(c.Argument(0), "")
	m.room.validateValue(name, c.Argument(1))
	m.hasHeaders = true
	m.headers.set(name, c.Argument(1))
	return m.obj
}

func (m *OutgoingMessage) setHeaders(c goja.FunctionCall) goja.Value {
	if m.hasHead {
		m.headersSentError("set")
	}
	o, ok := c.Argument(0).(*goja.Object)
	if !ok || o.ClassName() == "Array" || bind.IsUndefined(o.Get("keys")) || bind.IsUndefined(o.Get("get")) {
		panic(m.room.h.Err.InvalidArgType("headers", []string{"Headers", "Map"}, c.Argument(0)))
	}
	m.room.h.VM.ForOf(o, func(v goja.Value) bool {
		entry := v.ToObject(m.room.h.VM)
		bind.Invoke(m.room.h.VM, m.obj, "setHeader", entry.Get("0"), entry.Get("1"))
		return true
	})
	return m.obj
}

func (m *OutgoingMessage) appendHeader(c goja.FunctionCall) goja.Value {
	if m.hasHead {
		m.headersSentError("append")
	}
	name := m.room.validateName(c.Argument(0), "")
	m.room.validateValue(name, c.Argument(1))
	m.hasHeaders = true
	i := m.headers.find(name)
	if i < 0 {
		m.headers.set(name, c.Argument(1))
		return m.obj
	}
	var values []any
	add := func(v goja.Value) {
		if o, ok := v.(*goja.Object); ok && o.ClassName() == "Array" {
			m.room.h.VM.ForOf(o, func(v goja.Value) bool { values = append(values, v); return true })
		} else {
			values = append(values, v)
		}
	}
	add(m.headers[i].value)
	add(c.Argument(1))
	m.headers[i].value = m.room.h.VM.NewArray(values...)
	return m.obj
}

func (m *OutgoingMessage) nameArg(v goja.Value) string { return m.room.h.Err.ValidateString(v, "name") }

func (m *OutgoingMessage) getHeader(c goja.FunctionCall) goja.Value {
	if i := m.headers.find(m.nameArg(c.Argument(0))); i >= 0 {
		return m.headers[i].value
	}
	return goja.Undefined()
}

func (m *OutgoingMessage) getHeaderNames(goja.FunctionCall) goja.Value {
	out := make([]any, len(m.headers))
	for i := range m.headers {
		out[i] = m.headers[i].lower
	}
	return m.room.h.VM.NewArray(out...)
}

func (m *OutgoingMessage) getRawHeaderNames(goja.FunctionCall) goja.Value {
	out := make([]any, len(m.headers))
	for i := range m.headers {
		out[i] = m.headers[i].name
	}
	return m.room.h.VM.NewArray(out...)
}

func (m *OutgoingMessage) getHeaders(goja.FunctionCall) goja.Value {
	o := m.room.h.VM.CreateObject(nil)
	for i := range m.headers {
		o.Set(m.headers[i].lower, m.headers[i].value)
	}
	return o
}

func (m *OutgoingMessage) hasHeader(c goja.FunctionCall) goja.Value {
	return bind.Bool(m.headers.find(m.nameArg(c.Argument(0))) >= 0)
}

func (m *OutgoingMessage) removeHeader(c goja.FunctionCall) goja.Value {
	name := m.nameArg(c.Argument(0))
	if m.hasHead {
		m.headersSentError("remove")
	}
	switch h1.FramingOf(name) {
	case h1.FieldConnection:
		m.removedConnection = true
	case h1.FieldContentLength:
		m.removedContLen = true
	case h1.FieldTransferEncoding:
		m.removedTE = true
	case h1.FieldDate:
		m.sendDate = false
	}
	m.headers.remove(name)
	return goja.Undefined()
}

// headState is what the fields of a head have said while it is put together.
type headState struct {
	connection, contLen, te, date, expect, trailer bool
}

// beginHead starts the head; the caller appends the start line to m.head.
func (m *OutgoingMessage) beginHead() {
	if m.hasHead {
		panic("BUG: http: head made twice")
	}
	m.head = m.room.takeHead()
}

// field appends one field, whose value v was given by the program; arrays become several lines.
func (m *OutgoingMessage) field(st *headState, name string, v goja.Value, validate bool) {
	if o, ok := v.(*goja.Object); ok && o.ClassName() == "Array" {
		kind := h1.FramingOf(name)
		n := o.Get("length").ToInteger()
		unique := m.uniqueHeaders != nil && m.uniqueHeaders[lowerASCII(name)]
		if (n < 2 || kind != h1.FieldCookie) && !unique {
			m.room.h.VM.ForOf(o, func(v goja.Value) bool {
				m.fieldLine(st, name, v, validate)
				return true
			})
			return
		}
		v = bind.Invoke(m.room.h.VM, o, "join", bind.String("; "))
	}
	m.fieldLine(st, name, v, validate)
}

func (m *OutgoingMessage) fieldLine(st *headState, name string, v goja.Value, validate bool) {
	if validate {
		m.room.validateValue(name, v)
	}
	m.head = append(m.head, name...)
	m.head = append(m.head, ": "...)
	start := len(m.head)
	m.head = appendText(m.head, v)
	value := m.head[start:]
	switch h1.FramingOf(name) {
	case h1.FieldConnection:
		st.connection = true
		m.removedConnection = false
		if containsToken(value, "close") {
			m.last = true
		} else {
			m.shouldKeepAlive = true
		}
	case h1.FieldTransferEncoding:
		st.te = true
		m.removedTE = false
		if containsToken(value, "chunked") {
			m.chunked = true
		}
	case h1.FieldContentLength:
		st.contLen = true
		m.contentLength = parseLength(value)
		m.removedContLen = false
	case h1.FieldDate:
		st.date = true
	case h1.FieldExpect:
		st.expect = true
	case h1.FieldTrailer:
		st.trailer = true
	case h1.FieldKeepAlive:
		m.defaultKeepAlive = false
	}
	m.head = append(m.head, '\r', '\n')
}

// containsToken is Node's test for (?:^|\W)token(?:$|\W), in any case.
func containsToken(value []byte, token string) bool {
	for i := 0; i+len(token) <= len(value); i++ {
		if h1.EqualFold(string(value[i:i+len(token)]), token) &&
			(i == 0 || !isWord(value[i-1])) &&
			(i+len(token) == len(value) || !isWord(value[i+len(token)])) {
			return true
		}
	}
	return false
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// parseLength reads a Content-Length that the program set; -1 if it is no number.
func parseLength(b []byte) int64 {
	var n int64
	if len(b) == 0 || len(b) > 18 {
		return -1
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

// ownFields appends the fields set by setHeader and its kin.
func (m *OutgoingMessage) ownFields(st *headState) {
	for i := range m.headers {
		m.field(st, m.headers[i].name, m.headers[i].value, false)
	}
}

// givenFields appends the fields of an object, of an array of pairs or of a flat array.
func (m *OutgoingMessage) givenFields(st *headState, o *goja.Object) {
	if o.ClassName() != "Array" {
		for _, name := range o.Keys() {
			v := o.Get(name)
			if !h1.IsToken(name) {
				panic(m.room.h.Err.New("ERR_INVALID_HTTP_TOKEN", "Header name", name))
			}
			m.field(st, name, v, true)
		}
		return
	}
	m.room.eachPair(o, func(name, v goja.Value) {
		m.field(st, m.room.validateName(name, ""), v, true)
	})
}

// eachPair walks over [name, value, …] or [[name, value], …].
func (r *Room) eachPair(o *goja.Object, fn func(name, value goja.Value)) {
	var list []goja.Value
	r.h.VM.ForOf(o, func(v goja.Value) bool { list = append(list, v); return true })
	if len(list) > 0 {
		if first, ok := list[0].(*goja.Object); ok && first.ClassName() == "Array" {
			for _, v := range list {
				entry := v.ToObject(r.h.VM)
				fn(entry.Get("0"), entry.Get("1"))
			}
			return
		}
	}
	if len(list)%2 != 0 {
		panic(r.h.Err.InvalidArgValue("headers", o, ""))
	}
	for i := 0; i < len(list); i += 2 {
		fn(list[i], list[i+1])
	}
}

// endHead completes the head with the fields that are gonode's to add and decides how the body is
// framed.
//
// Node v20 lib/_http_outgoing.js: OutgoingMessage.prototype._storeHeader.
func (m *OutgoingMessage) endHead(st *headState, status int, agent bool) {
	if m.sendDate && !st.date {
		m.head = m.room.date.Append(m.head, m.room.h.Loop.Now())
	}
	// RFC 9112 §6.1: no Transfer-Encoding in 204 and 304, even if the program asked for it. A peer
	// may take the body for the next message: close.
	if m.chunked && (status == 204 || status == 304) {
		m.chunked, m.shouldKeepAlive = false, false
	}
	switch {
	case m.removedConnection:
		m.last = !m.shouldKeepAlive
	case !st.connection:
		keep := m.shouldKeepAlive && (st.contLen || m.useChunkedByDefault || agent)
		switch {
		case keep && m.maxRequestsReached:
			m.head = append(m.head, "Connection: close\r\n"...)
		case keep:
			m.head = append(m.head, "Connection: keep-alive\r\n"...)
			if m.keepAliveMs >= 1 && m.defaultKeepAlive {
				m.head = append(m.head, "Keep-Alive: timeout="...)
				m.head = h1.AppendInt(m.head, int64(m.keepAliveMs/1000))
				if m.maxRequests >= 1 {
					m.head = append(m.head, ", max="...)
					m.head = h1.AppendInt(m.head, int64(m.maxRequests))
				}
				m.head = append(m.head, '\r', '\n')
			}
		default:
			m.last = true
			m.head = append(m.head, "Connection: close\r\n"...)
		}
	}
	if !st.contLen && !st.te {
		switch {
		case !m.hasBody:
			m.chunked = false
		case !m.useChunkedByDefault:
			m.last = true
		case !st.trailer && !m.removedContLen && m.contentLength >= 0:
			m.head = append(m.head, "Content-Length: "...)
			m.head = h1.AppendInt(m.head, m.contentLength)
			m.head = append(m.head, '\r', '\n')
		case !m.removedTE:
			m.head = append(m.head, "Transfer-Encoding: chunked\r\n"...)
			m.chunked = true
		default:
			m.last = true // nothing tells where the body ends but the connection
		}
	}
	if !m.chunked && st.trailer {
		panic(m.room.h.Err.New("ERR_HTTP_TRAILER_INVALID"))
	}
	m.head = append(m.head, '\r', '\n')
	m.hasHead = true
	if st.expect {
		m.send(body{}, false) // the peer is to answer before the body
	}
}

// body is a piece of a message's body.
type body struct {
	bytes []byte
	text  string
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
				panic(m.room.h.Err.New("ERR_UNKNOWN_ENCODING", encoding.String()))
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
		m.pending = p
		return len(p) < m.highWater
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
		p = append(p, m.head...)
	}
	if !lent {
		return m.wire.SetOut(appendBody(p, &b, chunk && n > 0))
	}
	if chunk {
		p = h1.AppendChunkSize(p, n)
	}
	m.wire.SetOut(p)
	ok := m.wire.WriteLent(b.bytes, nil)
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

// whenWritten calls cb once what was written so far has left.
func (m *OutgoingMessage) whenWritten(cb func(err goja.Value)) {
	switch {
	case m.wire == nil:
		m.waiting = append(m.waiting, cb)
	case m.wire.Queued() < m.wire.HighWaterMark() && !m.wire.Destroyed():
		m.room.h.Door.NextTick(modules.Func(func() { cb(nil) }))
	default:
		m.wire.Flushed(func(e *sock.Error) {
			m.room.h.Door.Enter(modules.Func(func() {
				if e != nil {
					cb(net.SystemError(m.room.h, e))
				} else {
					cb(nil)
				}
			}))
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
		return false
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
		if fromEnd {
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
		if !cb.IsZero() {
			m.waiting = append(m.waiting, func(err goja.Value) { callBack(cb, err) })
		}
		return len(m.corkBuf) < m.highWater
	}
	ok := m.send(b, m.chunked)
	if !cb.IsZero() {
		m.whenWritten(func(err goja.Value) { callBack(cb, err) })
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
		return m.obj
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
		m.contentLength = 0
		m.implicitHeader()
	}
	m.finish(cb)
	return m.obj
}

// endWith writes the last piece and ends.
func (m *OutgoingMessage) endWith(b body, cb bind.Callable) {
	m.writeBody(b, bind.Callable{}, true)
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
	}
}

// finishTask is a message as the tick that emits 'finish'.
type finishTask OutgoingMessage

func (t *finishTask) Run() { (*OutgoingMessage)(t).emitFinish() }

// finishWritten is called when the last byte was given to the connection.
func (m *OutgoingMessage) finishWritten() {
	m.ended = true
	m.kind.completed()
	m.room.ev.Emit(m.obj, "prefinish")
	if m.wire.Queued() < m.wire.HighWaterMark() && !m.wire.Destroyed() {
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
	m.finishEmitted = true
	m.room.ev.Emit(m.obj, "finish")
	m.room.giveHead(m.head)
	m.head = nil
	m.kind.done()
}

func (m *OutgoingMessage) addTrailers(c goja.FunctionCall) goja.Value {
	m.trailer = m.trailer[:0]
	o, ok := c.Argument(0).(*goja.Object)
	if !ok {
		return goja.Undefined()
	}
	add := func(field, v goja.Value) {
		name := m.room.validateName(field, "Trailer name")
		if !validText(v) {
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
	if !bind.IsUndefined(c.Argument(1)) {
		bind.Invoke(m.room.h.VM, m.obj, "on", bind.String("timeout"), c.Argument(1))
	}
	ms := c.Argument(0)
	if s := m.kind.socketOf(); s != nil {
		bind.Invoke(m.room.h.VM, s.Object(), "setTimeout", ms)
		return m.obj
	}
	m.room.ev.Once(m.obj, "socket", func(args []goja.Value) {
		if s, ok := bind.Arg(args, 0).(*goja.Object); ok {
			bind.Invoke(m.room.h.VM, s, "setTimeout", ms)
		}
	})
	return m.obj
}
