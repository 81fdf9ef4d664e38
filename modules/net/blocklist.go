package net

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// SocketAddress is the state of a net.SocketAddress. Immutable.
type SocketAddress struct {
	ip        netip.Addr
	port      int
	family    string // "ipv4" or "ipv6"
	flowlabel uint32 // of IPv6
}

// BlockList is the state of a net.BlockList: rules that an address is checked against.
type BlockList struct {
	rules []rule // the newest last
}

// rule is one of three kinds: a subnet where bits is not negative, else the range from first to last.
type rule struct {
	first, last netip.Addr
	bits        int
}

// matches reports whether ip falls under the rule. An IPv4 address and the same one mapped into IPv6
// are one.
func (r rule) matches(ip netip.Addr) bool {
	if r.bits >= 0 {
		net := netip.PrefixFrom(r.first, r.bits)
		switch {
		case ip.Is4() && !r.first.Is4():
			ip = netip.AddrFrom16(ip.As16())
		case r.first.Is4():
			ip = ip.Unmap()
		}
		return net.Contains(ip)
	}
	first, last := r.first.Unmap(), r.last.Unmap()
	ip = ip.Unmap()
	if first.Is4() != last.Is4() { // an IPv6 range that begins or ends among the mapped addresses
		first, last, ip = netip.AddrFrom16(r.first.As16()), netip.AddrFrom16(r.last.As16()), netip.AddrFrom16(ip.As16())
	}
	return ip.Is4() == first.Is4() && first.Compare(ip) <= 0 && ip.Compare(last) <= 0
}

// String is the rule as blockList.rules shows it.
func (r rule) String() string {
	family := " IPv6 "
	if r.first.Is4() {
		family = " IPv4 "
	}
	switch {
	case r.bits >= 0:
		return "Subnet:" + family + r.first.String() + "/" + strconv.Itoa(r.bits)
	case r.first == r.last:
		return "Address:" + family + r.first.String()
	}
	return "Range:" + family + r.first.String() + "-" + r.last.String()
}

func (r *Room) defineSocketAddress() {
	vm := r.h.VM
	get := func(name string, fn func(a *SocketAddress) any) bind.Accessor {
		return bind.Accessor{Name: name, Get: func(c goja.FunctionCall) goja.Value {
			a, ok := bind.SelfOf[*SocketAddress](c.This)
			if !ok {
				panic(vm.NewTypeError("this is not a net.SocketAddress"))
			}
			return vm.ToValue(fn(a))
		}}
	}
	fields := []bind.Accessor{
		get("address", func(a *SocketAddress) any { return a.ip.String() }),
		get("port", func(a *SocketAddress) any { return a.port }),
		get("family", func(a *SocketAddress) any { return a.family }),
		get("flowlabel", func(a *SocketAddress) any { return a.flowlabel }),
	}
	toJSON := func(this *goja.Object) goja.Value {
		o := vm.NewObject()
		for _, f := range fields {
			o.Set(f.Name, this.Get(f.Name))
		}
		return o
	}
	r.SocketAddress = bind.Define(vm, bind.Class{Name: "SocketAddress", Mode: bind.CallNever,
		Construct: func(this *goja.Object, args []goja.Value) {
			a := r.newSocketAddress(bind.Arg(args, 0))
			bind.Own(this).Put(bind.Self, a)
		},
		Methods: []bind.Method{{Name: "toJSON", Fn: func(c goja.FunctionCall) goja.Value { return toJSON(c.This.ToObject(vm)) }}},
		Statics: []bind.Method{{Name: "isSocketAddress", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			_, ok := bind.SelfOf[*SocketAddress](c.Argument(0))
			return bind.Bool(ok)
		}}},
		Accessors: fields})
	bind.InspectAs(r.h.VM, r.SocketAddress.Proto, "SocketAddress", toJSON)
}

// newSocketAddress reads {address, family, port, flowlabel}.
//
// Node v20 lib/internal/socketaddress.js.
func (r *Room) newSocketAddress(v goja.Value) *SocketAddress {
	e := r.h.Err
	if bind.IsUndefined(v) {
		v = r.h.VM.NewObject()
	}
	if goja.IsNull(v) {
		panic(e.InvalidArgType("options", []string{"Object"}, v))
	}
	opts := e.ValidateObject(v, "options")
	or := func(name string, fallback any) goja.Value {
		if v := opts.Get(name); !bind.IsUndefined(v) {
			return v
		}
		return r.h.VM.ToValue(fallback)
	}
	a := &SocketAddress{}
	family := or("family", "ipv4")
	if nodeerr.IsString(family) {
		a.family = strings.ToLower(family.String())
	}
	if a.family != "ipv4" && a.family != "ipv6" {
		panic(e.InvalidArgValue("options.family", family, ""))
	}
	fallback := "127.0.0.1"
	if a.family == "ipv6" {
		fallback = "::"
	}
	address := e.ValidateString(or("address", fallback), "options.address")
	a.port = e.ValidatePort(or("port", 0), "options.port", true)
	flowlabel := e.ValidateUint32(or("flowlabel", 0), "options.flowlabel", false)
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Is4() != (a.family == "ipv4") {
		invalid := e.Plain(nodeerr.Error, "Invalid socket address")
		invalid.Set("code", "ERR_INVALID_ADDRESS")
		panic(invalid)
	}
	a.ip = ip
	if a.family == "ipv6" {
		a.flowlabel = flowlabel
	}
	return a
}

