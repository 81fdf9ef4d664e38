package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

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
			{Name: "_writeRaw", Length: 4, Fn: m(func(m *OutgoingMessage, c goja.FunctionCall) goja.Value {
				ok := m.sendRaw(m.bodyOf(c.Argument(0), c.Argument(1)))
				for _, arg := range []goja.Value{c.Argument(1), c.Argument(2)} {
					if cb, isFn := bind.ToCallable(arg); isFn {
						m.whenWritten(func(err goja.Value) { callBack(cb, err) })
					}
				}
				return bind.Bool(ok)
			})},
			{Name: "_renderHeaders", Fn: m(func(m *OutgoingMessage, _ goja.FunctionCall) goja.Value {
				if m.hasHead {
					m.headersSentError("render")
				}
				o := vm.NewObject()
				for i := range m.headers {
					o.Set(m.headers[i].name, m.headers[i].value)
				}
				return o
			})},
			{Name: "_implicitHeader", Fn: m(func(m *OutgoingMessage, _ goja.FunctionCall) goja.Value {
				if m.hasHead {
					action := "write"
					if _, ok := m.kind.(*ClientRequest); ok {
						action = "render"
					}
					m.headersSentError(action)
				}
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
			get("_headers", func(m *OutgoingMessage) goja.Value {
				r.deprecated("DEP0066", "OutgoingMessage.prototype._headers is deprecated")
				return bind.Invoke(vm, m.obj, "getHeaders")
			}),
			get("_headerNames", func(m *OutgoingMessage) goja.Value {
				r.deprecated("DEP0066", "OutgoingMessage.prototype._headerNames is deprecated")
				o := vm.CreateObject(nil)
				for i := range m.headers {
					o.Set(m.headers[i].lower, m.headers[i].name)
				}
				return o
			}),
			get("_trailer", func(m *OutgoingMessage) goja.Value { return latin1Value(string(m.trailer)) }),
			readOnly("outputSize", func(m *OutgoingMessage) goja.Value { return bind.Int(len(m.pending)) }),
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
					return s
				}
				return goja.Null()
			}),
			get("connection", func(m *OutgoingMessage) goja.Value { return bind.Property(m.obj, "socket") }),
		}})
	r.streams.NativeWrite(r.OutgoingMessage)
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
