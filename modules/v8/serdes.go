package v8

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/util"
)

// This file is the classes that serialize piece by piece.
//
// Node v20 lib/v8.js, src/node_serdes.cc.

// serdes makes the classes of one runtime.
type serdes struct {
	r  *Room
	h  *modules.Host
	vm *goja.Runtime
}

// defineSerdes puts the four classes on o.
func defineSerdes(r *Room, h *modules.Host, o *goja.Object) {
	s := &serdes{r: r, h: h, vm: h.VM}
	serializer, deserializer := s.serializer(), s.deserializer()
	o.Set("Serializer", serializer.Ctor)
	o.Set("Deserializer", deserializer.Ctor)
	o.Set("DefaultSerializer", s.defaultSerializer(serializer).Ctor)
	o.Set("DefaultDeserializer", s.defaultDeserializer(deserializer).Ctor)
}

func writer(s *serdes, v goja.Value) *util.Serializer {
	w, ok := bind.SelfOf[*util.Serializer](v)
	if !ok {
		panic(s.vm.NewTypeError("Illegal invocation"))
	}
	return w
}

func reader(s *serdes, v goja.Value) *util.Deserializer {
	d, ok := bind.SelfOf[*util.Deserializer](v)
	if !ok {
		panic(s.vm.NewTypeError("Illegal invocation"))
	}
	return d
}

// uint32Of is JavaScript's ToUint32.
func uint32Of(v goja.Value) uint32 { return uint32(v.ToInteger()) }

func (s *serdes) serializer() *bind.Built {
	nothing := goja.Undefined()
	on := func(name string, fn func(w *util.Serializer, c goja.FunctionCall) goja.Value) bind.Method {
		return bind.Method{Name: name, Fn: func(c goja.FunctionCall) goja.Value { return fn(writer(s, c.This), c) }}
	}
	class := bind.Define(s.vm, bind.Class{Name: "Serializer", Mode: bind.CallNever,
		Construct: func(this *goja.Object, _ []goja.Value) {
			w := s.r.util.NewSerializer()
			w.Host = func(o *goja.Object) bool {
				fn, ok := bind.ToCallable(this.Get("_writeHostObject"))
				if ok {
					fn.Call(this, o)
				}
				return ok
			}
			w.Refuse = func(message string) goja.Value {
				return bind.Call(bind.Property(this, "_getDataCloneError"), this, s.vm.ToValue(message))
			}
			bind.Own(this).Put(bind.Self, w)
		}})
	bind.DefineMethods(s.vm, class.Proto,
		[]bind.Method{
			on("writeHeader", func(w *util.Serializer, _ goja.FunctionCall) goja.Value { w.Header(); return nothing }),
			on("writeValue", func(w *util.Serializer, c goja.FunctionCall) goja.Value { w.Value(c.Argument(0)); return bind.True }),
			on("releaseBuffer", func(w *util.Serializer, _ goja.FunctionCall) goja.Value { return s.r.buf.Wrap(w.Release()) }),
			on("transferArrayBuffer", func(w *util.Serializer, c goja.FunctionCall) goja.Value {
				s.memory(c.Argument(1))
				w.Transfer(uint32Of(c.Argument(0)), c.Argument(1).(*goja.Object))
				return nothing
			}),
			on("writeUint32", func(w *util.Serializer, c goja.FunctionCall) goja.Value {
				w.Uint(uint64(uint32Of(c.Argument(0))))
				return nothing
			}),
			on("writeUint64", func(w *util.Serializer, c goja.FunctionCall) goja.Value {
				w.Uint(uint64(uint32Of(c.Argument(0)))<<32 | uint64(uint32Of(c.Argument(1))))
				return nothing
			}),
			on("writeDouble", func(w *util.Serializer, c goja.FunctionCall) goja.Value {
				w.Double(c.Argument(0).ToFloat())
				return nothing
			}),
			on("writeRawBytes", func(w *util.Serializer, c goja.FunctionCall) goja.Value {
				w.Raw(s.bytes(c.Argument(0), "source"))
				return nothing
			}),
			on("_setTreatArrayBufferViewsAsHostObjects", func(w *util.Serializer, c goja.FunctionCall) goja.Value {
				w.HostViews = bind.Truthy(c.Argument(0))
				return nothing
			}),
		})
	class.Proto.Set("_getDataCloneError", s.vm.Get("Error"))
	return class
}

