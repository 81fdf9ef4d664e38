package runtime

import (
	"fmt"

	"github.com/dop251/goja"
)

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
// *ExitError.
type UncaughtError struct {
	Value goja.Value // what was thrown; it may be looked at while the runtime does not run
	Text  string     // what was printed: the place, the error with its stack
	exit  *ExitError
}

func (e *UncaughtError) Error() string { return e.Text }

// Unwrap returns the *ExitError.
func (e *UncaughtError) Unwrap() error { return e.exit }
