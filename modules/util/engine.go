package util

import (
	"math/big"
	"reflect"
	"sync"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// kind is what an object is by its internal slots, whatever its prototype says.
type kind uint8

const (
	plain kind = iota
	array
	proxy
	mapKind
	setKind
	weakMap
	weakSet
	mapIterator
	setIterator
	typedArray
	dataView
	arrayBuffer
	promise
	date
	regExp
	errorKind
	arguments
	generator
	boxedNumber
	boxedString
	boxedBoolean
	boxedSymbol
	boxedBigInt
	function
	class
	generatorFunction
	asyncFunction
	boxed // to be told apart by the value
)

// kinds maps the engine's types to kinds. Functions on Map, Set, WeakMap, … objects would tell as
// well, but only by throwing; the type of the engine's object tells without running anything.
var kinds = map[string]kind{
	"arrayObject": array, "sparseArrayObject": array, "templatedArrayObject": array,
	"objectGoArrayReflect": array, "objectGoSliceReflect": array, "objectGoSlice": array, "dynamicArray": array,
	"proxyObject": proxy, "mapObject": mapKind, "setObject": setKind, "weakMapObject": weakMap, "weakSetObject": weakSet,
	"mapIterObject": mapIterator, "setIterObject": setIterator,
	"typedArrayObject": typedArray, "dataViewObject": dataView, "arrayBufferObject": arrayBuffer,
	"Promise": promise, "dateObject": date, "regexpObject": regExp, "errorObject": errorKind,
	"argumentsObject": arguments, "generatorObject": generator,
	"stringObject": boxedString, "primitiveValueObject": boxed,
	"funcObject": function, "methodFuncObject": function, "arrowFuncObject": function, "nativeFuncObject": function,
	"wrappedFuncObject": function, "boundFuncObject": function, "templatedFuncObject": function,
	"baseFuncObject": function, "baseJsFuncObject": function, "classFuncObject": class,
	"generatorFuncObject": generatorFunction, "generatorMethodFuncObject": generatorFunction,
	"asyncFuncObject": asyncFunction, "asyncMethodFuncObject": asyncFunction, "asyncArrowFuncObject": asyncFunction,
}

// byType caches kinds by type. Any goroutine.
var byType sync.Map

// self returns the engine's own object behind o; reading its type and its integers is all that
// package reflect allows there, and all that is done.
func self(o *goja.Object) reflect.Value {
	return reflect.ValueOf(o).Elem().FieldByName("self").Elem()
}

// kindOf returns the kind of o without running JavaScript.
func kindOf(o *goja.Object) kind {
	t := self(o).Type()
	k, ok := byType.Load(t)
	if !ok {
		name := t.Name()
		if t.Kind() == reflect.Pointer {
			name = t.Elem().Name()
		}
		k = kinds[name]
		byType.Store(t, k)
	}
	if k == boxed {
		return boxedKind(o)
	}
	return k.(kind)
}

func boxedKind(o *goja.Object) kind {
	switch o.Export().(type) {
	case bool:
		return boxedBoolean
	case *big.Int:
		return boxedBigInt
	case int64, float64:
		return boxedNumber
	}
	return boxedSymbol
}

// isFunction reports whether o can be called, a callable Proxy included.
func isFunction(o *goja.Object) bool {
	switch kindOf(o) {
	case function, class, generatorFunction, asyncFunction:
		return true
	case proxy:
		_, ok := goja.AssertFunction(o)
		return ok
	}
	return false
}

// sloppyFunction reports whether o is a function declared outside strict mode.
func sloppyFunction(o *goja.Object) bool {
	v := self(o)
	if v.Kind() != reflect.Pointer || v.Type().Elem().Name() != "funcObject" {
		return false
	}
	strict := v.Elem().FieldByName("strict")
	return strict.IsValid() && !strict.Bool()
}

// simpleElements reports whether the array has no element that is an accessor, so that reading it
// runs nothing.
func simpleElements(o *goja.Object) bool {
	v := self(o)
	if v.Kind() != reflect.Pointer {
		return false
	}
	f := v.Elem().FieldByName("propValueCount")
	return f.IsValid() && f.Int() == 0
}

// onlyElements reports whether an array or typed array surely has no properties but its elements
// (and length): listing the keys of a large one is slow.
func onlyElements(o *goja.Object) bool {
	v := self(o)
	if v.Kind() != reflect.Pointer {
		return false
	}
	names, symbols := v.Elem().FieldByName("propNames"), v.Elem().FieldByName("symValues")
	return names.IsValid() && symbols.IsValid() && names.Len() <= 1 && symbols.IsNil() &&
		(v.Type().Elem().Name() == "arrayObject" && names.Len() == 1 || v.Type().Elem().Name() == "typedArrayObject" && names.Len() == 0)
}

// natives are functions of the engine as they were before programs could replace them.
type natives struct {
	vm              *goja.Runtime
	objectProto     *goja.Object
	functionProto   *goja.Object
	errorCtor       *goja.Object
	ownDescriptor   bind.Callable
	ownSymbols      bind.Callable
	objectText      bind.Callable
	hasOwn          bind.Callable
	isEnumerable    bind.Callable
	functionText    bind.Callable
	regExpText      bind.Callable
	regExpProto     *goja.Object
	dateISO         bind.Callable
	dateText        bind.Callable
	dateTime        bind.Callable
	errorText       bind.Callable
	mapEach         bind.Callable
	mapSize         bind.Callable
	mapGet          bind.Callable
	mapHas          bind.Callable
	setEach         bind.Callable
	setSize         bind.Callable
	setHas          bind.Callable
	typedArrayTag   bind.Callable
	stringValue     bind.Callable
	numberValue     bind.Callable
	symbolValue     bind.Callable
	bigIntValue     bind.Callable
	booleanValue    bind.Callable
	jsonStringify   bind.Callable
	promiseThen     bind.Callable
	parseInt        bind.Callable
	parseFloat      bind.Callable
	inspectCustom   *goja.Symbol
	promisifyCustom *goja.Symbol
}

func newNatives(vm *goja.Runtime) *natives {
	get := func(o goja.Value, path ...string) goja.Value {
		for _, p := range path {
			o = o.(*goja.Object).Get(p)
		}
		return o
	}
	g := vm.GlobalObject()
	fn := func(path ...string) bind.Callable {
		c, ok := bind.ToCallable(get(g, path...))
		if !ok {
			panic("BUG: util: the engine has no " + path[len(path)-1])
		}
		return c
	}
	n := &natives{
		vm:            vm,
		objectProto:   get(g, "Object", "prototype").(*goja.Object),
		functionProto: get(g, "Function", "prototype").(*goja.Object),
		errorCtor:     get(g, "Error").(*goja.Object),
		ownDescriptor: fn("Object", "getOwnPropertyDescriptor"),
		ownSymbols:    fn("Object", "getOwnPropertySymbols"),
		objectText:    fn("Object", "prototype", "toString"),
		hasOwn:        fn("Object", "prototype", "hasOwnProperty"),
		isEnumerable:  fn("Object", "prototype", "propertyIsEnumerable"),
		functionText:  fn("Function", "prototype", "toString"),
		regExpText:    fn("RegExp", "prototype", "toString"),
		regExpProto:   get(g, "RegExp", "prototype").(*goja.Object),
		dateISO:       fn("Date", "prototype", "toISOString"),
		dateText:      fn("Date", "prototype", "toString"),
		dateTime:      fn("Date", "prototype", "getTime"),
		errorText:     fn("Error", "prototype", "toString"),
		mapEach:       fn("Map", "prototype", "forEach"),
		mapGet:        fn("Map", "prototype", "get"),
		mapHas:        fn("Map", "prototype", "has"),
		setEach:       fn("Set", "prototype", "forEach"),
		setHas:        fn("Set", "prototype", "has"),
		stringValue:   fn("String", "prototype", "valueOf"),
		numberValue:   fn("Number", "prototype", "valueOf"),
		symbolValue:   fn("Symbol", "prototype", "valueOf"),
		bigIntValue:   fn("BigInt", "prototype", "valueOf"),
		booleanValue:  fn("Boolean", "prototype", "valueOf"),
		jsonStringify: fn("JSON", "stringify"),
		promiseThen:   fn("Promise", "prototype", "then"),
		parseInt:      fn("parseInt"),
		parseFloat:    fn("parseFloat"),
	}
	getter := func(proto goja.Value, key goja.Value) bind.Callable {
		d := n.ownDescriptor.Call(goja.Undefined(), proto, key).(*goja.Object)
		c, _ := bind.ToCallable(d.Get("get"))
		return c
	}
	n.mapSize = getter(get(g, "Map", "prototype"), bind.String("size"))
	n.setSize = getter(get(g, "Set", "prototype"), bind.String("size"))
	n.typedArrayTag = getter(get(g, "Uint8Array", "prototype").(*goja.Object).Prototype(), goja.SymToStringTag)
	symbolFor := fn("Symbol", "for")
	n.inspectCustom = symbolFor.Call(goja.Undefined(), bind.String("nodejs.util.inspect.custom")).(*goja.Symbol)
	n.promisifyCustom = symbolFor.Call(goja.Undefined(), bind.String("nodejs.util.promisify.custom")).(*goja.Symbol)
	return n
}

// regExpParts are what a regular expression was made of, whatever properties of its own the program gave it.
func (n *natives) regExpParts(o *goja.Object) (source, flags goja.Value) {
	part := func(name string) goja.Value {
		d := n.ownDescriptor.Call(goja.Undefined(), n.regExpProto, bind.String(name))
		if getter, ok := bind.ToCallable(bind.Property(d, "get")); ok {
			return getter.Call(o)
		}
		return o.Get(name) // the program has replaced the getter
	}
	return part("source"), part("flags")
}

// key is a property key.
type key struct {
	name string
	sym  *goja.Symbol // nil: name
	null bool         // shown as null: a property that V8 has and the engine lacks
}

func (k key) value() goja.Value {
	if k.sym != nil {
		return k.sym
	}
	return stringValue(k.name)
}

func (k key) get(o *goja.Object) goja.Value {
	var v goja.Value
	if k.sym != nil {
		v = o.GetSymbol(k.sym)
	} else {
		v = o.Get(k.name)
	}
	if v == nil {
		return goja.Undefined()
	}
	return v
}

// property is a property descriptor.
type property struct {
	value      goja.Value // nil for an accessor
	get, set   goja.Value // nil if undefined
	enumerable bool
	early      bool // of a namespace: it cannot be read yet
}

// own returns o's own property; ok is false if there is none.
func (n *natives) own(o *goja.Object, k key) (p property, ok bool) {
	d, ok := n.ownDescriptor.Call(goja.Undefined(), o, k.value()).(*goja.Object)
	if !ok {
		return p, false
	}
	p.enumerable = bind.Truthy(d.Get("enumerable"))
	if v := d.Get("value"); v != nil {
		p.value = v
		return p, true
	}
	if v, isFn := d.Get("get").(*goja.Object); isFn {
		p.get = v
	}
	if v, isFn := d.Get("set").(*goja.Object); isFn {
		p.set = v
	}
	return p, true
}

func (n *natives) owns(o *goja.Object, k key) bool {
	return n.hasOwn.Call(o, k.value()).ToBoolean()
}

func (n *natives) enumerable(o *goja.Object, k key) bool {
	return n.isEnumerable.Call(o, k.value()).ToBoolean()
}

// symbols lists o's own symbol keys but for the one that hides Go state.
func (n *natives) symbols(o *goja.Object, all bool) []*goja.Symbol {
	var out []*goja.Symbol
	add := func(s *goja.Symbol) {
		if s.String() == "gonode.state" {
			if p, ok := n.own(o, key{sym: s}); ok {
				if _, hidden := p.value.(*bind.State); hidden {
					return
				}
			}
		}
		out = append(out, s)
	}
	if !all {
		for _, s := range o.Symbols() {
			add(s)
		}
		return out
	}
	list := n.ownSymbols.Call(goja.Undefined(), o).(*goja.Object)
	for i, count := 0, int(list.Get("length").ToInteger()); i < count; i++ {
		add(list.Get(itoa(i)).(*goja.Symbol))
	}
	return out
}

// entries returns the keys and values of a Map, in order.
func (n *natives) entries(o *goja.Object) (keys, values []goja.Value) {
	n.mapEach.Call(o, n.vm.ToValue(func(c goja.FunctionCall) goja.Value {
		keys, values = append(keys, c.Argument(1)), append(values, c.Argument(0))
		return goja.Undefined()
	}))
	return keys, values
}

// members returns the values of a Set, in order.
func (n *natives) members(o *goja.Object) (values []goja.Value) {
	n.setEach.Call(o, n.vm.ToValue(func(c goja.FunctionCall) goja.Value {
		values = append(values, c.Argument(0))
		return goja.Undefined()
	}))
	return values
}

// unwrap returns the target behind any number of proxies; nil if one is revoked. isProxy tells
// whether there was one.
func unwrap(o *goja.Object) (target *goja.Object, isProxy bool) {
	for kindOf(o) == proxy {
		isProxy = true
		p, _ := o.Export().(goja.Proxy)
		o = p.Target()
		if o == nil {
			return nil, true
		}
	}
	return o, isProxy
}
