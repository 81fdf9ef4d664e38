// Package web is Node's stream/web module, the Streams of the WHATWG, in Go: readable, writable and transform
// streams, their readers, writers and controllers, queuing strategies, and the streams that encode and compress.
//
// The abstract operations of the standard are methods named after them: ReadableStreamDefaultControllerEnqueue
// is defaultController.enqueue in readable.go, WritableStreamStartErroring is WritableStream.startErroring in
// writable.go. Promises settle in the order that Node settles them in. For other rooms the package has a Go
// side: [Room.NewByteStream] is fed by Go, a [Reader] reads any stream.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/webstreams.html and https://streams.spec.whatwg.org.
package web

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Module is require('stream/web').
var Module = modules.Module{ID: "stream/web", Load: func(h *modules.Host) goja.Value {
	r, o := Rooms.Of(h), h.VM.NewObject()
	for _, row := range classes() {
		name := row().name
		o.Set(name, r.class(name).Ctor)
	}
	return o
}}

// GlobalsModule has the same classes for the global object: each is made when it is asked for.
var GlobalsModule = modules.Module{ID: "gonode:stream/web", Load: func(h *modules.Host) goja.Value {
	return h.VM.NewDynamicObject(&globals{Rooms.Of(h)})
}}

// Rooms holds the web streams of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the stream/web module of one runtime.
type Room struct {
	h  *modules.Host
	vm *goja.Runtime

	built                             map[string]*bind.Built
	buffer                            *bind.Built
	arrayBuffer, uint8Array, dataView *goja.Object
	asyncIterator                     *goja.Symbol
	iteratorProto                     *goja.Object
	byteSize, countSize               *goja.Object // the size functions of the strategies
	released, releasing, letGone      *goja.Object // the errors of what was released, the same ones each time

	promiseCtor, executor *goja.Object
	settle                [2]bind.Callable // of the promise that executor was called for last
	promiseThen           bind.Callable
	frame                 bind.Frame
	done                  goja.Value // a promise that is fulfilled with undefined, for use below then
}

func newRoom(h *modules.Host) *Room {
	// The engine's own classes, not what a program may have put in their place.
	ctor := func(proto *goja.Object) *goja.Object { return proto.Get("constructor").(*goja.Object) }
	instance := func(v any) *goja.Object { return h.VM.ToValue(v).(*goja.Object).Prototype() }
	promise, _, _ := h.VM.NewPromise()
	r := &Room{h: h, vm: h.VM, built: make(map[string]*bind.Built), buffer: buffer.Rooms.Of(h).Buffer,
		arrayBuffer: ctor(instance(h.VM.NewArrayBuffer(nil))), dataView: h.VM.Get("DataView").(*goja.Object), promiseCtor: ctor(instance(promise))}
	r.uint8Array = ctor(r.buffer.Proto.Prototype())
	r.promiseThen, _ = bind.ToCallable(instance(promise).Get("then"))
	r.executor = h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
		for i := range r.settle {
			r.settle[i], _ = bind.ToCallable(c.Argument(i))
		}
		return goja.Undefined()
	}).(*goja.Object)
	r.asyncIterator, _ = h.VM.Get("Symbol").(*goja.Object).Get("asyncIterator").(*goja.Symbol)
	r.done = r.resolved(goja.Undefined())
	buffer.Rooms.Of(h).NewStream = func(b []byte) goja.Value { return r.NewByteStream(&blobSource{b}).Object() }
	return r
}

// globals is a view of the classes by name.
type globals struct{ r *Room }

func (g *globals) Get(name string) goja.Value {
	if b := g.r.class(name); b != nil {
		return b.Ctor
	}
	return nil
}
func (g *globals) Has(name string) bool        { return g.Get(name) != nil }
func (g *globals) Set(string, goja.Value) bool { return false }
func (g *globals) Delete(string) bool          { return false }
func (g *globals) Keys() (names []string)      { return nil }
