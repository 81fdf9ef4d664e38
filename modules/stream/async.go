package stream

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// The engine has no async generators and no for await: this file is both, in Go. A loop over a
// stream of gonode's own makes no promises at all; JavaScript gets them when it asks.

// iteration is what a for await loop goes over. next calls one of ok and fail once, later or now.
type iteration interface {
	next(ok func(v goja.Value, done bool), fail func(err goja.Value))
	// stop leaves the loop early: it lets the other side clean up, then calls done with the error
	// that met, or nil.
	stop(done func(err goja.Value))
}

// await calls ok or fail with what v comes to, in a promise job.
func (r *Room) await(v goja.Value, ok, fail func(v goja.Value)) {
	var p goja.Value
	if err := r.try(func() { p = r.promiseResolve.Call(r.promiseCtor, v) }); err != nil {
		fail(err)
		return
	}
	r.then(p, ok, fail)
}

// awaitCall is await of what fn returns, or throws.
func (r *Room) awaitCall(fn func() goja.Value, ok, fail func(v goja.Value)) {
	var v goja.Value
	if err := r.try(func() { v = fn() }); err != nil {
		fail(err)
		return
	}
	r.await(v, ok, fail)
}

// then is Promise.prototype.then.call(p, ok, fail).
func (r *Room) then(p goja.Value, ok, fail func(v goja.Value)) {
	fn := func(f func(v goja.Value)) goja.Value {
		return r.frame.Handler(r.h.VM, func(v goja.Value) goja.Value {
			f(v)
			return goja.Undefined()
		})
	}
	r.promiseThen.Call(p, fn(ok), fn(fail))
}

// job runs fn as a promise job.
func (r *Room) job(fn func()) {
	r.await(goja.Undefined(), func(goja.Value) { fn() }, nothing)
}

func nothing(goja.Value) {}

// promise returns a new promise and what settles it.
func (r *Room) promise() (p goja.Value, resolve, reject func(v goja.Value)) {
	pr, res, rej := r.h.VM.NewPromise()
	return r.h.VM.ToValue(pr), func(v goja.Value) { _ = res(v) }, func(v goja.Value) { _ = rej(v) }
}

// async runs fn and returns the promise that it settles: an async function. What fn throws
// rejects it.
func (r *Room) async(fn func(resolve, reject func(v goja.Value))) goja.Value {
	p, resolve, reject := r.promise()
	if err := r.try(func() { fn(resolve, reject) }); err != nil {
		reject(err)
	}
	return p
}

// iterate starts a for await loop over v: its async iterator, else its iterator.
func (r *Room) iterate(v goja.Value) iteration {
	fn, async := r.iteratorMethod(v, true)
	if !async {
		var ok bool
		if fn, ok = r.iteratorMethod(v, false); !ok {
			panic(r.h.VM.NewTypeError(v.String() + " is not async iterable"))
		}
	}
	it, ok := fn.Call(v).(*goja.Object)
	if !ok {
		panic(r.h.VM.NewTypeError("Result of the Symbol.asyncIterator method is not an object"))
	}
	if g, ok := bind.SelfOf[*generator](it); ok {
		return g
	}
	return &jsIteration{r: r, it: it, async: async}
}

// jsIteration goes over an iterator of JavaScript's.
type jsIteration struct {
	r     *Room
	it    *goja.Object
	async bool
}

func (j *jsIteration) next(ok func(v goja.Value, done bool), fail func(err goja.Value)) {
	var res goja.Value
	if err := j.r.try(func() { res = j.r.invoke(j.it, "next") }); err != nil {
		fail(err)
		return
	}
	result := func(res goja.Value) {
		if _, isObject := res.(*goja.Object); !isObject {
			fail(j.r.h.VM.NewTypeError("Iterator result " + res.String() + " is not an object"))
			return
		}
		var v goja.Value
		var done bool
		if err := j.r.try(func() { done, v = truthy(res, "done"), prop(res, "value") }); err != nil {
			fail(err)
			return
		}
		if j.async || done {
			ok(v, done)
			return
		}
		j.r.await(v, func(v goja.Value) { ok(v, false) }, fail)
	}
	if j.async {
		j.r.await(res, result, fail)
	} else {
		result(res)
	}
}

func (j *jsIteration) stop(done func(err goja.Value)) {
	fn, ok := bind.ToCallable(prop(j.it, "return"))
	if !ok {
		done(nil)
		return
	}
	var res goja.Value
	if err := j.r.try(func() { res = fn.Call(j.it) }); err != nil {
		done(err)
		return
	}
	j.r.await(res, func(goja.Value) { done(nil) }, done)
}

