// Package asynchooks is Node's async_hooks module as far as programs of today use it:
// AsyncLocalStorage and AsyncResource. Hooks on every asynchronous resource (createHook) are left
// out: enabling one throws.
//
// A store follows promises, timers, ticks, immediates, work off the loop, and requests of http; see
// modules.AsyncContext. It does not pass through a thenable that is no promise.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/async_context.html.
package asynchooks

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Module is require('async_hooks').
var Module = modules.Module{ID: "async_hooks", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// Rooms holds the async_hooks module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the async_hooks module of one runtime.
type Room struct {
	Storage  *bind.Built // AsyncLocalStorage
	Resource *bind.Built // AsyncResource

	h      *modules.Host
	lastID int64
	root   *goja.Object // executionAsyncResource() outside of every AsyncResource
}

// tracker carries the context through promises. The engine calls it on the loop goroutine.
type tracker struct{ h *modules.Host }

// Grab implements goja.AsyncContextTracker.
func (t tracker) Grab() any { return t.h.Context }

// Resumed implements goja.AsyncContextTracker.
func (t tracker) Resumed(ctx any) { t.h.Context, _ = ctx.(*modules.AsyncContext) }

// Exited implements goja.AsyncContextTracker.
func (t tracker) Exited() { t.h.Context = nil }

// storage is the state of an AsyncLocalStorage; as a key of a context it is the storage itself.
type storage struct{ enabled bool }

// resource is the state of an AsyncResource.
type resource struct {
	id, trigger int64
	context     *modules.AsyncContext
}

// resourceKey keys the AsyncResource that a context belongs to: its object.
type resourceKey struct{}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, lastID: 1, root: h.VM.NewObject()}
	h.VM.SetAsyncContextTracker(tracker{h})
	r.defineStorage()
	r.defineResource()
	return r
}

func (r *Room) exports() goja.Value {
	vm := r.h.VM
	o := vm.NewObject()
	o.Set("AsyncLocalStorage", r.Storage.Ctor)
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "createHook", Length: 1, Fn: r.createHook},
		{Name: "executionAsyncId", Fn: func(goja.FunctionCall) goja.Value {
			if s := r.current(); s != nil {
				return vm.ToValue(s.id)
			}
			return bind.Int(1)
		}},
		{Name: "triggerAsyncId", Fn: func(goja.FunctionCall) goja.Value {
			if s := r.current(); s != nil {
				return vm.ToValue(s.trigger)
			}
			return bind.Int(0)
		}},
		{Name: "executionAsyncResource", Fn: func(goja.FunctionCall) goja.Value {
			if o, ok := r.h.Context.Get(resourceKey{}); ok {
				return o.(*goja.Object)
			}
			return r.root
		}},
	})
	o.Set("AsyncResource", r.Resource.Ctor)
	return o
}

// current is the AsyncResource in whose scope the code runs, nil outside of all.
func (r *Room) current() *resource {
	o, ok := r.h.Context.Get(resourceKey{})
	if !ok {
		return nil
	}
	s, _ := bind.SelfOf[*resource](o.(*goja.Object))
	return s
}

// callable is an argument that is applied: anything else gives V8's message.
func (r *Room) callable(v goja.Value) bind.Callable {
	fn, ok := bind.ToCallable(v)
	if !ok {
		panic(r.h.VM.NewTypeError("Function.prototype.apply was called on %s, which is a %s and not a function", v.String(), nodeerr.TypeOf(v)))
	}
	return fn
}

func (r *Room) defineStorage() {
	vm := r.h.VM
	of := func(v goja.Value) *storage {
		s, ok := bind.SelfOf[*storage](v)
		if !ok {
			panic(vm.NewTypeError("Value of \"this\" must be of AsyncLocalStorage"))
		}
		return s
	}
	rest := func(args []goja.Value, n int) []goja.Value { return args[min(n, len(args)):] }
	r.Storage = bind.Define(vm, bind.Class{Name: "AsyncLocalStorage", Mode: bind.CallNever,
		Construct: func(this *goja.Object, _ []goja.Value) { bind.Own(this).Put(bind.Self, &storage{}) },
		Methods: []bind.Method{
			{Name: "disable", Fn: func(c goja.FunctionCall) goja.Value {
				of(c.This).enabled = false
				return goja.Undefined()
			}},
			{Name: "enterWith", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				s := of(c.This)
				s.enabled = true
				r.h.Context = r.h.Context.With(s, c.Argument(0))
				return goja.Undefined()
			}},
			{Name: "run", Length: 2, Fn: func(c goja.FunctionCall) (v goja.Value) {
				s, fn := of(c.This), r.callable(c.Argument(1))
				s.enabled = true
				r.h.Within(r.h.Context.With(s, c.Argument(0)), func() {
					v = fn.Call(goja.Null(), rest(c.Arguments, 2)...)
				})
				return v
			}},
			{Name: "exit", Length: 1, Fn: func(c goja.FunctionCall) (v goja.Value) {
				s, fn := of(c.This), r.callable(c.Argument(0))
				r.h.Within(r.h.Context.With(s, goja.Undefined()), func() {
					v = fn.Call(goja.Null(), rest(c.Arguments, 1)...)
				})
				return v
			}},
			{Name: "getStore", Fn: func(c goja.FunctionCall) goja.Value {
				s := of(c.This)
				if v, ok := r.h.Context.Get(s); ok && s.enabled {
					return v.(goja.Value)
				}
				return goja.Undefined()
			}},
		},
		Statics: []bind.Method{
			{Name: "bind", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				return r.bind(r.construct("bound-anonymous-fn"), c.Argument(0), goja.Undefined())
			}},
			{Name: "snapshot", Fn: func(goja.FunctionCall) goja.Value {
				ctx := r.h.Context
				return bind.Function(vm, bind.Method{Name: "", Length: 1, Fn: func(c goja.FunctionCall) (v goja.Value) {
					fn := r.callable(c.Argument(0))
					r.h.Within(ctx, func() { v = fn.Call(c.This, rest(c.Arguments, 1)...) })
					return v
				}})
			}},
		}})
}

