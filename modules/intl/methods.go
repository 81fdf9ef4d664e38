package intl

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/intl/internal/english"
)

// Install puts the methods of built-in classes that write for a locale in the place of the engine's. Each
// runtime does so at its start: there are few functions, and no Intl until one of them is called.
func Install(h *modules.Host) {
	class := func(name string) *goja.Object { return h.VM.Get(name).(*goja.Object) }
	put := func(class *goja.Object, name string, length int, fn func(r *room, c goja.FunctionCall) goja.Value) {
		proto := class.Get("prototype").(*goja.Object)
		// Set, not a definition: the property is what it should be, and to define it makes all of the class.
		proto.Set(name, bind.Function(h.VM, bind.Method{Name: name, Length: length, Fn: func(c goja.FunctionCall) goja.Value {
			return fn(rooms.Of(h), c)
		}}))
	}
	define := func(name, method string, length int, fn func(r *room, c goja.FunctionCall) goja.Value) {
		put(class(name), method, length, fn)
	}
	define("Array", "toLocaleString", 0, (*room).arrayToLocaleString)
	put(class("Uint8Array").Prototype(), "toLocaleString", 0, (*room).arrayToLocaleString)
	define("BigInt", "toLocaleString", 0, (*room).bigIntToLocaleString)
	define("Number", "toLocaleString", 0, (*room).numberToLocaleString)
	define("String", "localeCompare", 1, (*room).localeCompare)
	for _, m := range []struct{ name, required, defaults string }{
		{"toLocaleString", "any", "all"}, {"toLocaleDateString", "date", "date"}, {"toLocaleTimeString", "time", "time"},
	} {
		define("Date", m.name, 0, func(r *room, c goja.FunctionCall) goja.Value {
			return r.dateToLocaleString(c, m.name, m.required, m.defaults)
		})
	}
	for _, name := range []string{"toString", "toTimeString"} {
		define("Date", name, 0, func(r *room, c goja.FunctionCall) goja.Value {
			return r.dateToString(c, name, name == "toString")
		})
	}
}

// dateToString are Date.prototype.toString and toTimeString. The engine's have a zone's abbreviation where V8
// has its long name.
func (r *room) dateToString(c goja.FunctionCall, name string, withDay bool) goja.Value {
	o, ok := c.This.(*goja.Object)
	if !ok || o.ClassName() != "Date" {
		r.incompatible("Date.prototype."+name, c.This)
	}
	t, ok := o.Export().(time.Time)
	if !ok {
		return bind.String("Invalid Date")
	}
	var b strings.Builder
	if withDay {
		b.WriteString(t.Format("Mon Jan 02 "))
		year := t.Year()
		if year < 0 {
			b.WriteByte('-')
			year = -year
		}
		fmt.Fprintf(&b, "%04d ", year)
	}
	b.WriteString(t.Format("15:04:05 GMT-0700 ("))
	b.WriteString(r.localZone().LongName(t))
	b.WriteByte(')')
	return bind.String(b.String())
}

// maxNesting is how deep arrays may nest: they are written by recursion on the Go stack.
const maxNesting = 2500

// arrayToLocaleString is for arrays of both kinds. An array within itself is written as nothing.
func (r *room) arrayToLocaleString(c goja.FunctionCall) goja.Value {
	if bind.IsNullish(c.This) {
		r.typeError("Cannot convert undefined or null to object")
	}
	o := c.This.ToObject(r.vm)
	if slices.Contains(r.writing, o) {
		return bind.String("")
	}
	if len(r.writing) >= maxNesting {
		r.rangeError("Maximum call stack size exceeded")
	}
	r.writing = append(r.writing, o)
	defer func() { r.writing = r.writing[:len(r.writing)-1] }()
	args := slices.Clone(c.Arguments[:min(2, len(c.Arguments))])
	var b goja.StringBuilder
	for i, n := int64(0), bind.Property(o, "length").ToInteger(); i < n; i++ {
		if i > 0 {
			b.WriteString(comma)
		}
		v := o.Get(strconv.FormatInt(i, 10))
		if bind.IsNullish(v) {
			continue
		}
		fn, ok := bind.ToCallable(v.ToObject(r.vm).Get("toLocaleString"))
		if !ok {
			r.typeError(r.text(v) + ".toLocaleString is not a function")
		}
		text := fn.Call(v, args...)
		r.text(text) // throws for a symbol
		b.WriteString(bind.ToString(text))
	}
	return b.String()
}

