// Package domain is Node's domain module: errors of whatever a domain began reach its 'error'.
//
// Which domain is active is part of the async context, so that timers, ticks, promises, and the
// events of sockets and requests have the domain in which they were begun. Emitters of gonode's own
// (streams, sockets, requests) get no domain property by themselves; an unheard 'error' of theirs is
// thrown, and reaches the domain that way.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/domain.html and lib/domain.js.
package domain

import (
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	asynchooks "github.com/gonode/gonode/modules/async_hooks"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/process"
)

// Module is require('domain').
var Module = modules.Module{ID: "domain", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// Rooms holds the domains of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the domain module of one runtime.
type Room struct {
	Domain *bind.Built

	h    *modules.Host
	ev   *events.Room
	proc *process.Room
	emit bind.Callable // EventEmitter.prototype.emit as it was

	stack []*goja.Object // what was entered in this tick, the active one last
	tick  uint64         // when stack was last looked at
}

// activeKey keys the active domain of a context: its object, nil for none.
type activeKey struct{}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, ev: events.Rooms.Of(h), proc: process.Rooms.Of(h)}
	if r.proc.HasCapture() {
		h.Err.Throw("ERR_DOMAIN_CALLBACK_NOT_AVAILABLE")
	}
	asynchooks.Rooms.Of(h) // the context passes through promises
	r.defineClass()
	r.patchEmitters()
	r.proc.Domains = r.uncaught
	bind.DefineAccessors(h.VM, r.proc.Object(), []bind.Accessor{{Name: "domain", Get: r.getActive,
		Set: func(c goja.FunctionCall) goja.Value {
			o, _ := c.Argument(0).(*goja.Object)
			r.setActive(o)
			return goja.Undefined()
		}}})
	return r
}

func (r *Room) exports() goja.Value {
	o := r.h.VM.NewObject()
	o.Set("Domain", r.Domain.Ctor)
	create := bind.Function(r.h.VM, bind.Method{Name: "createDomain", Fn: func(goja.FunctionCall) goja.Value {
		d, err := r.h.VM.New(r.Domain.Ctor)
		if err != nil {
			bind.Rethrow(err)
		}
		return d
	}})
	o.Set("createDomain", create)
	o.Set("create", create)
	bind.DefineAccessors(r.h.VM, o, []bind.Accessor{
		{Name: "active", Get: r.getActive},
		{Name: "_stack", Get: func(goja.FunctionCall) goja.Value {
			list := make([]any, len(r.entered()))
			for i, d := range r.stack {
				list[i] = d
			}
			return r.h.VM.NewArray(list...)
		}},
	})
	return o
}

func (r *Room) getActive(goja.FunctionCall) goja.Value {
	if d := r.active(); d != nil {
		return d
	}
	return goja.Null()
}

// active is the domain of what runs, nil for none.
func (r *Room) active() *goja.Object {
	v, _ := r.h.Context.Get(activeKey{})
	d, _ := v.(*goja.Object)
	return d
}

func (r *Room) setActive(d *goja.Object) {
	if d != r.active() {
		r.h.Context = r.h.Context.With(activeKey{}, d)
	}
}

// entered brings stack up to date: a callback begins with nothing but the domain of its context.
func (r *Room) entered() []*goja.Object {
	active, tick := r.active(), r.h.Door.Tick()
	top := len(r.stack) - 1
	switch {
	case active == nil:
		r.stack = nil
	case tick != r.tick || top < 0 || r.stack[top] != active:
		r.stack = []*goja.Object{active}
	}
	r.tick = tick
	return r.stack
}

func (r *Room) enter(d *goja.Object) {
	r.stack = append(r.entered(), d)
	r.setActive(d)
}

// exit leaves d and all that was entered inside of it.
func (r *Room) exit(d *goja.Object) {
	stack := r.entered()
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i] == d {
			r.restore(stack[:i:i])
			return
		}
	}
}

// restore makes stack what is entered.
func (r *Room) restore(stack []*goja.Object) {
	r.stack = stack
	if n := len(stack); n > 0 {
		r.setActive(stack[n-1])
	} else {
		r.setActive(nil)
	}
}

