package ecma

import (
	"strconv"

	"github.com/dop251/goja"
)

// maxArrayNesting is how deep arrays may nest for what the engine does to them by recursion on the Go
// stack; about as deep as V8's stack lets them.
const maxArrayNesting = 2500

// Nests reports whether brackets nest deeper than limit in a source, whether in code or in strings. The
// engine's parser recurses on the Go stack: a million levels would end the process.
func Nests(source string, limit int) bool {
	depth := 0
	for i := 0; i < len(source); i++ {
		switch source[i] {
		case '(', '[', '{':
			if depth++; depth > limit {
				return true
			}
		case ')', ']', '}':
			if depth > 0 {
				depth--
			}
		}
	}
	return false
}

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

// guardFunction bounds the nesting of what Function compiles, as that of files is. It cannot bound eval:
// one that is called by its name is known to the engine's compiler. Nor are the constructors of
// generators and async functions, which who would end the process finds beside eval.
func guardFunction(vm *goja.Runtime, limit int) {
	native := vm.Get("Function").(*goja.Object)
	proto := native.Get("prototype").(*goja.Object)
	construct, _ := goja.AssertConstructor(native)
	var guarded *goja.Object
	guarded = vm.ToValue(func(call goja.ConstructorCall) *goja.Object {
		args := make([]goja.Value, len(call.Arguments))
		for i, a := range call.Arguments {
			s := a
			if o, ok := a.(*goja.Object); ok {
				s = o.ToString() // once: the program may see it
			}
			if text, ok := s.(goja.String); ok && text.Length() > limit && Nests(text.String(), limit) {
				raise(vm, "SyntaxError", "nested deeper than "+strconv.Itoa(limit)+" brackets, the limit SourceNesting")
			}
			args[i] = s
		}
		target := native
		if call.NewTarget != nil && call.NewTarget != guarded {
			target = call.NewTarget
		}
		fn, err := construct(target, args...)
		if err != nil {
			panic(err)
		}
		return fn
	}).(*goja.Object)
	hide(guarded, "name", vm.ToValue("Function"))
	hide(guarded, "length", vm.ToValue(1))
	guarded.DefineDataProperty("prototype", proto, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	proto.DefineDataProperty("constructor", guarded, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	vm.GlobalObject().DefineDataProperty("Function", guarded, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}
