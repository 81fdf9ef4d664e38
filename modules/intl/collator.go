package intl

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/intl/internal/english"
)

// collator is the state of an Intl.Collator.
type collator struct {
	resolved
	english.Collation
	usage string
	bound *goja.Object // compare
}

func (r *room) newCollator(locales, opts goja.Value, service string) *collator {
	requested := r.requested(locales)
	o := r.coerced(opts, service)
	c := &collator{usage: o.choice("usage", "sort", "sort", "search")}
	o.matcher()
	o.typed("collation")
	numeric, hasNumeric := o.boolean("numeric")
	first := o.choice("caseFirst", "", "upper", "lower", "false")
	c.resolved = resolve(requested, map[string][]string{"kn": {"", "false"}, "kf": {"upper", "lower", "false"}})
	chosen := "false"
	if numeric {
		chosen = ""
	}
	c.Numeric = c.option("kn", chosen, hasNumeric, "false") == ""
	c.CaseFirst = c.option("kf", first, first != "", "false")
	c.Sensitivity = o.choice("sensitivity", "variant", "base", "accent", "case", "variant")
	c.IgnorePunctuation, _ = o.boolean("ignorePunctuation")
	return c
}

func (r *room) collatorClass() *bind.Built {
	return r.class("Collator", 0, true, func(this *goja.Object, args []goja.Value) {
		bind.Own(this).Put(bind.Self, r.newCollator(bind.Arg(args, 0), bind.Arg(args, 1), "Intl.Collator"))
	}, []bind.Method{
		{Name: "resolvedOptions", Fn: func(c goja.FunctionCall) goja.Value {
			s := self[*collator](r, c.This, "Intl.Collator.prototype.resolvedOptions")
			return r.object("locale", s.resolved.locale(), "usage", s.usage, "sensitivity", s.Sensitivity, "ignorePunctuation", s.IgnorePunctuation,
				"collation", "default", "numeric", s.Numeric, "caseFirst", s.CaseFirst)
		}},
	}, []bind.Accessor{getter(r, "compare", "get Intl.Collator.prototype.compare", 2, func(s *collator) **goja.Object { return &s.bound },
		func(s *collator, args []goja.Value) goja.Value {
			return bind.Int(s.Compare(r.text(bind.Arg(args, 0)), r.text(bind.Arg(args, 1))))
		})})
}