func (r *Room) defineClass() {
	vm := r.h.VM
	this := func(fn func(d *goja.Object, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value { return fn(c.This.ToObject(vm), c) }
	}
	r.Domain = bind.Define(vm, bind.Class{Name: "Domain", Parent: r.ev.EventEmitter, Mode: bind.CallNever,
		Construct: func(d *goja.Object, _ []goja.Value) {
			events.Init(bind.Own(d), new(events.Emitter))
			d.Set("members", vm.NewArray())
		},
		Methods: []bind.Method{
			{Name: "_errorHandler", Length: 1, Fn: this(func(d *goja.Object, c goja.FunctionCall) goja.Value {
				return bind.Bool(r.handle(d, c.Argument(0)))
			})},
			{Name: "enter", Fn: this(func(d *goja.Object, _ goja.FunctionCall) goja.Value { r.enter(d); return goja.Undefined() })},
			{Name: "exit", Fn: this(func(d *goja.Object, _ goja.FunctionCall) goja.Value { r.exit(d); return goja.Undefined() })},
			{Name: "add", Length: 1, Fn: this(r.add)},
			{Name: "remove", Length: 1, Fn: this(func(d *goja.Object, c goja.FunctionCall) goja.Value {
				r.remove(d, r.member(c))
				return goja.Undefined()
			})},
			{Name: "run", Length: 1, Fn: this(func(d *goja.Object, c goja.FunctionCall) goja.Value {
				var args []goja.Value
				if len(c.Arguments) > 1 {
					args = slices.Clone(c.Arguments[1:])
				}
				return r.within(d, c.Argument(0), d, args)
			})},
			{Name: "bind", Length: 1, Fn: this(r.bind)},
			{Name: "intercept", Length: 1, Fn: this(r.intercept)},
		}})
	r.Domain.Proto.Set("members", goja.Undefined())
}

// within calls fn in d. What it throws leaves d entered: that is how it is found to be d's.
func (r *Room) within(d *goja.Object, fn, this goja.Value, args []goja.Value) goja.Value {
	r.enter(d)
	v := bind.CallGiven(r.h.VM, "fn", fn, this, args...)
	r.exit(d)
	return v
}

func (r *Room) bind(d *goja.Object, c goja.FunctionCall) goja.Value {
	fn := c.Argument(0)
	bound := bind.Function(r.h.VM, bind.Method{Name: "runBound", Fn: func(c goja.FunctionCall) goja.Value {
		return r.within(d, fn, c.This, slices.Clone(c.Arguments))
	}})
	bound.DefineDataProperty("domain", d, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return bound
}

// intercept is bind for callbacks whose first argument is an error, which goes to the domain.
func (r *Room) intercept(d *goja.Object, c goja.FunctionCall) goja.Value {
	fn := c.Argument(0)
	return bind.Function(r.h.VM, bind.Method{Name: "runIntercepted", Fn: func(c goja.FunctionCall) goja.Value {
		if err := c.Argument(0); bind.Truthy(err) && r.h.Err.Is(err) {
			o := err.(*goja.Object)
			o.Set("domainBound", fn)
			o.Set("domainThrown", false)
			own(o, d)
			bind.Invoke(r.h.VM, d, "emit", bind.String("error"), err)
			return goja.Undefined()
		}
		var args []goja.Value
		if len(c.Arguments) > 1 {
			args = slices.Clone(c.Arguments[1:])
		}
		return r.within(d, fn, c.This, args)
	}})
}

// own gives o the hidden property domain.
func own(o *goja.Object, d goja.Value) {
	o.DefineDataProperty("domain", d, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// domainOf is the domain property of o, nil for none.
func domainOf(o *goja.Object) *goja.Object {
	d, _ := o.Get("domain").(*goja.Object)
	return d
}

// member is the emitter, or timer, that joins or leaves a domain.
func (r *Room) member(c goja.FunctionCall) *goja.Object {
	if v := c.Argument(0); bind.IsNullish(v) {
		panic(r.h.VM.NewTypeError("Cannot set properties of " + v.String() + " (setting 'domain')"))
	}
	return c.Argument(0).ToObject(r.h.VM)
}

func (r *Room) add(d *goja.Object, c goja.FunctionCall) goja.Value {
	member := r.member(c)
	before := domainOf(member)
	if before == d {
		return goja.Undefined()
	}
	if before != nil {
		bind.Invoke(r.h.VM, before, "remove", member)
	}
	if r.h.VM.InstanceOf(member, r.Domain.Ctor) {
		for outer := domainOf(d); outer != nil; outer = domainOf(outer) {
			if outer == member {
				return goja.Undefined() // no circles
			}
		}
	}
	own(member, d)
	bind.Invoke(r.h.VM, bind.Property(d, "members").ToObject(r.h.VM), "push", member)
	return goja.Undefined()
}

func (r *Room) remove(d, member *goja.Object) {
	member.Set("domain", goja.Null())
	members := bind.Property(d, "members").ToObject(r.h.VM)
	if i := bind.Invoke(r.h.VM, members, "indexOf", member).ToInteger(); i >= 0 {
		bind.Invoke(r.h.VM, members, "splice", bind.Int(int(i)), bind.Int(1))
	}
}

// patchEmitters makes emit and the constructor of EventEmitter know domains.
func (r *Room) patchEmitters() {
	ee := r.ev.EventEmitter
	r.emit, _ = bind.ToCallable(ee.Proto.Get("emit"))
	ee.Proto.Set("emit", bind.Function(r.h.VM, bind.Method{Name: "emit", Length: 1, Fn: r.emitInDomain}))
	ee.Ctor.Set("usingDomains", true)
	r.ev.Constructed = func(o *goja.Object) {
		if d := r.active(); d != nil && !r.h.VM.InstanceOf(o, r.Domain.Ctor) {
			own(o, d)
		} else {
			own(o, goja.Null())
		}
	}
}

// emitInDomain is emitter.emit once there are domains: listeners run in the emitter's, an error that
// nobody hears is the domain's.
func (r *Room) emitInDomain(c goja.FunctionCall) goja.Value {
	args := slices.Clone(c.Arguments)
	o, ok := c.This.(*goja.Object)
	if !ok || o == r.proc.Object() {
		return r.emit.Call(c.This, args...)
	}
	d := domainOf(o)
	isError := nodeerr.IsString(c.Argument(0)) && c.Argument(0).String() == "error"
	if d == nil || isError && r.ev.ListenerCount(o, "error") > 0 {
		return r.emit.Call(o, args...)
	}
	if !isError {
		r.enter(d)
		v := r.emit.Call(o, args...)
		r.exit(d)
		return v
	}
	err := bind.Arg(args, 1)
	if !bind.Truthy(err) {
		err = r.h.Err.New("ERR_UNHANDLED_ERROR", r.h.Err.Inspect(err))
	}
	if e, ok := err.(*goja.Object); ok {
		e.Set("domainEmitter", o)
		own(e, d)
		e.Set("domainThrown", false)
	}
	// The domain's listeners run in what surrounds it: a failure of theirs is not its own.
	stack := r.entered()
	outer, active := len(stack), r.active()
	for outer > 0 && stack[outer-1] == active {
		outer--
	}
	r.restore(stack[:outer:outer])
	bind.Invoke(r.h.VM, d, "emit", bind.String("error"), err)
	r.restore(stack)
	return bind.False
}

// uncaught is asked what becomes of an exception; false if no domain that is entered listens.
func (r *Room) uncaught(err goja.Value) bool {
	if !slices.ContainsFunc(r.entered(), func(d *goja.Object) bool { return r.ev.ListenerCount(d, "error") > 0 }) {
		return false
	}
	defer r.restore(nil)
	r.handle(r.active(), err)
	return true
}

// handle gives an exception to d, and what its listeners throw to the domain around it.
func (r *Room) handle(d *goja.Object, err goja.Value) (caught bool) {
	if e, ok := err.(*goja.Object); ok {
		own(e, d)
		e.Set("domainThrown", true)
	}
	for r.active() == d {
		r.exit(d)
	}
	if len(r.entered()) == 0 {
		return r.ev.ListenerCount(d, "error") > 0 && bind.Truthy(bind.Invoke(r.h.VM, d, "emit", bind.String("error"), err))
	}
	stack := r.stack
	failure := r.h.VM.Try(func() { caught = bind.Truthy(bind.Invoke(r.h.VM, d, "emit", bind.String("error"), err)) })
	if failure != nil {
		r.restore(stack)
		return r.handle(stack[len(stack)-1], failure.Value())
	}
	return caught
}
