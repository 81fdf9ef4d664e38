package engine

import (
	"unsafe"

	"github.com/dop251/goja"
)

// Native returns the function of Go's that o is; nil if it is none, or if the engine is to be asked.
func Native(o *goja.Object) func(goja.FunctionCall) goja.Value {
	h := (*head)(unsafe.Pointer(o))
	if !Known() || known.native == nil || h.self.table != known.native {
		return nil
	}
	return (*function)(h.self.data).f
}
