package modules

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/engine"
)

// Stack is memory that a Door lends to the engine for its stack of values.
type Stack = engine.Stack

// NewStack returns nil, which lends nothing, if the engine takes none.
func NewStack(vm *goja.Runtime) *Stack { return engine.NewStack(vm) }
