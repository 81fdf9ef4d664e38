package dns

import (
	"context"
	"errors"
	"math"
	"net"
	"net/netip"
	"runtime"
	"strings"

	"github.com/dop251/goja"
	"golang.org/x/net/idna"

	"github.com/gonode/gonode/eventloop/sock"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// The flags of getaddrinfo have the system's values, as in Node.
var hintAddrConfig, hintAll, hintV4Mapped = func() (int, int, int) {
	if runtime.GOOS == "linux" || runtime.GOOS == "android" {
		return 0x20, 0x10, 0x08
	}
	return 0x400, 0x100, 0x800 // the BSDs, macOS, Windows
}()

// orders are the values of the option order.
var orders = []string{"verbatim", "ipv4first", "ipv6first"}

// LookupOptions are the options of dns.lookup but for all.
type LookupOptions struct {
	Family int    // 4, 6, or 0 for both
	Hints  int    // ADDRCONFIG, V4MAPPED, ALL
	Order  string // "verbatim", "ipv4first", "ipv6first"; "": the default order
	All    bool   // all addresses are told, and not the first alone: perf_hooks shows which
}

// AddrConfig is the hint dns.ADDRCONFIG.
var AddrConfig = hintAddrConfig

// Replaced returns the function that the program put in the place of dns.lookup, nil if it did not.
func (r *Room) Replaced() *goja.Object {
	if r.callbacks == nil {
		return nil
	}
	fn, ok := r.callbacks.Get("lookup").(*goja.Object)
	if !ok || fn == r.lookupFn {
		return nil
	}
	return fn
}

// ask is Lookup for what the program asks for itself: it needs the permission to.
func (r *Room) ask(a lookupArgs, cb func(addrs []string, err *goja.Object)) {
	if err := r.refused(a.hostname); err != nil {
		r.h.Door.NextTick(modules.Func(func() { cb(nil, err) }))
		return
	}
	r.Lookup(a.hostname, a.LookupOptions, cb)
}

// Lookup resolves host as dns.lookup does and calls cb through the door, never inside the call, with
// at least one address, or with the Error object. The loop stays alive until then.
func (r *Room) Lookup(host string, o LookupOptions, cb func(addrs []string, err *goja.Object)) interface{ Cancel() } {
	if family := isIP(host); family != 0 {
		j := &job{cancel: func() {}, deliver: func(any) { cb([]string{host}, nil) }}
		r.h.Door.NextTick(modules.Func(func() {
			if j.deliver != nil {
				j.deliver(nil)
			}
		}))
		return j
	}
	if o.Order == "" {
		o.Order = r.order
	}
	via, system := r.network(), r.h.Network == nil
	measurement := r.h.Performance.DNS.Begin(r.h, "lookup", func() *goja.Object {
		return r.h.Record("hostname", host, "family", o.Family, "hints", o.Hints, "verbatim", o.Order == "verbatim", "order", o.Order)
	})
	return r.start(func(ctx context.Context) any {
		addrs, f := lookup(ctx, via, host, o, system)
		if f != nil {
			return f
		}
		return addrs
	}, func(result any) {
		if f, ok := result.(*failure); ok {
			cb(nil, r.exception(f))
			return
		}
		addrs := result.([]string)
		if measurement != nil {
			told := r.addressList(addrs)
			if !o.All {
				told = r.h.VM.NewArray(addrs[0])
			}
			measurement.End(r.h.Performance.DNS, "addresses", told)
		}
		cb(addrs, nil)
	})
}

// isIP returns 4, 6, or 0 for what is no address.
func isIP(s string) int {
	a, err := netip.ParseAddr(s)
	switch {
	case err != nil:
		return 0
	case a.Is4():
		return 4
	}
	return 6
}

// lookup is getaddrinfo. Any goroutine.
func lookup(ctx context.Context, via sock.Network, host string, o LookupOptions, system bool) ([]string, *failure) {
	fail := func(code string, errno int) ([]string, *failure) {
		return nil, &failure{code: code, errno: errno, syscall: "getaddrinfo", hostname: host}
	}
	noName := func() ([]string, *failure) { return fail("ENOTFOUND", -3008) }
	name, err := toASCII(host)
	if err != nil {
		return noName()
	}
	family := o.Family
	if system && o.Hints&hintAddrConfig != 0 {
		has4, has6 := configured()
		switch {
		case family == 0 && has4 && !has6:
			family = 4
		case family == 0 && has6 && !has4:
			family = 6
		case family == 4 && !has4, family == 6 && !has6:
			return noName()
		}
	}
	mapped := family == 6 && o.Hints&hintV4Mapped != 0
	if mapped {
		family = 0
	}
	found, err := via.Lookup(ctx, name, family)
	var unsuitable *net.AddrError // the name has addresses, but of the other family
	switch {
	case errors.As(err, &unsuitable), err == nil && len(found) == 0:
		return noName()
	case err != nil:
		e := sock.From(err, "getaddrinfo")
		return fail(e.Code, e.Errno)
	}
	var v4, v6 []netip.Addr
	for _, a := range found {
		if a = a.Unmap(); a.Is4() {
			v4 = append(v4, a)
		} else {
			v6 = append(v6, a)
		}
	}
	switch {
	case mapped && (len(v6) == 0 || o.Hints&hintAll != 0):
		found = v6
		for _, a := range v4 {
			found = append(found, netip.AddrFrom16(a.As16()))
		}
	case mapped:
		found = v6
	case o.Order == "ipv4first":
		found = append(v4, v6...)
	case o.Order == "ipv6first":
		found = append(v6, v4...)
	}
	out := make([]string, len(found))
	for i, a := range found {
		out[i] = a.String()
	}
	return out, nil
}

// configured reports which families the machine has addresses of, as getaddrinfo's AI_ADDRCONFIG
// sees it: the loopback's do not count.
func configured() (has4, has6 bool) {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return true, true
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() {
			if n.IP.To4() != nil {
				has4 = true
			} else {
				has6 = true
			}
		}
	}
	return has4, has6
}

