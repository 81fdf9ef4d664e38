package http

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// This file is the client from before http.request: http.createClient, deprecated but documented.
//
// Node v0.11 lib/http.js: Client.

// createClient is http.createClient([port], [host]). The first call warns.
func (r *Room) createClient(c goja.FunctionCall) goja.Value {
	if !r.clientWarned {
		r.clientWarned = true
		bind.Invoke(r.h.VM, r.h.Builtin("process").(*goja.Object), "emitWarning",
			bind.String("http.createClient is deprecated. Use `http.request` instead."), bind.String("DeprecationWarning"))
	}
	if r.client == nil {
		r.defineLegacyClient()
	}
	o, err := r.h.VM.New(r.client.Ctor, c.Arguments...)
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

// legacyClient is what createClient returns.
type legacyClient struct {
	events.Emitter
	socket *goja.Object // the connection whose end it tells
}

// defineLegacyClient makes the class of what createClient returns: requests to one server, one after
// the other, through an agent of the client's own.
func (r *Room) defineLegacyClient() {
	vm := r.h.VM
	r.client = bind.Define(vm, bind.Class{Name: "Client", Length: 2, Mode: bind.CallInstance, Parent: r.ev.EventEmitter,
		Construct: func(this *goja.Object, args []goja.Value) {
			client, st := new(legacyClient), bind.Own(this)
			events.Init(st, &client.Emitter)
			st.Put(bind.Self, client)
			port, host := bind.Arg(args, 0), bind.Arg(args, 1)
			if !bind.Truthy(port) {
				port = bind.Int(80)
			}
			if !bind.Truthy(host) {
				host = bind.String("localhost")
			}
			options := vm.NewObject()
			options.Set("host", host)
			options.Set("port", port)
			options.Set("maxSockets", 1)
			agent, err := vm.New(r.Agent.Ctor, options)
			if err != nil {
				bind.Rethrow(err)
			}
			this.Set("host", host)
			this.Set("port", port)
			this.Set("agent", agent)
		},
		Methods: []bind.Method{{Name: "request", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
			return r.legacyRequest(c.This.ToObject(vm), c.Arguments)
		}}},
	})
}

// legacyRequest is client.request([method], path[, headers]).
func (r *Room) legacyRequest(client *goja.Object, args []goja.Value) goja.Value {
	method, path, headers := bind.Arg(args, 0), bind.Arg(args, 1), bind.Arg(args, 2)
	if nodeerr.IsString(method) && strings.HasPrefix(method.String(), "/") {
		method, path, headers = bind.String("GET"), method, path
	}
	options := r.h.VM.NewObject()
	for name, v := range map[string]goja.Value{"host": client.Get("host"), "port": client.Get("port"),
		"method": method, "path": path, "headers": headers, "agent": client.Get("agent")} {
		options.Set(name, v)
	}
	req := r.request(goja.FunctionCall{This: goja.Undefined(), Arguments: []goja.Value{options}}, false).ToObject(r.h.VM)
	r.ev.On(req, "error", func(args []goja.Value) {
		// Heard by the client, or by the request's own listeners, or nobody.
		if r.ev.ListenerCount(client, "error") > 0 || r.ev.ListenerCount(req, "error") == 1 {
			r.ev.Emit(client, "error", args...)
		}
	})
	r.ev.Once(req, "socket", func(args []goja.Value) {
		so, ok := bind.Arg(args, 0).(*goja.Object)
		state, known := bind.SelfOf[*legacyClient](client)
		if !ok || !known || state.socket == so {
			return
		}
		state.socket = so
		told := false
		end := func([]goja.Value) {
			if !told {
				told = true
				r.ev.Emit(client, "end")
			}
		}
		r.ev.Once(so, "end", end)
		r.ev.Once(so, "close", end)
	})
	return req
}
