package test

import (
	"math"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
)

// The failureType of an ERR_TEST_FAILURE.
const (
	cancelledByParent = "cancelledByParent"
	subtestsFailed    = "subtestsFailed"
	testCodeFailure   = "testCodeFailure"
	timeoutFailure    = "testTimeoutFailure"
	hookFailure       = "hookFailed"
)

// failure makes an ERR_TEST_FAILURE of a text or of what a test threw.
//
// Node v20 lib/internal/errors.js: ERR_TEST_FAILURE.
func (r *Room) failure(cause any, kind string) *goja.Object {
	v := r.vm.ToValue(cause)
	text := v
	if m := bind.Property(v, "message"); !bind.IsNullish(m) {
		text = m
	}
	message := text.String()
	if _, isObject := text.(*goja.Object); isObject || !goja.IsString(text) {
		message = r.util.Inspect(text)
	}
	o := r.h.Err.Coded(0, "ERR_TEST_FAILURE", message)
	o.Delete("code")
	o.Set("failureType", kind)
	o.Set("cause", v)
	o.Set("code", "ERR_TEST_FAILURE")
	return o
}

func isFailure(v goja.Value) bool {
	return bind.Property(v, "code").String() == "ERR_TEST_FAILURE"
}

// asFailure is what was thrown as the failure of a test.
func (r *Room) asFailure(v goja.Value) *goja.Object {
	if isFailure(v) {
		return v.(*goja.Object)
	}
	return r.failure(v, testCodeFailure)
}

// scope is where a function of the program's runs.
type scope struct {
	context   *modules.AsyncContext
	timeoutMs float64             // NaN: none
	signal    *events.AbortSignal // ends the wait when it aborts; nil: none
}

// body calls fn with the context this, also as its argument, and with a callback if it takes two;
// done is called once, with what went wrong, when it has settled, or the scope's signal or timeout
// ended the wait. extra, if not nil, hears of failures that do not end the wait.
func (r *Room) body(fn goja.Value, this goja.Value, s scope, extra func(err *goja.Object), done func(err goja.Value)) {
	if fn == nil {
		r.soon(func() { done(nil) })
		return
	}
	settled := false
	var cleanup []func()
	settle := func(err goja.Value) {
		if settled {
			return
		}
		settled = true
		for _, f := range cleanup {
			f()
		}
		done(err)
	}
	if !math.IsNaN(s.timeoutMs) {
		cleanup = append(cleanup, r.stopAfter(s.timeoutMs, func() {
			settle(r.failure("test timed out after "+r.vm.ToValue(s.timeoutMs).String()+"ms", timeoutFailure))
		}))
	}
	if s.signal != nil {
		aborted := r.vm.ToValue(func(goja.FunctionCall) goja.Value {
			r.soon(func() { settle(nil) })
			return goja.Undefined()
		})
		signal := s.signal.Object()
		bind.Invoke(r.vm, signal, "addEventListener", bind.String("abort"), aborted)
		cleanup = append(cleanup, func() {
			bind.Invoke(r.vm, signal, "removeEventListener", bind.String("abort"), aborted)
		})
	}
	wait := func(v goja.Value) {
		r.await(v, func(goja.Value) { settle(nil) }, func(err goja.Value) { settle(thrown(err)) })
	}
	args := []goja.Value{this}
	var called goja.Value
	if bind.Property(fn, "length").ToInteger() == 2 {
		var callback goja.Value
		callback, called = r.callback()
		args = append(args, callback)
	}
	var v goja.Value
	if ex := r.vm.Try(func() { r.h.Within(s.context, func() { v = bind.Call(fn, this, args...) }) }); ex != nil {
		r.soon(func() { settle(thrown(ex.Value())) })
		return
	}
	switch {
	case called == nil:
		wait(v)
	case isPromise(v):
		extra(r.failure("passed a callback but also returned a Promise", "callbackAndPromisePresent"))
		wait(v)
	default:
		wait(called)
	}
}

func isPromise(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	return ok && o.ClassName() == "Promise"
}

// thrown makes a value that stands for an error also when nothing was thrown: throw undefined.
func thrown(v goja.Value) goja.Value {
	if v == nil {
		return goja.Undefined()
	}
	return v
}

// callback makes the second argument of a test function, and the promise of its call.
func (r *Room) callback() (fn, promise goja.Value) {
	p, resolve, reject := r.promise()
	calls := 0
	fn = r.vm.ToValue(func(c goja.FunctionCall) goja.Value {
		switch calls++; {
		case calls == 2:
			panic(r.failure("callback invoked multiple times", "multipleCallbackInvocations"))
		case calls > 2:
		case bind.Truthy(c.Argument(0)):
			reject(c.Argument(0))
		default:
			resolve(goja.Undefined())
		}
		return goja.Undefined()
	})
	bind.Name(fn.(*goja.Object), "", 1)
	return fn, p
}

