package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/big"
	"net/netip"
	"os"
	"reflect"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

type inner struct {
	Deep []int `json:"deep,omitempty"`
}

type point struct {
	X, Y   float64
	Name   string `json:"name"`
	Hidden int    `json:"-"`
	inner
	*Embedded
	secret int
}

type Embedded struct{ Z int }

func TestToJSFollowsTheRule(t *testing.T) {
	rt := runtimetest.New(t)
	p := &point{X: 1, Y: 2.5, Name: "n", Hidden: 1, inner: inner{Deep: []int{1}}, secret: 3}
	for _, row := range []struct {
		value any
		want  string
	}{
		{nil, "null"}, {(*point)(nil), "null"}, {[]int(nil), "null"}, {true, "true"}, {"ü\x00", `'ü\x00'`}, {-5, "-5"}, {uint8(7), "7"}, {1.5, "1.5"},
		{[]byte("hi"), "<Buffer 68 69>"}, {[]string{"a", "b"}, "[ 'a', 'b' ]"}, {[2]int{1, 2}, "[ 1, 2 ]"},
		{map[string]any{"b": 1, "a": []any{nil}}, "{ a: [ null ], b: 1 }"}, {map[string]int{"__proto__": 1}, "{ ['__proto__']: 1 }"},
		{p, "{ X: 1, Y: 2.5, name: 'n', deep: [ 1 ] }"}, {point{Embedded: &Embedded{4}}, "{ X: 0, Y: 0, name: '', Z: 4 }"},
		{time.UnixMilli(0), "1970-01-01T00:00:00.000Z"}, {1500 * time.Millisecond, "1500"}, {big.NewInt(1 << 62), "4611686018427387904n"},
		{netip.MustParseAddr("::1"), "'::1'"}, {errors.New("no"), "[Error: no]"},
	} {
		var got string
		err := rt.Do(t.Context(), func(vm *goja.Runtime) error {
			v, err := rt.ToJS(row.value)
			if err != nil {
				return err
			}
			inspect, _ := goja.AssertFunction(rt.Require("util").(*goja.Object).Get("inspect"))
			s, err := inspect(goja.Undefined(), v)
			if err == nil {
				got, _, _ = strings.Cut(s.String(), "\n    at")
			}
			return err
		})
		if err != nil || got != row.want {
			t.Errorf("%#v: %s %v, want %s", row.value, got, err, row.want)
		}
	}
	type list struct{ Next any }
	circle := &list{}
	circle.Next = circle
	for value, want := range map[any]string{
		any(1 << 60):                              "no safe integer",
		any(make(chan int)):                       "a chan int cannot be given",
		any(&[]any{complex(1, 2)}):                "[0]: runtime: a complex128 cannot be given",
		any(&map[int]int{1: 1}):                   "a map[int]int cannot be given",
		any(circle):                               "in a circle",
		any(&[]any{func() (a, b int) { return }}): "returns 2 values",
	} {
		if err := rt.Do(t.Context(), func(*goja.Runtime) error { _, err := rt.ToJS(value); return err }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%T: %v, want %s", value, err, want)
		}
	}
}

func TestToGoFollowsTheRule(t *testing.T) {
	rt := runtimetest.New(t)
	to := func(source string, out any) error {
		v := eval(t, rt, "("+source+")")
		return rt.Do(t.Context(), func(*goja.Runtime) error { return rt.ToGo(v, out) })
	}
	for _, row := range []struct {
		source string
		want   any
	}{
		{"true", true}, {"'x'", "x"}, {"-3", int8(-3)}, {"200", uint8(200)}, {"1.5", 1.5}, {"3", 3.0},
		{"Buffer.from('hi')", []byte("hi")}, {"new Uint8Array([1]).buffer", []byte{1}}, {"[1, 2]", []int{1, 2}}, {"null", []int(nil)},
		{"{ a: 1 }", map[string]int{"a": 1}}, {"{ X: 1, name: 'n', deep: [1], Z: 2, more: 1 }", point{X: 1, Name: "n", inner: inner{[]int{1}}, Embedded: &Embedded{2}}},
		{"undefined", (*point)(nil)}, {"{ Y: 2 }", &point{Y: 2}}, {"new Date(5)", time.UnixMilli(5)}, {"1.5", 1500 * time.Microsecond}, {"5n", big.NewInt(5)},
		{"[1, 'a', null, { b: [true] }, 1.5, Buffer.from('x')]", []any{int64(1), "a", nil, map[string]any{"b": []any{true}}, 1.5, []byte("x")}},
	} {
		out := reflect.New(reflect.TypeOf(row.want))
		if err := to(row.source, out.Interface()); err != nil {
			t.Errorf("%s: %v", row.source, err)
		} else if got := out.Elem().Interface(); !reflect.DeepEqual(got, row.want) && fmt.Sprint(got) != fmt.Sprint(row.want) {
			t.Errorf("%s: %#v, want %#v", row.source, got, row.want)
		}
	}
	var n int8
	var s string
	var list []point
	var x any
	var d time.Time
	for _, row := range []struct {
		source string
		out    any
		want   string
	}{
		{"300", &n, "the value must be an integer that Go's int8 can hold"}, {"1.5", &n, "int8"}, {"'1'", &n, "must be of type number"}, {"undefined", &s, "must be of type string"},
		{"new String('x')", &s, "must be of type string"}, {"[{}, { name: 5 }]", &list, "the value[1].name must be of type string"}, {"Symbol()", &x, "not a symbol"},
		{"{ f() {} }", &x, "the value.f must be something that Go has, not a function"}, {"new Date(NaN)", &d, "valid Date"}, {"{ get a() { throw new RangeError('mine') } }", &x, "RangeError: mine"},
		{"(() => { const a = []; a[0] = a; return a })()", &x, "nested less than"}, {"1", s, "want a pointer"},
	} {
		if err := to(row.source, row.out); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %s", row.source, err, row.want)
		}
	}
}

