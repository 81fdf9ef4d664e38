package modules

import (
	"sync"
	"syscall"

	"github.com/gonode/gonode/eventloop"
)

// Channel is one end of a line of bytes between two runtimes of a process: in order, without limit. What
// is written before the other side is open waits for it.
//
// Open, Write and Close belong to the loop goroutine of the runtime whose end it is.
type Channel struct {
	peer *Channel

	// Guarded by mu, which both ends share.
	mu     *sync.Mutex
	loop   *eventloop.Loop
	read   func(chunk []byte)
	inbox  [][]byte
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

// Open makes read get what the other side writes, each chunk given, and nil when it has closed. read runs
// on the loop goroutine, outside the door.
func (c *Channel) Open(loop *eventloop.Loop, read func(chunk []byte)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.loop, c.read = loop, read
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
	chunks, hungUp := c.inbox, c.hungUp
	c.inbox, c.size, c.posted = nil, 0, false
	c.mu.Unlock()
	for _, chunk := range chunks {
		if !c.isClosed() {
			c.read(chunk)
		}
	}
	if hungUp && !c.isClosed() {
		c.read(nil)
	}
}

func (c *Channel) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// Write sends data, which is given.
//
// # Errors
//
// EPIPE once either side has closed.
func (c *Channel) Write(data []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.hungUp {
		return syscall.EPIPE
	}
	c.peer.inbox = append(c.peer.inbox, data)
	c.peer.size += len(data)
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
