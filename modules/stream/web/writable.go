package web

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
)

// WritableStream is the state of a WritableStream.
type WritableStream struct {
	r             *Room
	obj           *goja.Object
	state         state
	storedError   goja.Value // nil: none
	backpressure  bool
	writer        *writer // nil: not locked
	controller    *writableController
	writeRequests []*Deferred
	inFlightWrite *Deferred
	closeRequest  *Deferred
	inFlightClose *Deferred
	abortRequest  *Deferred // [[pendingAbortRequest]]
	abortReason   goja.Value
	wasErroring   bool      // when abort was called
	end           *Deferred // what stream.finished waits for; nil until it does
}

func writableStream() class {
	return class{
		name: "WritableStream",
		is:   func(s any) bool { _, ok := s.(*WritableStream); return ok },
		construct: func(r *Room, this *goja.Object, args []goja.Value) any {
			sink := r.dictionary(args, 0, "sink", false)
			strategy := r.dictionary(args, 1, "strategy", true)
			if kind := bind.Property(sink, "type"); !bind.IsUndefined(kind) {
				panic(r.h.Err.InvalidArgRange("type", kind))
			}
			s := &WritableStream{r: r, obj: this, state: writable}
			bind.Own(this).Put(bind.Self, s)
			c := &writableController{r: r, stream: s}
			c.size = r.sizeAlgorithm(bind.Property(strategy, "size"))
			c.highWaterMark = r.highWaterMark(bind.Property(strategy, "highWaterMark"), 1)
			start := r.starter(sink, func() goja.Value { return c.object() })
			if write := r.callback(sink, "sink", "write"); write != nil {
				c.write = func(chunk goja.Value) goja.Value { return write(chunk, c.object()) }
			}
			if end := r.callback(sink, "sink", "close"); end != nil {
				c.close = func() goja.Value { return end() }
			}
			if abort := r.callback(sink, "sink", "abort"); abort != nil {
				c.abort = func(reason goja.Value) goja.Value { return abort(reason) }
			}
			c.begin(start)
			return s
		},
		members: []member{
			{name: "locked", kind: getter, fn: func(_ *Room, s any, _ []goja.Value) goja.Value {
				return bind.Bool(s.(*WritableStream).writer != nil)
			}},
			{name: "abort", kind: async, fn: func(_ *Room, s any, args []goja.Value) goja.Value {
				return s.(*WritableStream).free().abort(bind.Arg(args, 0)).Promise()
			}},
			{name: "close", kind: async, fn: func(r *Room, s any, _ []goja.Value) goja.Value {
				st := s.(*WritableStream).free()
				if st.closing() {
					panic(r.invalidState("Failure closing WritableStream"))
				}
				return st.close().Promise()
			}},
			{name: "getWriter", fn: func(r *Room, s any, _ []goja.Value) goja.Value {
				return r.object("WritableStreamDefaultWriter", s.(*WritableStream).getWriter())
			}},
		},
		fields: func(_ *Room, s any, o *goja.Object) {
			o.Set("locked", s.(*WritableStream).writer != nil)
			o.Set("state", string(s.(*WritableStream).state))
		},
	}
}

// newWritable makes a stream whose sink is c; start, which may be nil, returns what to wait for. CreateWritableStream
// of the standard.
func (r *Room) newWritable(c *writableController, start func() goja.Value) *WritableStream {
	s := &WritableStream{r: r, state: writable}
	s.obj = r.object("WritableStream", s)
	c.r, c.stream = r, s
	c.begin(start)
	return s
}

// free returns s if nobody writes to it, else it throws.
func (s *WritableStream) free() *WritableStream {
	if s.writer != nil {
		panic(s.r.invalidState("WritableStream is locked"))
	}
	return s
}

// abort is WritableStreamAbort.
func (s *WritableStream) abort(reason goja.Value) *Deferred {
	if s.state == closed || s.state == errored {
		return s.r.fulfilled()
	}
	s.controller.abortSignal(reason) // runs the program's listeners
	switch {
	case s.state == closed || s.state == errored:
		return s.r.fulfilled()
	case s.abortRequest != nil:
		return s.abortRequest
	}
	s.wasErroring = s.state == erroring
	if s.wasErroring {
		reason = goja.Undefined()
	}
	d := s.r.Deferred()
	s.abortRequest, s.abortReason = d, reason
	if !s.wasErroring {
		s.startErroring(reason)
	}
	return d
}

