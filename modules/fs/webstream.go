package fs

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/stream/web"
)

// webChunk is how many bytes a web stream over a FileHandle reads at once, as Node's.
const (
	webChunk      = 64 << 10
	webChunkBytes = 16 << 10 // with type 'bytes'
)

// handleStream feeds a web stream with the bytes of a FileHandle, which stays open until the stream is over.
type handleStream struct {
	r    *Room
	h    *handle
	over bool
	// One read at a time: two that run beside each other may end in another order.
	reading, again bool
}

// readableWebStream is fileHandle.readableWebStream([options]). A FileHandle has one such stream.
func (r *Room) readableWebStream(c goja.FunctionCall) goja.Value {
	state := func(text string) {
		panic(r.h.Err.New("ERR_INVALID_STATE", text))
	}
	h := handleOf(c.This)
	switch {
	case h == nil || h.fd < 0:
		state("The FileHandle is closed")
	case h.closing != nil:
		state("The FileHandle is closing")
	case h.locked:
		state("The FileHandle is locked")
	}
	h.locked = true
	kind := bind.Property(c.Argument(0), "type")
	if !bind.IsUndefined(kind) {
		r.h.Err.ValidateString(kind, "options.type")
	}
	s := &handleStream{r: r, h: h}
	w := web.Rooms.Of(r.h)
	var stream *web.ReadableStream
	if nodeerr.IsString(kind) && kind.String() == "bytes" {
		stream = web.Of(w.NewByteStream(s).Object())
	} else {
		var ctl *web.Controller
		ctl = w.NewReadable(web.Strategy{HighWaterMark: 1}, func() {
			s.read(webChunk, func(b []byte) { ctl.Enqueue(r.h.VM.ToValue(r.h.VM.NewArrayBuffer(b))) }, ctl.Close, ctl.Error)
		}, func(goja.Value) { s.end() })
		stream = ctl.Stream()
	}
	h.refs++
	bind.Invoke(r.h.VM, h.obj, "once", bind.String("close"), r.h.VM.ToValue(func(goja.FunctionCall) goja.Value {
		stream.Cancel(goja.Undefined())
		return goja.Undefined()
	}))
	return stream.Object()
}

func (s *handleStream) Pull(f *web.Feed) { s.read(webChunkBytes, f.Enqueue, f.Close, f.Error) }

func (s *handleStream) Cancel(_ goja.Value, done func(err goja.Value)) {
	s.end()
	done(nil)
}

// end lets the FileHandle go.
func (s *handleStream) end() {
	if !s.over {
		s.over = true
		s.r.release(s.h)
	}
}

// read reads at most n bytes with the handle's own method and gives them to got, or tells the end or the error.
func (s *handleStream) read(n int, got func(b []byte), end func(), fail func(err goja.Value)) {
	if s.over {
		return
	}
	if s.reading {
		s.again = true
		return
	}
	s.reading = true
	b := make([]byte, n)
	w := web.Rooms.Of(s.r.h)
	p := bind.Invoke(s.r.h.VM, s.h.obj, "read", s.r.buf.Wrap(b), bind.Int(0), bind.Int(n))
	w.Then(p, func(res goja.Value) {
		again := s.again
		s.reading, s.again = false, false
		if m := int(bind.Property(res, "bytesRead").ToInteger()); m > 0 && m <= n {
			if got(b[:m:m]); again && !s.reading {
				s.read(n, got, end, fail)
			}
			return
		}
		s.end()
		end()
	}, func(err goja.Value) {
		s.end()
		fail(err)
	})
}
