package ecma

import "strings"

// The texts of expressions in messages, as V8's CallPrinter writes them: names, members and indexes as they
// stand in the source, without spaces, arguments as (...), and (intermediate value) for what has no name.
// Only the text near the place is looked at; "" is what it cannot tell.

// farthest is how long an expression may be, in bytes.
const farthest = 2000

// calleeAt is what is called at src[at]: what ends with the name there, or before the parenthesis.
func calleeAt(src string, at int) string {
	if at < 0 || at >= len(src) {
		return ""
	}
	end := at + len(identAt(src, at))
	if end == at && src[at] != '(' {
		return ""
	}
	for end > at && end < len(src) && src[end] == '.' { // of a tagged template the place is the tag's beginning
		for end++; end < len(src) && identByte(src[end]); {
			end++
		}
	}
	start, ok := chainStart(src, end)
	if !ok {
		return ""
	}
	return printed(src[start:end])
}

// identAt is the name at src[at].
func identAt(src string, at int) string {
	if at < 0 || at >= len(src) {
		return ""
	}
	end := at
	for end < len(src) && identByte(src[end]) {
		end++
	}
	return src[at:end]
}

// calleeAfterNew is what stands behind the new at src[at].
func calleeAfterNew(src string, at int) string {
	if at < 0 || at >= len(src) {
		return ""
	}
	rest, ok := strings.CutPrefix(src[at:], "new")
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, " \t\r\n")
	return printed(rest[:chainEnd(rest, false)])
}

// chainAt is the chain of names that src[at] is in.
func chainAt(src string, at int) string {
	if at < 0 || at >= len(src) || !identByte(src[at]) {
		return ""
	}
	end := at + chainEnd(src[at:], true)
	start, ok := chainStart(src, end)
	if !ok || start > at {
		return ""
	}
	switch identAt(src, start) {
	case "function", "class", "async", "const", "let", "var":
		return ""
	}
	return printed(src[start:end])
}

func identByte(c byte) bool {
	return c == '_' || c == '$' || c == '#' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// operators are words that a chain may follow and are not part of it.
var operators = map[string]bool{
	"return": true, "typeof": true, "await": true, "yield": true, "void": true, "delete": true, "in": true, "of": true,
	"case": true, "do": true, "else": true, "instanceof": true, "throw": true, "new": true,
}

// chainStart is where the chain of members, indexes and calls begins that ends at src[:end].
func chainStart(src string, end int) (start int, ok bool) {
	i := end
	back := func() {
		for i > 0 && isSpace(src[i-1]) {
			i--
		}
	}
	least := max(0, end-farthest)
	for back(); i > least; back() {
		switch c := src[i-1]; {
		case identByte(c):
			for i > 0 && identByte(src[i-1]) {
				i--
			}
			j := i
			back()
			if i > 0 && src[i-1] == '.' && (i < 2 || src[i-2] != '.') {
				i--
				if i > 0 && src[i-1] == '?' {
					i--
				}
				continue
			}
			return j, true
		case c == ')' || c == ']':
			open, found := opening(src, i-1, least)
			if !found {
				return 0, false
			}
			j := open
			i = open
			if i > 1 && src[i-1] == '.' && src[i-2] == '?' {
				i -= 2
				continue
			}
			back()
			if i > 0 && (identByte(src[i-1]) && !operators[wordBefore(src, i)] || strings.IndexByte(")]'\"`", src[i-1]) >= 0) {
				continue // a call or an index
			}
			return j, true
		case c == '\'' || c == '"' || c == '`':
			open := strings.LastIndexByte(src[least:i-1], c)
			if open < 0 {
				return 0, false
			}
			return least + open, true
		default:
			return 0, false
		}
	}
	return 0, false
}

func wordBefore(src string, end int) string {
	start := end
	for start > 0 && identByte(src[start-1]) {
		start--
	}
	return src[start:end]
}

// opening is where the bracket was opened that src[at] closes.
func opening(src string, at, least int) (int, bool) {
	depth := 0
	for i := at; i >= least; i-- {
		switch c := src[i]; c {
		case ')', ']', '}':
			depth++
		case '(', '[', '{':
			if depth--; depth == 0 {
				return i, true
			}
		case '\'', '"', '`':
			open := strings.LastIndexByte(src[least:i], c)
			if open < 0 {
				return 0, false
			}
			i = least + open
		}
	}
	return 0, false
}

// closing is the length of s up to the bracket that closes s[0], with it.
func closing(s string) (int, bool) {
	depth := 0
	for i := 0; i < len(s) && i < farthest; i++ {
		switch c := s[i]; c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth == 0 {
				return i + 1, true
			}
		case '\'', '"', '`':
			end := strings.IndexByte(s[i+1:], c)
			if end < 0 {
				return 0, false
			}
			i += end + 1
		}
	}
	return 0, false
}