// run runs u with its hooks; done is called when it has ended.
func (u *unit) run(done func()) {
	if u.kind == suiteKind {
		u.runSuite(done)
		return
	}
	u.parent.active++
	if u.begun.IsZero() {
		u.begun = time.Now()
	}
	if u.stopped() {
		u.end(nil)
		done()
		return
	}
	ctx := u.newContext()
	if bind.Truthy(u.planned) {
		u.setPlan(u.planned)
	}
	finish := func() {
		u.r.dom.Abort(u.signal, goja.Undefined())
		u.end(nil)
		done()
	}
	around := func(then func(err goja.Value)) {
		if u.skipped {
			then(nil)
			return
		}
		u.parent.runHooks("afterEach", ctx, then)
	}
	failed := func(err goja.Value) {
		f := u.r.asFailure(err)
		if f.Get("failureType").String() == timeoutFailure {
			u.cancel(f)
		} else {
			u.fail(f)
		}
	}
	steps := []func(next func(err goja.Value)){
		func(next func(goja.Value)) { u.parent.runHooks("before", nil, next) },
		func(next func(goja.Value)) {
			if u.skipped {
				next(nil)
				return
			}
			u.parent.runHooks("beforeEach", ctx, next)
		},
		func(next func(goja.Value)) {
			u.r.body(u.fn, ctx, scope{u.context, u.timeoutMs, u.signal}, u.fail, next)
		},
		func(next func(goja.Value)) {
			u.stopped()
			if u.plan != nil && u.plan.actual != u.plan.expected {
				next(u.plan.failure(u.r))
				return
			}
			u.pass()
			next(nil)
		},
	}
	inOrder(steps, func(err goja.Value) {
		if err != nil {
			failed(err)
		}
		around(func(hookErr goja.Value) {
			if err == nil && hookErr != nil {
				err = hookErr
				failed(err)
			}
			u.runHooks("after", ctx, func(hookErr goja.Value) {
				if err == nil && hookErr != nil {
					failed(hookErr)
				}
				finish()
			})
		})
	})
}

// inOrder runs steps one after the other; the first error ends it.
func inOrder(steps []func(next func(err goja.Value)), done func(err goja.Value)) {
	if len(steps) == 0 {
		done(nil)
		return
	}
	steps[0](func(err goja.Value) {
		if err != nil {
			done(err)
			return
		}
		inOrder(steps[1:], done)
	})
}

// buildSuite runs the function of a suite, which makes its subtests.
func (u *unit) buildSuite() {
	built := func(v goja.Value) {
		if v != nil {
			u.fail(u.r.asFailure(v))
		}
		u.built = true
	}
	if u.fn == nil {
		u.built = true
		return
	}
	ctx := u.newContext()
	var v goja.Value
	if ex := u.r.vm.Try(func() { u.r.h.Within(u.context, func() { v = bind.Call(u.fn, ctx, ctx) }) }); ex != nil {
		built(thrown(ex.Value()))
		return
	}
	p, resolve, _ := u.r.promise()
	u.build = p
	u.r.await(v, func(goja.Value) { built(nil); resolve(goja.Undefined()) },
		func(err goja.Value) { built(thrown(err)); resolve(goja.Undefined()) })
}

func (u *unit) runSuite(done func()) {
	u.parent.active++
	build := u.build
	if build == nil {
		build = goja.Undefined()
	}
	u.r.await(build, func(goja.Value) {
		u.begun = time.Now()
		if u.stopped() {
			u.subtests = nil
			u.end(nil)
			done()
			return
		}
		ctx := u.newContext()
		steps := []func(next func(err goja.Value)){
			func(next func(goja.Value)) { u.parent.runHooks("before", nil, next) },
			func(next func(goja.Value)) { u.runHooks("before", ctx, next) },
			u.runSubtests,
		}
		inOrder(steps, func(err goja.Value) {
			if err != nil {
				u.fail(u.r.asFailure(err))
			}
			u.runHooks("after", ctx, func(hookErr goja.Value) {
				if err == nil && hookErr != nil {
					u.fail(u.r.asFailure(hookErr))
				}
				u.pass()
				u.end(nil)
				done()
			})
		})
	}, nil)
}

// runSubtests starts all tests of a suite and waits for their end, or the suite's.
func (u *unit) runSubtests(next func(err goja.Value)) {
	tests := u.subtests
	if u.skipped || u.failure != nil {
		tests = nil
	}
	p, resolve, _ := u.r.promise()
	left := len(tests)
	if left == 0 {
		resolve(goja.Undefined())
	}
	// A function of ours that returns the promise: timeout and signal are those of any body.
	wait := u.r.vm.ToValue(func(goja.FunctionCall) goja.Value {
		for _, t := range tests {
			t.start(func() {
				if left--; left == 0 {
					resolve(goja.Undefined())
				}
			})
		}
		return p
	})
	bind.Name(wait.(*goja.Object), "", 0)
	u.r.body(wait, goja.Undefined(), scope{u.r.h.Context, u.timeoutMs, u.signal}, nil, next)
}
