package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing/fstest"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/runtime"
)

// must is for examples only.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

var background = context.Background()

func ExampleNew() {
	rt, err := runtime.New(runtime.Options{Args: []string{"app.js", "you"}, Env: map[string]string{"GREETING": "hello"}})
	if err != nil {
		panic(err)
	}
	defer rt.Close()
	err = rt.RunString("app.js", "console.log(process.env.GREETING, process.argv[2])")
	fmt.Println(err)
	// Output:
	// hello you
	// <nil>
}

func ExampleRuntime_Run() {
	files := fstest.MapFS{"app.js": {Data: []byte("setInterval(() => {}, 1000); console.log('running')")}}
	rt := must(runtime.New(runtime.Options{FS: files}))
	defer rt.Close()
	ctx, cancel := context.WithTimeout(background, 20*time.Millisecond)
	defer cancel()
	fmt.Println(rt.Run(ctx, "app.js"))
	// Output:
	// running
	// context deadline exceeded
}

func ExampleRuntime_RunFile() {
	file := filepath.Join(os.TempDir(), fmt.Sprintf("example-%d.js", os.Getpid()))
	defer os.Remove(file)
	if err := os.WriteFile(file, []byte("process.exitCode = 2"), 0o600); err != nil {
		panic(err)
	}
	rt := must(runtime.New(runtime.Options{}))
	defer rt.Close()
	fmt.Println(rt.RunFile(file))
	// Output: exit status 2
}

func ExampleRuntime_RunString() {
	rt := must(runtime.New(runtime.Options{Stderr: io.Discard}))
	defer rt.Close()
	err := rt.RunString("app.js", "function f() { throw Object.assign(new Error('oops'), { code: 'E_OOPS' }) } f()")
	var uncaught *runtime.UncaughtError
	if errors.As(err, &uncaught) {
		fmt.Println(uncaught.Code, uncaught.Value)
	}
	// Output: E_OOPS Error: oops
}

func ExampleRuntime_PrintString() {
	rt := must(runtime.New(runtime.Options{}))
	defer rt.Close()
	_ = rt.PrintString("[eval]", "new Map([[1, { a: [] }]])")
	// Output: Map(1) { 1 => { a: [] } }
}

func ExampleRuntime_Do() {
	rt := must(runtime.New(runtime.Options{}))
	defer rt.Close()
	var sum int64
	err := rt.Do(background, func(vm *goja.Runtime) error { // on the loop goroutine
		v, err := vm.RunString("1 + 2")
		if err == nil {
			sum = v.ToInteger() // taken out of the value before Do returns
		}
		return err
	})
	fmt.Println(sum, err)
	// Output: 3 <nil>
}

func ExampleRuntime_Eval() {
	rt := must(runtime.New(runtime.Options{}))
	defer rt.Close()
	v, err := rt.Eval(background, "inline.js", "require('path').extname('a.txt')")
	fmt.Println(v, err)
	_, err = rt.Eval(background, "inline.js", "none.thing")
	fmt.Println(err)
	// Output:
	// .txt <nil>
	// ReferenceError: none is not defined
	//     at inline.js:1:1
}

func ExampleRuntime_Require() {
	files := fstest.MapFS{"greet.js": {Data: []byte("module.exports = (name) => 'hello ' + name")}}
	rt := must(runtime.New(runtime.Options{FS: files}))
	defer rt.Close()
	var greet goja.Value
	_ = rt.Do(background, func(*goja.Runtime) error { greet = rt.Require("./greet"); return nil })
	fmt.Println(rt.Call(background, greet, "you"))
	// Output: hello you <nil>
}

func ExampleRuntime_Call() {
	rt := must(runtime.New(runtime.Options{}))
	defer rt.Close()
	fn := must(rt.Eval(background, "inline.js", "(list, o) => { if (!list) throw new TypeError('no list'); return list.concat(o.more).join() }"))
	fmt.Println(rt.Call(background, fn, []int{1, 2}, map[string]any{"more": 3}))
	_, err := rt.Call(background, fn)
	var thrown *runtime.ThrownError
	fmt.Println(errors.As(err, &thrown), thrown)
	// Output:
	// 1,2,3 <nil>
	// true TypeError: no list
	//     at inline.js:1:33
}

func ExampleRuntime_Invoke() {
	files := fstest.MapFS{"users.js": {Data: []byte(`
		exports.find = async (id) => { if (id > 1) throw Object.assign(new Error('no such user'), { code: 'E_USER' }); return { id, name: 'ada' } }`)}}
	rt := must(runtime.New(runtime.Options{FS: files}))
	defer rt.Close()
	var user struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
	}
	fmt.Println(rt.Invoke(background, &user, "./users", "find", 1), user)
	var rejected *runtime.RejectedError
	fmt.Println(errors.As(rt.Invoke(background, &user, "./users", "find", 2), &rejected), rejected.Code)
	// Output:
	// <nil> {1 ada}
	// true E_USER
}

