package process

import (
	"github.com/dop251/goja"
)

func (r *Room) defineStdio() {
	for fd, name := range []string{"stdin", "stdout", "stderr"} {
		get := r.h.VM.ToValue(func(goja.FunctionCall) goja.Value { return r.stream(fd) })
		r.Object.DefineAccessorProperty(name, get, nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
}

func (r *Room) stream(fd int) goja.Value {
	if r.stdio[fd] == nil {
		o := r.h.VM.NewObject()
		w := r.h.Settings.Stdout
		if fd == 2 {
			w = r.h.Settings.Stderr
		}
		o.Set("write", func(c goja.FunctionCall) goja.Value {
			w.Write([]byte(c.Argument(0).String()))
			return r.h.VM.ToValue(true)
		})
		r.stdio[fd] = o
	}
	return r.stdio[fd]
}
