package path

import "strings"

func isDrive(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }

// reserved are the names that Windows keeps for devices.
var reserved = map[string]bool{
	"CON": true, "PRN": true, "AUX": true, "NUL": true,
	"COM1": true, "COM2": true, "COM3": true, "COM4": true, "COM5": true, "COM6": true, "COM7": true, "COM8": true, "COM9": true,
	"LPT1": true, "LPT2": true, "LPT3": true, "LPT4": true, "LPT5": true, "LPT6": true, "LPT7": true, "LPT8": true, "LPT9": true,
	"COM¹": true, "COM²": true, "COM³": true, "LPT¹": true, "LPT²": true, "LPT³": true,
}

// isReserved looks at the path before its colon; as in Node, a path without one loses its last
// character instead.
func isReserved(path string, colon int) bool {
	if colon < 0 {
		r := []rune(path)
		if len(r) == 0 {
			return false
		}
		return reserved[strings.ToUpper(string(r[:len(r)-1]))]
	}
	return reserved[strings.ToUpper(path[:colon])]
}

// unc finds the parts of \\server\share: first is the server, [last:j] the share. ok is false if
// the path, which starts with two separators, has not both.
func (s *Style) unc(path string) (first string, last, j int, ok bool) {
	n := len(path)
	j = 2
	last = j
	skip := func(sep bool) bool {
		for j < n && s.isSep(path[j]) == sep {
			j++
		}
		return j < n && j != last
	}
	if !skip(false) {
		return
	}
	first, last = path[last:j], j
	if !skip(true) {
		return
	}
	last = j
	skip(false)
	return first, last, j, j == n || j != last
}

