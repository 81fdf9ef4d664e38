package url

import (
	"strings"

	"golang.org/x/net/idna"
)

// hosts is UTS 46 processing as the URL Standard asks for it: not transitional, hyphens anywhere,
// any ASCII.
var hosts = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.CheckHyphens(false),
	idna.StrictDomainName(false), idna.BidiRule(), idna.CheckJoiners(true), idna.VerifyDNSLength(false))

// toASCII returns the host as DNS has it, empty if it is none.
func toASCII(host string) string {
	if isLowerASCII(host) {
		return host
	}
	for label := range strings.SplitSeq(host, ".") {
		if strings.HasPrefix(strings.ToLower(label), "xn--") && !isASCII(label) {
			return "" // encoded and not, at once
		}
	}
	s, err := hosts.ToASCII(host)
	if err != nil {
		return ""
	}
	return s
}

// isLowerASCII reports whether nothing is to be done: ASCII without upper case and without labels
// that are encoded already.
func isLowerASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x80 || c >= 'A' && c <= 'Z' {
			return false
		}
		if c == 'x' && i+3 < len(s) && s[i+1] == 'n' && s[i+2] == '-' && s[i+3] == '-' && (i == 0 || s[i-1] == '.') {
			return false
		}
	}
	return true
}

// toUnicode returns the host as people read it, empty if it is none.
func toUnicode(host string) string {
	if host = toASCII(host); host == "" {
		return ""
	}
	s, _ := hosts.ToUnicode(host)
	return s
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