// coded is a Go error with a code.
type coded struct{}

func (coded) Error() string { return "out of cheese" }
func (coded) Code() string  { return "E_CHEESE" }

func TestHostModuleIsATable(t *testing.T) {
	var calls atomic.Int32
	rt := runtimetest.New(t, runtime.Options{Modules: map[string]any{"store": runtime.Exports{
		"version":  3,
		"join":     func(sep string, parts ...string) string { return strings.Join(parts, sep) },
		"move":     func(p point, by *point) point { p.X += by.X; return p },
		"optional": func(n *int) bool { return n != nil },
		"read":     func(name string) ([]byte, error) { return os.ReadFile(name) },
		"cheese":   func() error { return fmt.Errorf("order: %w", coded{}) },
		"each": func(list []int, fn goja.Value) error {
			call, _ := goja.AssertFunction(fn)
			for _, n := range list {
				if _, err := call(goja.Undefined(), goja.New().ToValue(n)); err != nil {
					return err
				}
			}
			return nil
		},
		"slow": runtime.Async{Func: func(ctx context.Context, n int) (int, error) {
			calls.Add(1)
			if n < 0 {
				return 0, &fs.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}
			}
			return 2 * n, nil
		}},
		"nested": runtime.Exports{"one": 1},
	}}})
	got := output(t, rt, `
		const s = require('store');
		const t = (f) => { try { return f() } catch (e) { return e.code + ' ' + e.message } };
		console.log(s.version, s.join('-', 'a', 'b'), s.join('-'), s.move({ X: 1, name: 'p' }, { X: 2 }), s.optional(), s.optional(1), s.nested.one);
		console.log(t(() => s.join(1)));
		console.log(t(() => s.join('', 'a', {})));
		console.log(t(() => s.move({ X: '1' })));
		console.log(t(() => s.optional(1.5)));
		console.log(t(() => s.read('/none')));
		console.log(t(() => s.cheese()));
		console.log(t(() => s.each([1, 2], (n) => { if (n === 2) throw Object.assign(new TypeError('two'), { code: 'TWO' }) })));
		(async () => {
			console.log(await s.slow(21), await s.slow(-1).catch((e) => [e.code, e.errno < 0, e.message]), t(() => s.slow('x')));
		})();
	`)
	expect(t, got, "3 a-b  { X: 3, Y: 0, name: 'p' } false true 1",
		`ERR_INVALID_ARG_TYPE The "arguments[0]" argument must be of type string. Received type number (1)`,
		`ERR_INVALID_ARG_TYPE The "arguments[2]" argument must be of type string. Received an instance of Object`,
		`ERR_INVALID_ARG_TYPE The "arguments[0].X" property must be of type number. Received type string ('1')`,
		`ERR_OUT_OF_RANGE The value of "arguments[0]" is out of range. It must be an integer that Go's int can hold. Received 1.5`,
		"ENOENT open /none: no such file or directory", "E_CHEESE order: out of cheese", "TWO two",
		"42 [ 'ENOENT', true, 'open x: no such file or directory' ] ERR_INVALID_ARG_TYPE "+`The "arguments[0]" argument must be of type number. Received type string ('x')`)
	if calls.Load() != 2 {
		t.Error(calls.Load())
	}
}

