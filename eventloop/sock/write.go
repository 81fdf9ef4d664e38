package sock

import (
	"errors"
	"io"
	"math"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/gonode/gonode/eventloop"
)

// directMax is up to how many connections with output in one turn the loop writes by itself. It keeps
// a lone answer from waiting for another goroutine.
const directMax = 2

// awayAbove is how long the program must take for an answer to have it written by another goroutine:
// to write one costs about half of it, and to hand it over a little. An answer that is made faster is
// written faster by the loop, unless the machine has nothing else to do. Measured with wrk on two
// cores: hello (6 µs an answer) 1.15 times as many answers written here, JSON (13 µs) 1.15 times as
// many written away.
const awayAbove = 9 * time.Microsecond

// ready is a transport that has output, in the outbox.
type ready interface {
	// writeHere writes on the loop goroutine what the kernel takes at once.
	writeHere()
	// writeAway does so on any goroutine that holds the outbox's writing.
	writeAway()
}

// outbox collects the Socks with output in this turn, and is the loop's shared writer.
type outbox struct {
	loop *eventloop.Loop
	pace time.Duration // awayAbove; tests have another

	// Loop goroutine.
	dirty []*Sock
	began time.Time // when the second of dirty got its output; a lone answer is not timed
	ready []ready   // of this turn, to be written

	// Guarded by mu.
	mu      sync.Mutex
	batch   []ready // waits for the writer
	running bool    // the writer goroutine exists and will look again
	acks    []*Sock // wait for the ack post

	// Guarded by writing, which is held while a batch is written.
	writing sync.Mutex
	taken   []ready
	acked   []*Sock

	// Loop goroutine: the acks being told.
	telling []*Sock
	told    int
}

// outboxKey is where a loop keeps its outbox.
type outboxKey struct{}

func outboxOf(l *eventloop.Loop) *outbox {
	if o, ok := l.Value(outboxKey{}).(*outbox); ok {
		return o
	}
	o := &outbox{loop: l, pace: awayAbove}
	l.AtReturn(eventloop.Func(o.settle))
	l.SetValue(outboxKey{}, o)
	return o
}

// add notes that s has output, or an end of output, for the end of the turn.
func (o *outbox) add(s *Sock) {
	switch len(o.dirty) {
	case 0:
		o.loop.AtTurnEnd(o)
	case 1:
		o.began = time.Now()
	}
	o.dirty = append(o.dirty, s)
}

// offer has t written when the turn's output is complete.
func (o *outbox) offer(t ready) { o.ready = append(o.ready, t) }

// Run is the end of the turn: all that was collected leaves.
func (o *outbox) Run() {
	away := o.away()
	for i, s := range o.dirty {
		o.dirty[i] = nil
		s.dirty = false
		blocks := s.blocks
		s.blocks = blockList{}
		s.tr.push(blocks, s.ending)
	}
	o.dirty = o.dirty[:0]
	if away && len(o.ready) > directMax {
		o.handOver()
	} else {
		for i, t := range o.ready {
			o.ready[i] = nil
			t.writeHere()
		}
	}
	o.ready = o.ready[:0]
}

// away reports whether the output of this turn is better written by another goroutine.
func (o *outbox) away() bool {
	n := len(o.dirty)
	return n > directMax && time.Since(o.began) > time.Duration(n-2)*o.pace
}

// handOver gives what is ready to the writer.
func (o *outbox) handOver() {
	o.mu.Lock()
	o.batch = append(o.batch, o.ready...)
	start := !o.running
	o.running = true
	o.mu.Unlock()
	clear(o.ready)
	if start && !o.loop.Go(o.writeLoop) {
		o.writeLoop() // the loop is being closed
	}
}

// writeLoop is the shared writer goroutine: it ends when no batch waits.
func (o *outbox) writeLoop() {
	for o.writeBatch() {
	}
}

// settle returns when nothing that was handed over waits or is being written. Any goroutine.
func (o *outbox) settle() { o.writeLoop() }

