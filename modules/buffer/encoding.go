package buffer

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// Encoding is one of Node's string encodings.
type Encoding uint8

// The encodings. 'binary' is Latin1, 'ucs2' is UTF16LE. ASCII writes as Latin1 does and reads
// with the high bit cleared.
const (
	UTF8 Encoding = iota
	UTF16LE
	Latin1
	ASCII
	Base64
	Base64URL
	Hex
)

var encodingNames = [...]string{"utf8", "utf16le", "latin1", "ascii", "base64", "base64url", "hex"}

// String returns Node's canonical name.
func (e Encoding) String() string { return encodingNames[e] }

// ParseEncoding returns the encoding that name means in any case; the empty name means UTF8.
func ParseEncoding(name string) (Encoding, bool) {
	switch name {
	case "utf8", "utf-8", "":
		return UTF8, true
	}
	switch strings.ToLower(name) {
	case "utf8", "utf-8":
		return UTF8, true
	case "ucs2", "ucs-2", "utf16le", "utf-16le":
		return UTF16LE, true
	case "latin1", "binary":
		return Latin1, true
	case "ascii":
		return ASCII, true
	case "base64":
		return Base64, true
	case "base64url":
		return Base64URL, true
	case "hex":
		return Hex, true
	}
	return UTF8, false
}

// Append appends the bytes that the string s stands for. Bad hex ends the result, characters
// foreign to base64 are skipped, half surrogates become U+FFFD in UTF8: as in Node, no error.
func Append(dst []byte, s goja.Value, enc Encoding) []byte {
	str := bind.ToString(s)
	switch enc {
	case UTF8:
		return append(dst, str.String()...)
	case UTF16LE:
		for i, n := 0, str.Length(); i < n; i++ {
			c := str.CharAt(i)
			dst = append(dst, byte(c), byte(c>>8))
		}
		return dst
	case Latin1, ASCII:
		text := str.String()
		n := str.Length()
		if len(text) == n { // all ASCII
			return append(dst, text...)
		}
		for i := 0; i < n; i++ {
			dst = append(dst, byte(str.CharAt(i)))
		}
		return dst
	case Hex:
		return appendHex(dst, str.String())
	}
	return appendBase64(dst, str.String())
}

// ByteLength returns len(Append(nil, s, enc)); for base64 the length that the text promises, as
// Buffer.byteLength does.
func ByteLength(s goja.Value, enc Encoding) int {
	str := bind.ToString(s)
	n := str.Length()
	switch enc {
	case UTF8:
		return len(str.String())
	case UTF16LE:
		return 2 * n
	case Latin1, ASCII:
		return n
	case Hex:
		return n / 2
	}
	text := str.String()
	for k := 0; k < 2 && strings.HasSuffix(text, "="); k++ {
		text = text[:len(text)-1]
		n--
	}
	return n * 3 / 4
}

func appendHex(dst []byte, s string) []byte {
	for i := 0; i+1 < len(s); i += 2 {
		hi, ok1 := unhex(s[i])
		lo, ok2 := unhex(s[i+1])
		if !ok1 || !ok2 {
			break
		}
		dst = append(dst, hi<<4|lo)
	}
	return dst
}

func unhex(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// appendBase64 decodes either alphabet, skipping what belongs to none and stopping at padding.
func appendBase64(dst []byte, s string) []byte {
	if n := base64.StdEncoding.DecodedLen(len(s)); len(s)%4 == 0 {
		start := len(dst)
		dst = append(dst, make([]byte, n)...)
		if m, err := base64.StdEncoding.Strict().Decode(dst[start:], []byte(s)); err == nil && !strings.ContainsAny(s, "\r\n") {
			return dst[:start+m]
		}
		dst = dst[:start]
	}
	var acc uint32
	var bits uint
	for i := 0; i < len(s); i++ {
		var v byte
		switch c := s[i]; {
		case c >= 'A' && c <= 'Z':
			v = c - 'A'
		case c >= 'a' && c <= 'z':
			v = c - 'a' + 26
		case c >= '0' && c <= '9':
			v = c - '0' + 52
		case c == '+' || c == '-':
			v = 62
		case c == '/' || c == '_':
			v = 63
		case c == '=':
			return dst
		default:
			continue
		}
		acc, bits = acc<<6|uint32(v), bits+6
		if bits >= 8 {
			bits -= 8
			dst = append(dst, byte(acc>>bits))
		}
	}
	return dst
}

// Decode returns the string that b stands for; b is copied.
func Decode(b []byte, enc Encoding) goja.Value {
	switch enc {
	case UTF8:
		return decodeUTF8(b)
	case UTF16LE:
		u := make([]uint16, len(b)/2)
		for i := range u {
			u[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
		}
		return goja.StringFromUTF16(u)
	case Latin1:
		if isASCII(b) {
			return text(string(b))
		}
		u := make([]uint16, len(b))
		for i, c := range b {
			u[i] = uint16(c)
		}
		return goja.StringFromUTF16(u)
	case ASCII:
		out := make([]byte, len(b))
		for i, c := range b {
			out[i] = c & 0x7f
		}
		return text(string(out))
	case Base64:
		return text(base64.StdEncoding.EncodeToString(b))
	case Base64URL:
		return text(base64.RawURLEncoding.EncodeToString(b))
	}
	const digits = "0123456789abcdef"
	out := make([]byte, 2*len(b))
	for i, c := range b {
		out[2*i], out[2*i+1] = digits[c>>4], digits[c&15]
	}
	return text(string(out))
}

// none makes primitive values, for which ToValue does not look at its receiver.
var none *goja.Runtime

func text(s string) goja.Value { return none.ToValue(s) }

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decodeUTF8 replaces each maximal part of a bad sequence with U+FFFD, as the WHATWG decoder does.
func decodeUTF8(b []byte) goja.Value {
	if utf8.Valid(b) {
		return text(string(b))
	}
	u := make([]uint16, 0, len(b))
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			u = append(u, utf8.RuneError)
			b = b[badLen(b):]
			continue
		}
		u = utf16.AppendRune(u, r)
		b = b[n:]
	}
	return goja.StringFromUTF16(u)
}

// badLen returns the length of the maximal part of a well-formed sequence at the start of b, which
// does not start with a whole one: at least 1.
//
// Unicode Standard, table 3-7 and "U+FFFD Substitution of Maximal Subparts".
func badLen(b []byte) int {
	lo, hi, need := byte(0x80), byte(0xBF), 0
	switch c := b[0]; {
	case c >= 0xC2 && c <= 0xDF:
		need = 1
	case c >= 0xE0 && c <= 0xEF:
		need = 2
		if c == 0xE0 {
			lo = 0xA0
		} else if c == 0xED {
			hi = 0x9F
		}
	case c >= 0xF0 && c <= 0xF4:
		need = 3
		if c == 0xF0 {
			lo = 0x90
		} else if c == 0xF4 {
			hi = 0x8F
		}
	default:
		return 1
	}
	n := 1
	for n <= need && n < len(b) && b[n] >= lo && b[n] <= hi {
		n++
		lo, hi = 0x80, 0xBF
	}
	return n
}
