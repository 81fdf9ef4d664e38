package util

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

func (c *inspection) inherits(o, proto *goja.Object) bool {
	for p := o.Prototype(); p != nil; p = p.Prototype() {
		if p == proto {
			return true
		}
	}
	return false
}

// shortName is what stands for an object that is too deep.
func (c *inspection) shortName(s *shape) string {
	name := strings.TrimSuffix(c.prefix(s, fallbackName(s), ""), " ")
	if s.isNull {
		return name
	}
	return "[" + name + "]"
}

// fallbackName names an object without a constructor by what it is.
func fallbackName(s *shape) string {
	name := "Object"
	switch s.kind {
	case array:
		name = "Array"
	case mapKind:
		name = "Map"
	case setKind:
		name = "Set"
	case weakMap:
		name = "WeakMap"
	case weakSet:
		name = "WeakSet"
	case promise:
		name = "Promise"
	case errorKind:
		name = "Error"
	case date:
		name = "Date"
	case regExp:
		name = "RegExp"
	case arrayBuffer:
		name = "ArrayBuffer"
	case dataView:
		name = "DataView"
	case function, class, asyncFunction, generatorFunction:
		name = "Function"
	case typedArray:
		name = typedElements(s.o).name
	}
	if s.isNull && name == s.tag {
		return "Object"
	}
	return name
}

// prefix is Node's getPrefix: "Name(size) [tag] ".
func (c *inspection) prefix(s *shape, fallback, size string) string {
	if s.isNull {
		if s.tag != "" && fallback != s.tag {
			return "[" + fallback + size + ": null prototype] [" + s.tag + "] "
		}
		return "[" + fallback + size + ": null prototype] "
	}
	if s.tag != "" && s.name != s.tag {
		return s.name + size + " [" + s.tag + "] "
	}
	return s.name + size + " "
}

// keys are the keys that are shown of an object.
func (c *inspection) keys(o *goja.Object) []key {
	var names []string
	if c.showHidden {
		names = o.GetOwnPropertyNames()
	} else {
		names = o.Keys()
	}
	var keys []key
	for _, n := range names {
		keys = append(keys, key{name: n})
		if n == "name" && c.showHidden && sloppyFunction(o) {
			// V8 gives them these properties; the engine does not.
			keys = append(keys, key{name: "arguments", null: true}, key{name: "caller", null: true})
		}
	}
	for _, sym := range c.symbols(o, c.showHidden) {
		keys = append(keys, key{sym: sym})
	}
	return keys
}

// extraKeys are keys without those of elements.
func (c *inspection) extraKeys(o *goja.Object) []key {
	if !c.showHidden && onlyElements(o) {
		return nil
	}
	return slices.DeleteFunc(c.keys(o), func(k key) bool { return k.sym == nil && isIndex(k.name) })
}

// constructorName is the name of the function that made o, as far as the prototype chain tells;
// isNull if it has no prototype. With collect it also returns the properties of the prototypes
// below the built-in ones.
func (c *inspection) constructorName(o *goja.Object, recurse int, collect bool) (name string, isNull bool, protos []string) {
	var first *goja.Object
	hasFirst := false
	ctorKey := key{name: "constructor"}
	for p := o; p != nil; {
		if p != o && (p == c.objectProto || p == c.functionProto && isFunction(o)) {
			if collect && first != p {
				protos = c.prototypeProperties(o, first, recurse)
			}
			if p == c.objectProto {
				return "Object", false, protos
			}
			return "Function", false, protos
		}
		if d, ok := c.own(p, ctorKey); ok && d.value != nil {
			if ctor, isObject := d.value.(*goja.Object); isObject && isFunction(ctor) {
				n := ctor.Get("name")
				if n != nil && !(nodeerr.IsString(n) && n.String() == "") && c.instanceOf(o, ctor) {
					name := textOf(n)
					if collect && (!hasFirst || first != p || !builtIns[name]) {
						base := first
						if !hasFirst {
							base = o
						}
						protos = c.prototypeProperties(o, base, recurse)
					}
					return name, false, protos
				}
			}
		}
		p = p.Prototype()
		if !hasFirst {
			first, hasFirst = p, true
		}
	}
	if first == nil {
		return "", true, nil
	}
	res := fallbackName(&shape{o: o, kind: kindOf(o)})
	if c.tooDeep(recurse) {
		return res + " <Complex prototype>", false, nil
	}
	inner, innerNull, protos := c.constructorName(first, recurse+1, collect)
	if innerNull {
		sub := c.r.inspection(c.options)
		sub.customInspect, sub.depth, sub.depthLimit = false, bind.Int(-1), -1
		return res + " <" + sub.format(first, 0, false) + ">", false, protos
	}
	return res + " <" + inner + ">", false, protos
}

func (c *inspection) instanceOf(o, ctor *goja.Object) (ok bool) {
	if ex := c.vm.Try(func() { ok = c.vm.InstanceOf(o, ctor) }); ex != nil {
		return false
	}
	return ok
}

// prototypeProperties lists what up to three prototypes above main, from obj on, add that is no
// function.
func (c *inspection) prototypeProperties(main, obj *goja.Object, recurse int) (out []string) {
	above := make(map[goja.Value]bool)
	for depth := 0; depth < 3; depth++ {
		if depth != 0 || main == obj {
			if obj = obj.Prototype(); obj == nil {
				return out
			}
			if d, ok := c.own(obj, key{name: "constructor"}); ok && d.value != nil {
				if ctor, isObject := d.value.(*goja.Object); isObject && isFunction(ctor) && builtIns[textOf(ctor.Get("name"))] {
					return out
				}
			}
		}
		c.seen = append(c.seen, main)
		keys := ownKeys(c.natives, obj)
		for _, k := range keys {
			if k.name == "constructor" && k.sym == nil || c.owns(main, k) || depth != 0 && above[keyID(k)] {
				continue
			}
			d, ok := c.own(obj, k)
			if !ok {
				continue
			}
			if f, isObject := d.value.(*goja.Object); isObject && isFunction(f) {
				continue
			}
			text := c.describe(d, main, recurse, k, objectLayout)
			if c.colors {
				text = "\x1b[2m" + text + "\x1b[22m"
			}
			out = append(out, text)
		}
		for _, k := range keys {
			above[keyID(k)] = true
		}
		c.seen = c.seen[:len(c.seen)-1]
	}
	return out
}

func keyID(k key) goja.Value {
	if k.sym != nil {
		return k.sym
	}
	return bind.String(k.name)
}

func ownKeys(n *natives, o *goja.Object) (keys []key) {
	for _, name := range o.GetOwnPropertyNames() {
		keys = append(keys, key{name: name})
	}
	for _, sym := range n.symbols(o, true) {
		keys = append(keys, key{sym: sym})
	}
	return keys
}

// builtIns are the names of the constructors that V8 itself provides.
var builtIns = func() map[string]bool {
	m := make(map[string]bool)
	for _, n := range strings.Fields(`AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean
		DataView Date Error EvalError FinalizationRegistry Float32Array Float64Array Function Infinity Int16Array Int32Array
		Int8Array Intl JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set
		SharedArrayBuffer String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array
		Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly`) {
		m[n] = true
	}
	return m
}()