// writeBatch writes what was handed over and reports whether there was any. Any goroutine.
func (o *outbox) writeBatch() bool {
	o.writing.Lock()
	defer o.writing.Unlock()
	o.mu.Lock()
	o.taken, o.batch = o.batch, o.taken[:0]
	if len(o.taken) == 0 {
		o.running = false
		o.mu.Unlock()
		return false
	}
	o.mu.Unlock()
	for i, t := range o.taken {
		o.taken[i] = nil
		t.writeAway()
	}
	if len(o.acked) > 0 {
		o.mu.Lock()
		post := len(o.acks) == 0 // else the post that will take them is on its way
		o.acks = append(o.acks, o.acked...)
		o.mu.Unlock()
		clear(o.acked)
		o.acked = o.acked[:0]
		if post {
			o.loop.PostTask((*ackBatch)(o))
		}
	}
	return true
}

// ackBatch is an outbox as the Task that tells the Socks of a batch what became of it.
type ackBatch outbox

func (a *ackBatch) Run() {
	o := (*outbox)(a)
	if o.told == len(o.telling) {
		o.mu.Lock()
		o.acks, o.telling, o.told = o.telling[:0], o.acks, 0
		o.mu.Unlock()
	}
	// If a callback panics the others must still hear.
	defer func() {
		if o.told < len(o.telling) {
			o.loop.PostTask(a)
		}
	}()
	for o.told < len(o.telling) {
		s := o.telling[o.told]
		o.telling[o.told] = nil
		o.told++
		(*ackTask)(s).Run()
	}
}

// ackTask is a Sock as the Task that tells it what became of its output.
type ackTask Sock

func (a *ackTask) Run() {
	s := (*Sock)(a)
	t := s.tr.(*stream)
	t.output.want.Store(math.MaxInt64) // wrote asks again
	t.output.ackPosted.Store(false)
	s.wrote()
}

// writeHere implements ready.
func (t *stream) writeHere() {
	if t.try() {
		t.postAck()
	}
}

// writeAway implements ready.
func (t *stream) writeAway() {
	if t.try() && !t.output.ackPosted.Swap(true) {
		t.s.out.acked = append(t.s.out.acked, t.s)
	}
}

// postAck posts an ack unless one is on its way. Any goroutine.
func (t *stream) postAck() {
	if !t.output.ackPosted.Swap(true) {
		t.s.loop.PostTask((*ackTask)(t.s))
	}
}

func (t *stream) push(blocks blockList, end bool) {
	out := &t.output
	out.mu.Lock()
	if out.state == writeDead || t.closing.Load() {
		out.mu.Unlock()
		blocks.clear()
		return
	}
	out.queue.append(blocks)
	if end && out.shut == shutNone {
		out.shut = shutWanted
	}
	start := out.state == writeIdle
	if start {
		out.state = writing
		t.busy.Add(1)
	}
	out.mu.Unlock()
	switch {
	case !start: // whoever writes takes it
	case t.raw == nil:
		t.startOwn()
	default:
		t.s.out.offer(t)
	}
}

func (t *stream) written() int64 { return t.output.written.Load() }

func (t *stream) ended() (shut bool, err *Error) {
	t.output.mu.Lock()
	defer t.output.mu.Unlock()
	return t.output.shut == shutDone, t.output.err
}

func (t *stream) ackAt(n int64) {
	out := &t.output
	if n < out.want.Load() {
		out.want.Store(n)
	}
	// The writer may have passed n before it could see the wish.
	if out.written.Load() >= n {
		t.postAck()
	}
}

// take makes what was pushed current and reports whether there is anything to write. If not, it
// ends the writing, after the half-close if one is due. ack is for the end.
func (t *stream) take() (more, ack bool) {
	out := &t.output
	for {
		out.mu.Lock()
		if out.state == writeDead || t.closing.Load() && !out.final {
			out.queue.clear()
			out.state = writeDead
			out.mu.Unlock()
			out.current.clear()
			t.busy.Done()
			return false, true
		}
		out.current.append(out.queue)
		out.queue = blockList{}
		if out.current.first != nil {
			out.mu.Unlock()
			return true, false
		}
		if out.shut != shutWanted {
			out.state, out.own = writeIdle, false
			out.mu.Unlock()
			t.busy.Done()
			return false, ack
		}
		out.shut = shutDone
		out.mu.Unlock()
		ack = true
		if c, ok := t.conn.(interface{ CloseWrite() error }); ok {
			// ENOTCONN: the peer has reset it, which reading tells. Node v20 lib/net.js ignores it as well.
			if err := c.CloseWrite(); err != nil && !errors.Is(err, syscall.ENOTCONN) {
				t.failOutput(err, "shutdown")
			}
		}
	}
}

