package util_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gonode/gonode/runtime"
)

var update = flag.Bool("update", false, "write the results of node into testdata")

// script evaluates the expressions of a transcript and prints each result as a line of JSON.
func script(preamble string, exprs []string) string {
	var b strings.Builder
	b.WriteString(`const util = require('util');
function show(fn) {
  let s;
  try {
    const v = fn();
    s = typeof v === 'string' ? v : util.inspect(v);
  } catch (e) {
    s = 'throws ' + e.name + ' ' + e.code + (e.generatedMessage === undefined ? '' : ' ' + e.generatedMessage + ' ' + e.operator) + ': ' + e.message;
  }
  process.stdout.write(JSON.stringify(s) + '\n');
}
`)
	b.WriteString(preamble)
	for _, e := range exprs {
		fmt.Fprintf(&b, "show(() => (%s));\n", e)
	}
	return b.String()
}

// TestTranscripts evaluates the expressions in testdata and compares with what node printed.
//
// A file is JavaScript up to the first line with ===; each such line is followed by an expression
// and by the lines of its result.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { transcript(t, file) })
	}
}

func transcript(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	preamble, rest, _ := strings.Cut(strings.TrimSuffix(string(data), "\n"), "\n=== ")
	preamble += "\n"
	var exprs, wants []string
	for _, c := range strings.Split(rest, "\n=== ") {
		expr, want, _ := strings.Cut(c, "\n")
		exprs, wants = append(exprs, expr), append(wants, want)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "transcript.js")
	if err := os.WriteFile(path, []byte(script(preamble, exprs)), 0o644); err != nil {
		t.Fatal(err)
	}
	if *update {
		out, err := exec.Command("node", "--no-deprecation", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		b.WriteString(preamble)
		for i, r := range results(t, out) {
			fmt.Fprintf(&b, "=== %s\n%s\n", exprs[i], strings.ReplaceAll(r, dir, "DIR"))
		}
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	var stdout, stderr bytes.Buffer
	rt, err := runtime.New(runtime.Options{Args: []string{path}, Stdout: &stdout, Stderr: &stderr, Env: map[string]string{}})
	if err != nil {
		t.Fatal(err)
	}
	defer rt.Close()
	if err := rt.RunFile(path); err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	got := results(t, stdout.Bytes())
	if len(got) != len(exprs) {
		t.Fatalf("%d results for %d expressions\n%s", len(got), len(exprs), stderr.String())
	}
	for i, g := range got {
		if g = strings.ReplaceAll(g, dir, "DIR"); g != wants[i] {
			t.Errorf("%s\n--- got\n%s\n--- want\n%s", exprs[i], g, wants[i])
		}
	}
}

func results(t *testing.T, out []byte) (rs []string) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		var s string
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		rs = append(rs, s)
	}
	return rs
}
