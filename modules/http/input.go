package http

import (
	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
)

// input is a chunk on its way through the parser of a server's connection. Ticks and promise jobs run
// after each piece of a body, before the rest of its chunk is read: a stream that a 'data' listener
// ends says 'finish', and takes itself off, before the message's own end is seen. Loop goroutine.
//
// Node v20 src/node_http_parser.cc: on_body goes through MakeCallback; what announces heads and ends
// skips the task queues. A client's parser is run by JavaScript, where none of them runs ticks.
type input struct {
	chunk   *sock.Chunk
	at      int  // how much of it was read
	yields  bool // JavaScript can be left in between
	waiting bool // what is left waits for the ticks
}

// feed runs task, which reads from take, until the chunk is used up. A connection over a stream of the
// program's is fed from JavaScript: its chunks are read in one go.
func (in *input) feed(door modules.Door, l link, ch *sock.Chunk, task eventloop.Task) {
	_, in.yields = l.(*sock.Sock)
	in.chunk, in.at = ch, 0
	for again := true; again; again = in.waiting {
		in.waiting = false // Enter may refuse: the program has exited
		door.Enter(task)
	}
}

// take returns the chunk, what was not read of it, and all of its bytes.
func (in *input) take() (ch *sock.Chunk, unread, all []byte) {
	ch, all = in.chunk, in.chunk.Bytes()
	in.chunk = nil
	return ch, all[in.at:], all
}

// yield reports whether to leave the rest of the chunk, unread, for the next run of the task. There may
// be none: the message's end is still to be told.
func (in *input) yield(ch *sock.Chunk, unread []byte) bool {
	if !in.yields {
		return false
	}
	in.chunk, in.at, in.waiting = ch, len(ch.Bytes())-len(unread), true
	return true
}
