package modules

import (
	"io"
	"syscall"
)

// WorkerOptions is what a worker of cluster runs, and as what. A worker is a runtime of the same
// process.
type WorkerOptions struct {
	ID     int    // worker.id
	Script string // absolute
	// Granted says that the script may be read whatever Settings.Access says, as the main script of the
	// primary may.
	Granted bool
	Args    []string // behind the script
	Env     map[string]string
	Dir     string // absolute
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	// Channel is the worker's end of the line to the runtime that started it.
	Channel *Channel
	// Advanced says that messages are not JSON: the option serialization is 'advanced'.
	Advanced bool
	// Free says that the channel alone does not keep the worker running.
	Free bool
}

// Worker is a worker that was started. Any goroutine.
type Worker interface {
	// Signal delivers a signal to the worker's listeners; without one it ends the worker if it would end
	// a process. 0 delivers none. ok is false if the worker has ended.
	Signal(sig syscall.Signal) (ok bool, err error)
	// Wait returns how the worker ended: its exit code, or, if that is not 0, the signal.
	Wait() (code int, sig syscall.Signal)
}
