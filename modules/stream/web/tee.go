package web

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
)

// tee is what the two branches of a ReadableStream share. Branches are 0 and 1.
type tee struct {
	r        *Room
	source   *ReadableStream
	reader   *reader
	branch   [2]*ReadableStream
	reading  bool
	again    [2]bool // a branch wants more: byte streams only
	canceled [2]bool
	reason   [2]goja.Value
	result   *Deferred // of cancel
}

// tee is ReadableStreamTee. It throws if s is locked.
func (s *ReadableStream) tee() (a, b *ReadableStream) {
	t := &tee{r: s.r, source: s, reader: s.getReader(false), result: s.r.Deferred()}
	_, bytes := s.controller.(*byteController)
	for i := range t.branch {
		cancel := func(reason goja.Value) goja.Value { return t.cancel(i, reason) }
		if bytes {
			t.branch[i], _ = s.r.newByteStream(func() goja.Value {
				t.pullBytes(i)
				return s.r.done
			}, cancel)
			continue
		}
		t.branch[i] = s.r.newStream(nil, func() goja.Value {
			t.pull()
			return s.r.done
		}, cancel, 1, nil)
	}
	t.forwardError()
	return t.branch[0], t.branch[1]
}

// each calls fn for the branches that are not cancelled.
func (t *tee) each(fn func(i int)) {
	for i := range t.branch {
		if !t.canceled[i] {
			fn(i)
		}
	}
}

// forwardError breaks the branches when the source breaks while the present reader has it.
func (t *tee) forwardError() {
	rd := t.reader
	t.r.Then(rd.closed.Promise(), nil, func(err goja.Value) {
		if rd != t.reader {
			return
		}
		for _, b := range t.branch {
			b.controller.error(err)
		}
		t.settle()
	})
}

// settle fulfills what cancel of a branch returned, once there is nothing left to cancel.
func (t *tee) settle() {
	if !t.canceled[0] || !t.canceled[1] {
		t.result.Resolve(goja.Undefined())
	}
}

// cancel cancels a branch, and with the second one the source.
func (t *tee) cancel(i int, reason goja.Value) goja.Value {
	t.canceled[i], t.reason[i] = true, reason
	p := t.result.Promise()
	if t.canceled[1-i] {
		t.result.Resolve(t.source.cancel(t.r.vm.NewArray(t.reason[0], t.reason[1])))
	}
	return p
}

// pull reads a chunk for both branches.
func (t *tee) pull() {
	if t.reading {
		return
	}
	t.reading = true
	t.reader.read(&teeRead{t})
}

// teeRead is a read of a stream that is not one of bytes.
type teeRead struct{ *tee }

func (t *teeRead) chunk(v goja.Value) {
	t.r.Job(func() {
		t.reading = false
		t.each(func(i int) { t.branch[i].controller.(*defaultController).enqueue(v) })
	})
}

func (t *teeRead) close(goja.Value) {
	// Node v20 lib/internal/webstreams/readablestream.js: readableStreamDefaultTee. The standard has no tick here.
	t.r.h.Door.NextTick(modules.Func(func() {
		t.reading = false
		t.each(func(i int) { t.branch[i].controller.(*defaultController).close() })
		t.settle()
	}))
}

func (t *teeRead) fail(goja.Value) { t.reading = false }

func (t *tee) bytesOf(i int) *byteController { return t.branch[i].controller.(*byteController) }

// pullBytes reads for branch i, into its reader's memory if that is a BYOB reader.
func (t *tee) pullBytes(i int) {
	if t.reading {
		t.again[i] = true
		return
	}
	t.reading = true
	q := t.bytesOf(i).byobRequest()
	if byob := q != nil; t.reader.byob != byob {
		t.reader.release()
		t.reader = t.source.getReader(byob)
		t.forwardError()
	}
	if q == nil {
		t.reader.read(&teeBytes{t, -1})
		return
	}
	t.reader.readInto(q.view.(*goja.Object), 1, &teeBytes{t, i})
}

// teeBytes is a read of a byte stream; into is the branch whose memory it fills, -1 for none.
type teeBytes struct {
	*tee
	into int
}

func (t *teeBytes) chunk(v goja.Value) {
	t.r.Job(func() {
		t.again = [2]bool{}
		var copied goja.Value
		if !t.canceled[0] && !t.canceled[1] || t.into >= 0 && !t.canceled[1-t.into] {
			b, _ := buffer.Bytes(v)
			copied = t.r.bytes(t.r.vm.NewArrayBuffer(append([]byte(nil), b...)), 0, len(b))
		}
		switch {
		case t.into >= 0:
			if !t.canceled[t.into] {
				t.bytesOf(t.into).respondWithNewView(v)
			}
			if !t.canceled[1-t.into] {
				t.enqueue(1-t.into, copied)
			}
		default:
			t.each(func(i int) {
				if i == 1 && copied != nil {
					v = copied
				}
				t.enqueue(i, v)
			})
		}
		t.reading = false
		if t.again[0] {
			t.pullBytes(0)
		} else if t.again[1] {
			t.pullBytes(1)
		}
	})
}

func (t *teeBytes) enqueue(i int, v goja.Value) {
	ab, off, n, _ := buffer.View(v)
	c := t.bytesOf(i)
	if c.canCloseOrEnqueue() {
		c.enqueue(t.r.transfer(ab), off, n)
	}
}

func (t *teeBytes) close(v goja.Value) {
	t.reading = false
	t.each(func(i int) { t.bytesOf(i).close() })
	for i := range t.branch {
		c := t.bytesOf(i)
		switch {
		case i == t.into:
			if !bind.IsUndefined(v) && !t.canceled[i] {
				c.respondWithNewView(v)
			}
		case len(c.pending) > 0 && (t.into < 0 || !bind.IsUndefined(v) && !t.canceled[i]):
			c.respond(bind.Int(0))
		}
	}
	t.settle()
}

func (t *teeBytes) fail(goja.Value) { t.reading = false }
