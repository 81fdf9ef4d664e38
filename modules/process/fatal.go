package process

import (
	"fmt"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/ecma"
)

// Fatal is an exception that ended the process.
type Fatal struct {
	Value goja.Value
	Text  string // as printed, without the line with the version
}

// Uncaught implements modules.Process.
func (r *Room) Uncaught(ex *goja.Exception) {
	r.uncaught(ex.Value(), ex, "uncaughtException")
}

// Failed implements modules.Process. Node takes it for a rejection that nobody handles.
//
// Node v20 lib/internal/modules/run_main.js: asyncRunEntryPointWithESMLoader.
func (r *Room) Failed(ex *goja.Exception) {
	r.uncaught(ex.Value(), ex, "unhandledRejection")
}

// uncaught gives err to the capture callback or to 'uncaughtException'; without either it is fatal.
//
// Node v20 lib/internal/process/execution.js: createOnGlobalUncaughtException.
func (r *Room) uncaught(err goja.Value, ex *goja.Exception, origin string) {
	from := bind.String(origin)
	handled := false
	failure := r.h.VM.Try(func() {
		if r.Domains != nil && r.Domains(err) {
			handled = true
			return
		}
		if r.capture != nil {
			bind.Call(r.capture, r.Object(), err)
			handled = true
			return
		}
		r.emit("uncaughtExceptionMonitor", err, from)
		handled = r.emit("uncaughtException", err, from)
	})
	code := codeUncaught
	switch {
	case failure != nil:
		// After a handler that failed there is no 'exit'.
		r.printFatal(failure.Value(), failure)
		r.h.Door.Exit(codeHandlerFailed)
	case handled:
		return
	}
	r.printFatal(err, ex)
	if !r.exiting {
		r.exiting = true
		r.exitCode = r.h.VM.ToValue(code)
		// What its listeners throw now is lost, as in Node.
		if failure := r.h.VM.Try(func() { r.emit("exit", r.exitCode) }); failure == nil {
			code = r.code()
		}
	}
	r.h.Door.Exit(code)
}

// HasCapture reports whether setUncaughtExceptionCaptureCallback holds.
func (r *Room) HasCapture() bool { return r.capture != nil }

func (r *Room) setCapture(c goja.FunctionCall) goja.Value {
	if goja.IsNull(c.Argument(0)) {
		r.capture = nil
		return goja.Undefined()
	}
	fn, ok := c.Argument(0).(*goja.Object)
	if _, callable := bind.ToCallable(c.Argument(0)); !ok || !callable {
		panic(r.h.Err.InvalidArgType("fn", []string{"Function", "null"}, c.Argument(0)))
	}
	if r.Domains != nil {
		r.h.Err.Throw("ERR_DOMAIN_CANNOT_SET_UNCAUGHT_EXCEPTION_CAPTURE")
	}
	if r.capture != nil {
		r.h.Err.Throw("ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET")
	}
	r.capture = fn
	return goja.Undefined()
}

// printFatal writes what Node writes before it dies: the place with its source line, the error
// with its stack, the version.
//
// Node v20 src/node_errors.cc: ReportFatalException.
func (r *Room) printFatal(err goja.Value, ex *goja.Exception) {
	var b strings.Builder
	if failure := r.h.VM.Try(func() {
		place := r.place(err, ex)
		if r.h.Err.Is(err) {
			if place != "" {
				b.WriteString(place + "\n\n")
			}
			b.WriteString(r.describe(err.(*goja.Object)))
			return
		}
		if place != "" {
			b.WriteString("\n" + place + "\n")
		}
		if _, ok := err.(*goja.Object); ok {
			b.WriteString(r.h.Err.Inspect(err))
			return
		}
		if _, ok := err.(*goja.Symbol); !ok {
			b.WriteString(err.String())
		}
		if !r.h.Settings.Flags.TraceUncaught {
			b.WriteString("\n(Use `gonode --trace-uncaught ...` to show where the exception was thrown)")
		}
	}); failure != nil {
		b.WriteString("Uncaught exception, and describing it threw: " + failure.Error())
	}
	// The engine knows of an Error where it was made only, and that is in its stack.
	if r.h.Settings.Flags.TraceUncaught && ex != nil && !r.h.Err.Is(err) {
		b.WriteString("\nThrown at:\n" + ecma.FramesText(ex.Stack()))
	}
	r.Fatal = &Fatal{err, b.String()}
	fmt.Fprintf(r.h.Settings.Stderr, "%s\n\nNode.js v%s (gonode v%s)\n", b.String(), Version, GonodeVersion)
}

// describe is the error as Node shows it at the end: its stack, then its own properties, five levels
// deep, in colours on a terminal. An error that cannot be inspected is still shown.
//
// Node v20 lib/internal/errors.js: fatalExceptionStackEnhancers.
func (r *Room) describe(o *goja.Object) string {
	stack := o.String()
	if v := o.Get("stack"); v != nil && goja.IsString(v) {
		stack = ecma.StackText(v.String())
	}
	if v := o.Get(events.EmittedProperty); v != nil {
		stack += ecma.StackText(v.String())
		o.Set("stack", stack)
	}
	text := stack
	colors := isTerminal(r.h.Settings.Stderr) && r.colorDepth() > 2
	if ex := r.h.VM.Try(func() {
		util := r.h.Builtin("util").(*goja.Object)
		options := r.object("colors", colors, "customInspect", false, "depth", 5)
		text = bind.Invoke(r.h.VM, util, "inspect", o, options).String()
	}); ex != nil {
		return stack
	}
	// inspect puts an error without frames in brackets. In node a fatal one that was not made by hand has
	// frames, its own.
	if rest, ok := strings.CutPrefix(text, "["+stack+"]"); ok && strings.Contains(stack, bind.ToString(bind.Property(o, "message")).String()) && bind.Truthy(o.Get("stack")) {
		return stack + rest
	}
	return text
}

// ArrowProperty is the hidden property of a SyntaxError that holds where it is in the source.
const ArrowProperty = "gonode:arrow"
