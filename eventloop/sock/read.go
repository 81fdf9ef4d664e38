package sock

import (
	"errors"
	"io"
	"os"
)

// readLoop is the reader goroutine: it reads until the peer or we end the connection.
func (t *stream) readLoop() {
	defer t.busy.Done()
	in := &t.input
	defer in.rest()
	for !in.over && t.awaitCredit() {
		if in.readFn == nil {
			t.readPortable()
			continue
		}
		// readFn holds a chunk only while it reads, and stays inside until the credit is used up.
		if err := t.raw.Read(in.readFn); err != nil && !in.over && !t.interrupted(err) {
			t.finishInput(err)
		}
	}
}

// readPortable reads once, with a chunk in hand while it waits: small, always.
func (t *stream) readPortable() {
	c := newChunk(0)
	n, err := t.conn.Read(c.buf)
	if n > 0 {
		t.give(c, n)
	} else {
		c.recycle()
	}
	if err != nil && !t.interrupted(err) {
		t.finishInput(err)
	}
}

// interrupted reports whether a read failed because of halt.
func (t *stream) interrupted(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) && !t.input.mayRead()
}

// nextClass chooses the next chunk's size by how well the last, of size class, was filled.
func nextClass(class, n int) int {
	switch {
	case n == sizes[class] && class < len(sizes)-1:
		return class + 1
	case class > 0 && n <= sizes[class-1]/2:
		return class - 1
	}
	return class
}

// give hands n read bytes to the loop.
func (t *stream) give(c *Chunk, n int) {
	in := &t.input
	c.n, c.from = n, t
	in.out.Add(int64(cap(c.buf)))
	in.mu.Lock()
	in.chunks.push(c)
	t.postInputLocked()
	in.mu.Unlock()
}

// finishInput hands the end of input to the loop, as FIN or as an error.
func (t *stream) finishInput(err error) {
	in := &t.input
	in.over = true
	if t.closing.Load() {
		return // it is our own doing
	}
	in.mu.Lock()
	if errors.Is(err, io.EOF) {
		in.end = true
	} else {
		in.err = From(err, "read")
	}
	t.postInputLocked()
	in.mu.Unlock()
}

// postInputLocked posts once for all that waits. t.input.mu must be held.
func (t *stream) postInputLocked() {
	if !t.input.posted {
		t.input.posted = true
		t.s.loop.PostTask((*inputTask)(t))
	}
}

// inputTask is a stream as the Task that takes its input.
type inputTask stream

func (i *inputTask) Run() {
	in := &i.input
	in.mu.Lock()
	chunks, end, err := in.chunks, in.end, in.err
	in.chunks, in.posted = chunkList{}, false
	in.mu.Unlock()
	i.s.received(chunks, end, err)
}

func (t *stream) unread() bool {
	t.input.mu.Lock()
	defer t.input.mu.Unlock()
	return t.input.chunks.first != nil
}

// hasCredit reports whether another chunk may be read.
func (in *input) hasCredit() bool { return in.out.Load() < readCredit }

// mayRead reports whether no halt forbids to read.
func (in *input) mayRead() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return !in.halted
}

// tryRead reports whether the reader may read, which it then does.
func (in *input) tryRead() bool {
	if !in.hasCredit() {
		return false
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.reading = !in.halted
	return in.reading
}

// rest tells halt that the reader does not read.
func (in *input) rest() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.reading = false
	if in.resting != nil {
		close(in.resting)
		in.resting = nil
	}
}

// awaitCredit parks the reader while the credit is used up or reading is halted; it reports false to
// end it.
func (t *stream) awaitCredit() bool {
	in := &t.input
	in.rest()
	for !t.closing.Load() {
		if in.tryRead() {
			return true
		}
		in.parked.Store(true)
		if in.hasCredit() && in.mayRead() || t.closing.Load() {
			in.parked.Store(false)
			continue
		}
		<-in.room
	}
	return false
}

func (t *stream) credit(n int) {
	if t.input.out.Add(-int64(n)) < readCredit {
		t.unpark()
	}
}

// unpark lets a parked reader look again. Any goroutine.
func (t *stream) unpark() {
	if t.input.parked.Load() && t.input.parked.Swap(false) {
		select {
		case t.input.room <- struct{}{}:
		default:
		}
	}
}
