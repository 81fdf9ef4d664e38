package url

import (
	"cmp"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/querystring"
)

// URLSearchParams is the state of a URLSearchParams object.
//
// Source: Node v20 lib/internal/url.js, class URLSearchParams.
type URLSearchParams struct {
	list []pair
	url  *URL // whose parameters these are; nil if they stand alone
}

type pair struct{ name, value string }

// paramsIterator is the state of what entries, keys and values return. It is live.
type paramsIterator struct {
	params *URLSearchParams
	kind   iteration
	next   int
}

type iteration uint8

const (
	overEntries iteration = iota
	overKeys
	overValues
)

// parseParams parses application/x-www-form-urlencoded, with or without a question mark.
func parseParams(s string) []pair {
	s = strings.TrimPrefix(s, "?")
	if s == "" {
		return nil
	}
	list := make([]pair, 0, strings.Count(s, "&")+1)
	for part := range strings.SplitSeq(s, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		list = append(list, pair{unescapeForm(name), unescapeForm(value)})
	}
	return list
}

// unescapeForm decodes a name or value. Like Node it leaves the work to querystring.unescape, but
// only where something is escaped.
func unescapeForm(s string) string {
	s = strings.ReplaceAll(s, "+", " ")
	for i := 0; i+2 < len(s); i++ {
		if s[i] == '%' && isHex(s[i+1]) && isHex(s[i+2]) {
			return querystring.Unescape(s, false)
		}
	}
	return s
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// serialize is the inverse of parseParams.
func serialize(list []pair) string {
	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteByte('&')
		}
		escapeForm(&b, p.name)
		b.WriteByte('=')
		escapeForm(&b, p.value)
	}
	return b.String()
}

func escapeForm(b *strings.Builder, s string) {
	const upperHex = "0123456789ABCDEF"
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '*', c == '-', c == '.', c == '_':
			b.WriteByte(c)
		case c == ' ':
			b.WriteByte('+')
		default:
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		}
	}
}

// compareUTF16 orders strings as JavaScript does, by code units.
func compareUTF16(a, b string) int {
	for a != "" && b != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if x != y {
			// A surrogate stands between U+D7FF and U+E000.
			if (x > 0xFFFF) != (y > 0xFFFF) {
				if x > 0xFFFF {
					x = 0xD800
				} else {
					y = 0xD800
				}
			}
			return cmp.Compare(x, y)
		}
		a, b = a[n:], b[m:]
	}
	return cmp.Compare(len(a), len(b))
}

func (r *Room) constructParams(this *goja.Object, args []goja.Value) {
	p := &URLSearchParams{}
	bind.Own(this).Put(bind.Self, p)
	init := bind.Arg(args, 0)
	if bind.IsNullish(init) {
		return
	}
	o, ok := init.(*goja.Object)
	if !ok {
		p.list = parseParams(r.text(init))
		return
	}
	method := o.GetSymbol(goja.SymIterator)
	if from, ok := bind.SelfOf[*URLSearchParams](o); ok && method != nil && method.SameAs(this.GetSymbol(goja.SymIterator)) {
		p.list = slices.Clone(from.list)
		return
	}
	if bind.IsNullish(method) {
		r.addRecord(p, o)
		return
	}
	if _, ok := goja.AssertFunction(method); !ok {
		panic(r.h.Err.Coded(nodeerr.TypeError, "ERR_ARG_NOT_ITERABLE", "Query pairs must be iterable"))
	}
	r.h.VM.ForOf(o, func(v goja.Value) bool {
		p.list = append(p.list, r.tuple(v))
		return true
	})
}

// tuple is one element of a sequence: a sequence of two.
func (r *Room) tuple(v goja.Value) pair {
	var got [2]string
	n := 0
	if o, ok := v.(*goja.Object); ok {
		if _, ok := goja.AssertFunction(o.GetSymbol(goja.SymIterator)); ok {
			if o.ClassName() == "Array" && o.Get("length").ToInteger() != 2 {
				n = -1
			} else {
				r.h.VM.ForOf(o, func(x goja.Value) bool {
					if s := r.text(x); n < 2 {
						got[n] = s
					}
					n++
					return true
				})
			}
		}
	}
	if n != 2 {
		r.h.Err.Throw("ERR_INVALID_TUPLE", "Each query pair", "[name, value]")
	}
	return pair{got[0], got[1]}
}

// addRecord takes the own enumerable properties of o. Names that are the same without their lone
// surrogates become one, with the last value.
func (r *Room) addRecord(p *URLSearchParams, o *goja.Object) {
	for _, key := range o.Symbols() {
		r.text(key) // throws
	}
	seen := make(map[string]int)
	list := r.whatwg.entries.Call(goja.Undefined(), o).(*goja.Object)
	r.h.VM.ForOf(list, func(v goja.Value) bool {
		entry := v.(*goja.Object)
		name, value := r.text(entry.Get("0")), r.text(entry.Get("1"))
		if i, ok := seen[name]; ok {
			p.list[i].value = value
			return true
		}
		seen[name] = len(p.list)
		p.list = append(p.list, pair{name, value})
		return true
	})
}

