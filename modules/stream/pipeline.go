package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Pipeline joins streams end to end: stream.pipeline. cb is called once, when all have ended or
// one has failed; then the others have been destroyed. It returns the last stream.
func (r *Room) Pipeline(streams []goja.Value, cb func(err, value goja.Value)) goja.Value {
	return r.pipeline(streams, cb, goja.Undefined())
}

// pipeline is one call of pipeline: pipelineImpl.
type pipeline struct {
	r        *Room
	cb       func(err, value goja.Value)
	outer    *goja.Object // options.signal
	inner    *events.AbortSignal
	err      goja.Value
	value    goja.Value
	destroys []func(err goja.Value)
	cleanups []func() // for a last stream that goes on being read
	pending  int
	offAbort func()
}

func errCode(err goja.Value) string {
	if s, ok := prop(err, "code").(goja.String); ok {
		return s.String()
	}
	return ""
}

func (p *pipeline) finish(err goja.Value) {
	p.pending--
	p.finishImpl(err, p.pending == 0)
}

func (p *pipeline) finishImpl(err goja.Value, final bool) {
	if err != nil && (p.err == nil || errCode(p.err) == "ERR_STREAM_PREMATURE_CLOSE") {
		p.err = err
	}
	if p.err == nil && !final {
		return
	}
	for len(p.destroys) > 0 {
		destroy := p.destroys[0]
		p.destroys = p.destroys[1:]
		destroy(p.err)
	}
	if p.offAbort != nil {
		p.offAbort()
	}
	events.Targets.Of(p.r.h).Abort(p.inner, goja.Undefined())
	if !final {
		return
	}
	if p.err == nil {
		for _, fn := range p.cleanups {
			fn()
		}
	}
	err = p.err
	p.later(func() {
		if cb := p.cb; cb != nil {
			p.cb = nil
			cb(err, p.value)
		}
	})
}

func (p *pipeline) later(fn func()) { p.r.h.Door.NextTick(modules.Func(fn)) }

// destroyer arranges for a stream to be destroyed when the pipeline ends before it does.
func (p *pipeline) destroyer(o *goja.Object, reading, writing bool) (cleanup func()) {
	finished := false
	p.r.on(o, "close", false, func([]goja.Value) { finished = true })
	cleanup = p.r.Finished(o, FinishedOptions{explicit: true, readable: reading, writable: writing}, func(err goja.Value) {
		finished = err == nil
	})
	p.destroys = append(p.destroys, func(err goja.Value) {
		if finished {
			return
		}
		finished = true
		if err == nil {
			err = p.r.h.Err.New("ERR_STREAM_DESTROYED", "pipe")
		}
		p.r.destroyer(o, err)
	})
	return cleanup
}

func (r *Room) pipeline(streams []goja.Value, cb func(err, value goja.Value), opts goja.Value) goja.Value {
	if len(streams) == 1 {
		if a, ok := streams[0].(*goja.Object); ok && a.ClassName() == "Array" {
			streams = nil
			r.h.VM.ForOf(a, func(v goja.Value) bool {
				streams = append(streams, v)
				return true
			})
		}
	}
	if len(streams) < 2 {
		panic(r.h.Err.New("ERR_MISSING_ARGS", `The "streams" argument`))
	}
	p := &pipeline{r: r, cb: cb, inner: events.Targets.Of(r.h).NewSignal(), value: goja.Undefined()}
	p.outer = r.h.Err.ValidateAbortSignal(prop(opts, "signal"), "options.signal")
	abort := func() {
		p.finishImpl(r.h.Err.Abort(prop(p.outer, "reason")), false)
	}
	if p.outer != nil && !aborted(p.outer) {
		p.offAbort = r.onAbort(p.outer, abort)
	}
	var ret goja.Value
	for i, s := range streams {
		ret = p.join(i, len(streams), s, ret, prop(opts, "end") != bind.False)
	}
	if truthy(p.inner.Object(), "aborted") || aborted(p.outer) {
		p.later(abort)
	}
	return ret
}

// join adds one stream to the line; ret is what comes out of the line so far.
func (p *pipeline) join(i, n int, s, ret goja.Value, endLast bool) goja.Value {
	r := p.r
	reading, writing := i < n-1, i > 0
	last := i == n-1
	end := reading || endLast
	node := r.isNodeStream(s)
	if node {
		o := s.(*goja.Object)
		if end {
			cleanup := p.destroyer(o, reading, writing)
			if last && bind.Truthy(r.isReadable(o)) {
				p.cleanups = append(p.cleanups, cleanup)
			}
		}
		// Errors may come after the pipe is done.
		errors := r.on(o, "error", false, func(args []goja.Value) {
			err := bind.Arg(args, 0)
			if bind.Truthy(err) && prop(err, "name").String() != "AbortError" && errCode(err) != "ERR_STREAM_PREMATURE_CLOSE" {
				p.finish(err)
			}
		})
		if last && bind.Truthy(r.isReadable(o)) {
			p.cleanups = append(p.cleanups, errors.Remove)
		}
	}
	switch {
	case i == 0:
		return p.first(s)
	case bind.IsFunction(s):
		return p.joinFunction(i, s, ret, reading, end, last)
	case node:
		o := s.(*goja.Object)
		switch {
		case r.isReadableNodeStream(ret, false):
			p.pending += 2
			cleanup := p.pipe(ret.(*goja.Object), o, end)
			if last && bind.Truthy(r.isReadable(o)) {
				p.cleanups = append(p.cleanups, cleanup)
			}
		default:
			p.pending++
			p.pump(p.source(ret), o, end)
		}
		return s
	case r.isWebStream(s):
		p.pending++
		p.pumpToWeb(p.source(ret), s.(*goja.Object), end)
		return s
	}
	return r.duplexify(s, "body")
}

