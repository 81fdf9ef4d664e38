package intl_test

import (
	"context"
	_ "embed"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/runtime/runtimetest"
)

// recorded is what testdata/record.js printed on node 20.
//
//go:embed testdata/recorded.txt
var recorded string

func TestFormatsAsNodeDoes(t *testing.T) {
	rt := runtimetest.New(t)
	if err := rt.Do(context.Background(), func(vm *goja.Runtime) error {
		evaluate, err := vm.RunString(`(function (expression) {
			try { var v = (0, eval)(expression); } catch (e) { v = e.name + ': ' + e.message; }
			return JSON.stringify(v === undefined ? null : v);
		})`)
		if err != nil {
			return err
		}
		fn, _ := goja.AssertFunction(evaluate)
		n := 0
		for line := range strings.Lines(recorded) {
			expression, want, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			if !ok {
				t.Fatalf("no tab in %q", line)
			}
			got, err := fn(goja.Undefined(), vm.ToValue(expression))
			if err != nil {
				return err
			}
			if n++; got.String() != want {
				t.Errorf("%s\n got %s\nwant %s", expression, got, want)
			}
		}
		if n < 800 {
			t.Errorf("only %d cases", n)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
