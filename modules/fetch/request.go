package fetch

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	nodeurl "github.com/gonode/gonode/modules/url"
)

// request is the state of a Request.
//
// Source: https://fetch.spec.whatwg.org/#request-class; Node v20 deps/undici, lib/web/fetch/request.js.
type request struct {
	method         string
	urls           []*nodeurl.URL
	fields         headers
	object         *goja.Object // the Headers, once somebody asked
	body           *body
	referrer       *nodeurl.URL // nil: noReferrer tells whether it is none or the client
	noReferrer     bool
	referrerPolicy string
	mode           string
	credentials    string
	cache          string
	redirect       string
	integrity      string
	keepalive      bool

	// follows is the signal that the program gave; signal, which follows it, is made when somebody asks.
	follows *goja.Object
	signal  *goja.Object
}

func (q *request) parts() (*body, *headerList, bool) { return q.body, q.fields.list, false }

// url is the one to ask now.
func (q *request) url() *nodeurl.URL { return q.urls[len(q.urls)-1] }

var (
	referrerPolicies = []string{"", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
		"origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url"}
	modes       = []string{"navigate", "same-origin", "no-cors", "cors"}
	credentials = []string{"omit", "same-origin", "include"}
	caches      = []string{"default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"}
	redirects   = []string{"follow", "manual", "error"}
)

// requestInit is a RequestInit, converted; has tells which members are there.
type requestInit struct {
	has                                         map[string]bool
	method, referrer, referrerPolicy            string
	mode, credentials, cache, redirect, summary string
	headers                                     [][]string
	body                                        *bodyInit
	keepalive                                   bool
	signal, window                              goja.Value
}

// dictionary checks a dictionary; nil if there is none.
func (r *Room) dictionary(v goja.Value, prefix string) *goja.Object {
	o, ok := v.(*goja.Object)
	if !ok && !bind.IsNullish(v) {
		panic(r.typeError("%s: Expected %s to be one of: Null, Undefined, Object.", prefix, v.String()))
	}
	return o
}

func (r *Room) requestInit(v goja.Value) *requestInit {
	const prefix = "Request constructor"
	init := &requestInit{has: make(map[string]bool)}
	o := r.dictionary(v, prefix)
	if o == nil {
		return init
	}
	member := func(name string) goja.Value {
		v := o.Get(name)
		if bind.IsUndefined(v) {
			return nil
		}
		init.has[name] = true
		return v
	}
	oneOf := func(name string, into *string, allowed []string) {
		v := member(name)
		if v == nil {
			return
		}
		if *into = r.domString(v, prefix, "init."+name).String(); !slices.Contains(allowed, *into) {
			panic(r.typeError("%s: %s is not an accepted type. Expected one of %s.", prefix, *into, strings.Join(allowed, ", ")))
		}
	}
	if v := member("method"); v != nil {
		init.method = r.byteString(v, prefix, "init.method")
	}
	if v := member("headers"); v != nil {
		init.headers = r.headersInit(v, prefix, "init.headers")
	}
	if v := member("body"); v != nil && !goja.IsNull(v) {
		b := r.convertBody(v, prefix, "init.body")
		init.body = &b
	}
	if v := member("referrer"); v != nil {
		init.referrer = r.usvString(v)
	}
	oneOf("referrerPolicy", &init.referrerPolicy, referrerPolicies)
	oneOf("mode", &init.mode, modes)
	oneOf("credentials", &init.credentials, credentials)
	oneOf("cache", &init.cache, caches)
	oneOf("redirect", &init.redirect, redirects)
	if v := member("integrity"); v != nil {
		init.summary = r.domString(v, prefix, "init.integrity").String()
	}
	if v := member("keepalive"); v != nil {
		init.keepalive = v.ToBoolean()
	}
	init.signal, init.window = member("signal"), member("window")
	var duplex string
	oneOf("duplex", &duplex, []string{"half"})
	if v := member("dispatcher"); v != nil && bind.Truthy(v) {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "The dispatcher option of fetch")
	}
	return init
}

// validMethod is the method that a program names.
func (r *Room) validMethod(s string) string {
	upper := strings.ToUpper(s)
	switch {
	case !isToken(s):
		panic(r.typeError("'%s' is not a valid HTTP method.", s))
	case upper == "CONNECT" || upper == "TRACE" || upper == "TRACK":
		panic(r.typeError("'%s' HTTP method is unsupported.", s))
	case slices.Contains([]string{"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"}, upper):
		return upper
	}
	if s == "patch" && !r.warnedPatch {
		r.warnedPatch = true
		w := r.h.Err.Plain(nodeerr.Error, "Using `patch` is highly likely to result in a `405 Method Not Allowed`. `PATCH` is much more likely to succeed.")
		w.Set("name", "Warning")
		w.Set("code", "UNDICI-FETCH-patch")
		r.h.Process.EmitWarning(w)
	}
	return s
}

