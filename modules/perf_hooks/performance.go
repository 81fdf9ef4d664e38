package perfhooks

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// performance is the state of the one Performance object.
type performance struct{ events.EventTarget }

func (r *Room) definePerformance() {
	vm := r.h.VM
	m := func(required string, fn func(c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			if _, ok := bind.SelfOf[*performance](c.This); !ok {
				r.h.Err.Throw("ERR_INVALID_THIS", "Performance")
			}
			if required != "" && len(c.Arguments) == 0 {
				r.h.Err.Throw("ERR_MISSING_ARGS", `The "`+required+`" argument`)
			}
			return fn(c)
		}
	}
	name := func(v goja.Value) (s string, given bool) {
		if bind.IsUndefined(v) {
			return "", false
		}
		return bind.ToString(v).String(), true
	}
	get := func(c goja.FunctionCall, name, kind goja.Value) goja.Value { return r.array(r.filter(name, kind)) }
	r.Performance = bind.Define(vm, bind.Class{Name: "Performance", Mode: bind.CallNever, Parent: r.targets.EventTarget, Construct: r.illegal})
	bind.DefineMethods(vm, r.Performance.Proto, []bind.Method{
		{Name: "clearMarks", Fn: m("", func(c goja.FunctionCall) goja.Value {
			n, given := name(c.Argument(0))
			if given && isMilestone(n) {
				panic(r.h.Err.InvalidArgValue("name", c.Argument(0), ""))
			}
			if given {
				delete(r.times, n)
			} else {
				r.times = make(map[string]float64)
			}
			r.marks = without(r.marks, n, given)
			return goja.Undefined()
		})},
		{Name: "clearMeasures", Fn: m("", func(c goja.FunctionCall) goja.Value {
			n, given := name(c.Argument(0))
			r.measures = without(r.measures, n, given)
			return goja.Undefined()
		})},
		{Name: "clearResourceTimings", Fn: m("", func(goja.FunctionCall) goja.Value { return goja.Undefined() })},
		{Name: "getEntries", Fn: m("", func(c goja.FunctionCall) goja.Value { return get(c, goja.Undefined(), goja.Undefined()) })},
		{Name: "getEntriesByName", Length: 1, Fn: m("name", func(c goja.FunctionCall) goja.Value { return get(c, c.Argument(0), c.Argument(1)) })},
		{Name: "getEntriesByType", Length: 1, Fn: m("type", func(c goja.FunctionCall) goja.Value { return get(c, goja.Undefined(), c.Argument(0)) })},
		{Name: "mark", Length: 1, Fn: m("name", func(c goja.FunctionCall) goja.Value { return r.mark(c.Argument(0), c.Argument(1)) })},
		{Name: "measure", Length: 1, Fn: m("name", func(c goja.FunctionCall) goja.Value {
			return r.jsMeasure(c.Argument(0), c.Argument(1), c.Argument(2))
		})},
		{Name: "now", Fn: m("", func(goja.FunctionCall) goja.Value { return vm.ToValue(r.now()) })},
		{Name: "setResourceTimingBufferSize", Length: 1, Fn: m("maxSize", func(goja.FunctionCall) goja.Value { return goja.Undefined() })},
		{Name: "toJSON", Fn: m("", func(goja.FunctionCall) goja.Value {
			return r.object("nodeTiming", r.performance.Get("nodeTiming"), "timeOrigin", r.timeOrigin(),
				"eventLoopUtilization", bind.Invoke(vm, r.performance, "eventLoopUtilization"))
		})},
	})
	r.Performance.Proto.DefineAccessorProperty("timeOrigin", bind.Function(vm, bind.Method{Name: "get timeOrigin",
		Fn: m("", func(goja.FunctionCall) goja.Value { return r.timeOrigin() })}), nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	tag(r.Performance, "Performance")
	r.defineNodeTiming()
	hide := func(name string, v goja.Value) { bind.Hide(r.Performance.Proto, name, v) }
	hide("eventLoopUtilization", bind.Function(vm, bind.Method{Name: "eventLoopUtilization", Length: 2, Fn: r.eventLoopUtilization}))
	hide("nodeTiming", r.nodeTiming)
	hide("markResourceTiming", bind.Function(vm, bind.Method{Name: "markResourceTiming", Length: 4, Fn: func(goja.FunctionCall) goja.Value {
		panic(r.h.Err.New("ERR_METHOD_NOT_IMPLEMENTED", "performance.markResourceTiming()"))
	}}))
	hide("timerify", bind.Function(vm, bind.Method{Name: "timerify", Length: 1, Fn: r.timerify}))
	bind.InspectAs(r.h.VM, r.Performance.Proto, "Performance", func(this *goja.Object) goja.Value {
		return r.object("nodeTiming", this.Get("nodeTiming"), "timeOrigin", this.Get("timeOrigin"))
	})
	r.performance = vm.CreateObject(r.Performance.Proto)
	bind.Own(r.performance).Put(bind.Self, &performance{})
}

func (r *Room) timeOrigin() goja.Value {
	return r.h.VM.ToValue(float64(r.zero.UnixMicro()) / 1000)
}

// milestones are the moments that nodeTiming has and that measure takes as names.
var milestones = []string{"nodeStart", "v8Start", "environment", "loopStart", "loopExit", "bootstrapComplete"}

func isMilestone(name string) bool {
	for _, m := range milestones {
		if m == name {
			return true
		}
	}
	return false
}

// milestone is a moment of this runtime: the engine and the modules are there once it is made.
func (r *Room) milestone(name string) float64 {
	switch name {
	case "nodeStart", "v8Start":
		return 0
	case "environment", "bootstrapComplete":
		return r.since(r.made)
	case "loopStart":
		if !r.loopStart.IsZero() {
			return r.since(r.loopStart)
		}
	}
	return -1
}

// defineNodeTiming makes performance.nodeTiming, an entry of own properties as in Node.
func (r *Room) defineNodeTiming() {
	vm := r.h.VM
	class := bind.Define(vm, bind.Class{Name: "PerformanceNodeTiming", Mode: bind.CallNever, Parent: r.entryClass, Construct: r.illegal,
		Methods: []bind.Method{{Name: "toJSON", Fn: func(c goja.FunctionCall) goja.Value {
			out, this := vm.NewObject(), c.This.ToObject(vm)
			for _, name := range append([]string{"name", "entryType", "startTime", "duration"}, append(milestones, "idleTime")...) {
				out.Set(name, this.Get(name))
			}
			return out
		}}}})
	o := vm.CreateObject(class.Proto)
	bind.Own(o).Put(bind.Self, &entry{obj: o, name: "node", kind: "node"})
	data := func(name string, v any) {
		o.DefineDataProperty(name, vm.ToValue(v), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	live := func(name string, get func() float64) {
		o.DefineAccessorProperty(name, vm.ToValue(func(goja.FunctionCall) goja.Value { return vm.ToValue(get()) }), nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	data("name", "node")
	data("entryType", "node")
	data("startTime", 0)
	live("duration", r.now)
	for _, name := range milestones {
		live(name, func() float64 { return r.milestone(name) })
	}
	live("idleTime", r.idle)
	r.nodeTiming = o
}

// idle is how long the loop has slept, in milliseconds.
func (r *Room) idle() float64 { return float64(r.h.Loop.Idle().Nanoseconds()) / 1e6 }

// eventLoopUtilization is eventLoopUtilization([util1[, util2]]).
//
// Node v20 lib/internal/perf/event_loop_utilization.js.
func (r *Room) eventLoopUtilization(c goja.FunctionCall) goja.Value {
	field := func(v goja.Value, name string) float64 { return bind.Property(v, name).ToFloat() }
	result := func(idle, active float64) goja.Value {
		return r.object("idle", idle, "active", active, "utilization", active/(idle+active))
	}
	if r.loopStart.IsZero() {
		return r.object("idle", 0, "active", 0, "utilization", 0)
	}
	a, b := c.Argument(0), c.Argument(1)
	if bind.Truthy(b) {
		return result(field(a, "idle")-field(b, "idle"), field(a, "active")-field(b, "active"))
	}
	idle := r.idle()
	active := float64(r.h.Now().Sub(r.loopStart).Nanoseconds())/1e6 - idle
	if !bind.Truthy(a) {
		return result(idle, active)
	}
	return result(idle-field(a, "idle"), active-field(a, "active"))
}

// timerify is timerify(fn[, options]): fn whose calls make entries of type 'function'.
//
// Node v20 lib/internal/perf/timerify.js.
func (r *Room) timerify(c goja.FunctionCall) goja.Value {
	vm := r.h.VM
	fn := r.h.Err.ValidateFunction(c.Argument(0), "fn")
	var hist *histogram
	if v := c.Argument(1); !bind.IsUndefined(v) {
		o := r.h.Err.ValidateObject(v, "options")
		if hv := bind.Property(o, "histogram"); !bind.IsUndefined(hv) {
			x, ok := bind.SelfOf[*histogramObject](hv)
			if !ok || nodeerr.TypeOf(bind.Property(hv, "record")) != "function" {
				panic(r.h.Err.InvalidArgType("options.histogram", []string{"RecordableHistogram"}, hv))
			}
			hist = x.data
		}
	}
	name := bind.Property(fn, "name").String()
	complete := func(start float64, args []goja.Value) {
		duration := r.now() - start
		if hist != nil {
			hist.record(max(int64(duration*1e6), 1))
		}
		list := vm.NewArray()
		e := r.newEntry(r.nodeEntry, name, "function", start, duration, list)
		for i, a := range args {
			key := bind.Int(i).String()
			list.Set(key, a)
			e.obj.Set(key, a)
		}
		r.enqueue(e)
	}
	run := func(args []goja.Value, construct bool, this goja.Value) goja.Value {
		start := r.now()
		args = append([]goja.Value(nil), args...)
		if construct {
			o, err := vm.New(fn, args...)
			if err != nil {
				bind.Rethrow(err)
			}
			complete(start, args)
			return o
		}
		v := bind.Call(fn, this, args...)
		if finally, ok := bind.ToCallable(bind.Property(v, "finally")); ok {
			return finally.Call(v, vm.ToValue(func(goja.FunctionCall) goja.Value {
				complete(start, args)
				return goja.Undefined()
			}))
		}
		complete(start, args)
		return v
	}
	// A native function cannot tell a call from a construction; a Proxy can.
	target := vm.ToValue(func(goja.ConstructorCall) *goja.Object { return nil }).(*goja.Object)
	target.DefineDataProperty("length", bind.Property(fn, "length"), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	target.DefineDataProperty("name", vm.ToValue("timerified "+name), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	return vm.ToValue(vm.NewProxy(target, &goja.ProxyTrapConfig{
		Apply: func(_ *goja.Object, this goja.Value, args []goja.Value) goja.Value { return run(args, false, this) },
		Construct: func(_ *goja.Object, args []goja.Value, _ *goja.Object) *goja.Object {
			return run(args, true, goja.Undefined()).(*goja.Object)
		},
	}))
}
