package process

import (
	"os"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// TTYModule is require('tty'). isatty works; the streams of the process's terminal are
// process.stdin, stdout and stderr, and making others throws.
var TTYModule = modules.Module{ID: "tty", Load: func(h *modules.Host) goja.Value {
	o := h.VM.NewObject()
	bind.DefineMethods(h.VM, o, []bind.Method{{Name: "isatty", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		return bind.Bool(isatty(h, c.Argument(0)))
	}}})
	for _, name := range []string{"ReadStream", "WriteStream"} {
		o.Set(name, bind.Define(h.VM, bind.Class{Name: name, Length: 2, Mode: bind.CallInstance,
			Construct: func(*goja.Object, []goja.Value) { h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "tty."+name) },
		}).Ctor)
	}
	return o
}}

// isatty reports whether a descriptor is a terminal; 0, 1 and 2 are what the embedder gave.
func isatty(h *modules.Host, fd goja.Value) bool {
	if !nodeerr.IsNumber(fd) || fd.ToFloat() != float64(int32(fd.ToInteger())) || fd.ToInteger() < 0 {
		return false
	}
	switch n := fd.ToInteger(); n {
	case 0:
		return isTerminal(h.Settings.Stdin)
	case 1:
		return isTerminal(h.Settings.Stdout)
	case 2:
		return isTerminal(h.Settings.Stderr)
	default:
		f, err := os.Open(descriptor(n))
		if err != nil {
			return false
		}
		defer f.Close()
		return terminal(f)
	}
}
