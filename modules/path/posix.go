package path

import "strings"

// normalizeString resolves "." and ".." and drops double separators; separators at the ends go.
// Node v20 lib/path.js: normalizeString.
func (s *Style) normalizeString(path string, allowAboveRoot bool) string {
	res := make([]byte, 0, len(path))
	sep := s.Sep[0]
	lastSegment, lastSlash, dots := 0, -1, 0
	for i := 0; i <= len(path); i++ {
		end := i == len(path)
		if end && i > 0 && s.isSep(path[i-1]) {
			break
		}
		if !end && !s.isSep(path[i]) {
			if path[i] == '.' && dots != -1 {
				dots++
			} else {
				dots = -1
			}
			continue
		}
		switch {
		case lastSlash == i-1 || dots == 1:
		case dots == 2:
			if n := len(res); n < 2 || lastSegment != 2 || res[n-1] != '.' || res[n-2] != '.' {
				if n > 2 {
					cut := strings.LastIndexByte(string(res), sep)
					if cut < 0 {
						res, lastSegment = res[:0], 0
					} else {
						res = res[:cut]
						lastSegment = cut - 1 - strings.LastIndexByte(string(res), sep)
					}
					lastSlash, dots = i, 0
					continue
				} else if n != 0 {
					res, lastSegment, lastSlash, dots = res[:0], 0, i, 0
					continue
				}
			}
			if allowAboveRoot {
				if len(res) > 0 {
					res = append(res, sep)
				}
				res = append(res, ".."...)
				lastSegment = 2
			}
		default:
			if len(res) > 0 {
				res = append(res, sep)
			}
			res = append(res, path[lastSlash+1:i]...)
			lastSegment = i - lastSlash - 1
		}
		lastSlash, dots = i, 0
	}
	return string(res)
}

