package intl

import (
	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/intl/internal/english"
)

// listFormat is the state of an Intl.ListFormat.
type listFormat struct {
	resolved
	kind, style string
}

func (r *room) listFormat() *bind.Built {
	const proto = "Intl.ListFormat.prototype."
	parts := func(c goja.FunctionCall, method string) []english.Part {
		l := self[*listFormat](r, c.This, proto+method)
		return english.List(l.kind, l.style, r.items(c.Argument(0)))
	}
	return r.class("ListFormat", 0, false, func(this *goja.Object, args []goja.Value) {
		requested := r.requested(bind.Arg(args, 0))
		o := r.strict(bind.Arg(args, 1), "Intl.ListFormat")
		o.matcher()
		l := &listFormat{resolved: resolve(requested, nil)}
		l.kind = o.choice("type", "conjunction", "conjunction", "disjunction", "unit")
		l.style = o.choice("style", "long", "long", "short", "narrow")
		bind.Own(this).Put(bind.Self, l)
	}, []bind.Method{
		{Name: "resolvedOptions", Fn: func(c goja.FunctionCall) goja.Value {
			l := self[*listFormat](r, c.This, proto+"resolvedOptions")
			return r.object("locale", l.resolved.locale(), "type", l.kind, "style", l.style)
		}},
		{Name: "format", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			return bind.String(english.Text(parts(c, "format")))
		}},
		{Name: "formatToParts", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			return r.parts(parts(c, "formatToParts"), "source")
		}},
	}, nil)
}

// items reads an iterable of strings.
func (r *room) items(v goja.Value) []string {
	if bind.IsUndefined(v) {
		return nil
	}
	if goja.IsNull(v) || v.ToObject(r.vm).GetSymbol(goja.SymIterator) == nil {
		r.typeError(typeOf(v) + " " + r.text(v) + " is not iterable (cannot read property Symbol(Symbol.iterator))")
	}
	var list []string
	r.vm.ForOf(v, func(item goja.Value) bool {
		if !goja.IsString(item) {
			r.typeError("Iterable yielded " + r.text(item) + " which is not a string")
		}
		list = append(list, item.String())
		return true
	})
	return list
}

func typeOf(v goja.Value) string {
	switch {
	case goja.IsNull(v):
		return "object"
	case isSymbol(v):
		return "symbol"
	case isBigInt(v):
		return "bigint"
	}
	if _, ok := v.(*goja.Object); ok {
		return "object"
	}
	if _, ok := v.Export().(bool); ok {
		return "boolean"
	}
	return "number"
}
