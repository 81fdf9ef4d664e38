package sock

import (
	"net"

	"github.com/gonode/gonode/eventloop"
)

// DefaultHighWaterMark is how many bytes may wait for the peer before Write asks its caller to stop.
const DefaultHighWaterMark = 16 << 10

// Consumer receives what happens to a Sock: on the loop goroutine, in wire order, never inside a
// call the consumer makes to the Sock. After OnError only OnClose follows.
type Consumer interface {
	// OnData gives a piece of input. Release it.
	OnData(c *Chunk)
	// OnEnd tells that the peer sent FIN: no more input. Writing is still possible.
	OnEnd()
	// OnError tells why the Sock broke. It has destroyed itself.
	OnError(err *Error)
	// OnDrain tells that all output was written after a write had returned false.
	OnDrain()
	// OnClose is the last call: the descriptor is closed and the Sock's goroutines have ended. It
	// comes in the close phase.
	OnClose()
}

// endpoint is what a Sock has underneath: a net.Conn, or what the epoll backend has. Its other
// methods are found by asserting them, as those of a net.Conn are.
type endpoint interface {
	LocalAddr() net.Addr
	RemoteAddr() net.Addr
}

// Sock is one byte stream to a peer. It has at most one consumer at a time; input that comes while
// there is none, or while it is paused, waits inside, and the peer is made to wait in turn.
//
// All methods belong to the loop goroutine.
type Sock struct {
	// Immutable after New.
	loop *eventloop.Loop
	conn endpoint
	out  *outbox
	tr   transport

	// Loop goroutine.
	handle    eventloop.Handle
	consumer  Consumer
	destroyed bool
	addrs     addresses
	noDelay   bool

	// Loop goroutine: input.
	in         chunkList
	inEnd      bool   // FIN is behind in
	inErr      *Error // the read error is behind in
	ended      bool   // OnEnd was called
	paused     bool
	begun      bool // the transport reads
	stopped    bool // by StopReading
	delivering bool
	scheduled  bool // a deliver is deferred
	bytesRead  int64
	lateErr    *Error // not heard yet, for want of a consumer
	lateClose  bool   // OnClose is due

	// Loop goroutine: output.
	blocks    blockList // of this turn, not yet pushed
	dirty     bool      // in the outbox
	ending    bool      // CloseWrite was called
	needDrain bool
	highWater int
	accepted  int64 // bytes written by the user
	dones     doneQueue
	onShut    func(*Error)
	writes    eventloop.Handle // active while an unref'd Sock has output
	failure   *Error           // for the dones that are left, once destroyed
}

// New makes conn a Sock of the loop, with the goroutine backend, and begins to read. The Sock owns
// conn. A *net.TCPConn or *net.UnixConn is read and written on its descriptor; any other conn, on the
// portable path, costs a waiting 4 KiB chunk, and its Read and Write may be called from two
// goroutines.
func New(loop *eventloop.Loop, conn net.Conn) *Sock {
	s := newSock(loop, conn)
	s.begin()
	return s
}

// newSock is New that does not begin to read.
func newSock(loop *eventloop.Loop, conn net.Conn) *Sock {
	s := &Sock{}
	if _, ok := conn.(*net.TCPConn); ok {
		s.noDelay = true // Go's default
	}
	s.init(loop, conn, newStream(s, conn))
	return s
}

// init ties a new s to what moves its bytes.
func (s *Sock) init(loop *eventloop.Loop, conn endpoint, tr transport) {
	s.loop, s.conn, s.tr = loop, conn, tr
	s.out, s.highWater = outboxOf(loop), DefaultHighWaterMark
	s.handle.Init(loop)
	s.writes.InitPart(loop)
	s.writes.SetActive(false)
	loop.Own(s)
}

// begin begins to read, unless that is to wait for Resume.
func (s *Sock) begin() {
	if !s.begun && !s.stopped && !s.destroyed {
		s.begun = true
		s.tr.start()
	}
}

// Loop returns the loop s belongs to.
func (s *Sock) Loop() *eventloop.Loop { return s.loop }

// SetConsumer gives s to c, or to nobody for nil. The former consumer hears nothing more; what it
// was not given yet, down to OnError and OnClose, goes to c, in order, after the current callback.
func (s *Sock) SetConsumer(c Consumer) {
	s.consumer = c
	s.schedule()
}

