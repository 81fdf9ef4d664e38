package events

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Module is require('events').
var Module = modules.Module{ID: "events", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).EventEmitter.Ctor }}

// Rooms holds the events of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the events module of one runtime.
type Room struct {
	EventEmitter *bind.Built

	// Constructed, unless nil, is called by EventEmitter's constructor.
	Constructed func(emitter *goja.Object)

	asyncClass *bind.Built // EventEmitterAsyncResource; nil until used

	h             *modules.Host
	emitFn        *goja.Object // EventEmitter.prototype.emit
	onFn          *goja.Object
	prependFn     *goja.Object
	errorMonitor  *goja.Symbol
	rejection     *goja.Symbol
	defaultMax    float64
	captureByRule bool // EventEmitter.captureRejections
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, defaultMax: 10, errorMonitor: goja.NewSymbol("events.errorMonitor")}
	symbolFor, _ := goja.AssertFunction(h.VM.Get("Symbol").(*goja.Object).Get("for"))
	rejection, err := symbolFor(goja.Undefined(), bind.String("nodejs.rejection"))
	if err != nil {
		panic(err)
	}
	r.rejection = rejection.(*goja.Symbol)

	add := r.adder(false, false)
	r.EventEmitter = bind.Define(h.VM, bind.Class{
		Name: "EventEmitter", Length: 1, Mode: bind.CallAny, Construct: r.construct,
		Methods: []bind.Method{
			{Name: "setMaxListeners", Length: 1, Fn: r.setMaxListeners},
			{Name: "getMaxListeners", Fn: r.getMaxListeners},
			{Name: "emit", Length: 1, Fn: r.emit},
			{Name: "addListener", Length: 2, Fn: add},
			{Name: "on", Length: 2, Fn: add},
			{Name: "prependListener", Length: 2, Fn: r.adder(false, true)},
			{Name: "once", Length: 2, Fn: r.adder(true, false)},
			{Name: "prependOnceListener", Length: 2, Fn: r.adder(true, true)},
			{Name: "removeListener", Length: 2, Fn: r.removeListener},
			{Name: "off", Length: 2, Fn: r.removeListener},
			{Name: "removeAllListeners", Length: 1, Fn: r.removeAllListeners},
			{Name: "listeners", Length: 1, Fn: r.lister(false)},
			{Name: "rawListeners", Length: 1, Fn: r.lister(true)},
			{Name: "listenerCount", Length: 2, Fn: r.listenerCount},
			{Name: "eventNames", Fn: r.eventNames},
		},
		Accessors: []bind.Accessor{
			{Name: "_events", Get: r.getEvents, Set: r.setEvents},
			{Name: "_eventsCount", Get: r.getEventsCount, Set: ignore},
			{Name: "_maxListeners", Get: r.getOwnMax, Set: r.setOwnMax},
		},
	})
	ee, proto := r.EventEmitter.Ctor, r.EventEmitter.Proto
	proto.Set("on", proto.Get("addListener"))
	proto.Set("off", proto.Get("removeListener"))
	r.emitFn = proto.Get("emit").(*goja.Object)
	r.onFn, r.prependFn = proto.Get("on").(*goja.Object), proto.Get("prependListener").(*goja.Object)
	ee.Set("EventEmitter", ee)
	ee.Set("errorMonitor", r.errorMonitor)
	ee.Set("captureRejectionSymbol", r.rejection)
	ee.Set("usingDomains", false)
	bind.DefineMethods(h.VM, ee, []bind.Method{
		{Name: "once", Length: 2, Fn: r.staticOnce},
		{Name: "on", Length: 2, Fn: r.staticOn},
		{Name: "getEventListeners", Length: 2, Fn: r.getEventListeners},
		{Name: "getMaxListeners", Length: 1, Fn: r.staticGetMaxListeners},
		{Name: "setMaxListeners", Fn: r.staticSetMaxListeners},
		{Name: "listenerCount", Length: 2, Fn: r.staticListenerCount},
		{Name: "addAbortListener", Length: 2, Fn: r.addAbortListener},
		{Name: "init", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			r.construct(c.This.ToObject(h.VM), c.Arguments)
			return goja.Undefined()
		}},
	})
	ee.DefineAccessorProperty("EventEmitterAsyncResource",
		bind.Function(h.VM, bind.Method{Name: "get", Fn: func(goja.FunctionCall) goja.Value { return r.asyncResourceClass() }}),
		nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	ee.DefineAccessorProperty("defaultMaxListeners",
		bind.Function(h.VM, bind.Method{Name: "get", Fn: func(goja.FunctionCall) goja.Value { return h.VM.ToValue(r.defaultMax) }}),
		bind.Function(h.VM, bind.Method{Name: "set", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			r.defaultMax = r.checkMax(c.Argument(0), "defaultMaxListeners")
			return goja.Undefined()
		}}), goja.FLAG_FALSE, goja.FLAG_TRUE)
	ee.DefineAccessorProperty("captureRejections",
		bind.Function(h.VM, bind.Method{Name: "get", Fn: func(goja.FunctionCall) goja.Value { return bind.Bool(r.captureByRule) }}),
		bind.Function(h.VM, bind.Method{Name: "set", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			r.captureByRule = h.Err.ValidateBoolean(c.Argument(0), "EventEmitter.captureRejections")
			return goja.Undefined()
		}}), goja.FLAG_FALSE, goja.FLAG_TRUE)
	return r
}

