package runtime_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

func run(t *testing.T, script string, options ...runtime.Options) (string, error) {
	t.Helper()
	rt := runtimetest.New(t, options...)
	err := rt.RunString("[test]", script)
	return rt.Stdout.String(), err
}

func TestInterruptStopsWhateverRuns(t *testing.T) {
	for name, script := range map[string]string{
		"loop":      `tell(); for (;;) {}`,
		"in try":    `tell(); for (;;) try { for (;;) {} } catch (e) {} finally { for (;;) {} }`,
		"ticks":     `tell(); (function f() { process.nextTick(f); })()`,
		"promises":  `tell(); (function f() { Promise.resolve().then(f); })()`,
		"timer":     `tell(); setInterval(() => {}, 1e6)`,
		"immediate": `tell(); (function f() { setImmediate(f); })()`,
		"server":    `require('http').createServer().listen(0, '127.0.0.1', tell)`,
		"regexp":    `tell(); for (;;) /(a*)*b/.test('aaaaaaaaaaaaaaa')`,
		"sort":      `tell(); for (;;) [3, 1, 2].sort(() => { try { throw 1; } catch (e) { return 0; } })`,
		"listener":  `process.on('uncaughtException', () => { tell(); for (;;) {} }); throw 1`,
	} {
		t.Run(name, func(t *testing.T) {
			var once sync.Once
			started := make(chan struct{})
			rt := runtimetest.New(t, runtime.Options{Globals: map[string]any{"tell": func() { once.Do(func() { close(started) }) }}})
			go func() {
				<-started
				rt.Interrupt("enough")
			}()
			err := rt.RunString("[test]", script)
			stopped := new(goja.InterruptedError)
			if !errors.As(err, &stopped) || stopped.Value() != "enough" {
				t.Errorf("error %v, want the interrupt", err)
			}
		})
	}
}

func TestRuntimesShareNothing(t *testing.T) {
	const script = `
	const E = require('events');
	E.prototype.mine = id; Array.prototype.mine = id; process.env.MINE = String(id); E.defaultMaxListeners = 20 + id; globalThis.leak = id;
	const e = new E(); let n = 0; e.on('x', () => n++);
	const s = require('http').createServer((q, r) => r.end(String(id))).listen(0, '127.0.0.1', () => {
	  require('http').get({ port: s.address().port }, (r) => { let b = ''; r.on('data', (d) => b += d).on('end', () => {
	    s.close(); for (let i = 0; i < 100; i++) e.emit('x');
	    console.log(b, new E().mine, [].mine, process.env.MINE, E.defaultMaxListeners - 20, leak, n);
	  }); });
	});`
	var wg sync.WaitGroup
	for id := range 8 {
		wg.Go(func() {
			var out, errs bytes.Buffer
			rt, err := runtime.New(runtime.Options{Globals: map[string]any{"id": id}, Stdout: &out, Stderr: &errs, Env: map[string]string{}})
			if err != nil {
				t.Error(err)
				return
			}
			defer rt.Close()
			if err := rt.RunString("[test]", script); err != nil {
				t.Error(err, errs.String())
			}
			if want := fmt.Sprintf("%[1]d %[1]d %[1]d %[1]d %[1]d %[1]d 100\n", id); out.String() != want {
				t.Errorf("%q, want %q", out.String(), want)
			}
		})
	}
	wg.Wait()
}

func TestHostModules(t *testing.T) {
	loads := 0
	out, err := run(t, `
	const a = require('host/a'), b = require('host/b');
	console.log(a.add(1, 2), require('host/a') === a, b, require('module').builtinModules.includes('host/b'), require.resolve('host/a'));
	console.log(require('path'), require('node:host/b'));
	try { require('host/c'); } catch (e) { console.log(e.code); }
	try { a.fail(); } catch (e) { console.log(e instanceof TypeError, e.message); }
	`, runtime.Options{Modules: map[string]any{
		// The form of goja_nodejs's require.ModuleLoader.
		"host/a": func(vm *goja.Runtime, module *goja.Object) {
			loads++
			exports := module.Get("exports").(*goja.Object)
			exports.Set("add", func(a, b int) int { return a + b })
			exports.Set("fail", func() { panic(vm.NewTypeError("no")) })
		},
		"host/b": func(vm *goja.Runtime, module *goja.Object) { module.Set("exports", "replaced") },
		"path":   modules.Module{ID: "path", Load: func(h *modules.Host) goja.Value { return h.VM.ToValue("ours") }},
	}})
	want := "3 true replaced true host/a\nours replaced\nMODULE_NOT_FOUND\ntrue no\n"
	if err != nil || out != want || loads != 1 {
		t.Errorf("%q %v, %d loads; want %q", out, err, loads, want)
	}
}

func TestNewRefusesModulesOfAnotherForm(t *testing.T) {
	_, err := runtime.New(runtime.Options{Modules: map[string]any{"x": 5}})
	if err == nil || !strings.Contains(err.Error(), `Options.Modules["x"] is a int`) {
		t.Error(err)
	}
}

