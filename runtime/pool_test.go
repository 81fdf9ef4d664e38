package runtime_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/runtime"
	"github.com/gonode/gonode/runtime/runtimetest"
)

// pool returns a pool whose runtimes load work.js, and closes it.
func pool(t *testing.T, o runtime.PoolOptions) *runtime.Pool {
	t.Helper()
	runtimetest.Leaks(t)
	o.Options.FS = files("work.js", `
		let n = 0;
		exports.count = () => ++n;
		exports.double = async (x) => { await new Promise((r) => setTimeout(r, 1)); return 2 * x };
		exports.loop = () => { for (;;); };
		exports.wait = (started) => { started(); return new Promise(() => {}) };
		exports.fail = () => { throw Object.assign(new RangeError('no'), { code: 'NO' }) };
		exports.point = () => ({ X: 1, name: 'p' });`)
	p := runtime.NewPool(o)
	t.Cleanup(p.Close)
	return p
}

func TestPoolSharesRuntimes(t *testing.T) {
	var setups atomic.Int32
	p := pool(t, runtime.PoolOptions{Size: 2, Setup: func(ctx context.Context, rt *runtime.Runtime) error {
		setups.Add(1)
		return rt.Do(ctx, func(*goja.Runtime) error { rt.Require("./work"); return nil })
	}})
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			var n int
			if err := p.Invoke(t.Context(), &n, "./work", "double", i); err != nil || n != 2*i {
				t.Error(n, err)
			}
		})
	}
	all.Wait()
	if n := setups.Load(); n != 2 {
		t.Error(n, "runtimes were made")
	}
	var q point
	if err := p.Invoke(t.Context(), &q, "./work", "point"); err != nil || q.X != 1 || q.Name != "p" {
		t.Error(q, err)
	}
	var thrown *runtime.ThrownError
	if err := p.Invoke(t.Context(), nil, "./work", "fail"); !errors.As(err, &thrown) || thrown.Code != "NO" {
		t.Error(err)
	}
	if err := p.Invoke(t.Context(), nil, "./work", "none"); err == nil || !strings.Contains(err.Error(), "module ./work exports no none") {
		t.Error(err)
	}
}

func TestPoolGivesWorkToTheLeastBusy(t *testing.T) {
	p := pool(t, runtime.PoolOptions{Size: 2})
	started := make(chan struct{}, 3)
	release := make(chan struct{})
	who := make(chan *runtime.Runtime, 4)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			_ = p.Use(t.Context(), func(rt *runtime.Runtime) error { who <- rt; started <- struct{}{}; <-release; return nil })
		})
		<-started
	}
	a, b, c := <-who, <-who, <-who
	if a == b || c != a && c != b {
		t.Error("the second did not get a runtime of its own, or the third did")
	}
	_ = p.Use(t.Context(), func(rt *runtime.Runtime) error {
		if rt == c {
			t.Error("the busier one was chosen")
		}
		return nil
	})
	close(release)
	all.Wait()
}

func TestPoolFreshSharesNothingButPrograms(t *testing.T) {
	p := pool(t, runtime.PoolOptions{Size: 2, Fresh: true})
	for range 3 {
		var n int
		if err := p.Invoke(t.Context(), &n, "./work", "count"); err != nil || n != 1 {
			t.Error(n, err)
		}
	}
	// No more than Size at a time.
	var now, most atomic.Int32
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			_ = p.Use(t.Context(), func(*runtime.Runtime) error {
				for n := now.Add(1); ; {
					m := most.Load()
					if n <= m || most.CompareAndSwap(m, n) {
						break
					}
				}
				defer now.Add(-1)
				return nil
			})
		})
	}
	all.Wait()
	if most.Load() > 2 {
		t.Error(most.Load())
	}
	kept := make(chan struct{})
	held := make(chan struct{}, 2)
	for range 2 {
		all.Go(func() {
			_ = p.Use(t.Context(), func(*runtime.Runtime) error { held <- struct{}{}; <-kept; return nil })
		})
		<-held
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := p.Use(ctx, func(*runtime.Runtime) error { return nil }); err != context.DeadlineExceeded {
		t.Error(err)
	}
	close(kept)
	all.Wait()
}