// newRequest is new Request(input, init).
func (r *Room) newRequest(input, given goja.Value) *request {
	from, isRequest := bind.SelfOf[*request](input)
	var address string
	if !isRequest {
		address = r.usvString(input)
	}
	init := r.requestInit(given)
	var q request
	mode := ""
	if isRequest {
		q = *from
		q.object, q.signal, q.body = nil, nil, nil // the signal of from does what the one does that it follows
		q.fields = headers{list: from.fields.list.clone()}
		q.urls = slices.Clone(from.urls)
	} else {
		url := r.parseURL(address, "Failed to parse URL from %s")
		if url.Username() != "" || url.Password() != "" {
			panic(r.typeError("Request cannot be constructed from a URL that includes credentials: %s", address))
		}
		q = request{method: "GET", urls: []*nodeurl.URL{url}, fields: headers{list: new(headerList)},
			mode: "no-cors", credentials: "same-origin", cache: "default", redirect: "follow"}
		mode = "cors"
	}
	if init.window != nil && !goja.IsNull(init.window) {
		panic(r.typeError("'window' option 'client' must be null"))
	}
	if len(init.has) > 0 {
		q.referrer, q.noReferrer, q.referrerPolicy = nil, false, ""
		q.urls = q.urls[len(q.urls)-1:]
	}
	if init.has["referrer"] {
		if q.noReferrer = init.referrer == ""; !q.noReferrer {
			q.referrer = r.parseURL(init.referrer, `Referrer "%s" is not a valid URL.`)
			if q.referrer.Href() == "about:client" {
				q.referrer = nil
			}
		}
	}
	if init.has["mode"] {
		mode = init.mode
	}
	if mode == "navigate" {
		panic(r.typeError("Request constructor: invalid request mode navigate."))
	}
	for _, m := range []struct {
		name     string
		to, from *string
	}{{"referrerPolicy", &q.referrerPolicy, &init.referrerPolicy}, {"credentials", &q.credentials, &init.credentials},
		{"cache", &q.cache, &init.cache}, {"redirect", &q.redirect, &init.redirect}, {"integrity", &q.integrity, &init.summary}} {
		if init.has[m.name] {
			*m.to = *m.from
		}
	}
	if mode != "" {
		q.mode = mode
	}
	if q.cache == "only-if-cached" && q.mode != "same-origin" {
		panic(r.typeError("'only-if-cached' can be set only with 'same-origin' mode"))
	}
	if init.has["keepalive"] {
		q.keepalive = init.keepalive
	}
	if init.has["method"] {
		q.method = r.validMethod(init.method)
	}
	if init.has["signal"] {
		q.follows = nil
		if !goja.IsNull(init.signal) {
			o, ok := init.signal.(*goja.Object)
			if ok {
				_, ok = bind.ToCallable(o.Get("addEventListener"))
			}
			if !ok || nodeerr.TypeOf(o.Get("aborted")) != "boolean" {
				panic(r.typeError("Failed to construct 'Request': member signal is not of type AbortSignal."))
			}
			q.follows = o
		}
	}
	if mode == "no-cors" && !slices.Contains([]string{"GET", "HEAD", "POST"}, q.method) {
		panic(r.typeError("'%s is unsupported in no-cors mode.", q.method))
	}
	if init.has["headers"] {
		q.fields.list = new(headerList)
		r.fillHeaders(&q.fields, init.headers)
	}
	if (init.body != nil || isRequest && from.body != nil) && (q.method == "GET" || q.method == "HEAD") {
		panic(r.typeError("Request with GET/HEAD method cannot have body."))
	}
	r.requestBody(&q, from, init)
	return &q
}

// requestBody gives q the body of init, or takes over that of the Request it was made of.
func (r *Room) requestBody(q, from *request, init *requestInit) {
	var mime string
	if init.body != nil {
		if q.body, mime = r.extract(*init.body, q.keepalive); mime != "" && !q.fields.list.has("content-type") {
			q.fields.list.append("content-type", mime)
		}
	} else if from != nil {
		q.body = from.body
	}
	if q.body == nil {
		return
	}
	if !q.body.whole {
		if init.body != nil && !init.has["duplex"] {
			panic(r.typeError("RequestInit: duplex option is required when sending a body."))
		}
		if q.mode != "same-origin" && q.mode != "cors" {
			panic(r.typeError(`If request is made from ReadableStream, mode should be "same-origin" or "cors"`))
		}
	}
	if init.body == nil {
		if from.body.unusable() {
			panic(r.typeError("Cannot construct a Request with a Request object that has already been used."))
		}
		moved := &body{r: r, chunks: from.body.chunks, whole: from.body.whole, length: from.body.length}
		moved.src = from.body.open() // which uses up that of the other
		q.body = moved
	}
}

