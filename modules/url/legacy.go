package url

import (
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/querystring"
)

// text is a string or null.
type text struct {
	s  string
	ok bool
}

func some(s string) text { return text{s, true} }

// legacy is the state of a Url: what its properties say.
type legacy struct {
	protocol, auth, host, port, hostname, hash, search, pathname, path, href text

	slashes bool // false stands for null
	query   text
	parsed  *goja.Object // the query as an object, in the place of query
}

// hostless are the protocols that never have a host name, and whose text is left as it is.
func hostless(protocol string) bool { return protocol == "javascript" || protocol == "javascript:" }

// slashed are the protocols that always have //.
func slashed(protocol string) bool {
	switch strings.TrimSuffix(protocol, ":") {
	case "http", "https", "ftp", "gopher", "file", "ws", "wss":
		return !strings.HasSuffix(protocol, "::")
	}
	return false
}

// trim cuts white space at both ends and turns backslashes before the first ? or # into slashes.
// Node v20 lib/url.js: Url.prototype.parse.
func trim(url string) (rest string, hasHash, hasAt bool) {
	plain := true
	for i := 0; i < len(url); i++ {
		switch c := url[i]; {
		case c <= ' ' || c >= 0x80 || c == '\\':
			plain = false
		case c == '#':
			hasHash = true
		case c == '@':
			hasAt = true
		}
	}
	if plain {
		// An @ behind ? or # does not count.
		if hasAt {
			if i := strings.IndexAny(url, "?#"); i >= 0 {
				hasAt = strings.IndexByte(url[:i], '@') >= 0
			}
		}
		return url, hasHash, hasAt
	}
	hasHash, hasAt = false, false
	start, end := -1, -1
	for i, c := range url {
		if c <= ' ' || c == '\u00a0' || c == '\ufeff' {
			continue
		}
		if start < 0 {
			start = i
		}
		end = i + utf8.RuneLen(c)
		if c == utf8.RuneError {
			end = i + 1
			for end < len(url) && !utf8.RuneStart(url[end]) {
				end++
			}
		}
	}
	if start < 0 {
		return "", false, false
	}
	b := []byte(url[start:end])
	split := false
	for i, c := range b {
		switch {
		case c == '#':
			hasHash, split = true, true
		case c == '?':
			split = true
		case c == '@' && !split:
			hasAt = true
		case c == '\\' && !split:
			b[i] = '/'
		}
	}
	return string(b), hasHash, hasAt
}

// simplePath is /^(\/\/?(?!\/)[^?\s]*)(\?[^\s]*)?$/: it returns where the query starts.
func simplePath(s string) (query int, ok bool) {
	if s == "" || s[0] != '/' || strings.HasPrefix(s, "///") {
		return 0, false
	}
	query = len(s)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '?' && query == len(s):
			query = i
		case c == ' ' || c >= '\t' && c <= '\r':
			return 0, false
		case c >= 0x80 && utf8.RuneStart(c):
			if r, _ := utf8.DecodeRuneInString(s[i:]); isSpace(r) {
				return 0, false
			}
		}
	}
	return query, true
}

// isSpace is \s of a regular expression, beyond ASCII.
func isSpace(r rune) bool {
	switch r {
	case 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF:
		return true
	}
	return r >= 0x2000 && r <= 0x200A
}

// scheme returns the length of /^[a-z0-9.+-]+:/i at the start of s, 0 if there is none.
func scheme(s string) int {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '+', c == '-':
		case c == ':' && i > 0:
			return i + 1
		default:
			return 0
		}
	}
	return 0
}

// authority is /^\/\/[^@/]+@[^@/]+/.
func authority(s string) bool {
	if !strings.HasPrefix(s, "//") {
		return false
	}
	i := strings.IndexAny(s[2:], "@/")
	if i <= 0 || s[2+i] != '@' {
		return false
	}
	s = s[2+i+1:]
	return s != "" && s[0] != '@' && s[0] != '/'
}

