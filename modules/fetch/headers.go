package fetch

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// headerList is the fields of a message: one for a name, in the order in which the names came.
// Names and values hold characters up to U+00FF.
//
// Source: https://fetch.spec.whatwg.org/#concept-header-list.
type headerList struct {
	fields  []headerField
	cookies []string // the values of Set-Cookie, which is also in fields
	sorted  [][2]string
}

type headerField struct{ lower, name, value string }

func (l *headerList) find(lower string) int {
	return slices.IndexFunc(l.fields, func(f headerField) bool { return f.lower == lower })
}

func (l *headerList) has(lower string) bool { return l.find(lower) >= 0 }

// get returns the values of a field, joined; ok is false if there is none.
func (l *headerList) get(lower string) (value string, ok bool) {
	if i := l.find(lower); i >= 0 {
		return l.fields[i].value, true
	}
	return "", false
}

func (l *headerList) append(name, value string) {
	l.sorted = nil
	f := headerField{strings.ToLower(name), name, value}
	if i := l.find(f.lower); i < 0 {
		l.fields = append(l.fields, f)
	} else if f.lower == "cookie" {
		l.fields[i].value += "; " + value
	} else {
		l.fields[i].value += ", " + value
	}
	if f.lower == "set-cookie" {
		l.cookies = append(l.cookies, value)
	}
}

func (l *headerList) set(name, value string) {
	l.sorted = nil
	f := headerField{strings.ToLower(name), name, value}
	if f.lower == "set-cookie" {
		l.cookies = []string{value}
	}
	if i := l.find(f.lower); i >= 0 {
		l.fields[i] = f
		return
	}
	l.fields = append(l.fields, f)
}

func (l *headerList) delete(lower string) {
	l.sorted = nil
	if lower == "set-cookie" {
		l.cookies = nil
	}
	l.fields = slices.DeleteFunc(l.fields, func(f headerField) bool { return f.lower == lower })
}

func (l *headerList) clone() *headerList {
	return &headerList{fields: slices.Clone(l.fields), cookies: slices.Clone(l.cookies)}
}

// lines are the fields as they are sent: each cookie has its own.
func (l *headerList) lines() (out [][2]string) {
	for _, f := range l.fields {
		if f.lower == "set-cookie" {
			for _, cookie := range l.cookies {
				out = append(out, [2]string{f.name, cookie})
			}
			continue
		}
		out = append(out, [2]string{f.name, f.value})
	}
	return out
}

// combined are the fields as a program iterates over them.
//
// Source: https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine.
func (l *headerList) combined() [][2]string {
	if l.sorted == nil {
		l.sorted = l.lines()
		for i := range l.sorted {
			l.sorted[i][0] = strings.ToLower(l.sorted[i][0])
		}
		slices.SortStableFunc(l.sorted, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
	}
	return l.sorted
}

// headers is the state of a Headers object.
type headers struct {
	list      *headerList
	immutable bool
}

func (h *headers) at(i int) (key, value goja.Value, ok bool) {
	if l := h.list.combined(); i < len(l) {
		return bind.String(l[i][0]), bind.String(l[i][1]), true
	}
	return nil, nil, false
}

func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0 {
			continue
		}
		return false
	}
	return s != ""
}

// normalized takes the white space off a value.
func normalized(value string) string { return strings.Trim(value, "\t\n\r ") }

// validName is the name given to Headers[method], in lower case.
func (r *Room) validName(name, method string) string {
	if !isToken(name) {
		panic(r.typeError(`%s: "%s" is an invalid header name.`, method, name))
	}
	return strings.ToLower(name)
}

func (r *Room) validValue(value, method string) {
	if strings.ContainsAny(value, "\x00\n\r") {
		panic(r.typeError(`%s: "%s" is an invalid header value.`, method, value))
	}
}

func (r *Room) change(h *headers) {
	if h.immutable {
		panic(r.typeError("immutable"))
	}
}

func (r *Room) appendHeader(h *headers, name, value string) {
	value = normalized(value)
	r.validName(name, "Headers.append")
	r.validValue(value, "Headers.append")
	r.change(h)
	h.list.append(name, value)
}

// newHeaders returns the Headers of a message.
func (r *Room) newHeaders(h *headers) *goja.Object {
	o := r.vm.CreateObject(r.Headers().Proto)
	bind.Own(o).Put(bind.Self, h)
	return o
}

