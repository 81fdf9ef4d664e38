package sock

import "github.com/gonode/gonode/eventloop"

// Out returns the block that this turn's output is appended to, with room for at least room more
// bytes if they are not beyond 64 KiB; append to it, change nothing before its length, and hand the
// result to SetOut before anything else is done with s. After CloseWrite or Destroy it is nil, and
// SetOut drops what was appended.
//
//	b := s.Out(512)
//	b = append(b, "HTTP/1.1 200 OK\r\n"...)
//	ok := s.SetOut(b)
func (s *Sock) Out(room int) []byte {
	if s.destroyed || s.ending {
		return nil
	}
	b := s.blocks.last
	if b == nil || b.lent || cap(b.buf)-len(b.buf) < room {
		b = newBlock(room)
		s.blocks.append(blockList{b, b})
	}
	return b.buf
}

// SetOut takes back what Out returned, with more appended; the bytes go out at the end of the turn,
// together with all others of the turn in one system call. It reports whether fewer than the high
// water mark wait; if not, OnDrain will follow.
func (s *Sock) SetOut(p []byte) bool {
	if s.destroyed || s.ending {
		return false
	}
	b := s.blocks.last
	n := len(p) - len(b.buf)
	if n < 0 {
		panic("BUG: sock: SetOut with less than Out returned")
	}
	if cap(p) != cap(b.buf) {
		b.class = unpooled // append moved it
	}
	b.buf = p
	if len(p) == 0 && s.blocks.first == b {
		s.blocks.clear() // an idle connection holds no block
	}
	return s.queue(n)
}

// Write copies p behind the turn's output; done, unless nil, runs when the kernel took it. It
// reports as SetOut does. After CloseWrite or Destroy, done gets an error: EPIPE or ErrClosed.
func (s *Sock) Write(p []byte, done func(*Error)) bool {
	if !s.writable(done) {
		return false
	}
	ok := s.SetOut(append(s.Out(min(len(p), largeSize)), p...))
	s.whenWritten(done)
	return ok
}

// WriteString is Write for a string; its bytes go out as they are.
func (s *Sock) WriteString(p string, done func(*Error)) bool {
	if !s.writable(done) {
		return false
	}
	ok := s.SetOut(append(s.Out(min(len(p), largeSize)), p...))
	s.whenWritten(done)
	return ok
}

// WriteLent is Write without a copy: p is lent until done runs, and the kernel reads it where it is.
// It is worth it from LentMin on.
func (s *Sock) WriteLent(p []byte, done func(*Error)) bool {
	if !s.writable(done) {
		return false
	}
	ok := s.append(&block{buf: p, lent: true})
	s.whenWritten(done)
	return ok
}

// WriteGiven is WriteLent of memory that is used again: taken runs, on any goroutine and once, when p is in the
// kernel or will never be. It does not run if the connection takes no output any more.
func (s *Sock) WriteGiven(p []byte, taken func()) bool {
	return s.writable(nil) && s.append(&block{buf: p, lent: true, taken: taken})
}

func (s *Sock) append(b *block) bool {
	s.blocks.append(blockList{b, b})
	return s.queue(len(b.buf))
}

// DropFrom forgets the output of this turn from the position pos of BytesWritten on, as far as it has
// not been handed on. It is for a message that is destroyed in the tick it was begun: node still holds
// it back then.
func (s *Sock) DropFrom(pos int64) {
	at := s.accepted
	for b := s.blocks.first; b != nil; b = b.next {
		at -= int64(len(b.buf) - b.off)
	}
	var kept blockList
	for s.blocks.first != nil {
		b := s.blocks.first
		n := len(b.buf) - b.off
		if at >= pos {
			s.blocks.shift()
			s.accepted -= int64(n)
			continue
		}
		if s.blocks.first = b.next; b.next == nil {
			s.blocks.last = nil
		}
		b.next = nil
		if over := at + int64(n) - pos; over > 0 {
			b.buf = b.buf[:len(b.buf)-int(over)]
			s.accepted -= over
		}
		kept.append(blockList{b, b})
		at += int64(n)
	}
	s.blocks = kept
}

// Flush gives the kernel now what it takes of the output of this turn.
func (s *Sock) Flush() {
	if s.destroyed || s.blocks.first == nil {
		return
	}
	blocks := s.blocks
	s.blocks = blockList{}
	s.tr.pushNow(blocks)
}

// FlushAll flushes every Sock of the loop, for what must not reach anyone before the output does. Loop
// goroutine.
func FlushAll(loop *eventloop.Loop) {
	o := outboxOf(loop)
	o.settle()
	for _, s := range o.dirty {
		s.Flush()
	}
}

// Flushed runs fn when all that was written so far has left, or with the error that prevented it;
// never inside the call.
func (s *Sock) Flushed(fn func(*Error)) {
	if s.destroyed {
		s.refuse(fn, ErrClosed)
		return
	}
	s.whenWritten(fn)
}

