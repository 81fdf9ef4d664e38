package runtime

import (
	"context"
	"encoding"
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
)

// ErrForeignValue is the error for a JavaScript value of one runtime that was given to another.
var ErrForeignValue = errors.New("runtime: a value of one runtime was used in another; take it out with Export, or with ToGo, and give the copy")

// maxDepth bounds what is converted; what is deeper is a circle, or might as well be one.
const maxDepth = 1000

// ToJS converts a Go value by the rule in the package comment. It belongs inside Do, and inside functions
// that JavaScript calls.
//
// # Errors
//
// A type that the rule does not have, by its path; ErrForeignValue.
func (rt *Runtime) ToJS(v any) (goja.Value, error) {
	return rt.toJS(reflect.ValueOf(v), 0)
}

var (
	valueType    = reflect.TypeFor[goja.Value]()
	errorType    = reflect.TypeFor[error]()
	contextType  = reflect.TypeFor[context.Context]()
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	bigType      = reflect.TypeFor[*big.Int]()
	anyType      = reflect.TypeFor[any]()
)

// maxSafe is the largest number to which all integers are exact.
const maxSafe = 1<<53 - 1

func (rt *Runtime) toJS(v reflect.Value, depth int) (goja.Value, error) {
	vm := rt.host.VM
	if !v.IsValid() {
		return goja.Null(), nil
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("runtime: a %v is nested deeper than %d levels, or in a circle", v.Type(), maxDepth)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice, reflect.Func:
		if v.IsNil() {
			return goja.Null(), nil
		}
	}
	if v.CanInterface() {
		switch x := v.Interface().(type) {
		case goja.Value:
			return x, rt.owns(x)
		case func(goja.FunctionCall) goja.Value, func(goja.FunctionCall, *goja.Runtime) goja.Value,
			func(goja.ConstructorCall) *goja.Object, func(goja.ConstructorCall, *goja.Runtime) *goja.Object:
			return vm.ToValue(x), nil
		case Async:
			return rt.hostFunction(reflect.ValueOf(x.Func), true)
		case time.Time:
			return vm.New(vm.Get("Date"), vm.ToValue(x.UnixMilli()))
		case time.Duration:
			return vm.ToValue(float64(x) / float64(time.Millisecond)), nil
		case *big.Int:
			return vm.ToValue(new(big.Int).Set(x)), nil
		case []byte:
			return buffer.Rooms.Of(rt.host).Wrap(slices.Clone(x)), nil
		case error:
			return rt.errorToJS(x), nil
		case encoding.TextMarshaler:
			text, err := x.MarshalText()
			return vm.ToValue(string(text)), err
		}
	}
	switch v.Kind() {
	case reflect.Bool:
		return vm.ToValue(v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if n := v.Int(); n >= -maxSafe && n <= maxSafe {
			return vm.ToValue(n), nil
		}
		return nil, fmt.Errorf("runtime: %v is no safe integer in JavaScript; give it as a *big.Int", v)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if n := v.Uint(); n <= maxSafe {
			return vm.ToValue(int64(n)), nil
		}
		return nil, fmt.Errorf("runtime: %v is no safe integer in JavaScript; give it as a *big.Int", v)
	case reflect.Float32, reflect.Float64:
		return vm.ToValue(v.Float()), nil
	case reflect.String:
		return vm.ToValue(v.String()), nil
	case reflect.Pointer, reflect.Interface:
		return rt.toJS(v.Elem(), depth+1)
	case reflect.Func:
		return rt.hostFunction(v, false)
	case reflect.Slice, reflect.Array:
		items := make([]any, v.Len())
		for i := range items {
			item, err := rt.toJS(v.Index(i), depth+1)
			if err != nil {
				return nil, at(fmt.Sprintf("[%d]", i), err)
			}
			items[i] = item
		}
		return vm.NewArray(items...), nil
	case reflect.Map:
		if v.Type().Key().Kind() != reflect.String {
			break
		}
		keys := v.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
		o := vm.NewObject()
		for _, k := range keys {
			if err := rt.put(o, k.String(), v.MapIndex(k), depth); err != nil {
				return nil, err
			}
		}
		return o, nil
	case reflect.Struct:
		o := vm.NewObject()
		for _, f := range fieldsOf(v.Type()) {
			field, err := v.FieldByIndexErr(f.index)
			if err != nil || f.omitEmpty && field.IsZero() {
				continue // a field of an embedded nil pointer is not there
			}
			if err := rt.put(o, f.name, field, depth); err != nil {
				return nil, err
			}
		}
		return o, nil
	}
	return nil, fmt.Errorf("runtime: a %v cannot be given to JavaScript", v.Type())
}

func (rt *Runtime) put(o *goja.Object, name string, v reflect.Value, depth int) error {
	value, err := rt.toJS(v, depth+1)
	if err != nil {
		return at("."+name, err)
	}
	return o.DefineDataProperty(name, value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// at says where in a value an error is.
func at(where string, err error) error { return fmt.Errorf("%s: %w", where, err) }

// owns fails for an object of another runtime.
func (rt *Runtime) owns(v goja.Value) error {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	if ex := rt.host.VM.Try(func() { rt.host.VM.ToValue(o) }); ex != nil {
		return ErrForeignValue
	}
	return nil
}

// field is an exported field of a struct, by the name that encoding/json gives it.
type field struct {
	name      string
	index     []int
	omitEmpty bool
}

var fieldCache sync.Map // of []field by reflect.Type

func fieldsOf(t reflect.Type) []field {
	if cached, ok := fieldCache.Load(t); ok {
		return cached.([]field)
	}
	var out []field
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" && options == "" || f.Anonymous && name == "" && indirect(f.Type).Kind() == reflect.Struct {
			continue // the fields of an embedded struct are listed themselves
		}
		if name == "" {
			name = f.Name
		}
		out = append(out, field{name, f.Index, slices.Contains(strings.Split(options, ","), "omitempty")})
	}
	fieldCache.Store(t, out)
	return out
}

func indirect(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// ToGo converts the JavaScript value v into what out, a pointer, points to, by the rule in the package
// comment. Goroutine as ToJS.
//
// # Errors
//
// A value of the wrong kind, by its path.
func (rt *Runtime) ToGo(v goja.Value, out any) error {
	p := reflect.ValueOf(out)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("runtime: ToGo into a %T; want a pointer", out)
	}
	if err := rt.owns(v); err != nil {
		return err
	}
	var err error
	if ex := rt.host.VM.Try(func() { err = rt.toGo(v, p.Elem(), 0) }); ex != nil {
		return rt.thrown(ex) // a getter's
	}
	return err
}

// mismatch is the error for a JavaScript value that does not fit: of another kind than kinds, not as
// reason says, or out of range.
type mismatch struct {
	path   string // of the value in what is converted
	kinds  []string
	reason string
	rng    string
	got    goja.Value
}

func (e *mismatch) Error() string {
	want := e.reason
	switch {
	case e.kinds != nil:
		want = "must be of type " + strings.Join(e.kinds, " or ")
	case e.rng != "":
		want = "must be " + e.rng
	}
	return fmt.Sprintf("runtime: the value%s %s", e.path, want)
}

func wrong(got goja.Value, kinds ...string) error { return &mismatch{kinds: kinds, got: got} }

func bad(got goja.Value, reason string) error { return &mismatch{reason: reason, got: got} }

func noInteger(got goja.Value, t reflect.Type) error {
	return &mismatch{rng: "an integer that Go's " + t.Kind().String() + " can hold", got: got}
}

func inside(path string, err error) error {
	if e, ok := err.(*mismatch); ok {
		e.path = path + e.path
	}
	return err
}

// exported returns v as the engine exports it, if that is a T: of a plain object that would be a deep copy.
func exported[T any](v goja.Value) (t T, ok bool) {
	if v == nil || v.ExportType() != reflect.TypeFor[T]() {
		return t, false
	}
	t, ok = v.Export().(T)
	return t, ok
}

func (rt *Runtime) toGo(v goja.Value, out reflect.Value, depth int) error {
	t := out.Type()
	if t.Implements(valueType) && t != anyType {
		return setValue(v, out)
	}
	nothing := v == nil || goja.IsUndefined(v) || goja.IsNull(v)
	if depth > maxDepth {
		return bad(v, fmt.Sprintf("must be nested less than %d levels deep", maxDepth))
	}
	o, _ := v.(*goja.Object)
	switch t {
	case timeType:
		if o == nil || o.ClassName() != "Date" {
			return wrong(v, "Date")
		}
		at, ok := o.Export().(time.Time)
		if !ok {
			return bad(v, "must be a valid Date")
		}
		out.Set(reflect.ValueOf(at))
		return nil
	case durationType:
		ms, ok := number(v)
		if !ok || math.IsNaN(ms) || math.Abs(ms) > float64(math.MaxInt64/int64(time.Millisecond)) {
			return wrong(v, "number")
		}
		out.SetInt(int64(ms * float64(time.Millisecond)))
		return nil
	case bigType:
		if n, ok := exported[*big.Int](v); ok && !nothing {
			out.Set(reflect.ValueOf(new(big.Int).Set(n)))
			return nil
		}
		if nothing {
			out.SetZero()
			return nil
		}
		return wrong(v, "bigint")
	case anyType:
		x, err := rt.plain(v, depth)
		if err == nil {
			if out.SetZero(); x != nil {
				out.Set(reflect.ValueOf(x))
			}
		}
		return err
	}
	switch t.Kind() {
	case reflect.Pointer:
		if nothing {
			out.SetZero()
			return nil
		}
		p := reflect.New(t.Elem())
		out.Set(p)
		return rt.toGo(v, p.Elem(), depth+1)
	case reflect.Bool:
		b, ok := exported[bool](v)
		if !ok || o != nil {
			return wrong(v, "boolean")
		}
		out.SetBool(b)
		return nil
	case reflect.String:
		if nothing || o != nil || !goja.IsString(v) {
			return wrong(v, "string")
		}
		out.SetString(v.String())
		return nil
	case reflect.Float32, reflect.Float64:
		f, ok := number(v)
		if !ok {
			return wrong(v, "number")
		}
		out.SetFloat(f)
		return nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		f, ok := number(v)
		if !ok {
			return wrong(v, "number")
		}
		if f != math.Trunc(f) || math.Abs(f) > maxSafe || out.OverflowInt(int64(f)) {
			return noInteger(v, t)
		}
		out.SetInt(int64(f))
		return nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		f, ok := number(v)
		if !ok {
			return wrong(v, "number")
		}
		if f != math.Trunc(f) || f < 0 || f > maxSafe || out.OverflowUint(uint64(f)) {
			return noInteger(v, t)
		}
		out.SetUint(uint64(f))
		return nil
	case reflect.Slice:
		if nothing {
			out.SetZero()
			return nil
		}
		if t.Elem().Kind() == reflect.Uint8 {
			b, ok := buffer.Bytes(v)
			if a, isBuffer := exported[goja.ArrayBuffer](v); isBuffer {
				b, ok = a.Bytes(), true
			}
			if !ok {
				return wrong(v, "Buffer", "TypedArray", "ArrayBuffer")
			}
			out.SetBytes(slices.Clone(b))
			return nil
		}
		if o == nil || o.ClassName() != "Array" {
			return wrong(v, "Array")
		}
		n := int(o.Get("length").ToInteger())
		out.Set(reflect.MakeSlice(t, 0, min(n, 1<<16)))
		for i := range n {
			item := reflect.New(t.Elem()).Elem()
			if err := rt.toGo(get(o, fmt.Sprint(i)), item, depth+1); err != nil {
				return inside(fmt.Sprintf("[%d]", i), err)
			}
			out.Set(reflect.Append(out, item))
		}
		return nil
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			break
		}
		if nothing {
			out.SetZero()
			return nil
		}
		if o == nil || callable(o) {
			return wrong(v, "Object")
		}
		out.Set(reflect.MakeMap(t))
		for _, k := range o.Keys() {
			item := reflect.New(t.Elem()).Elem()
			if err := rt.toGo(get(o, k), item, depth+1); err != nil {
				return inside("."+k, err)
			}
			out.SetMapIndex(reflect.ValueOf(k).Convert(t.Key()), item)
		}
		return nil
	case reflect.Struct:
		if o == nil || callable(o) {
			return wrong(v, "Object")
		}
		for _, f := range fieldsOf(t) {
			p := get(o, f.name)
			if goja.IsUndefined(p) {
				continue // as absent
			}
			if err := rt.toGo(p, allocated(out, f.index), depth+1); err != nil {
				return inside("."+f.name, err)
			}
		}
		return nil
	}
	return fmt.Errorf("runtime: JavaScript cannot give a %v", t)
}

