// Package bind wires Go to goja: classes whose methods are Go functions, Go state behind
// JavaScript objects, and calls in both directions.
//
// A [Class] is a table that becomes a constructor and a prototype. Its instances work with new,
// class extends, util.inherits and Ctor.call(this); they take properties of the user's, and every
// method is an ordinary property that the user may replace. [State] ties an instance to Go.
//
// Everything here belongs to the loop goroutine.
package bind

import (
	"github.com/dop251/goja"
)

// Func is the form of every Go function that JavaScript calls. It throws by panicking with a
// goja.Value.
type Func = func(goja.FunctionCall) goja.Value

// Method is one row of a table of functions.
type Method struct {
	Name   string
	Length int // the function's length property: the number of documented required arguments
	Fn     Func
	// New lets new work too, for a function that returns an object and has no use for this: old code
	// calls factories so.
	New bool
}

// Accessor is one row of a table of accessor properties; a nil Set makes it read-only.
type Accessor struct {
	Name string
	Get  Func
	Set  Func
}

// CallMode tells what a constructor does when it is called without new.
type CallMode uint8

const (
	// CallAny initialises whatever object this is: EventEmitter.call(obj).
	CallAny CallMode = iota
	// CallInstance initialises this if it inherits from the class, else makes a new instance:
	// both Readable.call(this) in an old-style subclass and http.Server() work.
	CallInstance
	// CallNever throws a TypeError, as for a class of ES2015.
	CallNever
)

// Class describes a JavaScript class.
type Class struct {
	Name      string
	Length    int
	Parent    *Built // nil: Object
	Mode      CallMode
	NeedsNew  string                                     // what CallNever throws, where it is not what a class of ES2015 does
	Construct func(this *goja.Object, args []goja.Value) // attaches the Go state; may be nil
	Methods   []Method
	Accessors []Accessor
	Statics   []Method
}

// Built is a class made for one runtime.
type Built struct {
	Ctor  *goja.Object
	Proto *goja.Object
}

// Define makes the class. Methods and statics are writable, configurable and, as Node's
// function-style classes have them, enumerable; accessors are not enumerable.
func Define(vm *goja.Runtime, c Class) *Built {
	b := new(Built)
	ctor := vm.ToValue(func(call goja.ConstructorCall) *goja.Object {
		// The engine sets NewTarget only for subclasses: a plain new is told by its fresh this.
		if call.NewTarget == nil && c.Mode != CallAny && !inherits(call.This, b.Proto) {
			if c.Mode == CallNever {
				text := c.NeedsNew
				if text == "" {
					text = "Class constructor " + c.Name + " cannot be invoked without 'new'"
				}
				panic(vm.NewTypeError(text))
			}
			o, err := vm.New(b.Ctor, call.Arguments...)
			if err != nil {
				panic(err)
			}
			return o
		}
		if c.Construct != nil {
			c.Construct(call.This, call.Arguments)
		}
		return nil
	}).(*goja.Object)
	Name(ctor, c.Name, c.Length)
	proto := ctor.Get("prototype").(*goja.Object)
	b.Ctor, b.Proto = ctor, proto
	if c.Parent != nil {
		proto.SetPrototype(c.Parent.Proto)
		ctor.SetPrototype(c.Parent.Ctor)
	}
	enumerable := goja.ToFlag(c.Mode != CallNever)
	for _, m := range c.Methods {
		proto.DefineDataProperty(m.Name, Function(vm, m), goja.FLAG_TRUE, goja.FLAG_TRUE, enumerable)
	}
	DefineAccessors(vm, proto, c.Accessors)
	for _, m := range c.Statics {
		ctor.DefineDataProperty(m.Name, Function(vm, m), goja.FLAG_TRUE, goja.FLAG_TRUE, enumerable)
	}
	return b
}

// inherits reports whether proto is in o's prototype chain.
func inherits(o, proto *goja.Object) bool {
	if o == nil {
		return false
	}
	for p := o.Prototype(); p != nil; p = p.Prototype() {
		if p == proto {
			return true
		}
	}
	return false
}

// Function makes the function of one row.
func Function(vm *goja.Runtime, m Method) *goja.Object {
	var fn any = m.Fn
	if m.New {
		fn = func(c goja.ConstructorCall) *goja.Object {
			o, _ := m.Fn(goja.FunctionCall{This: c.This, Arguments: c.Arguments}).(*goja.Object)
			return o
		}
	}
	f := vm.ToValue(fn).(*goja.Object)
	Name(f, m.Name, m.Length)
	return f
}

// Name sets the name and length properties that the engine takes from the Go function otherwise.
func Name(f *goja.Object, name string, length int) {
	f.DefineDataProperty("name", String(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	if length != 0 { // as every function of Go's has it
		f.DefineDataProperty("length", Int(length), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

// DefineMethods puts the functions of the table on o, enumerable.
func DefineMethods(vm *goja.Runtime, o *goja.Object, methods []Method) {
	for _, m := range methods {
		o.DefineDataProperty(m.Name, Function(vm, m), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
}

// DefineAccessors puts the accessors of the table on o, not enumerable.
func DefineAccessors(vm *goja.Runtime, o *goja.Object, accessors []Accessor) {
	for _, a := range accessors {
		var get, set goja.Value
		if a.Get != nil {
			get = Function(vm, Method{Name: "get " + a.Name, Fn: a.Get})
		}
		if a.Set != nil {
			set = Function(vm, Method{Name: "set " + a.Name, Length: 1, Fn: a.Set})
		}
		o.DefineAccessorProperty(a.Name, get, set, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

// Hide defines a writable, configurable property that is not enumerable.
func Hide(o *goja.Object, name string, v goja.Value) {
	o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}