// source returns what is read of the line so far.
func (p *pipeline) source(ret goja.Value) goja.Value {
	switch {
	case p.r.isReadableNodeStream(ret, false):
		return p.asyncIterable(ret)
	case p.r.isTransformStream(ret):
		return prop(ret, "readable")
	case p.r.isReadableStream(ret), p.r.isIterable(ret):
		return ret
	}
	panic(p.r.h.Err.InvalidArgType("val", []string{"Readable", "Iterable", "AsyncIterable", "ReadableStream", "TransformStream"}, ret))
}

func (p *pipeline) signalArg() goja.Value {
	o := p.r.h.VM.NewObject()
	o.Set("signal", p.inner.Object())
	return o
}

func (p *pipeline) first(s goja.Value) goja.Value {
	r := p.r
	switch {
	case bind.IsFunction(s):
		ret := bind.Call(s, goja.Undefined(), p.signalArg())
		if !r.isIterable(ret) {
			panic(r.invalidReturn("Iterable, AsyncIterable or Stream", "source", ret))
		}
		return ret
	case r.isIterable(s) || r.isReadableNodeStream(s, false) || r.isTransformStream(s):
		return s
	}
	return r.duplexify(s, "body")
}

// invalidReturn is ERR_INVALID_RETURN_VALUE.
func (r *Room) invalidReturn(want, name string, v goja.Value) *goja.Object {
	return r.h.Err.New("ERR_INVALID_RETURN_VALUE", want, name, r.h.Err.Received(v))
}

// asyncIterable is makeAsyncIterable.
func (p *pipeline) asyncIterable(v goja.Value) goja.Value {
	switch {
	case p.r.isIterable(v):
		return v
	case p.r.isReadableNodeStream(v, false):
		return p.r.streamIterator(v, goja.Undefined())
	}
	panic(p.r.h.Err.InvalidArgType("val", []string{"Readable", "Iterable", "AsyncIterable"}, v))
}

// joinFunction calls a function in the line; the last one's result goes through a PassThrough, so
// that pipeline always returns a stream.
func (p *pipeline) joinFunction(i int, fn, ret goja.Value, reading, end, last bool) goja.Value {
	r := p.r
	if r.isTransformStream(ret) {
		ret = prop(ret, "readable")
	}
	ret = bind.Call(fn, goja.Undefined(), p.asyncIterable(ret), p.signalArg())
	if reading {
		if !r.isAsyncIterable(ret) {
			panic(r.invalidReturn("AsyncIterable", "transform["+bind.Int(i-1).String()+"]", ret))
		}
		return ret
	}
	opts := r.h.VM.NewObject()
	opts.Set("objectMode", true)
	pt := r.create(r.PassThrough, opts)
	w := WritableOf(pt)
	if then, ok := bind.ToCallable(prop(ret, "then")); ok {
		p.pending++
		then.Call(ret, r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
			p.value = c.Argument(0)
			if !bind.IsNullish(p.value) {
				w.WriteValue(p.value, nil, Callback{})
			}
			if end {
				w.End(Callback{})
			}
			p.later(func() { p.finish(nil) })
			return goja.Undefined()
		}), r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
			err := c.Argument(0)
			r.callDestroy(pt, err)
			p.later(func() { p.finish(errOf(err)) })
			return goja.Undefined()
		}))
	} else if r.isAsyncIterable(ret) {
		p.pending++
		p.pump(ret, pt, end)
	} else if r.isTransformStream(ret) {
		p.pending++
		p.pump(prop(ret, "readable"), pt, end)
	} else {
		panic(r.invalidReturn("AsyncIterable or Promise", "destination", ret))
	}
	cleanup := p.destroyer(pt, false, true)
	if last {
		p.cleanups = append(p.cleanups, cleanup)
	}
	return pt
}