var comma = bind.Constant(",").(goja.String)

// plain reports whether neither locales nor options are given, or such as change nothing.
func plain(c goja.FunctionCall) bool {
	for i, v := range c.Arguments {
		if i < 2 && !goja.IsUndefined(v) && !(i == 0 && goja.IsString(v) && (v.String() == "en-US" || v.String() == "en")) {
			return false
		}
	}
	return true
}

func (r *room) numberToLocaleString(c goja.FunctionCall) goja.Value {
	v := c.This
	if o, ok := v.(*goja.Object); ok && o.ClassName() == "Number" {
		v = o.ToNumber()
	}
	if !goja.IsNumber(v) {
		r.typeError("Number.prototype.toLocaleString requires that 'this' be a Number")
	}
	return r.writeNumber(c, english.FromFloat(v.ToFloat()), "Number.prototype.toLocaleString")
}

func (r *room) bigIntToLocaleString(c goja.FunctionCall) goja.Value {
	v := c.This
	if o, ok := v.(*goja.Object); ok && o.ClassName() == "BigInt" {
		v = bind.Invoke(r.vm, o, "valueOf")
	}
	n, ok := bind.Exported[*big.Int](v)
	if !ok {
		r.typeError("BigInt.prototype.toLocaleString requires that 'this' be a BigInt")
	}
	return r.writeNumber(c, english.FromBig(n), "BigInt.prototype.toLocaleString")
}

func (r *room) writeNumber(c goja.FunctionCall, x english.Decimal, service string) goja.Value {
	if !plain(c) {
		return bind.String(english.Text(r.newNumberFormat(c.Argument(0), c.Argument(1), service).Format(x)))
	}
	if r.number == nil {
		r.number = &r.newNumberFormat(goja.Undefined(), goja.Undefined(), service).Number
	}
	return bind.String(english.Text(r.number.Format(x)))
}

func (r *room) dateToLocaleString(c goja.FunctionCall, name, required, defaults string) goja.Value {
	service := "Date.prototype." + name
	o, ok := c.This.(*goja.Object)
	if !ok || o.ClassName() != "Date" {
		r.incompatible(service, c.This)
	}
	t, ok := o.Export().(time.Time)
	if !ok {
		return bind.String("Invalid Date")
	}
	if !plain(c) {
		return bind.String(r.newDateTimeFormat(c.Argument(0), c.Argument(1), service, required, defaults).Text(t))
	}
	r.localZone() // makes those of another zone forgotten
	d := r.dates[name]
	if d == nil {
		if r.dates == nil {
			r.dates = make(map[string]*english.Date)
		}
		d = &r.newDateTimeFormat(goja.Undefined(), goja.Undefined(), service, required, defaults).Date
		r.dates[name] = d
	}
	return bind.String(d.Text(t))
}

func (r *room) localeCompare(c goja.FunctionCall) goja.Value {
	const service = "String.prototype.localeCompare"
	if bind.IsNullish(c.This) {
		r.typeError(service + " called on null or undefined")
	}
	this, that := r.text(c.This), r.text(c.Argument(0))
	var args []goja.Value
	if len(c.Arguments) > 1 {
		args = c.Arguments[1:]
	}
	if !plain(goja.FunctionCall{Arguments: args}) {
		return bind.Int(r.newCollator(c.Argument(1), c.Argument(2), service).Compare(this, that))
	}
	if r.collator == nil {
		r.collator = &r.newCollator(goja.Undefined(), goja.Undefined(), service).Collation
	}
	return bind.Int(r.collator.Compare(this, that))
}