// hostnames maps names as browsers do, but takes underscores and whatever else a name server may know.
var hostnames = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// toASCII writes an international name the way name servers know it.
func toASCII(name string) (string, error) {
	for i := range len(name) {
		if name[i] >= 0x80 {
			return hostnames.ToASCII(name)
		}
	}
	return name, nil
}

// lookupArgs are the validated arguments of a lookup.
type lookupArgs struct {
	hostname string
	LookupOptions
}

// lookupArgs validates hostname and options; names says that family may be 'IPv4' or 'IPv6'.
func (r *Room) lookupArgs(hostname, options goja.Value, names bool) lookupArgs {
	e := r.h.Err
	a := lookupArgs{LookupOptions: LookupOptions{Order: r.order}}
	if bind.Truthy(hostname) {
		a.hostname = e.ValidateString(hostname, "hostname")
	}
	oneOf := func(v goja.Value, name string) int {
		if nodeerr.IsNumber(v) {
			if f := v.ToFloat(); f == 0 || f == 4 || f == 6 {
				return int(f)
			}
		}
		panic(e.InvalidArgValue(name, v, "must be one of: 0, 4, 6"))
	}
	if nodeerr.IsNumber(options) {
		a.Family = oneOf(options, "family")
		return a
	}
	get := func(name string) (goja.Value, bool) {
		v := bind.Property(options, name)
		return v, !bind.IsNullish(v)
	}
	if v, ok := get("hints"); ok {
		a.Hints = r.Hints(v)
	}
	if v, ok := get("family"); ok {
		switch {
		case names && nodeerr.IsString(v) && v.String() == "IPv4":
			a.Family = 4
		case names && nodeerr.IsString(v) && v.String() == "IPv6":
			a.Family = 6
		default:
			a.Family = oneOf(v, "options.family")
		}
	}
	if v, ok := get("all"); ok {
		a.All = e.ValidateBoolean(v, "options.all")
	}
	if v, ok := get("verbatim"); ok {
		if a.Order = "ipv4first"; e.ValidateBoolean(v, "options.verbatim") {
			a.Order = "verbatim"
		}
	}
	if v, ok := get("order"); ok {
		a.Order = e.ValidateOneOf(v, "options.order", orders...)
	}
	return a
}

