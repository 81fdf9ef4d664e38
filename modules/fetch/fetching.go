package fetch

import (
	"slices"
	"strconv"
	"strings"
	"weak"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	nodeurl "github.com/gonode/gonode/modules/url"
)

// fetching is one call of fetch.
//
// Source: https://fetch.spec.whatwg.org/#fetching; Node v20 deps/undici, lib/web/fetch/index.js.
type fetching struct {
	r         *Room
	req       *request
	resolve   func(any) error // nil: the promise is settled; they keep it, and it the response
	reject    func(any) error
	offAbort  func()
	redirects int
	asked     bool   // again, after 421
	tainting  string // basic, cors or opaque
	exchange  *exchange
	response  weak.Pointer[response] // what the program has
}

// maxRedirects is how often a fetch is led elsewhere.
const maxRedirects = 20

// fetch is the global fetch(input[, init]).
func (r *Room) fetch(c goja.FunctionCall) goja.Value {
	p, resolve, reject := r.vm.NewPromise()
	f := &fetching{r: r, resolve: resolve, reject: reject, tainting: "basic"}
	if err := r.thrown(func() {
		f.req = r.newRequest(c.Argument(0), c.Argument(1))
		f.start()
	}); err != nil {
		_ = reject(err)
	}
	return r.vm.ToValue(p)
}

func (f *fetching) start() {
	if signal := f.req.follows; signal != nil {
		if bind.Truthy(signal.Get("aborted")) {
			f.abort(reasonOf(signal))
			return
		}
		f.offAbort = f.r.onAbort(signal, func() { f.abort(reasonOf(signal)) })
	}
	for _, name := range []string{"accept", "accept-language"} {
		if !f.req.fields.list.has(name) {
			f.req.fields.list.append(name, map[string]string{"accept": "*/*", "accept-language": "*"}[name])
		}
	}
	f.main()
}

// over lets go of the signal: there is nothing left to stop.
func (f *fetching) over() {
	if f.offAbort != nil {
		f.offAbort()
		f.offAbort = nil
	}
}

// abort gives everything up for a reason that the program has.
func (f *fetching) abort(reason goja.Value) {
	f.over()
	if x := f.exchange; x != nil {
		f.exchange = nil
		x.giveUp(reason)
	} else {
		f.req.body.cancel(reason)
	}
	if s := f.response.Value(); s != nil {
		s.aborted = true
	}
	if f.resolve != nil {
		_ = f.settles()(reason)
	}
}

// fail rejects with what kept the response from coming.
func (f *fetching) fail(cause goja.Value) {
	if f.resolve == nil {
		return
	}
	f.over()
	reject := f.settles()
	if x := f.exchange; x != nil {
		f.exchange = nil
		x.giveUp(cause)
	}
	e := f.r.typeError("fetch failed")
	bind.Hide(e, "cause", cause)
	_ = reject(e)
}

// settles lets go of the promise and returns what rejects it.
func (f *fetching) settles() (reject func(any) error) {
	reject = f.reject
	f.resolve, f.reject = nil, nil
	return reject
}

// failed is fail for a reason in words.
func (f *fetching) failed(why string) { f.fail(f.r.h.Err.Plain(nodeerr.Error, why)) }

// main asks for the URL of the moment.
//
// Source: https://fetch.spec.whatwg.org/#main-fetch.
func (f *fetching) main() {
	q := f.req
	u := q.url()
	if isHTTP(u) && badPort(u.Port()) {
		f.failed("bad port")
		return
	}
	if q.referrerPolicy == "" {
		q.referrerPolicy = "strict-origin-when-cross-origin"
	}
	if q.referrer = q.sentReferrer(); q.referrer == nil {
		q.noReferrer = true
	}
	switch {
	case f.tainting == "basic" && sameOrigin(u, q.urls[0]), u.Protocol() == "data:":
		f.tainting = "basic"
	case q.mode == "same-origin":
		f.failed(`request mode cannot be "same-origin"`)
		return
	case q.mode == "no-cors":
		if q.redirect != "follow" {
			f.failed(`redirect mode cannot be "follow" for "no-cors" request`)
			return
		}
		f.tainting = "opaque"
	case !isHTTP(u):
		f.failed("URL scheme must be a HTTP(S) scheme")
		return
	default:
		f.tainting = "cors"
	}
	switch u.Protocol() {
	case "about:":
		f.failed("about scheme is not supported")
	case "blob:":
		f.fromBlob(u)
	case "data:":
		f.fromData(u)
	case "file:":
		f.failed("not implemented... yet...")
	case "http:":
		f.ask()
	case "https:":
		f.fail(f.r.h.Err.Coded(nodeerr.Error, "ERR_METHOD_NOT_IMPLEMENTED", "fetch of https: URLs is not implemented: there is no TLS"))
	default:
		f.failed("unknown scheme")
	}
}

// finish is given the response; its body, if it has one, is the fetching's to close.
func (f *fetching) finish(s *response) {
	q := f.req
	s.urls = slices.Clone(q.urls)
	s.kind = f.tainting
	s.fields.immutable = true
	if q.method == "HEAD" || hasNoBody(s.status) {
		s.body.cancel(goja.Undefined())
		s.body = nil
	}
	if f.tainting == "opaque" {
		if s.status == 206 && s.ranged && !q.fields.list.has("range") {
			f.failed("")
			return
		}
		s.body.cancel(goja.Undefined())
		s.urls, s.status, s.statusText, s.body = nil, 0, "", nil
	}
	if q.integrity == "" {
		f.deliver(s)
		return
	}
	if s.body == nil {
		f.failed("")
		return
	}
	s.body.read(func(data []byte) {
		if !matches(data, q.integrity) {
			f.failed("integrity mismatch")
			return
		}
		s.body = f.r.wholeBody(data)
		f.deliver(s)
	}, f.fail)
}

