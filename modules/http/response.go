package http

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/http/internal/h1"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// ServerResponse is the state of an http.ServerResponse.
type ServerResponse struct {
	OutgoingMessage
	conn   *conn           // nil for a response that a script made
	next   *ServerResponse // the response that follows on the connection
	in     *IncomingMessage
	req    goja.Value
	status int
	reason goja.Value // statusMessage; nil if not set

	ownStatus bool // that statusCode is an own property: it was set to what is no integer

	expectContinue, sentContinue bool
	assigned                     *assignment // by assignSocket, or by detachSocket
}

func lowerASCII(s string) string { return strings.ToLower(s) }

func (r *Room) defineResponse() {
	vm := r.h.VM
	m := func(fn func(s *ServerResponse, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			s, ok := bind.SelfOf[*ServerResponse](c.This)
			if !ok {
				panic(vm.NewTypeError("this is not a ServerResponse"))
			}
			return fn(s, c)
		}
	}
	r.ServerResponse = bind.Define(vm, bind.Class{Name: "ServerResponse", Length: 2, Mode: bind.CallAny,
		Parent: r.OutgoingMessage,
		Construct: func(this *goja.Object, args []goja.Value) {
			s := &ServerResponse{}
			s.room, s.obj = r, this
			req := bind.Arg(args, 0)
			s.init(bind.Own(this), req)
			s.in, _ = bind.SelfOf[*IncomingMessage](req)
			if v := bind.Property(req, "method"); nodeerr.IsString(v) && v.String() == "HEAD" {
				s.hasBody = false
			}
			major, minor := bind.Property(req, "httpVersionMajor"), bind.Property(req, "httpVersionMinor")
			if nodeerr.IsNumber(major) && major.ToInteger() < 1 || nodeerr.IsNumber(minor) && minor.ToInteger() < 1 {
				te := bind.Property(bind.Property(req, "headers"), "te")
				s.useChunkedByDefault = nodeerr.IsString(te) && containsToken([]byte(te.String()), "chunked")
				s.shouldKeepAlive = false
			}
		},
		Methods: []bind.Method{
			{Name: "assignSocket", Length: 1, Fn: m((*ServerResponse).assignSocket)},
			{Name: "detachSocket", Length: 1, Fn: m((*ServerResponse).detachSocket)},
			{Name: "writeHead", Length: 3, Fn: m((*ServerResponse).writeHead)},
			{Name: "writeHeader", Length: 3, Fn: m((*ServerResponse).writeHead)},
			{Name: "writeContinue", Length: 1, Fn: m((*ServerResponse).writeContinue)},
			{Name: "writeProcessing", Length: 1, Fn: m(func(s *ServerResponse, c goja.FunctionCall) goja.Value {
				s.raw("HTTP/1.1 102 Processing\r\n\r\n")
				if cb, ok := bind.ToCallable(c.Argument(0)); ok {
					s.whenWritten(func(err goja.Value) { callBack(cb, err) })
				}
				return goja.Undefined()
			})},
			{Name: "writeEarlyHints", Length: 2, Fn: m((*ServerResponse).writeEarlyHints)},
		},
		Accessors: []bind.Accessor{
			{Name: "statusCode",
				Get: func(c goja.FunctionCall) goja.Value {
					if s, ok := bind.SelfOf[*ServerResponse](c.This); ok {
						return bind.Int(s.status)
					}
					return bind.Int(200)
				},
				Set: func(c goja.FunctionCall) goja.Value {
					s, ok := bind.SelfOf[*ServerResponse](c.This)
					if v := c.Argument(0); ok && nodeerr.IsNumber(v) && v.ToFloat() == float64(int32(v.ToInteger())) {
						s.status = int(v.ToInteger())
						return goja.Undefined()
					}
					// What is no integer shows up again as it was given, and fails in writeHead.
					if ok {
						s.ownStatus = true
					}
					return ownProperty("statusCode")(c)
				}},
			{Name: "statusMessage",
				Get: m(func(s *ServerResponse, _ goja.FunctionCall) goja.Value {
					if s.reason == nil {
						return goja.Undefined()
					}
					return s.reason
				}),
				Set: m(func(s *ServerResponse, c goja.FunctionCall) goja.Value {
					s.reason = c.Argument(0)
					return goja.Undefined()
				})},
			{Name: "req", Get: m(func(s *ServerResponse, _ goja.FunctionCall) goja.Value { return s.req }), Set: ownProperty("req")},
			{Name: "_sent100", Get: m(func(s *ServerResponse, _ goja.FunctionCall) goja.Value { return bind.Bool(s.sentContinue) }),
				Set: ownProperty("_sent100")},
			{Name: "_expect_continue", Get: m(func(s *ServerResponse, _ goja.FunctionCall) goja.Value { return bind.Bool(s.expectContinue) }),
				Set: ownProperty("_expect_continue")},
		}})
	r.writeHeadFn = r.ServerResponse.Proto.Get("writeHead").(*goja.Object)
	r.implicitFn = r.OutgoingMessage.Proto.Get("_implicitHeader").(*goja.Object)
}