// failOutput ends writing with err; take then cleans up.
func (t *stream) failOutput(err error, call string) {
	out := &t.output
	out.mu.Lock()
	out.state = writeDead
	if !t.closing.Load() {
		out.err = From(err, call)
	}
	out.mu.Unlock()
}

// took counts n bytes the kernel took and reports whether the loop wants to hear of it.
func (t *stream) took(n int) bool {
	out := &t.output
	out.current.advance(n)
	return out.written.Add(int64(n)) >= out.want.Load()
}

// try writes what it can without waiting; a connection that cannot take it all continues on a
// goroutine of its own. It reports whether the loop wants to hear of it.
func (t *stream) try() (ack bool) {
	out := &t.output
	defer t.endTry()
	for {
		more, last := t.take()
		if !more {
			return ack || last
		}
		err := t.raw.Write(out.tryFn)
		if err == nil {
			err = out.errno
		}
		if err != nil {
			t.failOutput(err, "write")
			continue
		}
		ack = t.took(out.n) || ack
		if out.current.first != nil {
			if !t.startOwn() {
				t.failOutput(net.ErrClosed, "write") // that was the last try
				continue
			}
			return ack
		}
	}
}

// pushNow implements transport.
func (t *stream) pushNow(blocks blockList) bool {
	out := &t.output
	if t.raw == nil {
		t.push(blocks, false)
		return false
	}
	out.mu.Lock()
	if out.state == writeDead || t.closing.Load() {
		out.mu.Unlock()
		blocks.clear()
		return false
	}
	out.queue.append(blocks)
	if out.state == writing {
		out.mu.Unlock() // whoever writes takes it
		return false
	}
	out.state = writing
	t.busy.Add(1)
	out.mu.Unlock()
	if t.try() {
		t.postAck()
	}
	return true
}

// lastTry implements transport.
func (t *stream) lastTry(blocks blockList) {
	out := &t.output
	out.mu.Lock()
	if out.state == writeDead || out.own || t.raw == nil {
		out.mu.Unlock()
		blocks.clear()
		return
	}
	out.queue.append(blocks)
	if out.state == writing {
		// The shared writer is about to write, or writes; closing waits until it has.
		out.final, out.tried = true, make(chan struct{})
		out.mu.Unlock()
		return
	}
	if out.queue.first == nil {
		out.mu.Unlock()
		return
	}
	out.final, out.state = true, writing
	t.busy.Add(1)
	out.mu.Unlock()
	t.try()
}

// endTry lets closing go on that waits for the last try.
func (t *stream) endTry() {
	t.output.mu.Lock()
	if t.output.tried != nil {
		close(t.output.tried)
		t.output.tried, t.output.final = nil, false
	}
	t.output.mu.Unlock()
}

// startOwn gives the connection a writer of its own, which inherits the state writing; false if the
// connection is being closed and nobody may wait for the kernel any more.
func (t *stream) startOwn() bool {
	t.output.mu.Lock()
	if t.output.final {
		t.output.mu.Unlock()
		return false
	}
	t.output.own = true
	t.output.mu.Unlock()
	if !t.s.loop.Go(t.writeLoop) {
		t.busy.Done()
	}
	return true
}

// writeLoop is a connection's own writer: it waits for the kernel, and ends when all is written.
func (t *stream) writeLoop() {
	for {
		more, ack := t.take()
		if !more {
			if ack {
				t.postAck()
			}
			return
		}
		if err := t.writeWait(); err != nil {
			t.failOutput(err, "write")
		} else if t.took(t.output.n) {
			t.postAck()
		}
	}
}

// writeWait writes some of current, waiting for the kernel if need be; n is set.
func (t *stream) writeWait() error {
	out := &t.output
	if t.raw != nil {
		if err := t.raw.Write(out.waitFn); err != nil {
			return err
		}
		return out.errno
	}
	b := out.current.first
	n, err := t.conn.Write(b.buf[b.off:])
	out.n = n
	if n > 0 {
		return nil // a short write's error comes again
	}
	if err == nil && len(b.buf) > b.off {
		return io.ErrNoProgress
	}
	return err
}
