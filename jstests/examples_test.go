package jstests_test

import (
	"testing"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// TestExampleAgent runs the one example of the document that later versions of Node do not run: they
// have no agent.request.
func TestExampleAgent(t *testing.T) {
	rt := runtimetest.New(t, runtime.Options{Args: []string{"../examples/document-agent.js"}, Env: environment(t)})
	if err := rt.RunFile("../examples/document-agent.js"); err != nil {
		t.Fatal(err, rt.Stderr.String())
	}
	if got, want := rt.Stdout.String(), "keep-alive\n1 free\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
