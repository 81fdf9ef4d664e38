// Package nodeerr makes the errors that JavaScript sees: Node's classes, codes and messages,
// byte for byte. All codes stand in one table (codes.go), validation of arguments in validate.go,
// operating system errors in system.go. Rooms reach it as Host.Err; floor 0 knows none of it and
// returns typed Go errors that are turned here, at the last moment.
package nodeerr

import (
	"fmt"
	"strings"

	"github.com/dop251/goja"
)

// Class names the JavaScript constructor of an error.
type Class uint8

// The constructors that errors are made with.
const (
	Error Class = iota
	TypeError
	RangeError
	SyntaxError
	URIError
	numClasses
)

var classNames = [numClasses]string{"Error", "TypeError", "RangeError", "SyntaxError", "URIError"}

// Errors makes errors for one runtime.
type Errors struct {
	vm    *goja.Runtime
	ctors [numClasses]*goja.Object

	// Inspect is util.inspect with default options; set by package util's room when it loads,
	// and until then a plain rendering of primitives.
	Inspect func(v goja.Value) string

	// Texts are the messages, as formats, of codes that read otherwise than in the table.
	Texts map[Code]string

	toString *goja.Object
}

// NewErrors returns the maker of errors for vm. It takes the constructors that stand in the
// global object now.
func NewErrors(vm *goja.Runtime) *Errors {
	e := &Errors{vm: vm}
	for c, name := range classNames {
		e.ctors[c] = vm.Get(name).(*goja.Object)
	}
	e.toString = vm.ToValue(func(call goja.FunctionCall) goja.Value {
		this := call.This.ToObject(vm)
		return vm.ToValue(fmt.Sprintf("%s [%s]: %s", this.Get("name"), this.Get("code"), this.Get("message")))
	}).(*goja.Object)
	e.Inspect = e.inspectPlain
	return e
}

// Plain returns new Class(message), without a code.
func (e *Errors) Plain(class Class, message string) *goja.Object {
	o, err := e.vm.New(e.ctors[class], e.vm.ToValue(message))
	if err != nil {
		panic(err)
	}
	return o
}

// New returns the error of the table's code, its message formatted with args.
func (e *Errors) New(code Code, args ...any) *goja.Object {
	d, ok := codes[code]
	if !ok {
		panic("BUG: nodeerr: no such code: " + string(code))
	}
	msg := d.format
	if text, ok := e.Texts[code]; ok {
		msg = text
	}
	if len(args) > 0 {
		msg = fmt.Sprintf(msg, args...)
	}
	return e.Coded(d.class, string(code), msg)
}

// Throw panics with New(code, args...): the calling JavaScript gets it as an exception.
func (e *Errors) Throw(code Code, args ...any) {
	panic(e.New(code, args...))
}

// Coded returns an error with a code outside the table. Like Node's own errors it prints as
// "TypeError [CODE]: message" and keeps its plain name.
func (e *Errors) Coded(class Class, code, message string) *goja.Object {
	o := e.Plain(class, message)
	// Node v20 lib/internal/errors.js: the stack's first line carries the code, the name does not.
	rename(o, classNames[class], classNames[class]+" ["+code+"]")
	o.DefineDataProperty("toString", e.toString, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	o.Set("code", code)
	return o
}

// rename changes the name that heads the stack of o.
func rename(o *goja.Object, from, to string) {
	stack, ok := strings.CutPrefix(o.Get("stack").String(), from)
	if ok {
		o.Set("stack", to+stack)
	}
}

// Abort returns an AbortError with code ABORT_ERR; cause may be nil.
func (e *Errors) Abort(cause goja.Value) *goja.Object {
	o := e.Plain(Error, "The operation was aborted")
	rename(o, "Error", "AbortError")
	o.Set("code", "ABORT_ERR")
	o.Set("name", "AbortError")
	if cause != nil && !goja.IsUndefined(cause) {
		o.DefineDataProperty("cause", cause, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	return o
}

// Is reports whether v is an Error object of any class.
func (e *Errors) Is(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	return ok && (o.ClassName() == "Error" || e.vm.InstanceOf(o, e.ctors[Error]))
}
