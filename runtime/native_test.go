package runtime_test

import (
	"bytes"
	"testing"

	"github.com/dop251/goja_nodejs/util"

	"github.com/gonode/gonode/runtime"
)

// A module written for goja_nodejs's require registry is a host module as it stands.
func TestHostModuleTakesGojaNodejsModules(t *testing.T) {
	var out bytes.Buffer
	rt, err := runtime.New(runtime.Options{Stdout: &out, Modules: map[string]any{"their-util": util.Require}})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	if err := rt.RunString("[eval]", `console.log(require('their-util').format('%s is %d', 'it', 5))`); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "it is 5\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
