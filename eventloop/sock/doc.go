// Package sock moves bytes between a net.Conn and an eventloop.Loop: sockets, listeners, dialing,
// and Node's names for their errors. It knows nothing of JavaScript, HTTP or streams.
//
// # Objects
//
// A Sock is one connection with exactly one Consumer at a time, who can be exchanged without losing
// a byte. Listen and Dial make Socks; New makes one of any net.Conn. A Network says where
// connections come from: the system, or socktest in memory.
//
// # The two backends
//
// On a loop whose Poller is an eventloop.Epoll, plain TCP and Unix sockets are served by the loop
// goroutine itself: when the kernel reports a descriptor it is read, the consumer runs, and at the
// end of the turn the output is written, by the loop or by its shared writer, as far as the kernel takes
// it; the rest waits for the kernel's word. Such a Sock has no goroutine.
//
// Every other connection, be it TLS, in memory, or on another Poller, has the goroutine backend:
//
//	           loop goroutine                    elsewhere
//	kernel ──▶                     ◀── post ──   readLoop, one per connection
//	           Consumer.OnData
//	           Write, Out
//	           turn end: a few socks, or
//	              quick answers ─────────────▶   kernel, at once
//	              else ── batch ─────────────▶   outbox.writeLoop, one per loop
//	                                 full ───▶   stream.writeLoop, one per full connection
//	           done, OnDrain       ◀── post ──   one per batch
//
// # Input
//
// A connection is read all the time, so that a peer's hang-up is noticed while an answer is pending.
// Where the descriptor can be had a chunk is taken from the pool only once there is something to
// read: an idle connection holds no buffer. A chunk is given to the consumer, who Releases it. Chunks
// not released count against the read credit (64 KiB); without credit reading waits, the kernel's
// buffer fills, the peer waits.
//
// # Output
//
// Out, Write and WriteLent collect output until the turn ends, when everything a connection has goes
// out in one system call, at latest when Loop.Run returns. No slow peer stalls others: with goroutines
// a connection whose kernel buffer is full gets a writer of its own until it has drained. An idle
// connection has neither writer nor block.
//
// # Who owns which bytes
//
// Lent: valid until the call returns or the named callback ran. Given: the receiver's from now on.
// A Chunk is given to the consumer; after Escape its memory is never reused. WriteLent's slice is
// lent until done, WriteGiven's until taken. Write copies.
//
// # States
//
// Open; then any of: the peer ended (OnEnd), we ended (CloseWrite); then destroyed, by Destroy,
// Reset or an error (OnError). OnClose comes once, last, when the descriptor is closed and the
// connection's goroutines, if any, have ended.
//
// Everything belongs to the loop goroutine unless its comment says otherwise.
package sock