// Consumer returns who has s, or nil.
func (s *Sock) Consumer() Consumer { return s.consumer }

// Unread puts p before the input that waits: the rest of a chunk that belongs to the next consumer.
// p is given.
func (s *Sock) Unread(p []byte) {
	if len(p) == 0 || s.destroyed {
		return
	}
	s.bytesRead -= int64(len(p)) // they will be counted again
	s.in.unshift(&Chunk{buf: p, n: len(p), class: unpooled})
	s.schedule()
}

// Holds implements eventloop.Holder.
func (s *Sock) Holds() []string {
	switch {
	case s.destroyed || !s.handle.HasRef():
		return nil
	case s.LocalAddr().Family == "":
		return []string{"PipeWrap"}
	}
	return []string{"TCPSocketWrap"}
}

// Inject puts p behind the input that waits, as if the peer had sent it; bytesRead does not count it.
// p is given.
func (s *Sock) Inject(p []byte) {
	if len(p) == 0 || s.destroyed {
		return
	}
	s.bytesRead -= int64(len(p))
	s.in.push(&Chunk{buf: p, n: len(p), class: unpooled})
	s.schedule()
}

// Pause holds OnData, OnEnd and read errors back. Reading goes on until the read credit is used up.
func (s *Sock) Pause() { s.paused = true }

// StopReading pauses s and leaves what the peer sends from now on in the kernel, for another process
// that has the descriptor too, until Resume. What was read before waits inside. It returns when
// nobody reads any more. An accepted connection has not been read before its consumer was told of it.
// On a conn without deadlines it is Pause.
func (s *Sock) StopReading() {
	s.paused = true
	if s.stopped || s.destroyed {
		return
	}
	s.stopped = true
	s.tr.halt()
}

// Resume ends a Pause or StopReading; what waits is delivered after the current callback.
func (s *Sock) Resume() {
	s.paused = false
	if s.stopped && !s.destroyed {
		s.stopped = false
		s.tr.goOn()
		s.begin()
	}
	s.schedule()
}

// Paused reports whether Pause holds.
func (s *Sock) Paused() bool { return s.paused }

// schedule delivers later what waits, if it can be delivered.
func (s *Sock) schedule() {
	if s.deliverable() && !s.delivering && !s.scheduled {
		s.scheduled = true
		s.loop.Defer((*deliverTask)(s))
	}
}

// deliverTask is a Sock as the Task that delivers.
type deliverTask Sock

func (t *deliverTask) Run() {
	t.scheduled = false
	(*Sock)(t).deliver()
}

func (s *Sock) deliverable() bool {
	switch {
	case s.consumer == nil:
		return false
	case s.destroyed:
		return s.lateErr != nil || s.lateClose
	}
	return !s.paused && (s.in.first != nil || s.inErr != nil || s.inEnd && !s.ended)
}

// deliver gives the consumer what waits. Any call to it may pause, destroy or hand s over.
func (s *Sock) deliver() {
	if s.delivering {
		return
	}
	s.delivering = true
	defer s.delivered()
	for s.deliverable() {
		switch {
		case s.lateErr != nil:
			err := s.lateErr
			s.lateErr = nil
			s.consumer.OnError(err)
		case s.lateClose:
			s.lateClose = false
			s.consumer.OnClose()
		case s.in.first != nil:
			c := s.in.pop()
			s.bytesRead += int64(c.n)
			s.consumer.OnData(c)
		case s.inErr != nil:
			s.fail(s.inErr)
		case s.shutUnheard():
			s.wrote()
		default:
			s.ended = true
			s.consumer.OnEnd()
		}
	}
}

// shutUnheard reports whether our FIN has left and nobody has heard so. The peer may have ended because
// of it; that the two are told in the order in which they happened must not hang on who is faster.
func (s *Sock) shutUnheard() bool {
	if s.onShut == nil {
		return false
	}
	shut, err := s.tr.ended()
	return shut && err == nil
}

// delivered also runs when a callback panics: the rest then comes later.
func (s *Sock) delivered() {
	s.delivering = false
	s.schedule()
}

