package events

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// AbortSignal is the state of an AbortSignal.
//
// Source: https://dom.spec.whatwg.org/#interface-AbortSignal.
type AbortSignal struct {
	EventTarget
	obj        *goja.Object
	aborted    bool
	reason     goja.Value
	dependents []*AbortSignal // made by AbortSignal.any from this one
}

func (t *TargetRoom) defineAbort() {
	vm := t.h.VM
	t.AbortSignal = bind.Define(vm, bind.Class{Name: "AbortSignal", Mode: bind.CallNever, Parent: t.EventTarget,
		Construct: func(*goja.Object, []goja.Value) { t.h.Err.Throw("ERR_ILLEGAL_CONSTRUCTOR") },
		Accessors: []bind.Accessor{
			{Name: "aborted", Get: func(c goja.FunctionCall) goja.Value { return bind.Bool(t.signal(c.This).aborted) }},
			{Name: "reason", Get: func(c goja.FunctionCall) goja.Value { return t.signal(c.This).reason }},
			t.handler("abort"),
		},
		Methods: []bind.Method{{Name: "throwIfAborted", Fn: func(c goja.FunctionCall) goja.Value {
			if s := t.signal(c.This); s.aborted {
				panic(s.reason)
			}
			return goja.Undefined()
		}}},
		Statics: []bind.Method{
			{Name: "abort", Fn: func(c goja.FunctionCall) goja.Value {
				s := t.NewSignal()
				s.aborted, s.reason = true, t.reasonOr(c.Argument(0), "AbortError", "This operation was aborted", 20)
				return s.obj
			}},
			{Name: "timeout", Length: 1, Fn: t.timeout},
			{Name: "any", Length: 1, Fn: t.any},
		}})
	t.AbortController = bind.Define(vm, bind.Class{Name: "AbortController", Mode: bind.CallNever,
		Construct: func(this *goja.Object, _ []goja.Value) { bind.Own(this).Put(bind.Self, t.NewSignal()) },
		Accessors: []bind.Accessor{{Name: "signal", Get: func(c goja.FunctionCall) goja.Value { return t.controlled(c.This).obj }}},
		Methods: []bind.Method{{Name: "abort", Fn: func(c goja.FunctionCall) goja.Value {
			t.Abort(t.controlled(c.This), c.Argument(0))
			return goja.Undefined()
		}}}})
	bind.InspectAs(vm, t.AbortSignal.Proto, "", func(this *goja.Object) goja.Value {
		return fields(vm, "aborted", bind.Bool(t.signal(this).aborted))
	})
	bind.InspectAs(vm, t.AbortController.Proto, "", func(this *goja.Object) goja.Value {
		return fields(vm, "signal", t.controlled(this).obj)
	})
}

// NewSignal returns a signal that has not aborted.
func (t *TargetRoom) NewSignal() *AbortSignal {
	s := &AbortSignal{reason: goja.Undefined()}
	s.max = t.ev.defaultMax
	s.obj = t.h.VM.CreateObject(t.AbortSignal.Proto)
	bind.Own(s.obj).Put(bind.Self, s)
	return s
}

// Object returns the JavaScript side of s.
func (s *AbortSignal) Object() *goja.Object { return s.obj }

func (t *TargetRoom) signal(v goja.Value) *AbortSignal {
	s, ok := bind.SelfOf[*AbortSignal](v)
	if o, isObj := v.(*goja.Object); !ok || isObj && o == t.AbortController.Proto {
		t.h.Err.Throw("ERR_INVALID_THIS", "AbortSignal")
	}
	return s
}

func (t *TargetRoom) controlled(v goja.Value) *AbortSignal {
	s, ok := bind.SelfOf[*AbortSignal](v)
	if !ok {
		t.h.Err.Throw("ERR_INVALID_THIS", "AbortController")
	}
	return s
}

// reasonOr returns v, or the DOMException that stands for no reason.
func (t *TargetRoom) reasonOr(v goja.Value, name, message string, code int) goja.Value {
	if !bind.IsUndefined(v) {
		return v
	}
	return t.domException(name, message, code)
}

func (t *TargetRoom) domException(name, message string, code int) goja.Value {
	if ctor, ok := t.h.VM.Get("DOMException").(*goja.Object); ok {
		if o, err := t.h.VM.New(ctor, bind.String(message), bind.String(name)); err == nil {
			return o
		}
	}
	o := t.h.Err.Plain(0, message)
	o.Set("name", name)
	o.Set("code", code)
	return o
}

// Abort aborts s once: its own listeners, then the signals that depend on it.
func (t *TargetRoom) Abort(s *AbortSignal, reason goja.Value) {
	if s.aborted {
		return
	}
	s.aborted, s.reason = true, t.reasonOr(reason, "AbortError", "This operation was aborted", 20)
	ev, err := t.h.VM.New(t.Event.Ctor, bind.String("abort"))
	if err != nil {
		panic(err)
	}
	e := t.event(ev)
	e.trusted = true
	t.dispatch(s.obj, ev, e)
	for _, d := range s.dependents {
		t.Abort(d, s.reason)
	}
	s.dependents = nil
}

// timeout is AbortSignal.timeout(ms): its timer does not keep the process alive.
func (t *TargetRoom) timeout(c goja.FunctionCall) goja.Value {
	ms := t.h.Err.ValidateInteger(c.Argument(0), "delay", 0, 1<<32-1)
	s := t.NewSignal()
	d, _ := eventloop.RoundTimeout(float64(ms))
	timer := t.h.Loop.SetTimeout(d, func() {
		t.h.Door.Enter(modules.Func(func() {
			t.Abort(s, t.domException("TimeoutError", "The operation was aborted due to timeout", 23))
		}))
	})
	timer.Unref()
	return s.obj
}

// any is AbortSignal.any(signals).
func (t *TargetRoom) any(c goja.FunctionCall) goja.Value {
	t.h.Err.ValidateArray(c.Argument(0), "signals")
	s := t.NewSignal()
	var sources []*AbortSignal
	t.h.VM.ForOf(c.Argument(0), func(v goja.Value) bool {
		src, ok := bind.SelfOf[*AbortSignal](v)
		if !ok {
			panic(t.h.Err.InvalidArgType("signals["+bind.Int(len(sources)).String()+"]", []string{"AbortSignal"}, v))
		}
		sources = append(sources, src)
		return true
	})
	for _, src := range sources {
		if src.aborted {
			s.aborted, s.reason = true, src.reason
			return s.obj
		}
	}
	for _, src := range sources {
		src.dependents = append(src.dependents, s)
	}
	return s.obj
}
