package dns

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Resolver is the state of a dns.Resolver or dns.promises.Resolver.
type Resolver struct {
	room    *Room
	channel channel
	chosen  bool // the servers are the program's
	running map[*request]struct{}
	started int
}

// request is a query under way.
type request struct {
	*job
	number int
	finish func(recs []record, f *failure)
	f      failure // with syscall and hostname
}

// form is how results are told: to a callback, or by a promise.
type form struct {
	promise bool
	resolve int // the length of resolve
}

var callbackForm, promiseForm = form{false, 3}, form{true, 2}

// query is one row of the table of things that can be asked.
type query struct {
	method  string // of Resolver
	rrtype  string // for resolve; "": not through it
	binding string // the syscall of errors, and the function's name
	typ     dnsmessage.Type
	result  func(r *Room, recs []record, ttl bool) goja.Value
}

var queries = []query{
	{"resolveAny", "ANY", "queryAny", dnsmessage.TypeALL, anyResult},
	{"resolve4", "A", "queryA", dnsmessage.TypeA, addressResult},
	{"resolve6", "AAAA", "queryAaaa", dnsmessage.TypeAAAA, addressResult},
	{"resolveCaa", "CAA", "queryCaa", typeCAA, objectResult},
	{"resolveCname", "CNAME", "queryCname", dnsmessage.TypeCNAME, valueResult},
	{"resolveMx", "MX", "queryMx", dnsmessage.TypeMX, objectResult},
	{"resolveNs", "NS", "queryNs", dnsmessage.TypeNS, valueResult},
	{"resolveTxt", "TXT", "queryTxt", dnsmessage.TypeTXT, valueResult},
	{"resolveTlsa", "TLSA", "queryTlsa", typeTLSA, objectResult},
	{"resolveSrv", "SRV", "querySrv", dnsmessage.TypeSRV, objectResult},
	{"resolvePtr", "PTR", "queryPtr", dnsmessage.TypePTR, valueResult},
	{"resolveNaptr", "NAPTR", "queryNaptr", typeNAPTR, objectResult},
	{"resolveSoa", "SOA", "querySoa", dnsmessage.TypeSOA, soaResult},
	{"reverse", "", "getHostByAddr", dnsmessage.TypePTR, valueResult},
}

// valueResult is the array of single values.
func valueResult(r *Room, recs []record, _ bool) goja.Value {
	list := make([]any, len(recs))
	for i := range recs {
		list[i] = r.js(recs[i].value())
	}
	return r.h.VM.NewArray(list...)
}

// addressResult is valueResult, or with the option ttl [{address, ttl}, …].
func addressResult(r *Room, recs []record, ttl bool) goja.Value {
	if !ttl {
		return valueResult(r, recs, false)
	}
	list := make([]any, len(recs))
	for i := range recs {
		o := r.object(&recs[i])
		o.Set("ttl", recs[i].ttl)
		list[i] = o
	}
	return r.h.VM.NewArray(list...)
}

func objectResult(r *Room, recs []record, _ bool) goja.Value {
	list := make([]any, len(recs))
	for i := range recs {
		list[i] = r.object(&recs[i])
	}
	return r.h.VM.NewArray(list...)
}

func soaResult(r *Room, recs []record, _ bool) goja.Value { return r.object(&recs[0]) }

// anyOrder is the order in which resolveAny lists the types.
//
// Node v20 src/cares_wrap.cc: AnyTraits::Parse.
var anyOrder = []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeCNAME, dnsmessage.TypeAAAA, dnsmessage.TypeMX, dnsmessage.TypeNS,
	dnsmessage.TypeTXT, dnsmessage.TypeSRV, dnsmessage.TypePTR, typeNAPTR, dnsmessage.TypeSOA, typeCAA, typeTLSA}

func anyResult(r *Room, recs []record, _ bool) goja.Value {
	recs = slices.Clone(recs)
	sort.SliceStable(recs, func(i, j int) bool {
		return slices.Index(anyOrder, recs[i].typ) < slices.Index(anyOrder, recs[j].typ)
	})
	list := make([]any, len(recs))
	for i := range recs {
		o := r.object(&recs[i])
		if t := recs[i].typ; t == dnsmessage.TypeA || t == dnsmessage.TypeAAAA {
			o.Set("ttl", recs[i].ttl)
		}
		o.Set("type", typeNames[recs[i].typ])
		list[i] = o
	}
	return r.h.VM.NewArray(list...)
}

// defineResolvers makes the two classes.
func (r *Room) defineResolvers() {
	r.resolver, r.promiseResolver = r.defineResolver(callbackForm), r.defineResolver(promiseForm)
}

