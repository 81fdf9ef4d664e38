package util

import (
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
)

// preview returns what an iterator over a Map or Set has still to give, without moving it: keys and
// values in turn if pairs. The engine has no function for that, so this reads its list; should the
// engine change, the iterator looks empty.
func preview(o *goja.Object) (rest []goja.Value, pairs bool) {
	defer func() {
		if recover() != nil {
			rest, pairs = nil, false
		}
	}()
	v := self(o).Elem()
	isMap := v.Type().Name() == "mapIterObject"
	what := v.FieldByName("kind").Int()
	const values, both = 1, 2
	pairs = what == both
	iter := v.FieldByName("iter")
	if iter.IsNil() {
		return nil, pairs
	}
	list, entry := iter.Elem().FieldByName("m"), iter.Elem().FieldByName("cur")
	if list.IsNil() {
		return nil, pairs
	}
	if entry.IsNil() {
		entry = list.Elem().FieldByName("iterFirst")
	} else {
		// An entry that was removed while the iterator stood on it: go back to one that is there.
		for !entry.IsNil() && entry.Elem().FieldByName("key").IsNil() {
			entry = entry.Elem().FieldByName("iterPrev")
		}
		if entry.IsNil() {
			entry = list.Elem().FieldByName("iterFirst")
		} else {
			entry = entry.Elem().FieldByName("iterNext")
		}
	}
	for ; !entry.IsNil(); entry = entry.Elem().FieldByName("iterNext") {
		k, val := read(entry.Elem().FieldByName("key")), read(entry.Elem().FieldByName("value"))
		switch {
		case pairs && isMap:
			rest = append(rest, k, val)
		case pairs:
			rest = append(rest, k, k)
		case isMap && what == values:
			rest = append(rest, val)
		default:
			rest = append(rest, k)
		}
	}
	return rest, pairs
}

// read returns the value of a field that the engine keeps to itself.
func read(f reflect.Value) goja.Value {
	v := *(*goja.Value)(unsafe.Pointer(f.UnsafeAddr()))
	if v == nil {
		return goja.Undefined()
	}
	return v
}
