package process

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
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
			bind.Call(r.capture, r.Object, err)
			handled = true
			return
		}
		r.ev.Emit(r.Object, "uncaughtExceptionMonitor", err, from)
		handled = r.ev.Emit(r.Object, "uncaughtException", err, from)
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
		r.Object.Set("_exiting", true)
		r.exitCode = r.h.VM.ToValue(code)
		if failure := r.h.VM.Try(func() { r.ev.Emit(r.Object, "exit", r.exitCode) }); failure != nil {
			r.printFatal(failure.Value(), failure)
			code = codeHandlerFailed
		} else {
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
		b.WriteString("\n(Use `gonode --trace-uncaught ...` to show where the exception was thrown)")
	}); failure != nil {
		b.WriteString("Uncaught exception, and describing it threw: " + failure.Error())
	}
	r.Fatal = &Fatal{err, b.String()}
	fmt.Fprintf(r.h.Settings.Stderr, "%s\n\nNode.js v%s (gonode v%s)\n", b.String(), Version, GonodeVersion)
}

// describe is the error as inspect shows it: its stack, then its own properties. An error that
// cannot be inspected is still shown.
func (r *Room) describe(o *goja.Object) string {
	stack := o.String()
	if v := o.Get("stack"); v != nil && goja.IsString(v) {
		stack = ecma.StackText(v.String())
	}
	text := stack
	if ex := r.h.VM.Try(func() { text = r.h.Err.Inspect(o) }); ex != nil {
		return stack
	}
	// inspect puts an error without frames in brackets. In node every fatal one has frames, its own.
	if rest, ok := strings.CutPrefix(text, "["+stack+"]"); ok {
		return stack + rest
	}
	return text
}

// place returns "file:line", the source line and a caret below the column, for the frame that
// threw; empty if no file of the user's is on the stack.
func (r *Room) place(err goja.Value, ex *goja.Exception) string {
	if o, ok := err.(*goja.Object); ok {
		if v := o.Get(ArrowProperty); v != nil && goja.IsString(v) {
			return v.String()
		}
	}
	if ex == nil {
		return ""
	}
	for _, f := range ex.Stack() {
		src := f.SrcName()
		if src == "<native>" || strings.HasPrefix(src, "gonode:") {
			continue
		}
		file, line, column := ecma.Place(&f)
		head := fmt.Sprintf("%s:%d", file, line)
		source := []byte(r.h.Sources[file])
		if len(source) == 0 {
			var rerr error
			if source, rerr = os.ReadFile(file); rerr != nil {
				return head
			}
		}
		lines := bytes.Split(source, []byte("\n"))
		if line < 1 || line > len(lines) {
			return head
		}
		return Arrow(head, strings.TrimSuffix(string(lines[line-1]), "\r"), column)
	}
	return ""
}

// ArrowProperty is the hidden property of a SyntaxError that holds where it is in the source.
const ArrowProperty = "gonode:arrow"

// Arrow formats a place in a source with a caret below its column, counted from 1.
func Arrow(head, line string, column int) string {
	pad := make([]byte, 0, column)
	for i := 0; i < column-1 && i < len(line); i++ {
		if line[i] == '\t' {
			pad = append(pad, '\t')
		} else {
			pad = append(pad, ' ')
		}
	}
	return head + "\n" + line + "\n" + string(pad) + "^"
}

// rejection is a promise that was rejected, and the context that happened in.
type rejection struct {
	promise *goja.Promise
	context *modules.AsyncContext
}

// trackRejection keeps the promises that are rejected without a handler.
func (r *Room) trackRejection(p *goja.Promise, op goja.PromiseRejectionOperation) {
	if op == goja.PromiseRejectionReject {
		r.rejected = append(r.rejected, rejection{p, r.h.Context})
		return
	}
	for i := range r.rejected {
		if r.rejected[i].promise == p {
			r.rejected = append(r.rejected[:i:i], r.rejected[i+1:]...)
			return
		}
	}
	if r.reported[p] {
		delete(r.reported, p)
		promise := r.h.VM.ToValue(p)
		r.h.Door.NextTick(&tick{fn: r.emitter("rejectionHandled"), args: []goja.Value{promise}})
	}
}

// emitter returns a function that emits the event on process.
func (r *Room) emitter(name string) bind.Callable {
	c, _ := bind.ToCallable(r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
		return bind.Bool(r.ev.Emit(r.Object, name, c.Arguments...))
	}))
	return c
}

// Rejected implements modules.Process.
func (r *Room) Rejected() bool { return len(r.rejected) > 0 }

// Rejections implements modules.Process.
//
// Node v20 lib/internal/process/promises.js, --unhandled-rejections=throw, the default.
func (r *Room) Rejections() bool {
	if len(r.rejected) == 0 {
		return false
	}
	defer func() { r.h.Context = nil }()
	for len(r.rejected) > 0 {
		p := r.rejected[0].promise
		r.h.Context = r.rejected[0].context
		r.rejected = r.rejected[1:]
		r.reported[p] = true
		reason := p.Result()
		if reason == nil {
			reason = goja.Undefined()
		}
		if r.ev.Emit(r.Object, "unhandledRejection", reason, r.h.VM.ToValue(p)) {
			continue
		}
		err := reason
		if !r.h.Err.Is(reason) {
			text := "#<Object>"
			if _, isObject := reason.(*goja.Object); !isObject {
				text = reason.String()
			}
			msg := "This error originated either by throwing inside of an " +
				"async function without a catch block, or by rejecting a promise which was not handled with .catch(). " +
				`The promise rejected with the reason "` + text + `".`
			o := r.h.Err.Coded(0, "ERR_UNHANDLED_REJECTION", msg)
			bind.Hide(o, "name", bind.String("UnhandledPromiseRejection"))
			bind.Hide(o, "stack", r.h.VM.ToValue("UnhandledPromiseRejection: "+msg))
			err = o
		}
		r.uncaught(err, nil, "unhandledRejection")
	}
	return true
}
