package assert

import (
	"strconv"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// This file is assert.CallTracker, which Node has deprecated.
//
// Node v20 lib/internal/assert/calltracker.js.

// callTracker is the state of a CallTracker.
type callTracker struct {
	checks  []*callCheck
	tracked map[*goja.Object]*callCheck // by what calls() returned
}

// callCheck is one function that has to be called.
type callCheck struct {
	name     string
	expected int64
	calls    []any // frozen objects
	stack    *goja.Object
}

func (r *Room) defineCallTracker() *goja.Object {
	vm := r.vm
	warned := false
	self := func(c goja.FunctionCall) *callTracker {
		t, ok := bind.SelfOf[*callTracker](c.This)
		if !ok {
			panic(vm.NewTypeError("Receiver must be an instance of class CallTracker"))
		}
		return t
	}
	check := func(c goja.FunctionCall) *callCheck {
		t, o := self(c), (*goja.Object)(nil)
		if o, _ = c.Argument(0).(*goja.Object); o == nil || t.tracked[o] == nil {
			panic(r.h.Err.InvalidArgValue("tracked", c.Argument(0), "is not a tracked function"))
		}
		return t.tracked[o]
	}
	return bind.Define(vm, bind.Class{Name: "CallTracker", Mode: bind.CallNever,
		Construct: func(this *goja.Object, _ []goja.Value) {
			if !warned {
				warned = true
				bind.Invoke(vm, r.h.Builtin("process").(*goja.Object), "emitWarning", bind.String("assert.CallTracker is deprecated."),
					bind.String("DeprecationWarning"), bind.String("DEP0173"))
			}
			bind.Own(this).Put(bind.Self, &callTracker{tracked: make(map[*goja.Object]*callCheck)})
		},
		Methods: []bind.Method{
			{Name: "reset", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				if !bind.IsUndefined(c.Argument(0)) {
					check(c).calls = nil
					return goja.Undefined()
				}
				for _, one := range self(c).checks {
					one.calls = nil
				}
				return goja.Undefined()
			}},
			{Name: "getCalls", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				return r.freeze(vm.NewArray(check(c).calls...))
			}},
			{Name: "calls", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				return r.trackCalls(self(c), c.Argument(0), c.Argument(1))
			}},
			{Name: "report", Fn: func(c goja.FunctionCall) goja.Value { return r.reportCalls(self(c)) }},
			{Name: "verify", Fn: func(c goja.FunctionCall) goja.Value {
				errors := bind.Invoke(vm, bind.This(r.vm, c), "report").(*goja.Object)
				var message goja.Value
				switch errors.Get("length").ToInteger() {
				case 0:
					return goja.Undefined()
				case 1:
					message = bind.Property(errors.Get("0"), "message")
				default:
					message = bind.String("Functions were not called the expected number of times")
				}
				options := vm.NewObject()
				options.Set("message", message)
				options.Set("details", errors)
				e, err := vm.New(r.class.Ctor, options)
				if err != nil {
					bind.Rethrow(err)
				}
				panic(e)
			}},
		}}).Ctor
}

func (r *Room) freeze(o *goja.Object) goja.Value {
	return bind.Invoke(r.vm, r.vm.Get("Object").(*goja.Object), "freeze", o)
}

// trackCalls is tracker.calls([fn][, expected]).
func (r *Room) trackCalls(t *callTracker, fn, expected goja.Value) goja.Value {
	vm := r.vm
	if bind.Truthy(bind.Property(r.h.Builtin("process"), "_exiting")) {
		r.h.Err.Throw("ERR_UNAVAILABLE_DURING_EXIT")
	}
	nothing := vm.Get("Function").(*goja.Object).Get("prototype")
	switch {
	case nodeerr.IsNumber(fn):
		fn, expected = nothing, fn
	case bind.IsUndefined(fn):
		fn = nothing
	}
	if bind.IsUndefined(expected) {
		expected = bind.Int(1)
	}
	one := &callCheck{name: "calls", expected: int64(r.h.Err.ValidateUint32(expected, "expected", true))}
	target, ok := fn.(*goja.Object)
	if !ok {
		panic(vm.NewTypeError("Cannot create proxy with a non-object as target or handler"))
	}
	if name := bind.Property(target, "name"); bind.Truthy(name) {
		one.name = text(name.String()).String()
	}
	one.stack = r.h.Err.Plain(nodeerr.Error, "")
	tracked := vm.ToValue(vm.NewProxy(target, &goja.ProxyTrapConfig{
		Apply: func(target *goja.Object, this goja.Value, args []goja.Value) goja.Value {
			list := make([]any, len(args))
			for i, v := range args {
				list[i] = v
			}
			call := vm.NewObject()
			call.Set("thisArg", this)
			call.Set("arguments", r.freeze(vm.NewArray(list...)))
			one.calls = append(one.calls, r.freeze(call))
			return bind.Call(target, this, args...)
		},
	})).(*goja.Object)
	t.checks = append(t.checks, one)
	t.tracked[tracked] = one
	return tracked
}

// reportCalls is tracker.report(): what was not called as often as it should be.
func (r *Room) reportCalls(t *callTracker) goja.Value {
	var out []any
	for _, one := range t.checks {
		n := int64(len(one.calls))
		if n == one.expected {
			continue
		}
		o := r.vm.NewObject()
		o.Set("message", "Expected the "+one.name+" function to be executed "+strconv.FormatInt(one.expected, 10)+
			" time(s) but was executed "+strconv.FormatInt(n, 10)+" time(s).")
		o.Set("actual", n)
		o.Set("expected", one.expected)
		o.Set("operator", one.name)
		o.Set("stack", one.stack)
		out = append(out, o)
	}
	return r.vm.NewArray(out...)
}