func TestOptionsReachTheProcess(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	rt := runtimetest.New(t, runtime.Options{Args: []string{"script", "a", "b"}, Env: map[string]string{"K": "v"}, Dir: dir,
		ExecPath: "/bin/gonode", ExecArgv: []string{"--flag"}, Stdin: strings.NewReader("input"), Stdout: &out,
		Globals: map[string]any{"answer": 42, "list": []string{"x"}, "twice": func(n float64) float64 { return 2 * n }}})
	err := rt.RunString("[test]", `
	console.log(JSON.stringify([process.argv, process.env, process.cwd() === `+"`"+dir+"`"+`, process.execPath, process.execArgv, answer, list[0], twice(4)]));
	process.stdin.on('data', (d) => console.log(String(d)));`)
	want := `[["/bin/gonode","script","a","b"],{"K":"v"},true,"/bin/gonode",["--flag"],42,"x",8]` + "\ninput\n"
	if err != nil || out.String() != want {
		t.Errorf("%v %q, want %q", err, out.String(), want)
	}
}

func TestRunFileErrors(t *testing.T) {
	dir := t.TempDir()
	for _, row := range []struct {
		script string
		code   int
	}{
		{"", 0}, {"process.exitCode = 3", 3}, {"process.exit(4)", 4}, {"throw 1", 1}, {"Promise.reject(1)", 1}, {"syntax error", 1},
		{"process.on('exit', () => { process.exitCode = 8 })", 8}, {"process.on('uncaughtException', () => { throw 2 }); throw 1", 7},
		{"setTimeout(() => { throw 1 }, 1)", 1}, {"require('./missing')", 1}, {"process.exitCode = 0; throw 1", 1},
	} {
		file := filepath.Join(dir, "x.js")
		if err := os.WriteFile(file, []byte(row.script), 0o666); err != nil {
			t.Fatal(err)
		}
		t.Run(row.script, func(t *testing.T) {
			rt := runtimetest.New(t)
			err := rt.RunFile(file)
			code, exit := 0, new(runtime.ExitError)
			if errors.As(err, &exit) {
				code = exit.Code
			} else if err != nil {
				t.Error(err)
			}
			if code != row.code {
				t.Errorf("exit %d, want %d", code, row.code)
			}
			if err := rt.RunString("[test]", ""); err == nil {
				t.Error("a process that has exited ran again")
			}
		})
	}
	rt := runtimetest.New(t)
	if err := rt.RunFile(filepath.Join(dir, "none.js")); err == nil || !strings.Contains(rt.Stderr.String(), "Cannot find module") {
		t.Error(err, rt.Stderr.String())
	}
}

func TestPrintString(t *testing.T) {
	rt := runtimetest.New(t)
	if err := rt.PrintString("[test]", `({ a: [1, 'x'] })`); err != nil || rt.Stdout.String() != "{ a: [ 1, 'x' ] }\n" {
		t.Error(err, rt.Stdout.String())
	}
}

func TestCloseFromAnotherGoroutineEndsARun(t *testing.T) {
	started := make(chan struct{})
	rt, err := runtime.New(runtime.Options{Globals: map[string]any{"tell": func() { close(started) }}, Env: map[string]string{}})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- rt.RunString("[test]", `require('net').createServer().listen(0, '127.0.0.1', tell)`) }()
	<-started
	rt.Close()
	if err := <-ended; err == nil {
		t.Error("no error")
	}
}

func TestCallStackLimit(t *testing.T) {
	rt := runtimetest.New(t, runtime.Options{Limits: runtime.Limits{CallStack: 100}})
	err := rt.RunString("[test]", `function f(n) { return n && f(n - 1); } console.log(f(50)); f(200)`)
	if err == nil || rt.Stdout.String() != "0\n" || !strings.Contains(rt.Stderr.String(), "Maximum call stack size exceeded") {
		t.Error(err, rt.Stdout.String(), rt.Stderr.String())
	}
}

func TestCloseWaitsForTheFirstTurn(t *testing.T) {
	started := make(chan struct{})
	rt, err := runtime.New(runtime.Options{Globals: map[string]any{"started": func() { close(started) }}})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- rt.RunString("app.js", "started(); for (let i = 0; i < 1e5; i++) setTimeout(() => {}, i); require('net').createServer().listen(0, '127.0.0.1')")
	}()
	<-started
	rt.Close()
	if err := <-ended; err == nil {
		t.Error("Run ended as if nothing had been")
	}
}

func TestCloseEndsAFirstTurnThatIsBusy(t *testing.T) {
	started := make(chan struct{})
	rt, err := runtime.New(runtime.Options{Globals: map[string]any{"started": func() { close(started) }}})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- rt.RunString("app.js", "started(); for (;;);") }()
	<-started
	rt.Close()
	if err := <-ended; err == nil {
		t.Error("Run ended as if nothing had been")
	}
}
