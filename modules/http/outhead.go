package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/http/internal/h1"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// This file makes the head of an outgoing message: the fields a program sets, and those that are
// gonode's to add.

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
	if !ok || o.ClassName() == "Array" || nodeerr.TypeOf(o.Get("keys")) != "function" || nodeerr.TypeOf(o.Get("get")) != "function" {
		panic(m.room.h.Err.InvalidArgType("headers", []string{"Headers", "Map"}, c.Argument(0)))
	}
	vm := m.room.h.VM
	// Cookies come one by one, and setHeader would keep the last.
	var cookies []any
	vm.ForOf(o, func(v goja.Value) bool {
		entry := v.ToObject(vm)
		name, value := entry.Get("0"), entry.Get("1")
		list, isList := value.(*goja.Object)
		switch {
		case !nodeerr.IsString(name) || name.String() != "set-cookie":
			bind.Invoke(vm, m.obj, "setHeader", name, value)
		case isList && list.ClassName() == "Array":
			vm.ForOf(list, func(v goja.Value) bool { cookies = append(cookies, v); return true })
		default:
			cookies = append(cookies, value)
		}
		return true
	})
	if len(cookies) > 0 {
		bind.Invoke(vm, m.obj, "setHeader", bind.String("set-cookie"), vm.NewArray(cookies...))
	}
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
		validate = true // the program may have changed it since
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
	if _, isObject := v.(*goja.Object); isObject {
		// An object may read otherwise the next time: what is checked is what is sent.
		v, validate = bind.ToString(v), true
	}
	if validate {
		m.room.validateValue(name, v)
	}
	m.head = append(m.head, name...)
	m.head = append(m.head, ": "...)
	start := len(m.head)
	if m.room.h.Era.DropLineBreaks {
		v = withoutLineBreaks(v)
	}
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
		eachProperty(o, func(name string, v goja.Value) {
			if !h1.IsToken(name) {
				panic(m.room.h.Err.New("ERR_INVALID_HTTP_TOKEN", "Header name", name))
			}
			m.field(st, name, v, true)
		})
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
		m.head = m.room.date.Append(m.head, m.room.h.Loop.Now(), m.room.now)
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
