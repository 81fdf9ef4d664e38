package sock

// transport moves the bytes of one Sock: stream (stream.go, read.go, write.go) with goroutines,
// polled (epoll.go) on the loop goroutine itself. Everything is called on the loop goroutine, but
// credit.
//
// It answers through the Sock's methods received, wrote and closed, on the loop goroutine.
type transport interface {
	// start begins to read.
	start()
	// halt stops reading and returns when nobody reads; goOn ends that. What was read is received all
	// the same.
	halt()
	goOn()
	// credit gives back n bytes of chunk memory. Any goroutine.
	credit(n int)
	// unread reports whether input was read that received has not been given.
	unread() bool
	// push takes over the blocks of a turn, at its end; end closes the output behind them. Both in
	// one step: a writer still busy with an earlier turn must not see the end before the blocks.
	push(blocks blockList, end bool)
	// written is the total of bytes that have left.
	written() int64
	// ended reports whether the output was closed, and the error that ended writing.
	ended() (shut bool, err *Error)
	// ackAt asks for Sock.wrote once the total of written bytes reaches n.
	ackAt(n int64)
	// pushNow takes over blocks like push and has them written as far as the kernel takes them at
	// once; it reports false if somebody else is writing or the kernel cannot be asked. What is left
	// is written like any output.
	pushNow(blocks blockList) bool
	// lastTry takes over blocks like push and has all that waits written once more, as far as the
	// kernel takes it at once; close follows.
	lastTry(blocks blockList)
	// close ends everything; reset asks for RST instead of FIN. Sock.closed follows.
	close(reset bool)
	// closeNow takes over blocks like lastTry and frees the descriptor, when the loop has ended. Nothing
	// follows.
	closeNow(blocks blockList)
}
