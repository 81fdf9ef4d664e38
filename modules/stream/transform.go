package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Transform is the state of a stream.Transform: source and sink of its own object.
type Transform struct {
	r     *Room
	obj   *goja.Object
	rd    *Readable
	w     *Writable
	plain bool                 // a PassThrough
	done  func(err goja.Value) // of a write that waits until the reader has read
	fn    bind.Callable        // the user's _transform, as last seen
}

func (r *Room) defineTransform() {
	r.Transform = bind.Define(r.h.VM, bind.Class{
		Name: "Transform", Length: 1, Parent: r.Duplex, Mode: bind.CallInstance,
		Construct: func(this *goja.Object, args []goja.Value) { r.newTransform(this, args, false) },
		Methods: []bind.Method{
			{Name: "_final", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				cb := ToCallback(c.Argument(0))
				r.transform(c.This).final(func(err goja.Value) {
					if err == nil {
						cb.call0()
					} else {
						cb.Call(err)
					}
				}, !cb.IsZero())
				return goja.Undefined()
			}},
			{Name: "_transform", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
				panic(r.h.Err.New("ERR_METHOD_NOT_IMPLEMENTED", "_transform()"))
			}},
			{Name: "_write", Length: 3, Fn: r.jsOwnWrite},
			{Name: "_read", Fn: func(c goja.FunctionCall) goja.Value {
				r.transform(c.This).Read(0)
				return goja.Undefined()
			}},
		},
	})
	r.mark(r.Transform.Proto, "_final", "_write", "_read")
	r.PassThrough = bind.Define(r.h.VM, bind.Class{
		Name: "PassThrough", Length: 1, Parent: r.Transform, Mode: bind.CallInstance,
		Construct: func(this *goja.Object, args []goja.Value) { r.newTransform(this, args, true) },
		Methods: []bind.Method{{Name: "_transform", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
			return r.callArg(c.Argument(2), "cb", goja.Null(), c.Argument(0))
		}}},
	})
	r.mark(r.PassThrough.Proto, "_transform")
}

func (r *Room) transform(v goja.Value) *Transform {
	if rd := ReadableOf(v); rd != nil {
		if t, ok := rd.src.(*Transform); ok {
			return t
		}
	}
	panic(r.h.VM.NewTypeError("Cannot read properties of undefined (reading 'length')"))
}

func (r *Room) newTransform(this *goja.Object, args []goja.Value, plain bool) {
	o := r.options(args)
	adjust := func(d *duplexObject) {
		// A Duplex buffers on both sides, a Transform wants to buffer once: with no buffer to read
		// from there is none to write to.
		if o.o != nil && o.highWaterMark("readableHighWaterMark", true, false) == 0 {
			d.Readable.hwm = 0
			d.Writable.hwm = 0
			if v := o.get("writableHighWaterMark"); bind.Truthy(v) {
				d.Writable.hwm = toInt(v.ToFloat())
			}
		}
		d.Transform = Transform{r: r, obj: this, rd: &d.Readable, w: &d.Writable, plain: plain}
		d.Readable.src, d.Writable.sink = &d.Transform, &d.Transform
		// _read is implemented, and all that a Readable wants before its first read is done.
		d.Readable.flags &^= sync
	}
	r.initDuplex(this, o, adjust)
	o.methods(this, "transform", "flush")
	r.ev.On(this, "prefinish", func([]goja.Value) {
		// Some streams implement _final and not _flush: the end of the data is pushed all the same.
		if fn, ok := this.Get("_final").(*goja.Object); !ok || !r.isNative(fn) {
			r.transform(this).final(nil, false)
		}
	})
}

// Write is Transform.prototype._write.
func (t *Transform) Write(c Chunk, done func(err goja.Value)) {
	n := t.rd.length
	fn, native := t.r.method(t.obj, "_transform", &t.fn)
	if native && t.plain {
		if c.Bytes != nil && !t.rd.has(objectMode) {
			t.pushChunk(c)
		} else {
			t.push(c.JS(t.r))
		}
		t.written(n, done)
		return
	}
	if native {
		fn, _ = bind.ToCallable(t.obj.Get("_transform"))
	}
	fn.Call(t.obj, c.JS(t.r), c.encoding(), t.r.h.VM.ToValue(func(call goja.FunctionCall) goja.Value {
		if err := errOf(call.Argument(0)); err != nil {
			done(err)
			return goja.Undefined()
		}
		if v := call.Argument(1); !bind.IsNullish(v) {
			t.push(v)
		}
		t.written(n, done)
		return goja.Undefined()
	}))
}

// push is this.push(v).
func (t *Transform) push(v goja.Value) { t.rd.callPush(v) }

// pushChunk pushes bytes without making a Buffer of them.
func (t *Transform) pushChunk(c Chunk) {
	if _, native := t.r.method(t.obj, "push", nil); !native {
		t.push(c.JS(t.r))
		return
	}
	t.rd.pushBytes(Chunk{Bytes: c.Bytes, Value: c.Value})
}

// written finishes a write: at once, or when the reader has made room.
func (t *Transform) written(before int, done func(err goja.Value)) {
	switch rd := t.rd; {
	case rd.has(ended):
		// The program has pushed null: let that be known first.
		t.r.h.Door.NextTick(modules.Func(func() { done(nil) }))
	case t.w.has(ended) || before == rd.length || rd.length < rd.hwm:
		done(nil)
	default:
		t.done = done
	}
}

// Read is Transform.prototype._read.
func (t *Transform) Read(int) {
	if done := t.done; done != nil {
		t.done = nil
		done(nil)
	}
}

// Final is Transform.prototype._final.
func (t *Transform) Final(done func(err goja.Value)) { t.final(done, true) }

// final flushes and ends the readable half.
func (t *Transform) final(done func(err goja.Value), hasDone bool) {
	fn, ok := bind.ToCallable(t.obj.Get("_flush"))
	if !ok || t.rd.has(destroyed) || t.w.has(destroyed) {
		t.push(goja.Null())
		if hasDone {
			done(nil)
		}
		return
	}
	flushed := t.r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
		if err := errOf(c.Argument(0)); err != nil {
			if hasDone {
				done(err)
			} else {
				t.r.callDestroy(t.obj, err)
			}
			return goja.Undefined()
		}
		if v := c.Argument(1); !bind.IsNullish(v) {
			t.push(v)
		}
		t.push(goja.Null())
		if hasDone {
			done(nil)
		}
		return goja.Undefined()
	})
	if !hasDone {
		fn.Call(t.obj, flushed)
		return
	}
	if err := t.r.try(func() { fn.Call(t.obj, flushed) }); err != nil {
		done(err)
	}
}
