package runtime

import (
	"time"

	"github.com/gonode/gonode/modules"
)

// Observer is told what a runtime does, for metrics. A field that is nil costs nothing. The functions are
// called on the loop goroutine, between two pieces of JavaScript: they must be quick and must not call
// methods of the Runtime.
type Observer struct {
	// Entry is called when JavaScript has returned: a callback with its ticks and promise jobs took so long.
	Entry func(took time.Duration)
	// Request is called when an http server of the script's is done with a request, answered or not.
	Request func(r Request)
	// Handles is called when the number of open sockets, servers, watchers and children changes.
	Handles func(open int)
}

// Request is what Observer.Request is told.
type Request = modules.Request
