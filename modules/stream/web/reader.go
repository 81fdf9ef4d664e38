package web

import (
	"math"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
)

// readRequest is a read that waits, of either reader. One of the methods is called, once.
type readRequest interface {
	chunk(v goja.Value)
	// close tells the end. v is undefined, or the empty view of a BYOB reader.
	close(v goja.Value)
	fail(err goja.Value)
}

// reader is the state of a ReadableStreamDefaultReader or, with byob, of a ReadableStreamBYOBReader.
type reader struct {
	byob     bool
	stream   *ReadableStream // nil: released
	requests []readRequest
	closed   *Deferred
}

func defaultReader() class {
	return readerClass("ReadableStreamDefaultReader", "readRequests", false, member{name: "read", kind: async,
		fn: func(r *Room, s any, _ []goja.Value) goja.Value {
			rd := r.attached(s)
			req := &readPromise{r.Deferred()}
			rd.read(req)
			return req.Promise()
		}})
}

func byobReader() class {
	return readerClass("ReadableStreamBYOBReader", "readIntoRequests", true, member{name: "read", length: 1, kind: async,
		fn: func(r *Room, s any, args []goja.Value) goja.Value {
			view, min := r.viewToFill(args)
			rd := r.attached(s)
			req := &readPromise{r.Deferred()}
			rd.readInto(view, min, req)
			return r.resolved(req.Promise()) // it is an async function
		}})
}

func readerClass(name, requests string, byob bool, read member) class {
	return class{
		name: name, length: 1,
		is: func(s any) bool { rd, ok := s.(*reader); return ok && rd.byob == byob },
		construct: func(r *Room, _ *goja.Object, args []goja.Value) any {
			s, ok := stateOf(bind.Arg(args, 0)).(*ReadableStream)
			if !ok {
				panic(r.h.Err.InvalidArgType("stream", []string{"ReadableStream"}, bind.Arg(args, 0)))
			}
			return s.getReader(byob)
		},
		members: []member{
			read,
			{name: "releaseLock", fn: func(_ *Room, s any, _ []goja.Value) goja.Value {
				if rd := s.(*reader); rd.stream != nil {
					rd.release()
				}
				return goja.Undefined()
			}},
			{name: "closed", kind: promise, fn: func(_ *Room, s any, _ []goja.Value) goja.Value { return s.(*reader).closed.Promise() }},
			{name: "cancel", kind: async, fn: func(r *Room, s any, args []goja.Value) goja.Value {
				return r.attached(s).stream.cancel(bind.Arg(args, 0))
			}},
		},
		fields: func(_ *Room, s any, o *goja.Object) {
			rd := s.(*reader)
			var stream goja.Value = goja.Undefined()
			if rd.stream != nil {
				stream = rd.stream.obj
			}
			o.Set("stream", stream)
			o.Set(requests, len(rd.requests))
			o.Set("close", rd.closed.Promise())
		},
	}
}

// attached returns the reader if it has its stream, else it throws.
func (r *Room) attached(s any) *reader {
	rd := s.(*reader)
	if rd.stream == nil {
		panic(r.invalidState("The reader is not attached to a stream"))
	}
	return rd
}

// getReader is AcquireReadableStreamDefaultReader, and …BYOBReader. It throws if the stream is locked.
func (s *ReadableStream) getReader(byob bool) *reader {
	if s.locked() {
		panic(s.r.invalidState("ReadableStream is locked"))
	}
	if _, ok := s.controller.(*byteController); byob && !ok {
		panic(s.r.h.Err.InvalidArgValue("stream", s.obj, "must be a byte stream"))
	}
	rd := &reader{byob: byob, stream: s, closed: s.r.quiet()}
	s.reader = rd
	switch s.state {
	case closed:
		rd.closed.Resolve(goja.Undefined())
	case errored:
		rd.closed.Reject(s.storedError)
	}
	return rd
}

