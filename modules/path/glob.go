package path

import (
	"runtime"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Match reports whether path matches the glob pattern: * and ? within a segment, ** for any
// segments, [sets], {a,b} and {1..3}. Names that start with a dot are matched only by patterns that
// name the dot. Absent: extended globs, +(a|b).
func (s *Style) Match(path, pattern string) bool {
	if s.windows {
		path = strings.ReplaceAll(path, `\`, "/")
	}
	// windowsPathsNoEscape: in Node backslashes in a pattern separate, on every system.
	pattern = strings.ReplaceAll(pattern, `\`, "/")
	if pattern == "" {
		return path == ""
	}
	fold := runtime.GOOS == "windows" || runtime.GOOS == "darwin"
	if fold {
		path = strings.ToLower(path)
	}
	segments := split(path)
	for _, p := range expandBraces(pattern) {
		if fold {
			p = strings.ToLower(p)
		}
		if matchSegments(segments, split(p)) {
			return true
		}
	}
	return false
}

// split cuts at runs of slashes; a slash at either end leaves an empty segment.
func split(p string) []string {
	raw := strings.Split(p, "/")
	out := raw[:1]
	for i := 1; i < len(raw); i++ {
		if raw[i] != "" || i == len(raw)-1 {
			out = append(out, raw[i])
		}
	}
	return out
}

func matchSegments(path, pattern []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			rest := pattern[1:]
			for len(rest) > 0 && rest[0] == "**" {
				rest = rest[1:]
			}
			if len(rest) == 0 {
				for _, seg := range path {
					if strings.HasPrefix(seg, ".") {
						return false
					}
				}
				return len(path) > 0
			}
			for i := 0; i < len(path); i++ {
				if matchSegments(path[i:], rest) {
					return true
				}
				if strings.HasPrefix(path[i], ".") {
					return false
				}
			}
			return false
		}
		if len(path) == 0 || !matchSegment(path[0], pattern[0]) {
			// A slash at the end of the path does not count.
			return false
		}
		path, pattern = path[1:], pattern[1:]
	}
	return len(path) == 0 || len(path) == 1 && path[0] == ""
}

func matchSegment(name, pattern string) bool {
	if strings.HasPrefix(name, ".") && !strings.HasPrefix(pattern, ".") {
		return false
	}
	if pattern == "*" {
		return name != ""
	}
	return wild(name, pattern)
}

// wild matches *, ? and [sets] within one segment.
func wild(name, p string) bool {
	for p != "" {
		switch p[0] {
		case '*':
			for p != "" && p[0] == '*' {
				p = p[1:]
			}
			for i := 0; ; {
				if wild(name[i:], p) {
					return true
				}
				if i >= len(name) {
					return false
				}
				_, n := utf8.DecodeRuneInString(name[i:])
				i += n
			}
		case '?':
			_, n := utf8.DecodeRuneInString(name)
			if n == 0 {
				return false
			}
			name, p = name[n:], p[1:]
		case '[':
			c, n := utf8.DecodeRuneInString(name)
			if hit, rest, ok := set(p, c); ok {
				if n == 0 || !hit {
					return false
				}
				name, p = name[n:], rest
				continue
			}
			fallthrough
		default:
			if name == "" || name[0] != p[0] {
				return false
			}
			name, p = name[1:], p[1:]
		}
	}
	return name == ""
}

// set matches c against the set at the start of p; ok is false if there is none that ends.
func set(p string, c rune) (hit bool, rest string, ok bool) {
	p = p[1:]
	negated := strings.HasPrefix(p, "!") || strings.HasPrefix(p, "^")
	if negated {
		p = p[1:]
	}
	for first := true; ; first = false {
		if p == "" {
			return false, "", false
		}
		if p[0] == ']' && !first {
			return hit != negated, p[1:], true
		}
		if name, after, found := strings.Cut(strings.TrimPrefix(p, "[:"), ":]"); strings.HasPrefix(p, "[:") && found {
			if class, known := classes[name]; known {
				hit = hit || class(c)
				p = after
				continue
			}
		}
		lo, n := utf8.DecodeRuneInString(p)
		p = p[n:]
		hi := lo
		if len(p) > 1 && p[0] == '-' && p[1] != ']' {
			hi, n = utf8.DecodeRuneInString(p[1:])
			p = p[1+n:]
		}
		hit = hit || lo <= c && c <= hi
	}
}

var classes = map[string]func(rune) bool{
	"alpha":  func(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' },
	"digit":  func(c rune) bool { return c >= '0' && c <= '9' },
	"alnum":  func(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' },
	"lower":  func(c rune) bool { return c >= 'a' && c <= 'z' },
	"upper":  func(c rune) bool { return c >= 'A' && c <= 'Z' },
	"space":  func(c rune) bool { return strings.ContainsRune(" \t\r\n\v\f", c) },
	"xdigit": func(c rune) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' },
}

// maxBraces bounds the patterns that one with braces may become.
const maxBraces = 10000

// expandBraces replaces {a,b} and {1..3} by all that they stand for.
func expandBraces(p string) []string {
	open := strings.IndexByte(p, '{')
	if open < 0 {
		return []string{p}
	}
	depth, start := 0, open+1
	var parts []string
	for i := open; i < len(p); i++ {
		switch p[i] {
		case '{':
			depth++
		case ',':
			if depth == 1 {
				parts = append(parts, p[start:i])
				start = i + 1
			}
		case '}':
			if depth--; depth > 0 {
				continue
			}
			parts = append(parts, p[start:i])
			if len(parts) == 1 {
				if parts = sequence(parts[0]); parts == nil {
					parts = []string{p[open : i+1]}
					var out []string
					for _, tail := range expandBraces(p[i+1:]) {
						out = append(out, p[:open]+parts[0]+tail)
					}
					return out
				}
			}
			var out []string
			tails := expandBraces(p[i+1:])
			for _, part := range parts {
				for _, middle := range expandBraces(part) {
					for _, tail := range tails {
						if len(out) == maxBraces {
							return out
						}
						out = append(out, p[:open]+middle+tail)
					}
				}
			}
			return out
		}
	}
	return []string{p}
}

// sequence is 1..3 or a..c written out; nil if s is neither.
func sequence(s string) []string {
	from, to, ok := strings.Cut(s, "..")
	if !ok {
		return nil
	}
	if len(from) == 1 && len(to) == 1 && isDrive(from[0]) && isDrive(to[0]) {
		return count(int(from[0]), int(to[0]), func(i int) string { return string(rune(i)) })
	}
	lo, err1 := strconv.Atoi(from)
	hi, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil {
		return nil
	}
	width := 0
	if pad := func(s string) bool { s = strings.TrimPrefix(s, "-"); return len(s) > 1 && s[0] == '0' }; pad(from) || pad(to) {
		width = max(len(from), len(to))
	}
	return count(lo, hi, func(i int) string {
		s := strconv.Itoa(i)
		for len(s) < width {
			s = "0" + s
		}
		return s
	})
}

func count(lo, hi int, text func(int) string) (out []string) {
	step := 1
	if lo > hi {
		step = -1
	}
	for i := lo; len(out) < maxBraces; i += step {
		out = append(out, text(i))
		if i == hi {
			break
		}
	}
	return out
}
