package runtime

import (
	goruntime "runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestCollectorPercent(t *testing.T) {
	for _, c := range []struct {
		live, room uint64
		want       int
	}{
		{0, 16 << 20, 400}, {2 << 20, 16 << 20, 400}, {5 << 20, 16 << 20, 320}, {8 << 20, 16 << 20, 200},
		{16 << 20, 16 << 20, 100}, {500 << 20, 16 << 20, 100},
		{0, 128 << 20, 3200}, {8 << 20, 128 << 20, 1600}, {500 << 20, 128 << 20, 100},
	} {
		if got := collectorPercent(c.live, c.room); got != c.want {
			t.Errorf("%d bytes, %d of room: %d, want %d", c.live, c.room, got, c.want)
		}
	}
}

func TestNextRoom(t *testing.T) {
	room := uint64(collectorRoom)
	for range 10 {
		room = nextRoom(room, time.Millisecond)
	}
	if room != collectorMostRoom {
		t.Errorf("after ten hasty collections: %d", room)
	}
	if again := nextRoom(room, 5*time.Millisecond); again != room {
		t.Errorf("after an unhurried one: %d", again)
	}
	for range 10 {
		room = nextRoom(room, time.Second)
	}
	if room != collectorRoom {
		t.Errorf("after ten slow ones: %d", room)
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
	const most = 100 * collectorMostRoom / (96 << 20) // the collections of this test follow each other at once
	await("large", func(p int) bool { return p <= most })
	goruntime.KeepAlive(ballast)
	await("small", func(p int) bool { return p > most })
}
