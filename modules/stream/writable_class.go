package stream

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
)

type writableObject struct {
	bind.State
	events.Emitter
	Writable
}

func (r *Room) defineWritable() {
	r.Writable = bind.Define(r.h.VM, bind.Class{
		Name: "Writable", Length: 1, Parent: r.Stream, Mode: bind.CallInstance, Construct: r.newWritable,
		Methods: []bind.Method{
			{Name: "pipe", Fn: func(c goja.FunctionCall) goja.Value {
				r.writable(c.This).ErrorOrDestroy(r.h.Err.New("ERR_STREAM_CANNOT_PIPE"))
				return goja.Undefined()
			}},
			{Name: "write", Length: 3, Fn: r.jsWrite},
			{Name: "cork", Fn: func(c goja.FunctionCall) goja.Value { r.writable(c.This).Cork(); return goja.Undefined() }},
			{Name: "uncork", Fn: func(c goja.FunctionCall) goja.Value { r.writable(c.This).Uncork(); return goja.Undefined() }},
			{Name: "setDefaultEncoding", Length: 1, Fn: r.jsSetDefaultEncoding},
			{Name: "_write", Length: 3, Fn: r.jsOwnWrite},
			{Name: "_writev"}, // null, below; here for its place among the keys
			{Name: "end", Length: 3, Fn: r.jsEnd},
			{Name: "destroy", Length: 2, Fn: r.jsDestroy},
			{Name: "_undestroy", Fn: r.undestroy},
			{Name: "_destroy", Length: 2, Fn: r.jsOwnDestroy},
		},
		Accessors: append([]bind.Accessor{
			{Name: "closed", Get: r.wget(bind.False, func(w *Writable) goja.Value { return bind.Bool(w.has(closed)) })},
			{Name: "destroyed", Get: r.wget(bind.False, func(w *Writable) goja.Value { return bind.Bool(w.has(destroyed)) }),
				Set: func(c goja.FunctionCall) goja.Value {
					if w := WritableOf(c.This); w != nil {
						w.set(destroyed, bind.Truthy(c.Argument(0)))
					}
					return goja.Undefined()
				}},
			{Name: "errored", Get: r.wget(goja.Null(), func(w *Writable) goja.Value { return w.errValue() })},
			r.writableAborted(),
		}, r.writableAccessors()...),
		Statics: append([]bind.Method{{Name: "WritableState"}}, webStatics(r.writableFromWeb, r.writableToWeb)...),
	})
	p := r.Writable.Proto
	p.Set("_writev", goja.Null())
	r.Writable.Ctor.Set("WritableState", r.writableState.Ctor)
	r.defineDisposal(p)
	r.defineHasInstance()
	r.mark(p, "destroy", "_destroy", "write", "_write", "end", "cork", "uncork")
}

// wget is a getter that answers def for an object that no constructor has seen.
func (r *Room) wget(def goja.Value, fn func(w *Writable) goja.Value) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		if w := WritableOf(c.This); w != nil {
			return fn(w)
		}
		return def
	}
}

// writableAccessors are those that Duplex has too.
func (r *Room) writableAccessors() []bind.Accessor {
	undefined := goja.Undefined()
	return []bind.Accessor{
		{Name: "writable", Get: r.wget(bind.False, func(w *Writable) goja.Value {
			return bind.Bool(w.flags&(hasWritable|writableTrue) != hasWritable && !w.has(ending|ended|destroyed|errored))
		}), Set: func(c goja.FunctionCall) goja.Value {
			if w := WritableOf(c.This); w != nil {
				w.setWritable(bind.Bool(bind.Truthy(c.Argument(0))))
			}
			return undefined
		}},
		{Name: "writableFinished", Get: r.wget(bind.False, func(w *Writable) goja.Value { return bind.Bool(w.has(finished)) })},
		{Name: "writableObjectMode", Get: r.wget(bind.False, func(w *Writable) goja.Value { return bind.Bool(w.has(objectMode)) })},
		{Name: "writableBuffer", Get: r.wget(undefined, func(w *Writable) goja.Value { return w.bufferArray() })},
		{Name: "writableEnded", Get: r.wget(bind.False, func(w *Writable) goja.Value { return bind.Bool(w.has(ending)) })},
		{Name: "writableNeedDrain", Get: r.wget(bind.False, func(w *Writable) goja.Value { return bind.Bool(w.NeedDrain()) })},
		{Name: "writableHighWaterMark", Get: r.wget(undefined, func(w *Writable) goja.Value { return bind.Int(w.hwm) })},
		{Name: "writableCorked", Get: r.wget(bind.Int(0), func(w *Writable) goja.Value { return bind.Int(w.corked) })},
		{Name: "writableLength", Get: r.wget(undefined, func(w *Writable) goja.Value { return bind.Int(w.length) })},
		r.stateAccessor("_writableState", func(c goja.FunctionCall) *base {
			if w := WritableOf(c.This); w != nil {
				return &w.base
			}
			return nil
		}, func() *bind.Built { return r.writableState }),
	}
}

