package bind

import "github.com/dop251/goja"

// InspectAs gives the objects with this prototype their own form under util.inspect: name, or that of its
// constructor if name is "", and the object that fields makes of one of them, at the depth that is left.
func InspectAs(vm *goja.Runtime, proto *goja.Object, name string, fields func(this *goja.Object) goja.Value) {
	custom := Invoke(vm, vm.Get("Symbol").(*goja.Object), "for", String("nodejs.util.inspect.custom")).(*goja.Symbol)
	show := func(c goja.FunctionCall) goja.Value {
		this, ok := c.This.(*goja.Object)
		if !ok || c.Argument(0).ToFloat() < 0 {
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
		name := name
		if name == "" {
			name = Property(this.Get("constructor"), "name").String()
		}
		return String(name + " " + CallGiven(vm, "inspect", c.Argument(2), goja.Undefined(), fields(this), opts).String())
	}
	proto.DefineDataPropertySymbol(custom, Function(vm, Method{Name: "[nodejs.util.inspect.custom]", Length: 2, Fn: show}),
		goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}