// addressArg is an argument that is a SocketAddress, or a string with its family.
func (r *Room) addressArg(v, family goja.Value, name string) *SocketAddress {
	if a, ok := bind.SelfOf[*SocketAddress](v); ok {
		return a
	}
	r.h.Err.ValidateString(v, name)
	opts := r.h.VM.NewObject()
	opts.Set("address", v)
	if !bind.IsUndefined(family) {
		r.h.Err.ValidateString(family, "family")
		opts.Set("family", family)
	}
	return r.newSocketAddress(opts)
}

func (r *Room) defineBlockList() {
	vm := r.h.VM
	m := func(fn func(b *BlockList, c goja.FunctionCall)) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			fn(r.blockList(c.This), c)
			return goja.Undefined()
		}
	}
	rules := func(this goja.Value) goja.Value {
		b := r.blockList(this)
		list := make([]any, len(b.rules))
		for i, rule := range b.rules {
			list[len(list)-1-i] = rule.String() // the newest first
		}
		return vm.NewArray(list...)
	}
	r.BlockList = bind.Define(vm, bind.Class{Name: "BlockList", Mode: bind.CallNever,
		Construct: func(this *goja.Object, _ []goja.Value) { bind.Own(this).Put(bind.Self, &BlockList{}) },
		Methods: []bind.Method{
			{Name: "addAddress", Length: 1, Fn: m(func(b *BlockList, c goja.FunctionCall) {
				a := r.addressArg(c.Argument(0), c.Argument(1), "address")
				b.rules = append(b.rules, rule{a.ip, a.ip, -1})
			})},
			{Name: "addRange", Length: 2, Fn: m(func(b *BlockList, c goja.FunctionCall) {
				first := r.addressArg(c.Argument(0), c.Argument(2), "start")
				last := r.addressArg(c.Argument(1), c.Argument(2), "end")
				if first.ip.Compare(last.ip) > 0 {
					panic(r.h.Err.InvalidArgValue("start", r.socketAddressObject(first), "must come before end"))
				}
				b.rules = append(b.rules, rule{first.ip, last.ip, -1})
			})},
			{Name: "addSubnet", Length: 2, Fn: m(func(b *BlockList, c goja.FunctionCall) {
				net := r.addressArg(c.Argument(0), c.Argument(2), "network")
				bits := r.h.Err.ValidateInteger(c.Argument(1), "prefix", 0, float64(net.ip.BitLen()))
				b.rules = append(b.rules, rule{net.ip, net.ip, int(bits)})
			})},
			{Name: "check", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
				return bind.Bool(r.blockList(c.This).check(r, c.Argument(0), c.Argument(1)))
			}},
		},
		Statics: []bind.Method{{Name: "isBlockList", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			_, ok := bind.SelfOf[*BlockList](c.Argument(0))
			return bind.Bool(ok)
		}}},
		Accessors: []bind.Accessor{{Name: "rules", Get: func(c goja.FunctionCall) goja.Value { return rules(c.This) }}}})
	bind.InspectAs(r.h.VM, r.BlockList.Proto, "BlockList", func(this *goja.Object) goja.Value {
		o := vm.NewObject()
		o.Set("rules", rules(this))
		return o
	})
}

func (r *Room) blockList(v goja.Value) *BlockList {
	b, ok := bind.SelfOf[*BlockList](v)
	if !ok {
		panic(r.h.VM.NewTypeError("this is not a net.BlockList"))
	}
	return b
}

func (r *Room) socketAddressObject(a *SocketAddress) *goja.Object {
	o := r.h.VM.CreateObject(r.SocketAddress.Proto)
	bind.Own(o).Put(bind.Self, a)
	return o
}

// check is blockList.check: what is no address of the family is not on the list.
func (b *BlockList) check(r *Room, address, family goja.Value) bool {
	a, ok := bind.SelfOf[*SocketAddress](address)
	if !ok {
		r.h.Err.ValidateString(address, "address")
		if !bind.IsUndefined(family) {
			r.h.Err.ValidateString(family, "family")
		}
		if ex := r.h.VM.Try(func() { a = r.addressArg(address, family, "address") }); ex != nil {
			return false
		}
	}
	return b.blocks(a.ip)
}

// blocks reports whether the address is on the list; b may be nil.
func (b *BlockList) blocks(ip netip.Addr) bool {
	if b == nil {
		return false
	}
	for _, rule := range b.rules {
		if rule.matches(ip) {
			return true
		}
	}
	return false
}

// blocksIP is blocks for the text of an address; what is none is not blocked.
func (b *BlockList) blocksIP(text string) bool {
	ip, err := netip.ParseAddr(text)
	return err == nil && b.blocks(ip)
}

// blockListOption reads the option blockList of later versions of Node; nil if it is not given.
func (r *Room) blockListOption(opts *goja.Object) *BlockList {
	v := opts.Get("blockList")
	if !bind.Truthy(v) {
		return nil
	}
	b, ok := bind.SelfOf[*BlockList](v)
	if !ok {
		panic(r.h.Err.InvalidArgType("options.blockList", []string{"net.BlockList"}, v))
	}
	return b
}
