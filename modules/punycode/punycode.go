// Package punycode is Node's punycode module: the encoding of RFC 3492, and domain names in it.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/punycode.html. Strings are taken as UTF-16, lone
// surrogates included.
package punycode

import (
	"math"
	"strings"
	"unicode/utf16"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Module is require('punycode').
var Module = modules.Module{ID: "punycode", Load: load}

func load(h *modules.Host) goja.Value {
	vm := h.VM
	// text turns a string function into a method; its errors are RangeErrors.
	text := func(fn func(s []rune) ([]rune, string)) bind.Func {
		return func(c goja.FunctionCall) goja.Value {
			out, problem := fn(runes(c.Argument(0)))
			if problem != "" {
				panic(h.Err.Plain(nodeerr.RangeError, problem))
			}
			return value(out)
		}
	}
	domain := func(label func(s []rune) ([]rune, string)) bind.Func {
		return text(func(s []rune) ([]rune, string) { return mapDomain(s, label) })
	}
	o := vm.NewObject()
	o.Set("version", "2.1.0")
	ucs2 := vm.NewObject()
	bind.DefineMethods(vm, ucs2, []bind.Method{
		{Name: "decode", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			all := runes(c.Argument(0))
			out := make([]any, len(all))
			for i, r := range all {
				out[i] = int(r)
			}
			return vm.NewArray(out...)
		}},
		{Name: "encode", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			var out []rune
			vm.ForOf(c.Argument(0), func(v goja.Value) bool {
				f := v.ToFloat()
				if f != math.Trunc(f) || f < 0 || f > 0x10ffff {
					panic(h.Err.Plain(nodeerr.RangeError, "Invalid code point "+v.String()))
				}
				out = append(out, rune(f))
				return true
			})
			return value(out)
		}},
	})
	o.Set("ucs2", ucs2)
	bind.DefineMethods(vm, o, []bind.Method{
		{Name: "decode", Length: 1, Fn: text(decode)},
		{Name: "encode", Length: 1, Fn: text(encode)},
		{Name: "toASCII", Length: 1, Fn: domain(func(s []rune) ([]rune, string) {
			for _, r := range s {
				if r > 0x7f {
					out, problem := encode(s)
					return append([]rune("xn--"), out...), problem
				}
			}
			return s, ""
		})},
		{Name: "toUnicode", Length: 1, Fn: domain(func(s []rune) ([]rune, string) {
			if rest, ok := strings.CutPrefix(string(s), "xn--"); ok {
				return decode([]rune(strings.ToLower(rest)))
			}
			return s, ""
		})},
	})
	return o
}

// runes returns the code points of a string; a lone surrogate is one of its own.
func runes(v goja.Value) []rune {
	s := bind.ToString(v)
	out := make([]rune, 0, s.Length())
	for i := 0; i < s.Length(); i++ {
		r := rune(s.CharAt(i))
		if i+1 < s.Length() {
			if pair := utf16.DecodeRune(r, rune(s.CharAt(i+1))); pair != 0xfffd {
				r = pair
				i++
			}
		}
		out = append(out, r)
	}
	return out
}

func value(s []rune) goja.Value {
	var units []uint16
	for _, r := range s {
		if r >= 0x10000 {
			a, b := utf16.EncodeRune(r)
			units = append(units, uint16(a), uint16(b))
		} else {
			units = append(units, uint16(r))
		}
	}
	return goja.StringFromUTF16(units)
}

// mapDomain applies label to the labels of a domain name, or of that of a mail address.
func mapDomain(s []rune, label func([]rune) ([]rune, string)) ([]rune, string) {
	var out []rune
	for i, r := range s {
		if r == '@' {
			out = append(out, s[:i+1]...)
			s = s[i+1:]
			for j, r := range s { // what follows a second @ is dropped
				if r == '@' {
					s = s[:j]
					break
				}
			}
			break
		}
	}
	begin := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && !strings.ContainsRune(".\u3002\uff0e\uff61", s[i]) {
			continue
		}
		part, problem := label(s[begin:i])
		if problem != "" {
			return nil, problem
		}
		out = append(out, part...)
		if i < len(s) {
			out = append(out, '.')
		}
		begin = i + 1
	}
	return out, ""
}

