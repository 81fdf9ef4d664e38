package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// Cork makes writes wait until Uncork.
func (w *Writable) Cork() { w.corked++ }

// Uncork undoes one Cork; the last one writes what waits.
func (w *Writable) Uncork() {
	if w.corked == 0 {
		return
	}
	w.corked--
	if !w.has(writing) && len(w.buffered) > 0 {
		w.clearBuffer()
	}
}

// Corked returns how many Uncorks are missing.
func (w *Writable) Corked() int { return w.corked }

// End ends the stream after what was written; cb runs when it has finished, or with the error that
// it will not.
func (w *Writable) End(cb Callback) { w.end(nil, cb) }

// EndValue is end(chunk, encoding, cb) of JavaScript.
func (w *Writable) EndValue(chunk, encoding goja.Value, cb Callback) {
	var err goja.Value
	if !bind.IsNullish(chunk) {
		err = w.write(w.toChunk(chunk, encoding), Callback{})
	}
	w.end(err, cb)
}

func (w *Writable) end(err goja.Value, cb Callback) {
	if w.corked > 0 {
		w.corked = 1
		if fn, native := w.r.method(w.obj, "uncork", nil); native {
			w.Uncork()
		} else {
			fn.Call(w.obj)
		}
	}
	switch {
	case err != nil:
	case !w.has(ending | errored):
		w.flags |= ending
		w.finishMaybe(true)
		w.flags |= ended
	case w.has(finished):
		if !cb.IsZero() {
			err = w.r.h.Err.New("ERR_STREAM_ALREADY_FINISHED", "end")
		}
	case w.has(destroyed):
		if !cb.IsZero() {
			err = w.r.h.Err.New("ERR_STREAM_DESTROYED", "end")
		}
	}
	if cb.IsZero() {
		return
	}
	switch {
	case err != nil:
		w.nextTick(cb, err)
	case w.has(errored):
		w.nextTick(cb, w.err)
	case w.has(finished):
		w.nextTick(cb, nil)
	default:
		w.onFinish = append(w.onFinish, cb)
	}
}

func (w *Writable) needFinish() bool {
	const mask = ending | destroyed | constructed | finished | writing | errorEmitted | closeEmitted | errored
	return w.flags&mask == ending|constructed && len(w.buffered) == 0 && w.length == 0
}

// onFinal is called when _final is done: onFinish of Node's writable.js.
func (w *Writable) onFinal(err goja.Value) {
	if w.has(prefinished) {
		if err == nil {
			err = w.r.h.Err.New("ERR_MULTIPLE_CALLBACK")
		}
		w.r.errorOrDestroy(readableOf(w.st), w, err, false)
		return
	}
	w.pendingcb--
	if err != nil {
		w.callFinished(err)
		w.r.errorOrDestroy(readableOf(w.st), w, err, w.has(sync))
	} else if w.needFinish() {
		w.flags |= prefinished
		w.emit("prefinish")
		// Some streams rely on 'finish' coming after _final's callback has returned.
		w.pendingcb++
		w.tick((*finishTask)(w))
	}
}

func (w *Writable) prefinish() {
	if w.has(prefinished | finalCalled) {
		return
	}
	final := w.final()
	if final == nil || w.has(destroyed) {
		w.flags |= finalCalled | prefinished
		w.emit("prefinish")
		return
	}
	w.flags |= finalCalled | sync
	w.pendingcb++
	final()
	w.flags &^= sync
}

// final returns the call of _final: the user's, or the sink's; nil if there is none.
func (w *Writable) final() func() {
	v, _ := w.obj.Get("_final").(*goja.Object)
	if v != nil && !w.r.isNative(v) {
		if fn, ok := bind.ToCallable(v); ok {
			return func() {
				done := w.r.errFunc("", func(err goja.Value) { w.onFinal(errOf(err)) })
				if err := w.r.try(func() { fn.Call(w.obj, done) }); err != nil {
					w.onFinal(errOf(err))
				}
			}
		}
	}
	if sink, ok := w.sink.(Finalizer); ok {
		return func() { sink.Final(w.onFinal) }
	}
	return nil
}

func (w *Writable) finishMaybe(later bool) {
	if !w.needFinish() {
		return
	}
	w.prefinish()
	if w.pendingcb != 0 {
		return
	}
	if later {
		w.pendingcb++
		w.tick((*finishMaybeTask)(w))
	} else if w.needFinish() {
		w.pendingcb++
		w.finish()
	}
}

func (w *Writable) finishLater() {
	if w.needFinish() {
		w.finish()
	} else {
		w.pendingcb--
	}
}

func (w *Writable) finish() {
	w.pendingcb--
	w.flags |= finished
	w.callFinished(nil)
	w.emit("finish")
	if !w.has(autoDestroy) {
		return
	}
	rd := readableOf(w.st)
	if rd == nil || rd.has(autoDestroy) && (rd.has(endEmitted) || rd.has(isUnreadable)) {
		w.r.callDestroy(w.obj, nil)
	}
}

func (w *Writable) callFinished(err goja.Value) {
	cbs := w.onFinish
	w.onFinish = nil
	for _, cb := range cbs {
		cb.Call(err)
	}
}

// SetDefaultEncoding is writable.setDefaultEncoding(enc).
func (w *Writable) SetDefaultEncoding(enc goja.Value) { w.defEnc = enc }

// NeedDrain reports whether the writer should wait for 'drain': writableNeedDrain.
func (w *Writable) NeedDrain() bool {
	return w.flags&(destroyed|ending|needDrain) == needDrain
}

// Ending reports whether end was called: writableEnded.
func (w *Writable) Ending() bool { return w.has(ending) }

// Finished reports whether 'finish' was emitted: writableFinished.
func (w *Writable) Finished() bool { return w.has(finished) }

// Writing reports whether the sink has a chunk and has not called done.
func (w *Writable) Writing() bool { return w.has(writing) }

// SetFinished marks the stream finished without emitting anything: writable: false of a Duplex.
func (w *Writable) SetFinished() {
	w.flags &^= writableTrue
	w.flags |= hasWritable | ending | ended | finished
}

// Destroy destroys the stream as stream.destroy(err) does, through a destroy of the user's if
// there is one; a nil err is none.
func (w *Writable) Destroy(err goja.Value) { w.r.callDestroy(w.obj, err) }

// ErrorOrDestroy reports err: it destroys the stream if it destroys itself, else it emits 'error'.
func (w *Writable) ErrorOrDestroy(err goja.Value) {
	w.r.errorOrDestroy(readableOf(w.st), w, err, false)
}
