//go:build linux

package sock

import (
	"math"
	"net"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/gonode/gonode/eventloop"
)

// maxReads is how many full chunks one connection may read in one turn before the others have
// theirs; the kernel reports the rest again.
const maxReads = 16

// polled is the epoll backend's transport. It reads on the loop goroutine, and writes there or on the
// outbox's writer, and only what the kernel has or takes at once; others touch nothing but credit.
type polled struct {
	eventloop.Watch
	descriptor

	// Immutable after newPolled.
	s      *Sock
	poller *eventloop.Epoll

	// Input.
	class   int  // of the next chunk
	over    bool // FIN or an error was read
	held    atomic.Int64
	starved atomic.Bool // credit is used up: whoever gives some back posts a resume
	halted  bool

	// Any goroutine; atomic.
	total atomic.Int64 // written

	// Output. Guarded by mu, which is held while the kernel is written to: nobody waits longer than for
	// one call that does not block. What closes the descriptor holds it too.
	mu      sync.Mutex
	offered bool // the outbox is to write: whoever has mu may do it before
	queue   blockList
	iovecs  iovecs
	shut    shutState
	dead    bool   // after an error or close: output is dropped
	err     *Error // ended writing
	want    int64  // tell the Sock once total reaches it
	told    bool   // that is under way
}

// epollOf returns the loop's Epoll, or nil if it has another Poller.
func epollOf(l *eventloop.Loop) *eventloop.Epoll {
	p, _ := l.Poller().(*eventloop.Epoll)
	return p
}

// newPolled makes a Sock of a connected, non-blocking descriptor, which then belongs to it. It does
// not begin to read.
func newPolled(p *eventloop.Epoll, loop *eventloop.Loop, fd int, remote net.Addr) *Sock {
	both := &struct {
		s Sock
		t polled
	}{}
	t := &both.t
	t.s, t.poller, t.want = &both.s, p, math.MaxInt64
	t.descriptor = descriptor{fd: fd, remote: remote}
	t.Watch.Init(fd, (*readyTask)(t))
	both.s.init(loop, &t.descriptor, t)
	return &both.s
}

// readyTask is a polled as the Task that the kernel's events bring.
type readyTask polled

func (r *readyTask) Run() {
	t := (*polled)(r)
	events := t.TakeEvents()
	if events == 0 {
		return
	}
	const broken = syscall.EPOLLERR | syscall.EPOLLHUP
	// As libuv, input first: an answer that came before the connection broke is not lost.
	if events&(syscall.EPOLLIN|broken) != 0 && t.Interest()&syscall.EPOLLIN != 0 {
		t.read()
	}
	if events&(syscall.EPOLLOUT|broken) != 0 && t.Interest()&syscall.EPOLLOUT != 0 {
		(*writableTask)(t).Run()
	}
}

// wish changes the interest. Without any, an error or a hang-up is not reported either: it would be
// again and again, and nobody could take it.
func (t *polled) wish(set, clear uint32) error {
	return t.poller.Watch(&t.Watch, t.Interest()&^clear|set)
}

func (t *polled) start() {
	if t.halted {
		return
	}
	if err := t.wish(syscall.EPOLLIN, 0); err != nil {
		t.over = true
		t.s.loop.Defer(eventloop.Func(func() { t.s.received(chunkList{}, false, From(err, "epoll_ctl")) }))
	}
}

// read gives the loop what the kernel has. After a short read there is most likely nothing more;
// if there is, or if FIN is behind it, the kernel reports it again.
func (t *polled) read() {
	for range maxReads {
		if t.halted {
			return
		}
		if t.held.Load() >= readCredit {
			t.starve()
			return
		}
		c := newChunk(t.class)
		n, err := receive(t.descriptor.fd, c.buf)
		if n > 0 {
			short := n < len(c.buf)
			t.class = nextClass(t.class, n)
			c.n, c.from = n, t
			t.held.Add(int64(cap(c.buf)))
			t.s.received(chunkList{c, c}, false, nil)
			if short || t.descriptor.fd < 0 {
				return
			}
			continue
		}
		c.recycle()
		if err == syscall.EAGAIN {
			return
		}
		t.over = true
		_ = t.wish(0, syscall.EPOLLIN) // removing an interest does not fail
		if err == nil {
			t.s.received(chunkList{}, true, nil)
		} else {
			t.s.received(chunkList{}, false, From(err, "read"))
		}
		return
	}
}

func (t *polled) halt() {
	t.halted = true
	_ = t.wish(0, syscall.EPOLLIN) // removing an interest does not fail
}

func (t *polled) goOn() {
	t.halted = false
	if !t.over && !t.starved.Load() {
		t.start()
	}
}

// starve stops reading until credit comes back.
func (t *polled) starve() {
	_ = t.wish(0, syscall.EPOLLIN)
	t.starved.Store(true)
	if t.held.Load() < readCredit { // another goroutine was faster
		t.fed()
	}
}

func (t *polled) credit(n int) {
	if t.held.Add(-int64(n)) < readCredit {
		t.fed()
	}
}

// fed lets a starved connection read on. Any goroutine.
func (t *polled) fed() {
	if t.starved.Load() && t.starved.Swap(false) {
		t.s.loop.PostTask((*resumeTask)(t))
	}
}

