package sock

import (
	"math"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gonode/gonode/eventloop"
)

// stream is the goroutine backend's transport.
type stream struct {
	// Immutable after newStream.
	s    *Sock
	conn net.Conn
	raw  syscall.RawConn // nil: portable path

	input  input
	output output

	// One for the reader, one while anybody writes; waited for by closeLoop.
	busy sync.WaitGroup
	// Any goroutine; atomic.
	closing atomic.Bool
}

// input is the reader's half.
type input struct {
	// Reader goroutine.
	class  int // of the next chunk
	over   bool
	readFn func(fd uintptr) (done bool)

	// Any goroutine; atomic.
	out    atomic.Int64 // bytes of chunks not released
	parked atomic.Bool  // the reader waits on room
	room   chan struct{}

	// Reader and loop goroutine; guarded by mu.
	mu      sync.Mutex
	chunks  chunkList
	end     bool
	err     *Error
	posted  bool
	reading bool
	halted  bool
	resting chan struct{} // non-nil if halt waits for the reader, then closed
}

// output is the writers' half.
type output struct {
	// Guarded by mu.
	mu    sync.Mutex
	queue blockList // pushed, not yet taken by a writer
	state writeState
	shut  shutState
	err   *Error        // ended writing
	own   bool          // the connection's own writer is at it
	final bool          // destroyed: what is queued gets one more try
	tried chan struct{} // non-nil if close waits for that try, then closed

	// The goroutine that made state writing.
	current blockList // being written
	iovecs  iovecs
	tryFn   func(fd uintptr) (done bool) // one attempt
	waitFn  func(fd uintptr) (done bool) // until the kernel takes something
	n       int                          // result of either
	errno   error

	// Any goroutine; atomic.
	written   atomic.Int64
	want      atomic.Int64 // post an ack once written reaches it
	ackPosted atomic.Bool
}

type writeState uint8

const (
	writeIdle writeState = iota
	writing              // exactly one goroutine writes, or is about to
	writeDead            // after an error or close: output is dropped
)

type shutState uint8

const (
	shutNone shutState = iota
	shutWanted
	shutDone
)

func newStream(s *Sock, conn net.Conn) transport {
	t := &stream{s: s, conn: conn}
	t.input.room = make(chan struct{}, 1)
	t.output.want.Store(math.MaxInt64)
	t.setRaw()
	return t
}

func (t *stream) start() {
	t.busy.Add(1)
	if !t.s.loop.Go(t.readLoop) {
		t.busy.Done()
	}
}

func (t *stream) halt() {
	in := &t.input
	in.mu.Lock()
	in.halted = true
	if !in.reading {
		in.mu.Unlock()
		return
	}
	resting := make(chan struct{})
	in.resting = resting
	in.mu.Unlock()
	if t.conn.SetReadDeadline(time.Unix(1, 0)) == nil { // long ago: it makes a read that waits return
		<-resting
		_ = t.conn.SetReadDeadline(time.Time{})
	}
}

func (t *stream) goOn() {
	t.input.mu.Lock()
	t.input.halted = false
	t.input.mu.Unlock()
	t.unpark()
}

func (t *stream) close(reset bool) {
	t.closing.Store(true)
	if c, ok := t.conn.(interface{ SetLinger(sec int) error }); ok && reset {
		_ = c.SetLinger(0) // fails only if the peer was faster
	}
	// Closing may block (TLS says goodbye) and waits for the reader: not on the loop. Where nobody else has any
	// use for the connection any more the Sock is closed at once, as it is in libuv, however long another
	// goroutine takes to be scheduled: what counts open connections sees this one go before what its peer does
	// about it.
	if early := t.raw != nil && t.silent(); early {
		t.s.loop.Go(t.closeLoop)
		t.s.loop.Defer((*closedTask)(t.s))
	} else {
		t.s.loop.Go(func() {
			t.closeLoop()
			t.s.loop.PostTask((*closedTask)(t.s))
		})
	}
}

// silent reports whether nobody writes or is about to: no lent byte is in use.
func (t *stream) silent() bool {
	t.output.mu.Lock()
	defer t.output.mu.Unlock()
	return t.output.state != writing
}

// closeLoop closes the descriptor, which makes reader and writers fail, and sees them off.
func (t *stream) closeLoop() {
	t.output.mu.Lock()
	tried := t.output.tried
	t.output.mu.Unlock()
	if tried != nil {
		<-tried
	}
	_ = t.conn.Close()
	t.unpark()
	t.busy.Wait()
}

// closedTask is a Sock as the Task that ends it.
type closedTask Sock

func (c *closedTask) Run() { (*Sock)(c).closed() }

func (t *stream) closeNow(blocks blockList) {
	t.lastTry(blocks)
	t.closing.Store(true)
	t.endTry()
	conn := t.conn
	if c, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = c.NetConn() // TLS would wait to say goodbye
	}
	_ = conn.Close()
	t.unpark()
}

var _ eventloop.Resource = (*Sock)(nil)