// forAwait runs body for each value. body calls next to go on, or stop to leave the loop; end is
// called once, with the error that ended the loop or nil. stop's argument goes to end.
func (r *Room) forAwait(it iteration, body func(v goja.Value, next func(), stop func(err goja.Value)), end func(err goja.Value)) {
	running, again, first := false, false, true
	var step func()
	leave := func(err goja.Value) {
		it.stop(func(e goja.Value) {
			if err == nil {
				err = e
			}
			end(err)
		})
	}
	step = func() {
		if again = true; running {
			return // called by body below us: no recursion
		}
		running = true
		for again {
			again = false
			it.next(func(v goja.Value, done bool) {
				if done {
					end(nil)
					return
				}
				run := func() {
					if err := r.try(func() { body(v, step, leave) }); err != nil {
						leave(err)
					}
				}
				if first {
					// await: the caller goes on before the first value comes, and may abort it all.
					first = false
					r.job(run)
					return
				}
				run()
			}, end)
		}
		running = false
	}
	step()
}

// generator is an async generator whose body is Go.
type generator struct {
	r *Room
	// begin runs at the first next; nil: nothing.
	begin func()
	// pull produces: it calls one of the three once.
	pull func(yield func(v goja.Value), finish func(), fail func(err goja.Value))
	// end is the finally block, run once begin was: err is what ends the generator, nil for none.
	end func(err goja.Value, done func(err goja.Value))

	queue   []request
	started bool
	busy    bool
	over    bool
}

// request is one call of next, return or throw.
type request struct {
	kind byte // 'n', 'r' or 't'
	v    goja.Value
	ok   func(v goja.Value, done bool)
	fail func(err goja.Value)
}

func (g *generator) next(ok func(v goja.Value, done bool), fail func(err goja.Value)) {
	g.add(request{'n', nil, ok, fail})
}

func (g *generator) stop(done func(err goja.Value)) {
	g.add(request{'r', goja.Undefined(), func(goja.Value, bool) { done(nil) }, done})
}

func (g *generator) add(q request) {
	g.queue = append(g.queue, q)
	g.run()
}

func (g *generator) run() {
	for !g.busy && len(g.queue) > 0 {
		q := g.queue[0]
		if !g.started && q.kind != 'n' {
			g.over = true
		}
		switch {
		case g.over:
			g.queue = g.queue[1:]
			switch q.kind {
			case 'n':
				q.ok(goja.Undefined(), true)
			case 'r':
				q.ok(q.v, true)
			default:
				q.fail(q.v)
			}
		case q.kind == 'n':
			g.busy = true
			if !g.started {
				g.started = true
				if g.begin != nil {
					g.begin()
				}
			}
			g.pull(
				func(v goja.Value) { g.settle(func(q request) { q.ok(v, false) }) },
				func() { g.close(nil, func(q request) { q.ok(goja.Undefined(), true) }) },
				func(err goja.Value) { g.close(err, func(q request) { q.fail(err) }) })
		case q.kind == 'r':
			g.busy = true
			g.close(nil, func(q request) { q.ok(q.v, true) })
		default:
			g.busy = true
			g.close(q.v, func(q request) { q.fail(q.v) })
		}
	}
}

// settle answers the request at the head.
func (g *generator) settle(answer func(q request)) {
	q := g.queue[0]
	g.queue = g.queue[1:]
	g.busy = false
	answer(q)
	g.run()
}

func (g *generator) close(err goja.Value, answer func(q request)) {
	done := func(e goja.Value) {
		g.over = true
		g.settle(func(q request) {
			if e != nil {
				q.fail(e)
				return
			}
			answer(q)
		})
	}
	if g.end == nil {
		done(nil)
		return
	}
	g.end(err, done)
}

// object returns the JavaScript side of g.
func (g *generator) object() *goja.Object {
	o := g.r.h.VM.CreateObject(g.r.generatorProto())
	bind.Own(o).Put(bind.Self, g)
	return o
}

func (r *Room) generatorProto() *goja.Object {
	if r.genProto != nil {
		return r.genProto
	}
	p := r.h.VM.NewObject()
	method := func(name string, kind byte) bind.Method {
		return bind.Method{Name: name, Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			promise, resolve, reject := r.promise()
			g, ok := bind.SelfOf[*generator](c.This)
			if !ok {
				reject(r.h.VM.NewTypeError(name + " method called on incompatible receiver"))
				return promise
			}
			g.add(request{kind, c.Argument(0), func(v goja.Value, done bool) {
				o := r.h.VM.NewObject()
				o.Set("value", v)
				o.Set("done", done)
				resolve(o)
			}, reject})
			return promise
		}}
	}
	for _, m := range []bind.Method{method("next", 'n'), method("return", 'r'), method("throw", 't')} {
		bind.Hide(p, m.Name, bind.Function(r.h.VM, m))
	}
	self := bind.Function(r.h.VM, bind.Method{Name: "[Symbol.asyncIterator]", Fn: func(c goja.FunctionCall) goja.Value { return c.This }})
	if r.asyncIterator != nil {
		p.DefineDataPropertySymbol(r.asyncIterator, self, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	p.DefineDataPropertySymbol(goja.SymToStringTag, bind.String("AsyncGenerator"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	r.genProto = p
	return p
}