// Resolve makes an absolute path of the parts, the right-most absolute one first.
func (s *Style) Resolve(w World, parts ...string) string {
	if s.windows {
		return s.resolveWin32(w, parts)
	}
	resolved, absolute := "", false
	for i := len(parts) - 1; i >= 0 && !absolute; i-- {
		if parts[i] == "" {
			continue
		}
		resolved = parts[i] + "/" + resolved
		absolute = parts[i][0] == '/'
	}
	if !absolute {
		cwd := w.Dir()
		dir := strings.ReplaceAll(cwd, `\`, "/")
		if !strings.Contains(cwd, ":") {
			dir = cwd
		} else if i := strings.IndexByte(dir, '/'); i > 0 {
			dir = dir[i:] // C:\x on Windows is /x here
		}
		resolved = dir + "/" + resolved
		absolute = dir != "" && dir[0] == '/'
	}
	resolved = s.normalizeString(resolved, !absolute)
	switch {
	case absolute:
		return "/" + resolved
	case resolved == "":
		return "."
	}
	return resolved
}

// Normalize resolves "." and ".." and double separators; one at the end stays.
func (s *Style) Normalize(path string) string {
	if path == "" {
		return "."
	}
	if s.windows {
		return s.normalizeWin32(path)
	}
	absolute, trailing := path[0] == '/', path[len(path)-1] == '/'
	path = s.normalizeString(path, !absolute)
	switch {
	case path == "" && absolute:
		return "/"
	case path == "" && trailing:
		return "./"
	case path == "":
		return "."
	}
	if trailing {
		path += "/"
	}
	if absolute {
		return "/" + path
	}
	return path
}

// IsAbs reports whether the path starts at a root.
func (s *Style) IsAbs(path string) bool {
	if path == "" {
		return false
	}
	if s.isSep(path[0]) {
		return true
	}
	return s.windows && len(path) > 2 && isDrive(path[0]) && path[1] == ':' && s.isSep(path[2])
}

// Join joins the parts that are not empty and normalizes.
func (s *Style) Join(parts ...string) string {
	kept := make([]string, 0, len(parts))
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 {
		return "."
	}
	if s.windows {
		return s.joinWin32(kept)
	}
	return s.Normalize(strings.Join(kept, "/"))
}

// Relative returns the way from one path to the other.
func (s *Style) Relative(from, to string, w World) string {
	if from == to {
		return ""
	}
	if s.windows {
		return s.relativeWin32(from, to, w)
	}
	from, to = s.Resolve(w, from), s.Resolve(w, to)
	if from == to {
		return ""
	}
	fromLen, toLen := len(from)-1, len(to)-1
	n := min(fromLen, toLen)
	common, i := -1, 0
	for ; i < n && from[1+i] == to[1+i]; i++ {
		if from[1+i] == '/' {
			common = i
		}
	}
	if i == n {
		switch {
		case toLen > n:
			if to[1+i] == '/' {
				return to[1+i+1:]
			}
			if i == 0 {
				return to[1+i:]
			}
		case fromLen > n:
			if from[1+i] == '/' {
				common = i
			} else if i == 0 {
				common = 0
			}
		}
	}
	return up(from[min(common+2, len(from)):], common+2 <= len(from), "/") + to[1+common:]
}

// up returns one ".." for each segment of rest, which may be a single empty one.
func up(rest string, any bool, sep string) string {
	if !any {
		return ""
	}
	n := strings.Count(rest, sep) + 1
	return strings.TrimSuffix(strings.Repeat(".."+sep, n), sep)
}

// Dir is dirname.
func (s *Style) Dir(path string) string {
	if path == "" {
		return "."
	}
	if s.windows {
		return s.dirWin32(path)
	}
	root := path[0] == '/'
	end := s.parentEnd(path, 1)
	switch {
	case end < 0 && root:
		return "/"
	case end < 0:
		return "."
	case root && end == 1:
		return "//"
	}
	return path[:end]
}

// parentEnd returns where the last segment's separator is, not before start; -1 for none.
func (s *Style) parentEnd(path string, start int) int {
	matched := true
	for i := len(path) - 1; i >= start; i-- {
		if s.isSep(path[i]) {
			if !matched {
				return i
			}
		} else {
			matched = false
		}
	}
	return -1
}

// drive returns how long a drive letter before the path is.
func (s *Style) drive(path string) int {
	if s.windows && len(path) >= 2 && isDrive(path[0]) && path[1] == ':' {
		return 2
	}
	return 0
}

// Base is basename: the last segment without suffix.
func (s *Style) Base(path, suffix string) string {
	start, end := s.drive(path), -1
	matched := true
	if suffix != "" && len(suffix) <= len(path) {
		if suffix == path {
			return ""
		}
		ext, firstNonSlash := len(suffix)-1, -1
		for i := len(path) - 1; i >= start; i-- {
			c := path[i]
			if s.isSep(c) {
				if !matched {
					start = i + 1
					break
				}
				continue
			}
			if firstNonSlash < 0 {
				matched, firstNonSlash = false, i+1
			}
			if ext >= 0 {
				if c == suffix[ext] {
					if ext--; ext < 0 {
						end = i
					}
				} else {
					ext, end = -1, firstNonSlash
				}
			}
		}
		if start == end {
			end = firstNonSlash
		} else if end < 0 {
			end = len(path)
		}
		return path[start:max(end, start)]
	}
	for i := len(path) - 1; i >= start; i-- {
		if s.isSep(path[i]) {
			if !matched {
				start = i + 1
				break
			}
		} else if end < 0 {
			matched, end = false, i+1
		}
	}
	if end < 0 {
		return ""
	}
	return path[start:end]
}

// last finds the last segment of path[start:] and the dot of its extension; dot is -1 if it has
// none, end is -1 if there is no segment. found tells that a separator stands before it.
func (s *Style) last(path string, start, part int) (from, dot, end int) {
	from, dot, end = part, -1, -1
	matched, state := true, 0
	for i := len(path) - 1; i >= start; i-- {
		c := path[i]
		if s.isSep(c) {
			if !matched {
				from = i + 1
				break
			}
			continue
		}
		if end < 0 {
			matched, end = false, i+1
		}
		if c == '.' {
			if dot < 0 {
				dot = i
			} else if state != 1 {
				state = 1
			}
		} else if dot >= 0 {
			state = -1
		}
	}
	if end < 0 || state == 0 || state == 1 && dot == end-1 && dot == from+1 {
		dot = -1
	}
	return from, dot, end
}

// Ext is extname: from the last dot of the last segment on.
func (s *Style) Ext(path string) string {
	start := s.drive(path)
	_, dot, end := s.last(path, start, start)
	if dot < 0 {
		return ""
	}
	return path[dot:end]
}

// Parse takes a path apart.
func (s *Style) Parse(path string) (p Parsed) {
	if path == "" {
		return p
	}
	rootEnd := 0
	part := 0
	if s.windows {
		var done bool
		if rootEnd, done = s.rootWin32(path, &p); done {
			return p
		}
		p.Root = path[:rootEnd]
		part = rootEnd
	} else if path[0] == '/' {
		rootEnd = 1
		p.Root = "/"
	}
	from, dot, end := s.last(path, rootEnd, part)
	if end >= 0 {
		start := from
		if !s.windows && from == 0 {
			start = rootEnd
		}
		p.Base = path[start:end]
		p.Name = p.Base
		if dot >= 0 {
			p.Name, p.Ext = path[start:dot], path[dot:end]
		}
	}
	switch {
	case s.windows && from > 0 && from != rootEnd, !s.windows && from > 0:
		p.Dir = path[:from-1]
	default:
		p.Dir = p.Root
	}
	return p
}