// close is WritableStreamClose.
func (s *WritableStream) close() *Deferred {
	if s.state == closed || s.state == errored {
		return s.r.broken(s.r.invalidState("WritableStream is closed"))
	}
	d := s.r.Deferred()
	s.closeRequest = d
	if s.writer != nil && s.backpressure && s.state == writable {
		s.writer.ready.Resolve(goja.Undefined())
	}
	s.controller.queue = append(s.controller.queue, queued{}) // the close sentinel: no chunk
	s.controller.advance()
	return d
}

// closing is WritableStreamCloseQueuedOrInFlight.
func (s *WritableStream) closing() bool { return s.closeRequest != nil || s.inFlightClose != nil }

// open reports whether s takes writes.
func (s *WritableStream) open() bool { return s.state == writable && !s.closing() }

// updateBackpressure is WritableStreamUpdateBackpressure.
func (s *WritableStream) updateBackpressure() {
	if !s.open() {
		return
	}
	full := s.controller.desiredSize() <= 0
	if w := s.writer; w != nil && full != s.backpressure {
		if full {
			w.ready = s.r.quiet()
		} else {
			w.ready.Resolve(goja.Undefined())
		}
	}
	s.backpressure = full
}

// startErroring is WritableStreamStartErroring.
func (s *WritableStream) startErroring(reason goja.Value) {
	s.state, s.storedError = erroring, reason
	if s.writer != nil {
		s.writer.ready = s.r.orRefused(s.writer.ready, reason)
	}
	if s.inFlightWrite == nil && s.inFlightClose == nil && s.controller.started {
		s.finishErroring()
	}
}

// finishErroring is WritableStreamFinishErroring.
func (s *WritableStream) finishErroring() {
	s.state = errored
	s.controller.queue, s.controller.queued = nil, 0
	requests := s.writeRequests
	s.writeRequests = nil
	for _, d := range requests {
		d.Reject(s.storedError)
	}
	d := s.abortRequest
	s.abortRequest = nil
	if d == nil {
		s.rejectClosed()
		return
	}
	if s.wasErroring {
		d.Reject(s.storedError)
		s.rejectClosed()
		return
	}
	p, abort := s.r.done, s.controller.abort
	s.controller.clearAlgorithms()
	if abort != nil {
		p = abort(s.abortReason)
	}
	s.r.Then(p, func(goja.Value) {
		d.Resolve(goja.Undefined())
		s.rejectClosed()
	}, func(err goja.Value) {
		d.Reject(err)
		s.rejectClosed()
	})
}

// rejectClosed is WritableStreamRejectCloseAndClosedPromiseIfNeeded.
func (s *WritableStream) rejectClosed() {
	if d := s.closeRequest; d != nil {
		s.closeRequest = nil
		d.Reject(s.storedError)
	}
	if s.end != nil {
		s.end.Reject(s.storedError)
	}
	if s.writer != nil {
		s.writer.closed.Reject(s.storedError)
	}
}

// dealWithRejection is WritableStreamDealWithRejection.
func (s *WritableStream) dealWithRejection(err goja.Value) {
	if s.state == writable {
		s.startErroring(err)
		return
	}
	s.finishErroring()
}

// finishClose is WritableStreamFinishInFlightClose.
func (s *WritableStream) finishClose() {
	d := s.inFlightClose
	s.inFlightClose = nil
	d.Resolve(goja.Undefined())
	if s.state == erroring {
		s.storedError = nil
		if a := s.abortRequest; a != nil {
			s.abortRequest = nil
			a.Resolve(goja.Undefined())
		}
	}
	s.state = closed
	if s.writer != nil {
		s.writer.closed.Resolve(goja.Undefined())
	}
	if s.end != nil {
		s.end.Resolve(goja.Undefined())
	}
}

// finishCloseWithError is WritableStreamFinishInFlightCloseWithError.
func (s *WritableStream) finishCloseWithError(err goja.Value) {
	d := s.inFlightClose
	s.inFlightClose = nil
	d.Reject(err)
	if a := s.abortRequest; a != nil {
		s.abortRequest = nil
		a.Reject(err)
	}
	s.dealWithRejection(err)
}

// ended returns what settles when the stream is closed or errored.
func (s *WritableStream) ended() *Deferred { return s.r.endOf(&s.end, s.state, s.storedError) }

// orRefused rejects d, or puts a rejected one in its place if it is settled.
func (r *Room) orRefused(d *Deferred, err goja.Value) *Deferred {
	if d.pending() {
		d.Reject(err)
		return d
	}
	return r.refused(err)
}

// writableController is the state of a WritableStreamDefaultController.
type writableController struct {
	r             *Room
	obj           *goja.Object // nil until a program sees it
	stream        *WritableStream
	started       bool
	queue         queue // an entry without a chunk is the close sentinel
	queued        float64
	highWaterMark float64
	size          sizeAlgorithm
	write         func(chunk goja.Value) goja.Value
	close         func() goja.Value
	abort         func(reason goja.Value) goja.Value
	signal        *events.AbortSignal // nil until a program sees it
	aborted       goja.Value          // why the signal is aborted; nil: it is not
}

