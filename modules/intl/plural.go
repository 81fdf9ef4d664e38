package intl

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/intl/internal/english"
)

// pluralRules is the state of an Intl.PluralRules.
type pluralRules struct {
	resolved
	english.Digits
	ordinal bool
}

func (p *pluralRules) category(x english.Decimal) string {
	minFraction := p.Round(&x)
	x.Negative = false
	if p.ordinal {
		return english.Ordinal(x)
	}
	return english.Cardinal(x, minFraction)
}

func (r *room) pluralRules() *bind.Built {
	const proto = "Intl.PluralRules.prototype."
	return r.class("PluralRules", 0, false, func(this *goja.Object, args []goja.Value) {
		requested := r.requested(bind.Arg(args, 0))
		o := r.coerced(bind.Arg(args, 1), "Intl.PluralRules")
		o.matcher()
		p := &pluralRules{resolved: resolve(requested, nil)}
		p.ordinal = o.choice("type", "cardinal", "cardinal", "ordinal") == "ordinal"
		p.Digits = o.digits(digitDefaults{maxFraction: 3})
		bind.Own(this).Put(bind.Self, p)
	}, []bind.Method{
		{Name: "resolvedOptions", Fn: func(c goja.FunctionCall) goja.Value {
			p := self[*pluralRules](r, c.This, proto+"resolvedOptions")
			kind, categories := "cardinal", []string{"one", "other"}
			if p.ordinal {
				kind, categories = "ordinal", []string{"few", "one", "two", "other"}
			}
			o := r.object("locale", p.resolved.locale(), "type", kind)
			r.digitOptions(o, &p.Digits)
			o.Set("pluralCategories", r.strings(categories))
			return o
		}},
		{Name: "select", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			p := self[*pluralRules](r, c.This, proto+"select")
			return bind.String(p.category(english.FromFloat(r.toNumber(c.Argument(0)))))
		}},
		{Name: "selectRange", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			self[*pluralRules](r, c.This, proto+"selectRange")
			for i, name := range []string{"startRange", "endRange"} {
				if bind.IsUndefined(c.Argument(i)) {
					r.typeError("Invalid " + name + " : undefined")
				}
			}
			for i, name := range []string{"startRange", "endRange"} {
				if x := r.toNumber(c.Argument(i)); x != x {
					r.rangeError("Invalid " + name + " : NaN")
				}
			}
			return bind.String("other") // of every range, in English
		}},
	}, nil)
}
