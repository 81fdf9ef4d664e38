package events

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// target tells whether v is an EventTarget and no emitter.
func isTarget(v *goja.Object) bool {
	_, on := bind.ToCallable(v.Get("on"))
	_, add := bind.ToCallable(v.Get("addEventListener"))
	return add && !on
}

func (r *Room) emitterArg(v goja.Value) *goja.Object {
	if o, ok := v.(*goja.Object); ok {
		if _, ok := bind.ToCallable(o.Get("on")); ok || isTarget(o) {
			return o
		}
	}
	panic(r.h.Err.InvalidArgType("emitter", []string{"EventEmitter"}, v))
}

// attach adds fn to an emitter or an EventTarget, through the methods the object shows; detach undoes it.
func (r *Room) attach(o *goja.Object, name goja.Value, once bool, fn bind.Func) (detach func()) {
	f := r.h.VM.ToValue(fn)
	if isTarget(o) {
		opts := r.h.VM.NewObject()
		opts.Set("once", once)
		bind.Invoke(r.h.VM, o, "addEventListener", name, f, opts)
		return func() { bind.Invoke(r.h.VM, o, "removeEventListener", name, f) }
	}
	method := "on"
	if once {
		method = "once"
	}
	bind.Invoke(r.h.VM, o, method, name, f)
	return func() { bind.Invoke(r.h.VM, o, "removeListener", name, f) }
}

// signalOption returns options.signal, validated.
func (r *Room) signalOption(v goja.Value) *goja.Object {
	return r.h.Err.ValidateAbortSignal(bind.Property(v, "signal"), "options.signal")
}

func aborted(signal *goja.Object) bool { return signal != nil && bind.Truthy(signal.Get("aborted")) }

// staticOnce is events.once(emitter, name[, options]): what is wrong with its arguments rejects.
func (r *Room) staticOnce(c goja.FunctionCall) goja.Value {
	vm := r.h.VM
	promise, resolve, reject := vm.NewPromise()
	if ex := vm.Try(func() { r.once(c, resolve, reject) }); ex != nil {
		reject(ex.Value())
	}
	return vm.ToValue(promise)
}

func (r *Room) once(c goja.FunctionCall, resolve, reject func(any) error) {
	vm := r.h.VM
	signal := r.signalOption(c.Argument(2))
	if aborted(signal) {
		reject(r.h.Err.Abort(signal.Get("reason")))
		return
	}
	emitter, name := r.emitterArg(c.Argument(0)), eventName(c.Argument(1))
	var detach []func()
	finish := func() {
		for _, d := range detach {
			d()
		}
	}
	detach = append(detach, r.attach(emitter, name, true, func(c goja.FunctionCall) goja.Value {
		finish()
		args := make([]any, len(c.Arguments))
		for i, a := range c.Arguments {
			args[i] = a
		}
		resolve(vm.NewArray(args...))
		return goja.Undefined()
	}))
	if !isTarget(emitter) && (isSymbol(name) || name.String() != "error") {
		detach = append(detach, r.attach(emitter, bind.String("error"), true, func(c goja.FunctionCall) goja.Value {
			finish()
			reject(c.Argument(0))
			return goja.Undefined()
		}))
	}
	if signal != nil {
		detach = append(detach, r.attach(signal, bind.String("abort"), true, func(goja.FunctionCall) goja.Value {
			finish()
			reject(r.h.Err.Abort(signal.Get("reason")))
			return goja.Undefined()
		}))
	}
}

