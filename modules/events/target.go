package events

import (
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// EventTarget is the state of a DOM-style event target.
//
// Source: https://dom.spec.whatwg.org/#interface-eventtarget, without a tree: there is no capture
// and no bubble phase, as in Node.
type EventTarget struct {
	max       float64
	warned    bool // that there are more than max listeners
	listeners []targetListener
	handlers  map[string]*goja.Object // onabort and its like
}

type targetListener struct {
	kind    string
	fn      *goja.Object // a function or an object with handleEvent
	goFn    func(event *goja.Object)
	once    bool
	capture bool
	removed *bool
}

// Event is the state of an Event object.
type Event struct {
	kind                  string
	cancelable, bubbles   bool
	composed, prevented   bool
	stopped, noBubble     bool
	dispatching           bool
	trusted               bool
	target, currentTarget goja.Value
	detail                goja.Value
	at                    float64

	// Extra is the state of a class of another room that derives from Event.
	Extra any
}

// Targets holds EventTarget and its kin for each runtime.
var Targets = modules.NewRoom(newTargets)

// TargetRoom is the DOM-style part of events of one runtime.
type TargetRoom struct {
	EventTarget, Event, CustomEvent *bind.Built
	AbortSignal, AbortController    *bind.Built

	h  *modules.Host
	ev *Room
}

func newTargets(h *modules.Host) *TargetRoom {
	t := &TargetRoom{h: h, ev: Rooms.Of(h)}
	vm := h.VM
	t.EventTarget = bind.Define(vm, bind.Class{Name: "EventTarget", Mode: bind.CallNever,
		Construct: func(this *goja.Object, _ []goja.Value) {
			bind.Own(this).Put(bind.Self, &EventTarget{max: t.ev.defaultMax})
		},
		Methods: []bind.Method{
			{Name: "addEventListener", Length: 2, Fn: t.addEventListener},
			{Name: "removeEventListener", Length: 2, Fn: t.removeEventListener},
			{Name: "dispatchEvent", Length: 1, Fn: t.dispatchEvent},
		}})
	event := func(get func(e *Event) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value { return get(t.event(c.This)) }
	}
	yes := func(get func(e *Event) bool) bind.Func {
		return event(func(e *Event) goja.Value { return bind.Bool(get(e)) })
	}
	t.Event = bind.Define(vm, bind.Class{Name: "Event", Length: 1, Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) { t.newEvent(this, args) },
		Methods: []bind.Method{
			{Name: "preventDefault", Fn: event(func(e *Event) goja.Value {
				e.prevented = e.prevented || e.cancelable
				return goja.Undefined()
			})},
			{Name: "stopPropagation", Fn: event(func(e *Event) goja.Value { e.noBubble = true; return goja.Undefined() })},
			{Name: "stopImmediatePropagation", Fn: event(func(e *Event) goja.Value { e.stopped, e.noBubble = true, true; return goja.Undefined() })},
			{Name: "composedPath", Fn: event(func(e *Event) goja.Value {
				if e.dispatching {
					return vm.NewArray(e.currentTarget)
				}
				return vm.NewArray()
			})},
		},
		Accessors: []bind.Accessor{
			{Name: "type", Get: event(func(e *Event) goja.Value { return vm.ToValue(e.kind) })},
			{Name: "target", Get: event(func(e *Event) goja.Value { return e.target })},
			{Name: "srcElement", Get: event(func(e *Event) goja.Value { return e.target })},
			{Name: "currentTarget", Get: event(func(e *Event) goja.Value { return e.currentTarget })},
			{Name: "cancelable", Get: yes(func(e *Event) bool { return e.cancelable })},
			{Name: "bubbles", Get: yes(func(e *Event) bool { return e.bubbles })},
			{Name: "composed", Get: yes(func(e *Event) bool { return e.composed })},
			{Name: "defaultPrevented", Get: yes(func(e *Event) bool { return e.cancelable && e.prevented })},
			{Name: "returnValue", Get: yes(func(e *Event) bool { return !e.cancelable || !e.prevented })},
			{Name: "cancelBubble", Get: yes(func(e *Event) bool { return e.noBubble }), Set: func(c goja.FunctionCall) goja.Value {
				if e := t.event(c.This); bind.Truthy(c.Argument(0)) {
					e.noBubble = true
				}
				return goja.Undefined()
			}},
			{Name: "isTrusted", Get: yes(func(e *Event) bool { return e.trusted })},
			{Name: "eventPhase", Get: event(func(e *Event) goja.Value {
				if e.dispatching {
					return bind.Int(2)
				}
				return bind.Int(0)
			})},
			{Name: "timeStamp", Get: event(func(e *Event) goja.Value { return vm.ToValue(e.at) })},
		}})
	for i, name := range []string{"NONE", "CAPTURING_PHASE", "AT_TARGET", "BUBBLING_PHASE"} {
		t.Event.Ctor.Set(name, i)
		t.Event.Proto.Set(name, i)
	}
	t.CustomEvent = bind.Define(vm, bind.Class{Name: "CustomEvent", Length: 1, Mode: bind.CallNever, Parent: t.Event,
		Construct: func(this *goja.Object, args []goja.Value) {
			e := t.newEvent(this, args)
			e.detail = goja.Null()
			if v := bind.Property(bind.Arg(args, 1), "detail"); !goja.IsUndefined(v) {
				e.detail = v
			}
		},
		Accessors: []bind.Accessor{{Name: "detail", Get: event(func(e *Event) goja.Value { return e.detail })}}})
	t.defineAbort()
	bind.InspectAs(vm, t.Event.Proto, "", func(this *goja.Object) goja.Value {
		e := t.event(this)
		return fields(vm, "type", vm.ToValue(e.kind), "defaultPrevented", bind.Bool(e.cancelable && e.prevented),
			"cancelable", bind.Bool(e.cancelable), "timeStamp", vm.ToValue(e.at))
	})
	bind.InspectAs(vm, t.EventTarget.Proto, "", func(this *goja.Object) goja.Value { return fields(vm) })
	for _, b := range []*bind.Built{t.EventTarget, t.Event, t.CustomEvent, t.AbortSignal, t.AbortController} {
		b.Proto.DefineDataPropertySymbol(goja.SymToStringTag, b.Ctor.Get("name"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	return t
}

// fields makes an object of names and values that take turns.
func fields(vm *goja.Runtime, pairs ...any) goja.Value {
	o := vm.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

func (t *TargetRoom) newEvent(this *goja.Object, args []goja.Value) *Event {
	if len(args) == 0 {
		t.h.Err.Throw("ERR_MISSING_ARGS", `The "type" argument`)
	}
	e := &Event{kind: args[0].String(), target: goja.Null(), currentTarget: goja.Null(),
		at: float64(t.h.Loop.Now().Microseconds()) / 1000}
	if !bind.IsNullish(bind.Arg(args, 1)) {
		opts := t.h.Err.ValidateObject(args[1], "options")
		e.cancelable = bind.Truthy(opts.Get("cancelable"))
		e.bubbles = bind.Truthy(opts.Get("bubbles"))
		e.composed = bind.Truthy(opts.Get("composed"))
	}
	bind.Own(this).Put(bind.Self, e)
	return e
}

func (t *TargetRoom) event(v goja.Value) *Event {
	e, ok := bind.SelfOf[*Event](v)
	if !ok {
		t.h.Err.Throw("ERR_INVALID_THIS", "Event")
	}
	return e
}

func (t *TargetRoom) target(v goja.Value) *EventTarget {
	e, ok := targetOf(v)
	if !ok {
		t.h.Err.Throw("ERR_INVALID_THIS", "EventTarget")
	}
	return e
}

// targetOf finds the EventTarget layer.
func targetOf(v goja.Value) (*EventTarget, bool) {
	s := bind.Of(v)
	if s == nil {
		return nil, false
	}
	if x, ok := s.Get(bind.Self).(interface{ asTarget() *EventTarget }); ok {
		return x.asTarget(), true
	}
	return nil, false
}

// asTarget finds the EventTarget in what embeds one: AbortSignal, Performance, MessagePort.
func (et *EventTarget) asTarget() *EventTarget { return et }

func (t *TargetRoom) addEventListener(c goja.FunctionCall) goja.Value {
	et := t.target(c.This)
	if len(c.Arguments) < 2 {
		t.h.Err.Throw("ERR_MISSING_ARGS", `The "type" and "listener" arguments`)
	}
	kind := c.Arguments[0].String()
	l := targetListener{kind: kind, removed: new(bool)}
	var signal *goja.Object
	switch o := c.Argument(2).(type) {
	case *goja.Object:
		l.once, l.capture = bind.Truthy(o.Get("once")), bind.Truthy(o.Get("capture"))
		signal = t.h.Err.ValidateAbortSignal(bind.Property(o, "signal"), "options.signal")
	default:
		if nodeerr.TypeOf(o) == "boolean" {
			l.capture = o.ToBoolean()
		} else if !bind.IsNullish(o) {
			panic(t.h.Err.InvalidArgType("options", []string{"object"}, o))
		}
	}
	fn, ok := c.Arguments[1].(*goja.Object)
	if !ok {
		if bind.IsNullish(c.Arguments[1]) {
			return goja.Undefined()
		}
		panic(t.h.Err.InvalidArgType("listener", []string{"EventListener"}, c.Arguments[1]))
	}
	if aborted(signal) {
		return goja.Undefined()
	}
	l.fn = fn
	for _, have := range et.listeners {
		if have.kind == kind && have.fn == fn && have.capture == l.capture {
			return goja.Undefined()
		}
	}
	et.listeners = append(et.listeners, l)
	if n := et.Count(kind); et.max > 0 && float64(n) > et.max && !et.warned {
		et.warned = true
		t.warnLeak(c.This.(*goja.Object), et, kind, n)
	}
	if signal != nil {
		if st, ok := targetOf(signal); ok {
			st.on("abort", func(*goja.Object) { et.remove(kind, fn, l.capture) })
		}
	}
	return goja.Undefined()
}

func (t *TargetRoom) warnLeak(this *goja.Object, et *EventTarget, kind string, n int) {
	w := t.h.Err.Plain(0, "Possible EventTarget memory leak detected. "+bind.Int(n).String()+" "+kind+" listeners added to "+
		t.ev.describe(this)+". MaxListeners is "+t.h.VM.ToValue(et.max).String()+
		". Use events.setMaxListeners() to increase limit")
	w.Set("name", "MaxListenersExceededWarning")
	w.Set("target", this)
	w.Set("type", kind)
	w.Set("count", n)
	t.h.Process.EmitWarning(w)
}

// on adds a once listener of gonode's own and returns what removes it.
func (et *EventTarget) on(kind string, fn func(event *goja.Object)) (remove func()) {
	gone := new(bool)
	et.listeners = append(et.listeners, targetListener{kind: kind, goFn: fn, once: true, removed: gone})
	return func() {
		for i := range et.listeners {
			if et.listeners[i].removed == gone {
				*gone = true
				et.listeners = append(et.listeners[:i:i], et.listeners[i+1:]...)
				return
			}
		}
	}
}

func (et *EventTarget) remove(kind string, fn *goja.Object, capture bool) {
	for i, l := range et.listeners {
		if l.kind == kind && l.fn == fn && l.fn != nil && l.capture == capture {
			*l.removed = true
			et.listeners = append(et.listeners[:i:i], et.listeners[i+1:]...)
			return
		}
	}
}

func (t *TargetRoom) removeEventListener(c goja.FunctionCall) goja.Value {
	et := t.target(c.This)
	if len(c.Arguments) < 2 {
		t.h.Err.Throw("ERR_MISSING_ARGS", `The "type" and "listener" arguments`)
	}
	capture := bind.Truthy(c.Argument(2))
	if o, ok := c.Argument(2).(*goja.Object); ok {
		capture = bind.Truthy(o.Get("capture"))
	}
	if fn, ok := c.Arguments[1].(*goja.Object); ok {
		et.remove(c.Arguments[0].String(), fn, capture)
	}
	return goja.Undefined()
}

func (t *TargetRoom) dispatchEvent(c goja.FunctionCall) goja.Value {
	t.target(c.This)
	ev, ok := c.Argument(0).(*goja.Object)
	if !ok {
		panic(t.h.Err.InvalidArgType("event", []string{"Event"}, c.Argument(0)))
	}
	e, ok := bind.SelfOf[*Event](ev)
	if !ok {
		panic(t.h.Err.InvalidArgType("event", []string{"Event"}, c.Argument(0)))
	}
	if e.dispatching {
		t.h.Err.Throw("ERR_EVENT_RECURSION", e.kind)
	}
	t.dispatch(bind.This(t.h.VM, c), ev, e)
	return bind.Bool(!e.prevented)
}

// dispatch calls the listeners. What one throws is an uncaught exception; the others still run.
func (t *TargetRoom) dispatch(this, ev *goja.Object, e *Event) {
	et := t.target(this)
	e.target, e.currentTarget, e.dispatching, e.stopped = this, this, true, false
	for _, l := range append([]targetListener(nil), et.listeners...) {
		if l.kind != e.kind || *l.removed || e.stopped {
			continue
		}
		if l.once {
			*l.removed = true
			for i := range et.listeners {
				if et.listeners[i].removed == l.removed {
					et.listeners = append(et.listeners[:i:i], et.listeners[i+1:]...)
					break
				}
			}
		}
		if l.goFn != nil {
			l.goFn(ev)
			continue
		}
		if ex := t.h.VM.Try(func() {
			if fn, ok := bind.ToCallable(l.fn); ok {
				fn.Call(this, ev)
			} else if fn, ok := bind.ToCallable(l.fn.Get("handleEvent")); ok {
				fn.Call(l.fn, ev)
			}
		}); ex != nil {
			v := ex.Value()
			t.h.Door.NextTick(modules.Func(func() { panic(v) }))
		}
	}
	e.dispatching, e.currentTarget = false, goja.Null()
}

// Listen adds a listener that Go runs on behalf of fn, by which it is removed; once lets it go after
// one event. A second one of the same fn is ignored.
func (et *EventTarget) Listen(kind string, fn *goja.Object, once bool, run func(event *goja.Object)) {
	for _, have := range et.listeners {
		if have.kind == kind && have.fn == fn && !have.capture {
			return
		}
	}
	et.listeners = append(et.listeners, targetListener{kind: kind, fn: fn, goFn: run, once: once, removed: new(bool)})
}

// Unlisten removes the listener of fn.
func (et *EventTarget) Unlisten(kind string, fn *goja.Object) { et.remove(kind, fn, false) }

// UnlistenAll removes the listeners of one kind of event, or with "" all.
func (et *EventTarget) UnlistenAll(kind string) {
	for _, l := range append([]targetListener(nil), et.listeners...) {
		if kind == "" || l.kind == kind {
			et.remove(l.kind, l.fn, l.capture)
		}
	}
}

// Count is the number of listeners for a kind of event.
func (et *EventTarget) Count(kind string) int {
	n := 0
	for _, l := range et.listeners {
		if l.kind == kind {
			n++
		}
	}
	return n
}

// Kinds are the kinds of events that have listeners.
func (et *EventTarget) Kinds() []string {
	var out []string
	for _, l := range et.listeners {
		if !slices.Contains(out, l.kind) {
			out = append(out, l.kind)
		}
	}
	return out
}

// InitEvent does the constructor's part of Event for a class that derives from it.
func (t *TargetRoom) InitEvent(this *goja.Object, args []goja.Value) *Event {
	return t.newEvent(this, args)
}

// Dispatch sends an event that we made to target; both must be of these classes.
func (t *TargetRoom) Dispatch(target, ev *goja.Object) {
	e := t.event(ev)
	e.trusted = true
	t.dispatch(target, ev, e)
}

// Handler makes the accessor of an event handler property such as onmessage.
func (t *TargetRoom) Handler(kind string) bind.Accessor { return t.handler(kind) }

// functions returns the listeners for the event kind.
func (et *EventTarget) functions(r *Room, kind string) goja.Value {
	var out []any
	for _, l := range et.listeners {
		if l.kind == kind && l.fn != nil {
			out = append(out, l.fn)
		}
	}
	return r.h.VM.NewArray(out...)
}

// handler makes the accessor of an event handler property such as onabort.
func (t *TargetRoom) handler(kind string) bind.Accessor {
	return bind.Accessor{Name: "on" + kind,
		Get: func(c goja.FunctionCall) goja.Value {
			if fn := t.target(c.This).handlers[kind]; fn != nil {
				return fn
			}
			return goja.Null()
		},
		Set: func(c goja.FunctionCall) goja.Value {
			et := t.target(c.This)
			if old := et.handlers[kind]; old != nil {
				et.remove(kind, old, false)
				delete(et.handlers, kind)
			}
			if fn, ok := c.Argument(0).(*goja.Object); ok {
				if et.handlers == nil {
					et.handlers = make(map[string]*goja.Object)
				}
				et.handlers[kind] = fn
				et.listeners = append(et.listeners, targetListener{kind: kind, fn: fn, removed: new(bool)})
			}
			return goja.Undefined()
		}}
}
