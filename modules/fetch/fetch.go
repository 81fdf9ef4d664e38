// Package fetch is the Fetch API as Node has it in globals: fetch, Headers, FormData, Request and
// Response, over the house's own http client.
//
// Follows https://fetch.spec.whatwg.org/ as Node 20 does, whose messages are those of undici 6. https: URLs
// reject, since there is no TLS. There is no cache, no cookie store and no CORS, as in Node.
package fetch

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/stream/web"
	"github.com/gonode/gonode/modules/util"
)

// Module holds the globals. A program has to ask for one before it is made.
var Module = modules.Module{ID: "gonode:fetch", Load: func(h *modules.Host) goja.Value {
	return h.VM.NewDynamicObject(globals{Rooms.Of(h)})
}}

// Rooms holds the fetch of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the Fetch API of one runtime.
type Room struct {
	h       *modules.Host
	vm      *goja.Runtime
	util    *util.Room
	buffers *buffer.Room
	targets *events.TargetRoom
	events  *events.Room
	web     *web.Room

	promiseThen   bind.Callable
	json          *goja.Object
	asyncIterator *goja.Symbol

	headersClass, formDataClass, requestClass, responseClass *bind.Built

	agentObject *goja.Object // made by agent
	warnedPatch bool
}

func newRoom(h *modules.Host) *Room {
	vm := h.VM
	r := &Room{h: h, vm: vm, util: util.Rooms.Of(h), buffers: buffer.Rooms.Of(h), targets: events.Targets.Of(h), events: events.Rooms.Of(h), web: web.Rooms.Of(h)}
	r.promiseThen, _ = bind.ToCallable(vm.Get("Promise").(*goja.Object).Get("prototype").(*goja.Object).Get("then"))
	r.json = vm.Get("JSON").(*goja.Object)
	r.asyncIterator, _ = vm.Get("Symbol").(*goja.Object).Get("asyncIterator").(*goja.Symbol)
	return r
}

// globals makes a class when it is read.
type globals struct{ r *Room }

// Get implements goja.DynamicObject.
func (g globals) Get(name string) goja.Value {
	switch name {
	case "Headers":
		return g.r.Headers().Ctor
	case "FormData":
		return g.r.FormData().Ctor
	case "fetch":
		return bind.Function(g.r.vm, bind.Method{Name: "fetch", Length: 1, Fn: g.r.fetch})
	case "Request":
		return g.r.Request().Ctor
	case "Response":
		return g.r.Response().Ctor
	}
	return nil
}

// Set implements goja.DynamicObject.
func (globals) Set(string, goja.Value) bool { return false }

// Has implements goja.DynamicObject.
func (g globals) Has(name string) bool { return g.Get(name) != nil }

// Delete implements goja.DynamicObject.
func (globals) Delete(string) bool { return false }

// Keys implements goja.DynamicObject.
func (globals) Keys() []string { return nil }