// The parameters of RFC 3492 §5, and what goes wrong.
const (
	base, tMin, tMax = 36, 1, 26
	skew, damp       = 38, 700
	initialBias      = 72
	initialN         = 128
	maxInt           = math.MaxInt32
	overflow         = "Overflow: input needs wider integers to process"
	notBasic         = "Illegal input >= 0x80 (not a basic code point)"
	invalidInput     = "Invalid input"
)

// adapt is RFC 3492 §6.1.
func adapt(delta, points int, first bool) int {
	if first {
		delta /= damp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for ; delta > (base-tMin)*tMax/2; k += base {
		delta /= base - tMin
	}
	return k + (base-tMin+1)*delta/(delta+skew)
}

func threshold(k, bias int) int { return min(max(k-bias, tMin), tMax) }

// digit returns the value of a basic code point, base for none.
func digit(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r-'0') + 26
	case r >= 'A' && r <= 'Z':
		return int(r - 'A')
	case r >= 'a' && r <= 'z':
		return int(r - 'a')
	}
	return base
}

// decode is RFC 3492 §6.2.
func decode(in []rune) (out []rune, problem string) {
	n, i, bias := initialN, 0, initialBias
	at := 0
	for j := len(in) - 1; j >= 0; j-- {
		if in[j] == '-' {
			at = j
			break
		}
	}
	for _, r := range in[:at] {
		if r >= 0x80 {
			return nil, notBasic
		}
		out = append(out, r)
	}
	if at > 0 {
		at++
	}
	for at < len(in) {
		old, w := i, 1
		for k := base; ; k += base {
			if at >= len(in) {
				return nil, invalidInput
			}
			d := digit(in[at])
			at++
			if d >= base {
				return nil, invalidInput
			}
			if d > (maxInt-i)/w {
				return nil, overflow
			}
			i += d * w
			t := threshold(k, bias)
			if d < t {
				break
			}
			if w > maxInt/(base-t) {
				return nil, overflow
			}
			w *= base - t
		}
		size := len(out) + 1
		bias = adapt(i-old, size, old == 0)
		if i/size > maxInt-n {
			return nil, overflow
		}
		n += i / size
		i %= size
		if n > 0x10ffff {
			return nil, "Invalid code point " + bind.Int(n).String()
		}
		out = append(out[:i], append([]rune{rune(n)}, out[i:]...)...)
		i++
	}
	return out, ""
}

// encode is RFC 3492 §6.3.
func encode(in []rune) (out []rune, problem string) {
	n, delta, bias := initialN, 0, initialBias
	for _, r := range in {
		if r < 0x80 {
			out = append(out, r)
		}
	}
	basic := len(out)
	done := basic
	if basic > 0 {
		out = append(out, '-')
	}
	for done < len(in) {
		m := maxInt
		for _, r := range in {
			if int(r) >= n && int(r) < m {
				m = int(r)
			}
		}
		if m-n > (maxInt-delta)/(done+1) {
			return nil, overflow
		}
		delta += (m - n) * (done + 1)
		n = m
		for _, r := range in {
			if int(r) < n {
				if delta++; delta > maxInt {
					return nil, overflow
				}
			}
			if int(r) != n {
				continue
			}
			q := delta
			for k := base; ; k += base {
				t := threshold(k, bias)
				if q < t {
					break
				}
				out = append(out, digitRune(t+(q-t)%(base-t)))
				q = (q - t) / (base - t)
			}
			out = append(out, digitRune(q))
			bias = adapt(delta, done+1, done == basic)
			delta = 0
			done++
		}
		delta++
		n++
	}
	return out, ""
}

func digitRune(d int) rune {
	if d < 26 {
		return rune('a' + d)
	}
	return rune('0' + d - 26)
}
