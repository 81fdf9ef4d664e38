package runtime

import (
	goruntime "runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestCollectorPercent(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{
		{0, 300}, {2 << 20, 300}, {8 << 20, 300}, {12 << 20, 200}, {24 << 20, 100}, {500 << 20, 100},
	} {
		if got := collectorPercent(c.live); got != c.want {
			t.Errorf("%d bytes: %d, want %d", c.live, got, c.want)
		}
	}
}

func TestTuneGCFollowsTheHeap(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	TuneGC()
	percent := func() int {
		p := debug.SetGCPercent(100)
		debug.SetGCPercent(p)
		return p
	}
	await := func(what string, ok func(percent int) bool) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); !ok(percent()); goruntime.Gosched() {
			if time.Now().After(deadline) {
				t.Fatalf("%d per cent with a %s heap", percent(), what)
			}
			goruntime.GC() // the finalizer that looks at the heap runs after it, on its own goroutine
		}
	}
	ballast := make([]byte, 96<<20)
	await("large", func(p int) bool { return p == collectorLeast })
	goruntime.KeepAlive(ballast)
	await("small", func(p int) bool { return p > collectorLeast })
}
