// Package url is Node's url module: the classes URL and URLSearchParams of the URL Standard, the
// legacy parser of url.parse, url.resolve and url.format, and the paths of file: URLs.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/url.html. The classes URL and URLSearchParams are
// Node's around github.com/nlnwa/whatwg-url, which parses.
//
// URL differs from Node v20 in corners. These are refused: a host label that has characters beyond
// ASCII and, beside them, ASCII other than letters, digits and hyphens; a host label that is a number
// with a sign ("+8080"); a relative reference with a fragment on a base with an opaque path, as the
// standard says. Of schemes that are not special, setting a host that starts with a colon does
// nothing, where Node sets an empty host, and a pathname of ".." beside a host gives "/".
package url

import (
	"runtime"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/engine"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/querystring"
)

// Module is require('url').
var Module = modules.Module{ID: "url", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// Rooms holds the url module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// Room is the url module of one runtime.
type Room struct {
	h      *modules.Host
	url    *bind.Built // the legacy class
	warned bool        // of DEP0170
	query  *querystring.Room
	whatwg *whatwg // made when URL is asked for
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h}
	r.url = bind.Define(h.VM, bind.Class{Name: "Url", Mode: bind.CallAny,
		Construct: func(this *goja.Object, _ []goja.Value) { r.put(this, &legacy{}) },
		Methods: []bind.Method{
			{Name: "parse", Length: 3, Fn: func(c goja.FunctionCall) goja.Value {
				s := h.Err.ValidateString(c.Argument(0), "url")
				u := r.parse(s, bind.Truthy(c.Argument(1)), bind.Truthy(c.Argument(2)))
				r.put(c.This.ToObject(h.VM), &u)
				return c.This
			}},
			{Name: "format", Fn: func(c goja.FunctionCall) goja.Value {
				u := r.get(c.This.ToObject(h.VM))
				return bind.String(r.format(&u))
			}},
			{Name: "resolve", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				base, rel := r.get(c.This.ToObject(h.VM)), r.relative(c.Argument(0))
				u := r.resolve(&base, &rel)
				return bind.String(r.format(&u))
			}},
			{Name: "resolveObject", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				return r.resolveObject(c.This.ToObject(h.VM), c.Argument(0))
			}},
			{Name: "parseHost", Fn: func(c goja.FunctionCall) goja.Value {
				o := c.This.ToObject(h.VM)
				name, port := splitPort(bind.Property(o, "host").String())
				if port != "" {
					o.Set("port", port)
				}
				if name != "" {
					o.Set("hostname", name)
				}
				return goja.Undefined()
			}},
		}})
	return r
}

func (r *Room) qs() *querystring.Room {
	if r.query == nil {
		r.query = querystring.Rooms.Of(r.h)
	}
	return r.query
}

func (r *Room) exports() goja.Value {
	vm := r.h.VM
	o := vm.NewObject()
	o.Set("Url", r.url.Ctor)
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "parse", Length: 3, Fn: r.jsParse},
		{Name: "resolve", Length: 2, Fn: r.jsResolve},
		{Name: "resolveObject", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			if !bind.Truthy(c.Argument(0)) {
				return c.Argument(1)
			}
			return r.resolveObject(r.object(c.Argument(0), "url"), c.Argument(1))
		}},
		{Name: "format", Length: 2, Fn: r.jsFormat},
	})
	r.lazy(o, "URL", func() goja.Value { return r.classes().url.Ctor })
	r.lazy(o, "URLSearchParams", func() goja.Value { return r.classes().params.Ctor })
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "domainToASCII", Length: 1, Fn: r.domain(toASCII)},
		{Name: "domainToUnicode", Length: 1, Fn: r.domain(toUnicode)},
		{Name: "pathToFileURL", Length: 2, Fn: r.pathToFileURL},
		{Name: "fileURLToPath", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			windows := runtime.GOOS == "windows"
			if v := bind.Property(c.Argument(1), "windows"); !bind.IsNullish(v) {
				windows = bind.Truthy(v)
			}
			return bind.String(r.fileURLToPath(c.Argument(0), windows))
		}},
		{Name: "urlToHttpOptions", Length: 1, Fn: r.urlToHTTPOptions},
	})
	return o
}

