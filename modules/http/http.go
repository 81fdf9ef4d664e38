// Package http is Node's http module on a native parser and sockets: Server, IncomingMessage,
// ServerResponse, ClientRequest and Agent.
//
// A connection is one conn (server) or clientConn: it has the Sock, the parser and the messages in
// flight, and nobody else touches those. Heads become one Go string; requests and responses keep
// their state in Go and show it through accessors, so that a message costs JavaScript only what the
// program looks at. Output is appended to the Sock's block of the turn.
//
// Follows the document of 2013 and, where that is silent, https://nodejs.org/docs/latest-v20.x/api/http.html.
// insecureHTTPParser: true lets control bytes into the values of fields and nothing else: what it
// means in Node besides makes two readings of a message possible.
package http

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/http/internal/h1"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/net"
	"github.com/gonode/gonode/modules/stream"
	"github.com/gonode/gonode/parser"

	"sort"
	"time"
)

// Module is require('http').
var Module = modules.Module{ID: "http", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// Rooms holds the http module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the http module of one runtime.
type Room struct {
	IncomingMessage, OutgoingMessage, ServerResponse *bind.Built
	Server, Agent, ClientRequest                     *bind.Built
	client                                           *bind.Built // of createClient; made on first use

	h       *modules.Host
	ev      *events.Room
	streams *stream.Room
	net     *net.Room
	buf     *buffer.Room

	highWaterMark int // bytes that may wait on a connection
	maxHeaderSize int
	date          h1.Date
	now           func() time.Time // h.Now, for date
	heads         [][]byte         // memory of heads, for reuse
	reasons       map[int]goja.Value
	writeHeadFn   *goja.Object
	implicitFn    *goja.Object
	globalAgent   goja.Value
	netClose      *goja.Object // net.Server.prototype.close
	clientWarned  bool         // createClient said that it is deprecated
	// Agent.prototype's, as we made them.
	agentGetName, agentCreateSocket goja.Value

	began        map[*ServerResponse]time.Time // when their requests came; for OnRequest
	listening    map[*Server]struct{}          // by listen, until close
	idleError    *goja.Object                  // the listener for 'error' of an agent's free sockets
	codes        *goja.Object                  // STATUS_CODES
	noEncoding   *goja.Object                  // what setEncoding is on a socket that speaks HTTP
	onConnection *goja.Object                  // _connectionListener
	warned       map[string]bool

	parserProto    *goja.Object // what the values of socket.parser inherit
	trace          *tracer      // nil: none
	symbols        privateSymbols
	maxIdleParsers int64 // what setMaxIdleHTTPParsers was told
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, now: h.Now, began: make(map[*ServerResponse]time.Time), ev: events.Rooms.Of(h), streams: stream.Rooms.Of(h), net: net.Rooms.Of(h), buf: buffer.Rooms.Of(h),
		highWaterMark: 16 << 10, maxHeaderSize: parser.DefaultMaxHeadBytes, reasons: make(map[int]goja.Value),
		listening: make(map[*Server]struct{}), symbols: newPrivateSymbols(), maxIdleParsers: 1000}
	if h.Settings.Flags.TraceHTTP {
		r.trace = newTracer(h.Settings.Stderr)
	}
	if n := h.Settings.Flags.MaxHTTPHeaderSize; n > 0 {
		r.maxHeaderSize = n
	}
	r.netClose = r.net.Server.Proto.Get("close").(*goja.Object)
	r.defineIncoming()
	r.defineOutgoing()
	r.defineResponse()
	r.defineServer()
	r.defineAgent()
	r.defineClient()
	r.definePrivateAccessors()
	r.defineHTTPMessage()
	r.defineParserFace()
	r.defineRejections()
	r.noEncoding = bind.Function(h.VM, bind.Method{Name: "setEncoding", Length: 1, Fn: func(goja.FunctionCall) goja.Value {
		panic(h.Err.New("ERR_HTTP_SOCKET_ENCODING"))
	}})
	return r
}

