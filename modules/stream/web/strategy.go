package web

import (
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// sizeAlgorithm is strategy.size; nil: each chunk counts one.
type sizeAlgorithm func(chunk goja.Value) goja.Value

func (f sizeAlgorithm) of(chunk goja.Value) goja.Value {
	if f == nil {
		return bind.Int(1)
	}
	return f(chunk)
}

// sizeAlgorithm is ExtractSizeAlgorithm.
func (r *Room) sizeAlgorithm(size goja.Value) sizeAlgorithm {
	if bind.IsUndefined(size) {
		return nil
	}
	r.h.Err.ValidateFunction(size, "strategy.size")
	fn, _ := bind.ToCallable(size)
	return func(chunk goja.Value) goja.Value { return fn.Call(goja.Undefined(), chunk) }
}

// highWaterMark is ExtractHighWaterMark.
func (r *Room) highWaterMark(v goja.Value, otherwise float64) float64 {
	if bind.IsUndefined(v) {
		return otherwise
	}
	f := v.ToFloat()
	if math.IsNaN(f) || f < 0 {
		panic(r.h.Err.InvalidArgRange("strategy.highWaterMark", number(f)))
	}
	return f
}

// queue is a queue-with-sizes of the standard; its total is the controller's.
type queue []queued

type queued struct {
	chunk goja.Value
	size  float64
}

func (q queue) empty() bool { return len(q) == 0 }

// add is EnqueueValueWithSize: it returns the size as a number, or throws.
func (q *queue) add(r *Room, chunk, size goja.Value) float64 {
	f := size.ToFloat()
	if math.IsNaN(f) || f < 0 || math.IsInf(f, 1) {
		panic(r.h.Err.InvalidArgRange("size", number(f)))
	}
	*q = append(*q, queued{chunk, f})
	return f
}

// take is DequeueValue.
func (q *queue) take() (goja.Value, float64) {
	head := (*q)[0]
	(*q)[0] = queued{}
	*q = (*q)[1:]
	return head.chunk, head.size
}

// strategy is the state of a queuing strategy.
type strategy struct {
	name          string
	highWaterMark float64
}

func byteLengthStrategy() class {
	return strategyClass("ByteLengthQueuingStrategy", func(r *Room) goja.Value {
		if r.byteSize == nil {
			r.byteSize = bind.Function(r.vm, bind.Method{Name: "size", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				chunk := c.Argument(0)
				if bind.IsNullish(chunk) {
					panic(r.vm.NewTypeError("Cannot read properties of " + chunk.String() + " (reading 'byteLength')"))
				}
				return bind.Property(chunk.ToObject(r.vm), "byteLength")
			}})
		}
		return r.byteSize
	})
}

func countStrategy() class {
	return strategyClass("CountQueuingStrategy", func(r *Room) goja.Value {
		if r.countSize == nil {
			r.countSize = bind.Function(r.vm, bind.Method{Name: "size", Fn: func(goja.FunctionCall) goja.Value { return bind.Int(1) }})
		}
		return r.countSize
	})
}

func strategyClass(name string, size func(r *Room) goja.Value) class {
	return class{
		name: name, length: 1,
		is: func(s any) bool { st, ok := s.(*strategy); return ok && st.name == name },
		construct: func(r *Room, _ *goja.Object, args []goja.Value) any {
			init := r.h.Err.ValidateObject(bind.Arg(args, 0), "init")
			hwm := bind.Property(init, "highWaterMark")
			if bind.IsUndefined(hwm) {
				panic(r.h.Err.New("ERR_MISSING_OPTION", "init.highWaterMark"))
			}
			return &strategy{name, hwm.ToFloat()}
		},
		members: []member{
			{name: "highWaterMark", kind: getter, fn: func(_ *Room, s any, _ []goja.Value) goja.Value {
				return number(s.(*strategy).highWaterMark)
			}},
			{name: "size", kind: getter, fn: func(r *Room, _ any, _ []goja.Value) goja.Value { return size(r) }},
		},
		fields: func(_ *Room, s any, o *goja.Object) { o.Set("highWaterMark", s.(*strategy).highWaterMark) },
	}
}
