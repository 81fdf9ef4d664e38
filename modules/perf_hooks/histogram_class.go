package perfhooks

import (
	"math"
	"math/big"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// histogramObject is the state of a Histogram.
type histogramObject struct {
	data       *histogram
	recordable bool

	// Of monitorEventLoopDelay.
	timer *eventloop.Timer // nil: not enabled
	every time.Duration
	last  time.Time
}

func (r *Room) defineHistograms() {
	vm := r.h.VM
	of := func(v goja.Value) *histogram {
		x, ok := bind.SelfOf[*histogramObject](v)
		if !ok {
			r.h.Err.Throw("ERR_INVALID_THIS", "Histogram")
		}
		return x.data
	}
	integer := func(n int64) goja.Value { return vm.ToValue(float64(n)) }
	large := func(n int64) goja.Value { return vm.ToValue(big.NewInt(n)) }
	get := func(name string, fn func(h *histogram) goja.Value) bind.Accessor {
		return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value { return fn(of(c.This)) }}
	}
	both := func(name string, fn func(h *histogram) int64) []bind.Accessor {
		return []bind.Accessor{get(name, func(h *histogram) goja.Value { return integer(fn(h)) }),
			get(name+"BigInt", func(h *histogram) goja.Value { return large(fn(h)) })}
	}
	percentile := func(make func(int64) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			h := of(c.This)
			p := r.h.Err.ValidateNumber(c.Argument(0), "percentile", math.NaN(), math.NaN())
			if !(p > 0 && p <= 100) {
				panic(r.h.Err.OutOfRange("percentile", "> 0 && <= 100", c.Argument(0)))
			}
			return make(h.percentile(p))
		}
	}
	table := func(make func(int64) goja.Value) func(h *histogram) goja.Value {
		return func(h *histogram) goja.Value {
			m, err := vm.New(vm.Get("Map"))
			if err != nil {
				bind.Rethrow(err)
			}
			for _, s := range h.percentiles() {
				bind.Invoke(vm, m, "set", vm.ToValue(s.percent), make(s.value))
			}
			return m
		}
	}
	var accessors []bind.Accessor
	accessors = append(accessors, both("count", (*histogram).count)...)
	accessors = append(accessors, both("min", (*histogram).min)...)
	accessors = append(accessors, both("max", (*histogram).max)...)
	accessors = append(accessors, both("exceeds", func(h *histogram) int64 { return h.exceeds })...)
	accessors = append(accessors,
		get("mean", func(h *histogram) goja.Value { return vm.ToValue(h.mean()) }),
		get("stddev", func(h *histogram) goja.Value { return vm.ToValue(h.stddev()) }),
		get("percentiles", table(integer)), get("percentilesBigInt", table(large)))
	r.histogram = bind.Define(vm, bind.Class{Name: "Histogram", Mode: bind.CallNever, Construct: r.illegal, Accessors: accessors,
		Methods: []bind.Method{
			{Name: "percentile", Length: 1, Fn: percentile(integer)},
			{Name: "percentileBigInt", Length: 1, Fn: percentile(large)},
			{Name: "reset", Fn: func(c goja.FunctionCall) goja.Value {
				of(c.This).reset()
				return goja.Undefined()
			}},
			{Name: "toJSON", Fn: func(c goja.FunctionCall) goja.Value {
				of(c.This)
				out, this := vm.NewObject(), bind.This(r.h.VM, c)
				for _, name := range []string{"count", "min", "max", "mean", "exceeds", "stddev"} {
					out.Set(name, this.Get(name))
				}
				out.Set("percentiles", bind.Invoke(vm, vm.Get("Object").(*goja.Object), "fromEntries", this.Get("percentiles")))
				return out
			}},
		}})
	bind.InspectAs(r.h.VM, r.histogram.Proto, "Histogram", func(this *goja.Object) goja.Value {
		out := vm.NewObject()
		for _, name := range []string{"min", "max", "mean", "exceeds", "stddev", "count", "percentiles"} {
			out.Set(name, this.Get(name))
		}
		return out
	})
	recordable := func(v goja.Value) *histogram {
		x, ok := bind.SelfOf[*histogramObject](v)
		if !ok || !x.recordable {
			r.h.Err.Throw("ERR_INVALID_THIS", "RecordableHistogram")
		}
		return x.data
	}
	r.recordable = bind.Define(vm, bind.Class{Name: "RecordableHistogram", Mode: bind.CallNever, Parent: r.histogram, Construct: r.illegal,
		Methods: []bind.Method{
			{Name: "record", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				h := recordable(c.This)
				if b, ok := bind.Exported[*big.Int](c.Argument(0)); ok {
					if b.Sign() <= 0 || !b.IsInt64() {
						panic(r.h.Err.OutOfRange("val", ">= 1 && <= 9223372036854775807", c.Argument(0)))
					}
					h.record(b.Int64())
					return goja.Undefined()
				}
				h.record(r.h.Err.ValidateInteger(c.Argument(0), "val", 1, nodeerr.MaxSafeInteger))
				return goja.Undefined()
			}},
			{Name: "recordDelta", Fn: func(c goja.FunctionCall) goja.Value {
				h := recordable(c.This)
				at := r.h.Now().Sub(r.zero).Nanoseconds()
				if h.lastDeltaNs > 0 {
					h.record(max(at-h.lastDeltaNs, 1))
				}
				h.lastDeltaNs = at
				return goja.Undefined()
			}},
			{Name: "add", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				h := recordable(c.This)
				o, ok := bind.SelfOf[*histogramObject](c.Argument(0))
				if !ok || !o.recordable {
					panic(r.h.Err.InvalidArgType("other", []string{"RecordableHistogram"}, c.Argument(0)))
				}
				h.add(o.data)
				return goja.Undefined()
			}},
		}})
	monitor := func(fn func(x *histogramObject) bool) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			x, ok := bind.SelfOf[*histogramObject](c.This)
			if !ok {
				r.h.Err.Throw("ERR_INVALID_THIS", "ELDHistogram")
			}
			return bind.Bool(fn(x))
		}
	}
	r.loopDelay = bind.Define(vm, bind.Class{Name: "ELDHistogram", Mode: bind.CallNever, Parent: r.histogram, Construct: r.illegal,
		Methods: []bind.Method{
			{Name: "enable", Fn: monitor(r.enable)},
			{Name: "disable", Fn: monitor(func(x *histogramObject) bool {
				if x.timer == nil {
					return false
				}
				x.timer.Stop()
				x.timer = nil
				return true
			})},
		}})
}