func (r *Room) exports() goja.Value {
	vm := r.h.VM
	o := vm.NewObject()
	methods := parser.Methods()
	sort.Strings(methods)
	list := make([]any, len(methods))
	for i, m := range methods {
		list[i] = m
	}
	o.Set("METHODS", vm.NewArray(list...))
	o.Set("STATUS_CODES", r.statusCodes())
	o.Set("IncomingMessage", r.IncomingMessage.Ctor)
	o.Set("OutgoingMessage", r.OutgoingMessage.Ctor)
	o.Set("Agent", r.Agent.Ctor)
	o.Set("ClientRequest", r.ClientRequest.Ctor)
	o.Set("Server", r.Server.Ctor)
	o.Set("ServerResponse", r.ServerResponse.Ctor)
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "createServer", Length: 2, New: true, Fn: func(c goja.FunctionCall) goja.Value {
			s, err := vm.New(r.Server.Ctor, c.Arguments...)
			if err != nil {
				bind.Rethrow(err)
			}
			return s
		}},
		{Name: "createClient", Length: 2, Fn: r.createClient},
		{Name: "request", Length: 3, Fn: func(c goja.FunctionCall) goja.Value { return r.request(c, false) }},
		{Name: "get", Length: 3, Fn: func(c goja.FunctionCall) goja.Value { return r.request(c, true) }},
		{Name: "setMaxIdleHTTPParsers", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			// Parsers are part of their connection here: there is no pool to bound.
			r.maxIdleParsers = r.h.Err.ValidateInteger(c.Argument(0), "max", 1, 1<<53-1)
			return goja.Undefined()
		}},
	})
	o.Set("_connectionListener", r.connectionListener())
	bind.DefineMethods(vm, o, r.validators())
	r.defineGlobalAgent(o)
	maxHeaderSize := bind.Function(vm, bind.Method{Name: "get", Fn: func(goja.FunctionCall) goja.Value { return bind.Int(r.maxHeaderSize) }})
	o.DefineAccessorProperty("maxHeaderSize", maxHeaderSize, nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	return o
}

// statusCodes makes http.STATUS_CODES, once.
func (r *Room) statusCodes() *goja.Object {
	if r.codes == nil {
		r.codes = r.h.VM.NewObject()
		for code, text := range h1.StatusText {
			r.codes.Set(bind.Int(code).String(), text)
		}
	}
	return r.codes
}

// validators are http.validateHeaderName and validateHeaderValue.
func (r *Room) validators() []bind.Method {
	return []bind.Method{
		{Name: "validateHeaderName", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			label := "Header name"
			if v := c.Argument(1); bind.Truthy(v) {
				label = v.String()
			}
			r.validateName(c.Argument(0), label)
			return goja.Undefined()
		}},
		{Name: "validateHeaderValue", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			r.validateValue(c.Argument(0).String(), c.Argument(1))
			return goja.Undefined()
		}},
	}
}

// defineGlobalAgent puts globalAgent on o: assigning it changes it for all.
func (r *Room) defineGlobalAgent(o *goja.Object) {
	vm := r.h.VM
	o.DefineAccessorProperty("globalAgent",
		vm.ToValue(func(goja.FunctionCall) goja.Value { return r.globalAgentValue() }),
		vm.ToValue(func(c goja.FunctionCall) goja.Value { r.globalAgent = c.Argument(0); return goja.Undefined() }),
		goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// deprecated warns once of something that Node has deprecated.
func (r *Room) deprecated(code, text string) {
	if r.warned[code] || r.h.Process == nil {
		return
	}
	if r.warned == nil {
		r.warned = make(map[string]bool)
	}
	r.warned[code] = true
	w := r.h.Err.Plain(nodeerr.Error, text)
	w.Set("name", "DeprecationWarning")
	w.Set("code", code)
	r.h.Process.EmitWarning(w)
}

// takeHead returns empty memory for a head; giveHead takes it back.
func (r *Room) takeHead() []byte {
	if n := len(r.heads); n > 0 {
		b := r.heads[n-1]
		r.heads = r.heads[:n-1]
		return b
	}
	return make([]byte, 0, 512)
}

func (r *Room) giveHead(b []byte) {
	if cap(b) > 0 && cap(b) <= 4096 && len(r.heads) < 64 {
		r.heads = append(r.heads, b[:0])
	}
}

// reasonValue returns the usual text of a status as a JavaScript string.
func (r *Room) reasonValue(code int, text string) goja.Value {
	v, ok := r.reasons[code]
	if !ok {
		v = bind.String(text)
		r.reasons[code] = v
	}
	return v
}

// globalAgentValue is http.globalAgent, made on first use.
func (r *Room) globalAgentValue() goja.Value {
	if r.globalAgent == nil {
		a, err := r.h.VM.New(r.Agent.Ctor)
		if err != nil {
			bind.Rethrow(err)
		}
		r.globalAgent = a
	}
	return r.globalAgent
}
