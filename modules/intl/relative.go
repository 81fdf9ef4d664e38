package intl

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/intl/internal/english"
)

// relativeTimeFormat is the state of an Intl.RelativeTimeFormat.
type relativeTimeFormat struct {
	resolved
	style, numeric string
}

func (r *room) relativeTimeFormat() *bind.Built {
	const proto = "Intl.RelativeTimeFormat.prototype."
	parts := func(c goja.FunctionCall, method string) []english.Part {
		f := self[*relativeTimeFormat](r, c.This, proto+method)
		x := r.toNumber(c.Argument(0))
		unit := r.text(c.Argument(1))
		single := strings.TrimSuffix(unit, "s")
		if !english.KnowsRelativeUnit(single) {
			r.rangeError("Invalid unit argument for " + proto + method + "() '" + unit + "'")
		}
		d := english.FromFloat(x)
		if d.NaN || d.Infinite {
			r.rangeError("Value need to be finite number for " + proto + method + "()")
		}
		return english.RelativeTime(d, single, f.style, f.numeric == "auto")
	}
	return r.class("RelativeTimeFormat", 0, false, func(this *goja.Object, args []goja.Value) {
		requested := r.requested(bind.Arg(args, 0))
		o := r.coerced(bind.Arg(args, 1), "Intl.RelativeTimeFormat")
		o.matcher()
		nu := o.typed("numberingSystem")
		f := &relativeTimeFormat{resolved: resolve(requested, map[string][]string{"nu": {"latn"}})}
		f.unsupported("nu", nu, "latn")
		f.style = o.choice("style", "long", "long", "short", "narrow")
		f.numeric = o.choice("numeric", "always", "always", "auto")
		bind.Own(this).Put(bind.Self, f)
	}, []bind.Method{
		{Name: "resolvedOptions", Fn: func(c goja.FunctionCall) goja.Value {
			f := self[*relativeTimeFormat](r, c.This, proto+"resolvedOptions")
			return r.object("locale", f.resolved.locale(), "style", f.style, "numeric", f.numeric, "numberingSystem", "latn")
		}},
		{Name: "format", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			return bind.String(english.Text(parts(c, "format")))
		}},
		{Name: "formatToParts", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			return r.parts(parts(c, "formatToParts"), "unit")
		}},
	}, nil)
}
