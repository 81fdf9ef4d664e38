package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// destroying is a destroy under way: one for both halves of a Duplex, kept in the one that speaks
// for both.
type destroying struct {
	b       *base
	err     goja.Value
	cb      Callback
	active  bool
	waiting bool // for _construct
	called  bool
}

// destroy is stream.destroy(err, cb) past any destroy of the user's.
func (r *Room) destroy(rd *Readable, w *Writable, err goja.Value, cb Callback) {
	if w != nil && !w.has(destroyed) && (len(w.buffered) > 0 || len(w.onFinish) > 0) {
		w.tick((*errorBufferTask)(w))
	}
	if w != nil && w.has(destroyed) || rd != nil && rd.has(destroyed) {
		cb.call0()
		return
	}
	checkError(rd, w, err)
	// Destroyed before any callback runs, so that a destroy called by one does nothing.
	if w != nil {
		w.flags |= destroyed
	}
	if rd != nil {
		rd.flags |= destroyed
	}
	s := half(rd, w)
	d := &s.destroy
	if d.active {
		d = new(destroying) // _undestroy came before the end of the last one
	}
	*d = destroying{b: s, err: err, cb: cb, active: true}
	if !s.has(constructed) {
		d.waiting = true // constructed, or failed to be, it will be destroyed
		return
	}
	d.start()
}

// half returns the half that speaks for both: the writable one of a Duplex.
func half(rd *Readable, w *Writable) *base {
	switch {
	case w != nil:
		return &w.base
	case rd != nil:
		return &rd.base
	}
	return nil
}

func checkError(rd *Readable, w *Writable, err goja.Value) {
	if !bind.Truthy(err) {
		return
	}
	if w != nil && !w.has(errored) {
		w.setErr(err)
	}
	if rd != nil && !rd.has(errored) {
		rd.setErr(err)
	}
}

// start calls _destroy: the user's, or that of source or sink.
func (d *destroying) start() {
	r, obj := d.b.r, d.b.obj
	fn, native := r.method(obj, "_destroy", nil)
	if native {
		if own := ownDestroyer(d.b.st); own != nil {
			own.Destroy(errOf(d.err), d.done)
		} else {
			d.done(errOf(d.err))
		}
		return
	}
	err := errOf(d.err)
	if err == nil {
		err = goja.Null()
	}
	done := r.errFunc("onDestroy", d.done)
	if thrown := r.try(func() { fn.Call(obj, err, done) }); thrown != nil {
		d.done(thrown)
	}
}

// ownDestroyer returns the Source or Sink that has something to let go, nil if neither has.
func ownDestroyer(s *bind.State) Destroyer {
	if rd := readableOf(s); rd != nil {
		if own, ok := rd.src.(Destroyer); ok {
			return own
		}
	}
	if w := writableOf(s); w != nil {
		if own, ok := w.sink.(Destroyer); ok {
			return own
		}
	}
	return nil
}

// done is onDestroy.
func (d *destroying) done(err goja.Value) {
	if d.called {
		return
	}
	d.called = true
	rd, w := readableOf(d.b.st), writableOf(d.b.st)
	checkError(rd, w, err)
	if w != nil {
		w.flags |= closed
	}
	if rd != nil {
		rd.flags |= closed
	}
	if !d.cb.IsZero() {
		if err == nil {
			err = goja.Undefined()
		}
		d.cb.Call(err)
	}
	d.err = errOf(err)
	d.b.r.h.Door.NextTick(d)
}

// Run emits 'error' and 'close': emitErrorCloseNT, emitCloseNT.
func (d *destroying) Run() {
	b, err := d.b, d.err
	*d = destroying{called: true}
	rd, w := readableOf(b.st), writableOf(b.st)
	if err != nil {
		b.r.emitErrorNow(b.obj, rd, w, err)
	}
	show := false
	if w != nil {
		w.flags |= closeEmitted
		show = w.has(emitClose)
	}
	if rd != nil {
		rd.flags |= closeEmitted
		show = show || rd.has(emitClose)
	}
	if show {
		b.emit("close")
	}
}

// emitErrorNow is emitErrorNT.
func (r *Room) emitErrorNow(obj *goja.Object, rd *Readable, w *Writable, err goja.Value) {
	if w != nil && w.has(errorEmitted) || rd != nil && rd.has(errorEmitted) {
		return
	}
	if w != nil {
		w.flags |= errorEmitted
	}
	if rd != nil {
		rd.flags |= errorEmitted
	}
	r.ev.Emit(obj, "error", err)
}

// callDestroy is stream.destroy(err), honouring a destroy of the user's.
func (r *Room) callDestroy(obj *goja.Object, err goja.Value) {
	fn, native := r.method(obj, "destroy", nil)
	if native {
		s := bind.Of(obj)
		rd, w := readableOf(s), writableOf(s)
		if rd == nil && w == nil {
			r.readable(obj) // throws
		}
		r.destroy(rd, w, err, Callback{})
		return
	}
	if err == nil {
		fn.Call(obj)
		return
	}
	fn.Call(obj, err)
}