func TestPoolRetiresWhatWasInterrupted(t *testing.T) {
	p := pool(t, runtime.PoolOptions{Size: 1, Options: runtime.Options{Limits: runtime.Limits{EntryTime: 2 * time.Second}}})
	var n int
	if err := p.Invoke(t.Context(), &n, "./work", "count"); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	var limit *runtime.LimitError
	if err := p.Invoke(t.Context(), nil, "./work", "loop"); !errors.As(err, &limit) {
		t.Error(err)
	}
	if err := p.Invoke(t.Context(), &n, "./work", "count"); err != nil || n != 1 {
		t.Error("not a new one:", n, err)
	}
}

func TestPoolCloseFailsThoseWhoWait(t *testing.T) {
	p := pool(t, runtime.PoolOptions{Size: 1})
	started, failed := make(chan struct{}), make(chan error)
	go func() { failed <- p.Invoke(context.Background(), nil, "./work", "wait", func() { close(started) }) }()
	<-started
	p.Close()
	if err := <-failed; err == nil {
		t.Error("no error")
	}
	if err := p.Use(t.Context(), nil); err != runtime.ErrPoolClosed {
		t.Error(err)
	}
}

func TestPoolTellsWhyNoRuntimeCanBeMade(t *testing.T) {
	no := errors.New("no")
	p := pool(t, runtime.PoolOptions{Setup: func(context.Context, *runtime.Runtime) error { return no }})
	for range 2 {
		if err := p.Invoke(t.Context(), nil, "./work", "count"); err != no {
			t.Error(err)
		}
	}
}

func TestPoolServesBehindOneListener(t *testing.T) {
	runtimetest.Leaks(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "server.js")
	if err := os.WriteFile(file, []byte(`
		require('http').createServer((req, res) => {
			if (req.url === '/crash') { res.end('bye'); res.on('finish', () => { throw new Error('crash') }) }
			else res.end(who);
		}).listen(8080, ready);`), 0o644); err != nil {
		t.Fatal(err)
	}
	shared := runtime.NewListeners(nil)
	if err := shared.Provide("tcp", ":8080", ln); err != nil {
		t.Fatal(err)
	}
	ready := make(chan struct{}, 10)
	p := runtime.NewPool(runtime.PoolOptions{Size: 2, Listeners: shared, Restarts: 1, Options: runtime.Options{Stderr: new(records)}, Each: func(o *runtime.Options) {
		o.Globals = map[string]any{"who": o.ID, "ready": func() { ready <- struct{}{} }}
	}})
	defer p.Close()
	ended := make(chan error, 1)
	go func() { ended <- p.Run(t.Context(), file) }()
	<-ready
	<-ready
	address := ln.Addr().String()
	seen := map[string]int{}
	for range 20 {
		seen[ask(t, address, "/")]++
	}
	if seen["1"] == 0 || seen["2"] == 0 || len(seen) != 2 {
		t.Error(seen)
	}
	// One crashes and is replaced; the other serves on.
	ask(t, address, "/crash")
	<-ready
	seen = map[string]int{}
	for range 20 {
		seen[ask(t, address, "/")]++
	}
	if seen["3"] == 0 || len(seen) != 2 {
		t.Error(seen)
	}
	// The next is one too many.
	ask(t, address, "/crash")
	var uncaught *runtime.UncaughtError
	if err := <-ended; !errors.As(err, &uncaught) || !strings.Contains(err.Error(), "Error: crash") {
		t.Error(err)
	}
}

func TestProgramsAreCompiledOnce(t *testing.T) {
	compiled := 0
	programs := new(runtime.Programs)
	for i := range 3 {
		rt := runtimetest.New(t, runtime.Options{Programs: programs, FS: files("a.js", "import fs from 'fs'; export const n = 1"),
			Transform: func(file, source string, esm bool) (string, error) { compiled++; return "exports.n = 1", nil }})
		if v := eval(t, rt, "require('./a').n"); v.ToInteger() != 1 {
			t.Error(i, v)
		}
	}
	if compiled != 1 {
		t.Error(compiled)
	}
	// Another text is another program.
	rt := runtimetest.New(t, runtime.Options{Programs: programs, FS: files("a.js", "exports.n = 2")})
	if v := eval(t, rt, "require('./a').n"); v.ToInteger() != 2 {
		t.Error(v)
	}
}