// received takes input from the transport.
func (s *Sock) received(in chunkList, end bool, err *Error) {
	if s.destroyed {
		for in.first != nil {
			in.pop().recycle()
		}
		return
	}
	s.in.append(in)
	s.inEnd = s.inEnd || end
	if err != nil && s.inErr == nil {
		s.inErr = err
	}
	s.deliver()
}

// fail destroys s and tells the consumer why.
func (s *Sock) fail(err *Error) {
	if s.destroyed {
		return
	}
	s.destroy(err, false)
	if s.consumer == nil {
		s.lateErr = err
		return
	}
	s.consumer.OnError(err)
}

// Destroy closes s at once: waiting input and output are dropped. Callbacks of writes get err, or
// ErrClosed for nil; OnClose follows. A second call is ignored.
func (s *Sock) Destroy(err *Error) { s.destroy(err, false) }

// Reset is Destroy, but the peer gets RST instead of FIN, where s is TCP.
func (s *Sock) Reset() { s.destroy(nil, true) }

// DestroySoon destroys s once all its output is written.
func (s *Sock) DestroySoon() {
	if s.Queued() == 0 {
		s.Destroy(nil)
		return
	}
	s.Flushed(s.Destroy)
}

// HasUnread reports whether input waits that no consumer was given.
func (s *Sock) HasUnread() bool { return s.in.first != nil || s.tr.unread() }

// Destroyed reports whether s was closed, by Destroy or by an error.
func (s *Sock) Destroyed() bool { return s.destroyed }

func (s *Sock) destroy(err *Error, reset bool) {
	if s.destroyed {
		return
	}
	s.destroyed = true
	if err == nil {
		err = ErrClosed
	}
	s.failure = err
	for s.in.first != nil {
		s.in.pop().recycle()
	}
	if reset {
		s.blocks.clear()
	} else {
		// What the program has written leaves before the descriptor does, if the kernel has room: a
		// script that writes and destroys expects no less, since node writes at once.
		blocks := s.blocks
		s.blocks = blockList{}
		s.tr.lastTry(blocks)
	}
	// A closing handle keeps the loop alive whatever it was before.
	s.handle.SetActive(true)
	s.handle.Ref()
	s.tr.close(reset)
}

// closed is the transport's last word: nobody uses the descriptor or any lent byte any more.
func (s *Sock) closed() {
	s.loop.Disown(s)
	s.writes.SetActive(false)
	s.handle.Close(s.finish)
	for written := s.tr.written(); s.dones.len() > 0; {
		if d := s.dones.pop(); d.pos <= written {
			d.fn(nil)
		} else {
			d.fn(s.failure)
		}
	}
	if fn := s.onShut; fn != nil {
		s.onShut = nil
		fn(s.failure)
	}
}

// finish runs in the close phase.
func (s *Sock) finish() {
	s.lateClose = true
	s.deliver()
}

// CloseNow implements eventloop.Resource; it is for Loop.Close alone. Output leaves as far as the kernel
// takes it at once: a script that answers and calls process.exit has answered, as in node.
func (s *Sock) CloseNow() {
	s.out.settle()
	blocks := s.blocks
	s.blocks = blockList{}
	s.tr.closeNow(blocks)
}

// Ref lets s keep the loop alive, which is the default.
func (s *Sock) Ref() {
	s.handle.Ref()
	s.writes.SetActive(false)
}

// Unref lets the loop end although s is open. Output that waits still keeps it alive.
func (s *Sock) Unref() {
	if s.destroyed {
		return
	}
	s.handle.Unref()
	s.holdForWrites()
}

// HasRef reports whether s keeps the loop alive.
func (s *Sock) HasRef() bool { return s.handle.HasRef() }

// SetActive says whether s, apart from its output, waits for anything: false lets the loop end as
// libuv does for a handle that neither reads nor connects.
func (s *Sock) SetActive(active bool) {
	if s.destroyed {
		return
	}
	s.handle.SetActive(active)
	s.holdForWrites()
}

// BytesRead counts the input given to consumers.
func (s *Sock) BytesRead() int64 { return s.bytesRead }

// BytesWritten counts the output accepted from users, written or not, as socket.bytesWritten.
func (s *Sock) BytesWritten() int64 { return s.accepted }
