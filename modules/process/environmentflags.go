package process

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
)

// newFlagsSet makes process.allowedNodeEnvironmentFlags: the options that GONODE_OPTIONS may have, a Set
// that nothing changes.
//
// Node v20 lib/internal/process/per_thread.js: buildAllowedFlags.
func newFlagsSet(h *modules.Host) goja.Value {
	vm, flags := h.VM, h.Settings.Flags.Allowed
	set := vm.Get("Set").(*goja.Object)
	list := make([]any, len(flags))
	for i, f := range flags {
		list[i] = f
	}
	inner := create(vm, set, vm.NewArray(list...)) // what iterates; nobody else has it
	this := func(c goja.FunctionCall) goja.Value { return c.This }
	through := func(name string) bind.Method {
		return bind.Method{Name: name, Fn: func(goja.FunctionCall) goja.Value { return bind.Invoke(vm, inner, name) }}
	}
	class := bind.Define(vm, bind.Class{Name: "NodeEnvironmentFlagsSet", Length: 1, Mode: bind.CallNever,
		Parent: &bind.Built{Ctor: set, Proto: set.Get("prototype").(*goja.Object)},
		Methods: []bind.Method{
			{Name: "add", Fn: this},
			{Name: "delete", Fn: func(goja.FunctionCall) goja.Value { return bind.False }},
			{Name: "clear", Fn: func(goja.FunctionCall) goja.Value { return goja.Undefined() }},
			{Name: "has", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				return bind.Bool(goja.IsString(c.Argument(0)) && allowedFlag(flags, c.Argument(0).String()))
			}},
			through("entries"),
			{Name: "forEach", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				for _, f := range flags {
					bind.Call(c.Argument(0), c.Argument(1), vm.ToValue(f), vm.ToValue(f), c.This)
				}
				return goja.Undefined()
			}},
			through("values"),
			through("keys"),
		},
		Accessors: []bind.Accessor{{Name: "size", Get: func(goja.FunctionCall) goja.Value { return bind.Int(len(flags)) }}},
	})
	class.Proto.DefineDataPropertySymbol(goja.SymIterator, class.Proto.Get("values"), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	o := create(vm, set)
	o.SetPrototype(class.Proto)
	object := vm.Get("Object").(*goja.Object)
	bind.Invoke(vm, object, "freeze", class.Proto)
	return bind.Invoke(vm, object, "freeze", o)
}

func create(vm *goja.Runtime, class *goja.Object, args ...goja.Value) *goja.Object {
	o, err := vm.New(class, args...)
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

// allowedFlag reports whether flag is one of flags, with or without its dashes; _ counts as -.
func allowedFlag(flags []string, flag string) bool {
	flag = strings.ReplaceAll(flag, "_", "-")
	if strings.HasPrefix(flag, "-") {
		flag, _, _ = strings.Cut(flag, "=")
		return slices.Contains(flags, flag)
	}
	return slices.ContainsFunc(flags, func(f string) bool {
		return strings.TrimPrefix(strings.TrimPrefix(f, "-"), "-") == flag
	})
}