// parse is Url.prototype.parse. It throws ERR_INVALID_URL and URIError.
func (r *Room) parse(url string, parseQuery, slashesDenoteHost bool) (u legacy) {
	rest, hasHash, hasAt := trim(url)
	if !slashesDenoteHost && !hasHash && !hasAt {
		if q, ok := simplePath(rest); ok {
			u.path, u.href, u.pathname = some(rest), some(rest), some(rest[:q])
			if q < len(rest) {
				u.search = some(rest[q:])
				if parseQuery {
					u.parsed = r.qs().Parse(rest[q+1:])
				} else {
					u.query = some(rest[q+1:])
				}
			} else if parseQuery {
				u.parsed = r.h.VM.CreateObject(nil)
			}
			return u
		}
	}
	proto, lower := "", ""
	if n := scheme(rest); n > 0 {
		proto, rest = rest[:n], rest[n:]
		lower = strings.ToLower(proto)
		u.protocol = some(lower)
	}
	hasSlashes := false
	if slashesDenoteHost || proto != "" || authority(rest) {
		hasSlashes = strings.HasPrefix(rest, "//")
		if hasSlashes && !(proto != "" && hostless(lower)) {
			rest = rest[2:]
			u.slashes = true
		}
	}
	if !hostless(lower) && (hasSlashes || proto != "" && !slashed(proto)) {
		rest = r.parseAuthority(&u, rest, url)
	}
	if !hostless(lower) {
		rest = autoEscape(rest)
	}
	question, hash := -1, strings.IndexByte(rest, '#')
	before := rest
	if hash >= 0 {
		u.hash = some(rest[hash:])
		before = rest[:hash]
	}
	if question = strings.IndexByte(before, '?'); question >= 0 {
		u.search = some(before[question:])
		if parseQuery {
			u.parsed = r.qs().Parse(before[question+1:])
		} else {
			u.query = some(before[question+1:])
		}
		before = before[:question]
	} else if parseQuery {
		u.parsed = r.h.VM.CreateObject(nil)
	}
	if before != "" {
		u.pathname = some(before)
	}
	if slashed(lower) && u.hostname.s != "" && u.pathname.s == "" {
		u.pathname = some("/")
	}
	if u.pathname.s != "" || u.search.s != "" {
		u.path = some(u.pathname.s + u.search.s)
	}
	u.href = some(r.format(&u))
	return u
}

// parseAuthority takes auth, host and port off the front of rest.
func (r *Room) parseAuthority(u *legacy, rest, url string) string {
	hostEnd, at, nonHost := -1, -1, -1
scan:
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\t', '\n', '\r':
			// As WHATWG has it, these are not there.
			rest = rest[:i] + rest[i+1:]
			i--
		case ' ', '"', '%', '\'', ';', '<', '>', '\\', '^', '`', '{', '|', '}':
			if nonHost < 0 {
				nonHost = i
			}
		case '#', '/', '?':
			if nonHost < 0 {
				nonHost = i
			}
			hostEnd = i
		case '@':
			at, nonHost = i, -1
		}
		if hostEnd >= 0 {
			break scan
		}
	}
	start := 0
	if at >= 0 {
		auth, ok := querystring.DecodeURIComponent(rest[:at])
		if !ok {
			panic(r.uriError())
		}
		u.auth = some(auth)
		start = at + 1
	}
	host := rest[start:]
	if nonHost < 0 {
		rest = ""
	} else {
		host, rest = rest[start:nonHost], rest[nonHost:]
	}
	hostname, port := splitPort(host)
	if port != "" {
		u.port = some(port)
	}
	ipv6 := isIPv6(hostname)
	if !ipv6 {
		if i := strings.IndexAny(hostname, "/\\#?:"); i >= 0 {
			if hostname[i] == ':' {
				r.warnPort(url)
			}
			rest = "/" + hostname[i:] + rest
			hostname = hostname[:i]
		}
	}
	if utf16Len(hostname) > 255 {
		hostname = ""
	} else {
		hostname = strings.ToLower(hostname)
	}
	if hostname != "" {
		if ipv6 {
			if strings.ContainsAny(hostname, "\x00\t\n\r #%/<>?@\\^|") {
				panic(r.invalidURL(url, nil))
			}
		} else {
			hostname = toASCII(hostname)
			if hostname == "" || strings.ContainsAny(hostname, "\x00\t\n\r #%/:<>?@[\\]^|") {
				panic(r.invalidURL(url, nil))
			}
		}
	}
	host = hostname
	if port != "" {
		host += ":" + port
	}
	u.host = some(host)
	if ipv6 {
		hostname = hostname[1 : len(hostname)-1]
		if rest == "" || rest[0] != '/' {
			rest = "/" + rest
		}
	}
	u.hostname = some(hostname)
	return rest
}

