package runtime

import (
	"io"

	"github.com/dop251/goja"
)

// StartProfile begins a CPU profile of the JavaScript of all runtimes, a hundred looks a second, which
// StopProfile ends and writes to w, in the form of go tool pprof. Any goroutine.
//
// # Errors
//
// One that runs already.
func StartProfile(w io.Writer) error { return goja.StartProfile(w) }

// StopProfile ends what StartProfile began; without one it does nothing. Any goroutine.
func StopProfile() { goja.StopProfile() }
