package runtime_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

func TestEntryTimeEndsWhatTakesLong(t *testing.T) {
	limits := runtime.Limits{EntryTime: 30 * time.Millisecond}
	for name, source := range map[string]string{
		"main":    "try { for (;;); } finally { console.log('finally') }",
		"timer":   "setTimeout(() => { for (;;); }, 1)",
		"promise": "Promise.resolve().then(function f() { return Promise.resolve().then(f) })",
		"tick":    "(function f() { process.nextTick(f) })()",
	} {
		t.Run(name, func(t *testing.T) {
			rt := runtimetest.New(t, runtime.Options{Limits: limits})
			err := rt.RunString("[test]", source)
			var limit *runtime.LimitError
			if !errors.As(err, &limit) || limit.Limit != "EntryTime" || !strings.Contains(err.Error(), "EntryTime of 30ms") {
				t.Error(err)
			}
			if rt.Stdout.Len() > 0 {
				t.Error("the script went on")
			}
		})
	}
	// Many short entries may take any time.
	rt := runtimetest.New(t, runtime.Options{Limits: runtime.Limits{EntryTime: 300 * time.Millisecond}})
	if got := output(t, rt, "let n = 0; const i = setInterval(() => { if (++n === 20) { clearInterval(i); console.log(n) } }, 20)"); got != "20\n" {
		t.Errorf("%q", got)
	}
	rt = runtimetest.New(t, runtime.Options{Limits: limits})
	var limit *runtime.LimitError
	if err := rt.Do(t.Context(), func(vm *goja.Runtime) error { _, err := vm.RunString("for (;;);"); return err }); !errors.As(err, &limit) {
		t.Error(err)
	}
	if err := rt.Do(t.Context(), func(*goja.Runtime) error { return nil }); !errors.As(err, &limit) {
		t.Error("a runtime that was cut off goes on:", err)
	}
}

// caught is source's exception as "name code message".
func caught(t *testing.T, o runtime.Options, source string) string {
	t.Helper()
	rt := runtimetest.New(t, o)
	return strings.TrimSpace(output(t, rt, "const show = (e) => console.log(e.name, e.code, e.message); try { "+source+" } catch (e) { show(e) }"))
}

func TestLimitsThrowWithTheirNames(t *testing.T) {
	dir := t.TempDir()
	deep := filepath.Join(dir, "deep.js")
	if err := os.WriteFile(deep, []byte(strings.Repeat("[", 50)+strings.Repeat("]", 50)), 0o644); err != nil {
		t.Fatal(err)
	}
	o := runtime.Options{Dir: dir, Limits: runtime.Limits{SourceNesting: 40, JSONDepth: 30, Handles: 2, Timers: 3}}
	for source, want := range map[string]string{
		"require('./deep')":                                                               "SyntaxError undefined " + deep + ": nested deeper than 40 brackets, the limit SourceNesting",
		"JSON.parse('['.repeat(31) + ']'.repeat(31))":                                     "RangeError undefined JSON text is nested deeper than 30 levels, the limit JSONDepth",
		"for (let i = 0; i < 4; i++) setTimeout(() => {}, 1)":                             "RangeError ERR_LIMIT_EXCEEDED The limit Timers of this runtime is 3",
		"for (let i = 0; i < 4; i++) setImmediate(() => {})":                              "RangeError ERR_LIMIT_EXCEEDED The limit Timers of this runtime is 3",
		"for (let i = 0; i < 3; i++) require('net').createServer().listen(i + 1).unref()": "RangeError ERR_LIMIT_EXCEEDED The limit Handles of this runtime is 2",
		"const s = require('net').createServer().listen(1, () => { require('net').connect(1, '10.0.0.1').unref(); require('net').connect(1, '10.0.0.1').on('error', (e) => { show(e); process.exit() }) })": "RangeError ERR_LIMIT_EXCEEDED The limit Handles of this runtime is 2",
	} {
		o.Network = memory()
		if got := caught(t, o, source); got != want {
			t.Errorf("%s\n got %s\nwant %s", source, got, want)
		}
	}
}

func TestHandlesLimitDropsConnections(t *testing.T) {
	rt := runtimetest.New(t, runtime.Options{Network: memory(), Limits: runtime.Limits{Handles: 3}})
	got := output(t, rt, `
		const net = require('net');
		const s = net.createServer((c) => { console.log('taken'); c.on('data', () => {}) }).listen(1, () => {
			s.on('drop', () => { console.log('dropped'); process.exit() });
			net.connect(1, '10.0.0.1').on('connect', () => net.connect(1, '10.0.0.1').on('error', () => {}));
		});`)
	if got != "taken\ndropped\n" && got != "dropped\n" {
		t.Errorf("%q", got)
	}
}

func TestRegexpTimeEndsASearch(t *testing.T) {
	// The default of two seconds is in force here, as in the command.
	text := "'a' + 'x'.repeat(40)"
	began := time.Now()
	if got := caught(t, runtime.Options{}, "console.log(/(?:(?=x)(x+x+))+y/.test("+text+"))"); got != "RangeError undefined The limit RegexpTime is 2s: a regular expression took longer" {
		t.Errorf("%s after %v", got, time.Since(began))
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Error(took)
	}
	// What is quick keeps its meaning.
	rt := runtimetest.New(t)
	if got := output(t, rt, `console.log(/a(?=b)/.test('ab'), 'aXbX'.replace(/X/g, '-'), 'a1b2'.split(/\d/), 'abc'.search(/c/), 'aa'.match(/a/g), RegExp.prototype.test.name, RegExp.prototype[Symbol.replace].length)`); got != "true a-b- [ 'a', 'b', '' ] 2 [ 'a', 'a' ] test 2\n" {
		t.Errorf("%q", got)
	}
}

func TestHeapLimitEndsTheRuntime(t *testing.T) {
	rt := runtimetest.New(t, runtime.Options{Limits: runtime.Limits{Heap: 200 << 20}})
	err := rt.RunString("[test]", "const all = []; for (;;) all.push(new Uint8Array(1 << 20))")
	var limit *runtime.LimitError
	if !errors.As(err, &limit) || limit.Limit != "Heap" {
		t.Error(err)
	}
}

func TestHandlesLimitBoundsOpenFiles(t *testing.T) {
	rt := runtimetest.New(t, runtime.Options{Limits: runtime.Limits{Handles: 2}})
	got := output(t, rt, `
		const fs = require('fs'), f = fs.realpathSync('.');
		const a = fs.openSync(f), b = fs.openSync(f);
		try { fs.openSync(f) } catch (e) { console.log(e.code) }
		fs.closeSync(a);
		console.log(fs.openSync(f) === a); fs.closeSync(a); fs.closeSync(b);`)
	if got != "EMFILE\ntrue\n" {
		t.Errorf("%q", got)
	}
}