// signalOf returns the signal of a Request, which it makes if there is none.
func (r *Room) signalOf(q *request) *goja.Object {
	if q.signal != nil {
		return q.signal
	}
	s := r.targets.NewSignal()
	q.signal = s.Object()
	if q.follows != nil {
		follow := func() { r.targets.Abort(s, reasonOf(q.follows)) }
		if bind.Truthy(q.follows.Get("aborted")) {
			follow()
		} else {
			r.onAbort(q.follows, follow)
		}
	}
	return q.signal
}

// reasonOf is the reason of a signal that has aborted.
func reasonOf(signal *goja.Object) goja.Value { return bind.Property(signal, "reason") }

// onAbort has fn called when the signal, which may be of any class, aborts.
func (r *Room) onAbort(signal *goja.Object, fn func()) (off func()) {
	listener := r.callback(func(goja.Value) { fn() }).(*goja.Object)
	if s, ok := bind.SelfOf[*events.AbortSignal](signal); ok {
		// Without the warning of many listeners: one may stop any number of requests.
		s.Listen("abort", listener, true, func(*goja.Object) { fn() })
		return func() { s.Unlisten("abort", listener) }
	}
	bind.Invoke(r.vm, signal, "addEventListener", bind.String("abort"), listener)
	return func() {
		if remove, ok := bind.ToCallable(signal.Get("removeEventListener")); ok {
			remove.Call(signal, bind.String("abort"), listener)
		}
	}
}

// Request returns the class.
func (r *Room) Request() *bind.Built {
	if r.requestClass != nil {
		return r.requestClass
	}
	get := func(name string, fn func(q *request) goja.Value) bind.Accessor { return accessor(r, name, fn) }
	str := func(name string, fn func(q *request) string) bind.Accessor {
		return get(name, func(q *request) goja.Value { return text(fn(q)) })
	}
	no := func(name string) bind.Accessor { return get(name, func(*request) goja.Value { return bind.False }) }
	accessors := []bind.Accessor{
		str("method", func(q *request) string { return q.method }),
		str("url", func(q *request) string { return q.urls[0].Href() }),
		get("headers", func(q *request) goja.Value {
			if q.object == nil {
				q.object = r.newHeaders(&q.fields)
			}
			return q.object
		}),
		str("destination", func(*request) string { return "" }),
		str("referrer", func(q *request) string {
			switch {
			case q.noReferrer:
				return ""
			case q.referrer == nil:
				return "about:client"
			}
			return q.referrer.Href()
		}),
		str("referrerPolicy", func(q *request) string { return q.referrerPolicy }),
		str("mode", func(q *request) string { return q.mode }),
		str("credentials", func(q *request) string { return q.credentials }),
		str("cache", func(q *request) string { return q.cache }),
		str("redirect", func(q *request) string { return q.redirect }),
		str("integrity", func(q *request) string { return q.integrity }),
		get("keepalive", func(q *request) goja.Value { return bind.Bool(q.keepalive) }),
		no("isReloadNavigation"),
		no("isHistoryNavigation"),
		get("signal", func(q *request) goja.Value { return r.signalOf(q) }),
	}
	accessors = append(accessors, bodyAccessors[*request](r)...)
	b := r.class(bind.Class{Name: "Request", Length: 1,
		Construct: func(this *goja.Object, args []goja.Value) {
			r.needs(args, 1, "Request constructor")
			bind.Own(this).Put(bind.Self, r.newRequest(args[0], bind.Arg(args, 1)))
		},
		Accessors: append(accessors, str("duplex", func(*request) string { return "half" })),
		Methods: append([]bind.Method{method(r, "Request", "clone", 0, func(q *request, _ goja.FunctionCall) goja.Value {
			if q.body.unusable() {
				panic(r.typeError("unusable"))
			}
			c := *q
			c.object, c.signal = nil, nil
			c.fields.list, c.body = q.fields.list.clone(), q.body.clone()
			o := r.vm.CreateObject(r.Request().Proto)
			bind.Own(o).Put(bind.Self, &c)
			return o
		})}, bodyMethods[*request](r)...)})
	r.inspectFields(b, "Request", []string{"method", "url", "headers", "destination", "referrer", "referrerPolicy", "mode", "credentials",
		"cache", "redirect", "integrity", "keepalive", "isReloadNavigation", "isHistoryNavigation", "signal"})
	r.requestClass = b
	return b
}

// inspectFields shows the objects of a class by the values of their accessors.
func (r *Room) inspectFields(b *bind.Built, class string, names []string) {
	r.inspectAs(b, func(v goja.Value, opts *goja.Object) string {
		o := r.vm.NewObject()
		for _, name := range names {
			o.Set(name, v.(*goja.Object).Get(name))
		}
		if goja.IsNull(opts.Get("depth")) {
			opts.Set("depth", 2)
		}
		return class + " " + r.util.FormatWith(opts, []goja.Value{o}).String()
	})
}
