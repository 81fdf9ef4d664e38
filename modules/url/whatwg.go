package url

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// whatwg holds the classes URL and URLSearchParams. They are missing: they exist so that programs
// load, and say so when they are used.
type whatwg struct{ url, params *goja.Object }

func (r *Room) classes() *whatwg {
	if r.whatwg == nil {
		class := func(name string, length int) *goja.Object {
			return bind.Define(r.h.VM, bind.Class{Name: name, Length: length, Mode: bind.CallNever,
				Construct: func(*goja.Object, []goja.Value) { r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "new "+name+"()") }}).Ctor
		}
		r.whatwg = &whatwg{class("URL", 1), class("URLSearchParams", 0)}
	}
	return r.whatwg
}

// filePart is what fileURLToPath needs of a URL.
type filePart struct{ protocol, host, pathname string }

// parseFile reads the text of a file: URL without the class URL: scheme, host and path, with the
// dots resolved. ok is false if the text is no absolute URL.
func parseFile(s string) (f filePart, ok bool) {
	s = strings.Trim(s, " \t\n\r\f\x00")
	n := scheme(s)
	if n == 0 {
		return f, false
	}
	f.protocol = strings.ToLower(s[:n])
	if f.protocol != "file:" {
		return f, true
	}
	s = strings.ReplaceAll(s[n:], `\`, "/")
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		s = s[:i]
	}
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		i := strings.IndexByte(rest, '/')
		if i < 0 {
			i = len(rest)
		}
		f.host, s = toASCII(strings.ToLower(rest[:i])), rest[i:]
		if f.host == "localhost" {
			f.host = ""
		}
	}
	f.pathname = "/" + strings.TrimPrefix(s, "/")
	if strings.Contains(f.pathname, "/.") {
		f.pathname = resolveDots(f.pathname)
	}
	return f, true
}

// resolveDots resolves "." and ".." in a path that starts with a slash; empty segments stay.
func resolveDots(p string) string {
	parts := strings.Split(p[1:], "/")
	out := parts[:0:0]
	for i, part := range parts {
		switch part {
		case "..":
			out = out[:max(len(out)-1, 0)]
		case ".":
		default:
			out = append(out, part)
			continue
		}
		if i == len(parts)-1 {
			out = append(out, "")
		}
	}
	return "/" + strings.Join(out, "/")
}
