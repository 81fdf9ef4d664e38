package repl

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// NewConsole begins the session of a whole process: what goes wrong outside of an evaluation is told, and
// ends nothing. told is called after that.
func (r *Room) NewConsole(write func(text string), told func()) *Session {
	s := r.NewSession(write)
	vm := r.h.VM
	bind.Property(r.writer, "options").(*goja.Object).Set("colors", r.hasColors(r.process.Object().Get("stdout").(*goja.Object)))
	capture := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		s.Fail(c.Argument(0))
		told()
		return goja.Undefined()
	})
	bind.Invoke(vm, r.process.Object(), "setUncaughtExceptionCaptureCallback", capture)
	return s
}

// Evaluating reports whether a line is being answered.
func (s *Session) Evaluating() bool { return s.waiting != nil }

// Leave ends the process as process.exit() does. It does not return.
func (s *Session) Leave() { s.r.process.Leave() }

// hasColors reports whether what is written to a stream is shown in colours.
func (r *Room) hasColors(output *goja.Object) bool {
	return bind.Truthy(output.Get("isTTY")) && bind.Truthy(bind.Invoke(r.h.VM, output, "hasColors"))
}
