package intl

import (
	"slices"
	"strconv"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/intl/internal/english"
	"github.com/gonode/gonode/modules/intl/internal/langtag"
)

// defaultLocale is what a request for any other language is answered in.
const defaultLocale = "en-US"

func (r *room) parse(s string) langtag.Tag {
	t, err := langtag.Parse(s)
	switch err {
	case nil:
	case langtag.ErrSubtags:
		r.rangeError("Invalid language tag: " + s)
	default:
		r.rangeError("Incorrect locale information provided")
	}
	return t
}

// parseOne is parse for the constructor of Locale, which tells nothing of what is wrong.
func (r *room) parseOne(s string) langtag.Tag {
	t, err := langtag.Parse(s)
	if err != nil {
		r.rangeError("Incorrect locale information provided")
	}
	return t
}

// requested reads an argument locales (ECMA-402, CanonicalizeLocaleList).
func (r *room) requested(v goja.Value) []langtag.Tag {
	if bind.IsUndefined(v) {
		return nil
	}
	if goja.IsString(v) {
		return []langtag.Tag{r.parse(v.String())}
	}
	if l, ok := bind.SelfOf[*locale](v); ok {
		return []langtag.Tag{l.Tag}
	}
	if goja.IsNull(v) {
		r.typeError("Cannot convert undefined or null to object")
	}
	o := v.ToObject(r.vm)
	var list []langtag.Tag
	var seen []string
	n := int64(0)
	if length := o.Get("length"); length != nil {
		n = length.ToInteger()
	}
	for i := int64(0); i < n; i++ {
		e := o.Get(strconv.FormatInt(i, 10))
		if e == nil {
			continue // a hole
		}
		var t langtag.Tag
		if l, ok := bind.SelfOf[*locale](e); ok {
			t = l.Tag
		} else {
			if _, isObject := e.(*goja.Object); !isObject && !goja.IsString(e) {
				r.typeError("Language ID should be string or object.")
			}
			t = r.parse(r.text(e))
		}
		if name := t.String(); !slices.Contains(seen, name) {
			seen = append(seen, name)
			list = append(list, t)
		}
	}
	return list
}

func (r *room) canonicalLocales(v goja.Value) []string {
	var names []string
	for _, t := range r.requested(v) {
		names = append(names, t.String())
	}
	return names
}

// available is the best of our locales for a tag, "" if there is none (ECMA-402, BestAvailableLocale).
func available(t langtag.Tag) string {
	switch {
	case t.Language != "en":
		return ""
	case t.Region == "US" && t.Script == "":
		return "en-US"
	}
	return "en"
}

func (r *room) supportedLocales(locales, opts goja.Value, service string) goja.Value {
	requested := r.requested(locales)
	if !bind.IsUndefined(opts) {
		r.coerced(opts, service).matcher()
	}
	names := []string{}
	for _, t := range requested {
		if available(t) != "" {
			names = append(names, t.String())
		}
	}
	return r.strings(names)
}

// resolved is the locale of a service with the keywords that it knows.
type resolved struct {
	name     string
	keywords langtag.Tag
}

// resolve chooses the locale. keys are the keywords that the service knows, with the values it takes; "" is true.
func resolve(requested []langtag.Tag, keys map[string][]string) resolved {
	for _, t := range requested {
		if name := available(t); name != "" {
			res := resolved{name: name}
			for _, k := range t.Keywords {
				if slices.Contains(keys[k.Key], k.Value) {
					res.keywords.Set(k.Key, k.Value)
				}
			}
			return res
		}
	}
	return resolved{name: defaultLocale}
}

// option is the value of a keyword after the option of the same meaning has been read: the option wins, and a
// keyword that says otherwise is gone from the locale.
func (l *resolved) option(key, chosen string, set bool, def string) string {
	value, has := l.keywords.Get(key)
	if !set {
		if has {
			return value
		}
		return def
	}
	if has && value != chosen {
		l.keywords.Keywords = slices.DeleteFunc(l.keywords.Keywords, func(k langtag.Keyword) bool { return k.Key == key })
	}
	return chosen
}

// locale is the name that resolvedOptions shows.
func (l *resolved) locale() string {
	l.keywords.Language = l.name
	return l.keywords.String()
}

// typed reads an option that is a type of Unicode's locale extensions, and checks its form.
func (o options) typed(name string) string {
	s := o.choice(name, "")
	if s != "" && !langtag.IsType(s) || s == "" && !bind.IsUndefined(o.get(name)) {
		o.r.rangeError("Invalid " + name + " : " + s)
	}
	return s
}

func (r *room) supportedValues(key string) goja.Value {
	switch key {
	case "calendar":
		return r.strings([]string{"gregory"})
	case "collation":
		return r.strings(nil)
	case "currency":
		return r.strings(english.Currencies())
	case "numberingSystem":
		return r.strings([]string{"latn"})
	case "timeZone":
		return r.strings(english.Zones())
	case "unit":
		return r.strings(english.Units())
	}
	r.rangeError("Invalid key : " + key)
	return nil
}
