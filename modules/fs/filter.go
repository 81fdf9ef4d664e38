package fs

import (
	"sync"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// This file is the option filter of cp, a function of the program's.

// filterNow asks fn at once: cpSync. A promise is no answer.
func (r *Room) filterNow(fn bind.Callable) func(from, to string) (bool, *failure) {
	return func(from, to string) (bool, *failure) {
		v := fn.Call(goja.Undefined(), bind.String(from), bind.String(to))
		if _, isPromise := bind.Exported[*goja.Promise](v); isPromise {
			panic(r.h.Err.Coded(nodeerr.TypeError, "ERR_INVALID_RETURN_VALUE",
				`Expected boolean to be returned from the "filter" function but got an instance of Promise.`))
		}
		return bind.Truthy(v), nil
	}
}

// asker is one copy that asks the loop. Loop goroutine.
type asker struct {
	r       *Room
	filter  bind.Callable
	ctx     *modules.AsyncContext
	pending *eventloop.Pending // of the copy; it does not keep the loop alive while the program has the word
}

// askers has what all copies of a runtime share: gone is closed with the loop, so that their goroutines end.
type askers struct {
	gone chan struct{}
	once sync.Once
	next *asker // the copy that is being started
}

// CloseNow implements eventloop.Resource.
func (a *askers) CloseNow() { a.once.Do(func() { close(a.gone) }) }

// verdict is what the filter said, or threw.
type verdict struct {
	yes bool
	f   *failure
}

// filterLater has fn asked on the loop; the goroutine that copies waits, for a promise until it is settled.
func (r *Room) filterLater(fn bind.Callable) func(from, to string) (bool, *failure) {
	if r.askers == nil {
		r.askers = &askers{gone: make(chan struct{})}
		r.h.Loop.Own(r.askers)
	}
	a, gone := &asker{r: r, filter: fn, ctx: r.h.Context}, r.askers.gone
	r.askers.next = a
	return func(from, to string) (bool, *failure) {
		said := make(chan verdict, 1)
		r.h.Loop.Post(func() {
			r.h.Enter(a.ctx, func() { a.ask(from, to, said) })
		})
		select {
		case v := <-said:
			return v.yes, v.f
		case <-gone:
			return false, nil
		}
	}
}

// apart is worker with a goroutine of its own: one that waits for JavaScript must not keep a worker from
// what the JavaScript waits for.
func (r *Room) apart(fn func() func()) {
	pending := r.h.Loop.Reserve()
	r.askers.next.pending, r.askers.next = pending, nil
	r.h.Loop.Go(func() { pending.Done(fn()) })
}

// ask calls the filter and gives its answer to said.
func (a *asker) ask(from, to string, said chan<- verdict) {
	a.pending.Unref()
	tell := func(v verdict) {
		a.pending.Ref()
		said <- v
	}
	thrown := func(v goja.Value) { tell(verdict{f: &failure{throw: func(*Room) goja.Value { return v }}}) }
	vm := a.r.h.VM
	ex := vm.Try(func() {
		v := a.filter.Call(goja.Undefined(), bind.String(from), bind.String(to))
		if _, isObject := v.(*goja.Object); !isObject {
			tell(verdict{yes: bind.Truthy(v)})
			return
		}
		promise := bind.Invoke(vm, vm.Get("Promise").(*goja.Object), "resolve", v).(*goja.Object)
		bind.Invoke(vm, promise, "then", vm.ToValue(func(c goja.FunctionCall) goja.Value {
			tell(verdict{yes: bind.Truthy(c.Argument(0))})
			return goja.Undefined()
		}), vm.ToValue(func(c goja.FunctionCall) goja.Value {
			thrown(c.Argument(0))
			return goja.Undefined()
		}))
	})
	if ex != nil {
		thrown(ex.Value())
	}
}
