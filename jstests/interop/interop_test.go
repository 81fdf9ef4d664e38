//go:build interop

// Package interop_test lets programs that nobody here wrote talk to gonode: clients to its server,
// servers to its client, proxies in between. make interop runs it. A peer that is not installed is
// left out, which the output says; the versions of the others stand at its beginning.
package interop_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// gonode is the binary under test.
var gonode string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "interop")
	if err != nil {
		panic(err)
	}
	gonode = filepath.Join(dir, "gonode")
	if out, err := exec.Command("go", "build", "-o", gonode, "../../cmd/gonode").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
		os.Exit(1)
	}
	for _, version := range [][]string{
		{gonode, "--version"},
		{"node", "-p", "'node ' + process.version + ', undici ' + process.versions.undici"},
		{"curl", "--version"}, {"wrk", "-v"}, {"python3", "--version"}, {"go", "version"},
		{"nginx", "-v"}, {"haproxy", "-v"}, {"chromium", "--version"},
	} {
		out, _ := exec.Command(version[0], version[1:]...).CombinedOutput()
		line := hasVersion.FindString(string(out))
		if line == "" {
			line = "not installed"
		}
		fmt.Printf("%-10s %s\n", filepath.Base(version[0]), line)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

var hasVersion = regexp.MustCompile(`(?m)^.*\d\.\d.*$`)

// need skips the test if a program is not installed.
func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skip(program + " is not installed")
	}
}

// start runs a server until the test ends and returns the first line it prints.
func start(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait()
		if s := stderr.String(); s != "" {
			t.Errorf("%s wrote to standard error: %s", filepath.Base(name), s)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		t.Fatalf("%s %v: %v %s", name, args, err, stderr.String())
	}
	return strings.TrimSpace(line)
}

// serve starts server.js on a runtime and returns its host and port.
func serve(t *testing.T, runtime string) string {
	t.Helper()
	return "127.0.0.1:" + start(t, runtime, "server.js")
}

// run runs a program to its end and returns its output, both streams; any exit code will do.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if ctx.Err() != nil {
		t.Fatalf("%s %v does not end; so far: %s", name, args, out)
	}
	if err != nil {
		return fmt.Sprintf("%s[%v]\n", out, err)
	}
	return string(out)
}

// want fails the test unless all of the texts are in got.
func want(t *testing.T, got string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(got, text) {
			t.Errorf("no %q in:\n%s", text, got)
		}
	}
}

// same fails the test with the lines that differ.
func same(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Errorf("line %d:\n got %s\nwant %s", i+1, a, b)
		}
	}
}

func file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
