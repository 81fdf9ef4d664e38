package runtime_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// scriptFile writes source into a file.
func scriptFile(t *testing.T, source string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script.js")
	if err := os.WriteFile(path, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestClusterNeedsAnOption(t *testing.T) {
	path := scriptFile(t, `
const cluster = require('cluster');
try { cluster.fork() } catch (err) { console.log(err.code, err.message) }`)
	for _, o := range []runtime.Options{
		{},
		{Cluster: true, Clock: runtime.NewFakeClock(time.Unix(0, 0))}, // which serves one runtime
	} {
		o.Args = []string{path}
		rt := runtimetest.New(t, o)
		if err := rt.RunFile(path); err != nil {
			t.Fatal(err, rt.Stderr.String())
		}
		if got := rt.Stdout.String(); !strings.HasPrefix(got, "ERR_METHOD_NOT_IMPLEMENTED cluster.fork() needs the option Cluster") {
			t.Error(got)
		}
	}
}

// What runtimetest looks for afterwards are the goroutines of workers.
func TestCloseEndsWorkersThatAreBusy(t *testing.T) {
	path := scriptFile(t, `
const cluster = require('cluster');
if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork({ BUSY: '1' }).on('message', () => { globalThis.busy = true });
  globalThis.wait = new Promise((done) => setInterval(() => globalThis.busy && done(), 1));
} else if (process.env.BUSY) {
  process.send('busy');
  for (;;);
} else {
  require('http').createServer().listen(0, '127.0.0.1');
}`)
	rt := runtimetest.New(t, runtime.Options{Args: []string{path}, Cluster: true})
	if _, err := rt.Eval(t.Context(), "[test]", "require(process.argv[1])"); err != nil {
		t.Fatal(err)
	}
	wait, err := rt.Eval(t.Context(), "[test]", "wait")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rt.Await(t.Context(), wait); err != nil {
		t.Fatal(err)
	}
	rt.Close()
}

func TestRunWorkersReturnsTheFirstFailure(t *testing.T) {
	path := scriptFile(t, `
const { worker } = require('cluster');
if (worker.id === 1) throw new Error('one');
console.log('two', process.argv[2]);`)
	rt := runtimetest.New(t, runtime.Options{Args: []string{path, "an argument"}, Cluster: true})
	err := rt.RunWorkers(path, 2)
	exit := new(runtime.ExitError)
	if !errors.As(err, &exit) || exit.Code != 1 {
		t.Errorf("RunWorkers returned %v", err)
	}
	if got := rt.Stdout.String(); got != "two an argument\n" {
		t.Errorf("stdout %q", got)
	}
	if got := rt.Stderr.String(); !strings.Contains(got, "Error: one\n") || !strings.Contains(got, "gonode: worker 1 ended with exit code 1; ") {
		t.Errorf("stderr %q", got)
	}
}

func TestWorkersKeepToThePermissionsOfTheirPrimary(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "inside", "granted"), 0o777); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "script.js")
	source := `
const cluster = require('cluster');
const fs = require('fs');
if (cluster.isPrimary) {
  // A relative permission must not begin where the worker does.
  cluster.setupPrimary({ cwd: 'inside' });
  cluster.fork().on('message', (m) => console.log(m));
} else {
  try { fs.readdirSync('granted'); process.send('read') } catch (err) { process.send(err.code) }
  process.disconnect();
}`
	if err := os.WriteFile(path, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	rt := runtimetest.New(t, runtime.Options{Args: []string{path}, Dir: dir, Cluster: true,
		Permissions: &runtime.Permissions{Read: []string{"granted"}}})
	if err := rt.RunFile(path); err != nil {
		t.Fatal(err, rt.Stderr.String())
	}
	if got := rt.Stdout.String(); got != "ERR_ACCESS_DENIED\n" {
		t.Errorf("stdout %q, stderr %q", got, rt.Stderr.String())
	}
}
