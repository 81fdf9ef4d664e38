package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/http/internal/h1"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/parser"
)

// PrivateModules are the files of Node's http that programs require by their own names, although
// Node does not document them: require('_http_server') and so on. Each has what Node 20's has,
// as far as there is such a thing here. The parser has no face in JavaScript: HTTPParser and the
// pool of parsers throw when they are used.
var PrivateModules = []modules.Module{
	{ID: "_http_agent", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).agentModule() }},
	{ID: "_http_client", Load: func(h *modules.Host) goja.Value {
		r := Rooms.Of(h)
		return r.object("ClientRequest", r.ClientRequest.Ctor)
	}},
	{ID: "_http_common", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).commonModule() }},
	{ID: "_http_incoming", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).incomingModule() }},
	{ID: "_http_outgoing", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).outgoingModule() }},
	{ID: "_http_server", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).serverModule() }},
}

// privateSymbols are the symbols that programs find in the modules above.
type privateSymbols struct {
	incomingMessage, serverResponse, checkingInterval, highWaterMark *goja.Symbol
}

func newPrivateSymbols() privateSymbols {
	return privateSymbols{
		incomingMessage:  goja.NewSymbol("IncomingMessage"),
		serverResponse:   goja.NewSymbol("ServerResponse"),
		checkingInterval: goja.NewSymbol("http.server.connectionsCheckingInterval"),
		highWaterMark:    goja.NewSymbol("kHighWaterMark"),
	}
}

// object makes an object of names and values.
func (r *Room) object(pairs ...any) *goja.Object {
	o := r.h.VM.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

func (r *Room) agentModule() goja.Value {
	o := r.object("Agent", r.Agent.Ctor)
	r.defineGlobalAgent(o)
	return o
}

func (r *Room) commonModule() goja.Value {
	vm := r.h.VM
	lacks := func(what string) bind.Func {
		return func(goja.FunctionCall) goja.Value {
			r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", what)
			return nil
		}
	}
	pattern := func(source string) goja.Value {
		re, err := vm.New(vm.Get("RegExp"), bind.String(source), bind.String("i"))
		if err != nil {
			bind.Rethrow(err)
		}
		return re
	}
	parsers := r.object("name", "parsers")
	// Parsers are part of their connection here: nothing is kept, so that the bound bounds nothing.
	parsers.DefineAccessorProperty("max",
		vm.ToValue(func(goja.FunctionCall) goja.Value { return vm.ToValue(r.maxIdleParsers) }),
		vm.ToValue(func(c goja.FunctionCall) goja.Value {
			r.maxIdleParsers = c.Argument(0).ToInteger()
			return goja.Undefined()
		}), goja.FLAG_TRUE, goja.FLAG_TRUE)
	bind.DefineMethods(vm, parsers, []bind.Method{
		{Name: "alloc", Fn: lacks("parsers.alloc()")},
		{Name: "free", Length: 1, Fn: lacks("parsers.free()")},
	})
	methods := parser.Methods()
	list := make([]any, len(methods))
	for i, m := range methods {
		list[i] = m
	}
	o := r.object("methods", vm.NewArray(list...), "parsers", parsers, "CRLF", "\r\n",
		"chunkExpression", pattern(`(?:^|\W)chunked(?:$|\W)`),
		"continueExpression", pattern(`(?:^|\W)100-continue(?:$|\W)`),
		"kIncomingMessage", r.symbols.incomingMessage)
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "_checkInvalidHeaderChar", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			return bind.Bool(!r.validText(c.Argument(0)))
		}},
		{Name: "_checkIsHttpToken", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			return bind.Bool(h1.IsToken(bind.ToString(c.Argument(0)).String()))
		}},
		{Name: "isLenient", Fn: func(goja.FunctionCall) goja.Value { return bind.False }},
		{Name: "HTTPParser", Fn: lacks("HTTPParser")},
		{Name: "freeParser", Length: 3, Fn: lacks("freeParser()")},
		{Name: "prepareError", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
			err := c.Argument(0).ToObject(vm)
			err.Set("rawPacket", c.Argument(2))
			if reason := bind.Property(err, "reason"); bind.Truthy(reason) {
				err.Set("message", "Parse Error: "+reason.String())
			}
			return goja.Undefined()
		}},
	})
	return o
}

func (r *Room) incomingModule() goja.Value {
	o := r.object("IncomingMessage", r.IncomingMessage.Ctor)
	bind.DefineMethods(r.h.VM, o, []bind.Method{
		{Name: "readStart", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			if s, ok := c.Argument(0).(*goja.Object); ok && !bind.Truthy(s.Get("_paused")) && bind.Truthy(s.Get("readable")) {
				bind.Invoke(r.h.VM, s, "resume")
			}
			return goja.Undefined()
		}},
		{Name: "readStop", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			if s, ok := c.Argument(0).(*goja.Object); ok {
				bind.Invoke(r.h.VM, s, "pause")
			}
			return goja.Undefined()
		}},
	})
	return o
}

