// Package engine makes and reads values without the engine's API, where each request would pay for it: an
// object, its table of symbols and a descriptor for each property that is defined are a dozen allocations, a Buffer
// is eight, and to list an object's properties takes as many again.
//
// It knows how goja lays out ordinary objects, arrays, arrays of bytes, functions of Go's and strings of ASCII in
// memory, and makes sure of that before it does anything: a goja that keeps them in another way is served through
// its API, at the price above, and the tests would tell. Everything here belongs to the goroutine of the runtime, as
// the objects do.
package engine

import (
	"reflect"
	"strings"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"
)

// head is goja.Object.
type head struct {
	self struct { // an interface: what the object does, on which data
		table unsafe.Pointer
		data  unsafe.Pointer
	}
	runtime *goja.Runtime
}

// body is goja's baseObject: all there is to an ordinary object.
type body struct {
	class      string
	val        *goja.Object
	prototype  *goja.Object
	extensible bool

	values    map[unistring.String]goja.Value // *valueProperty if an attribute is not set, or for an accessor
	propNames []unistring.String              // in the order in which they came

	lastSortedPropLen, idxPropCount int

	symValues       unsafe.Pointer
	privateElements unsafe.Pointer
}

// make makes the object, which does what the table says on impl. The rest is the caller's.
func (h *head) make(table, impl unsafe.Pointer, vm *goja.Runtime) *goja.Object {
	h.self.table, h.self.data, h.runtime = table, impl, vm
	return (*goja.Object)(unsafe.Pointer(h))
}

// make makes the body of o, which has no properties: values are left to the caller.
func (b *body) make(class string, o, proto *goja.Object) {
	b.class, b.val, b.prototype, b.extensible = class, o, proto, true
}

// property is goja's valueProperty.
type property struct {
	value                                        goja.Value
	writable, configurable, enumerable, accessor bool
	getterFunc, setterFunc                       *goja.Object
}

// function is goja's nativeFuncObject: a function of Go's.
type function struct {
	baseFunction
	f         func(goja.FunctionCall) goja.Value
	construct func(args []goja.Value, newTarget *goja.Object) *goja.Object
}

type baseFunction struct {
	body
	lenProp property
}

// array is goja's arrayObject.
type array struct {
	body
	values         []goja.Value // nil: a hole
	length         uint32
	objCount       int
	propValueCount int // of values that are a *property
	lengthProp     property
}

// arrayBuffer is goja's arrayBufferObject.
type arrayBuffer struct {
	body
	detached bool
	data     []byte
}

// typedArray is goja's typedArrayObject.
type typedArray struct {
	body
	viewedArrayBuf *arrayBuffer
	defaultCtor    *goja.Object
	length, offset int // in elements
	elemSize       int // in bytes
	typedArray     struct {
		table unsafe.Pointer
		data  *[]byte // that of the arrayBuffer
	}
}

// layout is what was learned from the engine's own objects; zero if they are not laid out as above.
type layout struct {
	ordinary unsafe.Pointer // head.self.table of an ordinary object; nil: nothing is known
	class    string         // "Object", at an address of its own: see Object
	property reflect.Type   // of values that are a *property
	marker   unistring.String

	array      unsafe.Pointer // head.self.table of an Array; nil: they are not known
	native     unsafe.Pointer // head.self.table of a function of Go's; nil: they are not known
	ascii      unsafe.Pointer // the table of a string of ASCII as a goja.Value
	buffer     unsafe.Pointer // head.self.table of an ArrayBuffer; nil: bytes are not known
	uint8Array unsafe.Pointer // of a Uint8Array
	uint8s     unsafe.Pointer // typedArray.typedArray.table of one
}

// known is the layout, learned when the program starts: in 25 µs, which every use of gonode would take anyway.
var known = learnLayout()

// is reports whether o does what table says; nil is the table of what is not known.
func is(o *goja.Object, table unsafe.Pointer) bool {
	return table != nil && (*head)(unsafe.Pointer(o)).self.table == table
}

