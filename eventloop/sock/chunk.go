package sock

import "sync"

// Sizes of read chunks and out blocks. A connection reads 4 KiB at a time while it is quiet, which
// holds nearly every request head, and grows to 64 KiB, the size of a pipe's and often a socket's
// kernel buffer, when reads fill the chunk.
const (
	smallSize  = 4 << 10
	mediumSize = 16 << 10
	largeSize  = 64 << 10
)

var sizes = [...]int{smallSize, mediumSize, largeSize}

// readCredit is how many bytes of chunks a connection may have outside the pool and not released
// before its reader waits. Chunks count with their capacity, so that a peer who sends single bytes
// cannot make one byte cost 4 KiB without bound.
const readCredit = 64 << 10

// LentMin is the size from which WriteLent is worth more than a copy into the out block.
const LentMin = 16 << 10

// unpooled marks memory that goes to the garbage collector.
const unpooled = -1

// Chunk is a piece of input, given to the consumer, who must Release it when its bytes are no
// longer needed: that lets the connection read on.
type Chunk struct {
	buf     []byte
	n       int
	class   int
	escaped bool
	from    transport // whose credit it holds
	next    *Chunk
}

// NewChunk returns a chunk of what somebody else read; p is given, and never reused.
func NewChunk(p []byte) *Chunk { return &Chunk{buf: p, n: len(p), class: unpooled} }

// Bytes is the input. It is valid until Release, and for ever after Escape.
func (c *Chunk) Bytes() []byte { return c.buf[:c.n] }

// Escape says that the bytes became visible to someone who may keep them, as a JavaScript Buffer:
// the memory is never used again by this package. Release is still due.
func (c *Chunk) Escape() { c.escaped = true }

// Keep returns span, a part of the input, for someone who may keep it: most of a chunk escapes with it, a smaller
// part is copied, since a chunk in the place of this one costs more.
func (c *Chunk) Keep(span []byte) []byte {
	if 2*len(span) > cap(c.buf) {
		c.Escape()
		return span[:len(span):len(span)]
	}
	kept := make([]byte, len(span))
	copy(kept, span)
	return kept
}

// Release ends the consumer's use of c; c must not be touched afterwards. Any goroutine.
func (c *Chunk) Release() {
	from, size := c.from, cap(c.buf)
	c.recycle()
	if from != nil {
		from.credit(size)
	}
}

// recycle puts c back without a word about credit.
func (c *Chunk) recycle() {
	if c.escaped || c.class == unpooled {
		return
	}
	poison(c.buf)
	c.from, c.next, c.n = nil, nil, 0
	chunkPools[c.class].Put(c)
}

var chunkPools, blockPools [len(sizes)]sync.Pool

func newChunk(class int) *Chunk {
	if c, _ := chunkPools[class].Get().(*Chunk); c != nil {
		return c
	}
	return &Chunk{buf: make([]byte, sizes[class]), class: class}
}

// chunkList is a FIFO of chunks.
type chunkList struct{ first, last *Chunk }

func (l *chunkList) push(c *Chunk) { l.append(chunkList{c, c}) }

func (l *chunkList) append(o chunkList) {
	if o.first == nil {
		return
	}
	if l.last == nil {
		l.first = o.first
	} else {
		l.last.next = o.first
	}
	l.last = o.last
}

func (l *chunkList) unshift(c *Chunk) {
	c.next = l.first
	l.first = c
	if l.last == nil {
		l.last = c
	}
}

func (l *chunkList) pop() *Chunk {
	c := l.first
	l.first = c.next
	if l.first == nil {
		l.last = nil
	}
	c.next = nil
	return c
}

// block is a piece of output: pooled memory that Out appends to, or a lent slice.
type block struct {
	buf   []byte
	off   int // bytes the kernel has taken
	class int
	lent  bool
	taken func() // of a lent one: nobody reads it any more; or nil
	next  *block
}

// newBlock returns an empty block with room for at least n bytes.
func newBlock(n int) *block {
	for class, size := range sizes {
		if n > size {
			continue
		}
		if b, _ := blockPools[class].Get().(*block); b != nil {
			return b
		}
		return &block{buf: make([]byte, 0, size), class: class}
	}
	return &block{buf: make([]byte, 0, n), class: unpooled}
}

func (b *block) recycle() {
	if b.taken != nil {
		poison(b.buf)
		b.taken()
		b.taken = nil
	}
	if b.lent || b.class == unpooled {
		return
	}
	poison(b.buf)
	b.buf, b.off, b.next = b.buf[:0], 0, nil
	blockPools[b.class].Put(b)
}

// blockList is a FIFO of blocks.
type blockList struct{ first, last *block }

func (l *blockList) append(o blockList) {
	if o.first == nil {
		return
	}
	if l.last == nil {
		l.first = o.first
	} else {
		l.last.next = o.first
	}
	l.last = o.last
}

// advance takes n written bytes off the front and recycles what is used up.
func (l *blockList) advance(n int) {
	for l.first != nil {
		b := l.first
		if left := len(b.buf) - b.off; n < left {
			b.off += n
			return
		} else {
			n -= left
		}
		l.shift()
	}
}

func (l *blockList) shift() {
	b := l.first
	l.first = b.next
	if l.first == nil {
		l.last = nil
	}
	b.recycle()
}

func (l *blockList) clear() {
	for l.first != nil {
		l.shift()
	}
}
