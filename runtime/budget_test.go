package runtime_test

import (
	"io"
	goruntime "runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gonode/gonode/runtime"
)

// newBudget is what New and a first script may allocate: a pool of fresh runtimes lives on it. What makes
// the engine build a class that few scripts use (Reflect, Map, the constructors of async functions) breaks it.
const newBudget = 300 << 10

var script = fstest.MapFS{"main.js": {Data: []byte("const x = [1, 2, 3].map((n) => n * 2); if (x[2] !== 6) throw new Error('no')")}}

func firstScript(tb testing.TB) {
	rt, err := runtime.New(runtime.Options{FS: script, Env: map[string]string{}, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard})
	if err != nil {
		tb.Fatal(err)
	}
	if err := rt.RunFile("main.js"); err != nil {
		tb.Fatal(err)
	}
	rt.Close()
}

func TestNewAndAFirstScriptKeepToTheirBudget(t *testing.T) {
	firstScript(t) // what the process makes once
	const rounds = 20
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	for range rounds {
		firstScript(t)
	}
	goruntime.ReadMemStats(&after)
	if bytes := (after.TotalAlloc - before.TotalAlloc) / rounds; bytes > newBudget {
		t.Errorf("New and a first script allocate %d bytes, the budget is %d", bytes, newBudget)
	} else {
		t.Logf("%d bytes, %d allocations", bytes, (after.Mallocs-before.Mallocs)/rounds)
	}
}

func BenchmarkNewAndAFirstScript(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		firstScript(b)
	}
}
