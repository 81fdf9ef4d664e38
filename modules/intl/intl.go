// Package intl is the global Intl, and the methods of numbers, dates, strings and arrays that write for a
// locale. There is one locale, American English, by the names en and en-US: what is asked for in another
// language is answered in that one, as ECMA-402 has it for what an implementation lacks, and
// supportedLocalesOf says so.
//
// Follows ECMA-402, and V8 where it differs. Left out: other languages, calendars and numbering systems, and
// DisplayNames.
package intl

import (
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/intl/internal/english"
)

// Module has Intl, for the global object.
var Module = modules.Module{ID: "gonode:intl", Load: func(h *modules.Host) goja.Value {
	o := h.VM.NewObject()
	bind.Hide(o, "Intl", rooms.Of(h).namespace())
	return o
}}

var rooms = modules.NewRoom(func(h *modules.Host) *room {
	return &room{h: h, vm: h.VM}
})

type room struct {
	h  *modules.Host
	vm *goja.Runtime

	locale *bind.Built // nil until the namespace is made

	// What toLocaleString and localeCompare use without arguments; nil until they do.
	number   *english.Number
	dates    map[string]*english.Date
	collator *english.Collation
	local    *english.Zone
	localOf  *time.Location // whose zone local is

	writing []*goja.Object // the arrays that toLocaleString is in, the outermost first
}

func (r *room) namespace() *goja.Object {
	o := r.vm.NewObject()
	r.tag(o, "Intl")
	r.method(o, bind.Method{Name: "getCanonicalLocales", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		return r.strings(r.canonicalLocales(c.Argument(0)))
	}})
	r.method(o, bind.Method{Name: "supportedValuesOf", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		return r.supportedValues(r.text(c.Argument(0)))
	}})
	r.locale = r.localeClass()
	for _, c := range []*bind.Built{r.dateTimeFormat(), r.numberFormat(), r.collatorClass(), r.pluralRules(),
		r.relativeTimeFormat(), r.listFormat(), r.locale, r.displayNames(), r.segmenter()} {
		bind.Hide(o, c.Ctor.Get("name").String(), c.Ctor)
	}
	return o
}

// class makes a class of Intl. With callable it also works without new.
func (r *room) class(name string, length int, callable bool, construct func(this *goja.Object, args []goja.Value), methods []bind.Method, getters []bind.Accessor) *bind.Built {
	mode := bind.CallNever
	if callable {
		mode = bind.CallInstance
	}
	c := bind.Define(r.vm, bind.Class{Name: name, Length: length, Mode: mode, Construct: construct, Accessors: getters,
		NeedsNew: "Constructor Intl." + name + " requires 'new'"})
	r.tag(c.Proto, "Intl."+name)
	for _, m := range methods {
		r.method(c.Proto, m)
	}
	if name != "Locale" {
		r.method(c.Ctor, bind.Method{Name: "supportedLocalesOf", Length: 1, Fn: func(call goja.FunctionCall) goja.Value {
			return r.supportedLocales(call.Argument(0), call.Argument(1), "Intl."+name+".supportedLocalesOf")
		}})
	}
	return c
}

func (r *room) tag(o *goja.Object, name string) {
	o.DefineDataPropertySymbol(goja.SymToStringTag, bind.String(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

func (r *room) method(o *goja.Object, m bind.Method) {
	bind.Hide(o, m.Name, bind.Function(r.vm, m))
}

func (r *room) typeError(text string) { panic(r.h.Err.Plain(nodeerr.TypeError, text)) }

func (r *room) rangeError(text string) { panic(r.h.Err.Plain(nodeerr.RangeError, text)) }

// text is JavaScript's ToString.
func (r *room) text(v goja.Value) string {
	if _, ok := v.(*goja.Symbol); ok {
		r.typeError("Cannot convert a Symbol value to a string")
	}
	return bind.ToString(v).String()
}

// self returns the state behind the receiver of a method.
func self[T any](r *room, this goja.Value, method string) T {
	s, ok := bind.SelfOf[T](this)
	if !ok {
		r.incompatible(method, this)
	}
	return s
}

func (r *room) incompatible(method string, this goja.Value) {
	receiver := ""
	if o, isObject := this.(*goja.Object); isObject {
		receiver = "#<" + o.ClassName() + ">"
		if c, ok := o.Get("constructor").(*goja.Object); ok {
			if name := c.Get("name"); name != nil && name.String() != "" {
				receiver = "#<" + name.String() + ">"
			}
		}
	} else {
		receiver = r.text(this)
	}
	r.typeError("Method " + method + " called on incompatible receiver " + receiver)
}

func (r *room) strings(list []string) goja.Value {
	values := make([]any, len(list))
	for i, s := range list {
		values[i] = s
	}
	return r.vm.NewArray(values...)
}

// object makes a plain object of names and values in turn; undefined values are left out.
func (r *room) object(pairs ...any) *goja.Object {
	o := r.vm.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		v := r.vm.ToValue(pairs[i+1])
		if v != nil && !goja.IsUndefined(v) {
			o.DefineDataProperty(pairs[i].(string), v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		}
	}
	return o
}

// some is s, undefined if it is empty.
func some(s string) goja.Value {
	if s == "" {
		return goja.Undefined()
	}
	return bind.String(s)
}

// parts makes the array that formatToParts returns; the source of a part goes under the name source.
func (r *room) parts(list []english.Part, source string) goja.Value {
	values := make([]any, len(list))
	for i, p := range list {
		values[i] = r.object("type", p.Type, "value", p.Value, source, some(p.Source))
	}
	return r.vm.NewArray(values...)
}

// getter makes the accessor of a function that is bound to its object, made once.
func getter[T any](r *room, name, receiver string, length int, slot func(s T) **goja.Object, fn func(s T, args []goja.Value) goja.Value) bind.Accessor {
	return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value {
		s := self[T](r, c.This, receiver)
		f := slot(s)
		if *f == nil {
			*f = bind.Function(r.vm, bind.Method{Length: length, Fn: func(c goja.FunctionCall) goja.Value { return fn(s, c.Arguments) }})
		}
		return *f
	}}
}
