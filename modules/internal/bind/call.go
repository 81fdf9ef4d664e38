package bind

import (
	"reflect"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/engine"
)

var funcType = reflect.TypeFor[Func]()

// Callable is a JavaScript function kept for repeated calls from Go. Calling it costs about half
// of what a goja.Callable does. Use it only below a door (modules.Host.Enter): what the function
// throws goes up as a Go panic, to the JavaScript caller or to the door.
type Callable struct {
	Obj *goja.Object
	raw Func
}

// ToCallable returns v as a Callable; ok is false if v is not a function.
func ToCallable(v goja.Value) (c Callable, ok bool) {
	o, isObj := v.(*goja.Object)
	if !isObj {
		return c, false
	}
	if f := engine.Native(o); f != nil {
		return Callable{o, f}, true
	}
	// ExportType first: Export copies a plain object, deep.
	if o.ExportType() == funcType {
		return Callable{o, o.Export().(Func)}, true
	}
	// A class, a callable Proxy, a function over reflection: the slow way.
	fn, isFn := goja.AssertFunction(o)
	if !isFn {
		return c, false
	}
	return Callable{o, func(call goja.FunctionCall) goja.Value {
		v, err := fn(call.This, call.Arguments...)
		if err != nil {
			Rethrow(err)
		}
		return v
	}}, true
}

// IsFunction reports whether v is a function.
func IsFunction(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	if !ok || o.ExportType() == funcType {
		return ok
	}
	_, ok = goja.AssertFunction(o)
	return ok
}

// Call calls the function.
func (c Callable) Call(this goja.Value, args ...goja.Value) goja.Value {
	return c.raw(goja.FunctionCall{This: this, Arguments: args})
}

// IsZero reports whether c is no function.
func (c Callable) IsZero() bool { return c.raw == nil }

// Is reports whether c is the function fn.
func (c Callable) Is(fn *goja.Object) bool { return c.Obj == fn }

// Rethrow panics with err as goja wants it: an exception keeps its value and stack.
func Rethrow(err error) {
	panic(err)
}

// Call calls v, which must be a function, with this and args.
func Call(v goja.Value, this goja.Value, args ...goja.Value) goja.Value {
	c, ok := ToCallable(v)
	if !ok {
		panic("BUG: bind.Call of a value that is no function")
	}
	return c.Call(this, args...)
}

// This is the receiver of a method that needs an object. It throws a TypeError for any other.
func This(vm *goja.Runtime, c goja.FunctionCall) *goja.Object {
	o, ok := c.This.(*goja.Object)
	if !ok {
		panic(vm.NewTypeError("Illegal invocation"))
	}
	return o
}

// CallGiven is Call of what a program gave as its what: it throws a TypeError if that is no function.
func CallGiven(vm *goja.Runtime, what string, v, this goja.Value, args ...goja.Value) goja.Value {
	c, ok := ToCallable(v)
	if !ok {
		panic(vm.NewTypeError(what + " is not a function"))
	}
	return c.Call(this, args...)
}

// Invoke calls the method of o, as JavaScript finds it: what the user put in its place is what
// runs. It throws a TypeError if there is no such method.
func Invoke(vm *goja.Runtime, o *goja.Object, method string, args ...goja.Value) goja.Value {
	c, ok := ToCallable(engine.Lookup(o, method))
	if !ok {
		panic(vm.NewTypeError(method + " is not a function"))
	}
	return c.Call(o, args...)
}
