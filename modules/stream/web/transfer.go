package web

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// Streams in the transfer list of structuredClone or postMessage. What takes over is another stream, and a pipe between
// the two, whose chunks are cloned: cross-realm transforms of the standard. Both ends are in this runtime, since a
// message does not leave it.

// Transfer makes the stream that takes over what comes out of s.
func (s *ReadableStream) Transfer() (to *goja.Object, commit func()) {
	s.r.mustBeFree(s.locked(), "ReadableStream")
	t := s.r.newCloning()
	return t.readable.obj, func() { s.r.join(s, t.writable) }
}

// Transfer makes the stream that takes over what goes into s.
func (s *WritableStream) Transfer() (to *goja.Object, commit func()) {
	s.r.mustBeFree(s.writer != nil, "WritableStream")
	t := s.r.newCloning()
	return t.writable.obj, func() { s.r.join(t.readable, s) }
}

// Transfer makes the stream that takes over both sides of t.
func (t *TransformStream) Transfer() (to *goja.Object, commit func()) {
	t.r.mustBeFree(t.readable.locked(), "ReadableStream")
	t.r.mustBeFree(t.writable.writer != nil, "WritableStream")
	out, readable := t.readable.Transfer()
	in, writable := t.writable.Transfer()
	moved := &TransformStream{r: t.r, readable: Of(out), writable: WritableOf(in)}
	moved.obj = t.r.object("TransformStream", moved)
	return moved.obj, func() {
		readable()
		writable()
	}
}

func (r *Room) mustBeFree(locked bool, name string) {
	if !locked {
		return
	}
	err, ex := r.vm.New(r.util("DOMException"), bind.String("Cannot transfer a locked "+name), bind.String("DataCloneError"))
	if ex != nil {
		bind.Rethrow(ex)
	}
	panic(err)
}

// util returns what the room of util has for the global object.
func (r *Room) util(name string) goja.Value {
	return r.h.Builtin("gonode:util").(*goja.Object).Get(name)
}

// newCloning makes a TransformStream that clones.
func (r *Room) newCloning() *TransformStream {
	var c *transformController
	c = r.newTransform(transformer{transform: func(chunk goja.Value) goja.Value {
		return r.promiseOf(func() goja.Value {
			c.enqueue(bind.Call(r.util("structuredClone"), goja.Undefined(), chunk))
			return nil
		})
	}})
	return c.stream
}

// join pipes for as long as both last.
func (r *Room) join(from *ReadableStream, to *WritableStream) {
	(&pipe{r: r, source: from, dest: to}).start().quiet = true
}
