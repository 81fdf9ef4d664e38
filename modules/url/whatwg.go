package url

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"
	whatwgurl "github.com/nlnwa/whatwg-url/url"

	"github.com/gonode/gonode/modules/buffer"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// parser does what the URL Standard says of text; the classes around it are Node's.
var parser = whatwgurl.NewParser(whatwgurl.WithPreParseHostFunc(prepareHost))

// prepareHost does for the library what it does not do as the standard says: it takes brackets for
// one that are many and signed numbers for parts of IPv4 addresses, and it stops at mapped text that
// is ASCII.
func prepareHost(u *whatwgurl.Url, host string) string {
	switch {
	case host == "":
	case host[0] == '[':
		if strings.Count(host, "[")+strings.Count(host, "]") > 2 {
			return "[" // no host
		}
	case u.IsSpecialScheme():
		decoded := percentDecode(host)
		if strings.ContainsAny(decoded, "+-＋－") && hasSignedNumber(decoded) {
			return "["
		}
		if isASCII(decoded) || !utf8.ValidString(decoded) {
			break
		}
		// What is in punycode afterwards the library would look at twice.
		if ascii := toASCII(decoded); ascii != "" && !strings.Contains(ascii, "%") && !strings.Contains(ascii, "xn--") {
			return ascii
		}
	}
	return host
}

// URL is the state of a URL object.
//
// Source: Node v20 lib/internal/url.js, class URL.
type URL struct {
	u      *whatwgurl.Url
	params *URLSearchParams
	object *goja.Object // of params
	// changed says that params have changed and u does not know: it has no query until it is read.
	changed bool
}

// whatwg holds the classes URL and URLSearchParams of one runtime.
type whatwg struct {
	url, params *bind.Built
	iterator    *goja.Object // the prototype of the iterators of URLSearchParams
	custom      *goja.Symbol // util.inspect.custom
	entries     bind.Callable
}

// classes returns the classes, made on first use.
func (r *Room) classes() *whatwg {
	if r.whatwg != nil {
		return r.whatwg
	}
	vm := r.h.VM
	w := &whatwg{}
	r.whatwg = w
	w.custom = bind.Invoke(vm, vm.Get("Symbol").(*goja.Object), "for", bind.String("nodejs.util.inspect.custom")).(*goja.Symbol)
	w.entries, _ = bind.ToCallable(vm.Get("Object").(*goja.Object).Get("entries"))
	w.url = bind.Define(vm, bind.Class{Name: "URL", Length: 1, Mode: bind.CallNever, Construct: r.constructURL})
	r.defineURL()
	w.params = bind.Define(vm, bind.Class{Name: "URLSearchParams", Mode: bind.CallNever, Construct: r.constructParams})
	r.defineParams()
	return w
}

// hasSignedNumber reports whether a label is a number with a sign, as "+8080". The library would
// make an IPv4 address of it, which is not for a URL that someone may have checked by its text.
func hasSignedNumber(host string) bool {
	if !isASCII(host) {
		host = toASCII(host)
	}
	for label := range strings.SplitSeq(host, ".") {
		base := 10
		switch {
		case strings.HasPrefix(label, "0x"), strings.HasPrefix(label, "0X"):
			label, base = label[2:], 16
		case len(label) > 1 && label[0] == '0':
			label, base = label[1:], 8
		}
		if label == "" || label[0] != '+' && label[0] != '-' {
			continue
		}
		if _, err := strconv.ParseUint(label[1:], base, 64); err == nil || errors.Is(err, strconv.ErrRange) {
			return true
		}
	}
	return false
}

// percentDecode decodes what is escaped and leaves all else.
func percentDecode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			b, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			out = append(out, byte(b))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return string(out)
}

// parseURL parses input against the base, which may be absent.
func parseURL(input string, base text) (*whatwgurl.Url, bool) {
	var b *whatwgurl.Url
	if base.ok {
		var err error
		if b, err = parser.Parse(base.s); err != nil {
			return nil, false
		}
	}
	u, err := parser.BasicParser(input, b, nil, whatwgurl.NoState)
	return u, err == nil
}

// text is JavaScript's `${v}` as a USVString: lone surrogates become U+FFFD.
func (r *Room) text(v goja.Value) string {
	if v == nil {
		return "undefined"
	}
	if _, ok := v.(*goja.Symbol); ok {
		panic(r.h.VM.NewTypeError("Cannot convert a Symbol value to a string"))
	}
	return bind.ToString(v).String()
}

