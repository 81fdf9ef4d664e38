package intl

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/intl/internal/langtag"
)

// locale is the state of an Intl.Locale.
type locale struct{ langtag.Tag }

func (r *room) localeClass() *bind.Built {
	const proto = "Intl.Locale.prototype."
	get := func(c goja.FunctionCall, method string) *locale { return self[*locale](r, c.This, proto+method) }
	var class *bind.Built
	other := func(name string, change func(langtag.Tag) langtag.Tag) bind.Method {
		return bind.Method{Name: name, Fn: func(c goja.FunctionCall) goja.Value {
			t := change(get(c, name).Tag)
			o, err := r.vm.New(class.Ctor, bind.String(t.String()))
			if err != nil {
				bind.Rethrow(err)
			}
			return o
		}}
	}
	accessor := func(name string, value func(l *locale) goja.Value) bind.Accessor {
		return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value { return value(get(c, name)) }}
	}
	keyword := func(name, key string) bind.Accessor {
		return accessor(name, func(l *locale) goja.Value {
			v, ok := l.Get(key)
			if !ok {
				return goja.Undefined()
			}
			return bind.String(v)
		})
	}
	class = r.class("Locale", 1, false, func(this *goja.Object, args []goja.Value) {
		bind.Own(this).Put(bind.Self, &locale{r.newLocale(bind.Arg(args, 0), bind.Arg(args, 1))})
	}, []bind.Method{
		{Name: "toString", Fn: func(c goja.FunctionCall) goja.Value { return bind.String(get(c, "toString").String()) }},
		other("maximize", langtag.Tag.Maximize),
		other("minimize", langtag.Tag.Minimize),
	}, []bind.Accessor{
		accessor("language", func(l *locale) goja.Value { return some(strings.TrimPrefix(l.Language, "und")) }),
		accessor("script", func(l *locale) goja.Value { return some(l.Script) }),
		accessor("region", func(l *locale) goja.Value { return some(l.Region) }),
		accessor("baseName", func(l *locale) goja.Value { return bind.String(l.BaseName()) }),
		keyword("calendar", "ca"), keyword("caseFirst", "kf"), keyword("collation", "co"), keyword("hourCycle", "hc"),
		accessor("numeric", func(l *locale) goja.Value {
			v, ok := l.Get("kn")
			return bind.Bool(ok && v == "")
		}),
		keyword("numberingSystem", "nu"),
		accessor("textInfo", func(l *locale) goja.Value { return r.object("direction", l.Direction()) }),
	})
	return class
}

// newLocale is the constructor: a tag, and options that change it.
func (r *room) newLocale(v, opts goja.Value) langtag.Tag {
	if _, isObject := v.(*goja.Object); !isObject && !goja.IsString(v) {
		r.typeError("First argument to Intl.Locale constructor can't be empty or missing")
	}
	var t langtag.Tag
	if l, ok := bind.SelfOf[*locale](v); ok {
		t = l.Tag
		t.Keywords = slices.Clone(t.Keywords)
	} else {
		s := r.text(v)
		if s == "" {
			r.rangeError("First argument to Intl.Locale constructor can't be empty or missing")
		}
		t = r.parseOne(s)
	}
	o := r.coerced(opts, "Intl.Locale")
	o.service = "locale"
	part := func(name string, slot *string, valid func(string) bool) {
		s, set := o.text(name)
		if !set {
			return
		}
		if !valid(s) {
			r.rangeError("Incorrect locale information provided")
		}
		*slot = s
	}
	part("language", &t.Language, langtag.IsLanguage)
	part("script", &t.Script, langtag.IsScript)
	part("region", &t.Region, langtag.IsRegion)
	t = r.parse(t.String()) // in canonical form
	word := func(name, key string, allowed ...string) {
		s, set := "", false
		if len(allowed) > 0 {
			s = o.choice(name, "", allowed...)
			set = s != ""
		} else if s, set = o.text(name); set && !langtag.IsType(s) {
			r.rangeError("Incorrect locale information provided")
		}
		if set {
			t.Set(key, s)
		}
	}
	word("calendar", "ca")
	word("collation", "co")
	word("hourCycle", "hc", "h11", "h12", "h23", "h24")
	word("caseFirst", "kf", "upper", "lower", "false")
	if numeric, set := o.boolean("numeric"); set {
		value := "false"
		if numeric {
			value = ""
		}
		t.Set("kn", value)
	}
	word("numberingSystem", "nu")
	return t
}
