package runtime

import (
	goruntime "runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// What TuneGC lets the heap grow by before it is collected again: four times what is alive, but no
// more than the room, or than is alive. The room doubles while collections follow each other within
// collectorHaste, as when a long string is put together piece by piece, and goes back when they do not.
const (
	collectorRoom     = 16 << 20 // bytes
	collectorMostRoom = 8 * collectorRoom
	collectorMost     = 400 // per cent of what is alive
	collectorLeast    = 100
	collectorHaste    = 3 * time.Millisecond
)

// TuneGC sets how often the garbage collector runs, in the whole process, and keeps it set as the heap grows
// and shrinks: a small heap is left to grow to a multiple, since a script's garbage is short-lived and a
// collection costs what is alive, a large one to the double only. It is for a program that is nothing but a
// JavaScript runtime, as the command gonode is; in any other the setting belongs to the program. Any
// goroutine, once.
func TuneGC() {
	percent, room, last := collectorMost, uint64(collectorRoom), time.Now()
	debug.SetGCPercent(percent)
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	// An object that nobody refers to is finalized after each collection; it makes the next one.
	type sentinel struct{ _ [16]byte }
	var watch func(*sentinel)
	watch = func(s *sentinel) {
		metrics.Read(live)
		now := time.Now()
		room, last = nextRoom(room, now.Sub(last)), now
		if p := collectorPercent(live[0].Value.Uint64(), room); p != percent { // to set it stops the world
			percent = p
			debug.SetGCPercent(p)
		}
		goruntime.SetFinalizer(s, watch)
	}
	goruntime.SetFinalizer(new(sentinel), watch)
}

// nextRoom is the room after a collection that came this long after the last.
func nextRoom(room uint64, after time.Duration) uint64 {
	switch {
	case after < collectorHaste:
		return min(2*room, collectorMostRoom)
	case after > 2*collectorHaste:
		return max(room/2, collectorRoom)
	}
	return room
}

// collectorPercent returns how much garbage may come to a heap with live bytes, in per cent of them.
func collectorPercent(live, room uint64) int {
	most := uint64(collectorMost) * room / collectorRoom
	return int(min(max(room*100/max(live, 1), collectorLeast), most))
}
