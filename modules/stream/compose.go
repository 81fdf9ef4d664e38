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
		if isFunction(streams[i]) {
			streams[i] = r.duplexify(streams[i], "body")
		}
	}
	for i, s := range streams {
		if !r.isNodeStream(s) {
			continue
		}
		name := "streams[" + bind.Int(i).String() + "]"
		if i < last && !bind.Truthy(r.isReadable(s)) {
			panic(r.h.Err.InvalidArgValue(name, given[i], "must be readable"))
		}
		if i > 0 && !bind.Truthy(r.isWritable(s)) {
			panic(r.h.Err.InvalidArgValue(name, given[i], "must be writable"))
		}
	}
	j := &joint{r: r, composed: true}
	tail := r.pipeline(streams, func(err, _ goja.Value) { j.onfinished(err) }, goja.Undefined())
	j.in, _ = streams[0].(*goja.Object)
	j.out, _ = tail.(*goja.Object)
	j.writable = bind.Truthy(r.isWritable(streams[0]))
	j.readable = bind.Truthy(r.isReadable(tail))
	j.build(truthy(tail, "readableObjectMode"), truthy(streams[0], "writableObjectMode"))
	if j.writable {
		j.listenDrain()
		r.Finished(j.out, FinishedOptions{}, func(goja.Value) { j.finished() })
	}
	if j.readable {
		j.listenOut()
	}
	return j.d
}

// composeOperator is readable.compose(stream).
func (r *Room) composeOperator(c goja.FunctionCall) goja.Value {
	s := c.Argument(0)
	sig := r.operatorOptions(c.Argument(1))
	if r.isNodeStream(s) && !bind.Truthy(r.isWritable(s)) {
		panic(r.h.Err.InvalidArgValue("stream", s, "must be writable"))
	}
	d := r.compose([]goja.Value{c.This, s})
	if sig != nil {
		r.addAbortSignalNoValidate(sig, d.(*goja.Object))
	}
	return d
}
