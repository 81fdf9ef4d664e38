package buffer

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// define makes the Buffer class. As in Node there are two constructors with one prototype: Buffer,
// the function that programs see, and FastBuffer, a true Uint8Array constructor that typed array
// methods such as map reach through Buffer[Symbol.species].
func (r *Room) define(u8 *goja.Object) *bind.Built {
	vm := r.h.VM
	b := new(bind.Built)
	b.Ctor = vm.ToValue(r.construct).(*goja.Object)
	bind.Name(b.Ctor, "Buffer", 3)
	b.Proto = b.Ctor.Get("prototype").(*goja.Object)
	b.Proto.SetPrototype(u8.Get("prototype").(*goja.Object))
	b.Ctor.SetPrototype(u8)
	r.Buffer = b

	var fast *goja.Object
	fast = vm.ToValue(func(call goja.ConstructorCall) *goja.Object {
		target := call.NewTarget
		if target == nil {
			target = fast // the engine passes none for a plain new
		}
		o, err := r.uint8Array(target, call.Arguments...)
		if err != nil {
			bind.Rethrow(err)
		}
		return o
	}).(*goja.Object)
	bind.Name(fast, "FastBuffer", 3)
	fast.DefineDataProperty("prototype", b.Proto, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	fast.SetPrototype(u8)
	b.Ctor.DefineAccessorPropertySymbol(goja.SymSpecies,
		vm.ToValue(func(goja.FunctionCall) goja.Value { return fast }), nil, goja.FLAG_TRUE, goja.FLAG_FALSE)

	b.Ctor.Set("poolSize", 8192)
	bind.DefineMethods(vm, b.Ctor, []bind.Method{
		{Name: "from", Length: 3, Fn: func(c goja.FunctionCall) goja.Value { return r.from(c.Arguments) }},
		{Name: "copyBytesFrom", Length: 3, Fn: r.copyBytesFrom},
		{Name: "of", Fn: r.of},
		{Name: "alloc", Length: 3, Fn: r.alloc},
		{Name: "allocUnsafe", Length: 1, Fn: r.allocUnsafe},
		{Name: "allocUnsafeSlow", Length: 1, Fn: r.allocUnsafe},
		{Name: "isBuffer", Length: 1, Fn: func(c goja.FunctionCall) goja.Value { return bind.Bool(r.isInstance(c.Argument(0))) }},
		{Name: "compare", Length: 2, Fn: r.compareStatic},
		{Name: "isEncoding", Length: 1, Fn: isEncoding},
		{Name: "concat", Length: 2, Fn: r.concat},
		{Name: "byteLength", Length: 2, Fn: r.byteLength},
	})
	r.defineNumbers(b.Proto)
	r.defineText(b.Proto)
	buffers := func(name string, get func(o *goja.Object) goja.Value) {
		b.Proto.DefineAccessorProperty(name, bind.Function(vm, bind.Method{Name: "get", Fn: func(c goja.FunctionCall) goja.Value {
			if !r.isInstance(c.This) {
				return goja.Undefined()
			}
			return get(bind.This(r.h.VM, c))
		}}), nil, goja.FLAG_FALSE, goja.FLAG_TRUE)
	}
	buffers("parent", func(o *goja.Object) goja.Value { return o.Get("buffer") })
	buffers("offset", func(o *goja.Object) goja.Value { return o.Get("byteOffset") })
	toString := bind.Function(vm, bind.Method{Name: "toString", Length: 3, Fn: r.toString})
	inspect := bind.Function(vm, bind.Method{Name: "inspect", Length: 2, Fn: r.inspect})
	enumerable := func(name string, fn *goja.Object) {
		b.Proto.DefineDataProperty(name, fn, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	bind.DefineMethods(vm, b.Proto, []bind.Method{{Name: "copy", Length: 4, Fn: r.copy}})
	enumerable("toString", toString)
	bind.DefineMethods(vm, b.Proto, []bind.Method{{Name: "equals", Length: 1, Fn: r.equals}})
	enumerable("inspect", inspect)
	bind.DefineMethods(vm, b.Proto, []bind.Method{
		{Name: "compare", Length: 5, Fn: r.compare},
		{Name: "indexOf", Length: 3, Fn: func(c goja.FunctionCall) goja.Value { return bind.Int(r.search(c, true)) }},
		{Name: "lastIndexOf", Length: 3, Fn: func(c goja.FunctionCall) goja.Value { return bind.Int(r.search(c, false)) }},
		{Name: "includes", Length: 3, Fn: func(c goja.FunctionCall) goja.Value { return bind.Bool(r.search(c, true) >= 0) }},
		{Name: "fill", Length: 4, Fn: func(c goja.FunctionCall) goja.Value {
			return r.fill(c.This, c.Argument(0), c.Argument(1), c.Argument(2), c.Argument(3))
		}},
		{Name: "write", Length: 4, Fn: r.write},
		{Name: "toJSON", Fn: r.toJSON},
		{Name: "subarray", Length: 2, Fn: r.subarray},
		{Name: "slice", Length: 2, Fn: r.subarray},
		{Name: "swap16", Fn: r.swap(2, "16-bits")},
		{Name: "swap32", Fn: r.swap(4, "32-bits")},
		{Name: "swap64", Fn: r.swap(8, "64-bits")},
	})
	enumerable("toLocaleString", toString)
	if symbolFor, ok := goja.AssertFunction(vm.Get("Symbol").(*goja.Object).Get("for")); ok {
		if v, err := symbolFor(goja.Undefined(), bind.String("nodejs.util.inspect.custom")); err == nil {
			b.Proto.SetSymbol(v.(*goja.Symbol), inspect)
		}
	}
	return b
}

// construct is Buffer(arg, encodingOrOffset, length), with or without new.
func (r *Room) construct(call goja.ConstructorCall) *goja.Object {
	r.warnDeprecated()
	v := bind.Arg(call.Arguments, 0)
	if !nodeerr.IsNumber(v) {
		return r.from(call.Arguments)
	}
	if nodeerr.IsString(bind.Arg(call.Arguments, 1)) {
		panic(r.h.Err.InvalidArgType("string", []string{"string"}, v))
	}
	return r.Wrap(make([]byte, r.size(v)))
}

// warnDeprecated emits DEP0005 once, unless a package under node_modules is the caller.
func (r *Room) warnDeprecated() {
	if r.warned {
		return
	}
	for _, f := range r.h.VM.CaptureCallStack(8, nil) {
		src := f.SrcName()
		if src == "<native>" || strings.HasPrefix(src, "gonode:") {
			continue
		}
		if strings.Contains(src, "/node_modules/") || strings.Contains(src, `\node_modules\`) {
			return
		}
		break
	}
	r.warned = true
	w := r.h.Err.Plain(nodeerr.Error, "Buffer() is deprecated due to security and usability issues. Please use the Buffer.alloc(), "+
		"Buffer.allocUnsafe(), or Buffer.from() methods instead.")
	w.Set("name", "DeprecationWarning")
	w.Set("code", "DEP0005")
	r.h.Process.EmitWarning(w)
}

// isInstance is v instanceof Buffer.
func (r *Room) isInstance(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	if !ok {
		return false
	}
	for p := o.Prototype(); p != nil; p = p.Prototype() {
		if p == r.Buffer.Proto {
			return true
		}
	}
	return false
}

func isEncoding(c goja.FunctionCall) goja.Value {
	v := c.Argument(0)
	if !nodeerr.IsString(v) || v.String() == "" {
		return bind.False
	}
	_, ok := ParseEncoding(v.String())
	return bind.Bool(ok)
}

// this returns the memory of the receiver, which must be a Buffer or another view.
func (r *Room) this(c goja.FunctionCall) []byte {
	if b, ok := Bytes(c.This); ok {
		return b
	}
	panic(r.h.Err.InvalidArgType("this", []string{"Buffer", "Uint8Array"}, c.This))
}

var bufferOrUint8Array = []string{"Buffer", "Uint8Array"}

// uint8 returns the memory of an argument that must be a Buffer or Uint8Array.
func (r *Room) uint8(v goja.Value, name string) []byte {
	if !IsUint8Array(v) {
		panic(r.h.Err.InvalidArgType(name, bufferOrUint8Array, v))
	}
	return v.(*goja.Object).Export().([]byte)
}