func (r *Room) defineResolver(f form) *bind.Built {
	m := func(fn func(res *Resolver, c goja.FunctionCall) goja.Value) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			res, ok := bind.SelfOf[*Resolver](c.This)
			if !ok {
				panic(r.h.VM.NewTypeError("this is not a dns.Resolver"))
			}
			return fn(res, c)
		}
	}
	base := bind.Define(r.h.VM, bind.Class{Name: "ResolverBase", Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			res := r.newResolver()
			res.options(bind.Arg(args, 0))
			bind.Own(this).Put(bind.Self, res)
		},
		Methods: []bind.Method{
			{Name: "cancel", Fn: m(func(res *Resolver, _ goja.FunctionCall) goja.Value { res.cancel(); return goja.Undefined() })},
			{Name: "getServers", Fn: m(func(res *Resolver, _ goja.FunctionCall) goja.Value { return res.getServers() })},
			{Name: "setServers", Length: 1, Fn: m((*Resolver).setServers)},
			{Name: "setLocalAddress", Length: 2, Fn: m((*Resolver).setLocalAddress)},
		}})
	b := bind.Define(r.h.VM, bind.Class{Name: "Resolver", Mode: bind.CallNever, Parent: base,
		Construct: func(this *goja.Object, args []goja.Value) {
			res := r.newResolver()
			res.options(bind.Arg(args, 0))
			bind.Own(this).Put(bind.Self, res)
		}})
	for _, q := range queries {
		b.Proto.Set(q.method, bind.Function(r.h.VM, bind.Method{Name: q.binding, Length: 2,
			Fn: m(func(res *Resolver, c goja.FunctionCall) goja.Value { return r.query(res, f, q, c) })}))
	}
	b.Proto.Set("resolve", bind.Function(r.h.VM, bind.Method{Name: "resolve", Length: f.resolve,
		Fn: m(func(res *Resolver, c goja.FunctionCall) goja.Value { return r.resolve(res, f, c) })}))
	return b
}

// newResolver returns a resolver for the servers of the system.
func (r *Room) newResolver() *Resolver {
	system := readSystemConfig()
	return &Resolver{room: r, running: make(map[*request]struct{}),
		channel: channel{servers: system.servers, timeout: system.timeout, tries: 4}}
}

// options reads {timeout, tries}.
func (res *Resolver) options(v goja.Value) {
	if t := bind.Property(v, "timeout"); !bind.IsUndefined(t) {
		if ms := res.room.h.Err.ValidateInteger(t, "options.timeout", -1, 1<<31-1); ms >= 0 {
			res.channel.timeout = time.Duration(ms) * time.Millisecond
		}
	}
	if t := bind.Property(v, "tries"); !bind.IsUndefined(t) {
		res.channel.tries = int(res.room.h.Err.ValidateInteger(t, "options.tries", 1, 1<<31-1))
	}
}

// getServers lists the servers, with the port where it is not 53.
func (res *Resolver) getServers() goja.Value {
	list := make([]any, len(res.channel.servers))
	for i, s := range res.channel.servers {
		list[i] = s.String()
		if s.Port() == dnsPort || s.Port() == 0 {
			list[i] = s.Addr().String()
		}
	}
	return res.room.h.VM.NewArray(list...)
}

// setServers takes an array of "address", "address:port" and "[address]:port".
func (res *Resolver) setServers(c goja.FunctionCall) goja.Value {
	e := res.room.h.Err
	array := e.ValidateArray(c.Argument(0), "servers")
	servers := []netip.AddrPort{}
	for i := range int(array.Get("length").ToInteger()) {
		v := array.Get(strconv.Itoa(i))
		if v == nil {
			continue // a hole
		}
		text := e.ValidateString(v, "servers["+strconv.Itoa(i)+"]")
		server, ok := parseServer(text)
		if !ok {
			e.Throw("ERR_INVALID_IP_ADDRESS", text)
		}
		servers = append(servers, server)
	}
	res.channel.servers, res.chosen = servers, true
	return goja.Undefined()
}

var (
	bracketed = regexp.MustCompile(`^\[([^\[\]]*)\]`)
	withPort  = regexp.MustCompile(`:([0-9]+)$`)
)

func parseServer(s string) (netip.AddrPort, bool) {
	if ip, err := netip.ParseAddr(s); err == nil {
		return netip.AddrPortFrom(ip, dnsPort), true
	}
	host, port := s, uint64(dnsPort)
	if i := withPort.FindStringIndex(s); i != nil {
		var err error
		if port, err = strconv.ParseUint(s[i[0]+1:], 10, 16); err != nil {
			return netip.AddrPort{}, false
		}
		host = s[:i[0]]
	}
	if m := bracketed.FindStringSubmatch(s); m != nil {
		host = m[1]
	}
	ip, err := netip.ParseAddr(host)
	return netip.AddrPortFrom(ip, uint16(port)), err == nil
}