func ExampleRuntime_ToGo() {
	rt := must(runtime.New(runtime.Options{}))
	defer rt.Close()
	v := must(rt.Eval(background, "inline.js", "({ at: new Date(0), data: Buffer.from('hi'), tags: ['a', 1] })"))
	var out struct {
		At   time.Time `json:"at"`
		Data []byte    `json:"data"`
		Tags []any     `json:"tags"`
	}
	err := rt.Do(background, func(*goja.Runtime) error { return rt.ToGo(v, &out) })
	fmt.Println(out.At.UTC().Year(), string(out.Data), out.Tags, err)
	err = rt.Do(background, func(*goja.Runtime) error {
		return rt.ToGo(v, new(struct {
			At int `json:"at"`
		}))
	})
	fmt.Println(err)
	// Output:
	// 1970 hi [a 1] <nil>
	// runtime: the value.at must be of type number
}

func ExampleRuntime_ToJS() {
	rt := must(runtime.New(runtime.Options{}))
	defer rt.Close()
	err := rt.Do(background, func(vm *goja.Runtime) error {
		v, err := rt.ToJS(map[string]any{"took": 1500 * time.Millisecond, "raw": []byte{1, 2}})
		if err != nil {
			return err
		}
		return vm.GlobalObject().Set("result", v)
	})
	fmt.Println(err)
	_ = rt.PrintString("[eval]", "result")
	// Output:
	// <nil>
	// { raw: <Buffer 01 02>, took: 1500 }
}

type requestID struct{}

func ExampleRuntime_Context() {
	var rt *runtime.Runtime
	rt = must(runtime.New(runtime.Options{Globals: map[string]any{
		"id": func(goja.FunctionCall) goja.Value { // a function in goja's form asks for it
			id, _ := rt.Context().Value(requestID{}).(string)
			return must(rt.ToJS(id))
		},
	}}))
	defer rt.Close()
	fn := must(rt.Eval(background, "inline.js", "(async () => { await new Promise(setImmediate); return id() })"))
	ctx := context.WithValue(background, requestID{}, "r1")
	fmt.Println(rt.Await(ctx, must(rt.Call(ctx, fn))))
	// Output: r1 <nil>
}

func ExampleRuntime_Interrupt() {
	var rt *runtime.Runtime
	rt = must(runtime.New(runtime.Options{Globals: map[string]any{"stop": func() { go rt.Interrupt("enough") }}}))
	defer rt.Close()
	err := rt.RunString("app.js", "stop(); for (;;);")
	var interrupted *goja.InterruptedError
	fmt.Println(errors.As(err, &interrupted), interrupted.Value())
	// Output: true enough
}

func ExampleRuntime_Shutdown() {
	rt := must(runtime.New(runtime.Options{}))
	defer rt.Close()
	must(rt.Eval(background, "server.js", "require('http').createServer((req, res) => res.end()).listen(0, '127.0.0.1')"))
	fmt.Println(rt.Shutdown(background)) // lets it finish what is in flight
	// Output: true <nil>
}

func ExampleRuntime_Listens() {
	rt := must(runtime.New(runtime.Options{}))
	defer rt.Close()
	must(rt.Eval(background, "app.js", "process.on('message', () => {}); 0"))
	fmt.Println(must(rt.Listens(background, "message")), must(rt.Listens(background, "SIGTERM")))
	// Output: true false
}

func ExampleRuntime_Close() {
	rt := must(runtime.New(runtime.Options{}))
	must(rt.Eval(background, "server.js", "require('net').createServer().listen(0, '127.0.0.1')"))
	rt.Close() // no goroutine and no descriptor is left
	fmt.Println(rt.Do(background, func(*goja.Runtime) error { return nil }) == runtime.ErrClosed)
	// Output: true
}

func ExampleExports() {
	rt := must(runtime.New(runtime.Options{Modules: map[string]any{"greet": runtime.Exports{
		"greet":   func(name string, times *int) string { return fmt.Sprint("hello ", name, " ", times != nil) },
		"fail":    func() error { return os.ErrNotExist },
		"version": 2,
	}}}))
	defer rt.Close()
	_ = rt.RunString("app.js", `
		const { greet, fail, version } = require('greet');
		console.log(greet('you'), version);
		try { fail() } catch (e) { console.log(e.code) }
		try { greet(1) } catch (e) { console.log(e.code) }`)
	// Output:
	// hello you false 2
	// ENOENT
	// ERR_INVALID_ARG_TYPE
}

