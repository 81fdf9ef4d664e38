package buffer

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

func (r *Room) define(u8 *goja.Object) *bind.Built {
	vm := r.h.VM
	b := new(bind.Built)
	b.Ctor = vm.ToValue(func(call goja.ConstructorCall) *goja.Object {
		return r.from(call.Arguments)
	}).(*goja.Object)
	bind.Name(b.Ctor, "Buffer", 2)
	b.Proto = b.Ctor.Get("prototype").(*goja.Object)
	b.Proto.SetPrototype(u8.Get("prototype").(*goja.Object))
	b.Ctor.SetPrototype(u8)
	r.Buffer = b
	bind.DefineMethods(vm, b.Ctor, []bind.Method{
		{Name: "from", Length: 3, Fn: func(c goja.FunctionCall) goja.Value { return r.from(c.Arguments) }},
		{Name: "isBuffer", Length: 1, Fn: func(c goja.FunctionCall) goja.Value { return bind.Bool(r.IsBuffer(c.Argument(0))) }},
	})
	bind.DefineMethods(vm, b.Proto, []bind.Method{
		{Name: "toString", Length: 3, Fn: r.toString},
	})
	return b
}

// from is Buffer.from for strings and memory.
func (r *Room) from(args []goja.Value) *goja.Object {
	v := bind.Arg(args, 0)
	if goja.IsString(v) {
		return r.Wrap(Append(nil, v, r.encodingArg(bind.Arg(args, 1))))
	}
	if b, ok := Bytes(v); ok {
		return r.Wrap(append([]byte(nil), b...))
	}
	panic(r.h.Err.InvalidArgType("first argument", []string{"string", "Buffer", "ArrayBuffer", "Array", "Array-like Object"}, v))
}

func (r *Room) encodingArg(v goja.Value) Encoding {
	if bind.IsUndefined(v) || !goja.IsString(v) {
		return UTF8
	}
	enc, ok := ParseEncoding(v.String())
	if !ok {
		r.h.Err.Throw("ERR_UNKNOWN_ENCODING", v.String())
	}
	return enc
}

func (r *Room) toString(c goja.FunctionCall) goja.Value {
	b, ok := Bytes(c.This)
	if !ok {
		panic(r.h.Err.InvalidArgType("this", []string{"Buffer"}, c.This))
	}
	return Decode(b, r.encodingArg(c.Argument(0)))
}
