package runtimetest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gonode/gonode/runtime"
)

// Oracle runs each testdata/*.js of the package under test and compares what it writes, line by line,
// with what node 20 wrote, which stands beside it as .txt. To make that anew: node x.js > x.txt.
func Oracle(t *testing.T) {
	t.Helper()
	scripts, _ := filepath.Glob("testdata/*.js")
	if len(scripts) == 0 {
		t.Fatal("no testdata/*.js")
	}
	for _, script := range scripts {
		t.Run(filepath.Base(script), func(t *testing.T) {
			want, err := os.ReadFile(strings.TrimSuffix(script, ".js") + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			var out, errs bytes.Buffer
			rt, err := runtime.New(runtime.Options{Stdout: &out, Stderr: &errs})
			if err != nil {
				t.Fatal(err)
			}
			defer rt.Close()
			if err := rt.RunFile(script); err != nil {
				t.Fatalf("%v\n%s", err, errs.String())
			}
			got, expected := strings.Split(out.String(), "\n"), strings.Split(string(want), "\n")
			for i := range max(len(got), len(expected)) {
				g, w := "(nothing)", "(nothing)"
				if i < len(got) {
					g = got[i]
				}
				if i < len(expected) {
					w = expected[i]
				}
				if g != w {
					t.Errorf("line %d:\n got %s\nwant %s", i+1, g, w)
				}
			}
		})
	}
}
