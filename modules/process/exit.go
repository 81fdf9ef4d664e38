package process

import (
	"fmt"
	"math"
	"strconv"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Exit codes of Node: doc/api/process.md, "Exit codes".
const (
	codeUncaught       = 1
	codeHandlerFailed  = 7
	codeUnsettledAwait = 13
)

// checkExitCode validates as Node 20 does: an integer, a string of one, or nothing.
func (r *Room) checkExitCode(v goja.Value, name string) goja.Value {
	if bind.IsNullish(v) {
		return goja.Undefined()
	}
	n := v
	if goja.IsString(v) && v.String() != "" {
		if !math.IsNaN(v.ToFloat()) { // any other text is reported as the string it is
			n = v.ToNumber()
		}
	}
	r.h.Err.ValidateInteger(n, name, -(1<<53 - 1), 1<<53-1)
	return v
}

func (r *Room) setExitCode(c goja.FunctionCall) goja.Value {
	r.exitCode = r.checkExitCode(c.Argument(0), "code")
	return goja.Undefined()
}

func (r *Room) code() int {
	if bind.IsUndefined(r.exitCode) {
		return 0
	}
	n, err := strconv.Atoi(r.exitCode.String())
	if err != nil {
		n = int(r.exitCode.ToInteger())
	}
	return n
}

// jsExit is process.exit([code]): 'exit' listeners run now, nothing runs afterwards.
func (r *Room) jsExit(c goja.FunctionCall) goja.Value {
	r.h.NeedExit()
	if !bind.IsUndefined(c.Argument(0)) {
		r.exitCode = r.checkExitCode(c.Argument(0), "code")
	}
	r.exit()
	return nil
}

// exit emits 'exit' once and leaves.
func (r *Room) exit() {
	if !r.exiting {
		r.exiting = true
		r.emit("exit", r.h.VM.ToValue(r.code()))
	}
	// The listener may have set another code.
	if r.made != nil {
		bind.Invoke(r.h.VM, r.made, "reallyExit", r.h.VM.ToValue(r.code()))
	}
	r.h.Door.Exit(r.code()) // reallyExit was replaced by one that returns
}

// Leave is process.exit() that nobody asked the program's permission for: 'exit' is emitted, and JavaScript
// unwound.
func (r *Room) Leave() {
	if !r.exiting {
		r.exiting = true
		r.emit("exit", r.h.VM.ToValue(r.code()))
	}
	r.h.Door.Exit(r.code())
}

// Idle implements modules.Process.
func (r *Room) Idle() {
	r.emit("beforeExit", r.h.VM.ToValue(r.code()))
}

// Ended implements modules.Process.
func (r *Room) Ended(stalled []modules.Place) int {
	code := r.h.VM.ToValue(r.code())
	unsettled := len(stalled) > 0 && bind.IsUndefined(r.exitCode)
	if unsettled {
		// Node does it in the first listener: what the others are given is the code of before.
		r.exitCode = bind.Int(codeUnsettledAwait)
	}
	if !r.exiting {
		r.exiting = true
		r.emit("exit", code)
	}
	if unsettled && r.code() == codeUnsettledAwait {
		for _, at := range stalled {
			// The words of Node 22; Node 20 just ends.
			fmt.Fprintf(r.h.Settings.Stderr, "Warning: Detected unsettled top-level await at %s\n\n\n", r.codeFrame(at.File, at.Line, at.Column, false))
		}
	}
	return r.code()
}
