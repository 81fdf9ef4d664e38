package url

import (
	"runtime"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/path"
	"github.com/gonode/gonode/modules/querystring"
)

// FilePath returns the path that a file: URL object stands for; ok is false if v is no URL. It
// throws as fileURLToPath does.
func FilePath(h *modules.Host, v goja.Value) (p string, ok bool) {
	if !isURL(v) {
		return "", false
	}
	return Rooms.Of(h).fileURLToPath(v, runtime.GOOS == "windows"), true
}

// fileURLToPath takes a URL object or the text of one.
func (r *Room) fileURLToPath(v goja.Value, windows bool) string {
	var protocol, host, pathname string
	if nodeerr.IsString(v) {
		u, ok := parseURL(v.String(), text{})
		if !ok {
			panic(r.unparsable(v.String(), text{}))
		}
		protocol, host, pathname = u.Protocol(), u.Hostname(), u.Pathname()
	} else if isURL(v) {
		protocol, host, pathname = bind.Property(v, "protocol").String(), bind.Property(v, "hostname").String(), bind.Property(v, "pathname").String()
	} else {
		panic(r.h.Err.InvalidArgType("path", []string{"string", "URL"}, v))
	}
	if protocol != "file:" {
		r.h.Err.Throw("ERR_INVALID_URL_SCHEME", "file")
	}
	if !windows && host != "" {
		r.h.Err.Throw("ERR_INVALID_FILE_URL_HOST", platform())
	}
	for i := 0; i+2 < len(pathname); i++ {
		if pathname[i] != '%' {
			continue
		}
		second, third := pathname[i+1], pathname[i+2]|0x20
		switch {
		case windows && (second == '2' && third == 'f' || second == '5' && third == 'c'):
			r.h.Err.Throw("ERR_INVALID_FILE_URL_PATH", `must not include encoded \ or / characters`)
		case !windows && second == '2' && third == 'f':
			r.h.Err.Throw("ERR_INVALID_FILE_URL_PATH", "must not include encoded / characters")
		}
	}
	if windows {
		pathname = strings.ReplaceAll(pathname, "/", `\`)
	}
	p, ok := querystring.DecodeURIComponent(pathname)
	if !ok {
		panic(r.uriError())
	}
	if !windows {
		return p
	}
	if host != "" {
		return `\\` + toUnicode(host) + p
	}
	if len(p) < 3 || p[1]|0x20 < 'a' || p[1]|0x20 > 'z' || p[2] != ':' {
		r.h.Err.Throw("ERR_INVALID_FILE_URL_PATH", "must be absolute")
	}
	return p[1:]
}

func platform() string {
	if runtime.GOOS == "windows" {
		return "win32"
	}
	return runtime.GOOS
}

// escapePath escapes what a URL's path would take for something else.
func escapePath(p string, windows bool) string {
	escapes := "%\t\n\r \"#?[]^|~"
	if !windows {
		escapes += `\`
	}
	if !strings.ContainsAny(p, escapes) {
		return p
	}
	const upperHex = "0123456789ABCDEF"
	out := make([]byte, 0, len(p)+8)
	for i := 0; i < len(p); i++ {
		if c := p[i]; strings.IndexByte(escapes, c) >= 0 {
			out = append(out, '%', upperHex[c>>4], upperHex[c&15])
		} else {
			out = append(out, c)
		}
	}
	return string(out)
}

func (r *Room) pathToFileURL(c goja.FunctionCall) goja.Value {
	p := r.h.Err.ValidateString(c.Argument(0), "path")
	windows := runtime.GOOS == "windows"
	if v := bind.Property(c.Argument(1), "windows"); !bind.IsNullish(v) {
		windows = bind.Truthy(v)
	}
	var href string
	w := path.World{Dir: r.h.Process.Dir, Env: r.h.Process.Env}
	switch {
	case windows && strings.HasPrefix(p, `\\`):
		prefix := 2
		if strings.HasPrefix(p, `\\?\UNC\`) {
			prefix = 8
		}
		end := strings.IndexByte(p[prefix:], '\\')
		if end < 0 {
			panic(r.h.Err.InvalidArgValue("path", c.Argument(0), "Missing UNC resource path"))
		}
		if end += prefix; end == 2 {
			panic(r.h.Err.InvalidArgValue("path", c.Argument(0), "Empty UNC servername"))
		}
		href = "file://" + toASCII(p[prefix:end]) + escapePath(strings.ReplaceAll(p[end:], `\`, "/"), true)
	default:
		style := &path.Posix
		if windows {
			style = &path.Win32
		}
		resolved := style.Resolve(w, p)
		if p != "" && (p[len(p)-1] == '/' || windows && p[len(p)-1] == '\\') && !strings.HasSuffix(resolved, style.Sep) {
			resolved += "/"
		}
		if windows {
			resolved = "/" + strings.ReplaceAll(resolved, `\`, "/")
		}
		href = "file://" + escapePath(resolved, windows)
	}
	o, err := r.h.VM.New(r.classes().url.Ctor, bind.String(href))
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

// urlToHTTPOptions makes the options of http.request out of a URL.
func (r *Room) urlToHTTPOptions(c goja.FunctionCall) goja.Value {
	u := c.Argument(0).ToObject(r.h.VM)
	get := func(name string) string {
		if v := bind.Property(u, name); !bind.IsNullish(v) {
			return v.String()
		}
		return ""
	}
	o := r.h.VM.CreateObject(nil)
	for _, k := range u.Keys() {
		o.Set(k, u.Get(k))
	}
	host, pathname, search := get("hostname"), get("pathname"), get("search")
	if isIPv6(host) {
		host = host[1 : len(host)-1]
	}
	o.Set("protocol", get("protocol"))
	o.Set("hostname", host)
	o.Set("hash", get("hash"))
	o.Set("search", search)
	o.Set("pathname", pathname)
	o.Set("path", pathname+search)
	o.Set("href", get("href"))
	if port := get("port"); port != "" {
		o.Set("port", bind.String(port).ToNumber())
	}
	if user, password := get("username"), get("password"); user != "" || password != "" {
		a, ok1 := querystring.DecodeURIComponent(user)
		b, ok2 := querystring.DecodeURIComponent(password)
		if !ok1 || !ok2 {
			panic(r.uriError())
		}
		o.Set("auth", a+":"+b)
	}
	return o
}