func ExampleAsync() {
	rt := must(runtime.New(runtime.Options{Globals: map[string]any{
		"load": runtime.Async{Func: func(ctx context.Context, name string) ([]byte, error) {
			return []byte("contents of " + name), ctx.Err() // may block
		}},
	}}))
	defer rt.Close()
	_ = rt.RunString("app.js", "load('x').then((b) => console.log(String(b)))")
	// Output: contents of x
}

func ExamplePermissions_Grant() {
	var p runtime.Permissions
	for _, option := range []string{"--allow-net=api.example.com:443", "--allow-fs-read=/srv", "--color"} {
		fmt.Println(p.Grant(option))
	}
	fmt.Println(p.Net, p.Read)
	// Output:
	// true <nil>
	// true <nil>
	// false <nil>
	// [api.example.com:443] [/srv]
}

func ExampleLimits() {
	rt := must(runtime.New(runtime.Options{Limits: runtime.Limits{EntryTime: 20 * time.Millisecond}}))
	defer rt.Close()
	err := rt.RunString("app.js", "for (;;);")
	var limit *runtime.LimitError
	fmt.Println(errors.As(err, &limit), err)
	// Output: true runtime: the limit EntryTime of 20ms was exceeded
}

func ExampleNewFakeClock() {
	rt := must(runtime.New(runtime.Options{Clock: runtime.NewFakeClock(time.UnixMilli(0))}))
	defer rt.Close()
	_ = rt.RunString("app.js", "setTimeout(() => console.log(Date.now()), 86400e3)")
	// Output: 86400000
}

func ExampleNewManualClock() {
	clock := runtime.NewManualClock(time.UnixMilli(0))
	rt := must(runtime.New(runtime.Options{Clock: clock}))
	defer rt.Close()
	p := must(rt.Eval(background, "app.js", "new Promise((r) => setTimeout(() => r(Date.now()), 1000))"))
	clock.Advance(2 * time.Second)
	fmt.Println(rt.Await(background, p))
	// Output: 2000 <nil>
}

func ExampleListeners() {
	ln := must(net.Listen("tcp", "127.0.0.1:0"))
	shared := runtime.NewListeners(nil)
	if err := shared.Provide("tcp", ":80", ln); err != nil { // what scripts get for listen(80)
		panic(err)
	}
	for id := range 2 {
		rt := must(runtime.New(runtime.Options{Network: shared.Network(), Globals: map[string]any{"id": id}}))
		defer rt.Close()
		must(rt.Eval(background, "server.js", "require('net').createServer((c) => c.end('hello')).listen(80)"))
	}
	conn := must(net.Dial("tcp", ln.Addr().String()))
	defer conn.Close()
	fmt.Println(string(must(io.ReadAll(conn))))
	// Output: hello
}

func ExamplePool_Use() {
	files := fstest.MapFS{"work.js": {Data: []byte("exports.square = (n) => n * n")}}
	pool := runtime.NewPool(runtime.PoolOptions{Size: 2, Options: runtime.Options{FS: files}})
	defer pool.Close()
	err := pool.Use(background, func(rt *runtime.Runtime) error {
		var n int
		err := rt.Invoke(background, &n, "./work", "square", 7)
		fmt.Println(n)
		return err
	})
	fmt.Println(err)
	// Output:
	// 49
	// <nil>
}

func ExamplePool_Invoke() {
	files := fstest.MapFS{"work.js": {Data: []byte("exports.square = async (n) => n * n")}}
	pool := runtime.NewPool(runtime.PoolOptions{Fresh: true, Options: runtime.Options{FS: files}})
	defer pool.Close()
	var n int
	fmt.Println(pool.Invoke(background, &n, "./work", "square", 8), n)
	// Output: <nil> 64
}

func ExamplePool_Run() {
	files := fstest.MapFS{"server.js": {Data: []byte("require('http').createServer((q, r) => r.end()).listen(0, '127.0.0.1', ready)")}}
	ctx, cancel := context.WithCancelCause(background)
	ready := make(chan struct{}, 2)
	pool := runtime.NewPool(runtime.PoolOptions{Size: 2, Options: runtime.Options{FS: files, Globals: map[string]any{"ready": func() { ready <- struct{}{} }}}})
	defer pool.Close()
	go func() { <-ready; <-ready; cancel(errors.New("both are up")) }()
	fmt.Println(pool.Run(ctx, "server.js"))
	// Output: both are up
}

func ExampleObserver() {
	var out bytes.Buffer
	rt := must(runtime.New(runtime.Options{Observer: &runtime.Observer{Handles: func(open int) { fmt.Fprint(&out, open, " ") }}}))
	defer rt.Close()
	_ = rt.RunString("app.js", "const s = require('net').createServer().listen(0, '127.0.0.1', () => s.close())")
	fmt.Println(out.String())
	// Output: 1 0
}
