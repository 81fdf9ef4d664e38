package engine

import (
	"unsafe"

	"github.com/dop251/goja"
)

// Native returns the function of Go's that o is; nil if it is none, or if the engine is to be asked.
func Native(o *goja.Object) func(goja.FunctionCall) goja.Value {
	if !is(o, known.native) {
		return nil
	}
	return (*function)((*head)(unsafe.Pointer(o)).self.data).f
}
