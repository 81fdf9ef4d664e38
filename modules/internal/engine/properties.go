package engine

import (
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"
)

// Names appends the names of o's own enumerable properties that are strings to list, in the order of
// Object.keys. It returns false, and nothing, if o is no ordinary object, or if the engine would have to
// sort them first.
func Names(list []unistring.String, o *goja.Object) ([]unistring.String, bool) {
	b := ordinary(o)
	if b == nil {
		return list, false
	}
	start := len(list)
	for i, name := range b.propNames {
		if i >= b.lastSortedPropLen && name != "" && name[0] >= '0' && name[0] <= '9' {
			return list[:start], false // it may be an index: those come first
		}
		if v := b.values[name]; reflect.TypeOf(v) == known.property {
			return list[:start], false
		}
		list = append(list, name)
	}
	return list, true
}

// Value returns the own property of o; nil if it has none of that name, if that is an accessor or has an
// attribute that is not set, or if o is no ordinary object: then the engine is to be asked.
func Value(o *goja.Object, name unistring.String) goja.Value {
	b := ordinary(o)
	if b == nil {
		return nil
	}
	v := b.values[name]
	if reflect.TypeOf(v) == known.property {
		return nil
	}
	return v
}

// Lookup is o.Get(name), in less time for an ordinary object whose prototypes are ordinary too. The name is
// ASCII.
func Lookup(o *goja.Object, name string) goja.Value {
	key := unistring.String(name)
	for at := o; at != nil; {
		b := ordinary(at)
		if b == nil {
			break
		}
		if v := b.values[key]; v != nil {
			if reflect.TypeOf(v) != known.property {
				return v
			}
			if p := (*property)((*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1]); !p.accessor {
				return p.value
			}
			break
		}
		if at = b.prototype; at == nil {
			return nil
		}
	}
	return o.Get(name)
}

// Elements returns the elements of an Array without accessors or other attributes; nil is a hole, for which the
// engine is to be asked. ok is false for any other object. Lent: until JavaScript runs.
func Elements(o *goja.Object) (list []goja.Value, ok bool) {
	if !is(o, known.array) {
		return nil, false
	}
	a := (*array)((*head)(unsafe.Pointer(o)).self.data)
	if a.propValueCount > 0 || int(a.length) != len(a.values) {
		return nil, false
	}
	return a.values, true
}

// PutNew is Put of a name that o has not, and false, without a look at the prototypes, if it has. It is false too if
// the engine is to be asked.
func PutNew(o *goja.Object, name string, v goja.Value) bool {
	key := unistring.NewFromString(name)
	b := ordinary(o)
	if b == nil || !b.extensible || b.values[key] != nil || marked(b.propNames) {
		return false
	}
	b.values[key] = v
	b.propNames = append(b.propNames, key)
	return true
}
