package intl

import (
	"math"
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// options reads the second argument of a service: its name stands in the errors.
type options struct {
	r       *room
	o       *goja.Object // nil: undefined
	service string
}

// coerced takes any value but null.
func (r *room) coerced(v goja.Value, service string) options {
	switch {
	case bind.IsUndefined(v):
		return options{r, nil, service}
	case goja.IsNull(v):
		r.typeError(service + " called on null or undefined")
	}
	return options{r, v.ToObject(r.vm), service}
}

// strict takes objects only.
func (r *room) strict(v goja.Value, service string) options {
	if bind.IsUndefined(v) {
		return options{r, nil, service}
	}
	o, ok := v.(*goja.Object)
	if !ok {
		r.typeError("invalid_argument")
	}
	return options{r, o, service}
}

func (o options) get(name string) goja.Value {
	if o.o == nil {
		return goja.Undefined()
	}
	if v := o.o.Get(name); v != nil {
		return v
	}
	return goja.Undefined()
}

// choice reads one of several words; def if it is undefined.
func (o options) choice(name, def string, allowed ...string) string {
	v := o.get(name)
	if bind.IsUndefined(v) {
		return def
	}
	s := o.r.text(v)
	if len(allowed) > 0 && !slices.Contains(allowed, s) {
		o.r.rangeError("Value " + s + " out of range for " + o.service + " options property " + name)
	}
	return s
}

// boolean reads a truth; set is false if it is undefined.
func (o options) boolean(name string) (value, set bool) {
	v := o.get(name)
	return v.ToBoolean(), !bind.IsUndefined(v)
}

// integer reads a number from least to most; def if it is undefined.
func (o options) integer(name string, least, most, def int) int {
	return o.r.within(o.get(name), name, least, most, def)
}

func (r *room) within(v goja.Value, name string, least, most, def int) int {
	if bind.IsUndefined(v) {
		return def
	}
	f := r.toNumber(v)
	if math.IsNaN(f) || f < float64(least) || f > float64(most) {
		r.rangeError(name + " value is out of range.")
	}
	return int(math.Floor(f))
}

// matcher reads localeMatcher, which changes nothing.
func (o options) matcher() { o.choice("localeMatcher", "best fit", "lookup", "best fit") }

// toNumber is JavaScript's ToNumber.
func (r *room) toNumber(v goja.Value) float64 {
	if o, ok := v.(*goja.Object); ok {
		v = o.ToNumber()
	}
	switch {
	case isBigInt(v):
		r.typeError("Cannot convert a BigInt value to a number")
	case isSymbol(v):
		r.typeError("Cannot convert a Symbol value to a number")
	}
	return v.ToFloat()
}

func isSymbol(v goja.Value) bool { _, ok := v.(*goja.Symbol); return ok }