// setLocalAddress chooses the addresses that queries come from: one of each family, in any order.
func (res *Resolver) setLocalAddress(c goja.FunctionCall) goja.Value {
	e := res.room.h.Err
	invalid := func(msg string) { panic(e.Coded(nodeerr.TypeError, "ERR_INVALID_ARG_VALUE", msg)) }
	var v4, v6 netip.Addr
	parse := func(text string) {
		ip, err := netip.ParseAddr(text)
		switch {
		case err != nil:
			invalid("Invalid IP address.")
		case ip.Is4() && v4.IsValid():
			invalid("Cannot specify two IPv4 addresses.")
		case ip.Is4():
			v4 = ip
		case v6.IsValid():
			invalid("Cannot specify two IPv6 addresses.")
		default:
			v6 = ip
		}
	}
	first := e.ValidateString(c.Argument(0), "ipv4")
	second := ""
	if v := c.Argument(1); !bind.IsUndefined(v) {
		second = e.ValidateString(v, "ipv6")
	}
	parse(first)
	if !bind.IsUndefined(c.Argument(1)) {
		parse(second)
	}
	res.channel.local4, res.channel.local6 = v4, v6
	return goja.Undefined()
}

// foreign is the refusal to ask the servers that the program chose, nil if there is none. Those of the
// system need no permission of their own.
func (res *Resolver) foreign() *goja.Object {
	a := res.room.h.Settings.Access
	if a == nil || !res.chosen {
		return nil
	}
	for _, s := range res.channel.servers {
		if !a.Connect(s.Addr().String(), int(s.Port())) {
			return res.room.h.Err.Denied(modules.DeniedNet(s.String()))
		}
	}
	return nil
}

// cancel ends all queries with ECANCELLED, in the order they were made, after the present callback.
func (res *Resolver) cancel() {
	all := make([]*request, 0, len(res.running))
	for q := range res.running {
		all = append(all, q)
	}
	slices.SortFunc(all, func(a, b *request) int { return cmp.Compare(a.number, b.number) })
	for _, q := range all {
		delete(res.running, q)
		q.Cancel()
		f := q.f
		f.code = "ECANCELLED"
		res.room.h.Loop.Defer(modules.Func(func() {
			res.room.h.Door.Enter(modules.Func(func() { q.finish(nil, &f) }))
		}))
	}
}

// resolve is resolver.resolve(hostname[, rrtype][, callback]).
func (r *Room) resolve(res *Resolver, f form, c goja.FunctionCall) goja.Value {
	rrtype := c.Argument(1)
	args := []goja.Value{c.Argument(0), c.Argument(2)}
	switch {
	case f.promise && bind.IsUndefined(rrtype):
		rrtype = bind.String("A")
	case !f.promise && nodeerr.TypeOf(rrtype) == "function":
		args[1], rrtype = rrtype, bind.String("A")
	case !nodeerr.IsString(rrtype):
		panic(r.h.Err.InvalidArgType("rrtype", []string{"string"}, rrtype))
	}
	i := slices.IndexFunc(queries, func(q query) bool { return q.rrtype != "" && q.rrtype == rrtype.String() })
	if i < 0 {
		panic(r.h.Err.InvalidArgValue("rrtype", rrtype, ""))
	}
	if f.promise {
		args = args[:1]
	}
	return r.query(res, f, queries[i], goja.FunctionCall{This: c.This, Arguments: args})
}

// query is one of the functions of the table: (name[, options], callback), or (name[, options]).
func (r *Room) query(res *Resolver, f form, q query, c goja.FunctionCall) goja.Value {
	options, callback := c.Argument(1), goja.Value(goja.Undefined())
	if !f.promise {
		if callback = c.Argument(1); len(c.Arguments) > 2 {
			callback = c.Argument(2)
		} else {
			options = goja.Undefined()
		}
	}
	name := r.h.Err.ValidateString(c.Argument(0), "name")
	refused := r.h.MayName(name)
	if refused == nil {
		refused = res.foreign()
	}
	ttl := bind.Truthy(bind.Property(options, "ttl"))
	measurement := r.h.Performance.DNS.Begin(r.h, q.binding, func() *goja.Object { return r.h.Record("host", name, "ttl", ttl) })
	if f.promise {
		p, resolve, reject := r.h.VM.NewPromise()
		if refused != nil {
			reject(refused)
			return r.h.VM.ToValue(p)
		}
		fail := r.begin(res, q, name, func(recs []record, f *failure) {
			if f != nil {
				reject(r.exception(f))
				return
			}
			result := q.result(r, recs, ttl)
			measurement.End(r.h.Performance.DNS, "result", result)
			resolve(result)
		})
		if fail != nil {
			reject(r.exception(fail))
		}
		return r.h.VM.ToValue(p)
	}
	r.h.Err.ValidateFunction(callback, "callback")
	if refused != nil {
		panic(refused)
	}
	cb, _ := bind.ToCallable(callback)
	request := r.h.VM.NewObject()
	request.Set("bindingName", q.binding)
	request.Set("callback", callback)
	request.Set("hostname", name)
	request.Set("ttl", ttl)
	fail := r.begin(res, q, name, func(recs []record, f *failure) {
		if f != nil {
			cb.Call(request, r.exception(f))
			return
		}
		result := q.result(r, recs, ttl)
		measurement.End(r.h.Performance.DNS, "result", result)
		cb.Call(request, goja.Null(), result)
	})
	if fail != nil {
		panic(r.exception(fail))
	}
	return request
}