// headersInit converts what a program gives for fields.
func (r *Room) headersInit(v goja.Value, prefix, argument string) [][]string {
	o, ok := v.(*goja.Object)
	if !ok {
		panic(r.unconvertible("Headers constructor", "Argument 1", "sequence<sequence<ByteString>>", "record<ByteString, ByteString>"))
	}
	var out [][]string
	method := o.GetSymbol(goja.SymIterator)
	if from, ok := bind.SelfOf[*headers](o); ok && method != nil && method.SameAs(r.Headers().Proto.Get("entries")) {
		for _, line := range from.list.lines() {
			out = append(out, []string{line[0], line[1]})
		}
		return out
	}
	if _, ok := bind.ToCallable(method); ok {
		r.sequence(o, prefix, argument, method, func(v goja.Value, argument string) {
			var pair []string
			r.sequence(v, prefix, argument, nil, func(v goja.Value, argument string) {
				pair = append(pair, r.byteString(v, prefix, argument))
			})
			out = append(out, pair)
		})
		return out
	}
	names := o.GetOwnPropertyNames()
	if _, ok := bind.Exported[goja.Proxy](o); ok {
		names = o.Keys()
	}
	for _, name := range names {
		key := r.byteString(r.vm.ToValue(name), prefix, argument)
		out = append(out, []string{key, r.byteString(o.Get(name), prefix, argument)})
	}
	for _, key := range o.Symbols() {
		r.byteString(key, prefix, argument) // throws
	}
	return out
}

func (r *Room) fillHeaders(h *headers, init [][]string) {
	for _, pair := range init {
		if len(pair) != 2 {
			panic(r.typeError("Headers constructor: expected name/value pair to be length 2, found %d.", len(pair)))
		}
		r.appendHeader(h, pair[0], pair[1])
	}
}

// Headers returns the class.
func (r *Room) Headers() *bind.Built {
	if r.headersClass != nil {
		return r.headersClass
	}
	// byName makes a method whose first argument is a name.
	byName := func(name string, fn func(h *headers, lower string) goja.Value) bind.Method {
		prefix := "Headers." + name
		return method(r, "Headers", name, 1, func(h *headers, c goja.FunctionCall) goja.Value {
			return fn(h, r.validName(r.byteString(c.Arguments[0], prefix, "name"), prefix))
		})
	}
	b := r.class(bind.Class{Name: "Headers",
		Construct: func(this *goja.Object, args []goja.Value) {
			h := &headers{list: new(headerList)}
			bind.Own(this).Put(bind.Self, h)
			if init := bind.Arg(args, 0); !goja.IsUndefined(init) {
				r.fillHeaders(h, r.headersInit(init, "Headers contructor", "init"))
			}
		},
		Methods: []bind.Method{
			method(r, "Headers", "append", 2, func(h *headers, c goja.FunctionCall) goja.Value {
				name := r.byteString(c.Arguments[0], "Headers.append", "name")
				r.appendHeader(h, name, r.byteString(c.Arguments[1], "Headers.append", "value"))
				return goja.Undefined()
			}),
			byName("delete", func(h *headers, lower string) goja.Value {
				r.change(h)
				h.list.delete(lower)
				return goja.Undefined()
			}),
			byName("get", func(h *headers, lower string) goja.Value {
				if value, ok := h.list.get(lower); ok {
					return bind.String(value)
				}
				return goja.Null()
			}),
			byName("has", func(h *headers, lower string) goja.Value { return bind.Bool(h.list.has(lower)) }),
			method(r, "Headers", "set", 2, func(h *headers, c goja.FunctionCall) goja.Value {
				name := r.byteString(c.Arguments[0], "Headers.set", "name")
				value := normalized(r.byteString(c.Arguments[1], "Headers.set", "value"))
				r.validName(name, "Headers.set")
				r.validValue(value, "Headers.set")
				r.change(h)
				h.list.set(name, value)
				return goja.Undefined()
			}),
			method(r, "Headers", "getSetCookie", 0, func(h *headers, _ goja.FunctionCall) goja.Value {
				out := make([]any, len(h.list.cookies))
				for i, cookie := range h.list.cookies {
					out[i] = cookie
				}
				return r.vm.NewArray(out...)
			}),
		}})
	iterable[*headers](r, "Headers", b)
	r.inspectAs(b, func(v goja.Value, opts *goja.Object) string {
		o := r.vm.NewObject()
		for _, f := range this[*headers](r, v).list.fields {
			o.Set(f.name, f.value)
		}
		return "Headers " + r.util.FormatWith(opts, []goja.Value{o}).String()
	})
	r.headersClass = b
	return b
}
