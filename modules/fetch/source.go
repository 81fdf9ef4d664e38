package fetch

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/stream/web"
)

// source is where the bytes of a body come from.
type source interface {
	// next calls done once, now or later: with bytes, which are given and of which there is at least one, with
	// nil at the end, or with what went wrong.
	next(done func(chunk []byte, err goja.Value))
	// cancel tells that nobody wants more.
	cancel(reason goja.Value)
}

// readAll reads src to its end; chunk is called with all that comes, which is given.
func readAll(src source, chunk func(b []byte), end func(err goja.Value)) {
	for {
		inside, again := true, false
		src.next(func(b []byte, err goja.Value) {
			if err != nil || b == nil {
				end(err)
				return
			}
			chunk(b)
			if again = inside; !again {
				readAll(src, chunk, end)
			}
		})
		if inside = false; !again {
			return
		}
	}
}

// pieces is a source that has everything; the bytes are lent.
type pieces [][]byte

func (p *pieces) next(done func(chunk []byte, err goja.Value)) {
	for len(*p) > 0 {
		b := (*p)[0]
		if *p = (*p)[1:]; len(b) > 0 {
			done(append([]byte(nil), b...), nil) // the program may write to it
			return
		}
	}
	done(nil, nil)
}

func (p *pieces) cancel(goja.Value) { *p = nil }

// iteration is a source that is an async iterator of the program's, of what Buffer.from takes.
type iteration struct {
	r  *Room
	it *goja.Object
}

func (i *iteration) next(done func(chunk []byte, err goja.Value)) {
	r := i.r
	fail := func(err goja.Value) { done(nil, err) }
	r.settled(func() goja.Value { return bind.Invoke(r.vm, i.it, "next") }, func(step goja.Value) {
		var b []byte
		if err := r.thrown(func() {
			if bind.Truthy(bind.Property(step, "done")) {
				return
			}
			v := bind.Property(step, "value")
			from, _ := bind.ToCallable(r.buffers.Buffer.Ctor.Get("from"))
			shown, _ := buffer.Bytes(from.Call(r.buffers.Buffer.Ctor, v))
			b = append([]byte{}, shown...)
		}); err != nil {
			fail(err)
		} else if b != nil && len(b) == 0 {
			i.next(done)
		} else {
			done(b, nil)
		}
	}, fail)
}

func (i *iteration) cancel(goja.Value) {
	if back, ok := bind.ToCallable(i.it.Get("return")); ok {
		i.r.settled(func() goja.Value { return back.Call(i.it) }, func(goja.Value) {}, func(goja.Value) {})
	}
}

// reading is a source that is a ReadableStream of Uint8Arrays.
type reading struct {
	r  *Room
	rd *web.Reader
}

func (s *reading) next(done func(chunk []byte, err goja.Value)) {
	s.rd.Read(func(chunk goja.Value, end bool, err goja.Value) {
		switch {
		case err != nil:
			done(nil, err)
		case end:
			done(nil, nil)
		case !buffer.IsUint8Array(chunk):
			done(nil, s.r.typeError("Received non-Uint8Array chunk"))
		default:
			b, _ := buffer.Bytes(chunk)
			if len(b) == 0 {
				s.next(done)
				return
			}
			done(append([]byte(nil), b...), nil)
		}
	})
}

func (s *reading) cancel(reason goja.Value) {
	s.r.settled(func() goja.Value { return s.rd.Cancel(reason) }, func(goja.Value) {}, func(goja.Value) {})
}

// streamed feeds the ReadableStream that a program sees with a source.
type streamed struct{ src source }

// Pull implements web.Source.
func (s streamed) Pull(f *web.Feed) {
	s.src.next(func(chunk []byte, err goja.Value) {
		switch {
		case err != nil:
			f.Error(err)
		case chunk == nil:
			f.Close()
		default:
			f.Enqueue(chunk)
		}
	})
}

// Cancel implements web.Source.
func (s streamed) Cancel(reason goja.Value, done func(err goja.Value)) {
	s.src.cancel(reason)
	done(nil)
}

// breakable is a source that can break between two reads.
type breakable interface {
	source
	// onBreak has fn called when that happens.
	onBreak(fn func(err goja.Value))
}

// newStream makes the ReadableStream of a source.
func (r *Room) newStream(src source) *web.ReadableStream {
	feed := r.web.NewByteStream(streamed{src})
	if b, ok := src.(breakable); ok {
		b.onBreak(feed.Error)
	}
	return web.Of(feed.Object())
}

// thrown runs fn and returns what it threw, nil for nothing.
func (r *Room) thrown(fn func()) goja.Value {
	if ex := r.vm.Try(fn); ex != nil {
		return ex.Value()
	}
	return nil
}

// settled calls ok or fail, later, with what becomes of the promise or value that fn returns.
func (r *Room) settled(fn func() goja.Value, ok, fail func(v goja.Value)) {
	p, resolve, reject := r.vm.NewPromise()
	var v goja.Value
	if err := r.thrown(func() { v = fn() }); err != nil {
		_ = reject(err)
	} else {
		_ = resolve(v)
	}
	r.promiseThen.Call(r.vm.ToValue(p), r.callback(ok), r.callback(fail))
}

func (r *Room) callback(fn func(v goja.Value)) goja.Value {
	return r.vm.ToValue(func(c goja.FunctionCall) goja.Value {
		fn(c.Argument(0))
		return goja.Undefined()
	})
}
