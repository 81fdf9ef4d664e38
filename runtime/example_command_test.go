package runtime_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing/fstest"
	"time"

	"github.com/dop251/goja"
	"github.com/google/pprof/profile"

	"github.com/gonode/gonode/runtime"
)

func ExampleParseEnv() {
	env := runtime.ParseEnv("# where\nHOST=localhost\nexport GREETING='hello world' # quoted")
	fmt.Println(env["HOST"], env["GREETING"])
	// Output: localhost hello world
}

func ExampleSignalName() {
	fmt.Printf("%q %q\n", runtime.SignalName(syscall.SIGTERM), runtime.SignalName(syscall.Signal(0)))
	// Output: "SIGTERM" ""
}

// What the main function of a command of one's own does first. It is not run here: it is for the process.
func ExampleTuneGC() {
	runtime.TuneGC()
}

// SetRegexpTime comes before the first New; that is why nothing is run here.
func ExampleSetRegexpTime() {
	runtime.SetRegexpTime(2 * time.Second)
	// Output:
}

func ExampleRuntime_Check() {
	files := fstest.MapFS{"app.js": {Data: []byte("console.log('not run')")}, "bad.js": {Data: []byte("let = ;")}}
	for _, name := range []string{"app.js", "bad.js"} {
		rt := must(runtime.New(runtime.Options{FS: files, Stderr: io.Discard}))
		err := rt.Check(name)
		fmt.Println(err)
		rt.Close()
	}
	// Output:
	// <nil>
	// /bad.js:1
	// let = ;
	//       ^
	//
	// SyntaxError: Unexpected token ';'
}

func ExampleRuntime_CheckString() {
	rt := must(runtime.New(runtime.Options{Stderr: io.Discard}))
	defer rt.Close()
	fmt.Println(rt.CheckString("app.js", "function f() { return 1 }"))
	// Output: <nil>
}

func ExampleFakeClock_Advance() {
	clock := runtime.NewManualClock(time.UnixMilli(0))
	ticks := make(chan int64, 1)
	rt := must(runtime.New(runtime.Options{Clock: clock, Globals: map[string]any{"tick": func(now int64) { ticks <- now }}}))
	defer rt.Close()
	must(rt.Eval(background, "app.js", "setInterval(() => tick(Date.now()), 1000); 0"))
	for range 3 {
		clock.Advance(time.Second)
		fmt.Println(<-ticks, clock.Now().Unix())
	}
	// Output:
	// 1000 1
	// 2000 2
	// 3000 3
}

func ExampleStartProfile() {
	var out bytes.Buffer
	if err := runtime.StartProfile(&out); err != nil {
		panic(err)
	}
	rt := must(runtime.New(runtime.Options{}))
	_ = rt.RunString("app.js", "function spin() { for (const end = Date.now() + 100; Date.now() < end;); } spin()")
	rt.Close()
	runtime.StopProfile() // out is complete now

	p := must(profile.Parse(&out)) // or: go tool pprof
	for _, f := range p.Function {
		if f.Name == "spin" {
			fmt.Println(f.Name, "in", f.Filename)
		}
	}
	// Output: spin in app.js
}

func ExampleRuntime_RunWorkers() {
	dir := must(os.MkdirTemp("", "example"))
	defer os.RemoveAll(dir)
	script := filepath.Join(dir, "server.js")
	if err := os.WriteFile(script, []byte(`
		const { worker } = require('cluster');
		const server = require('http').createServer((req, res) => res.end('worker ' + worker.id));
		server.listen(8080, () => ready());`), 0o600); err != nil {
		panic(err)
	}
	ready := make(chan bool, 2)
	ln := must(net.Listen("tcp", "127.0.0.1:0"))
	shared := runtime.NewListeners(nil)
	if err := shared.Provide("tcp", ":8080", ln); err != nil {
		panic(err)
	}
	rt := must(runtime.New(runtime.Options{
		Args: []string{script}, Cluster: true, Network: shared.Network(),
		Globals: map[string]any{"ready": func() { ready <- true }},
	}))
	go func() {
		<-ready
		<-ready
		rt.Close() // two workers serve one port until then
	}()
	fmt.Println(errors.Is(rt.RunWorkers(script, 2), runtime.ErrClosed))
	// Output: true
}

