package dns

import (
	"encoding/binary"
	"net/netip"
	"strings"

	"github.com/dop251/goja"
	"golang.org/x/net/dns/dnsmessage"
)

// Types that dnsmessage knows by number only.
const (
	typeNAPTR dnsmessage.Type = 35
	typeTLSA  dnsmessage.Type = 52
	typeCAA   dnsmessage.Type = 257
)

// cell is one property of a record.
type cell struct {
	name  string
	value any // string, []string, int64, or []byte for an ArrayBuffer
}

// record is one record of an answer, its properties in Node's order. Types with one value have it
// in the property "value".
type record struct {
	typ   dnsmessage.Type
	ttl   uint32
	cells []cell
}

// value is the record's only value.
func (r *record) value() any { return r.cells[0].value }

var typeNames = map[dnsmessage.Type]string{
	dnsmessage.TypeA: "A", dnsmessage.TypeAAAA: "AAAA", dnsmessage.TypeCNAME: "CNAME", dnsmessage.TypeMX: "MX",
	dnsmessage.TypeNS: "NS", dnsmessage.TypeTXT: "TXT", dnsmessage.TypeSRV: "SRV", dnsmessage.TypePTR: "PTR",
	typeNAPTR: "NAPTR", dnsmessage.TypeSOA: "SOA", typeCAA: "CAA", typeTLSA: "TLSA",
}

// decode turns the records that Node knows into their properties; ok is false for others. It fails
// with EBADRESP for one whose contents make no sense.
func decode(res *dnsmessage.Resource) (r record, ok bool, err error) {
	r = record{typ: res.Header.Type, ttl: res.Header.TTL}
	switch b := res.Body.(type) {
	case *dnsmessage.AResource:
		r.cells = []cell{{"address", netip.AddrFrom4(b.A).String()}}
	case *dnsmessage.AAAAResource:
		r.cells = []cell{{"address", netip.AddrFrom16(b.AAAA).String()}}
	case *dnsmessage.CNAMEResource:
		r.cells = []cell{{"value", plainName(b.CNAME)}}
	case *dnsmessage.NSResource:
		r.cells = []cell{{"value", plainName(b.NS)}}
	case *dnsmessage.PTRResource:
		r.cells = []cell{{"value", plainName(b.PTR)}}
	case *dnsmessage.MXResource:
		r.cells = []cell{{"exchange", plainName(b.MX)}, {"priority", int64(b.Pref)}}
	case *dnsmessage.TXTResource:
		entries := make([]string, len(b.TXT))
		for i, s := range b.TXT {
			entries[i] = latin1(s)
		}
		r.cells = []cell{{"entries", entries}}
	case *dnsmessage.SRVResource:
		r.cells = []cell{{"name", plainName(b.Target)}, {"port", int64(b.Port)}, {"priority", int64(b.Priority)}, {"weight", int64(b.Weight)}}
	case *dnsmessage.SOAResource:
		r.cells = []cell{{"nsname", plainName(b.NS)}, {"hostmaster", plainName(b.MBox)}, {"serial", int64(b.Serial)},
			{"refresh", int64(b.Refresh)}, {"retry", int64(b.Retry)}, {"expire", int64(b.Expire)}, {"minttl", int64(b.MinTTL)}}
	case *dnsmessage.UnknownResource:
		switch b.Type {
		case typeCAA:
			r.cells = decodeCAA(b.Data)
		case typeNAPTR:
			r.cells = decodeNAPTR(b.Data)
		case typeTLSA:
			r.cells = decodeTLSA(b.Data)
		default:
			return r, false, nil
		}
		if r.cells == nil {
			return r, false, codeError("EBADRESP")
		}
	default:
		return r, false, nil
	}
	return r, true, nil
}

// plainName is a name without the dot of the root, as Node has it.
func plainName(n dnsmessage.Name) string { return latin1(strings.TrimSuffix(n.String(), ".")) }

// latin1 makes each byte a character, as Node does.
func latin1(s string) string {
	out := make([]rune, len(s))
	for i := range len(s) {
		out[i] = rune(s[i])
	}
	return string(out)
}

// decodeCAA reads a record of RFC 8659 §4.1: the tag is the property's name.
func decodeCAA(b []byte) []cell {
	if len(b) < 2 || len(b) < 2+int(b[1]) || b[1] == 0 {
		return nil
	}
	tag, value := b[2:2+b[1]], b[2+b[1]:]
	return []cell{{"critical", int64(b[0])}, {latin1(string(tag)), latin1(string(value))}}
}

// decodeNAPTR reads a record of RFC 3403 §4.1.
func decodeNAPTR(b []byte) []cell {
	if len(b) < 4 {
		return nil
	}
	order, preference := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	b = b[4:]
	var text [3]string // flags, services, regexp
	for i := range text {
		if len(b) < 1 || len(b) < 1+int(b[0]) {
			return nil
		}
		text[i], b = latin1(string(b[1:1+b[0]])), b[1+b[0]:]
	}
	replacement, ok := uncompressedName(b)
	if !ok {
		return nil
	}
	return []cell{{"flags", text[0]}, {"service", text[1]}, {"regexp", text[2]}, {"replacement", replacement},
		{"order", int64(order)}, {"preference", int64(preference)}}
}

// uncompressedName reads a name that must not be compressed (RFC 3597 §4) and fills b.
func uncompressedName(b []byte) (string, bool) {
	var labels []string
	for len(b) > 0 {
		n := int(b[0])
		if n == 0 {
			return strings.Join(labels, "."), len(b) == 1
		}
		if n > 63 || len(b) < 1+n {
			return "", false
		}
		labels = append(labels, latin1(string(b[1:1+n])))
		b = b[1+n:]
	}
	return "", false
}

// decodeTLSA reads a record of RFC 6698 §2.1.
func decodeTLSA(b []byte) []cell {
	if len(b) < 3 {
		return nil
	}
	return []cell{{"certUsage", int64(b[0])}, {"selector", int64(b[1])}, {"match", int64(b[2])}, {"data", b[3:]}}
}

// js makes the JavaScript value of a property.
func (r *Room) js(v any) goja.Value {
	vm := r.h.VM
	switch v := v.(type) {
	case []string:
		list := make([]any, len(v))
		for i := range v {
			list[i] = v[i]
		}
		return vm.NewArray(list...)
	case []byte:
		return vm.ToValue(vm.NewArrayBuffer(v))
	}
	return vm.ToValue(v)
}

// object makes the object of a record.
func (r *Room) object(rec *record) *goja.Object {
	o := r.h.VM.NewObject()
	for _, c := range rec.cells {
		o.Set(c.name, r.js(c.value))
	}
	return o
}
