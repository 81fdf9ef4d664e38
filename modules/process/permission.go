package process

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// permission is process.permission, which is there if permissions are in force. has(scope[, reference])
// tells whether something is granted, or all of its kind; Node's scopes are fs, fs.read, fs.write, child
// and worker, ours besides net, listen, env and exit.
func (r *Room) permission(a modules.Access) *goja.Object {
	o := r.h.VM.NewObject()
	bind.DefineMethods(r.h.VM, o, []bind.Method{{Name: "has", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
		scope, ref := r.h.Err.ValidateString(c.Argument(0), "scope"), ""
		if v := c.Argument(1); !bind.IsUndefined(v) {
			if ref = r.h.Err.ValidateString(v, "reference"); ref == "" {
				return bind.False
			}
		}
		return bind.Bool(r.permits(a, scope, ref))
	}}})
	return o
}

func (r *Room) permits(a modules.Access, scope, ref string) bool {
	path := ref
	if path != "" {
		path = r.h.Abs(path)
	}
	switch scope {
	case "fs":
		return ref == "" && a.Read("", true) && a.Write("", true)
	case "fs.read":
		return a.Read(path, true)
	case "fs.write":
		return a.Write(path, true)
	case "child":
		return a.Run(path)
	case "net":
		return ref == "" && a.AllNet() || ref != "" && a.Connect(ref, -1)
	case "listen":
		return ref == "" && a.AllListen() || ref != "" && a.Listen(ref, 0)
	case "env":
		return a.Env(ref)
	case "exit":
		return a.Exit()
	}
	return false
}
