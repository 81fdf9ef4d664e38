package web

import (
	"reflect"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// from is ReadableStream.from: a stream of what an async iterable or an iterable yields.
func (r *Room) from(iterable goja.Value) *ReadableStream {
	if bind.IsNullish(iterable) {
		panic(r.vm.NewTypeError("Cannot read properties of " + iterable.String() + " (reading 'Symbol(Symbol.asyncIterator)')"))
	}
	method := iterable.ToObject(r.vm).GetSymbol(r.asyncIterator)
	async := !bind.IsNullish(method)
	if !async {
		if method = iterable.ToObject(r.vm).GetSymbol(goja.SymIterator); bind.IsUndefined(method) {
			panic(r.h.Err.New("ERR_ARG_NOT_ITERABLE", r.h.Err.Inspect(iterable)))
		}
	}
	fn, ok := bind.ToCallable(method)
	if !ok {
		panic(r.vm.NewTypeError("FunctionPrototypeCall is not a function")) // as Node says it
	}
	it, ok := fn.Call(iterable).(*goja.Object)
	if !ok {
		panic(r.invalidState("The iterator method must return an object"))
	}
	next := bind.Property(it, "next")
	var s *ReadableStream
	// step waits for what next or return gave. An object has to come of it, which ok gets.
	step := func(res goja.Value, name string, ok func(o *goja.Object)) goja.Value {
		return r.Then(r.promiseFor(res), func(v goja.Value) {
			o, isObject := v.(*goja.Object)
			if !isObject {
				panic(r.invalidState("The promise returned by the iterator." + name + "() method must fulfill with an object"))
			}
			ok(o)
		}, nil)
	}
	s = r.newStream(nil, func() goja.Value {
		return r.promiseOf(func() goja.Value {
			res, ok := bind.CallGiven(r.vm, "FunctionPrototypeCall", next, it).(*goja.Object)
			if !ok {
				panic(r.invalidState("The iterator.next() method must return an object"))
			}
			var p goja.Value = res
			if !async {
				p = r.awaitValue(res)
			}
			return step(p, "next", func(o *goja.Object) {
				c := s.controller.(*defaultController)
				if bind.Truthy(bind.Property(o, "done")) {
					c.close()
					return
				}
				c.enqueue(bind.Property(o, "value"))
			})
		})
	}, func(reason goja.Value) goja.Value {
		return r.promiseOf(func() goja.Value {
			end := bind.Property(it, "return")
			if bind.IsUndefined(end) {
				return goja.Undefined()
			}
			return step(bind.CallGiven(r.vm, "FunctionPrototypeCall", end, it, reason), "return", func(*goja.Object) {})
		})
	}, 0, nil)
	return s
}

// awaitValue returns the promise of a result whose value is no promise, for an iterator that is not asynchronous.
func (r *Room) awaitValue(res *goja.Object) goja.Value {
	// It takes as many promise jobs as the async generator that Node puts in between.
	if bind.Truthy(bind.Property(res, "done")) {
		return r.passed(r.passed(r.passed(r.resolved(res))))
	}
	return r.passed(r.promiseThen.Call(r.promiseFor(bind.Property(res, "value")), r.handler(func(v goja.Value) goja.Value {
		return r.result(v, false)
	})))
}

var promiseType = reflect.TypeFor[*goja.Promise]()

// passed is p, one promise job later.
func (r *Room) passed(p goja.Value) goja.Value {
	return r.promiseThen.Call(p, goja.Undefined(), goja.Undefined())
}

// promiseFor is Promise.Resolve(v).
func (r *Room) promiseFor(v goja.Value) goja.Value {
	if o, ok := v.(*goja.Object); ok && o.ExportType() == promiseType {
		return o
	}
	return r.resolved(v)
}
