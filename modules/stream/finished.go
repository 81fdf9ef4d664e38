package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/stream/web"
)

// FinishedOptions say which ends of a stream Finished waits for.
type FinishedOptions struct {
	NoReadable, NoWritable bool
	NoError                bool         // leave 'error' to others
	Signal                 *goja.Object // an AbortSignal, or nil
	explicit               bool         // both halves were given by the program
	readable, writable     bool
}

// Finished calls cb once, when the stream o has ended, finished, failed or closed: stream.finished.
// err is nil if all went well. cleanup takes the listeners off again.
func (r *Room) Finished(o *goja.Object, opts FinishedOptions, cb func(err goja.Value)) (cleanup func()) {
	if !opts.explicit {
		opts.readable = !opts.NoReadable && r.isReadableNodeStream(o, false)
		opts.writable = !opts.NoWritable && r.isWritableNodeStream(o)
	}
	e := &eos{r: r, o: o, opts: opts, cb: cb}
	return e.start()
}

// eos is one call of finished: end-of-stream.
type eos struct {
	r    *Room
	o    *goja.Object
	opts FinishedOptions
	cb   func(err goja.Value) // nil once it ran

	willEmitClose       bool
	readDone, writeDone bool
	closed              bool
	listening           events.Listenings
}

func (e *eos) call(err goja.Value) {
	if cb := e.cb; cb != nil {
		e.cb = nil
		cb(err)
	}
}

func (e *eos) on(name string, fn func(args []goja.Value)) {
	e.listening = append(e.listening, e.r.on(e.o, name, false, fn))
}

func (e *eos) later(fn func()) { e.r.h.Door.NextTick(modules.Func(fn)) }

func (e *eos) start() (cleanup func()) {
	r, o := e.r, e.o
	readable, writable := e.opts.readable, e.opts.writable
	ws, rs := prop(o, "_writableState"), prop(o, "_readableState")
	e.willEmitClose = r.willEmitClose(o) && r.isReadableNodeStream(o, false) == readable && r.isWritableNodeStream(o) == writable
	e.writeDone = r.isWritableFinished(o) == yes
	e.readDone = r.isReadableFinished(o, true) == yes
	e.closed = r.isClosed(o) == yes

	onfinish := func([]goja.Value) { e.onfinish() }
	onclose := func([]goja.Value) { e.onclose() }
	if isRequest(o) {
		e.on("complete", onfinish)
		if !e.willEmitClose {
			e.on("abort", onclose)
		}
		onrequest := func() {
			if req, ok := prop(o, "req").(*goja.Object); ok {
				e.listening = append(e.listening, r.on(req, "finish", false, onfinish))
			}
		}
		if truthy(o, "req") {
			onrequest()
		} else {
			e.on("request", func([]goja.Value) { onrequest() })
		}
	} else if writable && !bind.Truthy(ws) {
		legacy := func([]goja.Value) {
			if !truthy(o, "writable") {
				e.onfinish()
			}
		}
		e.on("end", legacy)
		e.on("close", legacy)
	}
	if !e.willEmitClose && boolean(o, "aborted") != null {
		e.on("aborted", onclose)
	}
	e.on("end", func([]goja.Value) { e.onend() })
	e.on("finish", onfinish)
	if !e.opts.NoError {
		e.on("error", func(args []goja.Value) { e.call(bind.Arg(args, 0)) })
	}
	e.on("close", onclose)

	closedBefore := e.closed
	pendingcb := prop(ws, "pendingcb")
	switch {
	case closedBefore:
		e.later(e.onclose)
	case truthy(ws, "errorEmitted") || truthy(rs, "errorEmitted"):
		if !e.willEmitClose {
			e.later(e.onclosed)
		}
	case !readable && (!e.willEmitClose || bind.Truthy(r.isReadable(o))) &&
		(e.writeDone || r.isWritable(o) == bind.False) &&
		(!bind.Truthy(ws) || bind.IsUndefined(pendingcb) || isZero(pendingcb)):
		e.later(e.onclosed)
	case !writable && (!e.willEmitClose || bind.Truthy(r.isWritable(o))) &&
		(e.readDone || r.isReadable(o) == bind.False):
		e.later(e.onclosed)
	case bind.Truthy(rs) && truthy(o, "req") && truthy(o, "aborted"):
		e.later(e.onclosed)
	}

	cleanup = func() {
		e.cb = nil
		e.listening.Remove()
	}
	if sig := e.opts.Signal; sig != nil && !closedBefore {
		abort := func() {
			cb := e.cb
			cleanup()
			if cb != nil {
				cb(r.h.Err.Abort(prop(sig, "reason")))
			}
		}
		if truthy(sig, "aborted") {
			e.later(abort)
		} else {
			off := r.onAbort(sig, abort)
			cb := e.cb
			e.cb = func(err goja.Value) {
				off()
				cb(err)
			}
		}
	}
	return cleanup
}

func (e *eos) onfinish() {
	e.writeDone = true
	// A stream that is destroyed here is in other hands: 'close' cannot be relied on.
	if truthy(e.o, "destroyed") {
		e.willEmitClose = false
	}
	if e.willEmitClose && (!truthy(e.o, "readable") || e.opts.readable) {
		return
	}
	if !e.opts.readable || e.readDone {
		e.call(nil)
	}
}

func (e *eos) onend() {
	e.readDone = true
	if truthy(e.o, "destroyed") {
		e.willEmitClose = false
	}
	if e.willEmitClose && (!truthy(e.o, "writable") || e.opts.writable) {
		return
	}
	if !e.opts.writable || e.writeDone {
		e.call(nil)
	}
}