func TestErrorsCrossBothWays(t *testing.T) {
	own := errors.New("mine")
	rt := runtimetest.New(t, runtime.Options{Globals: map[string]any{
		"fail": func() error { return own }, "later": runtime.Async{Func: func() error { return own }}}})
	_, err := rt.Call(t.Context(), eval(t, rt, "() => fail()"))
	var thrown *runtime.ThrownError
	if !errors.Is(err, own) || !errors.As(err, &thrown) || thrown.Code != "" {
		t.Error(err)
	}
	p, err := rt.Call(t.Context(), eval(t, rt, "async () => { try { await later() } catch (e) { e.code = 'MORE'; throw e } }"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = rt.Await(t.Context(), p)
	var rejected *runtime.RejectedError
	if !errors.Is(err, own) || !errors.As(err, &rejected) || rejected.Code != "MORE" || err.Error() != "Error: mine" {
		t.Error(err)
	}
	_, err = rt.Call(t.Context(), eval(t, rt, "() => require('fs').readFileSync('/none')"))
	if !errors.As(err, &thrown) || thrown.Code != "ENOENT" {
		t.Error(err)
	}
	err = rt.Do(t.Context(), func(vm *goja.Runtime) error { _, err := vm.RunString("throw 5"); return err })
	if !errors.As(err, &thrown) || thrown.Value.ToInteger() != 5 {
		t.Error(err)
	}
	rt = runtimetest.New(t, runtime.Options{Globals: map[string]any{"fail": func() error { return own }}})
	var uncaught *runtime.UncaughtError
	if err := rt.RunString("[test]", "fail()"); !errors.As(err, &uncaught) || !errors.Is(err, own) {
		t.Error(err)
	}
}

func TestPanicOfAHostFunctionIsReported(t *testing.T) {
	var log records
	rt := runtimetest.New(t, runtime.Options{Logger: slog.New(slog.NewTextHandler(&log, nil)), Globals: map[string]any{
		"crash": func(m map[string]int) { m["x"] = 1 }, "later": runtime.Async{Func: func() { panic("later") }}}})
	got := output(t, rt, `
		try { crash(null) } catch (e) { console.log(e.code, e.message) }
		later().catch((e) => console.log(e.code, e.message));`)
	expect(t, got, "ERR_HOST_PANIC internal error: assignment to entry in nil map", "ERR_HOST_PANIC internal error: later")
	if l := log.String(); strings.Count(l, "a host function panicked") != 2 || !strings.Contains(l, "hostfunc_test.go") {
		t.Error(l)
	}
	// Without a logger it goes to Stderr, and who catches nothing ends by it.
	rt = runtimetest.New(t, runtime.Options{Globals: map[string]any{"crash": func() { panic("now") }}})
	var p *runtime.PanicError
	if err := rt.RunString("[test]", "crash()"); !errors.As(err, &p) || p.Value != "now" || !strings.Contains(string(p.Stack), "hostfunc_test.go") {
		t.Error(err)
	}
	if s := rt.Stderr.String(); !strings.Contains(s, "a host function panicked: now") || !strings.Contains(s, "hostfunc_test.go") {
		t.Error(s)
	}
	// What the engine does by panicking is none: exceptions, process.exit.
	rt = runtimetest.New(t, runtime.Options{Globals: map[string]any{"call": func(fn goja.Value) error {
		call, _ := goja.AssertFunction(fn)
		_, err := call(goja.Undefined())
		return err
	}}})
	var exit *runtime.ExitError
	if err := rt.RunString("[test]", "try { call(() => { throw 1 }) } catch (e) { console.log(e) } call(() => process.exit(4))"); !errors.As(err, &exit) || exit.Code != 4 || rt.Stdout.String() != "1\n" {
		t.Error(err, rt.Stdout.String(), rt.Stderr.String())
	}
	// A function in the engine's own form ends the runtime, not the process.
	rt = runtimetest.New(t, runtime.Options{Globals: map[string]any{"raw": func(goja.FunctionCall) goja.Value { panic(errors.New("raw")) }}})
	if err := rt.RunString("[test]", "raw()"); !errors.As(err, &p) || !strings.Contains(string(p.Stack), "hostfunc_test.go") {
		t.Error(err)
	}
}

type ctxKey struct{}

func TestContextFollowsWhatJavaScriptBegins(t *testing.T) {
	rt := runtimetest.New(t, runtime.Options{Globals: map[string]any{
		"who":   func(ctx context.Context) string { s, _ := ctx.Value(ctxKey{}).(string); return s },
		"later": runtime.Async{Func: func(ctx context.Context) string { s, _ := ctx.Value(ctxKey{}).(string); return s }},
	}})
	fn := eval(t, rt, `
		const { AsyncLocalStorage } = require('async_hooks'); const als = new AsyncLocalStorage();
		async (id) => {
			const seen = [who()];
			await new Promise((r) => setTimeout(r, 1)); seen.push(who());
			await als.run(id, async () => { await null; seen.push(who() + als.getStore()); await new Promise(setImmediate); seen.push(who()); });
			seen.push(await later(), who());
			await new Promise((r) => require('fs').stat('/', r)); seen.push(who());
			await new Promise((r) => process.nextTick(r)); seen.push(who());
			return seen.join();
		}`)
	var results [3]chan string
	for i := range results {
		results[i] = make(chan string, 1)
		name := string(rune('a' + i))
		go func() {
			ctx := context.WithValue(context.Background(), ctxKey{}, name)
			p, err := rt.Call(ctx, fn, name)
			if err == nil {
				p, err = rt.Await(ctx, p)
			}
			results[i] <- fmt.Sprint(p, err)
		}()
	}
	for i := range results {
		n := string(rune('a' + i))
		if got, want := <-results[i], strings.ReplaceAll("n,n,nn,n,n,n,n,n", "n", n)+"<nil>"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestContextEndsHostFunctions(t *testing.T) {
	began := make(chan struct{}, 1)
	wait := runtime.Async{Func: func(ctx context.Context) error {
		began <- struct{}{}
		<-ctx.Done()
		return context.Cause(ctx)
	}}
	rt := runtimetest.New(t, runtime.Options{Globals: map[string]any{"wait": wait}})
	ctx, cancel := context.WithCancel(t.Context())
	p, err := rt.Call(ctx, eval(t, rt, "async () => { try { await wait() } catch (e) { return e.name + ' ' + e.code } }"))
	if err != nil {
		t.Fatal(err)
	}
	<-began
	cancel()
	if v, err := rt.Await(t.Context(), p); err != nil || v.String() != "AbortError ABORT_ERR" {
		t.Error(v, err)
	}
	// Close ends what still runs, and waits for it.
	eval(t, rt, "void wait()")
	<-began
	rt.Close()
}

func TestValuesOfAnotherRuntimeAreRefused(t *testing.T) {
	a, b := runtimetest.New(t), runtimetest.New(t)
	foreign := eval(t, a, "({ f() {} })")
	fn := eval(t, a, "() => {}")
	mine := eval(t, b, "(x) => x")
	if _, err := b.Call(t.Context(), fn); !errors.Is(err, runtime.ErrForeignValue) {
		t.Error(err)
	}
	if _, err := b.Call(t.Context(), mine, foreign); !errors.Is(err, runtime.ErrForeignValue) {
		t.Error(err)
	}
	if _, err := b.Call(t.Context(), mine, []any{1, map[string]any{"x": foreign}}); !errors.Is(err, runtime.ErrForeignValue) || !strings.Contains(err.Error(), "[1]: .x: ") {
		t.Error(err)
	}
	if _, err := b.Await(t.Context(), eval(t, a, "Promise.resolve(1)")); !errors.Is(err, runtime.ErrForeignValue) {
		t.Error(err)
	}
	if _, err := runtime.New(runtime.Options{Globals: map[string]any{"x": foreign}}); !errors.Is(err, runtime.ErrForeignValue) {
		t.Error(err)
	}
	var x any
	if err := b.Do(t.Context(), func(*goja.Runtime) error { return b.ToGo(foreign, &x) }); !errors.Is(err, runtime.ErrForeignValue) {
		t.Error(err)
	}
	// A host function that gives it is caught as well.
	c := runtimetest.New(t, runtime.Options{Globals: map[string]any{"give": func() goja.Value { return foreign }}})
	if _, err := c.Eval(t.Context(), "[test]", "give()"); !errors.Is(err, runtime.ErrForeignValue) || !strings.Contains(err.Error(), "a value of one runtime was used in another") {
		t.Error(err)
	}
	if v, err := b.Call(t.Context(), mine, "strings may cross"); err != nil || v.String() != "strings may cross" {
		t.Error(v, err)
	}
}

func TestNewRefusesExportsItCannotConvert(t *testing.T) {
	rt := runtimetest.New(t, runtime.Options{Modules: map[string]any{"bad": runtime.Exports{"c": make(chan int)}}})
	if _, err := rt.Eval(t.Context(), "[test]", "require('bad')"); err == nil || !strings.Contains(err.Error(), "module bad: .c: runtime: a chan int cannot be given to JavaScript") {
		t.Error(err)
	}
	if _, err := runtime.New(runtime.Options{Globals: map[string]any{"f": runtime.Async{Func: func(v goja.Value) {}}}}); err == nil || !strings.Contains(err.Error(), "belongs to the loop goroutine") {
		t.Error(err)
	}
}
