package ecma

import "github.com/dop251/goja"

// BeforeDescriptor has look called with the name of a property of the global object, or "" for all of
// them, before Object.getOwnPropertyDescriptor or -Descriptors read its descriptor. Reflect's function is
// left alone: to touch it makes all of Reflect, in every runtime.
func BeforeDescriptor(vm *goja.Runtime, look func(name string)) {
	global := vm.GlobalObject()
	replace := func(owner, name string, all bool) {
		o := vm.Get(owner).(*goja.Object)
		fn := o.Get(name).(*goja.Object)
		own := fn.Export().(func(goja.FunctionCall) goja.Value)
		f := vm.ToValue(func(c goja.FunctionCall) goja.Value {
			if c.Argument(0) == goja.Value(global) {
				switch key := c.Argument(1); {
				case all:
					look("")
				case goja.IsString(key) && key.String() != "":
					look(key.String())
				}
			}
			return own(c)
		}).(*goja.Object)
		for _, p := range []string{"name", "length"} {
			f.DefineDataProperty(p, fn.Get(p), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
		o.DefineDataProperty(name, f, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	replace("Object", "getOwnPropertyDescriptor", false)
	replace("Object", "getOwnPropertyDescriptors", true)
}
