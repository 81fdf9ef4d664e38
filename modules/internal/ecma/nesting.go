package ecma

import (
	"strconv"

	"github.com/dop251/goja"
)

// maxArrayNesting is how deep arrays may nest for what the engine does to them by recursion on the Go
// stack; about as deep as V8's stack lets them.
const maxArrayNesting = 2500

// guardArrays bounds join and flat, and with join all that makes a string of an array:
// arrays that nest a million deep would end the process, or keep it busy for hours.
func guardArrays(vm *goja.Runtime) {
	array := vm.Get("Array").(*goja.Object)
	proto := array.Get("prototype").(*goja.Object)
	tooDeep := func() { raise(vm, "RangeError", "Maximum call stack size exceeded") }
	replace := func(name string, length int, by func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value) {
		native, ok := proto.Get(name).Export().(func(goja.FunctionCall) goja.Value)
		if !ok {
			panic("BUG: ecma: Array.prototype." + name + " is not native")
		}
		fn := vm.ToValue(by(native)).(*goja.Object)
		hide(fn, "name", vm.ToValue(name))
		hide(fn, "length", vm.ToValue(length))
		proto.Set(name, fn) // the property is writable and not enumerable as it is
	}
	depth := 0
	counted := func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(c goja.FunctionCall) goja.Value {
			if depth >= maxArrayNesting {
				tooDeep()
			}
			depth++
			defer func() { depth-- }()
			return native(c)
		}
	}
	replace("join", 1, counted)
	replace("flat", 0, func(native func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
		return func(c goja.FunctionCall) goja.Value {
			if c.Argument(0).ToFloat() <= maxArrayNesting || goja.IsUndefined(c.Argument(0)) {
				return native(c)
			}
			flat := native(goja.FunctionCall{This: c.This, Arguments: []goja.Value{vm.ToValue(maxArrayNesting)}})
			if o, ok := flat.(*goja.Object); ok {
				for i, n := 0, int(o.Get("length").ToInteger()); i < n; i++ {
					if e, ok := o.Get(strconv.Itoa(i)).(*goja.Object); ok && e.ClassName() == "Array" {
						tooDeep()
					}
				}
			}
			return flat
		}
	})
}
