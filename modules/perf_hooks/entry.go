package perfhooks

import (
	"math"
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// bufferWarnSize is the number of marks or measures from which a leak is warned of.
const bufferWarnSize = 1e6

// entry is the state of a PerformanceEntry; times in milliseconds.
type entry struct {
	obj             *goja.Object
	name, kind      string
	start, duration float64
	detail          goja.Value // nil: it has none
}

func (r *Room) defineEntries() {
	vm := r.h.VM
	of := func(v goja.Value, class string) *entry {
		e, ok := bind.SelfOf[*entry](v)
		if !ok {
			r.h.Err.Throw("ERR_INVALID_THIS", class)
		}
		return e
	}
	r.entryClass = bind.Define(vm, bind.Class{Name: "PerformanceEntry", Mode: bind.CallNever, Construct: r.illegal})
	get := func(b *bind.Built, name, class string, fn func(e *entry) goja.Value) {
		b.Proto.DefineAccessorProperty(name, bind.Function(vm, bind.Method{Name: "get " + name, Fn: func(c goja.FunctionCall) goja.Value {
			return fn(of(c.This, class))
		}}), nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	get(r.entryClass, "name", "PerformanceEntry", func(e *entry) goja.Value { return vm.ToValue(e.name) })
	get(r.entryClass, "entryType", "PerformanceEntry", func(e *entry) goja.Value { return vm.ToValue(e.kind) })
	get(r.entryClass, "startTime", "PerformanceEntry", func(e *entry) goja.Value { return vm.ToValue(e.start) })
	get(r.entryClass, "duration", "PerformanceEntry", func(e *entry) goja.Value { return vm.ToValue(e.duration) })
	json := func(b *bind.Built, enumerable goja.Flag) {
		b.Proto.DefineDataProperty("toJSON", bind.Function(vm, bind.Method{Name: "toJSON", Fn: func(c goja.FunctionCall) goja.Value {
			e := of(c.This, "PerformanceEntry")
			o := r.object("name", e.name, "entryType", e.kind, "startTime", e.start, "duration", e.duration)
			if e.detail != nil && b != r.entryClass {
				o.Set("detail", e.detail)
			}
			return o
		}}), goja.FLAG_TRUE, goja.FLAG_TRUE, enumerable)
	}
	json(r.entryClass, goja.FLAG_TRUE)
	bind.InspectAs(r.h.VM, r.entryClass.Proto, "", func(this *goja.Object) goja.Value { return bind.Invoke(vm, this, "toJSON") })

	derive := func(name string, length int, construct func(*goja.Object, []goja.Value), enumerable bool) *bind.Built {
		b := bind.Define(vm, bind.Class{Name: name, Length: length, Mode: bind.CallNever, Parent: r.entryClass, Construct: construct})
		json(b, goja.FLAG_FALSE)
		b.Proto.DefineAccessorProperty("detail", bind.Function(vm, bind.Method{Name: "get detail", Fn: func(c goja.FunctionCall) goja.Value {
			return of(c.This, name).detail
		}}), nil, goja.FLAG_TRUE, goja.ToFlag(enumerable))
		return b
	}
	r.markClass = derive("PerformanceMark", 1, func(this *goja.Object, args []goja.Value) { r.newMark(this, args) }, true)
	r.measure = derive("PerformanceMeasure", 0, r.illegal, true)
	r.nodeEntry = derive("PerformanceNodeEntry", 0, r.illegal, false)
	r.resource = bind.Define(vm, bind.Class{Name: "PerformanceResourceTiming", Mode: bind.CallNever, Parent: r.entryClass, Construct: r.illegal})
	tag(r.markClass, "PerformanceMark")
	tag(r.measure, "PerformanceMeasure")
}

func (r *Room) newEntry(class *bind.Built, name, kind string, start, duration float64, detail goja.Value) *entry {
	e := &entry{obj: r.h.VM.CreateObject(class.Proto), name: name, kind: kind, start: start, duration: duration, detail: detail}
	bind.Own(e.obj).Put(bind.Self, e)
	return e
}

// cloned is a detail: what it holds now stays. Null for none.
func (r *Room) cloned(v goja.Value) goja.Value {
	if bind.IsNullish(v) {
		return goja.Null()
	}
	return bind.Call(r.h.VM.Get("structuredClone"), goja.Undefined(), v)
}

// newMark is new PerformanceMark(name[, options]).
//
// Node v20 lib/internal/perf/usertiming.js: PerformanceMark.
func (r *Room) newMark(this *goja.Object, args []goja.Value) *entry {
	if len(args) == 0 {
		r.h.Err.Throw("ERR_MISSING_ARGS", `The "name" argument`)
	}
	name := bind.ToString(args[0]).String()
	if isMilestone(name) {
		panic(r.h.Err.InvalidArgValue("name", bind.String(name), ""))
	}
	start, detail := r.now(), goja.Undefined()
	if opts := bind.Arg(args, 1); !bind.IsNullish(opts) {
		o := r.h.Err.ValidateObject(opts, "options")
		if v := bind.Property(o, "startTime"); !bind.IsNullish(v) {
			if start = r.h.Err.ValidateNumber(v, "startTime", math.NaN(), math.NaN()); start < 0 {
				r.h.Err.Throw("ERR_PERFORMANCE_INVALID_TIMESTAMP", v.String())
			}
		}
		detail = bind.Property(o, "detail")
	}
	r.times[name] = start
	e := &entry{obj: this, name: name, kind: "mark", start: start, detail: r.cloned(detail)}
	bind.Own(this).Put(bind.Self, e)
	return e
}

func (r *Room) mark(name, opts goja.Value) goja.Value {
	o, err := r.h.VM.New(r.markClass.Ctor, name, opts)
	if err != nil {
		bind.Rethrow(err)
	}
	e, _ := bind.SelfOf[*entry](o)
	r.enqueue(e)
	r.marks = append(r.marks, e)
	r.warnIfFull("mark", len(r.marks), "performance.clearMarks")
	return o
}

// time is a moment given as a number, the name of a mark or a milestone.
func (r *Room) time(v goja.Value) float64 {
	if nodeerr.IsNumber(v) {
		if v.ToFloat() < 0 {
			r.h.Err.Throw("ERR_PERFORMANCE_INVALID_TIMESTAMP", v.String())
		}
		return v.ToFloat()
	}
	name := bind.ToString(v).String()
	if isMilestone(name) {
		return r.milestone(name)
	}
	at, ok := r.times[name]
	if !ok {
		panic(r.util.NewDOMException(`The "`+name+`" performance mark has not been set`, "SyntaxError"))
	}
	return at
}

// jsMeasure is performance.measure(name[, startMarkOrOptions[, endMark]]).
//
// Node v20 lib/internal/perf/usertiming.js: calculateStartDuration.
func (r *Room) jsMeasure(nameArg, from, endMark goja.Value) goja.Value {
	name := r.h.Err.ValidateString(nameArg, "name")
	startArg, endArg, duration := goja.Undefined(), goja.Undefined(), goja.Undefined()
	fromObject, isObject := from.(*goja.Object)
	if isObject && nodeerr.TypeOf(from) == "object" {
		startArg, endArg, duration = bind.Property(fromObject, "start"), bind.Property(fromObject, "end"), bind.Property(fromObject, "duration")
	}
	hasStart, hasEnd, hasDuration := !bind.IsUndefined(startArg), !bind.IsUndefined(endArg), !bind.IsUndefined(duration)
	valid := hasStart || hasEnd
	if valid {
		switch {
		case !bind.IsUndefined(endMark):
			r.h.Err.Throw("ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS", "endMark must not be specified")
		case hasStart && hasEnd && hasDuration:
			r.h.Err.Throw("ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS", "Must not have options.start, options.end, and options.duration specified")
		}
	}
	var start, end float64
	switch {
	case !bind.IsUndefined(endMark):
		end = r.time(endMark)
	case hasEnd:
		end = r.time(endArg)
	case hasStart && hasDuration:
		end = r.time(startArg) + r.time(duration)
	default:
		end = r.now()
	}
	switch {
	case nodeerr.IsString(from):
		start = r.time(from)
	case hasStart:
		start = r.time(startArg)
	case valid && hasDuration:
		start = end - r.time(duration)
	}
	e := r.newEntry(r.measure, name, "measure", start, end-start, r.cloned(bind.Property(from, "detail")))
	r.enqueue(e)
	r.measures = append(r.measures, e)
	r.warnIfFull("measure", len(r.measures), "performance.clearMeasures")
	return e.obj
}

func (r *Room) warnIfFull(kind string, count int, clear string) {
	if count <= bufferWarnSize || r.warned[kind] {
		return
	}
	r.warned[kind] = true
	n := bind.Int(count).String()
	w := r.h.Err.Plain(nodeerr.Error, "Possible perf_hooks memory leak detected. "+n+" "+kind+
		" entries added to the global performance entry buffer. Use "+clear+" to clear the buffer.")
	w.Set("name", "MaxPerformanceEntryBufferExceededWarning")
	w.Set("entryType", kind)
	w.Set("count", count)
	r.h.Process.EmitWarning(w)
}

// without drops the entries of a name, or all.
func without(all []*entry, name string, given bool) []*entry {
	if !given {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(all), func(e *entry) bool { return e.name == name })
}

// filter returns the buffered entries of a name and a type, in order of time.
func (r *Room) filter(name, kind goja.Value) []*entry {
	var out []*entry
	switch k := kind.String(); {
	case bind.IsUndefined(kind):
		out = append(append(out, r.marks...), r.measures...)
	case k == "mark":
		out = slices.Clone(r.marks)
	case k == "measure":
		out = slices.Clone(r.measures)
	}
	if !bind.IsUndefined(name) {
		n := bind.ToString(name).String()
		out = slices.DeleteFunc(out, func(e *entry) bool { return e.name != n })
	}
	sortEntries(out)
	return out
}

func sortEntries(all []*entry) {
	slices.SortStableFunc(all, func(a, b *entry) int {
		switch {
		case a.start < b.start:
			return -1
		case a.start > b.start:
			return 1
		}
		return 0
	})
}

// array makes a JavaScript array of entries.
func (r *Room) array(all []*entry) goja.Value {
	out := make([]any, len(all))
	for i, e := range all {
		out[i] = e.obj
	}
	return r.h.VM.NewArray(out...)
}
