// Package jstests_test runs the tests that are written in JavaScript.
//
// Each file <module>/test-<module>-<what>.js runs in a runtime of its own, has ten seconds, and
// passes if its exit code is 0 and no goroutine is left over. A file is admitted only if node 20
// passes it: go test ./jstests -oracle. What gonode fails stands in known.json with the error;
// a change in either direction fails, and -update writes what is.
//
// The folder compat is for Options.Compat, "0.11". Its files are as old as what they test: the oracle
// for them is a node 0.11 or 0.12 that the environment variable NODE_011 names.
package jstests_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
	"github.com/gonode/gonode/transform"
)

var (
	oracle = flag.Bool("oracle", false, "run the files on the node in PATH")
	update = flag.Bool("update", false, "rewrite known.json")
)

const knownFile = "known.json"

func TestFiles(t *testing.T) {
	files, err := filepath.Glob("*/test-*.js")
	if err != nil || len(files) == 0 {
		t.Fatal("no test files: ", err)
	}
	known := readKnown(t)
	for file := range known {
		if _, err := os.Stat(file); err != nil {
			t.Errorf("%s: %v; remove it there", knownFile, err)
		}
	}
	var mu sync.Mutex
	now := maps.Clone(known)
	t.Run("all", func(t *testing.T) { // returns when all that run in parallel have ended
		for _, file := range files {
			t.Run(filepath.ToSlash(file), func(t *testing.T) {
				t.Parallel()
				if *oracle {
					if failure := runNode(t, file); failure != "" {
						t.Error("node fails it, so it says nothing about gonode: " + failure)
					}
					return
				}
				failure, stderr := runGonode(t, file)
				mu.Lock()
				defer mu.Unlock()
				delete(now, file)
				if failure != "" {
					now[file] = failure
				}
				switch want := known[file]; {
				case *update || failure == want:
				case failure == "":
					t.Errorf("passes now. Remove it from %s: go test ./jstests -update", knownFile)
				case want == "":
					t.Errorf("%s\n%s", failure, stderr)
				default:
					t.Errorf("fails otherwise than %s says:\n got %s\nwant %s\n%s", knownFile, failure, want, stderr)
				}
			})
		}
	})
	if *update && !*oracle {
		writeKnown(t, now)
	}
}

// environment is what both runtimes give a test: a temporary folder with a name short enough for a
// Unix socket.
func environment(t *testing.T) map[string]string {
	dir, err := os.MkdirTemp("", "js")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return map[string]string{"PATH": os.Getenv("PATH"), "HOME": dir, "TEST_TMPDIR": dir}
}

// runGonode returns how file fails, or "".
func runGonode(t *testing.T, file string) (failure, stderr string) {
	path, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	o := runtime.Options{Args: []string{path, "an argument"}, Env: environment(t), Transform: transform.Source, Cluster: true}
	if isOld(file) {
		o.Compat = "0.11"
	}
	rt := runtimetest.New(t, o)
	if err := rt.RunFile(path); err != nil {
		return reason(err, rt.Stderr.String()), rt.Stdout.String() + rt.Stderr.String()
	}
	return "", ""
}

func isOld(file string) bool { return filepath.Dir(file) == "compat" }

func runNode(t *testing.T, file string) string {
	node := "node"
	if isOld(file) {
		if node = os.Getenv("NODE_011"); node == "" {
			t.Skip("NODE_011 names no node 0.11")
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), runtimetest.Deadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, file, "an argument")
	for k, v := range environment(t) {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	out, err := cmd.CombinedOutput()
	if err == nil {
		return ""
	}
	return err.Error() + "\n" + string(out)
}

var (
	errorLine = regexp.MustCompile(`(?m)^(?:Uncaught )?(?:(?:[A-Z]\w*)?Error\b|mustCall:).*$`)
	varying   = regexp.MustCompile(`\b[0-9]{5}\b|/\S*/`) // ports, folders
)

// reason is the error in one line that is the same in each run.
func reason(err error, stderr string) string {
	var exit *runtime.ExitError
	if !errors.As(err, &exit) {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return first
	}
	if line := errorLine.FindString(stderr); line != "" {
		return varying.ReplaceAllString(line, "*")
	}
	return err.Error()
}

func readKnown(t *testing.T) map[string]string {
	text, err := os.ReadFile(knownFile)
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[string]string)
	if err := json.Unmarshal(text, &known); err != nil {
		t.Fatalf("%s: %v", knownFile, err)
	}
	return known
}

func writeKnown(t *testing.T, known map[string]string) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(known); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(knownFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