// resumeTask is a polled as the Task that reads on.
type resumeTask polled

func (r *resumeTask) Run() {
	if t := (*polled)(r); !t.over && t.descriptor.fd >= 0 {
		t.start()
	}
}

// unread reports what is true of no moment: what was read is given to the Sock in the same step.
func (t *polled) unread() bool { return false }

func (t *polled) push(blocks blockList, end bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.dead {
		blocks.clear()
		return
	}
	t.queue.append(blocks)
	if end && t.shut == shutNone {
		t.shut = shutWanted
	}
	// If the kernel has no room it says when it has, and takes this then.
	if !t.offered && t.Interest()&syscall.EPOLLOUT == 0 {
		t.offered = true
		t.s.out.offer(t)
	}
}

func (t *polled) pushNow(blocks blockList) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.dead {
		blocks.clear()
		return true
	}
	t.queue.append(blocks)
	t.flush()
	return true
}

func (t *polled) lastTry(blocks blockList) { t.pushNow(blocks) }

// writeHere implements ready.
func (t *polled) writeHere() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.offered {
		t.flush()
	}
}

// writeAway implements ready. What only the loop may do, it is asked to.
func (t *polled) writeAway() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.offered {
		return
	}
	t.offered = false
	if !t.write() {
		t.s.loop.PostTask((*writableTask)(t))
	} else if t.due() {
		t.told = true
		t.s.loop.PostTask((*tellTask)(t))
	}
}

// writableTask is a polled as the Task that writes what its kernel buffer had no room for.
type writableTask polled

func (w *writableTask) Run() {
	t := (*polled)(w)
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.dead {
		t.flush()
	}
}

// flush writes what the kernel takes at once and waits for it with the rest. It calls nobody. Loop
// goroutine; mu is held.
func (t *polled) flush() {
	t.offered = false
	if t.write() {
		_ = t.wish(0, syscall.EPOLLOUT) // removing an interest does not fail
	} else if err := t.wish(syscall.EPOLLOUT, 0); err != nil {
		t.failOutput(From(err, "write"))
	}
	t.tell()
}

// write writes what the kernel takes at once and reports whether that was all there is, or will be. mu
// is held.
func (t *polled) write() (all bool) {
	for t.queue.first != nil {
		n, err := t.iovecs.send(t.descriptor.fd, t.queue.first)
		if err == syscall.EAGAIN {
			return false
		}
		if err != nil {
			t.failOutput(From(err, "write"))
			return true
		}
		t.queue.advance(n)
		t.total.Add(int64(n))
	}
	if t.shut == shutWanted {
		t.shut = shutDone
		t.want = 0
		// ENOTCONN: the peer has reset it, which reading tells. Node v20 lib/net.js ignores it as well.
		if err := syscall.Shutdown(t.descriptor.fd, syscall.SHUT_WR); err != nil && err != syscall.ENOTCONN {
			t.failOutput(From(err, "shutdown"))
		}
	}
	return true
}

// failOutput ends writing, of which the Sock then hears.
func (t *polled) failOutput(err *Error) {
	t.dead, t.err, t.want = true, err, 0
	t.queue.clear()
}

func (t *polled) written() int64 { return t.total.Load() }

func (t *polled) ended() (shut bool, err *Error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.shut == shutDone, t.err
}

func (t *polled) ackAt(n int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.want = min(t.want, n)
	t.tell()
}

// due reports whether the Sock has something to hear of that is not under way.
func (t *polled) due() bool { return !t.told && t.total.Load() >= t.want }

// tell has the Sock hear what became of its output, never inside the call that wrote it. Loop
// goroutine; mu is held.
func (t *polled) tell() {
	if t.due() {
		t.told = true
		t.s.loop.Defer((*tellTask)(t))
	}
}

// tellTask is a polled as the Task that tells.
type tellTask polled

func (r *tellTask) Run() {
	t := (*polled)(r)
	t.mu.Lock()
	t.told, t.want = false, math.MaxInt64 // wrote asks again
	t.mu.Unlock()
	t.s.wrote()
}

func (t *polled) close(reset bool) {
	_ = t.wish(0, syscall.EPOLLIN|syscall.EPOLLOUT)
	if !reset && !t.over && !t.halted { // halted: the input is another process's
		// To close with input unread would make the kernel send RST, which may overtake the answer.
		t.discard()
	}
	t.release(reset)
	t.s.loop.Defer((*closedTask)(t.s))
}

// discard reads and drops what has come, up to what a peer may send ahead.
func (t *polled) discard() {
	c := newChunk(0)
	for range readCredit / smallSize {
		if n, _ := receive(t.descriptor.fd, c.buf); n < len(c.buf) {
			break
		}
	}
	c.recycle()
}

// release frees descriptor and memory.
func (t *polled) release(reset bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dead, t.offered = true, false
	t.queue.clear()
	t.descriptor.close(reset)
}

func (t *polled) closeNow(blocks blockList) {
	t.mu.Lock()
	if t.dead {
		blocks.clear()
	} else {
		t.queue.append(blocks)
		t.write()
	}
	t.mu.Unlock()
	t.release(false)
}
