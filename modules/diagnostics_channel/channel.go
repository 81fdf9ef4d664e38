// Package diagnosticschannel is Node's diagnostics_channel module: named channels on which libraries
// publish what they do, and tracing channels for the stages of a call.
//
// A channel lives as long as its runtime: the engine has no weak references.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/diagnostics_channel.html.
package diagnosticschannel

import (
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Module is require('diagnostics_channel').
var Module = modules.Module{ID: "diagnostics_channel", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// Rooms holds the diagnostics_channel module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the diagnostics_channel module of one runtime.
type Room struct {
	Channel *bind.Built

	h       *modules.Host
	tracing *bind.Built
	byName  map[any]*channel // string or *goja.Symbol
}

// channel is the state of a Channel.
type channel struct {
	room        *Room
	obj         *goja.Object
	name        goja.Value
	subscribers []*goja.Object // replaced, never changed: publish may run over it
	stores      []storeBinding
}

// storeBinding is an AsyncLocalStorage that runStores sets.
type storeBinding struct {
	store     *goja.Object
	transform goja.Value
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, byName: make(map[any]*channel)}
	r.defineChannel()
	r.defineTracing()
	return r
}

func (r *Room) exports() goja.Value {
	o := r.h.VM.NewObject()
	bind.DefineMethods(r.h.VM, o, []bind.Method{
		{Name: "channel", Length: 1, Fn: func(c goja.FunctionCall) goja.Value { return r.channel(c.Argument(0)).obj }},
		{Name: "hasSubscribers", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			ch := r.byName[keyOf(c.Argument(0))]
			return bind.Bool(ch != nil && ch.active())
		}},
		{Name: "subscribe", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			return bind.Invoke(r.h.VM, r.channel(c.Argument(0)).obj, "subscribe", c.Argument(1))
		}},
		{Name: "tracingChannel", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			t, err := r.h.VM.New(r.tracing.Ctor, c.Argument(0))
			if err != nil {
				bind.Rethrow(err)
			}
			return t
		}},
		{Name: "unsubscribe", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			return bind.Invoke(r.h.VM, r.channel(c.Argument(0)).obj, "unsubscribe", c.Argument(1))
		}},
	})
	o.Set("Channel", r.Channel.Ctor)
	return o
}

func keyOf(v goja.Value) any {
	if s, ok := v.(*goja.Symbol); ok {
		return s
	}
	return v.String()
}

// channel returns the channel of a name, made on first use.
func (r *Room) channel(name goja.Value) *channel {
	_, isSymbol := name.(*goja.Symbol)
	if !isSymbol && !nodeerr.IsString(name) {
		panic(r.h.Err.InvalidArgType("channel", []string{"string", "symbol"}, name))
	}
	if ch := r.byName[keyOf(name)]; ch != nil {
		return ch
	}
	o, err := r.h.VM.New(r.Channel.Ctor, name)
	if err != nil {
		bind.Rethrow(err)
	}
	return r.of(o)
}

func (r *Room) of(v goja.Value) *channel {
	ch, ok := bind.SelfOf[*channel](v)
	if !ok {
		r.h.Err.Throw("ERR_INVALID_THIS", "Channel")
	}
	return ch
}

func (r *Room) defineChannel() {
	m := func(fn func(ch *channel, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value { return fn(r.of(c.This), c) }
	}
	r.Channel = bind.Define(r.h.VM, bind.Class{Name: "Channel", Length: 1, Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			ch := &channel{room: r, obj: this, name: bind.Arg(args, 0)}
			bind.Own(this).Put(bind.Self, ch)
			this.Set("_subscribers", goja.Undefined())
			this.Set("_stores", goja.Undefined())
			this.Set("name", ch.name)
			r.byName[keyOf(ch.name)] = ch
		},
		Methods: []bind.Method{
			{Name: "subscribe", Length: 1, Fn: m((*channel).subscribe)},
			{Name: "unsubscribe", Length: 1, Fn: m((*channel).unsubscribe)},
			{Name: "bindStore", Length: 2, Fn: m((*channel).bindStore)},
			{Name: "unbindStore", Length: 1, Fn: m((*channel).unbindStore)},
			{Name: "publish", Length: 1, Fn: m(func(ch *channel, c goja.FunctionCall) goja.Value {
				ch.publish(c.Argument(0))
				return goja.Undefined()
			})},
			{Name: "runStores", Length: 3, Fn: m(func(ch *channel, c goja.FunctionCall) goja.Value {
				return ch.runStores(c.Argument(0), func() goja.Value { return r.apply(c.Argument(1), c.Argument(2), rest(c, 3)) })
			})},
		},
		Accessors: []bind.Accessor{{Name: "hasSubscribers", Get: m(func(ch *channel, _ goja.FunctionCall) goja.Value { return bind.Bool(ch.active()) })}},
	})
}

