package web

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// writer is the state of a WritableStreamDefaultWriter.
type writer struct {
	r             *Room
	stream        *WritableStream // nil: released
	closed, ready *Deferred
}

func writerClass() class {
	return class{
		name: "WritableStreamDefaultWriter", length: 1,
		is: func(s any) bool { _, ok := s.(*writer); return ok },
		construct: func(r *Room, _ *goja.Object, args []goja.Value) any {
			s, ok := stateOf(bind.Arg(args, 0)).(*WritableStream)
			if !ok {
				panic(r.h.Err.InvalidArgType("stream", []string{"WritableStream"}, bind.Arg(args, 0)))
			}
			return s.getWriter()
		},
		members: []member{
			{name: "closed", kind: promise, fn: func(_ *Room, s any, _ []goja.Value) goja.Value { return s.(*writer).closed.Promise() }},
			{name: "desiredSize", kind: getter, fn: func(_ *Room, s any, _ []goja.Value) goja.Value { return s.(*writer).desiredSize() }},
			{name: "ready", kind: promise, fn: func(_ *Room, s any, _ []goja.Value) goja.Value { return s.(*writer).ready.Promise() }},
			{name: "abort", kind: async, fn: func(_ *Room, s any, args []goja.Value) goja.Value {
				return s.(*writer).bound().stream.abort(bind.Arg(args, 0)).Promise()
			}},
			{name: "close", kind: async, fn: func(r *Room, s any, _ []goja.Value) goja.Value {
				w := s.(*writer).bound()
				if w.stream.closing() {
					panic(r.invalidState("Failure to close WritableStream"))
				}
				return w.stream.close().Promise()
			}},
			{name: "releaseLock", fn: func(_ *Room, s any, _ []goja.Value) goja.Value {
				if w := s.(*writer); w.stream != nil {
					w.release()
				}
				return goja.Undefined()
			}},
			{name: "write", kind: async, fn: func(_ *Room, s any, args []goja.Value) goja.Value {
				return s.(*writer).bound().write(bind.Arg(args, 0)).Promise()
			}},
		},
		fields: func(_ *Room, s any, o *goja.Object) {
			w := s.(*writer)
			o.Set("stream", w.bound().stream.obj)
			o.Set("close", w.closed.Promise())
			o.Set("ready", w.ready.Promise())
			o.Set("desiredSize", w.desiredSize())
		},
	}
}

// getWriter is AcquireWritableStreamDefaultWriter. It throws if the stream is locked.
func (s *WritableStream) getWriter() *writer {
	w := &writer{r: s.r, stream: s.free(), closed: s.r.quiet(), ready: s.r.fulfilled()}
	s.writer = w
	switch s.state {
	case writable:
		if !s.closing() && s.backpressure {
			w.ready = s.r.quiet()
		}
	case erroring:
		w.ready = s.r.refused(s.storedError)
	case closed:
		w.closed.Resolve(goja.Undefined())
	default:
		w.ready = s.r.refused(s.storedError)
		w.closed.Reject(s.storedError)
	}
	return w
}

// bound returns w if it has its stream, else it throws.
func (w *writer) bound() *writer {
	if w.stream == nil {
		panic(w.r.invalidState("Writer is not bound to a WritableStream"))
	}
	return w
}

// desiredSize is WritableStreamDefaultWriterGetDesiredSize.
func (w *writer) desiredSize() goja.Value {
	switch w.bound().stream.state {
	case errored, erroring:
		return goja.Null()
	case closed:
		return bind.Int(0)
	}
	return number(w.stream.controller.desiredSize())
}

// write is WritableStreamDefaultWriterWrite.
func (w *writer) write(chunk goja.Value) *Deferred {
	s, d := w.stream, w.r.Deferred()
	c := s.controller
	size := c.chunkSize(chunk) // runs the program's code
	switch {
	case s != w.stream:
		d.Reject(w.r.invalidState("Mismatched WritableStreams"))
	case s.state == errored:
		d.Reject(s.storedError)
	case s.closing() || s.state == closed:
		d.Reject(w.r.invalidState("WritableStream is closed"))
	case s.state == erroring:
		d.Reject(s.storedError)
	default:
		s.writeRequests = append(s.writeRequests, d)
		// WritableStreamDefaultControllerWrite
		if err := w.r.try(func() { c.queued += c.queue.add(w.r, chunk, size) }); err != nil {
			c.errorIfNeeded(err)
			break
		}
		s.updateBackpressure()
		c.advance()
	}
	return d
}

// closeWithErrorPropagation is WritableStreamDefaultWriterCloseWithErrorPropagation.
func (w *writer) closeWithErrorPropagation() *Deferred {
	s := w.stream
	switch {
	case s.closing() || s.state == closed:
		return w.r.fulfilled()
	case s.state == errored:
		return w.r.broken(s.storedError)
	}
	return s.close()
}

// release is WritableStreamDefaultWriterRelease.
func (w *writer) release() {
	err := w.r.kept(&w.r.letGone, "Writer has been released")
	w.ready = w.r.orRefused(w.ready, err)
	w.closed = w.r.orRefused(w.closed, err)
	w.stream.writer, w.stream = nil, nil
}