// learnLayout looks at objects of a runtime that nobody else sees.
func learnLayout() layout {
	vm := goja.New()
	// The engine marks names that an iterator has, lest somebody else write to them.
	v, err := vm.RunString("const o = {a: 1}; Object.defineProperty(o, 'b', {value: 2}); for (const k in o) break; o")
	if err != nil {
		return layout{}
	}
	o := v.(*goja.Object)
	if !alike(reflect.TypeFor[goja.Object](), reflect.TypeFor[head]()) || !implementedAs[body](o) {
		return layout{}
	}
	h := (*head)(unsafe.Pointer(o))
	b := (*body)(h.self.data)
	names := b.propNames[:cap(b.propNames)]
	if b.val != o || len(b.values) != 2 || len(b.propNames) != 2 || len(names) == 2 || names[len(names)-1] == "" {
		return layout{}
	}
	if t := reflect.TypeOf(b.values["b"]); t.Kind() != reflect.Pointer || !alike(t.Elem(), reflect.TypeFor[property]()) {
		return layout{}
	}
	l := layout{
		ordinary: h.self.table,
		class:    strings.Clone(b.class),
		property: reflect.TypeOf(b.values["b"]),
		marker:   names[len(names)-1],
	}
	text := vm.ToValue("text")
	if t := reflect.TypeOf(text); t.Kind() == reflect.String && text.String() == "text" {
		l.ascii = (*[2]unsafe.Pointer)(unsafe.Pointer(&text))[0]
	}
	if list := vm.NewArray(1, 2); implementedAs[array](list) {
		h := (*head)(unsafe.Pointer(list))
		if a := (*array)(h.self.data); len(a.values) == 2 && a.length == 2 && a.propValueCount == 0 {
			l.array = h.self.table
		}
	}
	called := false
	fn := vm.ToValue(func(goja.FunctionCall) goja.Value { called = true; return nil }).(*goja.Object)
	if implementedAs[function](fn) {
		h := (*head)(unsafe.Pointer(fn))
		if (*function)(h.self.data).f(goja.FunctionCall{}); called {
			l.native = h.self.table
		}
	}
	v, err = vm.RunString("new Uint8Array(2)")
	if err != nil {
		return l
	}
	bytes := v.(*goja.Object)
	buf := bytes.Get("buffer").(*goja.Object)
	if !implementedAs[typedArray](bytes) || !implementedAs[arrayBuffer](buf) {
		return l
	}
	a, data := (*typedArray)((*head)(unsafe.Pointer(bytes)).self.data), (*head)(unsafe.Pointer(buf)).self
	if d := (*arrayBuffer)(data.data); a.viewedArrayBuf == d && a.typedArray.data == &d.data && a.length == 2 && len(d.data) == 2 {
		l.buffer, l.uint8Array, l.uint8s = data.table, (*head)(unsafe.Pointer(bytes)).self.table, a.typedArray.table
	}
	return l
}

// implementedAs reports whether o is, behind its head, laid out as T.
func implementedAs[T any](o *goja.Object) bool {
	impl := reflect.ValueOf(o).Elem().Field(0).Elem()
	return impl.Kind() == reflect.Pointer && alike(impl.Type().Elem(), reflect.TypeFor[T]())
}

// alike reports whether a struct of the engine is laid out as ours.
func alike(engines, ours reflect.Type) bool {
	if engines.Kind() != reflect.Struct || engines.NumField() != ours.NumField() || engines.Size() != ours.Size() {
		return false
	}
	for i := range ours.NumField() {
		e, o := engines.Field(i), ours.Field(i)
		if e.Name != o.Name && !(e.Anonymous && o.Anonymous) || e.Offset != o.Offset || e.Type.Size() != o.Type.Size() {
			return false
		}
		switch {
		case e.Type == o.Type:
		case o.Type.Kind() == reflect.Pointer && e.Type.Kind() == reflect.Pointer:
		case o.Type.Kind() == reflect.Struct && alike(e.Type, o.Type):
		case o.Type.Kind() == reflect.Struct && e.Type.Kind() == reflect.Interface:
		case o.Type.Kind() == reflect.UnsafePointer && (e.Type.Kind() == reflect.Pointer || e.Type.Kind() == reflect.Map):
		default:
			return false
		}
	}
	return true
}

// ordinary returns what there is to o; nil if it is no ordinary object.
func ordinary(o *goja.Object) *body {
	if !is(o, known.ordinary) {
		return nil
	}
	return (*body)((*head)(unsafe.Pointer(o)).self.data)
}
