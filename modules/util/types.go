package util

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
)

// TypesModule is require('util/types').
var TypesModule = modules.Module{ID: "util/types", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).Types() }}

// Types returns util.types. What the engine cannot make is never recognised.
func (r *Room) Types() *goja.Object {
	if r.types != nil {
		return r.types
	}
	is := func(name string, ok func(o *goja.Object, k kind) bool) bind.Method {
		return bind.Method{Name: name, Fn: func(c goja.FunctionCall) goja.Value {
			o, isObject := c.Argument(0).(*goja.Object)
			return bind.Bool(isObject && ok(o, kindOf(o)))
		}}
	}
	one := func(want ...kind) func(*goja.Object, kind) bool {
		return func(_ *goja.Object, k kind) bool {
			for _, w := range want {
				if k == w {
					return true
				}
			}
			return false
		}
	}
	never := one()
	methods := []bind.Method{
		is("isExternal", never),
		is("isDate", one(date)),
		is("isArgumentsObject", one(arguments)),
		is("isBigIntObject", one(boxedBigInt)),
		is("isBooleanObject", one(boxedBoolean)),
		is("isNumberObject", one(boxedNumber)),
		is("isStringObject", one(boxedString)),
		is("isSymbolObject", one(boxedSymbol)),
		is("isNativeError", one(errorKind)),
		is("isRegExp", one(regExp)),
		is("isAsyncFunction", one(asyncFunction)),
		is("isGeneratorFunction", one(generatorFunction)),
		is("isGeneratorObject", one(generator)),
		is("isPromise", one(promise)),
		is("isMap", one(mapKind)),
		is("isSet", one(setKind)),
		is("isMapIterator", one(mapIterator)),
		is("isSetIterator", one(setIterator)),
		is("isWeakMap", one(weakMap)),
		is("isWeakSet", one(weakSet)),
		is("isArrayBuffer", func(o *goja.Object, k kind) bool { return k == arrayBuffer && !buffer.IsShared(o) }),
		is("isDataView", one(dataView)),
		is("isSharedArrayBuffer", func(o *goja.Object, _ kind) bool { return buffer.IsShared(o) }),
		is("isProxy", one(proxy)),
		is("isModuleNamespaceObject", func(o *goja.Object, _ kind) bool { return r.h.Namespaces[o] }),
		is("isAnyArrayBuffer", one(arrayBuffer)),
		is("isBoxedPrimitive", func(_ *goja.Object, k kind) bool { return k >= boxedNumber && k <= boxedBigInt }),
		is("isArrayBufferView", one(typedArray, dataView)),
		is("isTypedArray", one(typedArray)),
	}
	for _, name := range []string{"Uint8Array", "Uint8ClampedArray", "Uint16Array", "Uint32Array", "Int8Array", "Int16Array",
		"Int32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"} {
		methods = append(methods, is("is"+name, func(o *goja.Object, k kind) bool {
			return k == typedArray && r.typedArrayTag.Call(o).String() == name
		}))
	}
	// Keys of crypto have classes of that room's; their names tell.
	for _, name := range []string{"KeyObject", "CryptoKey"} {
		methods = append(methods, is("is"+name, func(o *goja.Object, k kind) bool {
			for p := o.Prototype(); p != nil && k == plain; p = p.Prototype() {
				if d, ok := r.own(p, key{name: "constructor"}); ok && d.value != nil && bind.Property(d.value, "name").String() == name {
					return true
				}
			}
			return false
		}))
	}
	r.types = r.vm.NewObject()
	bind.DefineMethods(r.vm, r.types, methods)
	return r.types
}

// legacyTypes are the is* functions of util itself, deprecated since Node 4.
func (r *Room) legacyTypes() []bind.Method {
	is := func(name string, ok func(v goja.Value) bool) bind.Method {
		return bind.Method{Name: name, Fn: func(c goja.FunctionCall) goja.Value { return bind.Bool(ok(c.Argument(0))) }}
	}
	return []bind.Method{
		is("isArray", func(v goja.Value) bool { o, ok := v.(*goja.Object); return ok && isArray(o) }),
		is("isBoolean", func(v goja.Value) bool { return typeOf(v) == "boolean" }),
		is("isBuffer", func(v goja.Value) bool {
			buffer := r.h.Builtin("buffer").(*goja.Object).Get("Buffer").(*goja.Object)
			o, ok := v.(*goja.Object)
			return ok && r.vm.InstanceOf(o, buffer)
		}),
		is("isNull", goja.IsNull),
		is("isNullOrUndefined", bind.IsNullish),
		is("isNumber", func(v goja.Value) bool { return typeOf(v) == "number" }),
		is("isString", func(v goja.Value) bool { return typeOf(v) == "string" }),
		is("isSymbol", func(v goja.Value) bool { return typeOf(v) == "symbol" }),
		is("isUndefined", bind.IsUndefined),
		is("isRegExp", func(v goja.Value) bool { o, ok := v.(*goja.Object); return ok && kindOf(o) == regExp }),
		is("isObject", func(v goja.Value) bool { return !goja.IsNull(v) && typeOf(v) == "object" }),
		is("isDate", func(v goja.Value) bool { o, ok := v.(*goja.Object); return ok && kindOf(o) == date }),
		is("isError", func(v goja.Value) bool { return r.h.Err.Is(v) }),
		is("isFunction", func(v goja.Value) bool { return typeOf(v) == "function" }),
		is("isPrimitive", func(v goja.Value) bool { _, ok := v.(*goja.Object); return !ok }),
	}
}

// isArray is Array.isArray: it looks through proxies.
func isArray(o *goja.Object) bool {
	t, _ := unwrap(o)
	return t != nil && kindOf(t) == array
}