func utf16Len(s string) int {
	if len(s) <= 255 {
		return len(s)
	}
	n := 0
	for _, c := range s {
		if n++; c > 0xFFFF {
			n++
		}
	}
	return n
}

func isIPv6(host string) bool {
	return host != "" && host[0] == '[' && host[len(host)-1] == ']'
}

// splitPort cuts /:[0-9]*$/ off.
func splitPort(host string) (name, port string) {
	i := len(host)
	for i > 0 && host[i-1] >= '0' && host[i-1] <= '9' {
		i--
	}
	if i == 0 || host[i-1] != ':' {
		return host, ""
	}
	return host[:i-1], host[i:]
}

// autoEscape escapes what RFC 2396 calls unwise and delimiters.
func autoEscape(s string) string {
	i := strings.IndexAny(s, "\t\n\r \"'<>\\^`{|}")
	if i < 0 {
		return s
	}
	const upperHex = "0123456789ABCDEF"
	out := append(make([]byte, 0, len(s)+16), s[:i]...)
	for ; i < len(s); i++ {
		switch c := s[i]; c {
		case '\t', '\n', '\r', ' ', '"', '\'', '<', '>', '\\', '^', '`', '{', '|', '}':
			out = append(out, '%', upperHex[c>>4], upperHex[c&15])
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

var keepAuth = querystring.NewTable("!'()*-._~:")

// format is Url.prototype.format.
func (r *Room) format(u *legacy) string {
	auth := u.auth.s
	if auth != "" {
		esc, ok := querystring.EscapeString(bind.String(auth).(goja.String), &keepAuth)
		if !ok {
			r.h.Err.Throw("ERR_INVALID_URI")
		}
		auth = esc + "@"
	}
	protocol, pathname, hash, host, query := u.protocol.s, u.pathname.s, u.hash.s, "", ""
	switch {
	case u.host.s != "":
		host = auth + u.host.s
	case u.hostname.s != "":
		host = u.hostname.s
		if strings.Contains(host, ":") && !isIPv6(host) {
			host = "[" + host + "]"
		}
		host = auth + host
		if u.port.s != "" {
			host += ":" + u.port.s
		}
	}
	if u.parsed != nil {
		query = r.qs().Stringify(u.parsed)
	}
	search := u.search.s
	if search == "" && query != "" {
		search = "?" + query
	}
	if protocol != "" && protocol[len(protocol)-1] != ':' {
		protocol += ":"
	}
	pathname = escapeTwo.Replace(pathname)
	if u.slashes || slashed(protocol) {
		if u.slashes || host != "" {
			if pathname != "" && pathname[0] != '/' {
				pathname = "/" + pathname
			}
			host = "//" + host
		} else if strings.HasPrefix(protocol, "file") {
			host = "//"
		}
	}
	search = strings.ReplaceAll(search, "#", "%23")
	if hash != "" && hash[0] != '#' {
		hash = "#" + hash
	}
	if search != "" && search[0] != '?' {
		search = "?" + search
	}
	return protocol + host + pathname + search + hash
}

var escapeTwo = strings.NewReplacer("#", "%23", "?", "%3F")
