//go:build invariants

package eventloop

import (
	"bytes"
	"runtime"
	"strconv"
	"sync/atomic"
)

const invariants = true

// AssertOn panics if the caller is not on the goroutine that runs l. It does so only under the
// build tag invariants; otherwise it is nothing. While no Run is active everyone passes.
func AssertOn(l *Loop) {
	if id := l.owner.id.Load(); id != 0 && id != goroutineID() {
		panic("BUG: eventloop: called off the loop goroutine")
	}
}

// ownerID remembers the goroutine of Run.
type ownerID struct{ id atomic.Int64 }

func (o *ownerID) acquire() { o.id.Store(goroutineID()) }
func (o *ownerID) release() { o.id.Store(0) }

// mine reports whether the caller runs the loop.
func (o *ownerID) mine() bool { return o.id.Load() == goroutineID() }

// goroutineID reads the number in "goroutine 7 [running]:". Nothing else tells it.
func goroutineID() int64 {
	var buf [32]byte
	text := bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine "))
	number, _, _ := bytes.Cut(text, []byte(" "))
	id, err := strconv.ParseInt(string(number), 10, 64)
	if err != nil {
		panic("BUG: eventloop: no goroutine number in the stack text: " + err.Error())
	}
	return id
}