// Hints validates the option hints.
func (r *Room) Hints(v goja.Value) int {
	f := r.h.Err.ValidateNumber(v, "options.hints", math.NaN(), math.NaN())
	hints := int64(0)
	if !math.IsNaN(f) && !math.IsInf(f, 0) {
		hints = int64(uint32(int64(f)))
	}
	if hints&^int64(hintAddrConfig|hintAll|hintV4Mapped) != 0 {
		panic(r.h.Err.InvalidArgValue("hints", r.h.VM.ToValue(hints), ""))
	}
	return int(hints)
}

// badOptions is the error for options that are neither number nor object.
func (r *Room) badOptions(v goja.Value) *goja.Object {
	return r.h.Err.InvalidArgType("options", []string{"integer", "object"}, v)
}

// lookup is dns.lookup(hostname[, options], callback).
//
// Node v20 lib/dns.js.
func (r *Room) lookup(c goja.FunctionCall) goja.Value {
	hostname, options, callback := c.Argument(0), c.Argument(1), c.Argument(2)
	e := r.h.Err
	if bind.Truthy(hostname) {
		e.ValidateString(hostname, "hostname")
	}
	switch kind := nodeerr.TypeOf(options); kind {
	case "function":
		callback, options = options, goja.Undefined()
	case "number", "object", "undefined":
		e.ValidateFunction(callback, "callback")
	default:
		if len(c.Arguments) == 2 {
			callback = options
		}
		e.ValidateFunction(callback, "callback")
		panic(r.badOptions(options))
	}
	a := r.lookupArgs(hostname, options, true)
	cb, _ := bind.ToCallable(callback)
	vm := r.h.VM
	if !bind.Truthy(hostname) {
		r.warnHostname(hostname)
		r.h.Door.NextTick(modules.Func(func() {
			if a.All {
				cb.Call(goja.Undefined(), goja.Null(), vm.NewArray())
				return
			}
			cb.Call(goja.Undefined(), goja.Null(), goja.Null(), bind.Int(noFamily(a.Family)))
		}))
		return vm.NewObject()
	}
	request := vm.NewObject()
	if isIP(a.hostname) == 0 {
		request.Set("callback", callback)
		request.Set("family", a.Family)
		request.Set("hostname", hostname)
	}
	r.ask(a, func(addrs []string, err *goja.Object) {
		switch {
		case err != nil:
			cb.Call(request, err)
		case a.All:
			cb.Call(request, goja.Null(), r.addressList(addrs))
		default:
			cb.Call(request, goja.Null(), bind.String(addrs[0]), bind.Int(isIP(addrs[0])))
		}
	})
	return request
}

// noFamily is the family that no name has.
func noFamily(family int) int {
	if family == 6 {
		return 6
	}
	return 4
}

// addressList makes [{address, family}, …].
func (r *Room) addressList(addrs []string) *goja.Object {
	list := make([]any, len(addrs))
	for i, a := range addrs {
		list[i] = r.addressObject(bind.String(a), isIP(a))
	}
	return r.h.VM.NewArray(list...)
}

func (r *Room) addressObject(address goja.Value, family int) *goja.Object {
	o := r.h.VM.NewObject()
	o.Set("address", address)
	o.Set("family", family)
	return o
}

// lookupPromise is dns.promises.lookup(hostname[, options]).
func (r *Room) lookupPromise(c goja.FunctionCall) goja.Value {
	hostname, options := c.Argument(0), c.Argument(1)
	if bind.Truthy(hostname) {
		r.h.Err.ValidateString(hostname, "hostname")
	}
	switch nodeerr.TypeOf(options) {
	case "number", "object", "undefined":
	default:
		panic(r.badOptions(options))
	}
	a := r.lookupArgs(hostname, options, false)
	p, resolve, reject := r.h.VM.NewPromise()
	if !bind.Truthy(hostname) {
		r.warnHostname(hostname)
		if a.All {
			resolve(r.h.VM.NewArray())
		} else {
			resolve(r.addressObject(goja.Null(), noFamily(a.Family)))
		}
		return r.h.VM.ToValue(p)
	}
	r.ask(a, func(addrs []string, err *goja.Object) {
		switch {
		case err != nil:
			reject(err)
		case a.All:
			resolve(r.addressList(addrs))
		default:
			resolve(r.addressObject(bind.String(addrs[0]), isIP(addrs[0])))
		}
	})
	return r.h.VM.ToValue(p)
}

