package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
)

// duplexify makes a Duplex of whatever can be read or written: Duplex.from.
func (r *Room) duplexify(body goja.Value, name string) goja.Value {
	switch {
	case r.isDuplexNodeStream(body):
		return body
	case r.isReadableNodeStream(body, false):
		return r.duplexOf(body, nil)
	case r.isWritableNodeStream(body):
		return r.duplexOf(nil, body)
	case r.isNodeStream(body):
		return r.duplexOf(nil, nil)
	case r.isReadableStream(body):
		return r.duplexOf(r.readableFromWeb(body, goja.Undefined()), nil)
	case r.isWritableStream(body):
		return r.duplexOf(nil, r.writableFromWeb(body, goja.Undefined()))
	case bind.IsFunction(body):
		return r.duplexOfFunction(body, name)
	case buffer.IsBlob(body):
		return r.duplexify(r.invoke(body.(*goja.Object), "arrayBuffer"), name)
	case r.isIterable(body):
		o := r.h.VM.NewObject()
		o.Set("objectMode", true)
		o.Set("writable", false)
		return r.from(r.Duplex, body, o)
	}
	rv, wv := prop(body, "readable"), prop(body, "writable")
	if r.isReadableStream(rv) && r.isWritableStream(wv) {
		return r.duplexFromWeb(body, goja.Undefined())
	}
	_, hasR := rv.(*goja.Object)
	_, hasW := wv.(*goja.Object)
	if hasR || hasW {
		if !hasR {
			rv = nil
		} else if !r.isReadableNodeStream(rv, false) {
			rv = r.duplexify(rv, "body")
		}
		if !hasW {
			wv = nil
		} else if !r.isWritableNodeStream(wv) {
			wv = r.duplexify(wv, "body")
		}
		return r.duplexOf(rv, wv)
	}
	if then, ok := bind.ToCallable(prop(body, "then")); ok {
		o := r.h.VM.NewObject()
		o.Set("objectMode", true)
		o.Set("writable", false)
		o.Set("read", func(goja.FunctionCall) goja.Value { return goja.Undefined() })
		d := r.create(r.Duplex, o)
		rd := ReadableOf(d)
		then.Call(body, r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
			if v := c.Argument(0); !bind.IsNullish(v) {
				rd.callPush(v)
			}
			rd.callPush(goja.Null())
			return goja.Undefined()
		}), r.errFunc("", func(err goja.Value) { r.destroyer(d, errOf(err)) }))
		return d
	}
	panic(r.h.Err.InvalidArgType(name, []string{"Blob", "ReadableStream", "WritableStream", "Stream", "Iterable",
		"AsyncIterable", "Function", "{ readable, writable } pair", "Promise"}, body))
}

// duplexOfFunction calls fn with an async iterable of what is written; what it returns is read.
func (r *Room) duplexOfFunction(fn goja.Value, name string) goja.Value {
	targets := events.Targets.Of(r.h)
	in := &functionSink{r: r, signal: targets.NewSignal()}
	opts := r.h.VM.NewObject()
	opts.Set("signal", in.signal.Object())
	g := &generator{r: r, pull: in.pull}
	v := bind.Call(fn, goja.Undefined(), g.object(), opts)
	if r.isDuplexNodeStream(v) {
		return v // fn was a constructor
	}
	o := r.h.VM.NewObject()
	o.Set("objectMode", true)
	if r.isIterable(v) {
		d := r.from(r.Duplex, v, o)
		WritableOf(d).sink = in
		return d
	}
	then, ok := bind.ToCallable(prop(v, "then"))
	if !ok {
		panic(r.invalidReturn("Iterable, AsyncIterable or AsyncFunction", name, v))
	}
	o.Set("readable", false)
	d := r.create(r.Duplex, o)
	promise := then.Call(v, r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
		if !bind.IsNullish(c.Argument(0)) {
			panic(r.invalidReturn("nully", "body", c.Argument(0)))
		}
		return goja.Undefined()
	}), r.errFunc("", func(err goja.Value) { r.destroyer(d, errOf(err)) }))
	in.wait = promise
	in.aborts = true
	WritableOf(d).sink = in
	return d
}