// begin begins a query; finish runs through the door. It returns a failure that is known at once.
func (r *Room) begin(res *Resolver, q query, name string, finish func([]record, *failure)) *failure {
	failed := failure{syscall: q.binding, hostname: name}
	ch := res.channel
	ch.via = r.nameServers()
	ask := func(ctx context.Context) ([]record, error) { return ch.records(ctx, name, q.typ) }
	if q.method == "reverse" {
		ip, err := netip.ParseAddr(name)
		if err != nil {
			failed.code, failed.errno = "EINVAL", -22
			return &failed
		}
		ask = func(ctx context.Context) ([]record, error) { return ch.reverse(ctx, ip) }
	}
	res.started++
	req := &request{number: res.started, finish: finish, f: failed}
	type outcome struct {
		recs []record
		err  error
	}
	req.job = r.start(func(ctx context.Context) any {
		recs, err := ask(ctx)
		return outcome{recs, err}
	}, func(result any) {
		delete(res.running, req)
		o := result.(outcome)
		if o.err != nil {
			f := req.f
			var code codeError
			if f.code = "EBADRESP"; errors.As(o.err, &code) {
				f.code = string(code)
			}
			finish(nil, &f)
			return
		}
		finish(o.recs, nil)
	})
	req.job.query = true
	res.running[req] = struct{}{}
	return nil
}

// records asks for the records of a type, or of all that Node knows for TypeALL. An alias on the way
// to the records bounds their time to live.
func (c *channel) records(ctx context.Context, name string, typ dnsmessage.Type) ([]record, error) {
	a, err := c.ask(ctx, name, typ)
	if err != nil {
		return nil, err
	}
	var out []record
	alias := ^uint32(0)
	for i := range a.records {
		rec, ok, err := decode(&a.records[i])
		switch {
		case err != nil:
			return nil, err
		case !ok:
			continue
		}
		if rec.typ == dnsmessage.TypeCNAME {
			alias = min(alias, rec.ttl)
		}
		if typ == dnsmessage.TypeALL || rec.typ == typ {
			out = append(out, rec)
		}
	}
	if typ != dnsmessage.TypeALL {
		for i := range out {
			out[i].ttl = min(out[i].ttl, alias)
		}
	}
	if len(out) == 0 {
		return nil, codeError("ENODATA")
	}
	return out, nil
}

// reverse finds the names of an address: in the hosts file, then by a PTR query.
func (c *channel) reverse(ctx context.Context, ip netip.Addr) ([]record, error) {
	if names := hostsNames(ctx, ip.String()); len(names) > 0 {
		out := make([]record, len(names))
		for i, n := range names {
			out[i] = record{typ: dnsmessage.TypePTR, cells: []cell{{"value", strings.TrimSuffix(n, ".")}}}
		}
		return out, nil
	}
	return c.records(ctx, reverseName(ip), dnsmessage.TypePTR)
}

// reverseName is the name under in-addr.arpa (RFC 1035 §3.5) or ip6.arpa (RFC 3596 §2.5).
func reverseName(ip netip.Addr) string {
	ip = ip.Unmap().WithZone("")
	var b strings.Builder
	bytes := ip.AsSlice()
	slices.Reverse(bytes)
	for _, n := range bytes {
		if ip.Is4() {
			b.WriteString(strconv.Itoa(int(n)) + ".")
		} else {
			b.WriteString(strconv.FormatInt(int64(n&15), 16) + "." + strconv.FormatInt(int64(n>>4), 16) + ".")
		}
	}
	if ip.Is4() {
		return b.String() + "in-addr.arpa"
	}
	return b.String() + "ip6.arpa"
}