func ignore(goja.FunctionCall) goja.Value { return goja.Undefined() }

func (r *Room) construct(this *goja.Object, args []goja.Value) {
	s := bind.Own(this)
	e, ok := s.Get(bind.Emitter).(*Emitter)
	if !ok {
		e = new(Emitter)
		s.Put(bind.Emitter, e)
	}
	r.InitCapture(e, bind.Arg(args, 0))
	if r.Constructed != nil {
		r.Constructed(this)
	}
}

// InitCapture decides whether e captures rejections: as the constructor's options say, which may be
// nil, or by the rule for all emitters. For classes that do not call EventEmitter's constructor.
func (r *Room) InitCapture(e *Emitter, options goja.Value) {
	e.capture = r.captureByRule
	if opts, ok := options.(*goja.Object); ok {
		if v := opts.Get("captureRejections"); bind.Truthy(v) {
			e.capture = r.h.Err.ValidateBoolean(v, "options.captureRejections")
		}
	}
}

// this returns the receiver of a method, which must be an object.
func (r *Room) this(c goja.FunctionCall) *goja.Object {
	if o, ok := c.This.(*goja.Object); ok {
		return o
	}
	return c.This.ToObject(r.h.VM)
}

func (r *Room) emit(c goja.FunctionCall) goja.Value {
	this := r.this(c)
	e := r.Of(this)
	name := eventName(c.Argument(0))
	var args []goja.Value
	if len(c.Arguments) > 1 {
		args = c.Arguments[1:]
	}
	if !isSymbol(name) && name.String() == "error" {
		return bind.Bool(r.emitError(this, e, args))
	}
	i := e.find(name)
	if i < 0 {
		return bind.False
	}
	r.run(this, e, i, args)
	return bind.True
}

func (r *Room) adder(once, prepend bool) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		this := r.this(c)
		l := listener{fn: r.listenerArg(c.Argument(1))}
		if once {
			l.ref = &Listening{once: true}
			// Node's once goes through this.on, which a program may have replaced.
			name, own := "on", r.onFn
			if prepend {
				name, own = "prependListener", r.prependFn
			}
			if fn, ok := this.Get(name).(*goja.Object); ok && fn != own {
				bind.Call(fn, this, eventName(c.Argument(0)), r.wrapper(this, &l))
				return this
			}
		}
		r.add(this, r.Of(this), c.Argument(0), l, prepend)
		return this
	}
}

func (r *Room) listenerArg(v goja.Value) bind.Callable {
	fn, ok := bind.ToCallable(v)
	if !ok {
		panic(r.noListener(v))
	}
	return fn
}

// noListener is the error for what is no function.
func (r *Room) noListener(v goja.Value) *goja.Object {
	return r.h.Err.InvalidArgType("listener", []string{"function"}, v)
}

func (r *Room) removeListener(c goja.FunctionCall) goja.Value {
	this := r.this(c)
	if !bind.IsFunction(c.Argument(1)) {
		panic(r.noListener(c.Argument(1)))
	}
	fn := c.Argument(1).(*goja.Object)
	e, name := r.Of(this), eventName(c.Argument(0))
	i := e.find(name)
	if i < 0 {
		return this
	}
	ls := e.events[i].listeners
	for k := len(ls) - 1; k >= 0; k-- {
		if l := ls[k]; l.fn.Obj == fn || l.ref != nil && l.ref.wrapper == fn || l.wraps(fn) {
			e.removeAt(i, k)
			r.removed(this, e, name, &l)
			break
		}
	}
	return this
}

func (r *Room) removeAllListeners(c goja.FunctionCall) goja.Value {
	this := r.this(c)
	e := r.Of(this)
	if len(c.Arguments) == 0 {
		if e.findKey("removeListener") < 0 {
			e.events = nil
			return this
		}
		for _, ev := range append([]event(nil), e.events...) {
			if ev.key != "removeListener" || isSymbol(ev.name) {
				r.removeAll(this, e, ev.name)
			}
		}
		r.removeAll(this, e, bind.String("removeListener"))
		e.events = nil
		return this
	}
	r.removeAll(this, e, eventName(c.Argument(0)))
	return this
}

// removeAll removes the event's listeners, last first, telling removeListener of each.
func (r *Room) removeAll(this *goja.Object, e *Emitter, name goja.Value) {
	for {
		i := e.find(name)
		if i < 0 {
			return
		}
		if e.findKey("removeListener") < 0 {
			e.drop(i)
			return
		}
		k := len(e.events[i].listeners) - 1
		l := e.events[i].listeners[k]
		e.removeAt(i, k)
		r.removed(this, e, name, &l)
	}
}

