package h1

import "regexp"

// linkValue is one link with its parameters: <target>; name=value; name="value".
//
// Node v20 lib/internal/validators.js: linkValueRegExp. It refuses spaces and quotes inside of
// values, and we refuse line ends and other control bytes in the target, too.
var linkValue = regexp.MustCompile(`^<[^>\x00-\x1f\x7f]*>(?:[ \t]*;[ \t]*[^;"\s\x00-\x1f\x7f]+(?:=(?:"[^;"\s\x00-\x1f\x7f]*"|[^;"\s\x00-\x1f\x7f]*))?)*$`)

// IsLink reports whether s, all ASCII, may be the value of a Link field. RFC 8288 §3
func IsLink(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return linkValue.MatchString(s)
}
