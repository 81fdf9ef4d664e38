package ecma

import (
	"math"
	"slices"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
)

// The engine asks Go for whatever memory new Uint8Array(n) takes, and a process that does not get it ends. So
// the first argument of what is new of these becomes mended(argument, which), which throws as V8 does; not
// so in Reflect.construct and super(), whose callee does not stand in the source.

// buffer is a class whose constructor allocates.
type buffer struct {
	name string
	size float64 // of an element, in bytes
}

var buffers = []buffer{
	{"ArrayBuffer", 1}, {"Uint8Array", 1}, {"Int8Array", 1}, {"Uint8ClampedArray", 1}, {"Uint16Array", 2}, {"Int16Array", 2},
	{"Uint32Array", 4}, {"Int32Array", 4}, {"Float32Array", 4}, {"Float64Array", 8}, {"BigInt64Array", 8}, {"BigUint64Array", 8},
}

// allocates, and above, in the second argument of mended, says that the first is the length of buffers[n-allocates].
const allocates = 4

// Of V8 in Node 20 on 64-bit systems, in elements and bytes.
const (
	maxTypedArray  = 1 << 32
	maxArrayBuffer = 1<<53 - 1
)

// certain is how much memory one gets without asking, in bytes.
const certain = 64 << 20

// Fits reports whether the process can have n bytes more in one piece. Any goroutine.
func Fits(n uint64) bool { return n <= certain || available(n) }

// mendNew has the argument of new looked at.
func mendNew(e *ast.NewExpression) {
	id, ok := e.Callee.(*ast.Identifier)
	if !ok || len(e.ArgumentList) == 0 || !strings.HasSuffix(id.Name.String(), "Array") && id.Name != "ArrayBuffer" {
		return
	}
	which := slices.IndexFunc(buffers, func(b buffer) bool { return b.name == id.Name.String() })
	if which < 0 {
		return
	}
	switch x := e.ArgumentList[0].(type) {
	case *ast.SpreadElement, *ast.ArrayLiteral:
	case *ast.NumberLiteral:
		if n, ok := x.Value.(int64); !ok || n > certain/8 {
			e.ArgumentList[0] = callMended(x, allocates+int64(which))
		}
	default:
		e.ArgumentList[0] = callMended(x, allocates+int64(which))
	}
}

// length returns the argument of a constructor, unless it is a length that is too large.
func (b *buffer) length(vm *goja.Runtime, v goja.Value) goja.Value {
	switch x := v.(type) {
	case *goja.Symbol:
		return v
	case *goja.Object:
		if b.name != "ArrayBuffer" {
			return v
		}
		v = x.ToNumber()
	}
	n := math.Trunc(v.ToFloat())
	switch {
	case n <= certain/8 && n >= 0 || math.IsNaN(n):
		return v
	case b.name == "ArrayBuffer" && (n < 0 || n > maxArrayBuffer):
		raise(vm, "RangeError", "Invalid array buffer length")
	case b.name != "ArrayBuffer" && (n < 0 || n > maxTypedArray):
		raise(vm, "RangeError", "Invalid typed array length: "+v.String())
	case !Fits(uint64(n * b.size)):
		raise(vm, "RangeError", "Array buffer allocation failed")
	}
	return v
}
