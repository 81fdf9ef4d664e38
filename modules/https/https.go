// Package https is Node's https module as far as it goes without TLS: Agent, globalAgent, request
// and get work, and whoever brings a connection (an agent with a createConnection or createSocket of
// its own) can use them. Agent.createConnection and Server throw ERR_METHOD_NOT_IMPLEMENTED.
//
// https://nodejs.org/docs/latest-v20.x/api/https.html; the document of 2013 has keepAlive off for the
// global agent, as in http.
package https

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/http"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Module is require('https').
var Module = modules.Module{ID: "https", Load: func(h *modules.Host) goja.Value {
	r := &room{h: h, http: http.Rooms.Of(h)}
	r.defineAgent()
	return r.exports()
}}

// room is the https module of one runtime.
type room struct {
	h           *modules.Host
	http        *http.Room
	agent       *bind.Built
	globalAgent goja.Value
}

func (r *room) exports() goja.Value {
	vm := r.h.VM
	o := vm.NewObject()
	o.Set("Agent", r.agent.Ctor)
	o.DefineAccessorProperty("globalAgent",
		vm.ToValue(func(goja.FunctionCall) goja.Value { return r.global() }),
		vm.ToValue(func(c goja.FunctionCall) goja.Value { r.globalAgent = c.Argument(0); return goja.Undefined() }),
		goja.FLAG_TRUE, goja.FLAG_TRUE)
	server := bind.Define(vm, bind.Class{Name: "Server", Length: 2, Mode: bind.CallInstance,
		Construct: func(*goja.Object, []goja.Value) { r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "https.Server") },
	})
	o.Set("Server", server.Ctor)
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "createServer", Length: 2, Fn: func(goja.FunctionCall) goja.Value {
			r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "https.createServer")
			return nil
		}},
		{Name: "get", Length: 3, Fn: func(c goja.FunctionCall) goja.Value { return r.http.Request(c.Arguments, r.global(), true) }},
		{Name: "request", Length: 0, Fn: func(c goja.FunctionCall) goja.Value { return r.http.Request(c.Arguments, r.global(), false) }},
	})
	return o
}

// global is https.globalAgent, made on first use.
func (r *room) global() goja.Value {
	if r.globalAgent == nil {
		a, err := r.h.VM.New(r.agent.Ctor)
		if err != nil {
			bind.Rethrow(err)
		}
		r.globalAgent = a
	}
	return r.globalAgent
}
