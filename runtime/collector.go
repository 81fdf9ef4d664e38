package runtime

import (
	goruntime "runtime"
	"runtime/debug"
	"runtime/metrics"
)

// What TuneGC lets the heap grow by before it is collected again: three times what is alive, but no
// more than collectorRoom, or than is alive.
const (
	collectorRoom  = 24 << 20 // bytes
	collectorMost  = 300      // per cent of what is alive
	collectorLeast = 100
)

// TuneGC sets how often the garbage collector runs, in the whole process, and keeps it set as the heap grows
// and shrinks: a small heap is left to grow to a multiple, since a script's garbage is short-lived and a
// collection costs what is alive, a large one to the double only. It is for a program that is nothing but a
// JavaScript runtime, as the command gonode is; in any other the setting belongs to the program. Any
// goroutine, once.
func TuneGC() {
	percent := collectorMost
	debug.SetGCPercent(percent)
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	// An object that nobody refers to is finalized after each collection; it makes the next one.
	type sentinel struct{ _ [16]byte }
	var watch func(*sentinel)
	watch = func(s *sentinel) {
		metrics.Read(live)
		if p := collectorPercent(live[0].Value.Uint64()); p != percent { // to set it stops the world
			percent = p
			debug.SetGCPercent(p)
		}
		goruntime.SetFinalizer(s, watch)
	}
	goruntime.SetFinalizer(new(sentinel), watch)
}

// collectorPercent returns how much garbage may come to a heap with live bytes, in per cent of them.
func collectorPercent(live uint64) int {
	return int(min(max(collectorRoom*100/max(live, 1), collectorLeast), collectorMost))
}
