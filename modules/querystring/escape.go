package querystring

import (
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/buffer"
)

// Table tells which ASCII characters are not escaped.
type Table [128]bool

// noEscape is what stays: letters, digits and ! ' ( ) * - . _ ~
var noEscape = NewTable("!'()*-._~")

// NewTable returns the table of letters, digits and the characters of extra.
func NewTable(extra string) (t Table) {
	for c := range t {
		b := byte(c)
		t[c] = b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || strings.IndexByte(extra, b) >= 0
	}
	return t
}

const upperHex = "0123456789ABCDEF"

// Escape escapes s, which must be valid UTF-8, as querystring.escape does.
func Escape(s string) string { return escape(s, &noEscape) }

func escape(s string, keep *Table) string {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 || !keep[s[i]] {
			n++
		}
	}
	if n == 0 {
		return s
	}
	out := make([]byte, 0, len(s)+2*n)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < 0x80 && keep[c] {
			out = append(out, c)
		} else {
			out = append(out, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(out)
}

// EscapeString escapes a JavaScript string with the table. As in Node a surrogate at the end is an
// error, and any other is taken for the first of a pair.
func EscapeString(s goja.String, keep *Table) (string, bool) {
	text := s.String()
	if !strings.ContainsRune(text, utf8.RuneError) {
		return escape(text, keep), true
	}
	var out strings.Builder
	for i, n := 0, s.Length(); i < n; i++ {
		c := rune(s.CharAt(i))
		if c < 0xD800 || c >= 0xE000 {
			out.WriteString(escape(string(c), keep))
			continue
		}
		if i++; i >= n {
			return "", false
		}
		c = 0x10000 + (c&0x3FF<<10 | rune(s.CharAt(i))&0x3FF)
		out.WriteString(escape(string(c), keep))
	}
	return out.String(), true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}

// Unescape is querystring.unescape: decodeURIComponent, or where that would throw the tolerant
// way, in which plus makes "+" a space.
func Unescape(s string, plus bool) string {
	if out, ok := DecodeURIComponent(s); ok {
		return out
	}
	in := make([]byte, 0, len(s))
	for _, c := range s {
		in = append(in, byte(c)) // one byte per UTF-16 unit; of a pair Node makes two, both lost
		if c > 0xFFFF {
			in[len(in)-1] = byte((c - 0x10000) >> 10)
			in = append(in, byte(c))
		}
	}
	out, hasHex := unescapeBytes(in, plus)
	if !hasHex {
		out = append(out, make([]byte, len(in)-len(out))...)
	}
	return buffer.Decode(out, buffer.UTF8).String()
}

// DecodeURIComponent is JavaScript's; false where that throws.
func DecodeURIComponent(s string) (string, bool) {
	if strings.IndexByte(s, '%') < 0 {
		return s, true
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			out = append(out, s[i])
			continue
		}
		if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
			return "", false
		}
		out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
		i += 2
	}
	if !utf8.Valid(out) {
		return "", false
	}
	return string(out), true
}

// unescapeBytes decodes what can be decoded and leaves the rest: unescapeBuffer of Node v20
// lib/querystring.js.
func unescapeBytes(s []byte, plus bool) (out []byte, hasHex bool) {
	out = make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '+' && plus:
			c = ' '
		case c == '%' && i < len(s)-2:
			i++
			if !isHex(s[i]) {
				out = append(out, '%')
				i-- // the character behind is looked at again
				continue
			}
			i++
			if !isHex(s[i]) {
				out = append(out, '%')
				i--
				c = s[i]
			} else {
				hasHex = true
				c = unhex(s[i-1])<<4 | unhex(s[i])
			}
		}
		out = append(out, c)
	}
	return out, hasHex
}
