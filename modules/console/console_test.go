package console_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/gonode/gonode/runtime"
)

var update = flag.Bool("update", false, "write the output of node into testdata")

// warnings are the lines of process warnings: they have the process's number.
var warnings = regexp.MustCompile(`(?m)^\(.*\n`)

// TestOutputIsNodes runs testdata/console.js and compares both streams with those of node.
func TestOutputIsNodes(t *testing.T) {
	const script = "testdata/console.js"
	var stdout, stderr bytes.Buffer
	if *update {
		cmd := exec.Command("node", script)
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			t.Fatal(err, stderr.String())
		}
		for name, b := range map[string][]byte{"stdout": stdout.Bytes(), "stderr": warnings.ReplaceAll(stderr.Bytes(), nil)} {
			if err := os.WriteFile("testdata/console."+name, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	rt, err := runtime.New(runtime.Options{Args: []string{script}, Stdout: &stdout, Stderr: &stderr, Env: map[string]string{}})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	if err := rt.RunFile(script); err != nil {
		t.Fatal(err, stderr.String())
	}
	for name, got := range map[string][]byte{"stdout": stdout.Bytes(), "stderr": warnings.ReplaceAll(stderr.Bytes(), nil)} {
		want, err := os.ReadFile("testdata/console." + name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			a, b := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
			for i := range min(len(a), len(b)) {
				if !bytes.Equal(a[i], b[i]) {
					t.Errorf("%s line %d: got %q, want %q", name, i+1, a[i], b[i])
				}
			}
			t.Errorf("%s: %d lines, want %d", name, len(a), len(b))
		}
	}
}