// CloseWrite sends FIN behind the output; done, unless nil, then runs. Input is not touched. A conn
// that has no CloseWrite of its own ends its output only when it is destroyed.
func (s *Sock) CloseWrite(done func(*Error)) {
	if !s.writable(done) {
		return
	}
	s.ending = true
	s.onShut = done
	s.markDirty()
	s.holdForWrites()
}

// Ending reports whether CloseWrite was called.
func (s *Sock) Ending() bool { return s.ending }

// Queued is how many bytes of output wait in user memory.
func (s *Sock) Queued() int {
	if s.destroyed {
		return 0
	}
	return int(s.accepted - s.tr.written())
}

// HighWaterMark is the number of waiting bytes from which writes return false. Default 16 KiB.
func (s *Sock) HighWaterMark() int { return s.highWater }

// SetHighWaterMark changes HighWaterMark.
func (s *Sock) SetHighWaterMark(n int) { s.highWater = n }

// writable refuses a write that comes too late.
func (s *Sock) writable(done func(*Error)) bool {
	switch {
	case s.destroyed:
		s.refuse(done, ErrClosed)
	case s.ending:
		s.refuse(done, errEnded)
	default:
		return true
	}
	return false
}

func (s *Sock) refuse(done func(*Error), err *Error) {
	if done != nil {
		s.loop.Defer(eventloop.Func(func() { done(err) }))
	}
}

// queue counts n new bytes and sees to it that they leave.
func (s *Sock) queue(n int) bool {
	s.accepted += int64(n)
	if n > 0 {
		s.markDirty()
		s.holdForWrites()
	}
	if s.Queued() < s.highWater {
		return true
	}
	// More than may wait: the kernel gets it now, as in Node, and what it takes does not wait. That
	// saves a stream of large pieces a round through the writer for each.
	blocks := s.blocks
	s.blocks = blockList{}
	if s.tr.pushNow(blocks) && s.Queued() < s.highWater {
		return true
	}
	if !s.needDrain {
		s.needDrain = true
		s.tr.ackAt(s.accepted)
	}
	return false
}

func (s *Sock) whenWritten(done func(*Error)) {
	if done == nil {
		return
	}
	s.dones.push(doneAt{s.accepted, done})
	if s.dones.len() == 1 {
		s.tr.ackAt(s.accepted)
	}
}

// holdForWrites keeps the loop alive for the output, or its end, of a Sock that does not do so by itself, as an
// active write request of libuv does.
func (s *Sock) holdForWrites() {
	if s.destroyed || s.handle.HasRef() && s.handle.Active() || s.Queued() == 0 && s.onShut == nil {
		return
	}
	s.writes.SetActive(true)
	if s.Queued() > 0 {
		s.tr.ackAt(s.accepted) // the end of output is told unasked
	}
}

// wrote hears from the transport that output left, or will not.
func (s *Sock) wrote() {
	if s.destroyed {
		return
	}
	// In this order: what was written before the error was written.
	shut, err := s.tr.ended()
	written := s.tr.written()
	for s.dones.len() > 0 && s.dones.first().pos <= written && !s.destroyed {
		s.dones.pop().fn(nil)
	}
	if err != nil {
		s.fail(err)
	}
	if s.destroyed {
		return
	}
	if fn := s.onShut; shut && fn != nil {
		s.onShut = nil
		if fn(nil); s.destroyed {
			return
		}
	}
	if s.accepted == written {
		if s.onShut == nil {
			s.writes.SetActive(false)
		}
		if s.needDrain {
			s.needDrain = false
			if s.consumer != nil {
				s.consumer.OnDrain()
			}
		}
	}
	if s.destroyed {
		return
	}
	if s.dones.len() > 0 {
		s.tr.ackAt(s.dones.first().pos)
	} else if s.needDrain || s.writes.Active() && s.accepted > written {
		s.tr.ackAt(s.accepted)
	}
}

func (s *Sock) markDirty() {
	if !s.dirty {
		s.dirty = true
		s.out.add(s)
	}
}

// doneAt is a callback for the time when pos bytes were written.
type doneAt struct {
	pos int64
	fn  func(*Error)
}

// doneQueue is a FIFO that keeps its memory while it is short. A callback leaves it before it runs.
type doneQueue struct {
	all  []doneAt
	head int
}

func (q *doneQueue) len() int { return len(q.all) - q.head }

func (q *doneQueue) first() *doneAt { return &q.all[q.head] }

func (q *doneQueue) push(d doneAt) { q.all = append(q.all, d) }

func (q *doneQueue) pop() doneAt {
	d := q.all[q.head]
	q.all[q.head] = doneAt{}
	if q.head++; q.head < len(q.all) {
		return d
	}
	if q.head = 0; cap(q.all) > 16 {
		q.all = nil // an idle connection keeps little
	} else {
		q.all = q.all[:0]
	}
	return d
}