// errorOrDestroy reports err on a stream: streams that destroy themselves are destroyed with it,
// others emit 'error', in the next tick if later.
func (r *Room) errorOrDestroy(rd *Readable, w *Writable, err goja.Value, later bool) {
	if w != nil && w.has(destroyed) || rd != nil && rd.has(destroyed) {
		return
	}
	obj := half(rd, w).obj
	if rd != nil && rd.has(autoDestroy) || w != nil && w.has(autoDestroy) {
		r.callDestroy(obj, err)
		return
	}
	if !bind.Truthy(err) {
		return
	}
	checkError(rd, w, err)
	if later {
		r.h.Door.NextTick(modules.Func(func() { r.emitErrorNow(obj, rd, w, err) }))
	} else {
		r.emitErrorNow(obj, rd, w, err)
	}
}

// undestroy makes the stream as new; undocumented, but used.
func (r *Room) undestroy(c goja.FunctionCall) goja.Value {
	s := bind.Of(c.This)
	if rd := readableOf(s); rd != nil {
		rd.flags &^= closed | closeEmitted | destroyed | errorEmitted | reading
		rd.flags |= constructed
		rd.setErr(nil)
		rd.set(ended|endEmitted, rd.has(isUnreadable))
	}
	if w := writableOf(s); w != nil {
		w.flags &^= closed | closeEmitted | destroyed | errorEmitted | finalCalled | prefinished
		w.flags |= constructed
		w.setErr(nil)
		w.set(ended|ending|finished, w.flags&(hasWritable|writableTrue) == hasWritable)
	}
	return goja.Undefined()
}

// construct arranges for _construct to be called, if the object or its source has one.
func (r *Room) construct(obj *goja.Object, rd *Readable, w *Writable) {
	fn, isFn := bind.ToCallable(obj.Get("_construct"))
	var own Constructor
	if !isFn || r.isNative(fn.Obj) {
		isFn = false
		if rd != nil {
			own, _ = rd.src.(Constructor)
		}
		if w != nil && own == nil {
			own, _ = w.sink.(Constructor)
		}
		if own == nil {
			return
		}
	}
	twice := false
	if rd != nil {
		twice = rd.has(constructing)
		rd.flags |= constructing
		rd.flags &^= constructed
	}
	if w != nil {
		twice = twice || w.has(constructing)
		w.flags |= constructing
		w.flags &^= constructed
	}
	if twice {
		return // old-style Duplex: Readable.call(this) did it
	}
	called := false
	onConstruct := func(err goja.Value) {
		// Both halves as they are now: an old-style Duplex got its second one since.
		s := bind.Of(obj)
		rd, w := readableOf(s), writableOf(s)
		if called {
			if err == nil {
				err = r.h.Err.New("ERR_MULTIPLE_CALLBACK")
			}
			r.errorOrDestroy(rd, w, err, false)
			return
		}
		called = true
		r.onConstruct(rd, w, err)
	}
	done := func(err goja.Value) {
		err = errOf(err)
		r.h.Door.NextTick(modules.Func(func() { onConstruct(err) }))
	}
	r.h.Door.NextTick(modules.Func(func() {
		if !isFn {
			own.Construct(done)
			return
		}
		if err := r.try(func() { fn.Call(obj, r.errFunc("", done)) }); err != nil {
			done(err)
		}
	}))
}

func (r *Room) onConstruct(rd *Readable, w *Writable, err goja.Value) {
	if rd != nil {
		rd.flags |= constructed
		rd.flags &^= constructing
	}
	if w != nil {
		w.flags |= constructed
		w.flags &^= constructing
	}
	s := half(rd, w)
	switch {
	case s.has(destroyed):
		d := &s.destroy
		if !d.waiting && rd != nil {
			d = &rd.destroy // an old-style Duplex, destroyed before it had its second half
		}
		if d.waiting {
			d.waiting = false
			d.err = r.aggregate(err, d.err)
			d.start()
		}
	case err != nil:
		r.errorOrDestroy(rd, w, err, true)
	default:
		if rd != nil && rd.has(needReadable) {
			rd.maybeReadMore()
		}
		if w != nil {
			if !w.has(writing) {
				w.clearBuffer()
			}
			if w.has(ending) {
				w.finishMaybe(false)
			}
		}
	}
}

// aggregate is Node's aggregateTwoErrors: what went wrong first and what went wrong then.
func (r *Room) aggregate(inner, outer goja.Value) goja.Value {
	if !bind.Truthy(inner) || !bind.Truthy(outer) || inner.SameAs(outer) {
		if bind.Truthy(inner) {
			return inner
		}
		return outer
	}
	o, ok := outer.(*goja.Object)
	if !ok {
		return outer
	}
	if list, ok := o.Get("errors").(*goja.Object); ok && list.ClassName() == "Array" {
		bind.Invoke(r.h.VM, list, "push", inner)
		return outer
	}
	both, err := r.h.VM.New(r.h.VM.Get("AggregateError"), r.h.VM.NewArray(outer, inner), bind.Property(o, "message"))
	if err != nil {
		return outer
	}
	both.Set("code", bind.Property(o, "code"))
	return both
}