// pump writes an iterable to a stream: pumpToNode.
func (p *pipeline) pump(iterable goja.Value, w *goja.Object, end bool) {
	r := p.r
	var failure goja.Value
	var waiting func(err goja.Value)
	resume := func(err goja.Value) {
		if err != nil {
			failure = err
		}
		if wait := waiting; wait != nil {
			waiting = nil
			r.job(func() { wait(failure) })
		}
	}
	wait := func(fn func(err goja.Value)) {
		if failure != nil {
			r.job(func() { fn(failure) })
			return
		}
		waiting = fn
	}
	drain := r.on(w, "drain", false, func([]goja.Value) { resume(nil) })
	cleanup := r.Finished(w, FinishedOptions{explicit: true, writable: r.isWritableNodeStream(w)}, resume)
	finish := func(err goja.Value) {
		if err != nil && failure != nil && !failure.SameAs(err) {
			err = r.aggregate(failure, err)
		}
		p.finish(err)
		cleanup()
		drain.Remove()
	}
	start := func() {
		it := r.iterate(iterable)
		r.forAwait(it, func(v goja.Value, next func(), stop func(err goja.Value)) {
			if bind.Truthy(r.invoke(w, "write", v)) {
				next()
				return
			}
			wait(func(err goja.Value) {
				if err != nil {
					stop(err)
					return
				}
				next()
			})
		}, func(err goja.Value) {
			switch {
			case err != nil:
				finish(err)
			case end:
				r.invoke(w, "end")
				wait(finish)
			default:
				finish(nil)
			}
		})
	}
	guarded := func() {
		if err := r.try(start); err != nil {
			r.job(func() { finish(err) })
		}
	}
	if truthy(w, "writableNeedDrain") {
		wait(func(err goja.Value) {
			if err != nil {
				finish(err)
				return
			}
			guarded()
		})
		return
	}
	guarded()
}

// pumpToWeb writes an iterable to a stream of the web.
func (p *pipeline) pumpToWeb(iterable goja.Value, dst *goja.Object, end bool) {
	r := p.r
	if r.isTransformStream(dst) {
		dst, _ = prop(dst, "writable").(*goja.Object)
	}
	writer := r.invoke(dst, "getWriter").(*goja.Object)
	fail := func(err goja.Value) {
		abort := func() goja.Value { return r.invoke(writer, "abort", err) }
		r.awaitCall(abort, func(goja.Value) { p.finish(errOf(err)) }, func(err goja.Value) { p.finish(errOf(err)) })
	}
	ready := func(ok func(goja.Value), fail func(err goja.Value)) {
		r.awaitCall(func() goja.Value { return prop(writer, "ready") }, ok, fail)
	}
	if err := r.try(func() {
		r.forAwait(r.iterate(iterable), func(v goja.Value, next func(), stop func(err goja.Value)) {
			ready(func(goja.Value) {
				r.await(r.invoke(writer, "write", v), nothing, nothing)
				next()
			}, stop)
		}, func(err goja.Value) {
			if err != nil {
				fail(err)
				return
			}
			ready(func(goja.Value) {
				if !end {
					p.finish(nil)
					return
				}
				r.awaitCall(func() goja.Value { return r.invoke(writer, "close") }, func(goja.Value) { p.finish(nil) }, fail)
			}, fail)
		})
	}); err != nil {
		r.job(func() { fail(err) })
	}
}

// pipe joins two streams; each counts as pending.
func (p *pipeline) pipe(src, dst *goja.Object, end bool) (cleanup func()) {
	r := p.r
	ended := false
	r.on(dst, "close", false, func([]goja.Value) {
		if !ended {
			p.finish(r.h.Err.New("ERR_STREAM_PREMATURE_CLOSE"))
		}
	})
	// The end is passed on below.
	opts := r.h.VM.NewObject()
	opts.Set("end", false)
	r.invoke(src, "pipe", dst, opts)
	if end {
		endDst := func() {
			ended = true
			r.invoke(dst, "end")
		}
		if r.isReadableFinished(src, false) == yes {
			p.later(endDst)
		} else {
			r.on(src, "end", true, func([]goja.Value) { endDst() })
		}
	} else {
		p.finish(nil)
	}
	r.Finished(src, FinishedOptions{explicit: true, readable: true}, func(err goja.Value) {
		rs := prop(src, "_readableState")
		if err != nil && errCode(err) == "ERR_STREAM_PREMATURE_CLOSE" &&
			truthy(rs, "ended") && !truthy(rs, "errored") && !truthy(rs, "errorEmitted") {
			// Some streams emit 'close' before 'end'.
			r.on(src, "end", true, func([]goja.Value) { p.finish(nil) })
			r.on(src, "error", true, func(args []goja.Value) { p.finish(errOf(bind.Arg(args, 0))) })
			return
		}
		p.finish(err)
	})
	return r.Finished(dst, FinishedOptions{explicit: true, writable: true}, p.finish)
}

// jsPipeline is stream.pipeline(...streams, callback).
func (r *Room) jsPipeline(c goja.FunctionCall) goja.Value {
	n := len(c.Arguments) - 1
	fn, _ := bind.ToCallable(r.h.Err.ValidateFunction(bind.Arg(c.Arguments, max(n, 0)), "streams[stream.length - 1]"))
	streams := append([]goja.Value(nil), c.Arguments[:n]...)
	return r.pipeline(streams, func(err, value goja.Value) {
		if err == nil {
			err = goja.Undefined()
		}
		fn.Call(goja.Undefined(), err, value)
	}, goja.Undefined())
}
