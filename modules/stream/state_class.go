package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	stringdecoder "github.com/gonode/gonode/modules/string_decoder"
)

// _readableState and _writableState are objects of classes whose accessors read and write the Go
// state. They are made when a program first looks.

func (r *Room) defineStates() {
	define := func(name string, accessors []bind.Accessor, methods ...bind.Method) *bind.Built {
		return bind.Define(r.h.VM, bind.Class{Name: name, Length: 3, Mode: bind.CallAny, Accessors: accessors, Methods: methods})
	}
	r.readableState = define("ReadableState", r.readableStateAccessors())
	r.writableState = define("WritableState", r.writableStateAccessors(),
		bind.Method{Name: "getBuffer", Fn: func(c goja.FunctionCall) goja.Value {
			if w, ok := bind.SelfOf[*Writable](c.This); ok {
				return w.bufferArray()
			}
			return r.h.VM.NewArray()
		}})
}

// stateAccessor shows a half's state. Assigning to it makes an own property: what a program keeps
// there is its own business.
func (r *Room) stateAccessor(name string, of func(c goja.FunctionCall) *base, class func() *bind.Built) bind.Accessor {
	return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value {
		b := of(c)
		if b == nil {
			return goja.Undefined()
		}
		if b.state == nil {
			b.state = r.h.VM.CreateObject(class().Proto)
			s := bind.Own(b.state)
			if name == "_readableState" {
				s.Put(bind.Self, readableOf(b.st))
			} else {
				s.Put(bind.Self, writableOf(b.st))
			}
		}
		return b.state
	}, Set: func(c goja.FunctionCall) goja.Value {
		if o, ok := c.This.(*goja.Object); ok {
			o.DefineDataProperty(name, c.Argument(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		}
		return goja.Undefined()
	}}
}

// stateOf returns the Readable behind a _readableState.
func (r *Room) stateOf(v goja.Value) *Readable {
	rd, _ := bind.SelfOf[*Readable](v)
	return rd
}

// field is one property of a state: an accessor whose object need not be a state, as on the
// prototype itself.
func field[T any](name string, get func(t T) goja.Value, set func(t T, v goja.Value)) bind.Accessor {
	a := bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value {
		if t, ok := bind.SelfOf[T](c.This); ok {
			return get(t)
		}
		return goja.Undefined()
	}, Set: func(c goja.FunctionCall) goja.Value {
		if t, ok := bind.SelfOf[T](c.This); ok && set != nil {
			set(t, c.Argument(0))
		}
		return goja.Undefined()
	}}
	return a
}

// flag is a field that is one bit.
func flag[T any](name string, f flags, of func(t T) *base) bind.Accessor {
	return field(name, func(t T) goja.Value { return bind.Bool(of(t).has(f)) },
		func(t T, v goja.Value) { of(t).set(f, bind.Truthy(v)) })
}

// shared are the fields that both states have.
func shared[T any](of func(t T) *base) []bind.Accessor {
	return []bind.Accessor{
		flag("objectMode", objectMode, of), flag("ended", ended, of), flag("constructed", constructed, of),
		flag("sync", sync, of), flag("errorEmitted", errorEmitted, of), flag("emitClose", emitClose, of),
		flag("autoDestroy", autoDestroy, of), flag("destroyed", destroyed, of), flag("closed", closed, of),
		flag("closeEmitted", closeEmitted, of),
		field("errored", func(t T) goja.Value { return of(t).errValue() }, func(t T, v goja.Value) { of(t).setErr(v) }),
		field("length", func(t T) goja.Value { return bind.Int(of(t).length) },
			func(t T, v goja.Value) { of(t).length = toInt(v.ToFloat()) }),
		field("highWaterMark", func(t T) goja.Value { return bind.Int(of(t).hwm) },
			func(t T, v goja.Value) { of(t).hwm = toInt(v.ToFloat()) }),
		field("defaultEncoding", func(t T) goja.Value {
			if enc := of(t).defEnc; enc != nil {
				return enc
			}
			return encodingUTF8
		}, func(t T, v goja.Value) { of(t).defEnc = v }),
	}
}

