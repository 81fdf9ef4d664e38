package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
)

// defineStatics puts on Stream what require('stream') has, in Node's order.
func (r *Room) defineStatics() {
	r.defineSymbols()
	r.definePromises()
	r.defineOperators()
	vm, s := r.h.VM, r.Stream.Ctor
	value := func(name string, fn func(v goja.Value) goja.Value) bind.Method {
		return bind.Method{Name: name, Length: 1, Fn: func(c goja.FunctionCall) goja.Value { return fn(c.Argument(0)) }}
	}
	bind.DefineMethods(vm, s, []bind.Method{
		value("isDestroyed", func(v goja.Value) goja.Value { return r.isDestroyed(v).value() }),
		value("isDisturbed", r.isDisturbed),
		value("isErrored", r.isErrored),
		value("isReadable", r.isReadable),
		value("isWritable", r.isWritable),
	})
	set := func(name string, b *bind.Built) { s.Set(name, b.Ctor) }
	set("Readable", r.Readable)
	set("Writable", r.Writable)
	set("Duplex", r.Duplex)
	set("Transform", r.Transform)
	set("PassThrough", r.PassThrough)
	bind.DefineMethods(vm, s, []bind.Method{
		{Name: "duplexPair", Length: 1, Fn: r.duplexPair},
		{Name: "pipeline", Fn: r.jsPipeline},
		{Name: "addAbortSignal", Length: 2, Fn: r.addAbortSignal},
		{Name: "finished", Length: 3, Fn: r.jsFinished},
		{Name: "destroy", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			r.destroyer(c.Argument(0), errOf(c.Argument(1)))
			return goja.Undefined()
		}},
		{Name: "compose", Fn: func(c goja.FunctionCall) goja.Value { return r.compose(c.Arguments) }},
		{Name: "setDefaultHighWaterMark", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			n := int(r.h.Err.ValidateInteger(c.Argument(1), "value", 0, 1<<53-1))
			if bind.Truthy(c.Argument(0)) {
				r.hwmObjects = n
			} else {
				r.hwmBytes = n
			}
			return goja.Undefined()
		}},
		{Name: "getDefaultHighWaterMark", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			if bind.Truthy(c.Argument(0)) {
				return bind.Int(r.hwmObjects)
			}
			return bind.Int(r.hwmBytes)
		}},
	})
	s.DefineAccessorProperty("promises", bind.Function(vm, bind.Method{Name: "get", Fn: func(goja.FunctionCall) goja.Value {
		return r.promises
	}}), nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	if custom, ok := r.symbolFor("nodejs.util.promisify.custom"); ok {
		for _, name := range []string{"pipeline", "finished"} {
			s.Get(name).(*goja.Object).DefineDataPropertySymbol(custom, r.promises.Get(name), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		}
	}
	set("Stream", r.Stream)
	bind.DefineMethods(vm, s, []bind.Method{
		value("_isArrayBufferView", func(v goja.Value) goja.Value {
			_, ok := viewBytes(v)
			return bind.Bool(ok)
		}),
		value("_isUint8Array", func(v goja.Value) goja.Value { return bind.Bool(buffer.IsUint8Array(v)) }),
		value("_uint8ArrayToBuffer", func(v goja.Value) goja.Value {
			b, ok := viewBytes(v)
			if !ok {
				panic(r.h.Err.InvalidArgType("chunk", []string{"TypedArray", "DataView"}, v))
			}
			return r.buf.Wrap(b)
		}),
	})
}

func (r *Room) symbolFor(name string) (*goja.Symbol, bool) {
	sym, ok := r.invoke(r.h.VM.Get("Symbol").(*goja.Object), "for", bind.String(name)).(*goja.Symbol)
	return sym, ok
}

// defineSymbols takes the symbols that streams of other makers may carry too.
func (r *Room) defineSymbols() {
	for name, at := range map[string]**goja.Symbol{
		"nodejs.stream.destroyed": &r.symDestroyed, "nodejs.stream.errored": &r.symErrored,
		"nodejs.stream.readable": &r.symReadable, "nodejs.stream.writable": &r.symWritable,
		"nodejs.stream.disturbed": &r.symDisturbed,
	} {
		*at, _ = r.symbolFor(name)
	}
}

func (r *Room) isDisturbed(v goja.Value) goja.Value {
	if s := r.symbol(v, r.symDisturbed); !bind.IsNullish(s) {
		return bind.Bool(bind.Truthy(s))
	}
	return bind.Bool(truthy(v, "readableDidRead") || truthy(v, "readableAborted"))
}

func (r *Room) isErrored(v goja.Value) goja.Value {
	if s := r.symbol(v, r.symErrored); !bind.IsNullish(s) {
		return bind.Bool(bind.Truthy(s))
	}
	rs, ws := prop(v, "_readableState"), prop(v, "_writableState")
	for _, p := range []goja.Value{prop(v, "readableErrored"), prop(v, "writableErrored"),
		prop(rs, "errorEmitted"), prop(ws, "errorEmitted"), prop(rs, "errored"), prop(ws, "errored")} {
		if !bind.IsNullish(p) {
			return bind.Bool(bind.Truthy(p))
		}
	}
	return bind.False
}
