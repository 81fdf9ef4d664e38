package fetch

import (
	"slices"
	"strings"

	"github.com/gonode/gonode/modules/util"
)

// mimeType is a MIME type with its parameters.
//
// Source: https://mimesniff.spec.whatwg.org/#mime-type-representation.
type mimeType struct {
	essence string
	params  [][2]string
}

func (m *mimeType) param(name string) (value string, ok bool) {
	if i := slices.IndexFunc(m.params, func(p [2]string) bool { return p[0] == name }); i >= 0 {
		return m.params[i][1], true
	}
	return "", false
}

func parseMIME(s string) (m *mimeType, ok bool) {
	s, params, _ := strings.Cut(strings.Trim(s, "\t\n\r "), ";")
	kind, sub, _ := strings.Cut(s, "/")
	sub = strings.TrimRight(sub, "\t\n\r ")
	if !isToken(kind) || !isToken(sub) {
		return nil, false
	}
	m = &mimeType{essence: strings.ToLower(kind + "/" + sub)}
	util.ParseMIMEParams(params, func(name, value string) {
		if _, ok := m.param(name); !ok {
			m.params = append(m.params, [2]string{name, value})
		}
	})
	return m, true
}

func (m *mimeType) String() string {
	out := m.essence
	for _, p := range m.params {
		if !isToken(p[1]) {
			p[1] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(p[1]) + `"`
		}
		out += ";" + p[0] + "=" + p[1]
	}
	return out
}

// contentType is what the fields of a message say its body is; nil if that is nothing one can use.
//
// Source: https://fetch.spec.whatwg.org/#concept-header-extract-mime-type.
func (l *headerList) contentType() (m *mimeType) {
	charset, hasCharset := "", false
	value, _ := l.get("content-type")
	for _, part := range splitValue(value) {
		next, ok := parseMIME(part)
		if !ok || next.essence == "*/*" {
			continue
		}
		set, ok := next.param("charset")
		if m == nil || m.essence != next.essence {
			charset, hasCharset = set, ok
		} else if !ok && hasCharset {
			next.params = append(next.params, [2]string{"charset", charset})
		}
		m = next
	}
	return m
}

// splitValue splits a field at the commas outside of quoted strings.
//
// Source: https://fetch.spec.whatwg.org/#header-value-get-decode-and-split.
func splitValue(s string) (out []string) {
	begin, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		case c == ',' && !quoted:
			out = append(out, strings.Trim(s[begin:i], "\t "))
			begin = i + 1
		}
	}
	return append(out, strings.Trim(s[begin:], "\t "))
}