// bytes returns what a view shows, lent.
func (s *serdes) bytes(v goja.Value, name string) []byte {
	b, ok := util.IsView(v)
	if !ok {
		panic(s.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_ARG_TYPE", name+" must be a TypedArray or a DataView"))
	}
	return b
}

// memory throws for what is no ArrayBuffer.
func (s *serdes) memory(v goja.Value) {
	if !util.IsMemory(v) {
		panic(s.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_ARG_TYPE", "arrayBuffer must be an ArrayBuffer or SharedArrayBuffer"))
	}
}

func (s *serdes) deserializer() *bind.Built {
	on := func(name string, fn func(d *util.Deserializer, c goja.FunctionCall) goja.Value) bind.Method {
		return bind.Method{Name: name, Fn: func(c goja.FunctionCall) goja.Value { return fn(reader(s, c.This), c) }}
	}
	failed := func(name string) { panic(s.h.Err.Plain(nodeerr.Error, name+"() failed")) }
	class := bind.Define(s.vm, bind.Class{Name: "Deserializer", Length: 1, Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			d := s.r.util.NewDeserializer(s.bytes(bind.Arg(args, 0), "buffer"))
			d.Host = func() (goja.Value, bool) {
				fn, ok := bind.ToCallable(this.Get("_readHostObject"))
				if !ok {
					return nil, false
				}
				return fn.Call(this), true
			}
			this.Set("buffer", bind.Arg(args, 0))
			bind.Own(this).Put(bind.Self, d)
		}})
	bind.DefineMethods(s.vm, class.Proto,
		[]bind.Method{
			on("readHeader", func(d *util.Deserializer, _ goja.FunctionCall) goja.Value { d.Header(); return bind.True }),
			on("readValue", func(d *util.Deserializer, _ goja.FunctionCall) goja.Value { return d.Value() }),
			on("getWireFormatVersion", func(d *util.Deserializer, _ goja.FunctionCall) goja.Value { return bind.Int(int(d.Version)) }),
			on("transferArrayBuffer", func(d *util.Deserializer, c goja.FunctionCall) goja.Value {
				s.memory(c.Argument(1))
				d.Transfer(uint32Of(c.Argument(0)), c.Argument(1).(*goja.Object))
				return goja.Undefined()
			}),
			on("readUint32", func(d *util.Deserializer, _ goja.FunctionCall) goja.Value {
				n, ok := d.Uint(32)
				if !ok {
					failed("ReadUint32")
				}
				return s.vm.ToValue(n)
			}),
			on("readUint64", func(d *util.Deserializer, _ goja.FunctionCall) goja.Value {
				n, ok := d.Uint(64)
				if !ok {
					failed("ReadUint64")
				}
				return s.vm.NewArray(n>>32, n&(1<<32-1))
			}),
			on("readDouble", func(d *util.Deserializer, _ goja.FunctionCall) goja.Value {
				f, ok := d.Double()
				if !ok {
					failed("ReadDouble")
				}
				return s.vm.ToValue(f)
			}),
			on("_readRawBytes", func(d *util.Deserializer, c goja.FunctionCall) goja.Value {
				offset, ok := d.Raw(uint64(c.Argument(0).ToInteger()))
				if !ok {
					failed("ReadRawBytes")
				}
				return bind.Int(offset)
			}),
			{Name: "readRawBytes", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				this := bind.This(s.vm, c)
				offset := bind.Invoke(s.vm, this, "_readRawBytes", c.Argument(0)).ToInteger()
				view := bind.Property(this, "buffer")
				from := bind.Property(view, "byteOffset").ToInteger() + offset
				return bind.Invoke(s.vm, s.h.Builtin("buffer").(*goja.Object).Get("Buffer").(*goja.Object), "from",
					bind.Property(view, "buffer"), s.vm.ToValue(from), c.Argument(0))
			}},
		})
	return class
}

// defaultSerializer writes views as v8.serialize does.
func (s *serdes) defaultSerializer(parent *bind.Built) *bind.Built {
	class := bind.Define(s.vm, bind.Class{Name: "DefaultSerializer", Mode: bind.CallNever, Parent: parent,
		Construct: func(this *goja.Object, args []goja.Value) {
			bind.Call(parent.Ctor, this)
			bind.Invoke(s.vm, this, "_setTreatArrayBufferViewsAsHostObjects", bind.True)
		}})
	bind.Hide(class.Proto, "_writeHostObject", bind.Function(s.vm, bind.Method{Name: "_writeHostObject", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		w, this := writer(s, c.This), bind.This(s.vm, c)
		o, _ := c.Argument(0).(*goja.Object)
		index, b := -1, []byte(nil)
		if o != nil {
			index, b = w.ViewForm(o)
		}
		if index < 0 {
			e, err := s.vm.New(this.Get("_getDataCloneError"), s.vm.ToValue("Unserializable host object: "+s.h.Err.Inspect(c.Argument(0))))
			if err != nil {
				bind.Rethrow(err)
			}
			panic(e)
		}
		w.Uint(uint64(index))
		w.Uint(uint64(len(b)))
		w.Raw(b)
		return goja.Undefined()
	}}))
	return class
}

// defaultDeserializer reads what defaultSerializer wrote.
func (s *serdes) defaultDeserializer(parent *bind.Built) *bind.Built {
	class := bind.Define(s.vm, bind.Class{Name: "DefaultDeserializer", Mode: bind.CallNever, Parent: parent,
		Construct: func(this *goja.Object, args []goja.Value) { bind.Call(parent.Ctor, this, args...) }})
	bind.Hide(class.Proto, "_readHostObject", bind.Function(s.vm, bind.Method{Name: "_readHostObject", Fn: func(c goja.FunctionCall) goja.Value {
		d, this := reader(s, c.This), bind.This(s.vm, c)
		index := uint64(bind.Invoke(s.vm, this, "readUint32").ToInteger())
		n := uint64(bind.Invoke(s.vm, this, "readUint32").ToInteger())
		all, _ := util.IsView(this.Get("buffer"))
		offset := bind.Invoke(s.vm, this, "_readRawBytes", s.vm.ToValue(n)).ToInteger()
		view := d.View(index, append([]byte(nil), all[offset:uint64(offset)+n]...))
		if view == nil {
			panic(s.vm.NewTypeError("Cannot read properties of undefined (reading 'BYTES_PER_ELEMENT')"))
		}
		return view
	}}))
	return class
}
