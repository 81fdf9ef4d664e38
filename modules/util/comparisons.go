package util

import (
	"bytes"
	"math"
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

func typeOf(v goja.Value) string { return nodeerr.TypeOf(v) }

// DeepEqual reports whether a and b are deeply equal: in the sense of assert.deepStrictEqual if
// strict, else of assert.deepEqual.
//
// Node v20 lib/internal/util/comparisons.js.
func (r *Room) DeepEqual(a, b goja.Value, strict bool) bool {
	c := &comparison{Room: r, strict: strict}
	return c.equal(a, b)
}

// maxComparison bounds the nesting of compared objects as V8's stack does.
const maxComparison = 10000

// comparison is one deep comparison. pairs are the objects that are being compared, to end cycles.
type comparison struct {
	*Room
	strict bool
	pairs  map[[2]*goja.Object]bool
	depth  int
}

func sameValue(a, b goja.Value) bool { return a.SameAs(b) }

func isNaN(v goja.Value) bool {
	if !nodeerr.IsNumber(v) {
		return false
	}
	return math.IsNaN(v.ToFloat())
}

func (c *comparison) equal(a, b goja.Value) bool {
	if a == nil {
		a = goja.Undefined()
	}
	if b == nil {
		b = goja.Undefined()
	}
	if a.StrictEquals(b) {
		return !c.strict || !nodeerr.IsNumber(a) || sameValue(a, b)
	}
	o1, isObject1 := a.(*goja.Object)
	o2, isObject2 := b.(*goja.Object)
	isObject1 = isObject1 && !isFunction(o1)
	isObject2 = isObject2 && !isFunction(o2)
	if c.strict {
		if nodeerr.IsNumber(a) {
			return isNaN(a) && isNaN(b)
		}
		if !isObject1 || !isObject2 || o1.Prototype() != o2.Prototype() {
			return false
		}
	} else {
		if !isObject1 {
			return !isObject2 && (a.Equals(b) || isNaN(a) && isNaN(b))
		}
		if !isObject2 {
			return false
		}
	}
	return c.objects(o1, o2)
}

// objects compares what two objects are; entries compares what is in them.
func (c *comparison) objects(a, b *goja.Object) bool {
	tag := c.objectTag(a)
	if tag != c.objectTag(b) {
		return false
	}
	k1, k2 := kindOf(a), kindOf(b)
	switch {
	case isArray(a):
		if !isArray(b) || a.Get("length").ToInteger() != b.Get("length").ToInteger() {
			return false
		}
		x, y := c.extras(a), c.extras(b)
		return len(x) == len(y) && c.entries(a, b, array, x, true)
	case tag == "[object Object]":
		return c.entries(a, b, plain, nil, false)
	case k1 == date:
		if k2 != date || !sameValue(c.dateTime.Call(a), c.dateTime.Call(b)) {
			return false
		}
	case k1 == regExp:
		if k2 != regExp {
			return false
		}
		for _, name := range []string{"source", "flags", "lastIndex"} {
			if !a.Get(name).StrictEquals(b.Get(name)) {
				return false
			}
		}
	case k1 == typedArray || k1 == dataView:
		if k1 != k2 || !c.sameView(a, b, k1) {
			return false
		}
		x, y := c.extras(a), c.extras(b)
		return len(x) == len(y) && c.entries(a, b, plain, x, true)
	case k1 == setKind:
		if k2 != setKind || c.setSize.Call(a).ToInteger() != c.setSize.Call(b).ToInteger() {
			return false
		}
		return c.entries(a, b, setKind, nil, false)
	case k1 == mapKind:
		if k2 != mapKind || c.mapSize.Call(a).ToInteger() != c.mapSize.Call(b).ToInteger() {
			return false
		}
		return c.entries(a, b, mapKind, nil, false)
	case k1 == arrayBuffer:
		x, _ := bytesOf(a)
		y, ok := bytesOf(b)
		if k2 != arrayBuffer || buffer.IsShared(a) != buffer.IsShared(b) || !ok || !bytes.Equal(x, y) {
			return false
		}
	case c.h.Err.Is(a):
		if !c.h.Err.Is(b) || !c.sameError(a, b) {
			return false
		}
	case k1 >= boxedNumber && k1 <= boxedBigInt:
		if k1 != k2 || !sameValue(c.unbox(a, k1), c.unbox(b, k2)) {
			return false
		}
	case isArray(b), k2 == typedArray, k2 == dataView, k2 == setKind, k2 == mapKind, k2 == date, k2 == regExp,
		k2 == arrayBuffer, k2 >= boxedNumber && k2 <= boxedBigInt, c.h.Err.Is(b):
		return false
	case c.isURL(a):
		if !c.isURL(b) || !a.Get("href").StrictEquals(b.Get("href")) {
			return false
		}
	}
	return c.entries(a, b, plain, nil, false)
}

func (c *comparison) objectTag(o *goja.Object) string { return c.objectText.Call(o).String() }

func (n *natives) unbox(o *goja.Object, k kind) goja.Value {
	switch k {
	case boxedNumber:
		return n.numberValue.Call(o)
	case boxedString:
		return n.stringValue.Call(o)
	case boxedBoolean:
		return n.booleanValue.Call(o)
	case boxedBigInt:
		return n.bigIntValue.Call(o)
	}
	return n.symbolValue.Call(o)
}

func (c *comparison) sameView(a, b *goja.Object, k kind) bool {
	x, ok1 := bytesOf(a)
	y, ok2 := bytesOf(b)
	if !ok1 || !ok2 || len(x) != len(y) {
		return false
	}
	if k == typedArray {
		name := c.typedArrayTag.Call(a).String()
		if name != c.typedArrayTag.Call(b).String() {
			return false
		}
		if !c.strict && (name == "Float32Array" || name == "Float64Array") {
			// Numbers, not bits: -0 equals 0, and NaN differs from itself.
			e1, e2 := typedElements(a), typedElements(b)
			for i := range e1.len() {
				if e1.v.Index(i).Float() != e2.v.Index(i).Float() {
					return false
				}
			}
			return true
		}
	}
	return bytes.Equal(x, y)
}

func (c *comparison) sameError(a, b *goja.Object) bool {
	for _, name := range []string{"message", "name", "cause", "errors"} {
		k := key{name: name}
		shown := c.enumerable(a, k)
		if shown != c.enumerable(b, k) {
			return false
		}
		if shown {
			continue // compared with the other properties
		}
		x, y := k.get(a), k.get(b)
		if name == "message" || name == "name" {
			if !x.StrictEquals(y) {
				return false
			}
		} else if !c.equal(x, y) {
			return false
		}
	}
	return true
}

// extras are the enumerable keys but those of elements; symbols only if strict.
func (c *comparison) extras(o *goja.Object) (keys []key) {
	if onlyElements(o) {
		return nil
	}
	for _, name := range o.Keys() {
		if !isIndex(name) {
			keys = append(keys, key{name: name})
		}
	}
	if c.strict {
		for _, s := range c.symbols(o, false) {
			keys = append(keys, key{sym: s})
		}
	}
	return keys
}

// entries compares the properties of a and b, and their elements, members or entries. keys are
// those of a if known is set.
func (c *comparison) entries(a, b *goja.Object, k kind, keys []key, known bool) bool {
	if !known {
		names := a.Keys()
		if len(names) != len(b.Keys()) {
			return false
		}
		for _, n := range names {
			keys = append(keys, key{name: n})
		}
		if c.strict {
			x, y := c.symbols(a, false), c.symbols(b, false)
			if len(x) != len(y) {
				return false
			}
			for _, s := range x {
				keys = append(keys, key{sym: s})
			}
		}
	}
	for _, key := range keys {
		if !c.enumerable(b, key) {
			return false
		}
	}
	pair := [2]*goja.Object{a, b}
	if c.pairs[pair] {
		return true
	}
	if c.pairs == nil {
		c.pairs = make(map[[2]*goja.Object]bool)
	}
	if c.depth++; c.depth > maxComparison {
		panic(c.h.Err.Plain(nodeerr.RangeError, "Maximum call stack size exceeded"))
	}
	c.pairs[pair] = true
	same := c.contents(a, b, k, keys)
	delete(c.pairs, pair)
	c.depth--
	return same
}

func (c *comparison) contents(a, b *goja.Object, k kind, keys []key) bool {
	for _, key := range keys {
		if !c.equal(key.get(a), key.get(b)) {
			return false
		}
	}
	switch k {
	case array:
		return c.elements(a, b)
	case setKind:
		return c.sets(a, b)
	case mapKind:
		return c.maps(a, b)
	}
	return true
}

func (c *comparison) elements(a, b *goja.Object) bool {
	n := int(a.Get("length").ToInteger())
	simple := kindOf(a) == array && kindOf(b) == array && simpleElements(a) && simpleElements(b)
	for i := range n {
		k := key{name: itoa(i)}
		if simple {
			x, y := a.Get(k.name), b.Get(k.name)
			if x != nil && y != nil {
				if !c.equal(x, y) {
					return false
				}
				continue
			}
		}
		has1, has2 := c.owns(a, k), c.owns(b, k)
		switch {
		case has1 != has2:
			return false
		case has1:
			if !c.equal(k.get(a), k.get(b)) {
				return false
			}
		default:
			return c.sparse(a, b)
		}
	}
	return true
}

// sparse compares arrays with holes by their keys.
func (c *comparison) sparse(a, b *goja.Object) bool {
	names := a.Keys()
	for _, n := range names {
		k := key{name: n}
		if !c.owns(b, k) || !c.equal(k.get(a), k.get(b)) {
			return false
		}
	}
	return len(names) == len(b.Keys())
}

func isPlainObject(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	return ok && !isFunction(o)
}

// loose says whether a primitive that b lacks may loosely equal another one there. alt is what it
// would be if only one other value is possible.
func loose(v goja.Value) (alt goja.Value, maybe bool) {
	switch {
	case goja.IsUndefined(v):
		return goja.Null(), false
	case goja.IsNull(v):
		return goja.Undefined(), false
	}
	if _, ok := v.(*goja.Symbol); ok {
		return nil, false
	}
	if nodeerr.IsString(v) || nodeerr.IsNumber(v) {
		return nil, !math.IsNaN(v.ToFloat())
	}
	return nil, true
}

func (c *comparison) sets(a, b *goja.Object) bool {
	var rest []goja.Value // what has no identical value in b
	for _, v := range c.members(a) {
		if c.setHas.Call(b, v).ToBoolean() {
			continue
		}
		if !isPlainObject(v) {
			if c.strict {
				return false
			}
			alt, maybe := loose(v)
			if alt != nil {
				maybe = c.setHas.Call(b, alt).ToBoolean() && !c.setHas.Call(a, alt).ToBoolean()
			}
			if !maybe {
				return false
			}
		}
		rest = append(rest, v)
	}
	if rest == nil {
		return true
	}
	for _, v := range c.members(b) {
		if c.setHas.Call(a, v).ToBoolean() || !isPlainObject(v) && c.strict {
			continue
		}
		i := slices.IndexFunc(rest, func(x goja.Value) bool { return c.equal(x, v) })
		if i < 0 {
			return false
		}
		rest = slices.Delete(rest, i, i+1)
	}
	return len(rest) == 0
}

func (c *comparison) maps(a, b *goja.Object) bool {
	var rest []goja.Value // keys without an identical key of an equal value in b
	keys, values := c.natives.entries(a)
	for i, k := range keys {
		if isPlainObject(k) {
			rest = append(rest, k)
			continue
		}
		if c.mapHas.Call(b, k).ToBoolean() && c.equal(values[i], c.mapGet.Call(b, k)) {
			continue
		}
		if c.strict {
			return false
		}
		alt, maybe := loose(k)
		if alt != nil {
			maybe = c.mapHas.Call(b, alt).ToBoolean() && !c.mapHas.Call(a, alt).ToBoolean() &&
				c.equal(values[i], c.mapGet.Call(b, alt))
		}
		if !maybe {
			return false
		}
		rest = append(rest, k)
	}
	if rest == nil {
		return true
	}
	keys, values = c.natives.entries(b)
	for i, k := range keys {
		if !isPlainObject(k) && (c.strict || c.mapHas.Call(a, k).ToBoolean() && c.equal(c.mapGet.Call(a, k), values[i])) {
			continue
		}
		j := slices.IndexFunc(rest, func(x goja.Value) bool {
			return c.equal(x, k) && c.equal(c.mapGet.Call(a, x), values[i])
		})
		if j < 0 {
			return false
		}
		rest = slices.Delete(rest, j, j+1)
	}
	return len(rest) == 0
}

// bytesOf returns the memory behind an ArrayBuffer, typed array or DataView; ok is false for all
// else. The bytes are lent: JavaScript sees what is written to them.
func bytesOf(v goja.Value) (b []byte, ok bool) {
	o, isObject := v.(*goja.Object)
	if !isObject {
		return nil, false
	}
	switch kindOf(o) {
	case arrayBuffer:
		ab, _ := o.Export().(goja.ArrayBuffer)
		return ab.Bytes(), true
	case typedArray:
		if b, isBytes := o.Export().([]byte); isBytes {
			return b, true
		}
	case dataView:
	default:
		return nil, false
	}
	ab, isBuffer := bind.Exported[goja.ArrayBuffer](bind.Property(o, "buffer"))
	if !isBuffer {
		return nil, false
	}
	from, n := int(bind.Property(o, "byteOffset").ToInteger()), int(bind.Property(o, "byteLength").ToInteger())
	if all := ab.Bytes(); from >= 0 && n >= 0 && from+n <= len(all) {
		return all[from : from+n], true
	}
	return nil, false
}
