package bind

import "github.com/dop251/goja"

// DefineInspect gives a class its util.inspect.custom: what is shown of an object is the name and
// the object that show returns for it.
func DefineInspect(vm *goja.Runtime, b *Built, show func(this *goja.Object) (name string, fields goja.Value)) {
	custom := Invoke(vm, vm.Get("Symbol").(*goja.Object), "for", String("nodejs.util.inspect.custom")).(*goja.Symbol)
	b.Proto.DefineDataPropertySymbol(custom, Function(vm, Method{Name: "[nodejs.util.inspect.custom]", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
		this, ok := c.This.(*goja.Object)
		if !ok || Truthy(c.Argument(0)) && c.Argument(0).ToFloat() < 0 {
			return c.This
		}
		opts := vm.NewObject()
		if given, ok := c.Argument(1).(*goja.Object); ok {
			Invoke(vm, vm.Get("Object").(*goja.Object), "assign", opts, given)
		}
		if depth := opts.Get("depth"); IsNullish(depth) {
			opts.Set("depth", goja.Null())
		} else {
			opts.Set("depth", depth.ToFloat()-1)
		}
		name, fields := show(this)
		return String(name + " " + CallGiven(vm, "inspect", c.Argument(2), goja.Undefined(), fields, opts).String())
	}}), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}
