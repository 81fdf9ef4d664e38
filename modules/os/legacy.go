package os

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// LegacyModule is require('constants'), from before os, fs and crypto had constants of their own: old
// packages read open's flags and the numbers of errors there.
var LegacyModule = modules.Module{ID: "constants", Load: func(h *modules.Host) goja.Value {
	all := h.VM.NewObject()
	take := func(v goja.Value) {
		if o, ok := v.(*goja.Object); ok {
			for _, name := range o.Keys() {
				all.Set(name, o.Get(name))
			}
		}
	}
	os := bind.Property(h.Builtin("os"), "constants")
	for _, group := range []string{"dlopen", "errno", "signals"} {
		take(bind.Property(os, group))
	}
	take(bind.Property(h.Builtin("fs"), "constants"))
	take(bind.Property(h.Builtin("crypto"), "constants"))
	bind.Invoke(h.VM, h.VM.Get("Object").(*goja.Object), "freeze", all)
	return all
}}
