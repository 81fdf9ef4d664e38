package runtime

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
)

// Do calls fn on the loop goroutine, with JavaScript allowed, and returns when fn has: what it began
// goes on in the background, until Close. Values of vm belong to the loop goroutine; take what is
// needed elsewhere out of them with Export before fn returns. Any goroutine but the loop's.
//
// When ctx ends before fn is called it is not called; afterwards, JavaScript that fn runs is cut off,
// and the runtime with it is good for nothing but Close: nobody knows what the script was doing.
//
// # Errors
//
// What fn returns; *ThrownError for what JavaScript threw in it; the cause of ctx; what ended the
// runtime, as Run has it, if that happened before.
func (rt *Runtime) Do(ctx context.Context, fn func(vm *goja.Runtime) error) error {
	return rt.do(ctx, func() error { return fn(rt.host.VM) })
}

// Eval runs source in the global scope, with require and its kin, under name in stacks, and returns its
// completion value: RunString for a runtime that lives on. Goroutine, ctx and errors as Do.
func (rt *Runtime) Eval(ctx context.Context, name, source string) (v goja.Value, err error) {
	err = rt.Do(ctx, func(*goja.Runtime) error {
		v = rt.loader.RunSource(name, source)
		return nil
	})
	return v, err
}

// Require returns the exports of the module id as a file in Options.Dir would get them: a built-in, a
// host module, a package or a path. It throws a JavaScript exception; use it inside Do, or anywhere on
// the loop goroutine.
func (rt *Runtime) Require(id string) goja.Value { return rt.loader.Require(id) }

// Call calls the JavaScript function fn with args, converted as ToJS does, and returns what it
// returns, which for an async function is a promise: see Await. If that promise is rejected it is the
// caller's to know; it does not end the process. Goroutine, ctx and errors as Do.
func (rt *Runtime) Call(ctx context.Context, fn goja.Value, args ...any) (result goja.Value, err error) {
	err = rt.Do(ctx, func(vm *goja.Runtime) (err error) {
		result, err = rt.call(vm, goja.Undefined(), fn, args)
		return err
	})
	return result, err
}

// call calls fn on the loop goroutine. If it returns a promise, that counts as handled.
func (rt *Runtime) call(vm *goja.Runtime, this, fn goja.Value, args []any) (goja.Value, error) {
	if err := rt.owns(fn); err != nil {
		return nil, err
	}
	call, ok := goja.AssertFunction(fn)
	if !ok {
		return nil, fmt.Errorf("runtime: Call of %v, which is no function", fn)
	}
	values := make([]goja.Value, len(args))
	var err error
	for i, a := range args {
		if values[i], err = rt.ToJS(a); err != nil {
			return nil, fmt.Errorf("runtime: argument %d of Call: %w", i, err)
		}
	}
	result, err := call(this, values...)
	if err != nil {
		return nil, err
	}
	if o, ok := result.(*goja.Object); ok && o.ExportType() == promiseType {
		return result, then(vm, o, nil, func(goja.Value) {})
	}
	return result, nil
}

// Invoke calls the function that module exports under the name function, or module itself if that is
// empty, awaits what it returns, and converts that into what out points to, unless out is nil: a call from
// Go to JavaScript from beginning to end. The module is found as by Require, args are converted as ToJS does,
// the result as ToGo does. Goroutine and ctx as Call and Await.
//
// # Errors
//
// As Call, Await and ToGo; a module without that function.
func (rt *Runtime) Invoke(ctx context.Context, out any, module, function string, args ...any) error {
	var result goja.Value
	err := rt.Do(ctx, func(vm *goja.Runtime) (err error) {
		this, fn := goja.Value(goja.Undefined()), rt.Require(module)
		if function != "" {
			this = fn
			o, _ := fn.(*goja.Object)
			if o == nil || o.Get(function) == nil {
				return fmt.Errorf("runtime: module %s exports no %s", module, function)
			}
			fn = o.Get(function)
		}
		result, err = rt.call(vm, this, fn, args)
		return err
	})
	if err == nil {
		result, err = rt.Await(ctx, result)
	}
	if err != nil || out == nil {
		return err
	}
	return rt.Do(ctx, func(*goja.Runtime) error { return rt.ToGo(result, out) })
}

var promiseType = reflect.TypeFor[*goja.Promise]()

// then is promise.then with Go functions; nil for none.
func then(vm *goja.Runtime, promise *goja.Object, ok, failed func(v goja.Value)) error {
	call, _ := goja.AssertFunction(promise.Get("then"))
	on := func(fn func(v goja.Value)) goja.Value {
		if fn == nil {
			return goja.Undefined()
		}
		return vm.ToValue(func(c goja.FunctionCall) goja.Value {
			fn(c.Argument(0))
			return goja.Undefined()
		})
	}
	_, err := call(promise, on(ok), on(failed))
	return err
}