// take returns the reads that wait, which nobody else will answer then.
func (rd *reader) take() []readRequest {
	all := rd.requests
	rd.requests = nil
	return all
}

// fail is …ReaderErrorReadRequests.
func (rd *reader) fail(err goja.Value) {
	for _, req := range rd.take() {
		req.fail(err)
	}
}

// release is ReadableStreamDefaultReaderRelease, and …BYOBReaderRelease.
func (rd *reader) release() {
	r := rd.stream.r
	rd.unlock()
	rd.fail(r.kept(&r.releasing, "Releasing reader"))
}

// unlock is ReadableStreamReaderGenericRelease.
func (rd *reader) unlock() {
	s := rd.stream
	err := s.r.kept(&s.r.released, "Reader released")
	if s.state == readable {
		rd.closed.Reject(err)
	} else {
		rd.closed = s.r.refused(err)
	}
	s.controller.releaseSteps()
	s.reader, rd.stream = nil, nil
}

// read is ReadableStreamDefaultReaderRead. The request may be answered before it returns.
func (rd *reader) read(req readRequest) {
	s := rd.stream
	s.disturbed = true
	switch s.state {
	case closed:
		req.close(goja.Undefined())
	case errored:
		req.fail(s.storedError)
	default:
		s.controller.pullSteps(req)
	}
}

// readInto is ReadableStreamBYOBReaderRead.
func (rd *reader) readInto(view *goja.Object, min int, req readRequest) {
	s := rd.stream
	s.disturbed = true
	if s.state == errored {
		req.fail(s.storedError)
		return
	}
	s.controller.(*byteController).pullInto(view, min, req)
}

// readPromise is a read of JavaScript's.
type readPromise struct{ *Deferred }

func (p *readPromise) chunk(v goja.Value)  { p.Resolve(p.r.result(v, false)) }
func (p *readPromise) close(v goja.Value)  { p.Resolve(p.r.result(v, true)) }
func (p *readPromise) fail(err goja.Value) { p.Reject(err) }

// result makes {value, done}, or for the end of an iteration {done, value}.
func (r *Room) result(v goja.Value, done bool) *goja.Object {
	o := r.vm.NewObject()
	o.DefineDataProperty("value", v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	o.DefineDataProperty("done", bind.Bool(done), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	return o
}

// viewToFill validates the arguments of the read of a BYOB reader: the view, and how many of its elements must be
// filled at least.
func (r *Room) viewToFill(args []goja.Value) (view *goja.Object, min int) {
	v := bind.Arg(args, 0)
	if _, _, _, ok := buffer.View(v); !ok {
		panic(r.h.Err.InvalidArgType("view", []string{"Buffer", "TypedArray", "DataView"}, v))
	}
	view = v.(*goja.Object)
	opts := r.dictionary(args, 1, "options", true)
	size := int(bind.Property(view, "byteLength").ToInteger())
	if ab, _, _, _ := buffer.View(view); size == 0 || ab.Detached() || len(ab.Bytes()) == 0 {
		panic(r.invalidState("View or Viewed ArrayBuffer is zero-length or detached"))
	}
	least := bind.Property(opts, "min")
	if bind.IsNullish(least) {
		return view, 1
	}
	f := r.h.Err.ValidateNumber(least, "options.min", math.NaN(), math.NaN())
	switch {
	case f != math.Trunc(f) || math.IsInf(f, 0):
		panic(r.h.Err.InvalidArgValue("options.min", least, "must be an integer"))
	case f <= 0:
		panic(r.h.Err.InvalidArgValue("options.min", least, "must be greater than 0"))
	}
	if each := elementSize(view); each > 0 {
		if f > float64(size/each) {
			panic(r.h.Err.OutOfRange("options.min", "<= view.length", least))
		}
	} else if f > float64(size) {
		panic(r.h.Err.OutOfRange("options.min", "<= view.byteLength", least))
	}
	return view, int(f)
}
