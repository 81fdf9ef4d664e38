package fetch

import (
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	nodeurl "github.com/gonode/gonode/modules/url"
)

// response is the state of a Response.
//
// Source: https://fetch.spec.whatwg.org/#response-class; Node v20 deps/undici, lib/web/fetch/response.js.
type response struct {
	kind       string // type
	status     int
	statusText string
	urls       []*nodeurl.URL
	fields     headers
	object     *goja.Object // the Headers, once somebody asked
	body       *body
	aborted    bool
	ranged     bool // the request asked for a part
}

func (s *response) parts() (*body, *headerList, bool) { return s.body, s.fields.list, s.aborted }

func newResponse() *response {
	return &response{kind: "default", status: 200, fields: headers{list: new(headerList)}}
}

// isRedirect tells the statuses that lead elsewhere.
func isRedirect(status int) bool {
	return slices.Contains([]int{301, 302, 303, 307, 308}, status)
}

// hasNoBody tells the statuses of responses without a body.
func hasNoBody(status int) bool { return slices.Contains([]int{101, 204, 205, 304}, status) }

// wrap makes the object of a response.
func (r *Room) wrapResponse(s *response) *goja.Object {
	o := r.vm.CreateObject(r.Response().Proto)
	bind.Own(o).Put(bind.Self, s)
	return o
}

// responseInit is a ResponseInit, converted.
type responseInit struct {
	status     int
	statusText string
	headers    [][]string
}

func (r *Room) responseInit(v goja.Value) (init responseInit) {
	init.status = 200
	o := r.dictionary(v, "undefined")
	if o == nil {
		return init
	}
	if v := o.Get("status"); !bind.IsUndefined(v) {
		init.status = int(uint16(toNumber(v).ToInteger()))
	}
	if v := o.Get("statusText"); !bind.IsUndefined(v) {
		init.statusText = r.byteString(v, "undefined", "undefined.statusText")
	}
	if v := o.Get("headers"); !bind.IsUndefined(v) {
		init.headers = r.headersInit(v, "undefined", "undefined.headers")
	}
	return init
}

// initResponse fills s; b may be nil.
func (r *Room) initResponse(s *response, init responseInit, b *body, mime string) {
	if init.status < 200 || init.status > 599 {
		panic(r.h.Err.Plain(nodeerr.RangeError, `init["status"] must be in the range of 200 to 599, inclusive.`))
	}
	for _, c := range init.statusText {
		if c < ' ' && c != '\t' || c == 0x7F {
			panic(r.typeError("Invalid statusText"))
		}
	}
	s.status, s.statusText = init.status, init.statusText
	r.fillHeaders(&s.fields, init.headers)
	if b == nil {
		return
	}
	if hasNoBody(s.status) {
		panic(r.typeError("Response constructor: Invalid response status code %d", s.status))
	}
	s.body = b
	if mime != "" && !s.fields.list.has("content-type") {
		s.fields.list.append("content-type", mime)
	}
}

// Response returns the class.
func (r *Room) Response() *bind.Built {
	if r.responseClass != nil {
		return r.responseClass
	}
	get := func(name string, fn func(s *response) goja.Value) bind.Accessor { return accessor(r, name, fn) }
	accessors := []bind.Accessor{
		get("type", func(s *response) goja.Value { return bind.String(s.kind) }),
		get("url", func(s *response) goja.Value {
			if len(s.urls) == 0 {
				return bind.String("")
			}
			return text(s.urls[len(s.urls)-1].WithoutHash())
		}),
		get("redirected", func(s *response) goja.Value { return bind.Bool(len(s.urls) > 1) }),
		get("status", func(s *response) goja.Value { return bind.Int(s.status) }),
		get("ok", func(s *response) goja.Value { return bind.Bool(s.status >= 200 && s.status <= 299) }),
		get("statusText", func(s *response) goja.Value { return text(s.statusText) }),
		get("headers", func(s *response) goja.Value {
			if s.object == nil {
				s.object = r.newHeaders(&s.fields)
			}
			return s.object
		}),
	}
	b := r.class(bind.Class{Name: "Response",
		Construct: func(this *goja.Object, args []goja.Value) {
			s := newResponse()
			var given bodyInit
			v := bind.Arg(args, 0)
			has := !bind.IsNullish(v)
			if has {
				given = r.convertBody(v, "undefined", "undefined")
			}
			init := r.responseInit(bind.Arg(args, 1))
			var content *body
			var mime string
			if has {
				content, mime = r.extract(given, false)
			}
			r.initResponse(s, init, content, mime)
			bind.Own(this).Put(bind.Self, s)
		},
		Accessors: append(accessors, bodyAccessors[*response](r)...),
		Methods: append([]bind.Method{method(r, "Response", "clone", 0, func(s *response, _ goja.FunctionCall) goja.Value {
			if s.body.unusable() {
				panic(r.typeError("Response.clone: Body has already been consumed."))
			}
			c := *s
			c.object, c.fields.list, c.body = nil, s.fields.list.clone(), s.body.clone()
			return r.wrapResponse(&c)
		})}, bodyMethods[*response](r)...),
		Statics: []bind.Method{
			{Name: "error", Fn: func(goja.FunctionCall) goja.Value {
				s := newResponse()
				s.kind, s.status, s.fields.immutable = "error", 0, true
				return r.wrapResponse(s)
			}},
			{Name: "json", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				r.needs(c.Arguments, 1, "Response.json")
				if goja.IsNull(c.Argument(1)) {
					panic(r.typeError("Cannot read properties of null (reading 'status')"))
				}
				init := r.responseInit(c.Argument(1))
				v := bind.Invoke(r.vm, r.json, "stringify", c.Arguments[0])
				if bind.IsUndefined(v) {
					panic(r.typeError("Value is not JSON serializable"))
				}
				s := newResponse()
				r.initResponse(s, init, r.wholeBody([]byte(v.String())), "application/json")
				return r.wrapResponse(s)
			}},
			{Name: "redirect", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				r.needs(c.Arguments, 1, "Response.redirect")
				url := r.parseURL(r.usvString(c.Arguments[0]), "Failed to parse URL from %s")
				s := newResponse()
				s.status = 302
				if v := c.Argument(1); !goja.IsUndefined(v) {
					s.status = int(uint16(toNumber(v).ToInteger()))
				}
				if !isRedirect(s.status) {
					panic(r.h.Err.Plain(nodeerr.RangeError, "Invalid status code "+bind.Int(s.status).String()))
				}
				s.fields.immutable = true
				s.fields.list.append("location", url.Href())
				return r.wrapResponse(s)
			}},
		}})
	r.inspectFields(b, "Response", []string{"status", "statusText", "headers", "body", "bodyUsed", "ok", "redirected", "type", "url"})
	r.responseClass = b
	return b
}

// toNumber is JavaScript's Number(v) of what is no bigint.
func toNumber(v goja.Value) goja.Value { return v.ToNumber() }

// parseURL parses an absolute URL; message is what is thrown for another, with the text.
func (r *Room) parseURL(s, message string) *nodeurl.URL {
	u, ok := nodeurl.Parse(s, nil)
	if !ok {
		e := r.typeError(message, s)
		bind.Hide(e, "cause", nodeurl.Rooms.Of(r.h).Invalid(s, nil))
		panic(e)
	}
	return u
}
