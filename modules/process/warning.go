package process

import (
	"fmt"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/ecma"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// defineWarnings sets what the options say about warnings, and the listener that prints them.
func (r *Room) defineWarnings() {
	flags := &r.h.Settings.Flags
	for _, p := range []struct {
		name string
		on   bool
	}{{"noDeprecation", flags.NoDeprecation}, {"throwDeprecation", flags.ThrowDeprecation},
		{"traceDeprecation", flags.TraceDeprecation}, {"traceProcessWarnings", flags.TraceWarnings}} {
		if p.on {
			r.Object().Set(p.name, true)
		}
	}
	if v, _ := r.Env("NODE_NO_WARNINGS"); v != "1" && !flags.NoWarnings {
		r.events().On(r.Object(), "warning", func(args []goja.Value) {
			if w, ok := bind.Arg(args, 0).(*goja.Object); ok {
				r.printWarning(w)
			}
		})
	}
}

// EmitWarning implements modules.Process. A deprecation is thrown later, or silent, if the program
// has it so.
func (r *Room) EmitWarning(w *goja.Object) {
	if w.Get("name").String() == "DeprecationWarning" {
		if bind.Truthy(r.Object().Get("noDeprecation")) {
			return
		}
		if bind.Truthy(r.Object().Get("throwDeprecation")) {
			r.h.Door.NextTick(throwing{w})
			return
		}
	}
	r.warn(w)
}

// warn emits 'warning' in a tick of its own.
func (r *Room) warn(w *goja.Object) {
	r.Object() // which has the listener that prints it
	r.h.Door.NextTick(modules.Func(func() { r.emit("warning", w) }))
}

// warningOf makes a warning.
func (r *Room) warningOf(name, message string) *goja.Object {
	w := r.h.Err.Plain(nodeerr.Error, message)
	w.Set("name", name)
	return w
}

// printWarning is Node's own listener for 'warning'.
//
// Node v20 lib/internal/process/warning.js: onWarning.
func (r *Room) printWarning(w *goja.Object) {
	if !r.h.Err.Is(w) {
		return
	}
	name, code := bind.Property(w, "name"), bind.Property(w, "code")
	for _, disabled := range r.h.Settings.Flags.DisableWarnings {
		if nodeerr.IsString(name) && name.String() == disabled || nodeerr.IsString(code) && code.String() == disabled {
			return
		}
	}
	deprecation := nodeerr.IsString(name) && name.String() == "DeprecationWarning"
	if deprecation && bind.Truthy(r.Object().Get("noDeprecation")) {
		return
	}
	text := fmt.Sprintf("(node:%v) ", r.Object().Get("pid"))
	if bind.Truthy(code) {
		text += "[" + code.String() + "] "
	}
	trace := bind.Truthy(r.Object().Get("traceProcessWarnings")) || deprecation && bind.Truthy(r.Object().Get("traceDeprecation"))
	if stack := w.Get("stack"); trace && bind.Truthy(stack) {
		text += ecma.StackText(bind.ToString(stack).String())
	} else if fn, ok := bind.ToCallable(w.Get("toString")); ok {
		text += bind.ToString(fn.Call(w)).String()
	} else {
		text += ecma.Header(w)
	}
	if detail := w.Get("detail"); detail != nil && nodeerr.IsString(detail) {
		text += "\n" + detail.String()
	}
	if !trace && !r.hinted {
		r.hinted = true
		flag := "--trace-warnings"
		if deprecation {
			flag = "--trace-deprecation"
		}
		text += "\n(Use `gonode " + flag + " ...` to show where the warning was created)"
	}
	fmt.Fprintln(r.h.Settings.Stderr, text)
}

// emitWarning is process.emitWarning(warning[, type[, code[, ctor]]]) and its options form.
func (r *Room) emitWarning(c goja.FunctionCall) goja.Value {
	v, kind, code, detail := c.Argument(0), c.Argument(1), c.Argument(2), goja.Undefined()
	if o, ok := kind.(*goja.Object); ok && nodeerr.TypeOf(kind) == "object" && o.ClassName() != "Array" {
		kind, code, detail = bind.Property(o, "type"), bind.Property(o, "code"), bind.Property(o, "detail")
	} else if nodeerr.TypeOf(kind) == "function" {
		kind, code = goja.Undefined(), goja.Undefined()
	}
	if !bind.IsUndefined(kind) {
		r.h.Err.ValidateString(kind, "type")
	}
	if nodeerr.TypeOf(code) == "function" {
		code = goja.Undefined()
	} else if !bind.IsUndefined(code) {
		r.h.Err.ValidateString(code, "code")
	}
	var w *goja.Object
	switch {
	case nodeerr.IsString(v):
		w = r.h.Err.Plain(0, v.String())
		name := "Warning"
		if !bind.IsUndefined(kind) && kind.String() != "" {
			name = kind.String()
		}
		w.Set("name", name)
		if !bind.IsUndefined(code) {
			w.Set("code", code)
		}
		if nodeerr.IsString(detail) {
			w.Set("detail", detail)
		}
	case r.h.Err.Is(v):
		w = v.(*goja.Object)
	default:
		panic(r.h.Err.InvalidArgType("warning", []string{"Error", "string"}, v))
	}
	r.EmitWarning(w)
	return goja.Undefined()
}

type throwing struct{ v goja.Value }

func (t throwing) Run() { panic(t.v) }