// urlArgs are the arguments of new URL and of its statics.
func (r *Room) urlArgs(args []goja.Value) (input string, base text) {
	if len(args) == 0 {
		r.h.Err.Throw("ERR_MISSING_ARGS", `The "url" argument`)
	}
	input = r.text(args[0])
	if b := bind.Arg(args, 1); !bind.IsUndefined(b) {
		base = some(r.text(b))
	}
	return input, base
}

func (r *Room) constructURL(this *goja.Object, args []goja.Value) {
	input, base := r.urlArgs(args)
	u, ok := parseURL(input, base)
	if !ok {
		panic(r.unparsable(input, base))
	}
	bind.Own(this).Put(bind.Self, &URL{u: u})
}

// unparsable is ERR_INVALID_URL as Node's parser throws it, which is C++: the stack has no code.
func (r *Room) unparsable(input string, base text) *goja.Object {
	err := r.h.Err.Plain(nodeerr.TypeError, "Invalid URL")
	err.Set("code", "ERR_INVALID_URL")
	err.Set("input", input)
	if base.ok {
		err.Set("base", base.s)
	}
	return err
}

// urlOf returns the state of this. Node keeps it in private fields: what V8 says of an object
// without them depends on the field that is touched first.
func (r *Room) urlOf(this goja.Value, field string) *URL {
	if u, ok := bind.SelfOf[*URL](this); ok {
		return u
	}
	what := "Cannot read private member " + field + " from an object whose class did not declare it"
	switch {
	case bind.IsNullish(this):
		if field == "" {
			field = "URL"
		}
		what = "Cannot read properties of " + this.String() + " (reading '" + field + "')"
	case field == "":
		what = "Receiver must be an instance of class URL"
	}
	panic(r.h.VM.NewTypeError(what))
}

// isSpecial reports whether the scheme is one of the standard's six.
func (u *URL) isSpecial() bool { return u.u.IsSpecialScheme() }

// origin is 'null' where the standard has an opaque origin.
func (u *URL) origin() string {
	scheme := u.u.Scheme()
	switch {
	case scheme == "file":
	case u.isSpecial():
		return scheme + "://" + u.u.Host()
	case scheme == "blob":
		if in, ok := parseURL(u.u.Pathname(), text{}); ok && (in.Scheme() == "http" || in.Scheme() == "https") {
			return in.Scheme() + "://" + in.Host()
		}
	}
	return "null"
}

// settle writes what the search parameters have become into the URL.
func (u *URL) settle() {
	if u.changed {
		u.changed = false
		u.setSearch(u.paramsSearch())
	}
}

// touch notes a change of the search parameters. As in Node the URL loses its query at once.
func (u *URL) touch() {
	u.changed = true
	u.setSearch("")
}

func (u *URL) paramsSearch() string {
	if u.params == nil || len(u.params.list) == 0 {
		return ""
	}
	return "?" + serialize(u.params.list)
}

func (u *URL) setSearch(s string) {
	if s == "" {
		u.u.SetSearch("")
		return
	}
	// Not SetSearch: that fills the library's own list of parameters, too.
	parser.BasicParser(strings.TrimPrefix(s, "?"), nil, u.u, whatwgurl.StateQuery)
}

// update runs a change that can replace the query, and gives the parameters the new one.
func (u *URL) update(change func()) {
	if u.params == nil {
		change()
		return
	}
	before := u.u.Search()
	if u.changed {
		before = u.paramsSearch()
	}
	change()
	if now := u.u.Search(); now != before {
		u.params.list = parseParams(now)
		u.changed = false
	}
	u.settle()
}

func (u *URL) href() string {
	u.settle()
	return u.u.Href(false)
}

// searchParams returns the object of the parameters, made on first use.
func (r *Room) searchParams(u *URL) *goja.Object {
	if u.object == nil {
		u.params = &URLSearchParams{list: parseParams(u.u.Search()), url: u}
		u.object = r.h.VM.CreateObject(r.classes().params.Proto)
		bind.Own(u.object).Put(bind.Self, u.params)
		u.changed = false
	}
	return u.object
}

