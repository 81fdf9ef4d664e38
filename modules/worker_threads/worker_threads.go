// Package workerthreads is the part of Node's worker_threads module that works within one thread:
// MessageChannel, MessagePort, MessageEvent and BroadcastChannel, which are also globals, and the
// constants of a main thread. There are no workers: new Worker throws.
//
// Values are cloned as structuredClone does when they are posted; ports and ArrayBuffers can be
// transferred.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/worker_threads.html.
package workerthreads

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/util"
)

// Module is require('worker_threads').
var Module = modules.Module{ID: "worker_threads", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// GlobalsModule holds what only the global object shows of this room.
var GlobalsModule = modules.Module{ID: "gonode:messaging", Load: func(h *modules.Host) goja.Value {
	o := h.VM.NewObject()
	o.Set("MessageEvent", Rooms.Of(h).MessageEvent.Ctor)
	return o
}}

// Rooms holds the worker_threads module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the worker_threads module of one runtime.
type Room struct {
	MessagePort, MessageChannel, MessageEvent, BroadcastChannel *bind.Built

	h        *modules.Host
	targets  *events.TargetRoom
	util     *util.Room
	channels map[string][]*broadcast // open, by name
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, targets: events.Targets.Of(h), util: util.Rooms.Of(h), channels: make(map[string][]*broadcast)}
	r.defineEvent()
	r.definePort()
	r.defineBroadcast()
	return r
}

func (r *Room) exports() goja.Value {
	vm := r.h.VM
	o := vm.NewObject()
	lacking := func(name string) bind.Method {
		return bind.Method{Name: name, Fn: func(goja.FunctionCall) goja.Value {
			r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "worker_threads."+name+"()")
			return nil
		}}
	}
	o.Set("isMainThread", true)
	o.Set("MessagePort", r.MessagePort.Ctor)
	o.Set("MessageChannel", r.MessageChannel.Ctor)
	environment := make(map[any]goja.Value)
	key := func(v goja.Value) any {
		if o, ok := v.(*goja.Object); ok {
			return o
		}
		return v.Export()
	}
	bind.DefineMethods(vm, o, []bind.Method{lacking("markAsUntransferable"), lacking("moveMessagePortToContext"),
		{Name: "receiveMessageOnPort", Length: 1, Fn: r.receiveMessageOnPort}})
	o.Set("resourceLimits", vm.NewObject())
	bind.DefineMethods(vm, o, []bind.Method{lacking("postMessageToThread")})
	o.Set("threadId", 0)
	o.Set("SHARE_ENV", bind.Invoke(vm, vm.Get("Symbol").(*goja.Object), "for", bind.String("nodejs.worker_threads.SHARE_ENV")))
	o.Set("Worker", bind.Define(vm, bind.Class{Name: "Worker", Length: 1, Mode: bind.CallNever,
		Construct: func(*goja.Object, []goja.Value) { r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "new Worker():") }}).Ctor)
	o.Set("parentPort", goja.Null())
	o.Set("workerData", goja.Null())
	o.Set("BroadcastChannel", r.BroadcastChannel.Ctor)
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "setEnvironmentData", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			if bind.IsUndefined(c.Argument(1)) {
				delete(environment, key(c.Argument(0)))
			} else {
				environment[key(c.Argument(0))] = c.Argument(1)
			}
			return goja.Undefined()
		}},
		{Name: "getEnvironmentData", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			if v, ok := environment[key(c.Argument(0))]; ok {
				return v
			}
			return goja.Undefined()
		}},
	})
	return o
}

// messageData is what a MessageEvent adds to Event.
type messageData struct {
	data, source goja.Value
	origin, id   goja.Value
	ports        goja.Value
}

func (r *Room) defineEvent() {
	get := func(name string, fn func(d *messageData) goja.Value) bind.Accessor {
		return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value {
			if e, ok := bind.SelfOf[*events.Event](c.This); ok {
				if d, ok := e.Extra.(*messageData); ok {
					return fn(d)
				}
			}
			r.h.Err.Throw("ERR_INVALID_THIS", "MessageEvent")
			return nil
		}}
	}
	r.MessageEvent = bind.Define(r.h.VM, bind.Class{Name: "MessageEvent", Length: 1, Mode: bind.CallNever, Parent: r.targets.Event,
		Construct: func(this *goja.Object, args []goja.Value) {
			e := r.targets.InitEvent(this, args)
			option := func(name string, def goja.Value) goja.Value {
				if v := bind.Property(bind.Arg(args, 1), name); !bind.IsUndefined(v) {
					return v
				}
				return def
			}
			empty := bind.String("")
			d := &messageData{data: option("data", goja.Null()), source: option("source", goja.Null()),
				origin: bind.ToString(option("origin", empty)), id: bind.ToString(option("lastEventId", empty)), ports: option("ports", r.h.VM.NewArray())}
			if p, ok := bind.SelfOf[*port](d.source); !goja.IsNull(d.source) && (!ok || p == nil) {
				panic(r.h.Err.InvalidArgType("init.source", []string{"MessagePort"}, d.source))
			}
			e.Extra = d
		},
		Accessors: []bind.Accessor{
			get("data", func(d *messageData) goja.Value { return d.data }),
			get("origin", func(d *messageData) goja.Value { return d.origin }),
			get("lastEventId", func(d *messageData) goja.Value { return d.id }),
			get("source", func(d *messageData) goja.Value { return d.source }),
			get("ports", func(d *messageData) goja.Value { return d.ports }),
		}})
}

// message makes the event that delivers data.
func (r *Room) message(data goja.Value, ports []*goja.Object) *goja.Object {
	init := r.h.VM.NewObject()
	init.Set("data", data)
	list := make([]any, len(ports))
	for i, p := range ports {
		list[i] = p
	}
	init.Set("ports", r.h.VM.NewArray(list...))
	e, err := r.h.VM.New(r.MessageEvent.Ctor, bind.String("message"), init)
	if err != nil {
		bind.Rethrow(err)
	}
	return e
}