func (e *eos) onclose() {
	e.closed = true
	err := e.r.erroredValue(e.o)
	switch {
	case err != nil && err != bind.True:
	case e.opts.readable && !e.readDone && e.r.isReadableNodeStream(e.o, true) && e.r.isReadableFinished(e.o, true) != yes,
		e.opts.writable && !e.writeDone && e.r.isWritableFinished(e.o) != yes:
		err = e.r.h.Err.New("ERR_STREAM_PREMATURE_CLOSE")
	default:
		err = nil
	}
	e.call(err)
}

func (e *eos) onclosed() {
	e.closed = true
	err := e.r.erroredValue(e.o)
	if err == bind.True {
		err = nil
	}
	e.call(err)
}

// onAbort calls fn when the signal aborts.
func (r *Room) onAbort(sig *goja.Object, fn func()) (off func()) {
	f := r.h.VM.ToValue(func(goja.FunctionCall) goja.Value {
		fn()
		return goja.Undefined()
	})
	opts := r.h.VM.NewObject()
	opts.Set("once", true)
	r.invoke(sig, "addEventListener", bind.String("abort"), f, opts)
	return func() { r.invoke(sig, "removeEventListener", bind.String("abort"), f) }
}

// jsFinished is stream.finished(stream[, options], callback).
func (r *Room) jsFinished(c goja.FunctionCall) goja.Value {
	opts, cb := c.Argument(1), c.Argument(2)
	if len(c.Arguments) == 2 {
		opts, cb = goja.Undefined(), opts
	} else if !bind.IsNullish(opts) {
		r.h.Err.ValidateObject(opts, "options")
	}
	fn, _ := bind.ToCallable(r.h.Err.ValidateFunction(cb, "callback"))
	cleanup := r.finishedOptions(c.Argument(0), opts, func(o *goja.Object, err goja.Value) {
		if err == nil {
			fn.Call(o)
		} else {
			fn.Call(o, err)
		}
	})
	return bind.Function(r.h.VM, bind.Method{Name: "cleanup", Fn: func(goja.FunctionCall) goja.Value {
		cleanup()
		return goja.Undefined()
	}})
}

// finishedOptions is Finished with options from JavaScript, of a value that need not be a stream.
func (r *Room) finishedOptions(v, opts goja.Value, cb func(o *goja.Object, err goja.Value)) (cleanup func()) {
	sig := r.h.Err.ValidateAbortSignal(prop(opts, "signal"), "options.signal")
	if r.isReadableStream(v) || r.isWritableStream(v) {
		return r.finishedWeb(v.(*goja.Object), sig, cb)
	}
	if !r.isNodeStream(v) {
		panic(r.h.Err.InvalidArgType("stream", []string{"ReadableStream", "WritableStream", "Stream"}, v))
	}
	o := v.(*goja.Object)
	fo := FinishedOptions{Signal: sig, NoError: prop(opts, "error") == bind.False, explicit: true}
	if fo.readable = r.isReadableNodeStream(o, false); !bind.IsNullish(prop(opts, "readable")) {
		fo.readable = truthy(opts, "readable")
	}
	if fo.writable = r.isWritableNodeStream(o); !bind.IsNullish(prop(opts, "writable")) {
		fo.writable = truthy(opts, "writable")
	}
	return r.Finished(o, fo, func(err goja.Value) { cb(o, err) })
}

// finishedWeb is finished of a stream of the web: eosWeb.
func (r *Room) finishedWeb(o, sig *goja.Object, cb func(o *goja.Object, err goja.Value)) (cleanup func()) {
	end := web.Ended(o)
	if end == nil {
		panic(r.h.VM.NewTypeError("Cannot read properties of undefined (reading 'promise')")) // as Node says it
	}
	over, off := false, func() {}
	call := func(err goja.Value) {
		off()
		if !over {
			over = true
			cb(o, err)
		}
	}
	if sig != nil {
		abort := func() { call(r.h.Err.Abort(prop(sig, "reason"))) }
		if truthy(sig, "aborted") {
			r.h.Door.NextTick(modules.Func(abort))
		} else {
			off = r.onAbort(sig, abort)
		}
	}
	later := func(err goja.Value) { r.h.Door.NextTick(modules.Func(func() { call(err) })) }
	r.web().Then(end.Promise(), later, later)
	return func() {}
}

// addAbortSignal is stream.addAbortSignal(signal, stream).
func (r *Room) addAbortSignal(c goja.FunctionCall) goja.Value {
	sig, ok := c.Argument(0).(*goja.Object)
	if !ok || sig.Get("aborted") == nil {
		panic(r.h.Err.InvalidArgType("signal", []string{"AbortSignal"}, c.Argument(0)))
	}
	if !r.isNodeStream(c.Argument(1)) && !r.isWebStream(c.Argument(1)) {
		panic(r.h.Err.InvalidArgType("stream", []string{"ReadableStream", "WritableStream", "Stream"}, c.Argument(1)))
	}
	r.addAbortSignalNoValidate(sig, c.Argument(1).(*goja.Object))
	return c.Argument(1)
}

func (r *Room) addAbortSignalNoValidate(v goja.Value, o *goja.Object) {
	sig, ok := v.(*goja.Object)
	if !ok || sig.Get("aborted") == nil {
		return
	}
	node := r.isNodeStream(o)
	abort := func() {
		if err := r.h.Err.Abort(prop(sig, "reason")); node {
			r.callDestroy(o, err)
		} else {
			web.Break(o, err)
		}
	}
	if truthy(sig, "aborted") {
		abort()
		return
	}
	var off func()
	r.finishedOptions(o, goja.Undefined(), func(*goja.Object, goja.Value) { off() })
	off = r.onAbort(sig, abort)
}
