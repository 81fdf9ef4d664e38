package process

import (
	"fmt"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// EmitWarning implements modules.Process.
func (r *Room) EmitWarning(w *goja.Object) {
	if w.Get("name").String() == "DeprecationWarning" && bind.Truthy(r.Object.Get("noDeprecation")) {
		return
	}
	r.h.Door.NextTick(&warning{r, w})
}

type warning struct {
	r *Room
	w *goja.Object
}

// Run prints the warning, as Node's own listener for 'warning' does, and emits the event.
func (w *warning) Run() {
	r := w.r
	_, silent := r.Env("NODE_NO_WARNINGS")
	if !silent {
		r.printWarning(w.w)
	}
	r.ev.Emit(r.Object, "warning", w.w)
}

// printWarning writes the line that Node v20 lib/internal/process/warning.js writes.
func (r *Room) printWarning(w *goja.Object) {
	name := w.Get("name").String()
	if name == "DeprecationWarning" && bind.Truthy(r.Object.Get("noDeprecation")) {
		return
	}
	head := fmt.Sprintf("(node:%v) ", r.Object.Get("pid"))
	if code := w.Get("code"); !bind.IsNullish(code) {
		head += "[" + code.String() + "] "
	}
	text := head + name + ": " + w.Get("message").String()
	if detail := w.Get("detail"); !bind.IsNullish(detail) && nodeerr.IsString(detail) {
		text += "\n" + detail.String()
	}
	if !r.warned["hint"] {
		r.warned["hint"] = true
		flag := "--trace-warnings"
		if name == "DeprecationWarning" {
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
	if w.Get("name").String() == "DeprecationWarning" {
		if bind.Truthy(r.Object.Get("noDeprecation")) {
			return goja.Undefined()
		}
		if bind.Truthy(r.Object.Get("throwDeprecation")) {
			r.h.Door.NextTick(throwing{w})
			return goja.Undefined()
		}
	}
	r.EmitWarning(w)
	return goja.Undefined()
}

type throwing struct{ v goja.Value }

func (t throwing) Run() { panic(t.v) }
