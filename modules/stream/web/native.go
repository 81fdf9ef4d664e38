package web

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// Streams of any chunks whose other end is Go. See source.go for who may call what.

// Strategy is a queuing strategy: how much a stream holds before it asks to wait.
type Strategy struct {
	HighWaterMark float64
	Size          func(chunk goja.Value) goja.Value // nil: each chunk counts one
}

// StrategyOf reads the strategy that a program gave; it throws as the constructor of a stream does.
func (r *Room) StrategyOf(v goja.Value) Strategy {
	size := bind.Property(v, "size")
	return Strategy{r.highWaterMark(bind.Property(v, "highWaterMark"), 1), r.sizeAlgorithm(size)}
}

// ByteLength is the size function of a ByteLengthQueuingStrategy.
func ByteLength(chunk goja.Value) goja.Value { return bind.Property(chunk, "byteLength") }

// Controller is the end of a ReadableStream that Go fills with NewReadable.
type Controller struct{ c *defaultController }

// NewReadable makes a ReadableStream. pull is called when it wants chunks, and again once it has them; cancel when
// nobody wants more.
func (r *Room) NewReadable(st Strategy, pull func(), cancel func(reason goja.Value)) *Controller {
	s := r.newStream(nil, func() goja.Value {
		return r.promiseOf(func() goja.Value { pull(); return nil })
	}, func(reason goja.Value) goja.Value {
		return r.promiseOf(func() goja.Value { cancel(reason); return nil })
	}, st.HighWaterMark, st.Size)
	return &Controller{s.controller.(*defaultController)}
}

// Stream returns the stream.
func (c *Controller) Stream() *ReadableStream { return c.c.stream }

// Open reports whether the stream takes chunks.
func (c *Controller) Open() bool { return c.c.canCloseOrEnqueue() }

// DesiredSize is how much more the stream wants to hold; 0 or less: it wants to wait.
func (c *Controller) DesiredSize() float64 { return c.c.desiredSize() }

// Enqueue gives a chunk to the reader; nothing, if the stream is not open. It throws what the strategy throws.
func (c *Controller) Enqueue(chunk goja.Value) { c.c.enqueue(chunk) }

// Close ends the stream once its chunks are read.
func (c *Controller) Close() { c.c.close() }

// Error breaks the stream.
func (c *Controller) Error(err goja.Value) { c.c.error(err) }

// Sink is what is done with the chunks of a WritableStream. The functions return promises, or nil when they are done.
type Sink struct {
	Write func(chunk goja.Value) goja.Value
	Close func() goja.Value
	Abort func(reason goja.Value) goja.Value
}

// NewWritable makes a WritableStream. breaks errors it.
func (r *Room) NewWritable(st Strategy, k Sink) (s *WritableStream, breaks func(err goja.Value)) {
	c := &writableController{highWaterMark: st.HighWaterMark, size: st.Size,
		write: func(chunk goja.Value) goja.Value { return r.promiseOf(func() goja.Value { return k.Write(chunk) }) },
		close: func() goja.Value { return r.promiseOf(k.Close) },
		abort: func(reason goja.Value) goja.Value { return r.promiseOf(func() goja.Value { return k.Abort(reason) }) },
	}
	return r.newWritable(c, nil), c.errorIfNeeded
}

// Object returns the JavaScript side of s.
func (s *WritableStream) Object() *goja.Object { return s.obj }

// Close closes s, to which nobody may write now.
func (s *WritableStream) Close() { s.close().quiet = true }

// WritableOf returns the state of v if that is a WritableStream of this package, else nil.
func WritableOf(v goja.Value) *WritableStream {
	s, _ := stateOf(v).(*WritableStream)
	return s
}

// Writer writes to a WritableStream from Go. The stream is locked from then on.
type Writer struct{ w *writer }

// Writer locks s; it throws a TypeError, ERR_INVALID_STATE, if s is locked.
func (s *WritableStream) Writer() *Writer { return &Writer{s.getWriter()} }

// Ready settles when the stream wants more.
func (w *Writer) Ready() *Deferred { return w.w.ready }

// Closed settles when the stream is closed or broken.
func (w *Writer) Closed() *Deferred { return w.w.closed }

// Write writes a chunk.
func (w *Writer) Write(chunk goja.Value) *Deferred { return w.w.write(chunk) }

// Close closes the stream.
func (w *Writer) Close() *Deferred {
	if w.w.stream.closing() {
		return w.w.r.broken(w.w.r.invalidState("Failure to close WritableStream"))
	}
	return w.w.stream.close()
}

// Abort breaks the stream: what waits in it is lost.
func (w *Writer) Abort(reason goja.Value) *Deferred { return w.w.stream.abort(reason) }

// Closed settles when the stream of r is closed or broken.
func (r *Reader) Closed() *Deferred { return r.rd.closed }

// Ended returns what settles when v, a ReadableStream or WritableStream, has ended: fulfilled if it is closed,
// rejected with its error. nil: v is neither.
func Ended(v goja.Value) *Deferred {
	switch s := stateOf(v).(type) {
	case *ReadableStream:
		return s.ended()
	case *WritableStream:
		return s.ended()
	}
	return nil
}

// Break errors v, a ReadableStream or WritableStream, from outside. It reports whether v is one.
func Break(v goja.Value, err goja.Value) bool {
	switch s := stateOf(v).(type) {
	case *ReadableStream:
		s.controller.error(err)
	case *WritableStream:
		s.controller.errorIfNeeded(err)
	default:
		return false
	}
	return true
}
