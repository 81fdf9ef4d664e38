package util

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// Strings are Go strings while they are put together. Lone surrogates, which JavaScript strings
// may have and UTF-8 may not, are kept as the three bytes that they would have in UTF-8 (WTF-8).

var scratch *goja.Runtime

func itoa(i int) string { return strconv.Itoa(i) }

// textOf returns the text of a JavaScript string.
func textOf(v goja.Value) string {
	s := v.String()
	if !strings.Contains(s, "\uFFFD") {
		return s
	}
	js, ok := v.(goja.String)
	if !ok {
		return s
	}
	var b strings.Builder
	for i, n := 0, js.Length(); i < n; i++ {
		c := rune(js.CharAt(i))
		if utf16.IsSurrogate(c) {
			if i+1 < n {
				if r := utf16.DecodeRune(c, rune(js.CharAt(i+1))); r != utf8.RuneError {
					b.WriteRune(r)
					i++
					continue
				}
			}
			b.Write([]byte{0xE0 | byte(c>>12), 0x80 | byte(c>>6)&0x3F, 0x80 | byte(c)&0x3F})
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// stringValue makes a JavaScript string of text.
func stringValue(s string) goja.Value {
	if utf8.ValidString(s) {
		return scratch.ToValue(s)
	}
	var units []uint16
	for i := 0; i < len(s); {
		if c, ok := surrogate(s[i:]); ok {
			units = append(units, c)
			i += 3
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		units = utf16.AppendRune(units, r)
		i += size
	}
	return goja.StringFromUTF16(units)
}

// surrogate decodes the lone surrogate at the start of s.
func surrogate(s string) (uint16, bool) {
	if len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1]&0xC0 == 0x80 && s[2]&0xC0 == 0x80 {
		return uint16(s[0]&0xF)<<12 | uint16(s[1]&0x3F)<<6 | uint16(s[2]&0x3F), true
	}
	return 0, false
}

// jsLen is the length of s in UTF-16 code units, what JavaScript calls length.
func jsLen(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < 0x80 || c >= 0xC0 && c < 0xF0:
			n++
		case c >= 0xF0:
			n += 2
		}
	}
	return n
}

// jsCut returns the first n UTF-16 code units of s; a pair that the cut would part is kept as its
// first half.
func jsCut(s string, n int) string {
	for i := 0; i < len(s); {
		if n <= 0 {
			return s[:i]
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		if _, lone := surrogate(s[i:]); lone {
			size = 3
		}
		if size == 4 {
			if n == 1 {
				r, _ := utf8.DecodeRuneInString(s[i:])
				hi, _ := utf16.EncodeRune(r)
				return s[:i] + string([]byte{0xE0 | byte(hi>>12), 0x80 | byte(hi>>6)&0x3F, 0x80 | byte(hi)&0x3F})
			}
			n--
		}
		n--
		i += size
	}
	return s
}

// quote writes s as inspect shows a string: in single quotes unless others need no escaping.
func quote(s string) string {
	q := byte('\'')
	if strings.Contains(s, "'") {
		if !strings.Contains(s, `"`) {
			q = '"'
		} else if !strings.Contains(s, "`") && !strings.Contains(s, "${") {
			q = '`'
		}
	}
	return string(q) + escape(s, q == '\'') + string(q)
}

// escape writes control characters, backslashes, lone surrogates and, if asked, single quotes as
// escape sequences.
func escape(s string, single bool) string {
	clean := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == 0x7F || c == '\\' || c == '\'' && single || c == 0xC2 || c == 0xED {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		c := s[i]
		if c < 0x80 {
			i++
			switch {
			case c == '\\':
				b.WriteString(`\\`)
			case c == '\'' && single:
				b.WriteString(`\'`)
			case c == '\n':
				b.WriteString(`\n`)
			case c == '\r':
				b.WriteString(`\r`)
			case c == '\t':
				b.WriteString(`\t`)
			case c == '\b':
				b.WriteString(`\b`)
			case c == '\f':
				b.WriteString(`\f`)
			case c < 0x20 || c == 0x7F:
				hex(&b, c)
			default:
				b.WriteByte(c)
			}
			continue
		}
		if u, lone := surrogate(s[i:]); lone {
			b.WriteString(`\u` + strconv.FormatUint(uint64(u), 16))
			i += 3
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= 0x80 && r <= 0x9F {
			hex(&b, byte(r))
		} else {
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

func hex(b *strings.Builder, c byte) {
	const digits = "0123456789ABCDEF"
	b.WriteString(`\x`)
	b.WriteByte(digits[c>>4])
	b.WriteByte(digits[c&15])
}

func isIdentifier(s string) bool {
	if s == "" {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || i > 0 && c >= '0' && c <= '9') {
			return false
		}
	}
	return true
}

// isIndex reports whether s is a canonical array index, as V8 tells element keys from names.
func isIndex(s string) bool {
	if s == "" || len(s) > 10 || s[0] == '0' && len(s) > 1 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return err == nil && n < 1<<32-1
}

// stripVT removes terminal control sequences from s: those that begin with ESC or CSI.
//
// Node v20 lib/internal/util/inspect.js: ansi.
func stripVT(s string) string {
	if !strings.Contains(s, "\x1b") && !strings.Contains(s, "\u009b") {
		return s
	}
	return vtPattern.ReplaceAllString(s, "")
}

// width is the number of terminal columns that s takes.
func width(s string, strip bool) int {
	if strip {
		s = stripVT(s)
	}
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	switch {
	case r < 0x20 || r >= 0x7F && r <= 0x9F:
		return 0
	case r < 0x300:
		return 1
	case r <= 0x36F, r >= 0x200B && r <= 0x200F, r >= 0x20D0 && r <= 0x20FF, r >= 0xFE00 && r <= 0xFE0F,
		r >= 0xFE20 && r <= 0xFE2F, r >= 0xE0100 && r <= 0xE01EF:
		return 0
	case r < 0x1100:
		return 1
	case r <= 0x115F, r == 0x2329, r == 0x232A, r == 0x231A, r == 0x231B, r >= 0x23E9 && r <= 0x23EC, r == 0x23F0, r == 0x23F3,
		r == 0x25FD, r == 0x25FE, r == 0x2614, r == 0x2615, r >= 0x2648 && r <= 0x2653, r == 0x267F, r == 0x2693, r == 0x26A1,
		r == 0x26AA, r == 0x26AB, r == 0x26BD, r == 0x26BE, r == 0x26C4, r == 0x26C5, r == 0x26CE, r == 0x26D4, r == 0x26EA,
		r == 0x26F2, r == 0x26F3, r == 0x26F5, r == 0x26FA, r == 0x26FD, r == 0x2705, r == 0x270A, r == 0x270B, r == 0x2728,
		r == 0x274C, r == 0x274E, r >= 0x2753 && r <= 0x2755, r == 0x2757, r >= 0x2795 && r <= 0x2797, r == 0x27B0, r == 0x27BF,
		r == 0x2B1B, r == 0x2B1C, r == 0x2B50, r == 0x2B55,
		r >= 0x2E80 && r <= 0x3247 && r != 0x303F, r >= 0x3250 && r <= 0x4DBF, r >= 0x4E00 && r <= 0xA4C6,
		r >= 0xA960 && r <= 0xA97C, r >= 0xAC00 && r <= 0xD7A3, r >= 0xF900 && r <= 0xFAFF, r >= 0xFE10 && r <= 0xFE19,
		r >= 0xFE30 && r <= 0xFE6B, r >= 0xFF01 && r <= 0xFF60, r >= 0xFFE0 && r <= 0xFFE6, r >= 0x1B000 && r <= 0x1B001,
		r >= 0x1F18E && r <= 0x1F19A && r != 0x1F190, r >= 0x1F200 && r <= 0x1F251, r >= 0x1F300 && r <= 0x1F64F,
		r >= 0x1F680 && r <= 0x1F6C5, r >= 0x1F6D0 && r <= 0x1F6D2, r >= 0x1F6E0 && r <= 0x1F6EC, r >= 0x1F6F4 && r <= 0x1F6FC,
		r >= 0x1F7E0 && r <= 0x1F7EB, r >= 0x1F90C && r <= 0x1F9FF, r >= 0x1FA70 && r <= 0x1FAFF, r >= 0x20000 && r <= 0x3FFFD:
		return 2
	}
	return 1
}
