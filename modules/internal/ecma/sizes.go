package ecma

import (
	"github.com/dop251/goja"
)

// maxString is how long a string of V8 may be, in UTF-16 code units.
const maxString = 1<<29 - 24

// guardSizes makes the methods that lengthen a string throw where V8's do. The engine asks Go for whatever
// memory it takes, and a process that does not get it ends.
func guardSizes(vm *goja.Runtime) {
	proto := vm.Get("String").(*goja.Object).Get("prototype").(*goja.Object)
	guard := func(name string, length int, size func(text goja.String, n float64) float64) {
		original, ok := proto.Get(name).Export().(func(goja.FunctionCall) goja.Value)
		if !ok {
			panic("BUG: ecma: String.prototype." + name + " is not the engine's")
		}
		fn := vm.ToValue(func(c goja.FunctionCall) goja.Value {
			if len(c.Arguments) == 0 || goja.IsUndefined(c.This) || goja.IsNull(c.This) {
				return original(c)
			}
			text, ok := c.This.(goja.String)
			if !ok {
				// It and the count may be objects with functions of the program: those are called once.
				text, ok = c.This.ToString().(goja.String)
				if !ok {
					return original(c) // a symbol, which throws
				}
			}
			n := c.Arguments[0]
			if _, object := n.(*goja.Object); object {
				n = n.ToNumber()
			}
			nothing := len(c.Arguments) > 1 && goja.IsString(c.Arguments[1]) && c.Arguments[1].String() == "" // to fill with
			if _, symbol := n.(*goja.Symbol); !symbol && !nothing && size(text, n.ToFloat()) > maxString {
				raise(vm, "RangeError", "Invalid string length")
			}
			c.This, c.Arguments = text, append([]goja.Value{n}, c.Arguments[1:]...)
			return original(c)
		}).(*goja.Object)
		hide(fn, "name", vm.ToValue(name))
		hide(fn, "length", vm.ToValue(length))
		proto.Set(name, fn)
	}
	pad := func(_ goja.String, n float64) float64 { return n }
	guard("padStart", 1, pad)
	guard("padEnd", 1, pad)
	guard("repeat", 1, func(text goja.String, n float64) float64 {
		if text.Length() == 0 || n > 1<<60 { // infinite: another error
			return 0
		}
		return float64(text.Length()) * n
	})
}

// installFromEntries puts an Object.fromEntries in the place of the engine's, which does not survive an entry
// that lacks its key or value.
func installFromEntries(vm *goja.Runtime) {
	object := vm.Get("Object").(*goja.Object)
	fn := vm.ToValue(func(c goja.FunctionCall) goja.Value {
		if v := c.Argument(0); goja.IsUndefined(v) || goja.IsNull(v) {
			panic(vm.NewTypeError(v.String() + " is not iterable"))
		}
		out := vm.NewObject()
		vm.ForOf(c.Argument(0), func(entry goja.Value) bool {
			o, ok := entry.(*goja.Object)
			if !ok {
				text := entry.String()
				if _, symbol := entry.(*goja.Symbol); symbol {
					text = "Symbol(" + text + ")"
				}
				panic(vm.NewTypeError("Iterator value " + text + " is not an entry object"))
			}
			key, value := o.Get("0"), o.Get("1")
			if value == nil {
				value = goja.Undefined()
			}
			if inner, ok := key.(*goja.Object); ok {
				key = inner.ToString()
			}
			if symbol, ok := key.(*goja.Symbol); ok {
				out.SetSymbol(symbol, value)
				return true
			}
			name := "undefined"
			if key != nil {
				name = key.String()
			}
			out.DefineDataProperty(name, value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
			return true
		})
		return out
	}).(*goja.Object)
	hide(fn, "name", vm.ToValue("fromEntries"))
	hide(fn, "length", vm.ToValue(1))
	object.Set("fromEntries", fn)
}