func (r *Room) paramsOf(this goja.Value) *URLSearchParams {
	p, ok := bind.SelfOf[*URLSearchParams](this)
	if !ok {
		r.h.Err.Throw("ERR_INVALID_THIS", "URLSearchParams")
	}
	return p
}

// touch tells the URL of a change.
func (p *URLSearchParams) touch() {
	if p.url != nil {
		p.url.touch()
	}
}

// find returns the index of the first pair with the name, -1 if there is none.
func (p *URLSearchParams) find(name string, value text) int {
	return slices.IndexFunc(p.list, func(q pair) bool { return q.name == name && (!value.ok || q.value == value.s) })
}

func (p *URLSearchParams) set(name, value string) {
	i := p.find(name, text{})
	if i < 0 {
		p.list = append(p.list, pair{name, value})
		return
	}
	p.list[i].value = value
	rest := slices.DeleteFunc(p.list[i+1:], func(q pair) bool { return q.name == name })
	p.list = p.list[:i+1+len(rest)]
}

func (r *Room) defineParams() {
	w, vm := r.whatwg, r.h.VM
	proto := w.params.Proto
	// method makes a function of n required arguments; names are theirs in the message.
	method := func(n int, missing string, f func(p *URLSearchParams, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			p := r.paramsOf(c.This)
			if len(c.Arguments) < n {
				r.h.Err.Throw("ERR_MISSING_ARGS", missing)
			}
			return f(p, c)
		}
	}
	const name, both = `The "name" argument`, `The "name" and "value" arguments`
	optional := func(v goja.Value) text {
		if bind.IsUndefined(v) {
			return text{}
		}
		return some(r.text(v))
	}
	over := func(kind iteration) bind.Func {
		return method(0, "", func(p *URLSearchParams, _ goja.FunctionCall) goja.Value {
			o := vm.CreateObject(r.paramsIterator())
			bind.Own(o).Put(bind.Self, &paramsIterator{params: p, kind: kind})
			return o
		})
	}
	enumerable(vm, proto, nil, []bind.Accessor{{Name: "size", Get: method(0, "", func(p *URLSearchParams, _ goja.FunctionCall) goja.Value {
		return bind.Int(len(p.list))
	})}})
	enumerable(vm, proto, []bind.Method{
		{Name: "append", Length: 2, Fn: method(2, both, func(p *URLSearchParams, c goja.FunctionCall) goja.Value {
			p.list = append(p.list, pair{r.text(c.Arguments[0]), r.text(c.Arguments[1])})
			p.touch()
			return goja.Undefined()
		})},
		{Name: "delete", Length: 1, Fn: method(1, name, func(p *URLSearchParams, c goja.FunctionCall) goja.Value {
			n, v := r.text(c.Arguments[0]), optional(c.Argument(1))
			p.list = slices.DeleteFunc(p.list, func(q pair) bool { return q.name == n && (!v.ok || q.value == v.s) })
			p.touch()
			return goja.Undefined()
		})},
		{Name: "get", Length: 1, Fn: method(1, name, func(p *URLSearchParams, c goja.FunctionCall) goja.Value {
			if i := p.find(r.text(c.Arguments[0]), text{}); i >= 0 {
				return bind.String(p.list[i].value)
			}
			return goja.Null()
		})},
		{Name: "getAll", Length: 1, Fn: method(1, name, func(p *URLSearchParams, c goja.FunctionCall) goja.Value {
			n := r.text(c.Arguments[0])
			var all []any
			for _, q := range p.list {
				if q.name == n {
					all = append(all, q.value)
				}
			}
			return vm.NewArray(all...)
		})},
		{Name: "has", Length: 1, Fn: method(1, name, func(p *URLSearchParams, c goja.FunctionCall) goja.Value {
			n := r.text(c.Arguments[0])
			return bind.Bool(p.find(n, optional(c.Argument(1))) >= 0)
		})},
		{Name: "set", Length: 2, Fn: method(2, both, func(p *URLSearchParams, c goja.FunctionCall) goja.Value {
			n := r.text(c.Arguments[0])
			p.set(n, r.text(c.Arguments[1]))
			p.touch()
			return goja.Undefined()
		})},
		{Name: "sort", Fn: method(0, "", func(p *URLSearchParams, _ goja.FunctionCall) goja.Value {
			sort.SliceStable(p.list, func(i, j int) bool { return compareUTF16(p.list[i].name, p.list[j].name) < 0 })
			p.touch()
			return goja.Undefined()
		})},
		{Name: "entries", Fn: over(overEntries)},
		{Name: "forEach", Length: 1, Fn: method(0, "", func(p *URLSearchParams, c goja.FunctionCall) goja.Value {
			fn, _ := bind.ToCallable(r.h.Err.ValidateFunction(c.Argument(0), "callback"))
			for i := 0; i < len(p.list); i++ {
				fn.Call(c.Argument(1), bind.String(p.list[i].value), bind.String(p.list[i].name), c.This)
			}
			return goja.Undefined()
		})},
		{Name: "keys", Fn: over(overKeys)},
		{Name: "values", Fn: over(overValues)},
		{Name: "toString", Fn: method(0, "", func(p *URLSearchParams, _ goja.FunctionCall) goja.Value {
			return bind.String(serialize(p.list))
		})},
	}, nil)
	r.symbols(proto, "URLSearchParams", r.inspectParams)
	proto.DefineDataPropertySymbol(goja.SymIterator, proto.Get("entries"), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// colors are the control sequences that inspect writes.
var colors = regexp.MustCompile("\x1b\\[\\d\\d?m")

func (r *Room) inspectParams(c goja.FunctionCall) goja.Value {
	p := r.paramsOf(c.This)
	if v, tooDeep := tooDeep(c, "[Object]"); tooDeep {
		return v
	}
	inspect, opts := r.inspectWith(c), r.deeper(c)
	items := make([]string, len(p.list))
	length := -len(", ")
	for i, q := range p.list {
		items[i] = inspect(bind.String(q.name), opts) + " => " + inspect(bind.String(q.value), opts)
		length += utf16Len(colors.ReplaceAllString(items[i], "")) + len(", ")
	}
	name := bind.Property(bind.Property(c.This, "constructor"), "name").String()
	switch {
	case len(items) == 0:
		name += " {}"
	case float64(length) > bind.Property(opts, "breakLength").ToFloat():
		name += " {\n  " + strings.Join(items, ",\n  ") + " }"
	default:
		name += " { " + strings.Join(items, ", ") + " }"
	}
	return bind.String(name)
}

// deeper returns the options of a custom inspect function for what is inside the object.
func (r *Room) deeper(c goja.FunctionCall) *goja.Object {
	out := r.h.VM.NewObject()
	if opts, ok := c.Argument(1).(*goja.Object); ok {
		for _, k := range opts.Keys() {
			out.Set(k, opts.Get(k))
		}
	}
	if d := c.Argument(0); !goja.IsNull(d) {
		out.Set("depth", d.ToFloat()-1)
	}
	return out
}

// tooDeep returns what stands for an object below the depth that inspect shows.
func tooDeep(c goja.FunctionCall, what string) (goja.Value, bool) {
	if d := c.Argument(0); !nodeerr.IsNumber(d) || d.ToFloat() >= 0 {
		return nil, false
	}
	if f, ok := bind.ToCallable(bind.Property(c.Argument(1), "stylize")); ok {
		return f.Call(c.Argument(1), bind.String(what), bind.String("special")), true
	}
	return bind.String(what), true
}

// paramsIterator returns the prototype of the iterators, made on first use.
func (r *Room) paramsIterator() *goja.Object {
	w, vm := r.whatwg, r.h.VM
	if w.iterator != nil {
		return w.iterator
	}
	array := vm.NewArray()
	iterator := bind.Call(array.GetSymbol(goja.SymIterator), array).(*goja.Object)
	w.iterator = vm.CreateObject(iterator.Prototype().Prototype())
	of := func(this goja.Value) *paramsIterator {
		it, ok := bind.SelfOf[*paramsIterator](this)
		if !ok {
			r.h.Err.Throw("ERR_INVALID_THIS", "URLSearchParamsIterator")
		}
		return it
	}
	enumerable(vm, w.iterator, []bind.Method{{Name: "next", Fn: func(c goja.FunctionCall) goja.Value {
		it, o := of(c.This), vm.NewObject()
		if it.next >= len(it.params.list) {
			o.Set("value", goja.Undefined())
			o.Set("done", bind.True)
			return o
		}
		o.Set("value", r.item(it.params.list[it.next], it.kind))
		o.Set("done", bind.False)
		it.next++
		return o
	}}}, nil)
	r.symbols(w.iterator, "URLSearchParams Iterator", func(c goja.FunctionCall) goja.Value {
		it := of(c.This)
		if v, tooDeep := tooDeep(c, "[Object]"); tooDeep {
			return v
		}
		inspect, opts := r.inspectWith(c), r.deeper(c)
		var all []any
		var items []string
		for _, q := range it.params.list[min(it.next, len(it.params.list)):] {
			v := r.item(q, it.kind)
			all, items = append(all, v), append(items, inspect(v, opts))
		}
		if strings.Contains(inspect(vm.NewArray(all...), opts), "\n") {
			return bind.String("URLSearchParams Iterator {\n  " + strings.Join(items, ",\n  ") + " }")
		}
		return bind.String("URLSearchParams Iterator { " + strings.Join(items, ", ") + " }")
	})
	return w.iterator
}

// item is what an iterator of the kind gives for one pair.
func (r *Room) item(q pair, kind iteration) goja.Value {
	switch kind {
	case overKeys:
		return bind.String(q.name)
	case overValues:
		return bind.String(q.value)
	}
	return r.h.VM.NewArray(bind.String(q.name), bind.String(q.value))
}