// staticOn is events.on(emitter, name[, options]): an async iterator over the event's arguments.
func (r *Room) staticOn(c goja.FunctionCall) goja.Value {
	vm := r.h.VM
	opts := c.Argument(2)
	if goja.IsNull(opts) {
		panic(vm.NewTypeError("Cannot read properties of null (reading 'signal')"))
	}
	signal := r.signalOption(opts)
	if aborted(signal) {
		panic(r.h.Err.Abort(signal.Get("reason")))
	}
	high := r.watermark(opts, "highWaterMark", "highWatermark", nodeerr.MaxSafeInteger)
	low := r.watermark(opts, "lowWaterMark", "lowWatermark", 1)
	emitter, name := r.emitterArg(c.Argument(0)), eventName(c.Argument(1))

	type waiter struct{ resolve, reject func(any) error }
	var (
		queue    []goja.Value
		waiting  []waiter
		failure  goja.Value
		finished bool
		paused   bool // by us, since more than high events wait
		detach   []func()
	)
	result := func(v goja.Value, done bool) goja.Value {
		o := vm.NewObject()
		o.Set("value", v)
		o.Set("done", done)
		return o
	}
	end := func() goja.Value {
		finished = true
		for _, d := range detach {
			d()
		}
		detach = nil
		for _, w := range waiting {
			w.resolve(result(goja.Undefined(), true))
		}
		waiting = nil
		return result(goja.Undefined(), true)
	}
	fail := func(err goja.Value) {
		if len(waiting) > 0 {
			w := waiting[0]
			waiting = waiting[1:]
			w.reject(err)
		} else {
			failure = err
		}
		end()
	}
	settled := func(v goja.Value) goja.Value {
		p, resolve, _ := vm.NewPromise()
		resolve(v)
		return vm.ToValue(p)
	}
	it := vm.NewObject()
	bind.DefineMethods(vm, it, []bind.Method{
		{Name: "next", Fn: func(goja.FunctionCall) goja.Value {
			p, resolve, reject := vm.NewPromise()
			switch {
			case len(queue) > 0:
				v := queue[0]
				if queue = queue[1:]; paused && len(queue) < low {
					bind.Invoke(vm, emitter, "resume")
					paused = false
				}
				resolve(result(v, false))
			case failure != nil:
				reject(failure)
				failure = nil
			case finished:
				resolve(result(goja.Undefined(), true))
			default:
				waiting = append(waiting, waiter{resolve, reject})
			}
			return vm.ToValue(p)
		}},
		{Name: "return", Fn: func(goja.FunctionCall) goja.Value { return settled(end()) }},
		{Name: "throw", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			if !r.h.Err.Is(c.Argument(0)) {
				panic(r.h.Err.InvalidArgType("EventEmitter.AsyncIterator", []string{"Error"}, c.Argument(0)))
			}
			fail(c.Argument(0))
			return goja.Undefined()
		}},
	})
	if sym, ok := vm.Get("Symbol").(*goja.Object).Get("asyncIterator").(*goja.Symbol); ok {
		it.SetSymbol(sym, bind.Function(vm, bind.Method{Name: "[Symbol.asyncIterator]", Fn: func(c goja.FunctionCall) goja.Value { return c.This }}))
	}
	detach = append(detach, r.attach(emitter, name, false, func(c goja.FunctionCall) goja.Value {
		args := make([]any, len(c.Arguments))
		for i, a := range c.Arguments {
			args[i] = a
		}
		v := vm.NewArray(args...)
		if len(waiting) > 0 {
			w := waiting[0]
			waiting = waiting[1:]
			w.resolve(result(v, false))
			return goja.Undefined()
		}
		if !paused && len(queue) >= high {
			paused = true
			bind.Invoke(vm, emitter, "pause")
		}
		queue = append(queue, v)
		return goja.Undefined()
	}))
	if !isTarget(emitter) && (isSymbol(name) || name.String() != "error") {
		detach = append(detach, r.attach(emitter, bind.String("error"), false, func(c goja.FunctionCall) goja.Value {
			fail(c.Argument(0))
			return goja.Undefined()
		}))
	}
	if closers, ok := bind.Property(opts, "close").(*goja.Object); ok && bind.Truthy(closers.Get("length")) {
		vm.ForOf(closers, func(v goja.Value) bool {
			detach = append(detach, r.attach(emitter, eventName(v), false, func(goja.FunctionCall) goja.Value {
				end()
				return goja.Undefined()
			}))
			return true
		})
	}
	if signal != nil {
		detach = append(detach, r.attach(signal, bind.String("abort"), true, func(goja.FunctionCall) goja.Value {
			fail(r.h.Err.Abort(signal.Get("reason")))
			return goja.Undefined()
		}))
	}
	return it
}

