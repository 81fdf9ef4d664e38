package modules

import (
	"sync"
	"syscall"

	"github.com/gonode/gonode/eventloop"
)

// Parcel is what goes over a Channel in one piece: bytes, and descriptors of this process, which belong
// to who has the Parcel.
type Parcel struct {
	Data []byte // nil: the other side has closed
	FDs  []int
}

// Channel is one end of a line of parcels between two runtimes of a process: in order, without limit. What
// is written before the other side is open waits for it.
//
// Open, Write and Close belong to the loop goroutine of the runtime whose end it is.
type Channel struct {
	peer *Channel

	// Guarded by mu, which both ends share.
	mu     *sync.Mutex
	loop   *eventloop.Loop
	read   func(p Parcel)
	drop   func(fd int)
	inbox  []Parcel
	size   int  // bytes in inbox
	hungUp bool // the other side has closed
	closed bool
	posted bool // take is under way
}

// NewChannel returns the two ends of a line.
func NewChannel() (a, b *Channel) {
	mu := new(sync.Mutex)
	a, b = &Channel{mu: mu}, &Channel{mu: mu}
	a.peer, b.peer = b, a
	return a, b
}

// Open makes read get what the other side writes, each parcel given, and an empty one when it has closed.
// read runs on the loop goroutine, outside the door. drop closes a descriptor that nobody got.
func (c *Channel) Open(loop *eventloop.Loop, read func(p Parcel), drop func(fd int)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.loop, c.read, c.drop = loop, read, drop
	c.wakeLocked()
}

func (c *Channel) wakeLocked() {
	if c.loop != nil && !c.posted && !c.closed && (len(c.inbox) > 0 || c.hungUp) {
		c.posted = true
		c.loop.Post(c.take)
	}
}

// take reads what came.
func (c *Channel) take() {
	c.mu.Lock()
	parcels, hungUp := c.inbox, c.hungUp
	c.inbox, c.size, c.posted = nil, 0, false
	c.mu.Unlock()
	for _, p := range parcels {
		if c.isClosed() {
			c.discard(p)
		} else {
			c.read(p)
		}
	}
	if hungUp && !c.isClosed() {
		c.read(Parcel{})
	}
}

func (c *Channel) discard(p Parcel) {
	for _, fd := range p.FDs {
		c.drop(fd)
	}
}

func (c *Channel) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// Write sends p, which is given.
//
// # Errors
//
// EPIPE once either side has closed; p is then the caller's.
func (c *Channel) Write(p Parcel) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.hungUp || c.peer.closed {
		return syscall.EPIPE
	}
	c.peer.inbox = append(c.peer.inbox, p)
	c.peer.size += len(p.Data)
	c.peer.wakeLocked()
	return nil
}

// Waiting is how many bytes the other side has not read yet. Any goroutine.
func (c *Channel) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.peer.size
}

// Close hangs up. What was written before still arrives.
func (c *Channel) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.inbox {
		c.discard(p)
	}
	c.closed, c.inbox, c.size = true, nil, 0
	c.peer.hungUp = true
	c.peer.wakeLocked()
}

// HangUp tells c that the other side is gone, when nobody runs there who could close it. Any goroutine.
func (c *Channel) HangUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hungUp = true
	c.wakeLocked()
}