// functionSink hands what is written to a Duplex over to the async iterable of a function.
type functionSink struct {
	r      *Room
	signal *events.AbortSignal
	wait   goja.Value // finish only when this promise has settled
	aborts bool       // destroying aborts the signal

	chunk   goja.Value // waits for the reader; nil: none
	over    bool
	pending func(err goja.Value) // done of the write or final that waits
	take    func()               // the reader waits
}

func (s *functionSink) give(v goja.Value, over bool, done func(err goja.Value)) {
	s.chunk, s.over, s.pending = v, over, done
	if take := s.take; take != nil {
		s.take = nil
		s.r.job(take)
	}
}

func (s *functionSink) Write(c Chunk, done func(err goja.Value)) { s.give(c.JS(s.r), false, done) }

func (s *functionSink) Final(done func(err goja.Value)) {
	if s.wait == nil {
		s.give(nil, true, done)
		return
	}
	s.give(nil, true, func(goja.Value) {
		later := func(err goja.Value) { s.r.h.Door.NextTick(modules.Func(func() { done(err) })) }
		s.r.await(s.wait, func(goja.Value) { later(nil) }, func(err goja.Value) { later(errOf(err)) })
	})
}

func (s *functionSink) Destroy(err goja.Value, done func(err goja.Value)) {
	events.Targets.Of(s.r.h).Abort(s.signal, goja.Undefined())
	done(err)
}

func (s *functionSink) pull(yield func(v goja.Value), finish func(), fail func(err goja.Value)) {
	if s.pending == nil {
		s.take = func() { s.pull(yield, finish, fail) }
		return
	}
	v, over, done := s.chunk, s.over, s.pending
	s.chunk, s.pending = nil, nil
	s.r.h.Door.NextTick(modules.Func(func() { done(nil) }))
	switch sig := s.signal.Object(); {
	case over:
		finish()
	case aborted(sig):
		fail(s.r.h.Err.Abort(prop(sig, "reason")))
	default:
		yield(v)
	}
}

// joint is a Duplex over a readable and a writable stream: what Duplex.from and compose return.
type joint struct {
	r         *Room
	d         *goja.Object
	rd        *Readable
	in, out   *goja.Object // written to, read from; nil if it has no such half
	writer    *goja.Object // of in, and
	reader    *goja.Object // of out, if that is a stream of the web
	writable  bool
	readable  bool
	composed  bool // of a pipeline, which destroys its streams
	closing   func(err goja.Value)
	hasClosed bool // onclose === null
	ondrain   func(err goja.Value)
	onfinish  func(err goja.Value)
	waiting   bool // the reader waits for 'readable'
}

func (j *joint) build(readableObjects, writableObjects bool) {
	o := j.r.h.VM.NewObject()
	o.Set("readableObjectMode", readableObjects)
	o.Set("writableObjectMode", writableObjects)
	o.Set("readable", j.readable)
	o.Set("writable", j.writable)
	j.d = j.r.create(j.r.Duplex, o)
	j.rd = ReadableOf(j.d)
	j.rd.src = j
	WritableOf(j.d).sink = j
}

func (j *joint) listenOut() {
	j.r.on(j.out, "readable", false, func([]goja.Value) {
		if j.waiting {
			j.waiting = false
			j.Read(0)
		}
	})
	j.r.on(j.out, "end", false, func([]goja.Value) { j.rd.callPush(goja.Null()) })
}

func (j *joint) listenDrain() {
	j.r.on(j.in, "drain", false, func([]goja.Value) {
		if done := j.ondrain; done != nil {
			j.ondrain = nil
			done(nil)
		}
	})
}

func (j *joint) finished() {
	if done := j.onfinish; done != nil {
		j.onfinish = nil
		done(nil)
	}
}

func (j *joint) Read(int) {
	if j.reader != nil {
		j.readWeb()
		return
	}
	if j.out == nil {
		return
	}
	for {
		v := j.r.invoke(j.out, "read")
		if goja.IsNull(v) {
			j.waiting = true
			return
		}
		if !j.rd.callPush(v) {
			return
		}
	}
}

