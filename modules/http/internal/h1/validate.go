// Package h1 has the rules of HTTP/1 messages that need neither sockets nor JavaScript: names and
// values that may be sent, status lines, the Date field, chunk framing and how repeated fields join.
package h1

// isToken marks the bytes of a token. RFC 9110 §5.6.2
var isToken = func() (t [256]bool) {
	for c := '0'; c <= '9'; c++ {
		t[c] = true
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = true, true
	}
	for _, c := range "!#$%&'*+-.^_`|~" {
		t[c] = true
	}
	return t
}()

// IsToken reports whether s may be a field name or a method.
func IsToken(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isToken[s[i]] {
			return false
		}
	}
	return len(s) > 0
}

// ValidValue reports whether an ASCII string may be sent as the value of a field: no control byte
// but HTAB, so that it cannot end its line. RFC 9110 §5.5; Node v20 lib/_http_common.js:
// checkInvalidHeaderChar.
func ValidValue(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// ValidValueUnit is ValidValue for one UTF-16 unit of a string that is not all ASCII: up to U+00FF
// goes out as one byte.
func ValidValueUnit(c uint16) bool {
	return c >= 0x20 && c != 0x7f && c <= 0xff || c == '\t'
}

// ValidPathUnit reports whether a UTF-16 unit may stand in the path of a request: U+0021 to U+00FF.
//
// Node v20 lib/_http_client.js: INVALID_PATH_REGEX.
func ValidPathUnit(c uint16) bool { return c >= 0x21 && c <= 0xff }
