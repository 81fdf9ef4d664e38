package web

import (
	"github.com/dop251/goja"
)

// The Go side of web streams, for other rooms. All of it belongs to the loop goroutine, and is called with
// JavaScript allowed (below Host.Door or Host.Enter): to settle a read runs the program's code.

// Source feeds a stream that NewByteStream made.
type Source interface {
	// Pull asks for bytes: somebody reads, and there are none. It is not called again until the Feed has got
	// some. It may feed before it returns.
	Pull(f *Feed)
	// Cancel tells that nobody wants more: the source gives up what it holds. It calls done once, now or later,
	// with nil or with the error that the promise of cancel rejects with. It is not called after Close or Error.
	Cancel(reason goja.Value, done func(err goja.Value))
}

// Feed is the end of a byte stream that a Source fills.
type Feed struct {
	c      *byteController
	stream *ReadableStream
	pulled *Deferred // the pull that waits; nil: none does
}

// NewByteStream makes a ReadableStream of bytes which src feeds; chunks are Uint8Arrays, and BYOB readers work.
// Nothing is pulled before somebody reads.
func (r *Room) NewByteStream(src Source) *Feed {
	f := new(Feed)
	f.stream, f.c = r.newByteStream(func() goja.Value {
		d := r.quiet()
		f.pulled = d
		src.Pull(f)
		return d.Promise()
	}, func(reason goja.Value) goja.Value {
		d := r.Deferred()
		src.Cancel(reason, func(err goja.Value) {
			if err != nil {
				d.Reject(err)
				return
			}
			d.Resolve(goja.Undefined())
		})
		return d.Promise()
	})
	return f
}

// Object returns the ReadableStream.
func (f *Feed) Object() *goja.Object { return f.stream.obj }

// Open reports whether the stream still takes bytes: it was neither closed nor cancelled, and has no error.
func (f *Feed) Open() bool { return f.c.canCloseOrEnqueue() }

// DesiredSize is how many bytes the stream would like to have beyond what it holds; 0 or less with nobody reading.
func (f *Feed) DesiredSize() float64 { return f.c.desiredSize() }

// Enqueue gives bytes to the reader. b is given: the program may write to it. Without bytes, or when the stream is no
// longer open, it does nothing.
func (f *Feed) Enqueue(b []byte) {
	if len(b) == 0 || !f.Open() {
		return
	}
	f.c.enqueue(f.c.r.vm.NewArrayBuffer(b), 0, len(b))
	f.answered()
}

// Close ends the stream; what waits in it is still read.
func (f *Feed) Close() {
	if !f.Open() {
		return
	}
	f.c.close()
	if len(f.c.pending) > 0 && f.stream.state == closed {
		f.c.responded(0) // a BYOB reader gets its memory back
	}
	f.answered()
}

// Error breaks the stream: reads reject with err, what waits in it is lost.
func (f *Feed) Error(err goja.Value) {
	f.c.error(err)
	f.answered()
}

// answered tells the controller that it may pull again.
func (f *Feed) answered() {
	if d := f.pulled; d != nil {
		f.pulled = nil
		d.Resolve(goja.Undefined())
	}
}

// blobSource feeds the stream of a Blob.
type blobSource struct{ rest []byte }

// blobChunk is how many bytes of a Blob one chunk has.
const blobChunk = 64 << 10

func (s *blobSource) Pull(f *Feed) {
	n := min(len(s.rest), blobChunk)
	if n == 0 {
		f.Close()
		return
	}
	f.Enqueue(append([]byte(nil), s.rest[:n]...)) // a Blob never changes
	s.rest = s.rest[n:]
}

func (s *blobSource) Cancel(_ goja.Value, done func(err goja.Value)) {
	s.rest = nil
	done(nil)
}

// Of returns the state of v if that is a ReadableStream of this package, else nil.
func Of(v goja.Value) *ReadableStream {
	s, _ := stateOf(v).(*ReadableStream)
	return s
}

// IsReadableStream reports whether v is a ReadableStream.
func IsReadableStream(v goja.Value) bool { return Of(v) != nil }

// Object returns the JavaScript side of s.
func (s *ReadableStream) Object() *goja.Object { return s.obj }

// Locked reports whether somebody reads s.
func (s *ReadableStream) Locked() bool { return s.locked() }

// Disturbed reports whether s was ever read or cancelled.
func (s *ReadableStream) Disturbed() bool { return s.disturbed }

// Errored returns the error of s, nil if it has none. (An error may be any value, undefined too.)
func (s *ReadableStream) Errored() goja.Value {
	if s.state == errored {
		return s.storedError
	}
	return nil
}

// Cancel gives up s, which may be locked, and returns the promise of its source.
func (s *ReadableStream) Cancel(reason goja.Value) goja.Value { return s.cancel(reason) }

// Tee makes two streams of s, which is locked from then on. It throws if s is locked.
func (s *ReadableStream) Tee() (a, b *ReadableStream) { return s.tee() }

// Reader reads a ReadableStream from Go. The stream is locked until ReleaseLock.
type Reader struct{ rd *reader }

// Reader locks s; it throws a TypeError, ERR_INVALID_STATE, if s is locked.
func (s *ReadableStream) Reader() *Reader { return &Reader{s.getReader(false)} }

// Read asks for the next chunk and calls back once, before it returns or later: with a chunk, which is any value; with
// done at the end; or with the error of the stream. The bytes of a chunk are the program's (buffer.Bytes lends them).
func (r *Reader) Read(fn func(chunk goja.Value, done bool, err goja.Value)) {
	r.rd.read(readFunc(fn))
}

// Cancel gives up the stream and returns the promise of its source.
func (r *Reader) Cancel(reason goja.Value) goja.Value { return r.rd.stream.cancel(reason) }

// ReleaseLock lets others read the stream. Reads that wait are called back with a TypeError.
func (r *Reader) ReleaseLock() {
	if r.rd.stream != nil {
		r.rd.release()
	}
}

// readFunc is a read of Go's.
type readFunc func(chunk goja.Value, done bool, err goja.Value)

func (f readFunc) chunk(v goja.Value)  { f(v, false, nil) }
func (f readFunc) close(goja.Value)    { f(goja.Undefined(), true, nil) }
func (f readFunc) fail(err goja.Value) { f(nil, false, err) }
