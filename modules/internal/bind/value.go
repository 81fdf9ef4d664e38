package bind

import (
	"reflect"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/engine"
)

// scratch makes primitive values, which belong to no runtime: ToValue does not look at its
// receiver for them.
var scratch *goja.Runtime

// String returns s as a JavaScript string; s must be valid UTF-8.
func String(s string) goja.Value {
	if v := engine.ASCII(s); v != nil {
		return v
	}
	return scratch.ToValue(s)
}

// Int returns i as a JavaScript number.
func Int(i int) goja.Value { return scratch.ToValue(i) }

// True and False are the JavaScript booleans.
var (
	True  = scratch.ToValue(true)
	False = scratch.ToValue(false)
)

// ToString is JavaScript's ToString. The engine's own leaves numbers, booleans, undefined and null
// as they are.
func ToString(v goja.Value) goja.String {
	if s, ok := v.(goja.String); ok {
		return s
	}
	v = v.ToString()
	if s, ok := v.(goja.String); ok {
		return s
	}
	return String(v.String()).(goja.String)
}

// Bool returns b as a JavaScript boolean, without allocating.
func Bool(b bool) goja.Value {
	if b {
		return True
	}
	return False
}

// Constant returns a primitive string, number or boolean that may be shared between runtimes and
// goroutines. Use it for package-level values only: strings longer than 16 bytes are scanned here,
// so that no runtime writes to the value later.
func Constant(v any) goja.Value {
	c := scratch.ToValue(v)
	if goja.IsString(c) {
		c.ToString()
		_ = c.(goja.String).Length()
	}
	return c
}

// Arg returns the i-th argument, undefined if there are fewer.
func Arg(args []goja.Value, i int) goja.Value {
	if i < len(args) {
		return args[i]
	}
	return goja.Undefined()
}

// IsNullish reports whether v is undefined, null or absent.
func IsNullish(v goja.Value) bool {
	return v == nil || goja.IsUndefined(v) || goja.IsNull(v)
}

// IsUndefined reports whether v is undefined or absent.
func IsUndefined(v goja.Value) bool { return v == nil || goja.IsUndefined(v) }

// Truthy is JavaScript's ToBoolean; an absent value is false.
func Truthy(v goja.Value) bool { return v != nil && v.ToBoolean() }

// Exported returns v as the engine exports it to Go, if that is a T: a *big.Int, []byte, goja.ArrayBuffer,
// goja.Proxy, *goja.Promise, time.Time, …. Export itself copies a plain object deep, and calls its getters.
func Exported[T any](v goja.Value) (T, bool) {
	if v == nil || v.ExportType() != reflect.TypeFor[T]() {
		var none T
		return none, false
	}
	t, ok := v.Export().(T)
	return t, ok
}

// Property returns o's property, undefined if o is no object or lacks it.
func Property(o goja.Value, name string) goja.Value {
	if obj, ok := o.(*goja.Object); ok {
		if v := obj.Get(name); v != nil {
			return v
		}
	}
	return goja.Undefined()
}