func (s *ServerResponse) init(st *bind.State, req goja.Value) {
	s.OutgoingMessage.init(st, s, s)
	s.sendDate = true
	s.status = 200
	s.req = req
}

// implicitHeader calls writeHead(statusCode), the user's if it was replaced.
func (s *ServerResponse) implicitHeader() {
	if fn, _ := s.obj.Get("writeHead").(*goja.Object); fn != s.room.writeHeadFn && fn != nil {
		bind.Call(fn, s.obj, bind.Property(s.obj, "statusCode"))
		return
	}
	if own := s.obj.Get("statusCode"); !nodeerr.IsNumber(own) || own.ToFloat() != float64(s.status) {
		s.writeHead(goja.FunctionCall{This: s.obj, Arguments: []goja.Value{own}})
		return
	}
	s.reason = s.presetReason()
	s.makeHead(s.status, nil)
}

// writeHead is response.writeHead(statusCode[, statusMessage][, headers]).
//
// Node v20 lib/_http_server.js.
func (s *ServerResponse) writeHead(c goja.FunctionCall) goja.Value {
	if s.hasHead {
		s.headersSentError("write")
	}
	original := c.Argument(0)
	code := int32(original.ToInteger())
	if code < 100 || code > 999 {
		text := s.room.h.Err.Inspect(original)
		if nodeerr.IsString(original) {
			text = original.String()
		}
		panic(s.room.h.Err.New("ERR_HTTP_INVALID_STATUS_CODE", text))
	}
	given := c.Argument(2)
	if nodeerr.IsString(c.Argument(1)) {
		s.reason = c.Argument(1)
	} else {
		s.reason = s.presetReason()
		if bind.IsNullish(given) {
			given = c.Argument(1)
		}
	}
	headers, _ := given.(*goja.Object)
	if s.status = int(code); s.ownStatus {
		s.obj.Set("statusCode", s.status)
	}
	s.makeHead(int(code), headers)
	return s.obj
}

// presetReason is the statusMessage the program has set before, nil if none.
func (s *ServerResponse) presetReason() goja.Value {
	if s.reason != nil && bind.Truthy(s.reason) {
		return s.reason
	}
	return nil
}

func (s *ServerResponse) makeHead(code int, given *goja.Object) {
	if s.hasHeaders && given != nil {
		// Fields were set one by one before: these go on top.
		if given.ClassName() == "Array" {
			s.mergePairs(given)
		} else {
			for _, name := range given.Keys() {
				if name != "" {
					bind.Invoke(s.room.h.VM, s.obj, "setHeader", bind.String(name), given.Get(name))
				}
			}
		}
		given = nil
	}
	reason, usual := "", s.reason == nil
	if usual {
		if text, ok := h1.StatusText[code]; ok {
			reason = text
		} else {
			reason = "unknown"
		}
		s.reason = s.room.reasonValue(code, reason)
	} else {
		text := s.reason
		if _, isObject := text.(*goja.Object); isObject {
			text = bind.ToString(text) // what is checked is what is sent
		}
		if !s.room.validText(text) {
			panic(s.room.h.Err.New("ERR_INVALID_CHAR", "statusMessage"))
		}
		reason = string(appendText(nil, text))
	}
	s.beginHead()
	s.head = h1.AppendStatusLine(s.head, code, reason, usual)
	if code == 204 || code == 304 || code < 200 {
		// RFC 9110 §6.4.1: these have no body.
		s.hasBody = false
	}
	// The client waits for 100 Continue and gets a final status: it may or may not send the body,
	// so that nobody knows where the next request begins.
	if s.expectContinue && !s.sentContinue {
		s.shouldKeepAlive = false
	}
	var st headState
	if given != nil {
		s.givenFields(&st, given)
	} else {
		s.ownFields(&st)
	}
	s.endHead(&st, code, false)
}

// mergePairs puts fields given as an array in the place of those set before. A name that comes
// several times in the array goes out several times; Node 20 keeps the last.
func (s *ServerResponse) mergePairs(given *goja.Object) {
	seen := make(map[string]bool)
	s.room.eachPair(given, func(name, v goja.Value) {
		if !bind.Truthy(name) {
			return
		}
		method, key := "setHeader", lowerASCII(name.String())
		if seen[key] {
			method = "appendHeader"
		}
		seen[key] = true
		bind.Invoke(s.room.h.VM, s.obj, method, name, v)
	})
}

