package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// defineLegacy makes Stream, the constructor that require('stream') is: an EventEmitter with the
// pipe of Node 0.8.
func (r *Room) defineLegacy() {
	r.Stream = bind.Define(r.h.VM, bind.Class{
		Name: "Stream", Length: 1, Parent: r.ev.EventEmitter, Mode: bind.CallAny,
		Construct: func(this *goja.Object, args []goja.Value) {
			bind.Call(r.ev.EventEmitter.Ctor, this, args...)
		},
		Methods: []bind.Method{{Name: "pipe", Length: 2, Fn: r.legacyPipe}},
	})
	r.mark(r.ev.EventEmitter.Proto, "on", "once", "prependListener", "removeListener")
}

func (r *Room) legacyPipe(c goja.FunctionCall) goja.Value {
	vm := r.h.VM
	src, dest := c.This.ToObject(vm), c.Argument(0).ToObject(vm)
	fn := func(f func(this *goja.Object, v goja.Value)) *goja.Object {
		return vm.ToValue(func(c goja.FunctionCall) goja.Value {
			this, _ := c.This.(*goja.Object)
			f(this, c.Argument(0))
			return goja.Undefined()
		}).(*goja.Object)
	}
	on := func(o *goja.Object, name string, f *goja.Object) { r.invoke(o, "on", bind.String(name), f) }
	ended := false
	ondata := fn(func(_ *goja.Object, chunk goja.Value) {
		if bind.Truthy(dest.Get("writable")) && r.invoke(dest, "write", chunk) == bind.False && bind.Truthy(src.Get("pause")) {
			r.invoke(src, "pause")
		}
	})
	ondrain := fn(func(*goja.Object, goja.Value) {
		if bind.Truthy(src.Get("readable")) && bind.Truthy(src.Get("resume")) {
			r.invoke(src, "resume")
		}
	})
	onend := fn(func(*goja.Object, goja.Value) {
		if !ended {
			ended = true
			r.invoke(dest, "end")
		}
	})
	onclose := fn(func(*goja.Object, goja.Value) {
		if !ended {
			ended = true
			if bind.IsFunction(dest.Get("destroy")) {
				r.invoke(dest, "destroy")
			}
		}
	})
	var cleanup, onerror *goja.Object
	onerror = fn(func(this *goja.Object, err goja.Value) {
		bind.Call(cleanup, goja.Undefined())
		if this != nil && r.countListeners(this, "error") == 0 {
			r.invoke(this, "emit", bind.String("error"), err)
		}
	})
	cleanup = fn(func(*goja.Object, goja.Value) {
		r.removeListener(src, "data", ondata)
		r.removeListener(dest, "drain", ondrain)
		r.removeListener(src, "end", onend)
		r.removeListener(src, "close", onclose)
		r.removeListener(src, "error", onerror)
		r.removeListener(dest, "error", onerror)
		r.removeListener(src, "end", cleanup)
		r.removeListener(src, "close", cleanup)
		r.removeListener(dest, "close", cleanup)
	})
	on(src, "data", ondata)
	on(dest, "drain", ondrain)
	if !bind.Truthy(dest.Get("_isStdio")) && bind.Property(c.Argument(1), "end") != bind.False {
		on(src, "end", onend)
		on(src, "close", onclose)
	}
	r.prependListener(src, "error", onerror)
	r.prependListener(dest, "error", onerror)
	on(src, "end", cleanup)
	on(src, "close", cleanup)
	on(dest, "close", cleanup)
	r.invoke(dest, "emit", bind.String("pipe"), src)
	return dest
}