// lazy defines a property that is made when it is first read.
func (r *Room) lazy(o *goja.Object, name string, make func() goja.Value) {
	settle := func(v goja.Value) {
		o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	o.DefineAccessorProperty(name, r.h.VM.ToValue(func(goja.FunctionCall) goja.Value {
		v := make()
		settle(v)
		return v
	}), r.h.VM.ToValue(func(c goja.FunctionCall) goja.Value {
		settle(c.Argument(0))
		return goja.Undefined()
	}), goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// isURL reports whether v looks like a WHATWG URL: Node's isURL.
func isURL(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	return ok && bind.Truthy(o.Get("href")) && bind.Truthy(o.Get("protocol")) &&
		bind.IsUndefined(o.Get("auth")) && bind.IsUndefined(o.Get("path"))
}

func (r *Room) jsParse(c goja.FunctionCall) goja.Value {
	if o, ok := c.Argument(0).(*goja.Object); ok && r.h.VM.InstanceOf(o, r.url.Ctor) {
		return o
	}
	s := r.h.Err.ValidateString(c.Argument(0), "url")
	u := r.parse(s, bind.Truthy(c.Argument(1)), bind.Truthy(c.Argument(2)))
	return r.make(&u)
}

// object is urlParse(v, false, true): v itself if it is a Url.
func (r *Room) object(v goja.Value, name string) *goja.Object {
	if o, ok := v.(*goja.Object); ok && r.h.VM.InstanceOf(o, r.url.Ctor) {
		return o
	}
	u := r.parse(r.h.Err.ValidateString(v, name), false, true)
	return r.make(&u)
}

// relative is the argument of resolve.
func (r *Room) relative(v goja.Value) legacy {
	if o, ok := v.(*goja.Object); ok && r.h.VM.InstanceOf(o, r.url.Ctor) {
		return r.get(o)
	}
	return r.parse(r.h.Err.ValidateString(v, "url"), false, true)
}

func (r *Room) jsResolve(c goja.FunctionCall) goja.Value {
	base, rel := r.relative(c.Argument(0)), r.relative(c.Argument(1))
	u := r.resolve(&base, &rel)
	return bind.String(r.format(&u))
}

func (r *Room) resolveObject(this *goja.Object, v goja.Value) goja.Value {
	base := r.get(this)
	var rel legacy
	if o, ok := v.(*goja.Object); ok {
		rel = r.get(o)
	} else {
		rel = r.parse(r.h.Err.ValidateString(v, "url"), false, true)
	}
	u := r.resolve(&base, &rel)
	return r.make(&u)
}

func (r *Room) jsFormat(c goja.FunctionCall) goja.Value {
	v := c.Argument(0)
	if nodeerr.IsString(v) {
		u := r.parse(v.String(), false, false)
		return bind.String(r.format(&u))
	}
	o, ok := v.(*goja.Object)
	if !ok || nodeerr.TypeOf(o) != "object" {
		panic(r.h.Err.InvalidArgType("urlObject", []string{"Object", "string"}, v))
	}
	if _, ok := bind.SelfOf[*URL](o); ok {
		return bind.String(r.formatURL(o, c.Argument(1)))
	}
	u := r.get(o)
	return bind.String(r.format(&u))
}

// urlShape is the properties of a Url in Node's order.
var urlShape = engine.NewShape("protocol", "slashes", "auth", "host", "port", "hostname", "hash", "search", "query", "pathname", "path", "href")

// make returns a Url with u's properties.
func (r *Room) make(u *legacy) *goja.Object {
	values := u.values()
	return urlShape.New(r.h.VM, r.url.Proto, values[:]...)
}

// put gives o the properties of u.
func (r *Room) put(o *goja.Object, u *legacy) {
	for i, v := range u.values() {
		engine.Put(o, urlShape.Name(i), v)
	}
}

// values are the values of the properties of urlShape.
func (u *legacy) values() [12]goja.Value {
	str := func(t text) goja.Value {
		if t.ok {
			return bind.String(t.s)
		}
		return goja.Null()
	}
	slashes, query := goja.Null(), goja.Value(u.parsed)
	if u.slashes {
		slashes = bind.True
	}
	if u.parsed == nil {
		query = str(u.query)
	}
	return [...]goja.Value{
		str(u.protocol), slashes, str(u.auth), str(u.host), str(u.port), str(u.hostname),
		str(u.hash), str(u.search), query, str(u.pathname), str(u.path), str(u.href),
	}
}

// get reads the properties of an object that may have been made by hand.
func (r *Room) get(o *goja.Object) (u legacy) {
	str := func(name string) text {
		v := o.Get(name)
		if bind.IsNullish(v) {
			return text{}
		}
		return some(v.String())
	}
	u.protocol, u.auth, u.host, u.port = str("protocol"), str("auth"), str("host"), str("port")
	u.hostname, u.hash, u.search = str("hostname"), str("hash"), str("search")
	u.pathname, u.path, u.href = str("pathname"), str("path"), str("href")
	u.slashes = bind.Truthy(o.Get("slashes"))
	if q, ok := o.Get("query").(*goja.Object); ok {
		u.parsed = q
	} else {
		u.query = str("query")
	}
	return u
}

// invalidURL returns ERR_INVALID_URL for the input; base may be nil.
func (r *Room) invalidURL(input string, base goja.Value) *goja.Object {
	err := r.h.Err.New("ERR_INVALID_URL")
	err.Set("input", input)
	if base != nil && !goja.IsUndefined(base) {
		err.Set("base", base)
	}
	return err
}

func (r *Room) uriError() *goja.Object { return r.h.Err.Plain(nodeerr.URIError, "URI malformed") }

// warnPort emits DEP0170 once.
func (r *Room) warnPort(url string) {
	if r.warned {
		return
	}
	r.warned = true
	w := r.h.Err.Plain(nodeerr.Error, "The URL "+url+" is invalid. Future versions of Node.js will throw an error.")
	w.Set("name", "DeprecationWarning")
	w.Set("code", "DEP0170")
	r.h.Process.EmitWarning(w)
}

func (r *Room) domain(convert func(string) string) bind.Func {
	return func(c goja.FunctionCall) goja.Value {
		if len(c.Arguments) == 0 {
			r.h.Err.Throw("ERR_MISSING_ARGS", `The "domain" argument`)
		}
		s := c.Argument(0).String()
		if strings.ContainsAny(s, "\x00\t\n\r #%/:<>?@[\\]^|") {
			return bind.String("")
		}
		return bind.String(convert(s))
	}
}
