// Package ecma closes the gaps between the engine and the JavaScript that Node's programs are
// written in: methods of Annex B, newer built-ins, and Error objects with V8's stack and its
// captureStackTrace. What needs new syntax is out of reach here.
package ecma

import (
	"math"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// Install completes the built-ins of vm. Call it before anything takes a built-in from the
// global object.
//
// jsonDepth is how deep a text for JSON.parse may nest, sourceNesting how deep the brackets of a source.
func Install(vm *goja.Runtime, jsonDepth, sourceNesting int) {
	installErrors(vm)
	installSymbols(vm)
	guardJSON(vm, jsonDepth)
	guardRegExp(vm)
	guardSizes(vm)
	installFromEntries(vm)
	guardArrays(vm)
	installMended(vm, guardChains(vm))
	guardSources(vm, sourceNesting)
	installStringify(vm)
	v, err := vm.RunProgram(polyfills)
	if err != nil {
		panic("BUG: ecma: " + err.Error())
	}
	fill, _ := goja.AssertFunction(v)
	// In Go, which takes less of the start of a runtime.
	add := func(c goja.FunctionCall) goja.Value {
		o, name := c.Arguments[0].(*goja.Object), c.Arguments[1].String()
		if o.Get(name) == nil {
			o.DefineDataProperty(name, c.Arguments[2], goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
		return nil
	}
	if _, err := fill(goja.Undefined(), vm.ToValue(add)); err != nil {
		panic("BUG: ecma: " + err.Error())
	}
	installAccessors(vm)
	installYears(vm)
	installWellFormed(vm)
	installHTML(vm)
}

type htmlMethod struct {
	name, tag, attr string
	value           goja.Value // the name
}

// htmlMethods is shared by all runtimes: a string belongs to none.
var htmlMethods = func() []htmlMethod {
	list := []htmlMethod{
		{name: "anchor", tag: "a", attr: "name"}, {name: "big", tag: "big"}, {name: "blink", tag: "blink"}, {name: "bold", tag: "b"},
		{name: "fixed", tag: "tt"}, {name: "fontcolor", tag: "font", attr: "color"}, {name: "fontsize", tag: "font", attr: "size"},
		{name: "italics", tag: "i"}, {name: "link", tag: "a", attr: "href"}, {name: "small", tag: "small"}, {name: "strike", tag: "strike"},
		{name: "sub", tag: "sub"}, {name: "sup", tag: "sup"},
	}
	for i := range list {
		list[i].value = goja.StringFromUTF16(utf16.Encode([]rune(list[i].name)))
	}
	return list
}()

// installHTML adds the methods of ECMA-262 §B.2.2 that make HTML of a string.
func installHTML(vm *goja.Runtime) {
	proto := vm.Get("String").(*goja.Object).Get("prototype").(*goja.Object)
	for i := range htmlMethods {
		m := &htmlMethods[i]
		if proto.Get(m.name) != nil {
			continue
		}
		fn := vm.ToValue(func(c goja.FunctionCall) goja.Value {
			if goja.IsUndefined(c.This) || goja.IsNull(c.This) {
				panic(vm.NewTypeError("String.prototype." + m.name + " called on null or undefined"))
			}
			text := toText(vm, c.This)
			open := "<" + m.tag
			if m.attr != "" {
				open += " " + m.attr + `="` + strings.ReplaceAll(toText(vm, c.Argument(0)), `"`, "&quot;") + `"`
			}
			return vm.ToValue(open + ">" + text + "</" + m.tag + ">")
		}).(*goja.Object)
		hide(fn, "name", m.value)
		if m.attr != "" {
			hide(fn, "length", vm.ToValue(1))
		}
		proto.DefineDataProperty(m.name, fn, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

// method defines a method of a built-in class, unless the engine has it. A function of Go's takes less of the
// start of a runtime than one of JavaScript.
func method(vm *goja.Runtime, class, name string, length int, fn func(c goja.FunctionCall) goja.Value) {
	proto := vm.Get(class).(*goja.Object).Get("prototype").(*goja.Object)
	if proto.Get(name) != nil {
		return
	}
	f := vm.ToValue(fn).(*goja.Object)
	hide(f, "name", vm.ToValue(name))
	if length > 0 {
		hide(f, "length", vm.ToValue(length))
	}
	proto.DefineDataProperty(name, f, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// installAccessors adds the methods of ECMA-262 §B.2.2 that define and look up getters and setters.
func installAccessors(vm *goja.Runtime) {
	object := func(this goja.Value) *goja.Object {
		if goja.IsUndefined(this) || goja.IsNull(this) {
			panic(vm.NewTypeError("Cannot convert undefined or null to object"))
		}
		return this.ToObject(vm)
	}
	define := func(name string, with func(fn goja.Value) (get, set goja.Value)) {
		method(vm, "Object", name, 2, func(c goja.FunctionCall) goja.Value {
			o := object(c.This)
			if _, ok := goja.AssertFunction(c.Argument(1)); !ok {
				panic(vm.NewTypeError("Object.prototype." + name + ": Expecting function"))
			}
			get, set := with(c.Argument(1))
			var err error
			if symbol, ok := c.Argument(0).(*goja.Symbol); ok {
				err = o.DefineAccessorPropertySymbol(symbol, get, set, goja.FLAG_TRUE, goja.FLAG_TRUE)
			} else {
				err = o.DefineAccessorProperty(toText(vm, c.Argument(0)), get, set, goja.FLAG_TRUE, goja.FLAG_TRUE)
			}
			if err != nil {
				panic(err)
			}
			return goja.Undefined()
		})
	}
	define("__defineGetter__", func(fn goja.Value) (get, set goja.Value) { return fn, nil })
	define("__defineSetter__", func(fn goja.Value) (get, set goja.Value) { return nil, fn })
	lookup := func(name, half string) {
		method(vm, "Object", name, 1, func(c goja.FunctionCall) goja.Value {
			descriptor, ok := goja.AssertFunction(vm.Get("Object").(*goja.Object).Get("getOwnPropertyDescriptor"))
			if !ok {
				panic(vm.NewTypeError("Object.getOwnPropertyDescriptor is not a function"))
			}
			for o := object(c.This); o != nil; o = o.Prototype() {
				d, err := descriptor(goja.Undefined(), o, c.Argument(0))
				if err != nil {
					panic(err)
				}
				if own, ok := d.(*goja.Object); ok {
					if v := own.Get(half); v != nil {
						return v
					}
					break
				}
			}
			return goja.Undefined()
		})
	}
	lookup("__lookupGetter__", "get")
	lookup("__lookupSetter__", "set")
}

// installYears adds the methods of ECMA-262 §B.2.3 that count years from 1900.
func installYears(vm *goja.Runtime) {
	date := vm.Get("Date").(*goja.Object).Get("prototype").(*goja.Object)
	call := func(name string, this goja.Value, args ...goja.Value) goja.Value {
		fn, ok := goja.AssertFunction(date.Get(name))
		if !ok {
			panic(vm.NewTypeError("this." + name + " is not a function"))
		}
		v, err := fn(this, args...)
		if err != nil {
			panic(err)
		}
		return v
	}
	method(vm, "Date", "getYear", 0, func(c goja.FunctionCall) goja.Value {
		return vm.ToValue(call("getFullYear", c.This).ToFloat() - 1900)
	})
	method(vm, "Date", "setYear", 1, func(c goja.FunctionCall) goja.Value {
		year := c.Argument(0).ToNumber()
		if y := year.ToFloat(); y > -1 && y < 100 {
			year = vm.ToValue(1900 + math.Trunc(y))
		}
		return call("setFullYear", c.This, year)
	})
}

// installWellFormed adds the methods of strings that look for halves of characters.
func installWellFormed(vm *goja.Runtime) {
	units := func(c goja.FunctionCall, name string) []uint16 {
		if goja.IsUndefined(c.This) || goja.IsNull(c.This) {
			panic(vm.NewTypeError("String.prototype." + name + " called on null or undefined"))
		}
		s, _ := c.This.ToString().(goja.String)
		if s == nil {
			return utf16.Encode([]rune(toText(vm, c.This)))
		}
		u := make([]uint16, s.Length())
		for i := range u {
			u[i] = s.CharAt(i)
		}
		return u
	}
	// mend puts the replacement character in the place of each half, and reports whether there was one.
	mend := func(u []uint16) (found bool) {
		for i := 0; i < len(u); i++ {
			switch {
			case i+1 < len(u) && utf16.DecodeRune(rune(u[i]), rune(u[i+1])) != utf8.RuneError:
				i++
			case utf16.IsSurrogate(rune(u[i])):
				u[i], found = utf8.RuneError, true
			}
		}
		return found
	}
	method(vm, "String", "isWellFormed", 0, func(c goja.FunctionCall) goja.Value {
		return vm.ToValue(!mend(units(c, "isWellFormed")))
	})
	method(vm, "String", "toWellFormed", 0, func(c goja.FunctionCall) goja.Value {
		u := units(c, "toWellFormed")
		mend(u)
		return goja.StringFromUTF16(u)
	})
}

func installSymbols(vm *goja.Runtime) {
	symbol := vm.Get("Symbol").(*goja.Object)
	for _, name := range []string{"asyncIterator", "dispose", "asyncDispose"} {
		if symbol.Get(name) == nil {
			symbol.DefineDataProperty(name, goja.NewSymbol("Symbol."+name), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
		}
	}
}

// toText is JavaScript's ToString.
func toText(vm *goja.Runtime, v goja.Value) string {
	if _, ok := v.(*goja.Symbol); ok {
		panic(vm.NewTypeError("Cannot convert a Symbol value to a string"))
	}
	return v.ToString().String()
}

// polyfills is compiled once for all runtimes. Each addition is skipped where the engine has the
// method by now. Sources: ECMA-262 Annex B.2 and the sections named after the methods.
var polyfills = goja.MustCompile("gonode:ecma", `(function (add) {
'use strict';
add(Date.prototype, 'toGMTString', Date.prototype.toUTCString); // one function, B.2.3.3
add(Promise, 'withResolvers', { withResolvers() {
  var d = {};
  d.promise = new this(function (resolve, reject) { d.resolve = resolve; d.reject = reject; });
  return d;
} }.withResolvers);
var bytes = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength').get;
var fixed = { // of buffers that cannot be resized: the engine has no others
  get maxByteLength() { return bytes.call(this); },
  get resizable() { bytes.call(this); return false; },
  resize(length) { throw new TypeError('Method ArrayBuffer.prototype.resize called on incompatible receiver #<ArrayBuffer>'); },
};
for (var name of ['maxByteLength', 'resizable', 'resize']) {
  if (name in ArrayBuffer.prototype) continue;
  var d = Object.getOwnPropertyDescriptor(fixed, name);
  d.enumerable = false;
  Object.defineProperty(ArrayBuffer.prototype, name, d);
}
add(Object, 'groupBy', { groupBy(items, fn) {
  var out = Object.create(null), i = 0;
  for (var v of items) { var key = fn(v, i++); (out[key] || (out[key] = [])).push(v); }
  return out;
} }.groupBy);
add(Array, 'fromAsync', { async fromAsync(items, fn) {
  var out = [], i = 0, step;
  var method = items[Symbol.asyncIterator];
  if (method) {
    var it = method.call(items);
    while (!(step = await it.next()).done) out.push(fn ? await fn(step.value, i++) : step.value);
    return out;
  }
  for (var v of (items[Symbol.iterator] ? items : Array.from(items))) { v = await v; out.push(fn ? await fn(v, i++) : v); }
  return out;
} }.fromAsync);
})`, false)