// enable starts to measure how late a timer is.
func (r *Room) enable(x *histogramObject) bool {
	if x.timer != nil {
		return false
	}
	x.last = r.h.Now()
	x.timer = r.h.Loop.SetInterval(x.every, func() {
		at := r.h.Now()
		x.data.record(max(at.Sub(x.last).Nanoseconds(), 1))
		x.last = at
	})
	x.timer.Unref()
	return true
}

func (r *Room) newHistogramObject(class *bind.Built, x *histogramObject) goja.Value {
	o := r.h.VM.CreateObject(class.Proto)
	bind.Own(o).Put(bind.Self, x)
	return o
}

// monitorEventLoopDelay is monitorEventLoopDelay([options]).
func (r *Room) monitorEventLoopDelay(c goja.FunctionCall) goja.Value {
	resolution := int64(10)
	if !bind.IsUndefined(c.Argument(0)) {
		o := r.h.Err.ValidateObject(c.Argument(0), "options")
		if v := bind.Property(o, "resolution"); !bind.IsUndefined(v) {
			resolution = r.h.Err.ValidateInteger(v, "options.resolution", 1, nodeerr.MaxSafeInteger)
		}
	}
	d, _ := eventloop.RoundTimeout(float64(resolution))
	return r.newHistogramObject(r.loopDelay, &histogramObject{data: newHistogram(1, int64(time.Hour), 3), every: d})
}

// createHistogram is createHistogram([options]).
func (r *Room) createHistogram(c goja.FunctionCall) goja.Value {
	lowest, highest, figures := int64(1), int64(nodeerr.MaxSafeInteger), int64(3)
	if !bind.IsUndefined(c.Argument(0)) {
		o := r.h.Err.ValidateObject(c.Argument(0), "options")
		whole := func(name string, def int64, lo, hi float64) int64 {
			v := bind.Property(o, name)
			if bind.IsUndefined(v) {
				return def
			}
			if b, ok := bind.Exported[*big.Int](v); ok {
				if !b.IsInt64() || float64(b.Int64()) < lo {
					panic(r.h.Err.Coded(nodeerr.RangeError, "ERR_INVALID_ARG_VALUE", "The property 'options."+name+"' is invalid. Received "+r.h.Err.Inspect(v)))
				}
				return b.Int64()
			}
			return r.h.Err.ValidateInteger(v, "options."+name, lo, hi)
		}
		lowest = whole("lowest", lowest, 1, nodeerr.MaxSafeInteger)
		highest = whole("highest", highest, 2*float64(lowest), nodeerr.MaxSafeInteger)
		if v := bind.Property(o, "figures"); !bind.IsUndefined(v) {
			figures = r.h.Err.ValidateInteger(v, "options.figures", 1, 5)
		}
	}
	return r.newHistogramObject(r.recordable, &histogramObject{data: newHistogram(lowest, highest, int(figures)), recordable: true})
}