func (r *Room) defineURL() {
	w, vm := r.whatwg, r.h.VM
	proto := w.url.Proto
	const context = "#context"
	get := func(field string, f func(u *URL) string) bind.Func {
		return func(c goja.FunctionCall) goja.Value { return bind.String(f(r.urlOf(c.This, field))) }
	}
	set := func(f func(u *URL, s string)) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			u := r.urlOf(c.This, context)
			f(u, r.text(c.Argument(0)))
			u.settle()
			return goja.Undefined()
		}
	}
	href := get("", (*URL).href)
	enumerable(vm, proto, []bind.Method{{Name: "toString", Fn: href}}, []bind.Accessor{
		{Name: "href", Get: href, Set: func(c goja.FunctionCall) goja.Value {
			u, s := r.urlOf(c.This, context), r.text(c.Argument(0))
			parsed, ok := parseURL(s, text{})
			if !ok {
				panic(r.invalidURL(s, nil))
			}
			u.update(func() { u.u = parsed })
			return goja.Undefined()
		}},
		{Name: "origin", Get: get(context, (*URL).origin)},
		{Name: "protocol", Get: get(context, func(u *URL) string { return u.u.Protocol() }), Set: set(func(u *URL, s string) { u.u.SetProtocol(s) })},
		{Name: "username", Get: get(context, func(u *URL) string { return u.u.Username() }),
			Set: set(func(u *URL, s string) { u.u.SetUsername(s) })},
		{Name: "password", Get: get(context, func(u *URL) string { return u.u.Password() }),
			Set: set(func(u *URL, s string) { u.u.SetPassword(s) })},
		{Name: "host", Get: get(context, func(u *URL) string { return u.u.Host() }), Set: set((*URL).setHost)},
		{Name: "hostname", Get: get(context, func(u *URL) string { return u.u.Hostname() }), Set: set((*URL).setHostname)},
		{Name: "port", Get: get(context, func(u *URL) string { return u.u.Port() }), Set: set((*URL).setPort)},
		{Name: "pathname", Get: get(context, func(u *URL) string { return u.u.Pathname() }), Set: set(func(u *URL, s string) { u.u.SetPathname(s) })},
		{Name: "search", Get: get("", func(u *URL) string { u.settle(); return u.u.Search() }),
			Set: func(c goja.FunctionCall) goja.Value {
				u, s := r.urlOf(c.This, context), r.text(c.Argument(0))
				u.update(func() { u.setSearch(s) })
				return goja.Undefined()
			}},
		{Name: "searchParams", Get: func(c goja.FunctionCall) goja.Value {
			return r.searchParams(r.urlOf(c.This, "#searchParams"))
		}},
		{Name: "hash", Get: get(context, func(u *URL) string { return u.u.Hash() }),
			Set: set(func(u *URL, s string) { u.u.SetHash(s) })},
	})
	enumerable(vm, proto, []bind.Method{{Name: "toJSON", Fn: href}}, nil)
	r.symbols(proto, "URL", r.inspectURL)
	enumerable(vm, w.url.Ctor, []bind.Method{
		{Name: "parse", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			u, ok := parseURL(r.urlArgs(c.Arguments))
			if !ok {
				return goja.Null()
			}
			o := vm.CreateObject(proto)
			bind.Own(o).Put(bind.Self, &URL{u: u})
			return o
		}},
		{Name: "canParse", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			_, ok := parseURL(r.urlArgs(c.Arguments))
			return bind.Bool(ok)
		}},
		{Name: "createObjectURL", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			return bind.String(buffer.Rooms.Of(r.h).CreateObjectURL(c.Argument(0)))
		}},
		{Name: "revokeObjectURL", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			if len(c.Arguments) == 0 {
				r.h.Err.Throw("ERR_MISSING_ARGS", `The "url" argument`)
			}
			buffer.Rooms.Of(r.h).RevokeObjectURL(r.text(c.Arguments[0]))
			return goja.Undefined()
		}},
	}, nil)
}

// setHost takes host and port. As in Node a URL that had no host gets no port with its first.
func (u *URL) setHost(s string) {
	if u.u.Scheme() == "file" || u.u.OpaquePath() {
		u.u.SetHost(s)
		return
	}
	hadHost := u.hasHost()
	if !hadHost && isNoHost(s) {
		return
	}
	port, _, _ := strings.Cut(s, "#")
	bracket := false
scan:
	for i := 0; i < len(port); i++ {
		switch c := port[i]; {
		case c == '[', c == ']':
			bracket = c == '['
		case c == '/', c == '?', c == '\\' && u.isSpecial():
			break scan
		case c == ':' && !bracket:
			if !clearsPort(port[i+1:]) {
				break scan
			}
			if _, err := parser.BasicParser(port[:i], nil, u.u, whatwgurl.StateHost); err == nil {
				u.u.SetPort("")
			}
			return
		}
	}
	u.u.SetHost(s)
	if !hadHost {
		u.u.SetPort("")
	}
}

