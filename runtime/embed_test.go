package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// eval returns the value of source.
func eval(t *testing.T, rt *runtimetest.Runtime, source string) goja.Value {
	t.Helper()
	v, err := rt.Eval(t.Context(), "[test]", source)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDoCallAwait(t *testing.T) {
	rt := runtimetest.New(t)
	ctx := t.Context()
	add := eval(t, rt, "(a, b) => a + b")
	if v, err := rt.Call(ctx, add, 1, 2); err != nil || v.ToInteger() != 3 {
		t.Error(v, err)
	}
	// A promise is settled by a timer, after the Do that began it.
	later := eval(t, rt, "(async (x) => { await new Promise((r) => setTimeout(r, 5)); return x + 1; })(41)")
	if v, err := rt.Await(ctx, later); err != nil || v.ToInteger() != 42 {
		t.Error(v, err)
	}
	if v, err := rt.Await(ctx, add); err != nil || v != add {
		t.Error(v, err)
	}
	no, err := rt.Call(ctx, eval(t, rt, "async () => { throw new RangeError('no') }"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = rt.Await(ctx, no)
	var rejected *runtime.RejectedError
	if !errors.As(err, &rejected) || !strings.HasPrefix(err.Error(), "RangeError: no\n    at ") {
		t.Error(err)
	}
	var thrown *goja.Exception
	if _, err := rt.Call(ctx, eval(t, rt, "() => { throw new TypeError('bad') }")); !errors.As(err, &thrown) || !strings.Contains(err.Error(), "TypeError: bad") {
		t.Error(err)
	}
	if _, err := rt.Call(ctx, goja.Undefined()); err == nil {
		t.Error("undefined was called")
	}
	own := errors.New("mine")
	if err := rt.Do(ctx, func(*goja.Runtime) error { return own }); err != own {
		t.Error(err)
	}
}

func TestRequireLoadsWhatCallCalls(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "greet.js"), []byte("exports.greet = async (name) => 'hello ' + name + ' from ' + require('path').basename(__filename);"), 0o644); err != nil {
		t.Fatal(err)
	}
	rt := runtimetest.New(t, runtime.Options{Dir: dir})
	var greet goja.Value
	if err := rt.Do(t.Context(), func(*goja.Runtime) error {
		greet = rt.Require("./greet").(*goja.Object).Get("greet")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	p, err := rt.Call(t.Context(), greet, "you")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := rt.Await(t.Context(), p); err != nil || v.String() != "hello you from greet.js" {
		t.Error(v, err)
	}
	err = rt.Do(t.Context(), func(*goja.Runtime) error { rt.Require("./nowhere"); return nil })
	if thrown := new(goja.Exception); !errors.As(err, &thrown) || !strings.Contains(err.Error(), "Cannot find module './nowhere'") {
		t.Error(err)
	}
}

func TestContextCutsOffWhatRuns(t *testing.T) {
	rt := runtimetest.New(t)
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	started := make(chan struct{})
	go func() { <-started; cancel(cause) }()
	err := rt.Do(ctx, func(vm *goja.Runtime) error {
		close(started)
		_, err := vm.RunString("for (;;);")
		return err
	})
	if err != cause {
		t.Error(err)
	}
	if err := rt.Do(t.Context(), func(*goja.Runtime) error { return nil }); err == nil {
		t.Error("a runtime that was cut off ran again")
	}
}

func TestContextEndsTheWait(t *testing.T) {
	rt := runtimetest.New(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := rt.Do(cancelled, func(*goja.Runtime) error { t.Error("called"); return nil }); err != context.Canceled {
		t.Error(err)
	}
	never := eval(t, rt, "new Promise(() => {})")
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := rt.Await(ctx, never); err != context.DeadlineExceeded {
		t.Error(err)
	}
	if v := eval(t, rt, "1 + 1"); v.ToInteger() != 2 {
		t.Error("the runtime does not go on")
	}
}

func TestAwaitCutsNothingOff(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	rt := runtimetest.New(t, runtime.Options{Globals: map[string]any{"cancel": func() { cancel() }}})
	thenable := eval(t, rt, "({ get then() { cancel(); for (let i = 0; i < 1e6; i++); globalThis.looked = true } })")
	if _, err := rt.Await(ctx, thenable); err != context.Canceled && err != nil {
		t.Error(err)
	}
	if v := eval(t, rt, "looked"); !v.ToBoolean() {
		t.Error("the runtime does not go on")
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	for name, source := range map[string]string{
		"waiting": "require('net').createServer().listen(0, '127.0.0.1', () => tell())",
		"busy":    "tell(); for (;;);",
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "main.js")
			if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			rt := runtimetest.New(t, runtime.Options{Globals: map[string]any{"tell": func() { cancel() }}})
			if err := rt.Run(ctx, file); err != context.Canceled {
				t.Error(err)
			}
		})
	}
}

func TestUncaughtErrorTellsWhat(t *testing.T) {
	rt := runtimetest.New(t)
	err := rt.RunString("[test]", "function f() { throw new Error('oops') } f()")
	var uncaught *runtime.UncaughtError
	var exit *runtime.ExitError
	if !errors.As(err, &uncaught) || !errors.As(err, &exit) || exit.Code != 1 || !strings.Contains(uncaught.Text, "Error: oops\n    at f ([test]:1:22)") {
		t.Errorf("%T %v", err, err)
	}
	// In the background it ends the runtime, and those who wait hear of it.
	rt = runtimetest.New(t)
	_, err = rt.Await(t.Context(), eval(t, rt, "setTimeout(() => { throw new Error('later') }, 1); new Promise(() => {})"))
	if !errors.As(err, &uncaught) || !strings.Contains(uncaught.Text, "Error: later") {
		t.Errorf("%T %v", err, err)
	}
	rt = runtimetest.New(t)
	_, err = rt.Await(t.Context(), eval(t, rt, "setTimeout(() => process.exit(3), 1); new Promise(() => {})"))
	if !errors.As(err, &exit) || exit.Code != 3 {
		t.Errorf("%T %v", err, err)
	}
}

func TestCloseFailsThoseWhoWait(t *testing.T) {
	rt := runtimetest.New(t)
	never := eval(t, rt, "new Promise(() => {})")
	failed := make(chan error)
	go func() {
		_, err := rt.Await(context.Background(), never)
		failed <- err
	}()
	rt.Close()
	if err := <-failed; err != eventloop.ErrClosed {
		t.Error(err)
	}
	if err := rt.Do(t.Context(), func(*goja.Runtime) error { return nil }); err != eventloop.ErrClosed {
		t.Error(err)
	}
}

// Several may close at once: none of them cuts off what another waits for.
func TestCloseTwiceCutsNothingOff(t *testing.T) {
	const closers = 4
	for range 20 {
		var closing atomic.Int32
		var all sync.WaitGroup
		rt := runtimetest.New(t, runtime.Options{Globals: map[string]any{
			"closing": func() int { goruntime.Gosched(); return int(closing.Load()) },
		}})
		var script error
		err := rt.Do(t.Context(), func(vm *goja.Runtime) error {
			for range closers {
				all.Go(func() { closing.Add(1); rt.Close() })
			}
			_, script = vm.RunString(fmt.Sprintf("for (let n = 0; n < 200; n += closing() === %d); 0", closers))
			return script
		})
		all.Wait()
		if script != nil || err != nil && err != runtime.ErrClosed {
			t.Fatalf("%v; %T %v", script, err, err)
		}
	}
}

// The first turn of a script may never end: Close cuts it off.
func TestCloseCutsOffTheFirstTurn(t *testing.T) {
	closed := make(chan struct{})
	var rt *runtimetest.Runtime
	rt = runtimetest.New(t, runtime.Options{Globals: map[string]any{"begun": func() {
		go func() { rt.Close(); close(closed) }()
	}}})
	if err := rt.RunString("[test]", "begun(); for (;;);"); err != runtime.ErrClosed {
		t.Errorf("%T %v", err, err)
	}
	<-closed
}

// Eight goroutines do everything at random, Close among it, until somebody has closed the runtime.
func TestHammer(t *testing.T) {
	for round := range 4 {
		rt := runtimetest.New(t, runtime.Options{Globals: map[string]any{"work": runtime.Async{Func: func(ctx context.Context, n int) int { return n }}}})
		inc := eval(t, rt, "var n = 0; (async () => { n++; setTimeout(() => n++, 1); await work(n); return new Promise((r) => setImmediate(() => r(n))) })")
		var calls atomic.Int64
		var all sync.WaitGroup
		for i := range 8 {
			r := rand.New(rand.NewPCG(uint64(round), uint64(i)))
			all.Go(func() {
				for {
					ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
					var err error
					switch r.IntN(4) {
					case 0:
						err = rt.Do(ctx, func(vm *goja.Runtime) error { calls.Add(1); return nil })
					case 1:
						_, err = rt.Call(ctx, inc)
					case 2:
						var p goja.Value
						if p, err = rt.Call(ctx, inc); err == nil {
							_, err = rt.Await(ctx, p)
						}
					case 3:
						if calls.Load() > 300 && r.IntN(20) == 0 {
							rt.Close() // several may
						}
					}
					cancel()
					if err == runtime.ErrClosed {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		rt.Close()
	}
}

func ExampleRuntime_Await() {
	rt, err := runtime.New(runtime.Options{})
	if err != nil {
		panic(err)
	}
	defer rt.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	var double goja.Value
	err = rt.Do(ctx, func(vm *goja.Runtime) (err error) {
		double, err = vm.RunString("async (n) => 2 * n")
		return err
	})
	if err != nil {
		panic(err)
	}
	promise, err := rt.Call(ctx, double, 21)
	if err != nil {
		panic(err)
	}
	v, err := rt.Await(ctx, promise)
	fmt.Println(v, err)
	// Output: 42 <nil>
}

func TestRunTakesOverFromDo(t *testing.T) {
	for range 50 {
		rt := runtimetest.New(t)
		err := rt.Do(t.Context(), func(vm *goja.Runtime) error {
			return vm.GlobalObject().Set("result", 5)
		})
		if err != nil {
			t.Fatal(err)
		}
		// The goroutine that served Do may or may not have ended.
		if err := rt.RunString("[eval]", "console.log(result)"); err != nil || rt.Stdout.String() != "5\n" {
			t.Fatal(err, rt.Stdout.String())
		}
	}
}

func TestRunGoesOnWithWhatDoBegan(t *testing.T) {
	rt := runtimetest.New(t)
	err := rt.Do(t.Context(), func(vm *goja.Runtime) error {
		timers := rt.Require("timers").(*goja.Object)
		set, _ := goja.AssertFunction(timers.Get("setTimeout"))
		_, err := set(timers, vm.ToValue(func(goja.FunctionCall) goja.Value {
			fmt.Fprintln(&rt.Stdout, "begun by Do")
			return nil
		}), vm.ToValue(50))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := rt.RunString("[eval]", "process.on('beforeExit', () => console.log('idle')); console.log('first')"); err != nil {
		t.Fatal(err)
	}
	if got := rt.Stdout.String(); got != "first\nbegun by Do\nidle\n" {
		t.Errorf("got %q", got)
	}
	if err := rt.RunString("[eval]", ""); err == nil {
		t.Error("a second Run runs")
	}
}
