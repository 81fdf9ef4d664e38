package engine

import (
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
)

// Stack is memory for the engine's stack of values. The engine drops its own whenever the outermost call
// returns, and would let a new one grow in each entry.
type Stack struct {
	engines *[]goja.Value
	own     [128]goja.Value // more than most entries need; the engine takes another if it does not do
}

// NewStack returns nil if the engine's stack is not where it was.
func NewStack(vm *goja.Runtime) *Stack {
	machine := reflect.ValueOf(vm).Elem().FieldByName("vm")
	if machine.Kind() != reflect.Pointer || machine.IsNil() {
		return nil
	}
	stack := machine.Elem().FieldByName("stack")
	if stack.Kind() != reflect.Slice || stack.Type().Elem() != reflect.TypeFor[goja.Value]() {
		return nil
	}
	return &Stack{engines: (*[]goja.Value)(unsafe.Pointer(stack.UnsafeAddr()))}
}

// Lend gives the engine the memory, unless it has a stack. Before the outermost call.
func (s *Stack) Lend() {
	if s != nil && *s.engines == nil {
		*s.engines = s.own[:0]
	}
}

// Clear forgets the values that the engine has left in the memory. After the outermost call.
func (s *Stack) Clear() {
	if s != nil && *s.engines == nil {
		clear(s.own[:])
	}
}