func (r *Room) writableAborted() bind.Accessor {
	return bind.Accessor{Name: "writableAborted", Get: func(c goja.FunctionCall) goja.Value {
		w := r.writable(c.This)
		return bind.Bool(w.flags&(hasWritable|writableTrue) != hasWritable && w.has(destroyed|errored) && !w.has(finished))
	}}
}

func (r *Room) newWritable(this *goja.Object, args []goja.Value) {
	s := ownState(this)
	var w *Writable
	if s == nil {
		o := new(writableObject)
		s, w = &o.State, &o.Writable
		bind.Attach(this, s)
		events.Init(s, &o.Emitter)
	} else {
		w = new(Writable)
	}
	r.InitWritable(this, s, w, nil, WritableOptions{})
	o := r.options(args)
	w.apply(o, false)
	o.methods(this, "write", "writev", "destroy", "final", "construct")
	r.finishConstruction(this, nil, w, o)
}

// apply sets what WritableState's constructor sets.
func (w *Writable) apply(o options, duplex bool) {
	o.common(&w.base, "writable", duplex)
	w.set(decodeStrings, !o.isFalse("decodeStrings"))
}

// setWritable is the setter of state.writable: undefined, true or false.
func (w *Writable) setWritable(v goja.Value) {
	w.set(hasWritable, !bind.IsNullish(v))
	w.set(writableTrue, bind.Truthy(v))
}

// defineHasInstance makes every object with a writable half an instance of Writable: a Duplex
// inherits from Readable only.
func (r *Room) defineHasInstance() {
	sym, ok := r.h.VM.Get("Symbol").(*goja.Object).Get("hasInstance").(*goja.Symbol)
	if !ok {
		return
	}
	fn := bind.Function(r.h.VM, bind.Method{Name: "[Symbol.hasInstance]", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		o, isObject := c.Argument(0).(*goja.Object)
		class, isClass := c.This.(*goja.Object)
		if !isObject || !isClass {
			return bind.False
		}
		if proto, ok := class.Get("prototype").(*goja.Object); ok {
			for p := o.Prototype(); p != nil; p = p.Prototype() {
				if p == proto {
					return bind.True
				}
			}
		}
		if class != r.Writable.Ctor {
			return bind.False
		}
		return bind.Bool(WritableOf(o) != nil)
	}})
	r.Writable.Ctor.DefineDataPropertySymbol(sym, fn, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
}

func (r *Room) jsWrite(c goja.FunctionCall) goja.Value {
	encoding, cb := c.Argument(1), c.Argument(2)
	if bind.IsFunction(encoding) {
		encoding, cb = goja.Null(), encoding
	}
	return bind.Bool(r.writable(c.This).WriteValue(c.Argument(0), encoding, ToCallback(cb)))
}

func (r *Room) jsEnd(c goja.FunctionCall) goja.Value {
	chunk, encoding, cb := c.Argument(0), c.Argument(1), c.Argument(2)
	switch {
	case bind.IsFunction(chunk):
		chunk, encoding, cb = goja.Null(), goja.Null(), chunk
	case bind.IsFunction(encoding):
		encoding, cb = goja.Null(), encoding
	}
	r.writable(c.This).EndValue(chunk, encoding, ToCallback(cb))
	return c.This
}

func (r *Room) jsSetDefaultEncoding(c goja.FunctionCall) goja.Value {
	enc := c.Argument(0)
	if s, ok := enc.(goja.String); ok {
		enc = bind.String(strings.ToLower(s.String()))
	}
	r.writable(c.This).SetDefaultEncoding(r.knownEncoding(enc))
	return c.This
}

// jsOwnWrite is _write of the base class, and of classes over a Sink.
func (r *Room) jsOwnWrite(c goja.FunctionCall) goja.Value {
	w := WritableOf(c.This)
	if w != nil && w.sink != nil {
		chunk := Chunk{Value: c.Argument(0)}
		if b, ok := viewBytes(chunk.Value); ok && !w.has(objectMode) {
			chunk.Bytes = b
		} else {
			chunk.Encoding = c.Argument(1)
		}
		cb := ToCallback(c.Argument(2))
		w.sink.Write(chunk, func(err goja.Value) {
			if err == nil {
				cb.call0()
				return
			}
			cb.Call(err)
		})
		return goja.Undefined()
	}
	o := c.This.ToObject(r.h.VM)
	fn, ok := bind.ToCallable(o.Get("_writev"))
	if !ok {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "_write()")
	}
	item := r.h.VM.NewObject()
	item.Set("chunk", c.Argument(0))
	item.Set("encoding", c.Argument(1))
	fn.Call(o, r.h.VM.NewArray(item), c.Argument(2))
	return goja.Undefined()
}