// chainEnd is the length of the chain that s begins with; calls are part of it or end it.
func chainEnd(s string, calls bool) int {
	i := 0
	for i < len(s) && i < farthest {
		switch c := s[i]; {
		case identByte(c):
			i++
		case c == '.':
			i++
		case c == '?' && i+1 < len(s) && s[i+1] == '.':
			i += 2
		case c == '[' && i > 0, c == '(' && (calls && i > 0 || !calls && i == 0):
			n, ok := closing(s[i:])
			if !ok {
				return i
			}
			i += n
		default:
			return i
		}
	}
	return i
}

const nameless = "(intermediate value)"

// printed writes a chain as V8 does.
func printed(chain string) string {
	var b strings.Builder
	s := strings.TrimSpace(chain)
	for first := true; s != ""; first = false {
		switch c := s[0]; {
		case isSpace(c):
			s = s[1:]
			continue
		case identByte(c):
			n := 1
			for n < len(s) && identByte(s[n]) {
				n++
			}
			b.WriteString(s[:n])
			s = s[n:]
		case strings.HasPrefix(s, "?."):
			b.WriteString("?.")
			s = s[2:]
		case c == '.':
			b.WriteByte('.')
			s = s[1:]
		case c == '(':
			n, ok := closing(s)
			if !ok {
				return ""
			}
			if first {
				b.WriteString(grouped(s[1 : n-1]))
			} else {
				b.WriteString("(...)")
			}
			s = s[n:]
		case c == '[':
			n, ok := closing(s)
			if !ok {
				return ""
			}
			inner := strings.TrimSpace(s[1 : n-1])
			switch {
			case first && inner == "":
				b.WriteString("[]")
			case first:
				b.WriteString(nameless)
			case inner != "" && (inner[0] == '\'' || inner[0] == '"') && strings.IndexByte(inner[1:], inner[0]) == len(inner)-2:
				b.WriteString("." + inner[1:len(inner)-1])
			case simple(inner):
				b.WriteString("[" + printed(inner) + "]")
			default:
				b.WriteString("[" + inner + "]")
			}
			s = s[n:]
		case first && (c == '\'' || c == '"'):
			n := strings.IndexByte(s[1:], c)
			if n < 0 {
				return ""
			}
			b.WriteString(`"` + s[1:n+1] + `"`)
			s = s[n+2:]
		default:
			return ""
		}
	}
	return b.String()
}

// simple reports whether s is nothing but a chain.
func simple(s string) bool { return s != "" && identByte(s[0]) && chainEnd(s, true) == len(s) }

// grouped is what stands in parentheses of its own.
func grouped(inner string) string {
	inner = strings.TrimSpace(inner)
	switch {
	case simple(inner):
		return printed(inner)
	case inner == "void 0":
		return "(void 0)"
	}
	// (0, exports.f)(): what compilers write for a call without a receiver.
	if rest, ok := strings.CutPrefix(inner, "0"); ok {
		if rest, ok = strings.CutPrefix(strings.TrimSpace(rest), ","); ok && simple(strings.TrimSpace(rest)) {
			return "(0 , " + printed(rest) + ")"
		}
	}
	return nameless
}
