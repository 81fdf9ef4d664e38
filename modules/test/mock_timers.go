package test

import (
	"math"
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// mockable are what mock timers can take the place of.
var mockable = []string{"setTimeout", "setInterval", "setImmediate", "Date", "scheduler.wait"}

// mockTimers is the state of a MockTimers: a clock that only tick moves, and what it runs.
//
// Node v20 lib/internal/test_runner/mock/mock_timers.js.
type mockTimers struct {
	r       *Room
	enabled bool
	now     float64 // in milliseconds
	lastID  int
	queue   []*mockTimeout // by time, then in order of their making
	undo    []func()
}

// mockTimeout is the state of one timer.
type mockTimeout struct {
	id       int
	obj      *goja.Object
	fn       goja.Value
	args     []goja.Value
	at       float64
	interval float64 // NaN: it runs once
}

func (r *Room) newMockTimers() *goja.Object {
	if !r.timed {
		r.timed = true
		w := r.h.Err.Plain(nodeerr.Error, "The MockTimers API is an experimental feature and might change at any time")
		w.Set("name", "ExperimentalWarning")
		r.h.Process.EmitWarning(w)
	}
	o := r.vm.CreateObject(r.mockTime.Proto)
	bind.Own(o).Put(bind.Self, &mockTimers{r: r})
	return o
}

func (r *Room) defineMockTimers() {
	illegal := func(*goja.Object, []goja.Value) { r.h.Err.Throw("ERR_ILLEGAL_CONSTRUCTOR") }
	do := func(name string, length int, fn func(t *mockTimers, c goja.FunctionCall)) bind.Method {
		return bind.Method{Name: name, Length: length, Fn: func(c goja.FunctionCall) goja.Value {
			t, ok := bind.SelfOf[*mockTimers](c.This)
			if !ok {
				r.h.Err.Throw("ERR_INVALID_THIS", "MockTimers")
			}
			fn(t, c)
			return goja.Undefined()
		}}
	}
	methods := []bind.Method{
		do("tick", 0, func(t *mockTimers, c goja.FunctionCall) {
			t.assertEnabled()
			ms := 1.0
			if v := c.Argument(0); !bind.IsUndefined(v) {
				ms = v.ToFloat()
			}
			t.assertTime(ms)
			t.tick(ms)
		}),
		do("enable", 0, func(t *mockTimers, c goja.FunctionCall) { t.enable(c.Argument(0)) }),
		do("setTime", 0, func(t *mockTimers, c goja.FunctionCall) {
			ms := 0.0
			if v := c.Argument(0); !bind.IsUndefined(v) {
				ms = r.h.Err.ValidateNumber(v, "time", math.NaN(), math.NaN())
			}
			t.assertTime(ms)
			t.assertEnabled()
			t.now = ms
		}),
		do("reset", 0, func(t *mockTimers, _ goja.FunctionCall) { t.reset() }),
		do("runAll", 0, func(t *mockTimers, _ goja.FunctionCall) {
			t.assertEnabled()
			if n := len(t.queue); n > 0 {
				t.tick(t.queue[n-1].at - t.now)
			}
		}),
	}
	r.mockTime = bind.Define(r.vm, bind.Class{Name: "MockTimers", Mode: bind.CallNever, Construct: illegal, Methods: methods})
	if dispose, ok := r.object("Symbol").Get("dispose").(*goja.Symbol); ok {
		r.mockTime.Proto.DefineDataPropertySymbol(dispose, r.mockTime.Proto.Get("reset"), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	self := func(name string) bind.Method {
		return bind.Method{Name: name, Fn: func(c goja.FunctionCall) goja.Value { return c.This }}
	}
	r.mockTimeout = bind.Define(r.vm, bind.Class{Name: "Timeout", Mode: bind.CallNever, Construct: illegal, Methods: []bind.Method{
		{Name: "hasRef", Fn: func(goja.FunctionCall) goja.Value { return bind.True }},
		self("ref"), self("unref"), self("refresh"),
	}})
}

func (t *mockTimers) assertEnabled() {
	if !t.enabled {
		t.r.h.Err.Throw("ERR_INVALID_STATE", "You should enable MockTimers first by calling the .enable function")
	}
}

func (t *mockTimers) assertTime(ms float64) {
	if ms < 0 {
		panic(t.r.h.Err.InvalidArgValue("time", bind.String("positive integer"), t.r.vm.ToValue(ms).String()))
	}
}

// enable is enable({apis, now}).
func (t *mockTimers) enable(v goja.Value) {
	r := t.r
	now, apis := bind.Property(v, "now"), bind.Property(v, "apis")
	if t.enabled {
		r.h.Err.Throw("ERR_INVALID_STATE", "MockTimers is already enabled!")
	}
	if nodeerr.IsNumber(now) && math.IsNaN(now.ToFloat()) {
		panic(r.h.Err.InvalidArgValue("now", now, "epoch must be a positive integer received NaN"))
	}
	names := mockable
	if bind.Truthy(apis) {
		list := r.h.Err.ValidateArray(apis, "options.apis")
		names = nil
		for i := range int(list.Get("length").ToInteger()) {
			key := bind.Int(i).String()
			name := r.h.Err.ValidateString(bind.Property(list, key), "options.apis["+key+"]")
			if !slices.Contains(mockable, name) {
				panic(r.h.Err.InvalidArgValue("options.apis", bind.Property(list, key), "option "+name+" is not supported"))
			}
			names = append(names, name)
		}
	}
	start := 0.0
	if o, ok := now.(*goja.Object); ok && o.ClassName() == "Date" {
		start = bind.Invoke(r.vm, o, "getTime").ToFloat()
	} else if bind.Truthy(now) {
		start = r.h.Err.ValidateNumber(now, "initialTime", math.NaN(), math.NaN())
		t.assertTime(start)
	}
	t.now = start
	for _, name := range names {
		t.replace(name)
	}
	t.enabled = true
}

// replace puts the mock of one name in its place, and notes how to put back what was there.
func (t *mockTimers) replace(name string) {
	r, global := t.r, t.r.vm.GlobalObject()
	timers := r.h.Builtin("timers").(*goja.Object)
	promises := r.h.Builtin("timers/promises").(*goja.Object)
	put := func(o *goja.Object, name string, fn bind.Func, length int) {
		t.swap(o, name, bind.Function(r.vm, bind.Method{Name: name, Length: length, Fn: fn}))
	}
	both := func(name string, fn bind.Func, length int) {
		put(global, name, fn, length)
		put(timers, name, fn, length)
	}
	clear := func(c goja.FunctionCall) goja.Value {
		if m, ok := bind.SelfOf[*mockTimeout](c.Argument(0)); ok {
			t.remove(m)
		}
		return goja.Undefined()
	}
	rest := func(c goja.FunctionCall, n int) []goja.Value {
		return slices.Clone(c.Arguments[min(n, len(c.Arguments)):])
	}
	switch name {
	case "setTimeout":
		both(name, func(c goja.FunctionCall) goja.Value {
			return t.add(c.Argument(0), c.Argument(1).ToFloat(), false, rest(c, 2)).obj
		}, 2)
		both("clearTimeout", clear, 1)
		put(promises, name, func(c goja.FunctionCall) goja.Value {
			return t.wait(c.Argument(0).ToFloat(), c.Argument(1), c.Argument(2))
		}, 3)
	case "setInterval":
		both(name, func(c goja.FunctionCall) goja.Value {
			return t.add(c.Argument(0), c.Argument(1).ToFloat(), true, rest(c, 2)).obj
		}, 2)
		both("clearInterval", clear, 1)
		put(promises, name, func(c goja.FunctionCall) goja.Value {
			return t.iterate(c.Argument(0).ToFloat(), c.Argument(1), c.Argument(2))
		}, 3)
	case "setImmediate":
		both(name, func(c goja.FunctionCall) goja.Value { return t.add(c.Argument(0), -1, false, rest(c, 1)).obj }, 1)
		both("clearImmediate", clear, 1)
		put(promises, name, func(c goja.FunctionCall) goja.Value { return t.wait(-1, c.Argument(0), c.Argument(1)) }, 2)
	case "scheduler.wait":
		put(promises.Get("scheduler").(*goja.Object), "wait", func(c goja.FunctionCall) goja.Value {
			return t.wait(c.Argument(0).ToFloat(), goja.Undefined(), c.Argument(1))
		}, 2)
	case "Date":
		t.replaceDate()
	}
}

// swap defines o[name] as v until reset.
func (t *mockTimers) swap(o *goja.Object, name string, v goja.Value) {
	key := t.r.vm.ToValue(name)
	before, _ := bind.Invoke(t.r.vm, t.r.object("Object"), "getOwnPropertyDescriptor", o, key).(*goja.Object)
	o.Set(name, v)
	t.undo = append(t.undo, func() { t.r.defineProperty(o, key, before) })
}

// mockDate is in JavaScript because Go functions cannot tell new Date from Date().
var mockDate = goja.MustCompile("gonode:mock_date", `(function (Native, now) {
  function Date(...args) {
    if (!new.target) return new Native(now()).toString();
    return args.length === 0 ? new Native(now()) : new Native(...args);
  }
  const { prototype, ...properties } = Object.getOwnPropertyDescriptors(Native);
  Object.defineProperties(Date, properties);
  Date.prototype = prototype.value;
  Date.now = function() { return now(); };
  Date.toString = function() { return Function.prototype.toString.call(Native); };
  Object.defineProperty(Date, 'isMock', { enumerable: true, value: true });
  return Date;
})`, true)

func (t *mockTimers) replaceDate() {
	native := t.r.object("Date")
	if bind.Truthy(native.Get("isMock")) {
		t.r.h.Err.Throw("ERR_INVALID_STATE", "Date is already being mocked!")
	}
	factory, err := t.r.vm.RunProgram(mockDate)
	if err != nil {
		bind.Rethrow(err)
	}
	now := t.r.vm.ToValue(func(goja.FunctionCall) goja.Value { return t.r.vm.ToValue(t.now) })
	t.swap(t.r.vm.GlobalObject(), "Date", bind.Call(factory, goja.Undefined(), native, now))
}

// add queues a timer.
func (t *mockTimers) add(fn goja.Value, ms float64, repeat bool, args []goja.Value) *mockTimeout {
	if ms > 1<<31-1 {
		ms = 1
	}
	if math.IsNaN(ms) {
		ms = 0
	}
	t.lastID++
	m := &mockTimeout{id: t.lastID, fn: fn, args: args, at: t.now + ms, interval: math.NaN(), obj: t.r.vm.CreateObject(t.r.mockTimeout.Proto)}
	if repeat {
		m.interval = ms
	}
	bind.Own(m.obj).Put(bind.Self, m)
	t.insert(m)
	return m
}

func (t *mockTimers) insert(m *mockTimeout) {
	i, _ := slices.BinarySearchFunc(t.queue, m, func(a, b *mockTimeout) int {
		if a.at != b.at {
			return int(math.Copysign(1, a.at-b.at))
		}
		return a.id - b.id
	})
	t.queue = slices.Insert(t.queue, i, m)
}

func (t *mockTimers) remove(m *mockTimeout) bool {
	i := slices.Index(t.queue, m)
	if i < 0 {
		return false
	}
	t.queue = slices.Delete(t.queue, i, i+1)
	return true
}

// tick moves the clock and runs what is due.
func (t *mockTimers) tick(ms float64) {
	t.now += ms
	for len(t.queue) > 0 && t.queue[0].at <= t.now {
		m := t.queue[0]
		bind.Call(t.r.h.Err.ValidateFunction(m.fn, "callback"), goja.Undefined(), m.args...)
		// A timer that its own callback cleared is gone.
		if t.remove(m) && !math.IsNaN(m.interval) {
			m.at += m.interval
			t.insert(m)
		}
	}
}

func (t *mockTimers) reset() {
	if !t.enabled {
		return
	}
	for _, undo := range t.undo {
		undo()
	}
	t.undo, t.queue, t.now, t.enabled = nil, nil, 0, false
}

// wait is the form of timers/promises: a promise of value.
func (t *mockTimers) wait(ms float64, value, opts goja.Value) goja.Value {
	vm := t.r.vm
	promise, resolve, reject := t.r.promise()
	var signal *goja.Object
	if ex := vm.Try(func() { signal = t.r.h.Err.ValidateAbortSignal(bind.Property(opts, "signal"), "options.signal") }); ex != nil {
		reject(ex.Value())
		return promise
	}
	abort := func() { reject(t.r.h.Err.Abort(signal.Get("reason"))) }
	if signal != nil && bind.Truthy(signal.Get("aborted")) {
		abort()
		return promise
	}
	m := t.add(vm.ToValue(func(goja.FunctionCall) goja.Value { resolve(value); return goja.Undefined() }), ms, false, nil)
	if signal != nil {
		t.onAbort(signal, func() { t.remove(m); abort() })
	}
	return promise
}

func (t *mockTimers) onAbort(signal *goja.Object, fn func()) {
	once := t.r.vm.NewObject()
	once.Set("once", true)
	bind.Invoke(t.r.vm, signal, "addEventListener", bind.String("abort"),
		t.r.vm.ToValue(func(goja.FunctionCall) goja.Value { fn(); return goja.Undefined() }), once)
}

// iterate is setInterval of timers/promises: an async iterator that yields value at each interval.
func (t *mockTimers) iterate(ms float64, value, opts goja.Value) goja.Value {
	r, vm := t.r, t.r.vm
	var (
		waiting []func(err goja.Value, done bool) // calls of next
		due     int
		ended   bool
		failure goja.Value // to be given to the next call of next
	)
	signal := r.h.Err.ValidateAbortSignal(bind.Property(opts, "signal"), "options.signal")
	give := func(err goja.Value, done bool) {
		w := waiting[0]
		waiting = waiting[1:]
		w(err, done)
	}
	m := t.add(vm.ToValue(func(goja.FunctionCall) goja.Value {
		if len(waiting) > 0 {
			give(nil, false)
		} else {
			due++
		}
		return goja.Undefined()
	}), ms, true, nil)
	end := func() {
		ended = true
		t.remove(m)
		for len(waiting) > 0 {
			give(nil, true)
		}
	}
	abort := func() {
		err := r.h.Err.Abort(signal.Get("reason"))
		if len(waiting) > 0 {
			give(err, false)
		} else {
			failure = err
		}
		end()
	}
	if signal != nil {
		if bind.Truthy(signal.Get("aborted")) {
			abort()
		} else {
			t.onAbort(signal, abort)
		}
	}
	result := func(v goja.Value, done bool) goja.Value {
		o := vm.NewObject()
		o.Set("done", done)
		o.Set("value", v)
		return o
	}
	it := vm.NewObject()
	bind.DefineMethods(vm, it, []bind.Method{
		{Name: "next", Fn: func(goja.FunctionCall) goja.Value {
			p, resolve, reject := t.r.promise()
			settle := func(err goja.Value, done bool) {
				switch {
				case err != nil:
					reject(err)
				case done:
					resolve(result(goja.Undefined(), true))
				default:
					resolve(result(value, false))
				}
			}
			switch {
			case failure != nil:
				err := failure
				failure = nil
				settle(err, true)
			case due > 0:
				due--
				settle(nil, false)
			case ended:
				settle(nil, true)
			default:
				waiting = append(waiting, settle)
			}
			return p
		}},
		{Name: "return", Fn: func(c goja.FunctionCall) goja.Value {
			due = 0
			end()
			p, resolve, _ := t.r.promise()
			resolve(result(c.Argument(0), true))
			return p
		}},
	})
	if s, ok := r.object("Symbol").Get("asyncIterator").(*goja.Symbol); ok {
		it.DefineDataPropertySymbol(s, vm.ToValue(func(c goja.FunctionCall) goja.Value { return c.This }),
			goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	return it
}