func writableControllerClass() class {
	return class{
		name: "WritableStreamDefaultController",
		is:   func(s any) bool { _, ok := s.(*writableController); return ok },
		members: []member{
			{name: "signal", kind: getter, fn: func(r *Room, s any, _ []goja.Value) goja.Value {
				c := s.(*writableController)
				if c.signal == nil {
					c.signal = events.Targets.Of(r.h).NewSignal()
					if c.aborted != nil {
						events.Targets.Of(r.h).Abort(c.signal, c.aborted)
					}
				}
				return c.signal.Object()
			}},
			{name: "error", fn: func(_ *Room, s any, args []goja.Value) goja.Value {
				s.(*writableController).errorIfNeeded(bind.Arg(args, 0))
				return goja.Undefined()
			}},
		},
		fields: func(_ *Room, s any, o *goja.Object) { o.Set("stream", s.(*writableController).stream.obj) },
	}
}

func (c *writableController) object() *goja.Object {
	if c.obj == nil {
		c.obj = c.r.object("WritableStreamDefaultController", c)
	}
	return c.obj
}

// begin is SetUpWritableStreamDefaultController.
func (c *writableController) begin(start func() goja.Value) {
	s := c.stream
	s.controller = c
	s.updateBackpressure()
	c.r.started(start, func(goja.Value) {
		c.started = true
		c.advance()
	}, func(err goja.Value) {
		c.started = true
		s.dealWithRejection(err)
	})
}

// abortSignal aborts the signal of the controller.
func (c *writableController) abortSignal(reason goja.Value) {
	if c.aborted != nil {
		return
	}
	c.aborted = reason
	if c.signal != nil {
		events.Targets.Of(c.r.h).Abort(c.signal, reason)
	}
}

func (c *writableController) desiredSize() float64 { return c.highWaterMark - c.queued }

// clearAlgorithms is WritableStreamDefaultControllerClearAlgorithms.
func (c *writableController) clearAlgorithms() {
	c.write, c.close, c.abort, c.size = nil, nil, nil, nil
}

// errorIfNeeded is WritableStreamDefaultControllerErrorIfNeeded.
func (c *writableController) errorIfNeeded(err goja.Value) {
	if c.stream.state == writable {
		c.clearAlgorithms()
		c.stream.startErroring(err)
	}
}

// chunkSize is WritableStreamDefaultControllerGetChunkSize.
func (c *writableController) chunkSize(chunk goja.Value) (size goja.Value) {
	if err := c.r.try(func() { size = c.size.of(chunk) }); err != nil {
		c.errorIfNeeded(err)
		return bind.Int(1)
	}
	return size
}

// advance is WritableStreamDefaultControllerAdvanceQueueIfNeeded.
func (c *writableController) advance() {
	s := c.stream
	switch {
	case !c.started || s.inFlightWrite != nil:
		return
	case s.state == erroring:
		s.finishErroring()
		return
	case c.queue.empty():
		return
	}
	if chunk := c.queue[0].chunk; chunk != nil {
		c.processWrite(chunk)
		return
	}
	c.processClose()
}

// processWrite is WritableStreamDefaultControllerProcessWrite.
func (c *writableController) processWrite(chunk goja.Value) {
	s := c.stream
	s.inFlightWrite = s.writeRequests[0]
	s.writeRequests = s.writeRequests[1:]
	p := c.r.done
	if c.write != nil {
		p = c.write(chunk)
	}
	c.r.Then(p, func(goja.Value) {
		d := s.inFlightWrite
		s.inFlightWrite = nil
		d.Resolve(goja.Undefined())
		_, size := c.queue.take()
		c.queued = max(0, c.queued-size)
		s.updateBackpressure()
		c.advance()
	}, func(err goja.Value) {
		if s.state == writable {
			c.clearAlgorithms()
		}
		d := s.inFlightWrite
		s.inFlightWrite = nil
		d.Reject(err)
		s.dealWithRejection(err)
	})
}

// processClose is WritableStreamDefaultControllerProcessClose.
func (c *writableController) processClose() {
	s := c.stream
	s.inFlightClose, s.closeRequest = s.closeRequest, nil
	c.queue.take()
	p := c.r.done
	if c.close != nil {
		p = c.close()
	}
	c.clearAlgorithms()
	c.r.Then(p, func(goja.Value) { s.finishClose() }, s.finishCloseWithError)
}