func (r *Room) lister(raw bool) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		this := r.this(c)
		return r.list(this, r.Of(this), eventName(c.Argument(0)), raw)
	}
}

func (r *Room) list(this *goja.Object, e *Emitter, name goja.Value, raw bool) *goja.Object {
	var out []any
	if i := e.find(name); i >= 0 {
		for k := range e.events[i].listeners {
			l := &e.events[i].listeners[k]
			if raw {
				out = append(out, r.wrapper(this, l))
			} else {
				fn := r.original(this, l)
				// A function that says what it stands for shows as that. Node v20 lib/events.js: unwrapListeners.
				if o, ok := fn.Get("listener").(*goja.Object); ok {
					if _, callable := bind.ToCallable(o); callable {
						fn = o
					}
				}
				out = append(out, fn)
			}
		}
	}
	return r.h.VM.NewArray(out...)
}

func (r *Room) listenerCount(c goja.FunctionCall) goja.Value {
	e := r.Of(r.this(c))
	i := e.find(eventName(c.Argument(0)))
	if i < 0 {
		return bind.Int(0)
	}
	ls := e.events[i].listeners
	fn, ok := c.Argument(1).(*goja.Object)
	if !ok {
		return bind.Int(len(ls))
	}
	n := 0
	for _, l := range ls {
		if l.fn.Obj == fn || l.ref != nil && l.ref.wrapper == fn {
			n++
		}
	}
	return bind.Int(n)
}

func (r *Room) eventNames(c goja.FunctionCall) goja.Value {
	e := r.Of(r.this(c))
	var out, symbols []any
	for _, ev := range e.events {
		if isSymbol(ev.name) {
			symbols = append(symbols, ev.name)
		} else {
			out = append(out, ev.name)
		}
	}
	return r.h.VM.NewArray(append(out, symbols...)...)
}

func (r *Room) setMaxListeners(c goja.FunctionCall) goja.Value {
	this := r.this(c)
	e := r.Of(this)
	e.max, e.hasMax = r.checkMax(c.Argument(0), "setMaxListeners"), true
	return this
}

func (r *Room) getMaxListeners(c goja.FunctionCall) goja.Value {
	this := r.this(c)
	return r.h.VM.ToValue(r.maxListeners(this, r.Of(this)))
}

func (r *Room) getOwnMax(c goja.FunctionCall) goja.Value {
	if e := r.Of(r.this(c)); e.hasMax {
		return r.h.VM.ToValue(e.max)
	}
	return goja.Undefined()
}

func (r *Room) setOwnMax(c goja.FunctionCall) goja.Value {
	e, v := r.Of(r.this(c)), c.Argument(0)
	e.hasMax = !goja.IsUndefined(v)
	e.max = v.ToFloat()
	return goja.Undefined()
}

// captureRejection watches the promise that a listener returned: its rejection becomes
// emitter[captureRejectionSymbol](err, event, ...args), or 'error'.
func (r *Room) captureRejection(this *goja.Object, result, name goja.Value, args []goja.Value) {
	o, ok := result.(*goja.Object)
	if !ok {
		return
	}
	args = append([]goja.Value(nil), args...)
	if ex := r.h.VM.Try(func() { r.watchRejection(this, o, name, args) }); ex != nil {
		r.Emit(this, "error", ex.Value()) // its "then" threw
	}
}

func (r *Room) watchRejection(this, o *goja.Object, name goja.Value, args []goja.Value) {
	then, ok := bind.ToCallable(o.Get("then"))
	if !ok {
		return
	}
	then.Call(o, goja.Undefined(), r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
		err := c.Argument(0)
		// Out of the promise job, so that a throw is an uncaught exception and not a rejection.
		r.h.Door.NextTick(modules.Func(func() {
			if handler, ok := bind.ToCallable(this.GetSymbol(r.rejection)); ok {
				handler.Call(this, append([]goja.Value{err, name}, args...)...)
				return
			}
			e := r.Of(this)
			was := e.capture
			e.capture = false // a rejection of an 'error' listener must not loop
			defer func() { e.capture = was }()
			r.Emit(this, "error", err)
		}))
		return goja.Undefined()
	}))
}

// DOM is the source of the globals EventTarget, Event, CustomEvent, AbortController and
// AbortSignal. Its id cannot be required.
var DOM = modules.Module{ID: "gonode:dom", Load: func(h *modules.Host) goja.Value {
	t, o := Targets.Of(h), h.VM.NewObject()
	for _, b := range []*bind.Built{t.EventTarget, t.Event, t.CustomEvent, t.AbortController, t.AbortSignal} {
		o.Set(b.Ctor.Get("name").String(), b.Ctor)
	}
	return o
}}