func (f *fetching) deliver(s *response) {
	if f.resolve == nil {
		return
	}
	f.response = weak.Make(s)
	resolve := f.resolve
	f.settles()
	if f.exchange == nil || s.body == nil || s.body.whole {
		f.over()
	} else {
		f.exchange.in.guard(s)
	}
	_ = resolve(f.r.wrapResponse(s))
}

// follow goes where the response leads. The request's fields are its own: a program does not see them.
//
// Source: https://fetch.spec.whatwg.org/#http-redirect-fetch.
func (f *fetching) follow(status int, list *headerList, location string) {
	q := f.req
	here := q.url()
	to, ok := nodeurl.Parse(decodeLocation(location), here)
	if !ok {
		f.fail(nodeurl.Rooms.Of(f.r.h).Invalid(location, here))
		return
	}
	if to.Hash() == "" {
		to.SetHash(here.Hash())
	}
	credentials := to.Username() != "" || to.Password() != ""
	switch {
	case !isHTTP(to):
		f.failed("URL scheme must be a HTTP(S) scheme")
		return
	case f.redirects == maxRedirects:
		f.failed("redirect count exceeded")
		return
	case q.mode == "cors" && credentials:
		f.failed(`cross origin not allowed for request mode "cors"`)
		return
	case f.tainting == "cors" && credentials:
		f.failed(`URL cannot contain credentials for request mode "cors"`)
		return
	case status != 303 && q.body != nil && !q.body.whole:
		f.failed("")
		return
	}
	f.redirects++
	if (status == 301 || status == 302) && q.method == "POST" || status == 303 && q.method != "GET" && q.method != "HEAD" {
		q.method, q.body = "GET", nil
		for _, name := range []string{"content-encoding", "content-language", "content-location", "content-type", "content-length"} {
			q.fields.list.delete(name)
		}
	}
	if !sameOrigin(here, to) {
		for _, name := range []string{"authorization", "proxy-authorization", "cookie", "host"} {
			q.fields.list.delete(name)
		}
	}
	if q.body != nil {
		q.body = q.body.again()
	}
	q.urls = append(q.urls, to)
	policies, _ := list.get("referrer-policy")
	for _, policy := range slices.Backward(strings.Split(policies, ",")) {
		if policy = strings.TrimSpace(policy); policy != "" && slices.Contains(referrerPolicies, policy) {
			q.referrerPolicy = policy
			break
		}
	}
	f.main()
}

// decodeLocation makes text of a field that has UTF-8: its characters are bytes.
func decodeLocation(s string) string {
	b := make([]byte, 0, len(s))
	for _, c := range s {
		b = append(b, byte(c))
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// fromBlob answers with the bytes behind URL.createObjectURL.
func (f *fetching) fromBlob(u *nodeurl.URL) {
	if u.Search() != "" {
		f.failed("NetworkError when attempting to fetch resource.")
		return
	}
	data, mime, ok := f.r.buffers.ResolveObjectURL(u.Href())
	if !ok || f.req.method != "GET" {
		f.failed("invalid method")
		return
	}
	s := newResponse()
	s.statusText = "OK"
	add := s.fields.list.append
	part := data
	value, ranged := f.req.fields.list.get("range")
	if ranged {
		first, last, ok := byteRange(value, len(data))
		if !ok {
			f.failed("failed to fetch the data URL")
			return
		}
		part = data[first : last+1]
		s.ranged, s.status, s.statusText = true, 206, "Partial Content"
		defer add("content-range", "bytes "+strconv.Itoa(first)+"-"+strconv.Itoa(last)+"/"+strconv.Itoa(len(data)))
	}
	add("content-length", strconv.Itoa(len(part)))
	add("content-type", mime)
	s.body = f.r.wholeBody(part)
	f.finish(s)
}

// byteRange reads one range of a Range field.
//
// Source: https://fetch.spec.whatwg.org/#simple-range-header-value.
func byteRange(s string, size int) (first, last int, ok bool) {
	s, ok = strings.CutPrefix(s, "bytes")
	unit, s, ok2 := strings.Cut(s, "=")
	from, to, ok3 := strings.Cut(s, "-")
	from, to = strings.Trim(from, "\t "), strings.Trim(to, "\t ")
	if !ok || !ok2 || !ok3 || strings.Trim(unit, "\t ") != "" || from+to == "" {
		return 0, 0, false
	}
	number := func(s string, none int) int {
		if s == "" {
			return none
		}
		n, err := strconv.ParseUint(s, 10, 31)
		if err != nil {
			ok = false
		}
		return int(n)
	}
	if from == "" {
		first, last = max(size-number(to, 0), 0), size-1
	} else {
		first, last = number(from, 0), min(number(to, size-1), size-1)
	}
	return first, last, ok && first <= last
}

// fromData answers with what a data: URL holds.
func (f *fetching) fromData(u *nodeurl.URL) {
	data, mime, ok := parseData(u.WithoutHash())
	if !ok {
		f.failed("failed to fetch the data URL")
		return
	}
	s := newResponse()
	s.statusText = "OK"
	s.fields.list.append("content-type", mime.String())
	s.body = f.r.wholeBody(data)
	f.finish(s)
}