// warnHostname emits DEP0118 once.
func (r *Room) warnHostname(v goja.Value) {
	if r.warned {
		return
	}
	r.warned = true
	w := r.h.Err.Plain(nodeerr.Error, `The provided hostname "`+bind.ToString(v).String()+
		`" is not a valid hostname, and is supported in the dns module solely for compatibility.`)
	w.Set("name", "DeprecationWarning")
	w.Set("code", "DEP0118")
	r.h.Process.EmitWarning(w)
}

// service is what lookupService found.
type service struct{ hostname, service string }

// serviceArgs validates the arguments of lookupService.
func (r *Room) serviceArgs(address, port goja.Value) (string, int) {
	text := ""
	if nodeerr.IsString(address) {
		text = address.String()
	}
	if isIP(text) == 0 {
		panic(r.h.Err.InvalidArgValue("address", address, ""))
	}
	return text, r.h.Err.ValidatePort(port, "Port", true)
}

// startService finds the names of address and port; cb runs through the door.
func (r *Room) startService(address string, port int, cb func(s service, err *goja.Object)) {
	if err := r.h.MayName(address); err != nil {
		r.h.Door.NextTick(modules.Func(func() { cb(service{}, err) }))
		return
	}
	system := r.systemResolver()
	measurement := r.h.Performance.DNS.Begin(r.h, "lookupService", func() *goja.Object { return r.h.Record("host", address, "port", port) })
	r.start(func(ctx context.Context) any {
		names, err := system.LookupAddr(ctx, address)
		if err != nil || len(names) == 0 {
			f := &failure{code: "ENOTFOUND", errno: -3008, syscall: "getnameinfo", hostname: address}
			var dns *net.DNSError
			if errors.As(err, &dns) && !dns.IsNotFound {
				f.code, f.errno = "EAI_AGAIN", -3001
			}
			return f
		}
		return service{strings.TrimSuffix(names[0], "."), serviceName(port)}
	}, func(result any) {
		if f, ok := result.(*failure); ok {
			cb(service{}, r.exception(f))
			return
		}
		s := result.(service)
		measurement.End(r.h.Performance.DNS, "hostname", s.hostname, "service", s.service)
		cb(s, nil)
	})
}

// lookupService is dns.lookupService(address, port, callback).
func (r *Room) lookupService(c goja.FunctionCall) goja.Value {
	if len(c.Arguments) != 3 {
		r.h.Err.Throw("ERR_MISSING_ARGS", `The "address", "port", and "callback" arguments`)
	}
	address, port := r.serviceArgs(c.Arguments[0], c.Arguments[1])
	r.h.Err.ValidateFunction(c.Arguments[2], "callback")
	cb, _ := bind.ToCallable(c.Arguments[2])
	request := r.h.VM.NewObject()
	request.Set("callback", c.Arguments[2])
	request.Set("hostname", address)
	request.Set("port", port)
	r.startService(address, port, func(s service, err *goja.Object) {
		if err != nil {
			cb.Call(request, err)
			return
		}
		cb.Call(request, goja.Null(), bind.String(s.hostname), bind.String(s.service))
	})
	return request
}

// lookupServicePromise is dns.promises.lookupService(address, port).
func (r *Room) lookupServicePromise(c goja.FunctionCall) goja.Value {
	if len(c.Arguments) != 2 {
		r.h.Err.Throw("ERR_MISSING_ARGS", `The "address" and "port" arguments`)
	}
	address, port := r.serviceArgs(c.Arguments[0], c.Arguments[1])
	p, resolve, reject := r.h.VM.NewPromise()
	r.startService(address, port, func(s service, err *goja.Object) {
		if err != nil {
			reject(err)
			return
		}
		o := r.h.VM.NewObject()
		o.Set("hostname", s.hostname)
		o.Set("service", s.service)
		resolve(o)
	})
	return r.h.VM.ToValue(p)
}
