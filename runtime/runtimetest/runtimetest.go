// Package runtimetest makes runtimes for tests: output goes to buffers, a script that hangs is
// interrupted, and a goroutine that outlives its runtime fails the test.
package runtimetest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gonode/gonode/runtime"
)

// Deadline is how long the runtime of New may live.
const Deadline = 30 * time.Second

// leakPatience is how long goroutines may take to end after Close returned. Those the loop waits
// for have none left to take; a Go resolver or a dial that was cancelled may.
const leakPatience = 5 * time.Second

// Runtime is a runtime whose output the test can read once RunFile, RunString or Do has returned.
type Runtime struct {
	*runtime.Runtime
	Stdout, Stderr bytes.Buffer
}

var instances atomic.Int64

// New returns a runtime with at most one set of options: streams that are nil in it are an empty
// input and the two buffers, and a nil environment is an empty one. When the test ends, the runtime
// is closed and its goroutines are looked for.
//
// Call it on the goroutine that runs the script, and once per test: goroutines are told apart by
// the profiler label that they inherit from it.
func New(t testing.TB, options ...runtime.Options) *Runtime {
	t.Helper()
	var o runtime.Options
	if len(options) > 0 {
		o = options[0]
	}
	rt := new(Runtime)
	if o.Stdin == nil {
		o.Stdin = strings.NewReader("")
	}
	if o.Stdout == nil {
		o.Stdout = &rt.Stdout
	}
	if o.Stderr == nil {
		o.Stderr = &rt.Stderr
	}
	if o.Env == nil {
		o.Env = map[string]string{}
	}
	Leaks(t)
	inner, err := runtime.New(o)
	if err != nil {
		t.Fatal(err)
	}
	rt.Runtime = inner
	deadline := time.AfterFunc(Deadline, func() { inner.Interrupt(fmt.Sprintf("no end after %v", Deadline)) })
	t.Cleanup(func() {
		deadline.Stop()
		inner.Close()
	})
	return rt
}

// CheckDescriptors makes Leaks look at the descriptors of the process too. Tests that run beside others
// cannot have that.
var CheckDescriptors bool

// Leaks fails the test if a goroutine that is started from here on, by the calling goroutine or those that
// it starts, outlives the test. Call it before what has to be closed is made.
func Leaks(t testing.TB) {
	t.Helper()
	id := fmt.Sprintf("%s#%d", t.Name(), instances.Add(1))
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels("runtimetest", id)))
	before := descriptors()
	t.Cleanup(func() {
		pprof.SetGoroutineLabels(context.Background())
		if left := awaitGone(func() string { return labelled(id) }); left != "" {
			t.Errorf("goroutines outlive the runtime:\n%s", left)
		}
		if left := awaitGone(func() string { return more(before, descriptors()) }); left != "" {
			t.Errorf("descriptors outlive the runtime:\n%s", left)
		}
	})
}

// descriptors returns what is open, by number, where the system tells.
func descriptors() map[string]string {
	if !CheckDescriptors {
		return nil
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil
	}
	open := make(map[string]string)
	for _, e := range entries {
		if what, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil {
			open[e.Name()] = what
		}
	}
	return open
}

// more lists what is open now and was not before; Go's own pollers stay once they were needed.
func more(before, now map[string]string) string {
	var list []string
	for fd, what := range now {
		if before[fd] != what && !strings.HasPrefix(what, "anon_inode:[event") {
			list = append(list, fd+" "+what)
		}
	}
	return strings.Join(list, "\n")
}

// awaitGone waits until what find finds is gone, and returns what stays.
func awaitGone(find func() string) string {
	deadline := time.Now().Add(leakPatience)
	for pause := time.Millisecond; ; pause *= 2 {
		left := find()
		if left == "" || time.Now().After(deadline) {
			return left
		}
		<-time.After(pause)
	}
}

// labelled returns the stacks of the goroutines with the label id.
func labelled(id string) string {
	var b bytes.Buffer
	pprof.Lookup("goroutine").WriteTo(&b, 1)
	var left []string
	for _, stack := range strings.Split(b.String(), "\n\n") {
		// The first signal.Notify of a process starts a goroutine for good; the clock of regular expressions
		// ends some time after they do, for all runtimes.
		if strings.Contains(stack, fmt.Sprintf("%q:%q", "runtimetest", id)) && !strings.Contains(stack, "os/signal.loop") && !strings.Contains(stack, "regexp2/v2.runClock") {
			left = append(left, stack)
		}
	}
	return strings.Join(left, "\n\n")
}
