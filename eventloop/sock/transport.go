package sock

// transport moves the bytes of one Sock. The goroutine backend (stream.go, read.go, write.go) is the
// first; one over epoll will read and write on the loop goroutine itself. Everything is called on
// the loop goroutine, but credit.
//
// It answers through the Sock's methods received, wrote and closed, on the loop goroutine.
type transport interface {
	// start begins to read.
	start()
	// credit gives back n bytes of chunk memory. Any goroutine.
	credit(n int)
	// push takes blocks over. They are written at the end of the turn, when the Sock's outbox
	// calls its backend.
	push(blocks blockList)
	// closeWrite ends the output behind what was pushed.
	closeWrite()
	// acked reports the bytes written so far, whether closeWrite was carried out, and the error
	// that ended writing.
	acked() (written int64, shut bool, err *Error)
	// ackAt asks for Sock.wrote once the total of written bytes reaches n.
	ackAt(n int64)
	// close ends everything; reset asks for RST instead of FIN. Sock.closed follows.
	close(reset bool)
	// closeNow frees the descriptor when the loop has ended. Nothing follows.
	closeNow()
}