func (r *Room) outgoingModule() goja.Value {
	o := r.object("OutgoingMessage", r.OutgoingMessage.Ctor, "kHighWaterMark", r.symbols.highWaterMark)
	bind.DefineMethods(r.h.VM, o, append([]bind.Method{
		{Name: "parseUniqueHeadersOption", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			list, ok := c.Argument(0).(*goja.Object)
			if !ok || list.ClassName() != "Array" {
				return goja.Null()
			}
			var names []any
			r.h.VM.ForOf(list, func(v goja.Value) bool {
				if inner, ok := v.(*goja.Object); ok && inner.ClassName() == "Array" {
					r.h.VM.ForOf(inner, func(v goja.Value) bool { names = append(names, lowerASCII(v.String())); return true })
				} else {
					names = append(names, lowerASCII(v.String()))
				}
				return true
			})
			set, err := r.h.VM.New(r.h.VM.Get("Set"), r.h.VM.NewArray(names...))
			if err != nil {
				bind.Rethrow(err)
			}
			return set
		}},
	}, r.validators()...))
	return o
}

func (r *Room) serverModule() goja.Value {
	server := func(v goja.Value) *Server {
		s, ok := bind.SelfOf[*Server](v)
		if !ok {
			panic(r.h.VM.NewTypeError("this is not an http.Server"))
		}
		return s
	}
	o := r.object("STATUS_CODES", r.statusCodes(), "Server", r.Server.Ctor, "ServerResponse", r.ServerResponse.Ctor,
		"kServerResponse", r.symbols.serverResponse, "kConnectionsCheckingInterval", r.symbols.checkingInterval)
	o.Set("_connectionListener", r.connectionListener())
	bind.DefineMethods(r.h.VM, o, []bind.Method{
		{Name: "setupConnectionsTracking", Fn: func(c goja.FunctionCall) goja.Value {
			server(c.This).startChecks()
			return goja.Undefined()
		}},
		{Name: "storeHTTPOptions", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			server(c.This).options(c.Argument(0).ToObject(r.h.VM))
			return goja.Undefined()
		}},
		{Name: "httpServerPreClose", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			s := server(c.Argument(0))
			bind.Invoke(r.h.VM, s.Object(), "closeIdleConnections")
			s.checker.Stop()
			return goja.Undefined()
		}},
	})
	return o
}

// connectionListener is what a server does with a connection: called on a server with a stream, it
// speaks HTTP on it.
func (r *Room) connectionListener() *goja.Object {
	if r.onConnection == nil {
		r.onConnection = bind.Function(r.h.VM, bind.Method{Name: "connectionListener", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			s, ok := bind.SelfOf[*Server](c.This)
			if !ok {
				panic(r.h.VM.NewTypeError("this is not an http.Server"))
			}
			s.foreign(c.Arguments)
			return goja.Undefined()
		}})
	}
	return r.onConnection
}

// definePrivateAccessors shows what programs reach for behind the symbols.
func (r *Room) definePrivateAccessors() {
	vm := r.h.VM
	r.Server.Proto.DefineAccessorPropertySymbol(r.symbols.checkingInterval,
		vm.ToValue(func(c goja.FunctionCall) goja.Value {
			s, ok := bind.SelfOf[*Server](c.This)
			if !ok || !s.checked {
				return goja.Undefined()
			}
			return r.object("_destroyed", !s.checker.Active(), "_repeat", s.checkInterval)
		}), nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
	class := func(symbol *goja.Symbol, of func(s *Server) **goja.Object, usual *bind.Built) {
		r.Server.Proto.DefineAccessorPropertySymbol(symbol,
			vm.ToValue(func(c goja.FunctionCall) goja.Value {
				if s, ok := bind.SelfOf[*Server](c.This); ok && *of(s) != nil {
					return *of(s)
				}
				return usual.Ctor
			}),
			vm.ToValue(func(c goja.FunctionCall) goja.Value {
				if s, ok := bind.SelfOf[*Server](c.This); ok {
					*of(s) = r.h.Err.ValidateFunction(c.Argument(0), "value")
				}
				return goja.Undefined()
			}), goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	class(r.symbols.incomingMessage, func(s *Server) **goja.Object { return &s.incomingCtor }, r.IncomingMessage)
	class(r.symbols.serverResponse, func(s *Server) **goja.Object { return &s.responseCtor }, r.ServerResponse)
	r.OutgoingMessage.Proto.DefineAccessorPropertySymbol(r.symbols.highWaterMark,
		vm.ToValue(func(c goja.FunctionCall) goja.Value {
			if m, ok := outgoingOf(c.This); ok {
				return bind.Int(m.highWater)
			}
			return goja.Undefined()
		}),
		vm.ToValue(func(c goja.FunctionCall) goja.Value {
			if m, ok := outgoingOf(c.This); ok && nodeerr.IsNumber(c.Argument(0)) {
				m.highWater = int(c.Argument(0).ToInteger())
			}
			return goja.Undefined()
		}), goja.FLAG_TRUE, goja.FLAG_FALSE)
}
