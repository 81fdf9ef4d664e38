package util

import (
	"fmt"
	"io"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// printers are util.print, puts and error of the documented era (Node 0.11). Node removed them
// in version 12; scripts of that time call them, and nobody else can notice.
func (r *Room) printers() []bind.Method {
	to := func(name string, w io.Writer, write func(w io.Writer, args []goja.Value)) bind.Method {
		return bind.Method{Name: name, Fn: func(c goja.FunctionCall) goja.Value {
			write(w, c.Arguments)
			return goja.Undefined()
		}}
	}
	lines := func(w io.Writer, args []goja.Value) {
		for _, a := range args {
			fmt.Fprintln(w, a.String())
		}
	}
	out, err := r.h.Settings.Stdout, r.h.Settings.Stderr
	return []bind.Method{
		to("print", out, func(w io.Writer, args []goja.Value) {
			for _, a := range args {
				io.WriteString(w, a.String())
			}
		}),
		to("puts", out, lines),
		to("error", err, lines),
	}
}
