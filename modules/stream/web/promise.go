package web

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// Deferred is a promise with what settles it. The promise is made when somebody asks for it: most of those that
// a stream has for its program (closed, ready) nobody ever sees.
type Deferred struct {
	r       *Room
	state   goja.PromiseState
	value   goja.Value
	promise goja.Value
	settle  [2]bind.Callable // resolve and reject of promise
	// quiet promises are no unhandled rejections.
	quiet bool
}

// Resolve settles the promise with v, or as v does if that is a promise; the first settling counts.
func (d *Deferred) Resolve(v goja.Value) { d.end(goja.PromiseStateFulfilled, v) }

// Reject settles the promise with an error.
func (d *Deferred) Reject(err goja.Value) { d.end(goja.PromiseStateRejected, err) }

func (d *Deferred) end(s goja.PromiseState, v goja.Value) {
	if d.state != goja.PromiseStatePending {
		return
	}
	d.state, d.value = s, v
	if d.promise != nil {
		d.pass()
	}
}

// pass hands the outcome on to the promise.
func (d *Deferred) pass() {
	if d.state == goja.PromiseStateRejected {
		if d.quiet {
			d.r.Then(d.promise, nil, nothing)
		}
		d.settle[1].Call(goja.Undefined(), d.value)
		return
	}
	d.settle[0].Call(goja.Undefined(), d.value)
}

func (d *Deferred) pending() bool { return d.state == goja.PromiseStatePending }

// Promise returns the promise.
//
// It is made with its constructor, since what the engine offers to Go, NewPromise, runs all promise jobs that wait
// before it returns from settling the promise when that happens in a promise job.
func (d *Deferred) Promise() goja.Value {
	if d.promise == nil {
		p, err := d.r.vm.New(d.r.promiseCtor, d.r.executor)
		if err != nil {
			bind.Rethrow(err)
		}
		d.promise, d.settle = p, d.r.settle
		if d.state != goja.PromiseStatePending {
			d.pass()
		}
	}
	return d.promise
}

// Deferred returns a promise that is not settled.
func (r *Room) Deferred() *Deferred { return &Deferred{r: r} }

// quiet returns a deferred whose rejection need not be handled.
func (r *Room) quiet() *Deferred { return &Deferred{r: r, quiet: true} }

// fulfilled and refused return a quiet deferred that is settled.
func (r *Room) fulfilled() *Deferred {
	return &Deferred{r: r, quiet: true, state: goja.PromiseStateFulfilled, value: goja.Undefined()}
}

func (r *Room) refused(err goja.Value) *Deferred {
	return &Deferred{r: r, quiet: true, state: goja.PromiseStateRejected, value: err}
}

// resolved is new Promise(resolve => resolve(v)).
func (r *Room) resolved(v goja.Value) goja.Value {
	d := Deferred{r: r}
	d.Resolve(v)
	return d.Promise()
}

// rejected is Promise.reject(err).
func (r *Room) rejected(err goja.Value) goja.Value {
	return r.broken(err).Promise()
}

// broken returns a deferred that is rejected.
func (r *Room) broken(err goja.Value) *Deferred {
	d := r.Deferred()
	d.Reject(err)
	return d
}

func nothing(goja.Value) {}

// handler makes the function that a promise calls.
func (r *Room) handler(fn func(v goja.Value) goja.Value) goja.Value { return r.frame.Handler(r.vm, fn) }

// Then is promise.then(ok, fail) and returns the new promise, which comes to undefined; nil for ok or fail
// passes the outcome on.
func (r *Room) Then(promise goja.Value, ok, fail func(v goja.Value)) goja.Value {
	var fns [2]goja.Value
	for i, fn := range [2]func(v goja.Value){ok, fail} {
		fns[i] = goja.Undefined()
		if fn != nil {
			fns[i] = r.handler(func(v goja.Value) goja.Value {
				fn(v)
				return goja.Undefined()
			})
		}
	}
	return r.promiseThen.Call(promise, fns[0], fns[1])
}

// Job runs fn as a promise job.
func (r *Room) Job(fn func()) { r.Then(r.done, func(goja.Value) { fn() }, nil) }

// try runs fn and returns what it threw, nil if nothing.
func (r *Room) try(fn func()) goja.Value {
	if ex := r.vm.Try(fn); ex != nil {
		return ex.Value()
	}
	return nil
}

// promiseCall calls fn as an async function would: what it returns or throws settles the promise.
func (r *Room) promiseCall(fn bind.Callable, this goja.Value, args ...goja.Value) goja.Value {
	return r.promiseOf(func() goja.Value { return fn.Call(this, args...) })
}

// promiseOf is promiseCall for a Go function.
func (r *Room) promiseOf(fn func() goja.Value) goja.Value {
	var v goja.Value
	if err := r.try(func() { v = fn() }); err != nil {
		return r.rejected(err)
	}
	if _, ok := v.(*goja.Object); !ok {
		return r.done // nobody looks at the value
	}
	return r.resolved(v)
}

// callback returns the method of a source, sink or transformer as a function that returns a promise; nil if
// there is none.
func (r *Room) callback(of goja.Value, what, name string) func(args ...goja.Value) goja.Value {
	v := bind.Property(of, name)
	if !bind.Truthy(v) {
		return nil
	}
	r.h.Err.ValidateFunction(v, what+"."+name)
	fn, _ := bind.ToCallable(v)
	return func(args ...goja.Value) goja.Value { return r.promiseCall(fn, of, args...) }
}

// starter returns what calls the start method of a source or sink with its controller.
func (r *Room) starter(of goja.Value, controller func() goja.Value) func() goja.Value {
	v := bind.Property(of, "start")
	if !bind.Truthy(v) {
		return nil
	}
	fn, ok := bind.ToCallable(v)
	if !ok {
		panic(r.vm.NewTypeError("Bind must be called on a function"))
	}
	return func() goja.Value { return fn.Call(of, controller()) }
}

// started calls ok in a promise job when start, which may be nil, is over, or fail. It throws what start throws.
func (r *Room) started(start func() goja.Value, ok, fail func(v goja.Value)) {
	p := r.done
	if start != nil {
		p = r.resolved(start())
	}
	r.Then(p, ok, fail)
}

// endOf returns what settles when a stream that is in state st is closed or errored: *end, made when it is first
// asked for.
func (r *Room) endOf(end **Deferred, st state, stored goja.Value) *Deferred {
	if *end == nil {
		*end = r.quiet()
		switch st {
		case closed:
			(*end).Resolve(goja.Undefined())
		case errored:
			(*end).Reject(stored)
		}
	}
	return *end
}