// raw writes an interim response.
func (s *ServerResponse) raw(text string) {
	s.sendRaw(body{text: text})
}

func (s *ServerResponse) writeContinue(c goja.FunctionCall) goja.Value {
	s.raw("HTTP/1.1 100 Continue\r\n\r\n")
	s.sentContinue = true
	if cb, ok := bind.ToCallable(c.Argument(0)); ok {
		s.whenWritten(func(err goja.Value) { callBack(cb, err) })
	}
	return goja.Undefined()
}

// linkValue checks the link of early hints and returns the value of the field.
//
// Node v20 lib/internal/validators.js: validateLinkHeaderValue.
func (r *Room) linkValue(link goja.Value) string {
	const want = `must be an array or string of format "</styles.css>; rel=preload; as=style"`
	check := func(v goja.Value) string {
		if !nodeerr.IsString(v) || !h1.IsLink(v.String()) {
			panic(r.h.Err.InvalidArgValue("hints", v, want))
		}
		return v.String()
	}
	if nodeerr.IsString(link) {
		return check(link)
	}
	list, ok := link.(*goja.Object)
	if !ok || list.ClassName() != "Array" {
		panic(r.h.Err.InvalidArgValue("hints", link, want))
	}
	var values []string
	r.h.VM.ForOf(list, func(v goja.Value) bool { values = append(values, check(v)); return true })
	return strings.Join(values, ", ")
}

// writeEarlyHints is response.writeEarlyHints(hints[, callback]). RFC 8297
func (s *ServerResponse) writeEarlyHints(c goja.FunctionCall) goja.Value {
	hints := s.room.h.Err.ValidateObject(c.Argument(0), "hints")
	link := hints.Get("link")
	if bind.IsNullish(link) {
		return goja.Undefined()
	}
	value := s.room.linkValue(link)
	if value == "" {
		return goja.Undefined()
	}
	head := []byte("HTTP/1.1 103 Early Hints\r\nLink: " + value + "\r\n")
	for _, name := range hints.Keys() {
		if name == "link" {
			continue
		}
		s.room.validateName(bind.String(name), "")
		v := hints.Get(name)
		if _, isObject := v.(*goja.Object); isObject {
			v = bind.ToString(v)
		}
		s.room.validateValue(name, v)
		head = append(append(head, name...), ": "...)
		head = append(appendText(head, v), '\r', '\n')
	}
	s.raw(string(head) + "\r\n")
	if cb, ok := bind.ToCallable(c.Argument(1)); ok {
		s.whenWritten(func(err goja.Value) { callBack(cb, err) })
	}
	return goja.Undefined()
}

func (s *ServerResponse) socketOf() *goja.Object {
	if s.assigned != nil {
		return s.sock
	}
	// Node has given the connection to the next response when 'finish' is emitted.
	// It has none before its turn has come.
	if s.conn != nil && s.wire != nil && !s.closed && !s.finishEmitted {
		return s.conn.socket()
	}
	return nil
}

func (s *ServerResponse) destroyConnection(err goja.Value) {
	switch {
	case s.assigned != nil && s.sock != nil:
		s.assigned.link.destroy(err)
	case s.conn != nil && s.wire != nil && s.assigned == nil:
		s.conn.destroy(err)
	default:
		// Its connection may come. Node v20 lib/_http_outgoing.js: destroy.
		s.room.ev.Once(s.obj, "socket", func([]goja.Value) {
			if s.conn != nil && s.assigned == nil {
				s.conn.destroy(err) // before what waits is written
			} else {
				s.destroyConnection(err)
			}
		})
	}
}

func (s *ServerResponse) completed() {
	if p := s.room.h.Diagnostics.HTTPServerResponseFinish; p != nil && s.conn != nil {
		s.conn.tell(p, s.in, s)
	}
}

// whole implements outgoingKind.
//
// Node v20 lib/_http_server.js: ServerResponse.prototype._finish.
func (s *ServerResponse) whole() {
	if s.measurement != nil {
		s.measurement.End(s.room.h.Performance.HTTP, "res", s.room.h.Record("statusCode", s.status,
			"statusMessage", s.obj.Get("statusMessage"), "headers", bind.Invoke(s.room.h.VM, s.obj, "getHeaders")))
		s.measurement = nil
	}
}

// measure begins what perf_hooks calls HttpRequest.
func (s *ServerResponse) measure() {
	r := s.room
	s.measurement = r.h.Performance.HTTP.Begin(r.h, "HttpRequest", func() *goja.Object {
		in := s.in.obj
		return r.h.Record("req", r.h.Record("method", in.Get("method"), "url", in.Get("url"), "headers", in.Get("headers")))
	})
}

func (s *ServerResponse) done() {
	if s.conn != nil && s.assigned == nil {
		s.conn.responseDone(s)
	}
}
