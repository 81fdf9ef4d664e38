package runtime

import (
	"fmt"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
)

// ErrClosed is the error of what a runtime is asked for after Close.
var ErrClosed = eventloop.ErrClosed

// PanicError is the error of a run in which Go code panicked: a bug in gonode, or in a host module.
// The runtime cannot be used any more but to Close it.
type PanicError struct {
	Value any    // what was panicked with
	Stack []byte // of the goroutine, as debug.Stack writes it
}

func (e *PanicError) Error() string { return fmt.Sprintf("internal error: %v", e.Value) }

// ExitError is the error of a run that ended with a code other than 0.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprintf("exit status %d", e.Code) }

// UncaughtError is the error of a run that an exception ended which nobody caught. It unwraps to an
// *ExitError and, if the exception came of a Go error, to that.
type UncaughtError struct {
	Value goja.Value // what was thrown; it may be looked at while the runtime does not run
	Code  string     // its property code; empty: there is none
	Text  string     // what was printed: the place, the error with its stack
	exit  *ExitError
	cause error
}

func (e *UncaughtError) Error() string { return e.Text }

// Unwrap returns the *ExitError and the Go error.
func (e *UncaughtError) Unwrap() []error { return both(e.exit, e.cause) }

// ThrownError is the error of Do and its kin for an exception that JavaScript threw. It unwraps to the
// *goja.Exception and, if the exception came of a Go error, to that.
type ThrownError struct {
	Value     goja.Value // what was thrown; it belongs to the loop goroutine
	Code      string     // its property code; empty: there is none
	text      string
	exception *goja.Exception
	cause     error
}

func (e *ThrownError) Error() string { return e.text }

// Unwrap returns the exception and the Go error.
func (e *ThrownError) Unwrap() []error { return both(e.exception, e.cause) }

// RejectedError is the error of Await for a promise that was rejected. It unwraps to the Go error that the
// reason came from, if any.
type RejectedError struct {
	Value goja.Value // the reason; it belongs to the loop goroutine
	Code  string     // its property code; empty: there is none
	text  string
	cause error
}

func (e *RejectedError) Error() string { return e.text }

// Unwrap returns the Go error.
func (e *RejectedError) Unwrap() error { return e.cause }

// both are a and, unless it is nil, b.
func both(a, b error) []error {
	if b == nil {
		return []error{a}
	}
	return []error{a, b}
}