func (r *Room) readableStateAccessors() []bind.Accessor {
	of := func(rd *Readable) *base { return &rd.base }
	return append(shared(of),
		flag("endEmitted", endEmitted, of), flag("reading", reading, of), flag("needReadable", needReadable, of),
		flag("emittedReadable", emittedReadable, of), flag("readableListening", readableListening, of),
		flag("resumeScheduled", resumeScheduled, of), flag("multiAwaitDrain", multiAwaitDrain, of),
		flag("readingMore", readingMore, of), flag("dataEmitted", dataEmitted, of),
		field("paused", func(rd *Readable) goja.Value { return bind.Bool(rd.has(paused)) }, func(rd *Readable, v goja.Value) {
			rd.flags |= hasPaused
			rd.set(paused, bind.Truthy(v))
		}),
		field("flowing", (*Readable).flowingValue, (*Readable).setFlowing),
		field("buffer", (*Readable).bufferArray, nil),
		field("bufferIndex", func(*Readable) goja.Value { return bind.Int(0) }, nil),
		field("pipes", func(rd *Readable) goja.Value {
			out := make([]any, len(rd.pipes))
			for i, p := range rd.pipes {
				out[i] = p
			}
			return r.h.VM.NewArray(out...)
		}, nil),
		field("pipesCount", func(rd *Readable) goja.Value { return bind.Int(len(rd.pipes)) }, nil),
		field("awaitDrainWriters", func(rd *Readable) goja.Value { return rd.awaitValue() }, func(rd *Readable, v goja.Value) {
			if bind.IsNullish(v) {
				rd.await = nil
			}
		}),
		field("decoder", func(rd *Readable) goja.Value {
			if rd.decoder == nil {
				return goja.Null()
			}
			o, err := r.h.VM.New(bind.Property(r.h.Builtin("string_decoder"), "StringDecoder"), rd.encoding)
			if err != nil {
				return goja.Null()
			}
			return o
		}, func(rd *Readable, v goja.Value) {
			rd.decoder, _ = bind.SelfOf[*stringdecoder.Decoder](v)
		}),
		field("encoding", (*Readable).encodingValue, func(rd *Readable, v goja.Value) {
			if rd.encoding = v; !bind.Truthy(v) {
				rd.encoding = nil
			}
		}),
		field("readable", func(rd *Readable) goja.Value {
			if rd.has(isUnreadable) {
				return bind.False
			}
			return goja.Undefined()
		}, func(rd *Readable, v goja.Value) { rd.set(isUnreadable, v == bind.False) }),
	)
}

func (r *Room) writableStateAccessors() []bind.Accessor {
	of := func(w *Writable) *base { return &w.base }
	return append(shared(of),
		flag("finalCalled", finalCalled, of), flag("needDrain", needDrain, of), flag("ending", ending, of),
		flag("finished", finished, of), flag("decodeStrings", decodeStrings, of), flag("writing", writing, of),
		flag("bufferProcessing", bufferProcessing, of), flag("prefinished", prefinished, of),
		flag("allBuffers", allBuffers, of), flag("allNoop", allNoop, of),
		field("corked", func(w *Writable) goja.Value { return bind.Int(w.corked) },
			func(w *Writable, v goja.Value) { w.corked = toInt(v.ToFloat()) }),
		field("writelen", func(w *Writable) goja.Value { return bind.Int(w.writelen) }, nil),
		field("pendingcb", func(w *Writable) goja.Value { return bind.Int(w.pendingcb) },
			func(w *Writable, v goja.Value) { w.pendingcb = toInt(v.ToFloat()) }),
		field("buffered", (*Writable).bufferArray, nil),
		field("bufferedIndex", func(*Writable) goja.Value { return bind.Int(0) }, nil),
		field("bufferedRequestCount", func(w *Writable) goja.Value { return bind.Int(len(w.buffered) - w.index) }, nil),
		field("onwrite", func(w *Writable) goja.Value { return w.onwriteJS() }, nil),
		field("writecb", func(w *Writable) goja.Value {
			if w.writecb.js.Obj != nil {
				return w.writecb.js.Obj
			}
			return goja.Undefined()
		}, nil),
		field("writable", func(w *Writable) goja.Value {
			if !w.has(hasWritable) {
				return goja.Undefined()
			}
			return bind.Bool(w.has(writableTrue))
		}, (*Writable).setWritable),
	)
}

func (b *base) errValue() goja.Value {
	if b.err == nil {
		return goja.Null()
	}
	return b.err
}

func (rd *Readable) flowingValue() goja.Value {
	if !rd.has(hasFlowing) {
		return goja.Null()
	}
	return bind.Bool(rd.has(flowing))
}

func (rd *Readable) setFlowing(v goja.Value) {
	rd.set(hasFlowing, !bind.IsNullish(v))
	rd.set(flowing, bind.Truthy(v))
}

func (rd *Readable) encodingValue() goja.Value {
	if rd.encoding == nil {
		return goja.Null()
	}
	return rd.encoding
}

func (rd *Readable) bufferArray() goja.Value {
	out := make([]any, 0, len(rd.buf)-rd.head)
	for i := rd.head; i < len(rd.buf); i++ {
		out = append(out, rd.buf[i].JS(rd.r))
	}
	return rd.r.h.VM.NewArray(out...)
}

func (w *Writable) bufferArray() goja.Value {
	return w.r.chunkArray(w.buffered[w.index:], w.has(allBuffers))
}

// awaitValue is awaitDrainWriters: null, one stream, or a Set of them.
func (rd *Readable) awaitValue() goja.Value {
	if !rd.has(multiAwaitDrain) {
		if len(rd.await) == 0 {
			return goja.Null()
		}
		return rd.await[0]
	}
	out := make([]any, len(rd.await))
	for i, d := range rd.await {
		out[i] = d
	}
	set, err := rd.r.h.VM.New(rd.r.h.VM.Get("Set"), rd.r.h.VM.NewArray(out...))
	if err != nil {
		panic(err)
	}
	return set
}
