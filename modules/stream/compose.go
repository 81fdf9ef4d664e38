package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// compose is stream.compose: a line of streams as one Duplex.
func (r *Room) compose(streams []goja.Value) goja.Value {
	switch len(streams) {
	case 0:
		panic(r.h.Err.New("ERR_MISSING_ARGS", `The "streams" argument`))
	case 1:
		return r.duplexify(streams[0], "body")
	}
	given := streams
	streams = append([]goja.Value(nil), streams...)
	last := len(streams) - 1
	for _, i := range []int{0, last} {
		if bind.IsFunction(streams[i]) {
			streams[i] = r.duplexify(streams[i], "body")
		}
	}
	for i, s := range streams {
		if !r.isNodeStream(s) && !r.isWebStream(s) {
			continue
		}
		name := "streams[" + bind.Int(i).String() + "]"
		if i < last && !r.canRead(s) {
			panic(r.h.Err.InvalidArgValue(name, given[i], "must be readable"))
		}
		if i > 0 && !r.canWrite(s) {
			panic(r.h.Err.InvalidArgValue(name, given[i], "must be writable"))
		}
	}
	j := &joint{r: r, composed: true}
	tail := r.pipeline(streams, func(err, _ goja.Value) { j.onfinished(err) }, goja.Undefined())
	j.in, _ = streams[0].(*goja.Object)
	j.out, _ = tail.(*goja.Object)
	j.writable, j.readable = r.canWrite(streams[0]), r.canRead(tail)
	j.build(truthy(tail, "readableObjectMode"), truthy(streams[0], "writableObjectMode"))
	if j.writable {
		if r.isNodeStream(j.in) {
			j.listenDrain()
		} else {
			j.writer = r.invoke(r.half(j.in, "writable"), "getWriter").(*goja.Object)
		}
		r.finishedOptions(r.half(j.out, "readable"), goja.Undefined(), func(*goja.Object, goja.Value) { j.finished() })
	}
	if j.readable {
		if r.isNodeStream(j.out) {
			j.listenOut()
		} else {
			j.reader = r.invoke(r.half(j.out, "readable"), "getReader").(*goja.Object)
		}
	}
	return j.d
}

// canRead and canWrite are asked of streams of Node and of the web.
func (r *Room) canRead(v goja.Value) bool {
	return bind.Truthy(r.isReadable(v)) || r.isReadableStream(v) || r.isTransformStream(v)
}

func (r *Room) canWrite(v goja.Value) bool {
	return bind.Truthy(r.isWritable(v)) || r.isWritableStream(v) || r.isTransformStream(v)
}

// half returns one side of a TransformStream; any other stream is its own.
func (r *Room) half(o *goja.Object, name string) *goja.Object {
	if h, ok := prop(o, name).(*goja.Object); ok && r.isTransformStream(o) {
		return h
	}
	return o
}

// composeOperator is readable.compose(stream).
func (r *Room) composeOperator(c goja.FunctionCall) goja.Value {
	s := c.Argument(0)
	sig := r.operatorOptions(c.Argument(1))
	if r.isNodeStream(s) && !r.canWrite(s) {
		panic(r.h.Err.InvalidArgValue("stream", s, "must be writable"))
	}
	d := r.compose([]goja.Value{c.This, s})
	if sig != nil {
		r.addAbortSignalNoValidate(sig, d.(*goja.Object))
	}
	return d
}
