package util

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/ecma"
)

// domCodes are the names of DOMExceptions with their legacy codes and constants.
//
// Source: https://webidl.spec.whatwg.org/#idl-DOMException-error-names.
var domCodes = []struct {
	name, constant string
	code           int
}{
	{"IndexSizeError", "INDEX_SIZE_ERR", 1}, {"", "DOMSTRING_SIZE_ERR", 2}, {"HierarchyRequestError", "HIERARCHY_REQUEST_ERR", 3},
	{"WrongDocumentError", "WRONG_DOCUMENT_ERR", 4}, {"InvalidCharacterError", "INVALID_CHARACTER_ERR", 5},
	{"", "NO_DATA_ALLOWED_ERR", 6}, {"NoModificationAllowedError", "NO_MODIFICATION_ALLOWED_ERR", 7}, {"NotFoundError", "NOT_FOUND_ERR", 8},
	{"NotSupportedError", "NOT_SUPPORTED_ERR", 9}, {"InUseAttributeError", "INUSE_ATTRIBUTE_ERR", 10},
	{"InvalidStateError", "INVALID_STATE_ERR", 11}, {"SyntaxError", "SYNTAX_ERR", 12}, {"InvalidModificationError", "INVALID_MODIFICATION_ERR", 13},
	{"NamespaceError", "NAMESPACE_ERR", 14}, {"InvalidAccessError", "INVALID_ACCESS_ERR", 15}, {"", "VALIDATION_ERR", 16},
	{"TypeMismatchError", "TYPE_MISMATCH_ERR", 17}, {"SecurityError", "SECURITY_ERR", 18}, {"NetworkError", "NETWORK_ERR", 19},
	{"AbortError", "ABORT_ERR", 20}, {"URLMismatchError", "URL_MISMATCH_ERR", 21}, {"QuotaExceededError", "QUOTA_EXCEEDED_ERR", 22},
	{"TimeoutError", "TIMEOUT_ERR", 23}, {"InvalidNodeTypeError", "INVALID_NODE_TYPE_ERR", 24}, {"DataCloneError", "DATA_CLONE_ERR", 25},
}

// domException is the state of a DOMException.
type domException struct {
	name, message goja.Value
	code          int
}

// DOMException returns the class.
func (r *Room) DOMException() *bind.Built {
	if r.domClass != nil {
		return r.domClass
	}
	vm := r.vm
	get := func(name string, fn func(d *domException) goja.Value) bind.Accessor {
		return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value {
			d, ok := bind.SelfOf[*domException](c.This)
			if !ok {
				r.h.Err.Throw("ERR_INVALID_THIS", "DOMException")
			}
			return fn(d)
		}}
	}
	class := bind.Define(vm, bind.Class{Name: "DOMException", Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			d := &domException{name: bind.String("Error"), message: bind.String("")}
			if v := bind.Arg(args, 0); !bind.IsUndefined(v) {
				d.message = v.ToString()
			}
			opts := bind.Arg(args, 1)
			if o, ok := opts.(*goja.Object); ok {
				if v := o.Get("name"); !bind.IsUndefined(v) {
					d.name = v.ToString()
				}
				if v := o.Get("cause"); v != nil {
					bind.Hide(this, "cause", v)
				}
			} else if !bind.IsUndefined(opts) {
				d.name = opts.ToString()
			}
			for _, row := range domCodes {
				if row.name != "" && row.name == d.name.String() {
					d.code = row.code
				}
			}
			bind.Own(this).Put(bind.Self, d)
			bind.Invoke(vm, r.errorCtor, "captureStackTrace", this)
		},
		Accessors: []bind.Accessor{
			get("name", func(d *domException) goja.Value { return d.name }),
			get("message", func(d *domException) goja.Value { return d.message }),
			get("code", func(d *domException) goja.Value { return bind.Int(d.code) }),
		}})
	class.Proto.SetPrototype(r.errorProto)
	class.Proto.DefineDataPropertySymbol(goja.SymToStringTag, bind.String("DOMException"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	for _, row := range domCodes {
		for _, o := range []*goja.Object{class.Ctor, class.Proto} {
			o.DefineDataProperty(row.constant, bind.Int(row.code), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
		}
	}
	r.domClass = class
	return class
}

// NewDOMException returns new DOMException(message, name).
func (r *Room) NewDOMException(message, name string) *goja.Object {
	o, err := r.vm.New(r.DOMException().Ctor, stringValue(message), bind.String(name))
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

// GlobalsModule holds the globals that live in this room and are no part of require('util').
var GlobalsModule = modules.Module{ID: "gonode:util", Load: func(h *modules.Host) goja.Value {
	r := Rooms.Of(h)
	o := r.vm.NewObject()
	o.Set("structuredClone", bind.Function(r.vm, bind.Method{Name: "structuredClone", Length: 1, Fn: r.structuredClone}))
	o.Set("queueMicrotask", bind.Function(r.vm, bind.Method{Name: "queueMicrotask", Length: 1, Fn: r.queueMicrotask}))
	o.Set("DOMException", r.DOMException().Ctor)
	return o
}}

// queueMicrotask is the global queueMicrotask(callback).
func (r *Room) queueMicrotask(c goja.FunctionCall) goja.Value {
	r.h.Err.ValidateFunction(c.Argument(0), "callback")
	fn, _ := bind.ToCallable(c.Argument(0))
	p, resolve, _ := r.vm.NewPromise()
	resolve(goja.Undefined())
	r.promiseThen.Call(r.vm.ToValue(p), r.vm.ToValue(func(goja.FunctionCall) goja.Value {
		// What it throws is uncaught, not a rejection.
		if ex := r.vm.Try(func() { fn.Call(goja.Undefined()) }); ex != nil {
			r.h.Door.NextTick(modules.Func(func() { panic(ex) }))
		}
		return goja.Undefined()
	}))
	return goja.Undefined()
}

// frame is a place in a program's source.
type frame struct {
	name, file   string
	line, column int
}

// userFrames returns the calls that led here, innermost first, without gonode's own.
func userFrames(vm *goja.Runtime) (out []frame) {
	for _, f := range vm.CaptureCallStack(0, nil) {
		if src := f.SrcName(); src == "<native>" || len(src) > 7 && src[:7] == "gonode:" {
			continue
		}
		file, line, column := ecma.Place(&f)
		out = append(out, frame{f.FuncName(), file, line, column})
	}
	return out
}
