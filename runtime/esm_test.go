package runtime_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
	"github.com/gonode/gonode/transform"
)

// modulesOf are the options of a runtime that has these files, and reads ECMAScript modules.
func modulesOf(pairs ...string) runtime.Options {
	return runtime.Options{FS: files(pairs...), Transform: transform.Source}
}

func TestRunWaitsForTopLevelAwait(t *testing.T) {
	o := modulesOf("main.mjs", "import { x } from './x.mjs'; console.log(x, await new Promise((ok) => setTimeout(ok, 1, 'timer')), await load('a'));",
		"x.mjs", "export const x = await 'x'")
	o.Programs = new(runtime.Programs)
	o.Globals = map[string]any{"load": func(ctx context.Context, name string) (string, error) { return "loaded " + name, nil }}
	for range 2 { // the second time it is compiled already
		rt := runtimetest.New(t, o)
		if err := rt.Run(t.Context(), "main.mjs"); err != nil || rt.Stdout.String() != "x timer loaded a\n" {
			t.Errorf("%v: %q %q", err, rt.Stdout.String(), rt.Stderr.String())
		}
		rt.Close()
	}
}

func TestRunFailsAsItsTopLevelAwaitDoes(t *testing.T) {
	rt := runtimetest.New(t, modulesOf("main.mjs", "await null;\nawait Promise.reject(new RangeError('late'));"))
	var uncaught *runtime.UncaughtError
	if err := rt.RunFile("main.mjs"); !errors.As(err, &uncaught) {
		t.Fatal(err)
	}
	if message := uncaught.Value.(*goja.Object).Get("message").String(); message != "late" || !strings.Contains(uncaught.Text, "main.mjs:2") {
		t.Error(message, uncaught.Text)
	}
}

func TestRunEndsWithCode13WhenNothingCanSettle(t *testing.T) {
	rt := runtimetest.New(t, modulesOf("main.mjs", "import './never.mjs'", "never.mjs", "\n  await new Promise(() => {})"))
	var exit *runtime.ExitError
	if err := rt.RunFile("main.mjs"); !errors.As(err, &exit) || exit.Code != 13 {
		t.Error(err)
	}
	want := "Warning: Detected unsettled top-level await at file:///never.mjs:2\n  await new Promise(() => {})\n  ^\n\n\n"
	if got := rt.Stderr.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRunIsCutOffInTopLevelAwait(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	o := modulesOf("main.mjs", "setTimeout(cancel, 1); await new Promise((ok) => setTimeout(ok, 1e9))")
	o.Globals = map[string]any{"cancel": func() { cancel(why) }}
	rt := runtimetest.New(t, o)
	if err := rt.Run(ctx, "main.mjs"); err != why {
		t.Error(err)
	}
	if rt.Stderr.Len() > 0 {
		t.Error(rt.Stderr.String())
	}
}

func TestRequireDoesNotAwait(t *testing.T) {
	rt := runtimetest.New(t, modulesOf("a.mjs", "export * from './b.mjs'", "b.mjs", "export default await 1", "c.mjs", "export const c = 'c'"))
	err := rt.Do(t.Context(), func(vm *goja.Runtime) error {
		if c := rt.Require("./c.mjs").(*goja.Object).Get("c").String(); c != "c" {
			t.Error(c)
		}
		rt.Require("./a.mjs")
		return nil
	})
	var thrown *runtime.ThrownError
	if !errors.As(err, &thrown) || thrown.Code != "ERR_REQUIRE_ASYNC_MODULE" {
		t.Error(err)
	}
}

func TestRunStringRunsModules(t *testing.T) {
	o := modulesOf("x.mjs", "export const x = 1")
	o.Flags.InputType = "module"
	rt := runtimetest.New(t, o)
	if err := rt.RunString("[eval]", "import { x } from './x.mjs'; console.log(await x, import.meta.filename)"); err != nil || rt.Stdout.String() != "1 /[eval1]\n" {
		t.Errorf("%v: %q %q", err, rt.Stdout.String(), rt.Stderr.String())
	}
}
