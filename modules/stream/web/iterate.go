package web

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// iterator is the state of what ReadableStream.prototype.values returns.
type iterator struct {
	r             *Room
	reader        *reader
	preventCancel bool
	done          bool
	begun         bool
	// current is the promise of the call before this one, nil once that is settled: calls wait for each other.
	current goja.Value
}

// values makes an async iterator over s, which is locked until that ends.
func (r *Room) values(s *ReadableStream, preventCancel bool) *goja.Object {
	it := &iterator{r: r, reader: s.getReader(false), preventCancel: preventCancel}
	o := r.vm.CreateObject(r.iteratorPrototype())
	bind.Own(o).Put(bind.Self, it)
	return o
}

func (r *Room) iteratorPrototype() *goja.Object {
	if r.iteratorProto != nil {
		return r.iteratorProto
	}
	base, proto := r.vm.NewObject(), r.vm.NewObject()
	self := bind.Function(r.vm, bind.Method{Name: "[Symbol.asyncIterator]", Fn: func(c goja.FunctionCall) goja.Value { return c.This }})
	base.DefineDataPropertySymbol(r.asyncIterator, self, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	proto.SetPrototype(base)
	call := func(fn func(it *iterator, v goja.Value) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			it, ok := stateOf(c.This).(*iterator)
			if !ok {
				return r.rejected(r.h.Err.New("ERR_INVALID_THIS", "ReadableStreamAsyncIterator"))
			}
			return fn(it, c.Argument(0))
		}
	}
	bind.DefineMethods(r.vm, proto, []bind.Method{
		{Name: "next", Fn: call(func(it *iterator, _ goja.Value) goja.Value {
			// The first read waits one promise job, so that start and the first pull have had their turn.
			if !it.begun {
				it.begun, it.current = true, r.done
			}
			return it.after(it.next)
		})},
		{Name: "return", Length: 1, Fn: call(func(it *iterator, v goja.Value) goja.Value {
			it.begun = true
			return it.after(func() goja.Value { return it.end(v) })
		})},
	})
	r.iteratorProto = proto
	return proto
}

// after runs fn, which returns a promise, once the call before is settled.
func (it *iterator) after(fn func() goja.Value) goja.Value {
	if it.current == nil {
		it.current = fn()
		return it.current
	}
	step := it.r.handler(func(goja.Value) goja.Value { return fn() })
	it.current = it.r.promiseThen.Call(it.current, step, step)
	return it.current
}

func (it *iterator) next() goja.Value {
	r := it.r
	switch {
	case it.done:
		return r.resolved(r.iterationEnd(goja.Undefined()))
	case it.reader.stream == nil:
		return r.rejected(r.invalidState("The reader is not bound to a ReadableStream"))
	}
	req := &iteratorRead{it, r.Deferred()}
	p := req.Promise()
	it.reader.read(req)
	return p
}

// end is the method return: it cancels the stream unless that is to stay.
func (it *iterator) end(v goja.Value) goja.Value {
	r := it.r
	switch {
	case it.done:
		return r.resolved(r.iterationEnd(v))
	case it.reader.stream == nil:
		it.done = true
		return r.rejected(r.invalidState("The reader is not bound to a ReadableStream"))
	}
	it.done = true
	if it.preventCancel {
		it.reader.unlock()
		return r.resolved(r.iterationEnd(v))
	}
	d := r.Deferred()
	p := it.reader.stream.cancel(v)
	it.reader.unlock()
	r.Then(p, func(goja.Value) { d.Resolve(r.iterationEnd(v)) }, d.Reject)
	return d.Promise()
}

// iterationEnd is {done: true, value: v}.
func (r *Room) iterationEnd(v goja.Value) *goja.Object {
	o := r.vm.NewObject()
	o.DefineDataProperty("done", bind.True, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	o.DefineDataProperty("value", v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	return o
}

// iteratorRead is the read of an iterator.
type iteratorRead struct {
	it *iterator
	*Deferred
}

func (q *iteratorRead) chunk(v goja.Value) {
	q.it.current = nil
	q.Resolve(q.r.result(v, false))
}

func (q *iteratorRead) close(goja.Value) {
	q.it.current, q.it.done = nil, true
	q.it.reader.unlock()
	q.Resolve(q.r.iterationEnd(goja.Undefined()))
}

func (q *iteratorRead) fail(err goja.Value) {
	q.it.current, q.it.done = nil, true
	q.it.reader.unlock()
	q.Reject(err)
}
