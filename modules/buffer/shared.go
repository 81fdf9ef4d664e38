package buffer

import (
	"math"
	"math/big"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// SharedModule has the globals SharedArrayBuffer and Atomics, which the engine lacks. One goroutine runs all of a
// program's JavaScript, so memory is shared between its own parts only, and every operation is atomic. What would
// let other threads see it, and Atomics.waitAsync and buffers that grow, is not there.
//
// Follows ECMA-262, 25.2 and 25.4.
var SharedModule = modules.Module{ID: "gonode:shared", Load: func(h *modules.Host) goja.Value {
	o := h.VM.NewObject()
	o.Set("SharedArrayBuffer", Rooms.Of(h).sharedClass().Ctor)
	o.Set("Atomics", Rooms.Of(h).atomics())
	return o
}}

// shared is the state of a SharedArrayBuffer: an ArrayBuffer of the engine's with another prototype.
type shared struct{}

// IsShared reports whether o is a SharedArrayBuffer.
func IsShared(o *goja.Object) bool {
	_, ok := bind.SelfOf[shared](o)
	return ok
}

// Share makes a SharedArrayBuffer of memory that is given.
func (r *Room) Share(b []byte) *goja.Object {
	o := r.h.VM.ToValue(r.h.VM.NewArrayBuffer(b)).(*goja.Object)
	if err := o.SetPrototype(r.sharedClass().Proto); err != nil {
		bind.Rethrow(err)
	}
	bind.Own(o).Put(bind.Self, shared{})
	return o
}

func (r *Room) sharedClass() *bind.Built {
	if r.shared != nil {
		return r.shared
	}
	vm := r.h.VM
	b := new(bind.Built)
	r.shared = b
	b.Ctor = vm.ToValue(func(c goja.ConstructorCall) *goja.Object {
		if c.NewTarget == nil && (c.This == nil || c.This.Prototype() != b.Proto) {
			panic(vm.NewTypeError("Constructor SharedArrayBuffer requires 'new'"))
		}
		length := bind.Arg(c.Arguments, 0)
		if o, ok := length.(*goja.Object); ok {
			length = o.ToNumber()
		}
		n := math.Trunc(length.ToFloat())
		switch {
		case math.IsNaN(n):
			n = 0
		case n < 0 || n > 1<<53-1:
			panic(r.h.Err.Plain(nodeerr.RangeError, "Invalid array buffer length"))
		}
		if !bind.IsUndefined(bind.Property(bind.Arg(c.Arguments, 1), "maxByteLength")) {
			panic(r.h.Err.New("ERR_METHOD_NOT_IMPLEMENTED", "SharedArrayBuffer with maxByteLength"))
		}
		if !modules.Fits(uint64(n)) {
			panic(r.h.Err.Plain(nodeerr.RangeError, "Array buffer allocation failed"))
		}
		o := r.Share(make([]byte, int(n)))
		if c.NewTarget != nil && c.NewTarget != b.Ctor {
			if proto, ok := c.NewTarget.Get("prototype").(*goja.Object); ok {
				_ = o.SetPrototype(proto)
			}
		}
		return o
	}).(*goja.Object)
	bind.Name(b.Ctor, "SharedArrayBuffer", 1)
	b.Proto = b.Ctor.Get("prototype").(*goja.Object)
	bytes := func(this goja.Value, method string) []byte {
		if o, ok := this.(*goja.Object); ok && IsShared(o) {
			if ab, ok := bind.Exported[goja.ArrayBuffer](o); ok {
				return ab.Bytes()
			}
		}
		receiver := bind.ToString(this).String()
		if o, ok := this.(*goja.Object); ok {
			receiver = "#<" + bind.ToString(bind.Property(bind.Property(o, "constructor"), "name")).String() + ">"
		}
		panic(vm.NewTypeError("Method " + method + " called on incompatible receiver " + receiver))
	}
	getter := func(name string, get func(b []byte) goja.Value) {
		bind.DefineAccessors(vm, b.Proto, []bind.Accessor{{Name: name, Get: func(c goja.FunctionCall) goja.Value {
			return get(bytes(c.This, "get SharedArrayBuffer.prototype."+name))
		}}})
	}
	method := func(name string, length int, fn bind.Func) {
		b.Proto.DefineDataProperty(name, bind.Function(vm, bind.Method{Name: name, Length: length, Fn: fn}), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	size := func(b []byte) goja.Value { return bind.Int(len(b)) }
	getter("byteLength", size)
	method("slice", 2, func(c goja.FunctionCall) goja.Value {
		all := bytes(c.This, "SharedArrayBuffer.prototype.slice")
		from, to := clamp(c.Argument(0), len(all)), len(all)
		if end := c.Argument(1); !bind.IsUndefined(end) {
			to = clamp(end, len(all))
		}
		return r.Share(append([]byte(nil), all[from:max(from, to)]...))
	})
	getter("maxByteLength", size)
	getter("growable", func([]byte) goja.Value { return bind.False })
	method("grow", 1, func(goja.FunctionCall) goja.Value {
		panic(vm.NewTypeError("Method SharedArrayBuffer.prototype.grow called on incompatible receiver #<SharedArrayBuffer>"))
	})
	b.Proto.DefineDataPropertySymbol(goja.SymToStringTag, bind.String("SharedArrayBuffer"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return b
}

// integers are the kinds of typed arrays that Atomics works on.
var integers = map[string]int{ // bits of an element
	"Int8Array": 8, "Uint8Array": 8, "Int16Array": 16, "Uint16Array": 16, "Int32Array": 32, "Uint32Array": 32,
	"BigInt64Array": 64, "BigUint64Array": 64,
}

// cell is an element of a typed array.
type cell struct {
	array *goja.Object
	index string
	bits  int
}

// cell validates the first two arguments of a function of Atomics.
func (r *Room) cell(c goja.FunctionCall, waits bool) cell {
	o, _ := c.Argument(0).(*goja.Object)
	name := "Object"
	if o != nil {
		name = o.ClassName()
		if isTypedArray(o) {
			name = bind.ToString(o.GetSymbol(goja.SymToStringTag)).String()
		}
	} else {
		name = bind.ToString(c.Argument(0)).String()
	}
	bits, ok := integers[name]
	switch {
	case o == nil:
		panic(r.h.VM.NewTypeError(name + " is not an integer typed array."))
	case waits && name != "Int32Array" && name != "BigInt64Array":
		panic(r.h.VM.NewTypeError("[object " + name + "] is not an int32 or BigInt64 typed array."))
	case !ok || !isTypedArray(o):
		panic(r.h.VM.NewTypeError("[object " + name + "] is not an integer typed array."))
	}
	i := math.Trunc(c.Argument(1).ToNumber().ToFloat())
	if math.IsNaN(i) {
		i = 0
	}
	if i < 0 || i >= o.Get("length").ToFloat() {
		panic(r.h.Err.Plain(nodeerr.RangeError, "Invalid atomic access index"))
	}
	return cell{o, number(i).String(), bits}
}

// operand converts an argument to what the element holds: the value that store returns, and its bits.
func (r *Room) operand(e cell, v goja.Value) (whole goja.Value, bits uint64) {
	if e.bits == 64 {
		if o, ok := v.(*goja.Object); ok {
			v = o.ToNumber()
		}
		if goja.IsNumber(v) || bind.IsNullish(v) {
			panic(r.h.VM.NewTypeError("Cannot convert " + v.String() + " to a BigInt"))
		}
		v = bind.Call(r.h.VM.Get("BigInt"), goja.Undefined(), v)
		return v, low64(v)
	}
	n := v.ToNumber()
	if goja.IsBigInt(n) {
		panic(r.h.VM.NewTypeError("Cannot convert a BigInt value to a number"))
	}
	f := math.Trunc(n.ToFloat())
	if math.IsNaN(f) || f == 0 {
		f = 0 // not -0
	}
	if math.IsInf(f, 0) {
		return number(f), 0
	}
	m := math.Mod(f, 1<<32)
	return number(f), uint64(int64(m))
}

// low64 are the low bits of a BigInt.
func low64(v goja.Value) uint64 {
	n, _ := bind.Exported[*big.Int](v)
	return new(big.Int).And(n, maxUint64).Uint64()
}

// get returns the element, and its bits.
func (r *Room) get(e cell) (goja.Value, uint64) {
	v := e.array.Get(e.index)
	if e.bits == 64 {
		return v, low64(v)
	}
	return v, uint64(v.ToInteger())
}

// set writes bits to the element; the array cuts off what is too much.
func (r *Room) set(e cell, bits uint64) {
	if e.bits == 64 {
		e.array.Set(e.index, r.h.VM.ToValue(new(big.Int).SetUint64(bits)))
		return
	}
	e.array.Set(e.index, int64(int32(bits)))
}

func (r *Room) atomics() *goja.Object {
	vm := r.h.VM
	o := vm.NewObject()
	define := func(name string, length int, fn bind.Func) {
		o.DefineDataProperty(name, bind.Function(vm, bind.Method{Name: name, Length: length, Fn: fn}), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	define("load", 2, func(c goja.FunctionCall) goja.Value {
		v, _ := r.get(r.cell(c, false))
		return v
	})
	define("store", 3, func(c goja.FunctionCall) goja.Value {
		e := r.cell(c, false)
		v, bits := r.operand(e, c.Argument(2))
		r.set(e, bits)
		return v
	})
	for _, op := range []struct {
		name   string
		change func(old, x uint64) uint64
	}{
		{"add", func(old, x uint64) uint64 { return old + x }},
		{"sub", func(old, x uint64) uint64 { return old - x }},
		{"and", func(old, x uint64) uint64 { return old & x }},
		{"or", func(old, x uint64) uint64 { return old | x }},
		{"xor", func(old, x uint64) uint64 { return old ^ x }},
		{"exchange", func(_, x uint64) uint64 { return x }},
	} {
		define(op.name, 3, func(c goja.FunctionCall) goja.Value {
			e := r.cell(c, false)
			_, x := r.operand(e, c.Argument(2))
			v, old := r.get(e)
			r.set(e, op.change(old, x))
			return v
		})
	}
	define("compareExchange", 4, func(c goja.FunctionCall) goja.Value {
		e := r.cell(c, false)
		_, want := r.operand(e, c.Argument(2))
		_, x := r.operand(e, c.Argument(3))
		v, old := r.get(e)
		if cut := 64 - e.bits; old<<cut == want<<cut {
			r.set(e, x)
		}
		return v
	})
	define("isLockFree", 1, func(c goja.FunctionCall) goja.Value {
		n := c.Argument(0).ToInteger()
		return bind.Bool(n == 1 || n == 2 || n == 4 || n == 8)
	})
	define("wait", 4, r.atomicsWait)
	define("notify", 3, func(c goja.FunctionCall) goja.Value {
		r.cell(c, true)
		if n := c.Argument(2); !bind.IsUndefined(n) {
			n.ToNumber()
		}
		return bind.Int(0) // who waits does not run
	})
	o.DefineDataPropertySymbol(goja.SymToStringTag, bind.String("Atomics"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return o
}

// waitSlice is how long Atomics.wait sleeps before it lets the engine look for an interruption.
const waitSlice = 5 * time.Millisecond

// waitProgram is the loop of Atomics.wait in JavaScript, where the engine can be interrupted.
var waitProgram = goja.MustCompile("gonode:atomics", "(function (more) { while (more()) {} })", true)

// atomicsWait is Atomics.wait: a pause, since nobody else runs who could notify. To wait for ever is refused.
func (r *Room) atomicsWait(c goja.FunctionCall) goja.Value {
	e := r.cell(c, true)
	if ab, ok := e.array.Get("buffer").(*goja.Object); !ok || !IsShared(ab) {
		panic(r.h.VM.NewTypeError("[object " + bind.ToString(e.array.GetSymbol(goja.SymToStringTag)).String() + "] is not a shared typed array."))
	}
	_, want := r.operand(e, c.Argument(2))
	timeout := math.Inf(1)
	if v := c.Argument(3); !bind.IsUndefined(v) {
		if timeout = v.ToNumber().ToFloat(); math.IsNaN(timeout) {
			timeout = math.Inf(1)
		}
	}
	if _, now := r.get(e); now<<(64-e.bits) != want<<(64-e.bits) {
		return bind.String("not-equal")
	}
	if math.IsInf(timeout, 1) {
		panic(r.h.Err.Plain(nodeerr.Error, "Atomics.wait without a timeout would wait for ever: no other thread can notify it"))
	}
	v, err := r.h.VM.RunProgram(waitProgram)
	if err != nil {
		bind.Rethrow(err)
	}
	end := time.Now().Add(time.Duration(max(min(timeout, math.MaxInt32*1000), 0) * float64(time.Millisecond)))
	bind.Call(v, goja.Undefined(), r.h.VM.ToValue(func(goja.FunctionCall) goja.Value {
		left := time.Until(end)
		if left <= 0 {
			return bind.False
		}
		time.Sleep(min(left, waitSlice))
		return bind.True
	}))
	return bind.String("timed-out")
}