func (u *URL) setHostname(s string) {
	if u.hasHost() || !isNoHost(s) || strings.HasPrefix(u.u.Pathname(), "//") {
		u.u.SetHostname(s)
	}
}

// hasHost tells an empty host from none.
func (u *URL) hasHost() bool {
	return strings.HasPrefix(u.u.Href(true)[len(u.u.Protocol()):], "//")
}

// isNoHost reports whether s has nothing that Node would set as the first host of a URL.
func isNoHost(s string) bool {
	s = strings.TrimLeft(s, "\t\n\r")
	return s == "" || strings.IndexByte("/?#", s[0]) >= 0
}

// setPort is the library's but for text that clears the port in Node.
func (u *URL) setPort(s string) {
	if s != "" && strings.Trim(s, "\t\n\r") == "" || clearsPort(s) {
		s = ""
	}
	u.u.SetPort(s)
}

// clearsPort reports whether s, which is no port, takes the port away in Node v20 instead of being
// ignored: it does if it has a digit, but neither that nor a minus in front.
func clearsPort(s string) bool {
	s = strings.TrimLeft(s, "\t\n\r")
	return s != "" && s[0] > ' ' && s[0] != '-' && (s[0] < '0' || s[0] > '9') && strings.ContainsAny(s, "0123456789")
}

// enumerable puts methods, then accessors, on o as Node has them on these two classes: enumerable.
func enumerable(vm *goja.Runtime, o *goja.Object, methods []bind.Method, accessors []bind.Accessor) {
	bind.DefineMethods(vm, o, methods)
	for _, a := range accessors {
		var set goja.Value
		if a.Set != nil {
			set = bind.Function(vm, bind.Method{Name: "set " + a.Name, Length: 1, Fn: a.Set})
		}
		o.DefineAccessorProperty(a.Name, bind.Function(vm, bind.Method{Name: "get " + a.Name, Fn: a.Get}), set, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
}

// symbols gives a prototype its util.inspect.custom and its tag.
func (r *Room) symbols(proto *goja.Object, tag string, inspect bind.Func) {
	f := bind.Function(r.h.VM, bind.Method{Name: "[nodejs.util.inspect.custom]", Length: 2, Fn: inspect})
	proto.DefineDataPropertySymbol(r.whatwg.custom, f, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	proto.DefineDataPropertySymbol(goja.SymToStringTag, bind.String(tag), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// inspectWith is the inspect function that a custom one was called with.
func (r *Room) inspectWith(c goja.FunctionCall) func(v goja.Value, opts goja.Value) string {
	f, ok := bind.ToCallable(c.Argument(2))
	if !ok {
		f, _ = bind.ToCallable(r.h.Builtin("util").(*goja.Object).Get("inspect"))
	}
	return func(v, opts goja.Value) string { return f.Call(goja.Undefined(), v, opts).String() }
}

// formatURL is url.format of a URL object.
func (r *Room) formatURL(o *goja.Object, options goja.Value) string {
	fragment, unicode, search, auth := true, false, true, true
	if bind.Truthy(options) {
		opts := r.h.Err.ValidateObject(options, "options")
		for _, f := range []struct {
			name string
			to   *bool
		}{{"fragment", &fragment}, {"unicode", &unicode}, {"search", &search}, {"auth", &auth}} {
			if v := opts.Get(f.name); !bind.IsNullish(v) {
				*f.to = bind.Truthy(v)
			}
		}
	}
	href := r.text(bind.Property(o, "href"))
	u, ok := parseURL(href, text{})
	if !ok {
		return href
	}
	href = u.Href(true)
	tail := u.Href(false)[len(href):]
	if !fragment {
		tail = ""
	}
	if i := strings.IndexByte(href, '?'); i >= 0 && !search {
		href = href[:i]
	}
	host := u.Hostname()
	if host == "" {
		return href + tail
	}
	start := len(u.Protocol()) + len("//")
	user := ""
	if u.Username() != "" || u.Password() != "" {
		user = href[start : start+strings.IndexByte(href[start:], '@')+1]
	}
	rest := href[start+len(user)+len(host):]
	if !auth {
		user = ""
	}
	if unicode && host[0] != '[' {
		host = toUnicode(host)
	}
	return href[:start] + user + host + rest + tail
}
