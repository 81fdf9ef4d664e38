package timers

import (
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// PromisesModule is require('timers/promises').
var PromisesModule = modules.Module{ID: "timers/promises", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).promises() }}

// promisify gives setTimeout and setImmediate the form that util.promisify makes of them.
func (r *Room) promisify() {
	symbolFor, _ := goja.AssertFunction(r.h.VM.Get("Symbol").(*goja.Object).Get("for"))
	v, err := symbolFor(goja.Undefined(), bind.String("nodejs.util.promisify.custom"))
	if err != nil {
		panic(err)
	}
	custom := v.(*goja.Symbol)
	for f, id := range map[*goja.Object]string{r.SetTimeout: "setTimeout", r.SetImmediate: "setImmediate"} {
		f.DefineAccessorPropertySymbol(custom, r.h.VM.ToValue(func(goja.FunctionCall) goja.Value {
			return r.h.Builtin("timers/promises").(*goja.Object).Get(id)
		}), nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

func (r *Room) promises() goja.Value {
	o := r.h.VM.NewObject()
	bind.DefineMethods(r.h.VM, o, []bind.Method{
		{Name: "setTimeout", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			return r.wait(c.Argument(0), c.Argument(1), c.Argument(2), false)
		}},
		{Name: "setImmediate", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			return r.wait(nil, c.Argument(0), c.Argument(1), true)
		}},
		{Name: "setInterval", Length: 2, Fn: r.interval},
	})
	scheduler := r.h.VM.NewObject()
	bind.DefineMethods(r.h.VM, scheduler, []bind.Method{
		{Name: "wait", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			return r.wait(c.Argument(0), goja.Undefined(), c.Argument(1), false)
		}},
		{Name: "yield", Fn: func(goja.FunctionCall) goja.Value {
			return r.wait(nil, goja.Undefined(), goja.Undefined(), true)
		}},
	})
	o.Set("scheduler", scheduler)
	return o
}

// options reads {ref, signal}; bad ones reject.
func (r *Room) options(v goja.Value) (ref bool, signal *goja.Object) {
	ref = true
	if bind.IsUndefined(v) {
		return ref, nil
	}
	o := r.h.Err.ValidateObject(v, "options")
	signal = r.h.Err.ValidateAbortSignal(bind.Property(o, "signal"), "options.signal")
	if v := bind.Property(o, "ref"); !bind.IsUndefined(v) {
		ref = r.h.Err.ValidateBoolean(v, "options.ref")
	}
	return ref, signal
}

// wait resolves to value after the delay, or after the poll phase if immediate.
func (r *Room) wait(ms, value, opts goja.Value, immediate bool) goja.Value {
	vm := r.h.VM
	p, resolve, reject := vm.NewPromise()
	promise := vm.ToValue(p)
	var (
		ref    bool
		signal *goja.Object
		delay  float64 = 1
	)
	if ex := vm.Try(func() {
		if !immediate && !bind.IsUndefined(ms) {
			r.h.Err.ValidateNumber(ms, "delay", math.NaN(), math.NaN())
			delay = r.delay(ms)
		}
		ref, signal = r.options(opts)
	}); ex != nil {
		reject(ex.Value())
		return promise
	}
	if signal != nil && bind.Truthy(signal.Get("aborted")) {
		reject(r.h.Err.Abort(signal.Get("reason")))
		return promise
	}
	var onAbort goja.Value
	done := func() {
		if onAbort != nil {
			bind.Invoke(vm, signal, "removeEventListener", bind.String("abort"), onAbort)
		}
		resolve(value)
	}
	fire := func() { r.h.Door.Enter(modules.Func(done)) }
	var stop func()
	if immediate {
		i := r.h.Loop.SetImmediate(fire)
		if !ref {
			i.Unref()
		}
		stop = i.Clear
	} else {
		d, _ := eventloop.RoundTimeout(delay)
		t := r.h.Loop.SetTimeout(d, fire)
		if !ref {
			t.Unref()
		}
		stop = t.Stop
	}
	if signal != nil {
		onAbort = vm.ToValue(func(goja.FunctionCall) goja.Value {
			stop()
			reject(r.h.Err.Abort(signal.Get("reason")))
			return goja.Undefined()
		})
		once := vm.NewObject()
		once.Set("once", true)
		bind.Invoke(vm, signal, "addEventListener", bind.String("abort"), onAbort, once)
	}
	return promise
}

// interval is timers/promises.setInterval: an async iterator that yields value every delay.
func (r *Room) interval(c goja.FunctionCall) goja.Value {
	vm := r.h.VM
	delay := 1.0
	if !bind.IsUndefined(c.Argument(0)) {
		delay = r.delay(c.Argument(0))
	}
	value := c.Argument(1)
	ref, signal := r.options(c.Argument(2))
	result := func(v goja.Value, done bool) goja.Value {
		o := vm.NewObject()
		o.Set("value", v)
		o.Set("done", done)
		return o
	}
	type waiter struct{ resolve, reject func(any) error }
	var (
		waiting  []waiter
		due      int
		finished bool
		failure  goja.Value
		timer    *eventloop.Timer
		onAbort  goja.Value
	)
	finish := func() {
		finished = true
		if timer != nil {
			timer.Stop()
		}
		if onAbort != nil {
			bind.Invoke(vm, signal, "removeEventListener", bind.String("abort"), onAbort)
			onAbort = nil
		}
		for _, w := range waiting {
			w.resolve(result(goja.Undefined(), true))
		}
		waiting = nil
	}
	fail := func() {
		failure = r.h.Err.Abort(signal.Get("reason"))
		if len(waiting) > 0 {
			w := waiting[0]
			waiting = waiting[1:]
			w.reject(failure)
			failure = nil
		}
		finish()
	}
	if signal != nil && bind.Truthy(signal.Get("aborted")) {
		fail()
	} else {
		d, _ := eventloop.RoundTimeout(delay)
		timer = r.h.Loop.SetInterval(d, func() {
			r.h.Door.Enter(modules.Func(func() {
				if len(waiting) == 0 {
					due++
					return
				}
				w := waiting[0]
				waiting = waiting[1:]
				w.resolve(result(value, false))
			}))
		})
		if !ref {
			timer.Unref()
		}
		if signal != nil {
			onAbort = vm.ToValue(func(goja.FunctionCall) goja.Value { fail(); return goja.Undefined() })
			bind.Invoke(vm, signal, "addEventListener", bind.String("abort"), onAbort)
		}
	}
	it := vm.NewObject()
	bind.DefineMethods(vm, it, []bind.Method{
		{Name: "next", Fn: func(goja.FunctionCall) goja.Value {
			p, resolve, reject := vm.NewPromise()
			switch {
			case failure != nil:
				reject(failure)
				failure = nil
			case finished:
				resolve(result(goja.Undefined(), true))
			case due > 0:
				due--
				resolve(result(value, false))
			default:
				waiting = append(waiting, waiter{resolve, reject})
			}
			return vm.ToValue(p)
		}},
		{Name: "return", Fn: func(goja.FunctionCall) goja.Value {
			finish()
			p, resolve, _ := vm.NewPromise()
			resolve(result(goja.Undefined(), true))
			return vm.ToValue(p)
		}},
	})
	it.SetSymbol(vm.Get("Symbol").(*goja.Object).Get("asyncIterator").(*goja.Symbol),
		bind.Function(vm, bind.Method{Name: "[Symbol.asyncIterator]", Fn: func(c goja.FunctionCall) goja.Value { return c.This }}))
	return it
}