// construct is new AsyncResource(type).
func (r *Room) construct(kind string) *goja.Object {
	o, err := r.h.VM.New(r.Resource.Ctor, bind.String(kind))
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

func (r *Room) resource(v goja.Value) *resource {
	s, ok := bind.SelfOf[*resource](v)
	if !ok {
		panic(r.h.VM.NewTypeError("Value of \"this\" must be of AsyncResource"))
	}
	return s
}

func (r *Room) defineResource() {
	vm := r.h.VM
	r.Resource = bind.Define(vm, bind.Class{Name: "AsyncResource", Length: 1, Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			r.h.Err.ValidateString(bind.Arg(args, 0), "type")
			s := &resource{trigger: 1}
			if up := r.current(); up != nil {
				s.trigger = up.id
			}
			trigger := bind.Arg(args, 1)
			if !nodeerr.IsNumber(trigger) {
				trigger = bind.Property(trigger, "triggerAsyncId")
			}
			if !bind.IsUndefined(trigger) {
				if f := trigger.ToFloat(); !nodeerr.IsNumber(trigger) || f != float64(int64(f)) || f < -1 {
					r.h.Err.Throw("ERR_INVALID_ASYNC_ID", "triggerAsyncId", trigger.String())
				}
				s.trigger = trigger.ToInteger()
			}
			r.lastID++
			s.id = r.lastID
			s.context = r.h.Context.With(resourceKey{}, this)
			bind.Own(this).Put(bind.Self, s)
		},
		Methods: []bind.Method{
			{Name: "runInAsyncScope", Length: 2, Fn: func(c goja.FunctionCall) (v goja.Value) {
				s, fn := r.resource(c.This), r.callable(c.Argument(0))
				r.h.Within(s.context, func() { v = fn.Call(c.Argument(1), c.Arguments[min(2, len(c.Arguments)):]...) })
				return v
			}},
			{Name: "emitDestroy", Fn: func(c goja.FunctionCall) goja.Value {
				r.resource(c.This)
				return c.This
			}},
			{Name: "asyncId", Fn: func(c goja.FunctionCall) goja.Value { return vm.ToValue(r.resource(c.This).id) }},
			{Name: "triggerAsyncId", Fn: func(c goja.FunctionCall) goja.Value { return vm.ToValue(r.resource(c.This).trigger) }},
			{Name: "bind", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
				r.resource(c.This)
				return r.bind(bind.This(r.h.VM, c), c.Argument(0), c.Argument(1))
			}},
		},
		Statics: []bind.Method{{Name: "bind", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
			kind := "bound-anonymous-fn"
			if bind.Truthy(c.Argument(1)) {
				kind = c.Argument(1).String()
			} else if name := bind.Property(c.Argument(0), "name"); bind.Truthy(name) {
				kind = name.String()
			}
			return r.bind(r.construct(kind), c.Argument(0), c.Argument(2))
		}}}})
}

// bind is asyncResource.bind(fn[, thisArg]): fn in the resource's scope.
func (r *Room) bind(res *goja.Object, fn, thisArg goja.Value) goja.Value {
	f, _ := bind.ToCallable(r.h.Err.ValidateFunction(fn, "fn"))
	s := r.resource(res)
	length := int(bind.Property(fn, "length").ToInteger())
	bound := bind.Function(r.h.VM, bind.Method{Name: "bound", Length: length, Fn: func(c goja.FunctionCall) (v goja.Value) {
		this := thisArg
		if bind.IsUndefined(this) {
			this = c.This
		}
		r.h.Within(s.context, func() { v = f.Call(this, c.Arguments...) })
		return v
	}})
	bound.Set("asyncResource", res)
	return bound
}

// createHook is createHook(callbacks). A hook can be made; what it would hear is not told here.
func (r *Room) createHook(c goja.FunctionCall) goja.Value {
	for _, name := range []string{"init", "before", "after", "destroy", "promiseResolve"} {
		if v := bind.Property(c.Argument(0), name); !bind.IsUndefined(v) {
			if _, ok := bind.ToCallable(v); !ok {
				r.h.Err.Throw("ERR_ASYNC_CALLBACK", "hook."+name)
			}
		}
	}
	hook := r.h.VM.NewObject()
	bind.DefineMethods(r.h.VM, hook, []bind.Method{
		{Name: "enable", Fn: func(goja.FunctionCall) goja.Value {
			panic(r.h.Err.New("ERR_METHOD_NOT_IMPLEMENTED", "asyncHook.enable()"))
		}},
		{Name: "disable", Fn: func(c goja.FunctionCall) goja.Value { return c.This }},
	})
	return hook
}
