package url

import (
	"math"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

func (r *Room) inspectURL(c goja.FunctionCall) goja.Value {
	if d := c.Argument(0); nodeerr.IsNumber(d) && d.ToFloat() < 0 {
		return c.This
	}
	this, ok := c.This.(*goja.Object)
	if !ok {
		panic(r.h.VM.NewTypeError("Cannot read properties of " + c.This.String() + " (reading 'href')"))
	}
	o := r.h.VM.NewObject()
	for _, name := range []string{"href", "origin", "protocol", "username", "password", "host", "hostname",
		"port", "pathname", "search", "searchParams", "hash"} {
		o.Set(name, this.Get(name))
	}
	if opts, ok := c.Argument(1).(*goja.Object); ok && bind.Truthy(opts.Get("showHidden")) {
		if u, ok := bind.SelfOf[*URL](this); ok {
			o.SetSymbol(goja.NewSymbol("context"), r.urlContext(u))
		}
	}
	name := "URL"
	if n := bind.Property(bind.Property(this, "constructor"), "name"); bind.Truthy(n) {
		name = n.String()
	}
	return bind.String(name + " " + r.inspectWith(c)(o, c.Argument(1)))
}

// schemes are the numbers that Node's parser gives the schemes; 1 is every other one.
//
// Source: Node v20 deps/ada, ada::scheme::type.
var schemes = map[string]int64{"http:": 0, "https:": 2, "ws:": 3, "ftp:": 4, "wss:": 5, "file:": 6}

// urlContext is what util.inspect shows with showHidden: where the parts stand in the text.
//
// Source: Node v20 lib/internal/url.js, class URLContext; deps/ada, url_components.
func (r *Room) urlContext(u *URL) *goja.Object {
	class := bind.Define(r.h.VM, bind.Class{Name: "URLContext", Mode: bind.CallNever})
	href := u.href()
	hash, search := strings.IndexByte(href, '#'), -1
	end := len(href)
	if hash >= 0 {
		end = hash
	}
	if search = strings.IndexByte(href[:end], '?'); search >= 0 {
		end = search
	}
	path := end - len(u.u.Pathname())
	protocol := len(u.u.Protocol())
	user, host, hostEnd := protocol, protocol, protocol
	if u.hasHost() {
		user += len("//") + len(u.u.Username())
		host = user
		if p := u.u.Password(); p != "" {
			host += len(":") + len(p)
		}
		hostEnd = host + len(u.u.Hostname())
		if host < len(href) && href[host] == '@' {
			hostEnd++
		}
	}
	const omitted = math.MaxUint32
	port, err := strconv.ParseInt(u.u.Port(), 10, 64)
	if err != nil {
		port = omitted
	}
	at := func(i int) int64 {
		if i < 0 {
			return omitted
		}
		return int64(i)
	}
	scheme, ok := schemes[u.u.Protocol()]
	if !ok {
		scheme = 1
	}
	o := r.h.VM.CreateObject(class.Proto)
	o.Set("href", href)
	for _, f := range []struct {
		name  string
		value int64
	}{{"protocol_end", int64(protocol)}, {"username_end", int64(user)}, {"host_start", int64(host)}, {"host_end", int64(hostEnd)},
		{"pathname_start", int64(path)}, {"search_start", at(search)}, {"hash_start", at(hash)}, {"port", port}, {"scheme_type", scheme}} {
		o.Set(f.name, f.value)
	}
	has := func(name string, there bool) bind.Accessor {
		return bind.Accessor{Name: name, Get: func(goja.FunctionCall) goja.Value { return bind.Bool(there) }}
	}
	bind.DefineAccessors(r.h.VM, class.Proto, []bind.Accessor{has("hasPort", port != omitted), has("hasSearch", search >= 0), has("hasHash", hash >= 0)})
	return o
}