// allocated is the field at index, through embedded pointers.
func allocated(v reflect.Value, index []int) reflect.Value {
	for i, x := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v
}

func setValue(v goja.Value, out reflect.Value) error {
	if v == nil {
		v = goja.Undefined()
	}
	if x := reflect.ValueOf(v); x.Type().AssignableTo(out.Type()) {
		out.Set(x)
		return nil
	}
	return wrong(v, "Object")
}

func get(o *goja.Object, name string) goja.Value {
	if v := o.Get(name); v != nil {
		return v
	}
	return goja.Undefined()
}

func callable(o *goja.Object) bool { _, ok := goja.AssertFunction(o); return ok }

// number is v if it is one.
func number(v goja.Value) (float64, bool) {
	if v == nil || !goja.IsNumber(v) {
		return 0, false
	}
	return v.ToFloat(), true
}

// plain is v as a Go value of the type that fits it.
func (rt *Runtime) plain(v goja.Value, depth int) (any, error) {
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return nil, nil
	}
	o, ok := v.(*goja.Object)
	if !ok {
		if _, symbol := v.(*goja.Symbol); !symbol {
			return v.Export(), nil
		}
		return nil, bad(v, "must be something that Go has, not a symbol")
	}
	if b, ok := buffer.Bytes(o); ok {
		return slices.Clone(b), nil
	}
	switch o.ClassName() {
	case "Date":
		at, ok := o.Export().(time.Time)
		if !ok {
			return nil, bad(v, "must be a valid Date")
		}
		return at, nil
	case "Error":
		return rt.rejected(o), nil
	case "Array":
		var list []any
		err := rt.toGo(o, reflect.ValueOf(&list).Elem(), depth+1)
		return list, err
	case "ArrayBuffer":
		return slices.Clone(o.Export().(goja.ArrayBuffer).Bytes()), nil
	}
	if callable(o) {
		return nil, bad(v, "must be something that Go has, not a function")
	}
	var m map[string]any
	err := rt.toGo(o, reflect.ValueOf(&m).Elem(), depth+1)
	return m, err
}

// reportPanic tells the embedder, who may have no Logger, of a host function that panicked. Any goroutine.
func (rt *Runtime) reportPanic(x any, stack []byte) {
	if rt.log != nil {
		rt.log.Error("a host function panicked", "panic", fmt.Sprint(x), "stack", string(stack))
		return
	}
	fmt.Fprintf(rt.host.Settings.Stderr, "gonode: a host function panicked: %v\n\n%s\n", x, stack)
}