func (s *Style) resolveWin32(w World, parts []string) string {
	device, tail, absolute := "", "", false
	for i := len(parts) - 1; i >= -1; i-- {
		var path string
		switch {
		case i >= 0:
			if path = parts[i]; path == "" {
				continue
			}
		case device == "":
			path = w.Dir()
		default:
			if w.Env != nil {
				path, _ = w.Env("=" + device)
			}
			if path == "" {
				path = w.Dir()
			}
			if path == "" || len(path) > 2 && !strings.EqualFold(path[:2], device) && path[2] == '\\' {
				path = device + `\`
			}
		}
		n := len(path)
		rootEnd, dev, abs := 0, "", false
		switch {
		case n == 0:
		case n == 1:
			if s.isSep(path[0]) {
				rootEnd, abs = 1, true
			}
		case s.isSep(path[0]):
			abs = true
			if !s.isSep(path[1]) {
				rootEnd = 1
			} else if first, last, j, ok := s.unc(path); ok {
				if first != "." && first != "?" {
					dev, rootEnd = `\\`+first+`\`+path[last:j], j
				} else {
					dev, rootEnd = `\\`+first, 4
				}
			}
		case isDrive(path[0]) && path[1] == ':':
			dev, rootEnd = path[:2], 2
			if n > 2 && s.isSep(path[2]) {
				abs, rootEnd = true, 3
			}
		}
		if dev != "" {
			if device == "" {
				device = dev
			} else if !strings.EqualFold(dev, device) {
				continue
			}
		}
		if absolute {
			if device != "" {
				break
			}
			continue
		}
		tail = path[rootEnd:] + `\` + tail
		absolute = abs
		if abs && device != "" {
			break
		}
	}
	tail = s.normalizeString(tail, !absolute)
	if absolute {
		return device + `\` + tail
	}
	if device+tail == "" {
		return "."
	}
	return device + tail
}

func (s *Style) normalizeWin32(path string) string {
	n := len(path)
	if n == 1 {
		if path == "/" {
			return `\`
		}
		return path
	}
	rootEnd, device, hasDevice, absolute := 0, "", false, false
	switch {
	case s.isSep(path[0]):
		absolute = true
		if !s.isSep(path[1]) {
			rootEnd = 1
		} else if first, last, j, ok := s.unc(path); ok {
			hasDevice = true
			switch {
			case first == "." || first == "?":
				device, rootEnd = `\\`+first, 4
			case j == n:
				return `\\` + first + `\` + path[last:] + `\`
			default:
				device, rootEnd = `\\`+first+`\`+path[last:j], j
			}
		}
	default:
		colon := strings.IndexByte(path, ':')
		if colon > 0 {
			if isDrive(path[0]) && colon == 1 {
				device, hasDevice, rootEnd = path[:2], true, 2
				if n > 2 && s.isSep(path[2]) {
					absolute, rootEnd = true, 3
				}
			} else if isReserved(path, colon) {
				device, hasDevice, rootEnd = path[:colon+1], true, colon+1
			}
		}
	}
	tail := ""
	if rootEnd < n {
		tail = s.normalizeString(path[rootEnd:], !absolute)
	}
	if tail == "" && !absolute {
		tail = "."
	}
	if tail != "" && s.isSep(path[n-1]) {
		tail += `\`
	}
	if !absolute && !hasDevice && strings.Contains(path, ":") {
		// What looks like a drive only after normalizing must not become one.
		if len(tail) >= 2 && isDrive(tail[0]) && tail[1] == ':' {
			return `.\` + tail
		}
		for i := range n {
			if path[i] == ':' && (i == n-1 || s.isSep(path[i+1])) {
				return `.\` + tail
			}
		}
	}
	if isReserved(path, strings.IndexByte(path, ':')) {
		return `.\` + device + tail
	}
	if absolute {
		return device + `\` + tail
	}
	return device + tail
}

func (s *Style) joinWin32(parts []string) string {
	joined, first := strings.Join(parts, `\`), parts[0]
	// Two separators at the start mean a UNC path only if the first part has them both.
	slashes, replace := 0, true
	if s.isSep(first[0]) {
		slashes++
		if len(first) > 1 && s.isSep(first[1]) {
			slashes++
			if len(first) > 2 {
				if s.isSep(first[2]) {
					slashes++
				} else {
					replace = false
				}
			}
		}
	}
	if replace {
		for slashes < len(joined) && s.isSep(joined[slashes]) {
			slashes++
		}
		if slashes >= 2 {
			joined = `\` + joined[slashes:]
		}
	}
	return s.Normalize(joined)
}

func (s *Style) relativeWin32(fromArg, toArg string, w World) string {
	fromOrig, toOrig := s.Resolve(w, fromArg), s.Resolve(w, toArg)
	if fromOrig == toOrig {
		return ""
	}
	from, to := lower(fromOrig), lower(toOrig)
	if from == to {
		return ""
	}
	if len(from) != len(fromOrig) || len(to) != len(toOrig) {
		return relativeSegments(fromOrig, toOrig)
	}
	fromStart := len(from) - len(strings.TrimLeft(from, `\`))
	fromEnd := len(from)
	for fromEnd-1 > fromStart && from[fromEnd-1] == '\\' {
		fromEnd--
	}
	toStart := len(to) - len(strings.TrimLeft(to, `\`))
	toEnd := len(to)
	for toEnd-1 > toStart && to[toEnd-1] == '\\' {
		toEnd--
	}
	fromLen, toLen := fromEnd-fromStart, toEnd-toStart
	n := min(fromLen, toLen)
	common, i := -1, 0
	for ; i < n && from[fromStart+i] == to[toStart+i]; i++ {
		if from[fromStart+i] == '\\' {
			common = i
		}
	}
	if i != n {
		if common < 0 {
			return toOrig
		}
	} else {
		if toLen > n {
			if to[toStart+i] == '\\' {
				return toOrig[toStart+i+1:]
			}
			if i == 2 {
				return toOrig[toStart+i:]
			}
		}
		if fromLen > n {
			if from[fromStart+i] == '\\' {
				common = i
			} else if i == 2 {
				common = 3
			}
		}
		common = max(common, 0)
	}
	out := ""
	if lo := fromStart + common + 1; lo <= fromEnd {
		out = up(from[lo:fromEnd], true, `\`)
	}
	toStart += common
	if out != "" {
		return out + slice(toOrig, toStart, toEnd)
	}
	if toStart < len(toOrig) && toOrig[toStart] == '\\' {
		toStart++
	}
	return slice(toOrig, toStart, toEnd)
}

// lower is toLowerCase of JavaScript, where one letter becomes two.
func lower(s string) string { return strings.ToLower(strings.ReplaceAll(s, "İ", "i\u0307")) }

// slice is s[lo:hi] where JavaScript's would be empty for lo > hi.
func slice(s string, lo, hi int) string {
	if lo >= hi {
		return ""
	}
	return s[lo:hi]
}

// relativeSegments compares whole segments, for names whose length depends on their case.
func relativeSegments(fromOrig, toOrig string) string {
	from := strings.Split(strings.TrimSuffix(fromOrig, `\`), `\`)
	to := strings.Split(strings.TrimSuffix(toOrig, `\`), `\`)
	n, i := min(len(from), len(to)), 0
	for i < n && lower(from[i]) == lower(to[i]) {
		i++
	}
	switch {
	case i == 0:
		return toOrig
	case i < n:
		return strings.Repeat(`..\`, len(from)-i) + strings.Join(to[i:], `\`)
	case len(to) > n:
		return strings.Join(to[i:], `\`)
	case len(from) > n:
		return strings.Repeat(`..\`, len(from)-1-i) + ".."
	}
	return ""
}

// namespaced is toNamespacedPath: the form that Windows does not limit in length.
func (s *Style) namespaced(path string, w World) string {
	if path == "" {
		return path
	}
	p := s.Resolve(w, path)
	if len(p) <= 2 {
		return path
	}
	switch {
	case p[0] == '\\':
		if p[1] == '\\' && p[2] != '?' && p[2] != '.' {
			return `\\?\UNC\` + p[2:]
		}
	case isDrive(p[0]) && p[1] == ':' && p[2] == '\\':
		return `\\?\` + p
	}
	return p
}

func (s *Style) dirWin32(path string) string {
	n := len(path)
	rootEnd, offset := -1, 0
	if n == 1 {
		if s.isSep(path[0]) {
			return path
		}
		return "."
	}
	if s.isSep(path[0]) {
		rootEnd, offset = 1, 1
		if s.isSep(path[1]) {
			if _, last, j, ok := s.unc(path); ok {
				if j == n {
					return path
				}
				if j != last {
					rootEnd, offset = j+1, j+1
				}
			}
		}
	} else if s.drive(path) > 0 {
		rootEnd = 2
		if n > 2 && s.isSep(path[2]) {
			rootEnd = 3
		}
		offset = rootEnd
	}
	end := s.parentEnd(path, offset)
	if end < 0 {
		if rootEnd < 0 {
			return "."
		}
		end = rootEnd
	}
	return path[:min(end, n)]
}

// rootWin32 returns where the root of path ends; done means that p is complete.
func (s *Style) rootWin32(path string, p *Parsed) (end int, done bool) {
	n := len(path)
	if n == 1 {
		if s.isSep(path[0]) {
			p.Root, p.Dir = path, path
		} else {
			p.Base, p.Name = path, path
		}
		return 0, true
	}
	if s.isSep(path[0]) {
		end = 1
		if s.isSep(path[1]) {
			if _, last, j, ok := s.unc(path); ok {
				if j == n {
					end = j
				} else if j != last {
					end = j + 1
				}
			}
		}
		return end, false
	}
	if s.drive(path) == 0 {
		return 0, false
	}
	if n <= 2 || n == 3 && s.isSep(path[2]) {
		p.Root, p.Dir = path, path
		return 0, true
	}
	if s.isSep(path[2]) {
		return 3, false
	}
	return 2, false
}
