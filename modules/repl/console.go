package repl

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// NewConsole begins the session of a whole process: what goes wrong outside of an evaluation is told, and
// ends nothing. told is called after that.
func (r *Room) NewConsole(write func(text string), colors bool, told func()) *Session {
	s := r.NewSession(write)
	vm := r.h.VM
	bind.Property(r.writer, "options").(*goja.Object).Set("colors", colors)
	capture := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		s.Fail(c.Argument(0))
		told()
		return goja.Undefined()
	})
	bind.Invoke(vm, r.process.Object, "setUncaughtExceptionCaptureCallback", capture)
	return s
}

// Evaluating reports whether a line is being answered.
func (s *Session) Evaluating() bool { return s.waiting != nil }

// Leave ends the process as process.exit() does. It does not return.
func (s *Session) Leave() { s.r.process.Leave() }
