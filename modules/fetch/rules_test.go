package fetch

import (
	"slices"
	"testing"
)

// FuzzRules feeds text of the network's to what reads it: it must not panic, and what it gives must hold.
func FuzzRules(f *testing.F) {
	for _, s := range []string{"", "text/html;charset=x", `a/b; c="d\"e" ;f`, "data:;base64,aGk=", "data:a/b,%41%4", "bytes=1-2", "bytes = -3",
		"sha256-x sha512-y", `a, "b, c", d`, "Content-Disposition: form-data; name=\"a\"; filename*=\"b\"\r\n\r\nx"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if m, ok := parseMIME(s); ok {
			again, ok := parseMIME(m.String())
			if !ok || again.essence != m.essence || !slices.Equal(again.params, m.params) {
				t.Errorf("%q becomes %q, which is read otherwise", s, m)
			}
		}
		if data, mime, ok := parseData(s); ok && (mime == nil || len(data) > len(s)) {
			t.Errorf("%q has the type %v and %d bytes", s, mime, len(data))
		}
		if first, last, ok := byteRange(s, 10); ok && (first < 0 || first > last || last > 9) {
			t.Errorf("%q is %d to %d", s, first, last)
		}
		if _, _, ok := byteRange(s, 0); ok {
			t.Errorf("%q is a part of nothing", s)
		}
		matches([]byte(s), s)
		splitValue(s)
		new(formPart).readHead([]byte(s))
	})
}
