package perfhooks

import (
	"slices"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// observable are the entry types that an observer may ask for; see the package comment.
var observable = []string{"dns", "function", "gc", "http", "http2", "mark", "measure", "net", "resource"}

// observer is the state of a PerformanceObserver.
//
// Node v20 lib/internal/perf/observe.js: PerformanceObserver.
type observer struct {
	obj      *goja.Object
	callback bind.Callable
	mode     observerMode
	types    []string
	buffer   []*entry
}

// observerMode is what observe was first called with.
type observerMode uint8

const (
	modeNone observerMode = iota
	modeSingle
	modeMultiple
)

// entryList is the state of a PerformanceObserverEntryList.
type entryList struct{ entries []*entry }

func (r *Room) defineObserver() {
	vm := r.h.VM
	m := func(fn func(o *observer, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			o, ok := bind.SelfOf[*observer](c.This)
			if !ok {
				panic(vm.NewTypeError("Receiver must be an instance of class PerformanceObserver"))
			}
			return fn(o, c)
		}
	}
	r.observer = bind.Define(vm, bind.Class{Name: "PerformanceObserver", Length: 1, Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			fn, _ := bind.ToCallable(r.h.Err.ValidateFunction(bind.Arg(args, 0), "callback"))
			bind.Own(this).Put(bind.Self, &observer{obj: this, callback: fn})
		}})
	bind.DefineMethods(vm, r.observer.Proto, []bind.Method{
		{Name: "observe", Fn: m(r.observe)},
		{Name: "disconnect", Fn: m(func(o *observer, _ goja.FunctionCall) goja.Value {
			r.disconnect(o)
			return goja.Undefined()
		})},
		{Name: "takeRecords", Fn: m(func(o *observer, _ goja.FunctionCall) goja.Value {
			taken := o.buffer
			o.buffer = nil
			return r.array(taken)
		})},
	})
	tag(r.observer, "PerformanceObserver")
	supported := make([]any, len(observable))
	for i, s := range observable {
		supported[i] = s
	}
	list := vm.NewArray(supported...)
	bind.Invoke(vm, vm.Get("Object").(*goja.Object), "freeze", list)
	r.observer.Ctor.DefineAccessorProperty("supportedEntryTypes", vm.ToValue(func(goja.FunctionCall) goja.Value { return list }),
		nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
	bind.InspectAs(r.h.VM, r.observer.Proto, "PerformanceObserver", func(this *goja.Object) goja.Value {
		o, ok := bind.SelfOf[*observer](this)
		if !ok {
			panic(vm.NewTypeError("Cannot read private member #entryTypes from an object whose class did not declare it"))
		}
		types := make([]any, len(o.types))
		for i, t := range o.types {
			types[i] = t
		}
		return r.object("connected", slices.Contains(r.observers, o), "pending", slices.Contains(r.pending, o),
			"entryTypes", vm.NewArray(types...), "buffer", r.array(o.buffer))
	})

	entries := func(c goja.FunctionCall) []*entry {
		l, ok := bind.SelfOf[*entryList](c.This)
		if !ok {
			r.h.Err.Throw("ERR_INVALID_THIS", "PerformanceObserverEntryList")
		}
		return slices.Clone(l.entries)
	}
	r.entryList = bind.Define(vm, bind.Class{Name: "PerformanceObserverEntryList", Mode: bind.CallNever, Construct: r.illegal})
	bind.DefineMethods(vm, r.entryList.Proto, []bind.Method{
		{Name: "getEntries", Fn: func(c goja.FunctionCall) goja.Value { return r.array(entries(c)) }},
		{Name: "getEntriesByType", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			all := entries(c)
			if len(c.Arguments) == 0 {
				r.h.Err.Throw("ERR_MISSING_ARGS", `The "type" argument`)
			}
			kind := bind.ToString(c.Argument(0)).String()
			return r.array(slices.DeleteFunc(all, func(e *entry) bool { return e.kind != kind }))
		}},
		{Name: "getEntriesByName", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			all := entries(c)
			if len(c.Arguments) == 0 {
				r.h.Err.Throw("ERR_MISSING_ARGS", `The "name" argument`)
			}
			name, kind := bind.ToString(c.Argument(0)).String(), c.Argument(1)
			return r.array(slices.DeleteFunc(all, func(e *entry) bool {
				return e.name != name || !bind.IsNullish(kind) && e.kind != kind.String()
			}))
		}},
	})
	tag(r.entryList, "PerformanceObserverEntryList")
	bind.InspectAs(r.h.VM, r.entryList.Proto, "PerformanceObserverEntryList", func(this *goja.Object) goja.Value {
		l, ok := bind.SelfOf[*entryList](this)
		if !ok {
			panic(vm.NewTypeError("Cannot read private member #buffer from an object whose class did not declare it"))
		}
		return r.array(l.entries)
	})
}