// watermark reads an option of events.on, which had another name once.
func (r *Room) watermark(opts goja.Value, name, old string, usual int) int {
	v := bind.Property(opts, name)
	if bind.IsNullish(v) {
		v = bind.Property(opts, old)
	}
	if bind.IsNullish(v) {
		return usual
	}
	return int(r.h.Err.ValidateInteger(v, "options."+name, 1, nodeerr.MaxSafeInteger))
}

func (r *Room) getEventListeners(c goja.FunctionCall) goja.Value {
	o, ok := c.Argument(0).(*goja.Object)
	if ok {
		if fn, ok := bind.ToCallable(o.Get("listeners")); ok {
			return fn.Call(o, eventName(c.Argument(1)))
		}
		if t, ok := targetOf(o); ok {
			return t.functions(r, eventName(c.Argument(1)).String())
		}
	}
	panic(r.h.Err.InvalidArgType("emitter", []string{"EventEmitter", "EventTarget"}, c.Argument(0)))
}

func (r *Room) staticGetMaxListeners(c goja.FunctionCall) goja.Value {
	o, ok := c.Argument(0).(*goja.Object)
	if ok {
		if fn, ok := bind.ToCallable(o.Get("getMaxListeners")); ok {
			return fn.Call(o)
		}
		if t, ok := targetOf(o); ok {
			return r.h.VM.ToValue(t.max)
		}
	}
	panic(r.h.Err.InvalidArgType("emitter", []string{"EventEmitter", "EventTarget"}, c.Argument(0)))
}

func (r *Room) staticSetMaxListeners(c goja.FunctionCall) goja.Value {
	n := r.defaultMax
	if !goja.IsUndefined(c.Argument(0)) {
		n = r.checkMax(c.Argument(0), "setMaxListeners")
	}
	if len(c.Arguments) < 2 {
		r.defaultMax = n
		return goja.Undefined()
	}
	for _, v := range c.Arguments[1:] {
		o, ok := v.(*goja.Object)
		if ok {
			if t, isTarget := targetOf(o); isTarget {
				t.max, t.warned = n, false
				continue
			}
			if fn, isEmitter := bind.ToCallable(o.Get("setMaxListeners")); isEmitter {
				fn.Call(o, r.h.VM.ToValue(n))
				continue
			}
		}
		panic(r.h.Err.InvalidArgType("eventTargets", []string{"EventEmitter", "EventTarget"}, v))
	}
	return goja.Undefined()
}

func (r *Room) staticListenerCount(c goja.FunctionCall) goja.Value {
	o, ok := c.Argument(0).(*goja.Object)
	if !ok {
		panic(r.h.Err.InvalidArgType("emitter", []string{"EventEmitter"}, c.Argument(0)))
	}
	if fn, ok := bind.ToCallable(o.Get("listenerCount")); ok {
		return fn.Call(o, c.Argument(1))
	}
	return bind.Int(r.Of(o).Count(eventName(c.Argument(1)).String()))
}

// addAbortListener is events.addAbortListener(signal, listener); the result's dispose takes it off.
func (r *Room) addAbortListener(c goja.FunctionCall) goja.Value {
	if bind.IsUndefined(c.Argument(0)) {
		panic(r.h.Err.InvalidArgType("signal", []string{"AbortSignal"}, c.Argument(0)))
	}
	signal := r.h.Err.ValidateAbortSignal(c.Argument(0), "signal")
	fn, _ := bind.ToCallable(r.h.Err.ValidateFunction(c.Argument(1), "listener"))
	detach := func() {}
	if aborted(signal) {
		r.h.Door.NextTick(nextCall{fn})
	} else {
		detach = r.attach(signal, bind.String("abort"), true, func(c goja.FunctionCall) goja.Value {
			return fn.Call(c.This, c.Arguments...)
		})
	}
	out := r.h.VM.NewObject()
	dispose := bind.Function(r.h.VM, bind.Method{Fn: func(goja.FunctionCall) goja.Value { detach(); return goja.Undefined() }})
	if sym, ok := r.h.VM.Get("Symbol").(*goja.Object).Get("dispose").(*goja.Symbol); ok {
		out.SetSymbol(sym, dispose)
	}
	return out
}

type nextCall struct{ fn bind.Callable }

func (n nextCall) Run() { n.fn.Call(goja.Undefined()) }
