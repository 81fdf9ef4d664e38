package fetch

import (
	"fmt"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// This file is what Web IDL asks of every class and argument, with the messages of Node's.
//
// Source: Node v20 deps/undici, lib/web/fetch/webidl.js.

// class makes a class, whose members are enumerable and which does not work without new.
func (r *Room) class(c bind.Class) *bind.Built {
	c.Mode, c.NeedsNew = bind.CallNever, "Class constructor _"+c.Name+" cannot be invoked without 'new'"
	methods, accessors, statics := c.Methods, c.Accessors, c.Statics
	c.Methods, c.Accessors, c.Statics = nil, nil, nil
	b := bind.Define(r.vm, c)
	for _, a := range accessors {
		get := bind.Function(r.vm, bind.Method{Name: "get " + a.Name, Fn: a.Get})
		b.Proto.DefineAccessorProperty(a.Name, get, nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	bind.DefineMethods(r.vm, b.Proto, methods)
	bind.DefineMethods(r.vm, b.Ctor, statics)
	b.Proto.DefineDataPropertySymbol(goja.SymToStringTag, bind.String(c.Name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return b
}

// inspectAs gives the objects of a class their form under util.inspect: what fn returns for the options.
func (r *Room) inspectAs(b *bind.Built, fn func(this goja.Value, opts *goja.Object) string) {
	custom := bind.Invoke(r.vm, r.vm.Get("Symbol").(*goja.Object), "for", bind.String("nodejs.util.inspect.custom")).(*goja.Symbol)
	show := func(c goja.FunctionCall) goja.Value {
		opts, ok := c.Argument(1).(*goja.Object)
		if !ok {
			opts = r.vm.NewObject()
		}
		if bind.IsNullish(opts.Get("depth")) {
			opts.Set("depth", c.Argument(0))
		}
		return r.vm.ToValue(fn(c.This, opts))
	}
	b.Proto.DefineDataPropertySymbol(custom, bind.Function(r.vm, bind.Method{Name: "[nodejs.util.inspect.custom]", Length: 2, Fn: show}),
		goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// this is the state of the receiver; it throws if that is not of the class.
func this[T any](r *Room, v goja.Value) T {
	t, ok := bind.SelfOf[T](v)
	if !ok {
		e := r.typeError("Illegal invocation")
		e.Set("code", "ERR_INVALID_THIS")
		panic(e)
	}
	return t
}

// method makes the method name of class, which has n required arguments.
func method[T any](r *Room, class, name string, n int, fn func(t T, c goja.FunctionCall) goja.Value) bind.Method {
	return bind.Method{Name: name, Length: n, Fn: func(c goja.FunctionCall) goja.Value {
		t := this[T](r, c.This)
		r.needs(c.Arguments, n, class+"."+name)
		return fn(t, c)
	}}
}

// accessor makes a read-only accessor.
func accessor[T any](r *Room, name string, fn func(t T) goja.Value) bind.Accessor {
	return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value { return fn(this[T](r, c.This)) }}
}

func (r *Room) typeError(format string, args ...any) *goja.Object {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	return r.h.Err.Plain(nodeerr.TypeError, format)
}

// needs throws unless there are n arguments.
func (r *Room) needs(args []goja.Value, n int, prefix string) {
	if len(args) >= n {
		return
	}
	plural, only := "", ""
	if n != 1 {
		plural = "s"
	}
	if len(args) > 0 {
		only = " only"
	}
	panic(r.typeError("%s: %d argument%s required, but%s %d found.", prefix, n, plural, only, len(args)))
}

// domString is the conversion to DOMString.
func (r *Room) domString(v goja.Value, prefix, argument string) goja.String {
	if _, ok := v.(*goja.Symbol); ok {
		panic(r.typeError("%s: %s is a symbol, which cannot be converted to a DOMString.", prefix, argument))
	}
	return bind.ToString(v)
}

// byteString is the conversion to ByteString: text of the characters up to U+00FF.
func (r *Room) byteString(v goja.Value, prefix, argument string) string {
	s := r.domString(v, prefix, argument)
	text := s.String()
	for i := range len(text) {
		if text[i] < 0x80 {
			continue
		}
		for i := range s.Length() {
			if c := s.CharAt(i); c > 0xFF {
				panic(r.typeError("Cannot convert argument to a ByteString because the character at index %d has a value of %d which is greater than 255.", i, c))
			}
		}
		break
	}
	return text
}

// usvString is the conversion to USVString: lone surrogates become U+FFFD.
func (r *Room) usvString(v goja.Value) string {
	if _, ok := v.(*goja.Symbol); ok {
		panic(r.typeError("Cannot convert a Symbol value to a string"))
	}
	return bind.ToString(v).String()
}

// shown is how messages show a value.
func (r *Room) shown(v goja.Value) string {
	switch {
	case nodeerr.IsString(v):
		return `"` + v.String() + `"`
	case isObject(v):
		return r.util.Inspect(v)
	}
	if s, ok := v.(*goja.Symbol); ok {
		return "Symbol(" + s.String() + ")"
	}
	return v.String()
}

func isObject(v goja.Value) bool {
	_, ok := v.(*goja.Object)
	return ok
}

// sequence walks over v, which has to be iterable; iterator is its method, nil to look it up.
func (r *Room) sequence(v goja.Value, prefix, argument string, iterator goja.Value, fn func(v goja.Value, argument string)) {
	o, ok := v.(*goja.Object)
	if !ok {
		panic(r.typeError("%s: %s (%s) is not iterable.", prefix, argument, r.shown(v)))
	}
	if iterator == nil {
		iterator = o.GetSymbol(goja.SymIterator)
	}
	var next bind.Callable
	var it goja.Value
	if !bind.IsNullish(iterator) {
		it = bind.CallGiven(r.vm, "iterator", iterator, o)
		next, ok = bind.ToCallable(bind.Property(it, "next"))
	}
	if it == nil || !ok {
		panic(r.typeError("%s: %s is not iterable.", prefix, argument))
	}
	for i := 0; ; i++ {
		step := next.Call(it)
		if bind.Truthy(bind.Property(step, "done")) {
			return
		}
		fn(bind.Property(step, "value"), fmt.Sprintf("%s[%d]", argument, i))
	}
}

// unconvertible says what a value could not be converted to.
func (r *Room) unconvertible(prefix, argument string, types ...string) *goja.Object {
	one := ""
	if len(types) > 1 {
		one = " one of"
	}
	return r.typeError("%s: %s could not be converted to%s: %s.", prefix, argument, one, strings.Join(types, ", "))
}