func (r *Room) observe(o *observer, c goja.FunctionCall) goja.Value {
	e := r.h.Err
	options := goja.Value(r.h.VM.NewObject())
	if !bind.IsUndefined(c.Argument(0)) {
		options = e.ValidateObject(c.Argument(0), "options")
	}
	types, kind := bind.Property(options, "entryTypes"), bind.Property(options, "type")
	switch {
	case bind.IsUndefined(types) && bind.IsUndefined(kind):
		e.Throw("ERR_MISSING_ARGS", `The "options.entryTypes" and "options.type" arguments`)
	case !bind.IsNullish(types) && !bind.IsNullish(kind):
		panic(e.InvalidArgValue("options.entryTypes", types, "options.entryTypes can not set with options.type together"))
	}
	switch o.mode {
	case modeNone:
		if !bind.IsUndefined(types) {
			o.mode = modeMultiple
		}
		if !bind.IsUndefined(kind) {
			o.mode = modeSingle
		}
	case modeSingle:
		if !bind.IsUndefined(types) {
			panic(r.util.NewDOMException("PerformanceObserver can not change to multiple observations", "InvalidModificationError"))
		}
	case modeMultiple:
		if !bind.IsUndefined(kind) {
			panic(r.util.NewDOMException("PerformanceObserver can not change to single observation", "InvalidModificationError"))
		}
	}
	add := func(v goja.Value) bool {
		if !nodeerr.IsString(v) || !slices.Contains(observable, v.String()) {
			return false
		}
		if !slices.Contains(o.types, v.String()) {
			o.types = append(o.types, v.String())
		}
		return true
	}
	if o.mode == modeMultiple {
		list, ok := types.(*goja.Object)
		if !ok || list.ClassName() != "Array" {
			panic(e.InvalidArgType("options.entryTypes", []string{"string[]"}, types))
		}
		o.types = nil
		for i := range int(list.Get("length").ToInteger()) {
			add(bind.Property(list, bind.Int(i).String()))
		}
	} else {
		if !add(kind) {
			return goja.Undefined()
		}
		if bind.Truthy(bind.Property(options, "buffered")) {
			o.buffer = append(o.buffer, r.filter(goja.Undefined(), kind)...)
			r.setPending(o)
		}
	}
	if len(o.types) == 0 {
		r.disconnect(o)
	} else if !slices.Contains(r.observers, o) {
		r.observers = append(r.observers, o)
	}
	r.offer()
	return goja.Undefined()
}

func (r *Room) disconnect(o *observer) {
	gone := func(x *observer) bool { return x == o }
	r.observers = slices.DeleteFunc(slices.Clone(r.observers), gone)
	r.pending = slices.DeleteFunc(slices.Clone(r.pending), gone)
	o.buffer, o.types, o.mode = nil, nil, modeNone
	r.offer()
}

// offer lets modules measure what somebody observes.
func (r *Room) offer() {
	for _, kind := range observable {
		to := r.h.Performance.Kind(kind)
		if to == nil {
			continue
		}
		*to = nil
		if slices.ContainsFunc(r.observers, func(o *observer) bool { return slices.Contains(o.types, kind) }) {
			*to = func(name string, began time.Time, detail *goja.Object) {
				start := r.since(began)
				r.enqueue(r.newEntry(r.nodeEntry, name, kind, start, r.now()-start, detail))
			}
		}
	}
}

// enqueue gives an entry to the observers of its type.
func (r *Room) enqueue(e *entry) {
	for _, o := range r.observers {
		if slices.Contains(o.types, e.kind) {
			o.buffer = append(o.buffer, e)
			r.setPending(o)
		}
	}
}

// setPending lets o be called in the next immediates phase, with all that came until then.
func (r *Room) setPending(o *observer) {
	if slices.Contains(r.pending, o) {
		return
	}
	r.pending = append(r.pending, o)
	if len(r.pending) > 1 {
		return
	}
	timers := r.h.Builtin("timers").(*goja.Object)
	bind.Invoke(r.h.VM, timers, "setImmediate", r.h.VM.ToValue(func(goja.FunctionCall) goja.Value {
		due := r.pending
		r.pending = nil
		for _, o := range due {
			l := &entryList{o.buffer}
			o.buffer = nil
			sortEntries(l.entries)
			list := r.h.VM.CreateObject(r.entryList.Proto)
			bind.Own(list).Put(bind.Self, l)
			o.callback.Call(goja.Undefined(), list, o.obj)
		}
		return goja.Undefined()
	}))
}
