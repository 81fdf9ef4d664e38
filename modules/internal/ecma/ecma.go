// Package ecma closes the gaps between the engine and the JavaScript that Node's programs are
// written in: methods of Annex B, newer built-ins, and Error objects with V8's stack and its
// captureStackTrace. What needs new syntax is out of reach here.
package ecma

import (
	"strings"

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
	guardArrays(vm)
	installMended(vm, guardChains(vm))
	guardSources(vm, sourceNesting)
	installStringify(vm)
	v, err := vm.RunProgram(polyfills)
	if err != nil {
		panic("BUG: ecma: " + err.Error())
	}
	fill, _ := goja.AssertFunction(v)
	// In Go, since each runtime does so some forty times.
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
	installHTML(vm)
}

// installHTML adds the methods of ECMA-262 §B.2.2 that make HTML of a string.
func installHTML(vm *goja.Runtime) {
	proto := vm.Get("String").(*goja.Object).Get("prototype").(*goja.Object)
	for _, m := range []struct{ name, tag, attr string }{
		{"anchor", "a", "name"}, {"big", "big", ""}, {"blink", "blink", ""}, {"bold", "b", ""}, {"fixed", "tt", ""},
		{"fontcolor", "font", "color"}, {"fontsize", "font", "size"}, {"italics", "i", ""}, {"link", "a", "href"},
		{"small", "small", ""}, {"strike", "strike", ""}, {"sub", "sub", ""}, {"sup", "sup", ""},
	} {
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
		hide(fn, "name", vm.ToValue(m.name))
		if m.attr != "" {
			hide(fn, "length", vm.ToValue(1))
		}
		proto.DefineDataProperty(m.name, fn, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
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
// No loops over keys here: the first makes the classes of iterators, or all of Object.prototype.
var methods = {
  __defineGetter__(name, fn) {
    if (typeof fn !== 'function') throw new TypeError('Object.prototype.__defineGetter__: Expecting function');
    Object.defineProperty(Object(this), name, { get: fn, enumerable: true, configurable: true });
  },
  __defineSetter__(name, fn) {
    if (typeof fn !== 'function') throw new TypeError('Object.prototype.__defineSetter__: Expecting function');
    Object.defineProperty(Object(this), name, { set: fn, enumerable: true, configurable: true });
  },
  __lookupGetter__(name) {
    for (var o = Object(this); o; o = Object.getPrototypeOf(o)) {
      var d = Object.getOwnPropertyDescriptor(o, name);
      if (d) return d.get;
    }
  },
  __lookupSetter__(name) {
    for (var o = Object(this); o; o = Object.getPrototypeOf(o)) {
      var d = Object.getOwnPropertyDescriptor(o, name);
      if (d) return d.set;
    }
  }
};
add(Object.prototype, '__defineGetter__', methods.__defineGetter__);
add(Object.prototype, '__defineSetter__', methods.__defineSetter__);
add(Object.prototype, '__lookupGetter__', methods.__lookupGetter__);
add(Object.prototype, '__lookupSetter__', methods.__lookupSetter__);
var date = {
  toGMTString() { return this.toUTCString(); },
  getYear() { return this.getFullYear() - 1900; },
  setYear(y) { y = +y; return this.setFullYear(y >= 0 && y <= 99 ? 1900 + Math.trunc(y) : y); }
};
add(Date.prototype, 'toGMTString', date.toGMTString);
add(Date.prototype, 'getYear', date.getYear);
add(Date.prototype, 'setYear', date.setYear);
add(String.prototype, 'isWellFormed', { isWellFormed() {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?:^|[^\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(String(this));
} }.isWellFormed);
add(String.prototype, 'toWellFormed', { toWellFormed() {
  return String(this).replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g, function (c) { return c.length === 2 ? c : '\uFFFD'; });
} }.toWellFormed);
add(Promise, 'withResolvers', { withResolvers() {
  var d = {};
  d.promise = new this(function (resolve, reject) { d.resolve = resolve; d.reject = reject; });
  return d;
} }.withResolvers);
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