// Await waits until the promise v is settled, while the loop runs, and returns its value; any other
// value is returned as it is, and a thenable is asked. Goroutine and ctx as Do, but nothing is cut off
// when ctx ends: the wait is over, the promise goes on.
//
// # Errors
//
// *RejectedError if the promise was rejected; else as Do.
func (rt *Runtime) Await(ctx context.Context, v goja.Value) (goja.Value, error) {
	type outcome struct {
		value goja.Value
		err   error
	}
	settled := make(chan outcome, 1)
	err := rt.enter(ctx, context.WithoutCancel(ctx), func() error {
		vm := rt.host.VM
		if err := rt.owns(v); err != nil {
			return err
		}
		promise := vm.Get("Promise").(*goja.Object)
		resolve, _ := goja.AssertFunction(promise.Get("resolve"))
		p, err := resolve(promise, v)
		if err != nil {
			return err
		}
		return then(vm, p.(*goja.Object),
			func(v goja.Value) { settled <- outcome{value: v} },
			func(v goja.Value) { settled <- outcome{err: rt.rejected(v)} })
	})
	if err != nil {
		return nil, err
	}
	select {
	case o := <-settled:
		return o.value, o.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-rt.over:
		select { // it may have been settled by what ended the runtime
		case o := <-settled:
			return o.value, o.err
		default:
			return nil, rt.overErr
		}
	}
}

// The states of a task of do.
const (
	waiting = iota
	begun
	givenUp
)

// do runs fn on the loop goroutine and waits for it; when ctx ends fn is cut off.
func (rt *Runtime) do(ctx context.Context, fn func() error) error { return rt.enter(ctx, ctx, fn) }

// enter runs fn on the loop goroutine under within, which cuts it off, and waits for it until ctx ends.
func (rt *Runtime) enter(ctx, within context.Context, fn func() error) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	var state atomic.Int32
	done := make(chan error, 1)
	// The reservation keeps the loop running until the task has run.
	rt.host.Loop.Reserve().Done(func() {
		if state.CompareAndSwap(waiting, begun) {
			if err, ok := rt.attempt(within, fn); ok {
				done <- err
			} // else the runtime is over, and says why
		}
	})
	rt.drive()
	cancelled := ctx.Done()
	for {
		select {
		case err := <-done:
			return err
		case <-cancelled:
			if state.CompareAndSwap(waiting, givenUp) || within != ctx {
				return context.Cause(ctx)
			}
			cancelled = nil // fn is being cut off
		case <-rt.over:
			select {
			case err := <-done:
				return err
			default:
				return rt.overErr
			}
		}
	}
}

// attempt runs fn, and cuts it off when ctx ends. ok is false if that, or something else, was the end
// of the runtime.
func (rt *Runtime) attempt(ctx context.Context, fn func() error) (err error, ok bool) {
	var mu sync.Mutex
	over, cut := false, false // guarded by mu
	stop := context.AfterFunc(ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			cut = true
			rt.host.VM.Interrupt(context.Cause(ctx))
		}
	})
	defer stop()
	finished := false
	rt.door.Enter(eventloop.Func(func() {
		rt.with(ctx, func() {
			if ex := rt.host.VM.Try(func() { err = fn() }); ex != nil {
				err = ex
			}
		})
		if ex, ok := err.(*goja.Exception); ok {
			err = rt.thrown(ex)
		}
		finished = true
	}))
	mu.Lock()
	over = true
	mu.Unlock()
	stopped := new(goja.InterruptedError)
	switch {
	case !finished && cut, cut && errors.As(err, &stopped):
		rt.finish(context.Cause(ctx))
		rt.host.Loop.Stop()
		return context.Cause(ctx), true
	case cut:
		rt.host.VM.ClearInterrupt() // it came too late to cut anything
	case rt.interrupted != nil:
		return err, false // whoever hears of it must find the runtime over
	}
	return err, finished
}

// drive sees to it that somebody runs the loop. Any goroutine.
func (rt *Runtime) drive() {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	if !rt.driving {
		rt.driving = rt.host.Loop.Go(rt.driveLoop)
	}
}

// driveLoop is the goroutine that runs the loop while there is no Run. It ends when nothing is left
// to wait for; the next Do starts another.
func (rt *Runtime) driveLoop() {
	for {
		err := rt.turns()
		if err != nil {
			rt.finish(err)
			return
		}
		rt.mu.Lock()
		if rt.yield != nil {
			close(rt.yield) // Run drives from here on
			rt.yield = nil
			rt.mu.Unlock()
			return
		}
		if !rt.host.Loop.Alive() {
			rt.driving = false
			rt.mu.Unlock()
			select {
			case rt.idle <- struct{}{}:
			default: // nobody has asked since the last time
			}
			return
		}
		rt.mu.Unlock()
	}
}

// idles reports whether nothing runs, and nothing is left to wait for. Any goroutine.
func (rt *Runtime) idles() bool {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	return !rt.driving
}

// turns runs the loop until nothing is left to wait for. The error is why it can go on no more.
func (rt *Runtime) turns() (err error) {
	defer func() {
		if x := recover(); x != nil {
			err = &PanicError{x, debug.Stack()}
		}
	}()
	if err := rt.host.Loop.Run(); err != nil {
		return err
	}
	switch {
	case rt.interrupted != nil:
		return rt.interruption()
	case rt.door.exit != nil:
		if err := rt.exitError(rt.door.exit.code); err != nil {
			return err
		}
		return ErrExited
	}
	return nil
}

// finish tells those who wait that the runtime is over; err, or that it has exited, says why.
func (rt *Runtime) finish(err error) {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	select {
	case <-rt.over:
		return
	default:
	}
	rt.ended = true
	rt.host.Ended()
	if err == nil {
		err = ErrExited
	}
	rt.overErr = err
	close(rt.over)
	rt.end(err)
}
