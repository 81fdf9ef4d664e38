// Package constants is Node's old module constants: those of os, fs and crypto in one object.
package constants

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// Module is require('constants').
var Module = modules.Module{ID: "constants", Load: func(h *modules.Host) goja.Value {
	out := h.VM.NewObject()
	add := func(v goja.Value) {
		if o, ok := v.(*goja.Object); ok {
			for _, name := range o.Keys() {
				out.Set(name, o.Get(name))
			}
		}
	}
	os := bind.Property(h.Builtin("os"), "constants")
	for _, part := range []string{"dlopen", "errno", "priority", "signals"} {
		add(bind.Property(os, part))
	}
	add(bind.Property(h.Builtin("fs"), "constants"))
	add(bind.Property(h.Builtin("crypto"), "constants"))
	bind.Invoke(h.VM, h.VM.Get("Object").(*goja.Object), "freeze", out)
	return out
}}
