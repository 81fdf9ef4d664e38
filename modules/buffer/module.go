package buffer

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
)

// Module is require('buffer').
var Module = modules.Module{ID: "buffer", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

func (r *Room) exports() goja.Value {
	o := r.h.VM.NewObject()
	o.Set("Buffer", r.Buffer.Ctor)
	return o
}