func rest(c goja.FunctionCall, n int) []goja.Value { return c.Arguments[min(n, len(c.Arguments)):] }

// apply calls fn, with V8's message if it is no function.
func (r *Room) apply(fn, this goja.Value, args []goja.Value) goja.Value {
	f, ok := bind.ToCallable(fn)
	if !ok {
		panic(r.h.VM.NewTypeError("Function.prototype.apply was called on %s, which is a %s and not a function", fn.String(), nodeerr.TypeOf(fn)))
	}
	return f.Call(this, args...)
}

func (ch *channel) active() bool { return len(ch.subscribers) > 0 || len(ch.stores) > 0 }

func (ch *channel) subscribe(c goja.FunctionCall) goja.Value {
	fn := ch.room.h.Err.ValidateFunction(c.Argument(0), "subscription")
	ch.subscribers = append(slices.Clip(ch.subscribers), fn)
	ch.offer()
	return goja.Undefined()
}

func (ch *channel) unsubscribe(c goja.FunctionCall) goja.Value {
	fn, _ := c.Argument(0).(*goja.Object)
	i := slices.Index(ch.subscribers, fn)
	if i < 0 {
		return bind.False
	}
	ch.subscribers = slices.Delete(slices.Clone(ch.subscribers), i, i+1)
	ch.offer()
	return bind.True
}

// offer lets gonode's own modules publish on a channel of theirs as long as somebody subscribes.
func (ch *channel) offer() {
	if !nodeerr.IsString(ch.name) {
		return
	}
	if p := ch.room.h.Diagnostics.Channel(ch.name.String()); p != nil {
		if *p = nil; len(ch.subscribers) > 0 {
			*p = ch.publish
		}
	}
}

func (ch *channel) bindStore(c goja.FunctionCall) goja.Value {
	store, _ := c.Argument(0).(*goja.Object)
	if store == nil {
		panic(ch.room.h.Err.InvalidArgType("store", []string{"AsyncLocalStorage"}, c.Argument(0)))
	}
	for i := range ch.stores {
		if ch.stores[i].store == store {
			ch.stores = slices.Clone(ch.stores)
			ch.stores[i].transform = c.Argument(1)
			return goja.Undefined()
		}
	}
	ch.stores = append(slices.Clip(ch.stores), storeBinding{store, c.Argument(1)})
	return goja.Undefined()
}

func (ch *channel) unbindStore(c goja.FunctionCall) goja.Value {
	i := slices.IndexFunc(ch.stores, func(b storeBinding) bool { return goja.Value(b.store) == c.Argument(0) })
	if i < 0 {
		return bind.False
	}
	ch.stores = slices.Delete(slices.Clone(ch.stores), i, i+1)
	return bind.True
}

// uncaught reports what a subscriber threw as an uncaught exception, after what runs now.
func (r *Room) uncaught(ex *goja.Exception) {
	v := ex.Value()
	r.h.Door.NextTick(modules.Func(func() { panic(v) }))
}

// publish calls the subscribers; what one throws does not reach the publisher.
func (ch *channel) publish(data goja.Value) {
	for _, fn := range ch.subscribers {
		if ex := ch.room.h.VM.Try(func() { bind.Call(fn, goja.Undefined(), data, ch.name) }); ex != nil {
			ch.room.uncaught(ex)
		}
	}
}

// runStores publishes data and runs fn inside all bound stores.
func (ch *channel) runStores(data goja.Value, fn func() goja.Value) goja.Value {
	vm := ch.room.h.VM
	run := func() goja.Value {
		ch.publish(data)
		return fn()
	}
	for _, b := range ch.stores {
		next := run
		run = func() goja.Value {
			context := data
			if t, ok := bind.ToCallable(b.transform); ok {
				if ex := vm.Try(func() { context = t.Call(goja.Undefined(), data) }); ex != nil {
					ch.room.uncaught(ex)
					return next()
				}
			}
			return bind.Invoke(vm, b.store, "run", context, vm.ToValue(func(goja.FunctionCall) goja.Value { return next() }))
		}
	}
	return run()
}