func ExampleRuntime_REPL() {
	rt := must(runtime.New(runtime.Options{}))
	defer rt.Close()
	repl := must(rt.REPL(runtime.REPLOptions{Out: os.Stdout}))
	for _, line := range []string{"const n = 6", "await Promise.resolve(n * 7)", "[_, `a", "b`]"} {
		fmt.Println(repl.Prompt() + line)
		if err := repl.Line(line); err != nil {
			panic(err)
		}
	}
	fmt.Println(repl.Complete("Math.floo"))
	fmt.Println(repl.Exit())
	// Output:
	// > const n = 6
	// undefined
	// > await Promise.resolve(n * 7)
	// 42
	// > [_, `a
	// ... b`]
	// [ 42, 'a\nb' ]
	// [floor] 4
	// <nil>
}

func ExampleREPL_Break() {
	var repl *runtime.REPL
	rt := must(runtime.New(runtime.Options{Globals: map[string]any{
		"interrupt": func() { go repl.Break() }, // as Ctrl-C does
	}}))
	defer rt.Close()
	repl = must(rt.REPL(runtime.REPLOptions{Out: os.Stdout}))
	_ = repl.Line("interrupt(); for (;;);")

	_ = repl.Line("[1,")
	fmt.Println(repl.Prompt(), must(repl.Clear()), repl.Prompt())
	// Output:
	// Uncaught:
	// [Error [ERR_SCRIPT_EXECUTION_INTERRUPTED]: Script execution was interrupted by `SIGINT`] {
	//   code: 'ERR_SCRIPT_EXECUTION_INTERRUPTED'
	// }
	// ...  true >
}

func ExampleUncaughtError() {
	rt := must(runtime.New(runtime.Options{Stderr: io.Discard}))
	defer rt.Close()
	err := rt.RunString("app.js", "function f() {\n  throw new TypeError('no')\n}\nf()")
	var uncaught *runtime.UncaughtError
	if errors.As(err, &uncaught) {
		fmt.Println(uncaught.Value)
		fmt.Println(uncaught.Text)
	}
	// Output:
	// TypeError: no
	// app.js:2
	//   throw new TypeError('no')
	//   ^
	//
	// TypeError: no
	//     at f (app.js:2:9)
	//     at app.js:4:1
}

func ExampleExitError() {
	rt := must(runtime.New(runtime.Options{}))
	defer rt.Close()
	err := rt.RunString("app.js", "process.on('exit', (code) => console.log('bye', code)); process.exit(3)")
	var exit *runtime.ExitError
	fmt.Println(errors.As(err, &exit), exit.Code)
	// Output:
	// bye 3
	// true 3
}

func ExamplePanicError() {
	rt := must(runtime.New(runtime.Options{Stderr: io.Discard, Globals: map[string]any{
		"lookup": func(i int) int { return []int{1, 2}[i] },
	}}))
	defer rt.Close()
	err := rt.RunString("app.js", "try { lookup(5) } catch (e) { console.log(e.message) } lookup(7)")
	var panicked *runtime.PanicError
	fmt.Println(errors.As(err, &panicked))
	// Output:
	// internal error: runtime error: index out of range [5] with length 2
	// true
}

func ExampleRuntime_ToJS_foreign() {
	one, two := must(runtime.New(runtime.Options{})), must(runtime.New(runtime.Options{}))
	defer one.Close()
	defer two.Close()
	v := must(one.Eval(background, "app.js", "({ a: 1 })"))
	fn := must(two.Eval(background, "app.js", "(o) => o.a"))
	_, err := two.Call(background, fn, v)
	fmt.Println(errors.Is(err, runtime.ErrForeignValue))
	var plain map[string]any
	if err := one.Do(background, func(*goja.Runtime) error { return one.ToGo(v, &plain) }); err != nil {
		panic(err)
	}
	fmt.Println(two.Call(background, fn, plain))
	// Output:
	// true
	// 1 <nil>
}