// readWeb reads from a stream of the web until the Duplex has enough.
func (j *joint) readWeb() {
	j.r.awaitCall(func() goja.Value { return j.r.invoke(j.reader, "read") }, func(res goja.Value) {
		if truthy(res, "done") {
			j.rd.callPush(goja.Null())
			return
		}
		if j.rd.callPush(prop(res, "value")) {
			j.readWeb()
		}
	}, nothing) // its error comes through the pipeline
}

// whenReady calls fn when the stream of the web that is written to wants more, or done with its error.
func (j *joint) whenReady(fn func(), done func(err goja.Value)) {
	j.r.awaitCall(func() goja.Value { return prop(j.writer, "ready") }, func(goja.Value) { fn() }, func(err goja.Value) { done(errOf(err)) })
}

func (j *joint) Write(c Chunk, done func(err goja.Value)) {
	if j.writer != nil {
		chunk := c.JS(j.r)
		j.whenReady(func() {
			j.r.await(j.r.invoke(j.writer, "write", chunk), nothing, nothing)
			done(nil)
		}, done)
		return
	}
	enc := c.encoding()
	if bind.Truthy(j.r.invoke(j.in, "write", c.JS(j.r), enc)) {
		done(nil)
		return
	}
	j.ondrain = done
}

func (j *joint) Final(done func(err goja.Value)) {
	if j.writer != nil {
		j.whenReady(func() {
			j.r.await(j.r.invoke(j.writer, "close"), nothing, nothing)
			j.onfinish = done
		}, done)
		return
	}
	if j.in == nil {
		done(nil)
		return
	}
	j.r.invoke(j.in, "end")
	j.onfinish = done
}

func (j *joint) Destroy(err goja.Value, done func(err goja.Value)) {
	if err == nil && !j.hasClosed {
		err = j.r.h.Err.Abort(nil)
	}
	j.waiting, j.ondrain, j.onfinish = false, nil, nil
	if j.composed && j.out != nil && j.r.isNodeStream(j.out) {
		j.r.destroyer(j.out, err)
	}
	if j.hasClosed {
		done(err)
		return
	}
	j.closing = done
	if !j.composed {
		if j.in != nil {
			j.r.destroyer(j.in, err)
		}
		if j.out != nil {
			j.r.destroyer(j.out, err)
		}
	}
}

// onfinished is called when one of the streams has ended or failed.
func (j *joint) onfinished(err goja.Value) {
	done := j.closing
	j.closing, j.hasClosed = nil, true
	switch {
	case done != nil:
		done(err)
	case j.d == nil: // what was to be joined threw before there was a Duplex
	case err != nil:
		j.r.callDestroy(j.d, err)
	case j.composed && !j.readable && !j.writable:
		j.r.callDestroy(j.d, nil)
	}
}

// duplexOf joins a readable and a writable stream; either may be nil.
func (r *Room) duplexOf(rv, wv goja.Value) goja.Value {
	j := &joint{r: r}
	if rv != nil && !hasFunc(rv, "read") {
		rv = r.staticWrap(goja.FunctionCall{This: r.Readable.Ctor, Arguments: []goja.Value{rv}})
	}
	j.out, _ = rv.(*goja.Object)
	j.in, _ = wv.(*goja.Object)
	j.readable = rv != nil && bind.Truthy(r.isReadable(rv))
	j.writable = wv != nil && bind.Truthy(r.isWritable(wv))
	j.build(rv != nil && truthy(rv, "readableObjectMode"), wv != nil && truthy(wv, "writableObjectMode"))
	over := func(err goja.Value) {
		if err != nil && j.out != nil {
			r.destroyer(j.out, err)
		}
		j.onfinished(err)
	}
	if j.writable {
		r.Finished(j.in, FinishedOptions{}, over)
		j.listenDrain()
		r.on(j.in, "finish", false, func([]goja.Value) { j.finished() })
	}
	if j.readable {
		r.Finished(j.out, FinishedOptions{}, over)
		j.listenOut()
	}
	return j.d
}
