package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	stringdecoder "github.com/gonode/gonode/modules/string_decoder"
)

// PromisesModule is require('stream/promises').
var PromisesModule = modules.Module{ID: "stream/promises", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).promises }}

// ConsumersModule is require('stream/consumers').
var ConsumersModule = modules.Module{ID: "stream/consumers", Load: func(h *modules.Host) goja.Value {
	r, o := Rooms.Of(h), h.VM.NewObject()
	method := func(name string, fn func(v goja.Value, resolve, reject func(v goja.Value))) bind.Method {
		return bind.Method{Name: name, Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			return r.async(func(resolve, reject func(v goja.Value)) { fn(c.Argument(0), resolve, reject) })
		}}
	}
	bind.DefineMethods(h.VM, o, []bind.Method{
		method("arrayBuffer", func(v goja.Value, resolve, reject func(v goja.Value)) {
			r.consume(v, func(b []byte) { resolve(h.VM.ToValue(h.VM.NewArrayBuffer(b))) }, reject)
		}),
		method("blob", func(v goja.Value, resolve, reject func(v goja.Value)) {
			ctor, ok := h.VM.Get("Blob").(*goja.Object)
			if !ok {
				h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "stream/consumers blob()")
			}
			r.consume(v, func(b []byte) {
				o, err := h.VM.New(ctor, h.VM.NewArray(r.buf.Wrap(b)))
				if err != nil {
					bind.Rethrow(err)
				}
				resolve(o)
			}, reject)
		}),
		method("buffer", func(v goja.Value, resolve, reject func(v goja.Value)) {
			r.consume(v, func(b []byte) { resolve(r.buf.Wrap(b)) }, reject)
		}),
		method("text", r.consumeText),
		method("json", func(v goja.Value, resolve, reject func(v goja.Value)) {
			parse, _ := bind.ToCallable(h.VM.Get("JSON").(*goja.Object).Get("parse"))
			r.consumeText(v, func(s goja.Value) {
				var out goja.Value
				if err := r.try(func() { out = parse.Call(goja.Undefined(), s) }); err != nil {
					reject(err)
					return
				}
				resolve(out)
			}, reject)
		}),
	})
	return o
}}

// consume collects the bytes of a stream or iterable, as a Blob of the chunks would.
func (r *Room) consume(v goja.Value, ok func(b []byte), fail func(err goja.Value)) {
	b := []byte{}
	r.forAwait(r.iterate(v), func(v goja.Value, next func(), _ func(err goja.Value)) {
		b = r.buf.AppendPart(b, v)
		next()
	}, func(err goja.Value) {
		if err != nil {
			fail(err)
			return
		}
		ok(b)
	})
}

func (r *Room) consumeText(v goja.Value, resolve, reject func(v goja.Value)) {
	d := stringdecoder.New(buffer.UTF8)
	text := empty
	first := true
	r.forAwait(r.iterate(v), func(v goja.Value, next func(), _ func(err goja.Value)) {
		s, isString := v.(goja.String)
		if !isString {
			b, ok := buffer.Bytes(v)
			if !ok && !bind.IsUndefined(v) {
				panic(r.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_ARG_TYPE",
					`The "input" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.`))
			}
			if s = d.Write(b); first && s.Length() > 0 {
				first = false
				if s.CharAt(0) == 0xFEFF {
					s = s.Substring(1, s.Length()) // TextDecoder takes a byte order mark off
				}
			}
		}
		text = text.Concat(s)
		next()
	}, func(err goja.Value) {
		if err != nil {
			reject(err)
			return
		}
		resolve(text.Concat(d.End()))
	})
}

// definePromises makes the functions of stream/promises.
func (r *Room) definePromises() {
	r.promises = r.h.VM.NewObject()
	bind.DefineMethods(r.h.VM, r.promises, []bind.Method{
		{Name: "finished", Length: 2, Fn: r.promiseFinished},
		{Name: "pipeline", Fn: r.promisePipeline},
	})
}

func (r *Room) promiseFinished(c goja.FunctionCall) goja.Value {
	opts := c.Argument(1)
	if v := prop(opts, "cleanup"); bind.Truthy(v) {
		r.h.Err.ValidateBoolean(v, "cleanup")
	}
	return r.async(func(resolve, reject func(v goja.Value)) {
		if !bind.IsNullish(opts) {
			r.h.Err.ValidateObject(opts, "options")
		}
		var cleanup func()
		cleanup = r.finishedOptions(c.Argument(0), opts, func(_ *goja.Object, err goja.Value) {
			if truthy(opts, "cleanup") && cleanup != nil {
				cleanup()
			}
			if bind.Truthy(err) {
				reject(err)
				return
			}
			resolve(goja.Undefined())
		})
	})
}

func (r *Room) promisePipeline(c goja.FunctionCall) goja.Value {
	return r.async(func(resolve, reject func(v goja.Value)) {
		streams := append([]goja.Value(nil), c.Arguments...)
		opts := goja.Undefined()
		if n := len(streams); n > 0 {
			if last, ok := streams[n-1].(*goja.Object); ok && !bind.IsFunction(last) && !r.isNodeStream(last) && !r.isIterable(last) && !r.isWebStream(last) {
				opts, streams = last, streams[:n-1]
			}
		}
		r.pipeline(streams, func(err, value goja.Value) {
			if err != nil {
				reject(err)
				return
			}
			resolve(value)
		}, opts)
	})
}
