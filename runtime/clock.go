package runtime

import (
	"sync"
	"time"

	"github.com/gonode/gonode/eventloop"
)

// Clock is a time of the embedder's: Date, performance.now, process.hrtime and timers go by it. Sockets
// and the limits of Options.Limits keep to the system's.
type Clock = eventloop.Clock

// FakeClock is a made-up time, which makes runs repeatable and long waits short. It stands still while
// JavaScript runs. When a runtime has nothing left but timers to wait for it moves at once to the next:
// setTimeout of an hour takes no time, and an interval that nobody clears never ends. While something
// else may still come (an open socket or server, a file being read) it moves with the real time.
//
// One FakeClock serves one runtime.
type FakeClock struct {
	manual bool

	// Guarded by mu.
	mu       sync.Mutex
	now      time.Time
	sleepers map[*sleeper]struct{}
}

// sleeper is a loop that waits for a timer.
type sleeper struct {
	at    time.Time
	wake  func()
	timer *time.Timer
}

// NewFakeClock returns a clock that shows start.
func NewFakeClock(start time.Time) *FakeClock {
	return &FakeClock{now: start.Round(0), sleepers: make(map[*sleeper]struct{})}
}

// NewManualClock returns a clock that shows start and moves by Advance alone. It may serve several runtimes.
func NewManualClock(start time.Time) *FakeClock {
	c := NewFakeClock(start)
	c.manual = true
	return c
}

// Now implements Clock.
func (c *FakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock by d, at once: timers that are due then see it as a process that slept for d
// sees the time, an interval runs once. Any goroutine.
func (c *FakeClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.setLocked(c.now.Add(d))
}

// setLocked moves the clock forward. c.mu must be held.
func (c *FakeClock) setLocked(now time.Time) {
	if now.After(c.now) {
		c.now = now
	}
	for s := range c.sleepers {
		if !s.at.After(c.now) {
			delete(c.sleepers, s)
			s.wake()
		}
	}
}

// Sleep implements Clock.
func (c *FakeClock) Sleep(at time.Time, quiet bool, wake func()) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if quiet && !c.manual || !at.After(c.now) {
		c.setLocked(at)
		wake()
		return func() {}
	}
	s := &sleeper{at: at, wake: wake}
	c.sleepers[s] = struct{}{}
	from, began := c.now, time.Now()
	if !c.manual {
		s.timer = time.AfterFunc(at.Sub(from), func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.setLocked(at)
		})
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.sleepers, s)
		if s.timer == nil {
			return
		}
		s.timer.Stop()
		if now := from.Add(time.Since(began)); now.Before(at) {
			c.setLocked(now)
		}
	}
}
