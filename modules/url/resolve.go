package url

import "strings"

// resolve is Url.prototype.resolveObject: where rel leads from base. It changes rel as Node does.
// Both are read as their properties say, so that objects made by hand work as well.
//
// Node v20 lib/url.js: Url.prototype.resolveObject.
func (r *Room) resolve(base, rel *legacy) (u legacy) {
	u = *base
	u.hash = rel.hash
	done := func() legacy {
		u.href = some(r.format(&u))
		return u
	}
	if rel.href.ok && rel.href.s == "" {
		return done()
	}
	if rel.slashes && rel.protocol.s == "" {
		// //host/path keeps the protocol only.
		protocol := u.protocol
		u = *rel
		u.protocol = protocol
		if slashed(u.protocol.s) && u.hostname.s != "" && u.pathname.s == "" {
			u.path, u.pathname = some("/"), some("/")
		}
		return done()
	}
	if rel.protocol.s != "" && rel.protocol.s != u.protocol.s {
		return r.resolveOther(u, rel)
	}

	absBase := strings.HasPrefix(u.pathname.s, "/")
	absRel := rel.host.s != "" || strings.HasPrefix(rel.pathname.s, "/")
	mustEndAbs := absRel || absBase || u.host.s != "" && rel.pathname.s != ""
	removeAllDots := mustEndAbs
	src, relPath := segments(u.pathname), segments(rel.pathname)
	noSlashes := u.protocol.s != "" && !slashed(u.protocol.s)
	if noSlashes {
		// The host is the first segment of the path then.
		u.hostname, u.port = some(""), text{}
		if u.host.s != "" {
			src = hostFirst(src, u.host.s)
		}
		u.host = some("")
		if rel.protocol.s != "" {
			rel.hostname, rel.port, u.auth = text{}, text{}, text{}
			if rel.host.s != "" {
				relPath = hostFirst(relPath, rel.host.s)
			}
			rel.host = text{}
		}
		mustEndAbs = mustEndAbs && (first(relPath) == some("") || first(src) == some(""))
	}
	switch {
	case absRel:
		if rel.host.ok {
			if u.host != rel.host {
				u.auth = text{}
			}
			u.host, u.port = rel.host, rel.port
		}
		if rel.hostname.ok {
			if u.hostname != rel.hostname {
				u.auth = text{}
			}
			u.hostname = rel.hostname
		}
		u.takeQuery(rel)
		src = relPath
	case len(relPath) > 0:
		if len(src) > 0 {
			src = src[:len(src)-1]
		}
		src = append(src[:len(src):len(src)], relPath...)
		u.takeQuery(rel)
	case rel.search.ok:
		if noSlashes {
			h := first(src)
			u.hostFrom(h)
		}
		u.takeQuery(rel)
		u.setPath()
		return done()
	}
	if len(src) == 0 {
		u.pathname, u.path = text{}, text{}
		if u.search.s != "" {
			u.path = some("/" + u.search.s)
		}
		return done()
	}

	last := src[len(src)-1]
	trailing := (u.host.s != "" || rel.host.s != "" || len(src) > 1) && (last == "." || last == "..") || last == ""
	up := 0
	for i := len(src) - 1; i >= 0; i-- {
		switch {
		case src[i] == ".":
			src = remove(src, i)
		case src[i] == "..":
			src = remove(src, i)
			up++
		case up > 0:
			src = remove(src, i)
			up--
		}
	}
	if !mustEndAbs && !removeAllDots {
		for ; up > 0; up-- {
			src = prepend(src, "..")
		}
	}
	if mustEndAbs && first(src) != some("") && !strings.HasPrefix(first(src).s, "/") {
		src = prepend(src, "")
	}
	if trailing && !strings.HasSuffix(strings.Join(src, "/"), "/") {
		src = append(src, "")
	}
	absolute := len(src) > 0 && (src[0] == "" || src[0][0] == '/')
	if noSlashes {
		switch {
		case absolute || len(src) == 0:
			u.hostFrom(some(""))
		default:
			u.hostFrom(some(src[0]))
			src = src[1:]
		}
	}
	mustEndAbs = mustEndAbs || u.host.s != "" && len(src) > 0
	if mustEndAbs && !absolute {
		src = prepend(src, "")
	}
	if len(src) == 0 {
		u.pathname, u.path = text{}, text{}
	} else {
		u.pathname = some(strings.Join(src, "/"))
	}
	u.setPath()
	if rel.auth.s != "" {
		u.auth = rel.auth
	}
	u.slashes = u.slashes || rel.slashes
	return done()
}

// resolveOther is resolve where rel has another protocol.
func (r *Room) resolveOther(u legacy, rel *legacy) legacy {
	if !slashed(rel.protocol.s) {
		u = *rel
		u.href = some(r.format(&u))
		return u
	}
	u.protocol = rel.protocol
	if rel.host.s == "" && rel.protocol.s != "file" && rel.protocol.s != "file:" && !hostless(rel.protocol.s) {
		// http:x/y: the first segment with text is the host.
		path := strings.Split(rel.pathname.s, "/")
		for len(path) > 0 {
			rel.host = some(path[0])
			path = path[1:]
			if rel.host.s != "" {
				break
			}
		}
		if rel.host.s == "" {
			rel.host = some("")
		}
		if rel.hostname.s == "" {
			rel.hostname = some("")
		}
		if first(path) != some("") {
			path = prepend(path, "")
		}
		if len(path) < 2 {
			path = prepend(path, "")
		}
		u.pathname = some(strings.Join(path, "/"))
	} else {
		u.pathname = rel.pathname
	}
	u.takeQuery(rel)
	u.host = some(rel.host.s)
	u.auth = rel.auth
	if u.hostname = rel.hostname; u.hostname.s == "" {
		u.hostname = rel.host
	}
	u.port = rel.port
	if u.pathname.s != "" || u.search.s != "" {
		u.path = some(u.pathname.s + u.search.s)
	}
	u.slashes = u.slashes || rel.slashes
	u.href = some(r.format(&u))
	return u
}

func (u *legacy) takeQuery(rel *legacy) {
	u.search, u.query, u.parsed = rel.search, rel.query, rel.parsed
}

func (u *legacy) setPath() {
	if u.pathname.ok || u.search.ok {
		u.path = some(u.pathname.s + u.search.s)
	}
}

// hostFrom sets the host of a protocol without slashes, which may have auth before it.
func (u *legacy) hostFrom(h text) {
	u.hostname, u.host = h, h
	if parts := strings.Split(h.s, "@"); len(parts) > 1 && parts[0] != "" {
		u.auth = some(parts[0])
		u.host, u.hostname = some(parts[1]), some(parts[1])
	}
}

func segments(path text) []string {
	if path.s == "" {
		return nil
	}
	return strings.Split(path.s, "/")
}

// hostFirst puts the host before the path.
func hostFirst(path []string, host string) []string {
	if first(path) == some("") {
		path[0] = host
		return path
	}
	return prepend(path, host)
}

func first(s []string) text {
	if len(s) == 0 {
		return text{}
	}
	return some(s[0])
}

func prepend(s []string, x string) []string { return append([]string{x}, s...) }

func remove(s []string, i int) []string { return append(s[:i:i], s[i+1:]...) }
