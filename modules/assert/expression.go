package assert

import (
	"strconv"
	"strings"

	"github.com/gonode/gonode/modules/util"
)

// maxSource bounds how much of a file is read to find an expression.
const maxSource = 512 << 10

// expression is the message for a call of assert.ok without one: the source of the call. It is
// empty if the source cannot be read.
//
// Node v20 lib/internal/assert/utils.js: getErrMessage.
func (r *Room) expression() string {
	file, line, column, ok := util.Caller(r.vm)
	if !ok {
		return ""
	}
	place := file + ":" + strconv.Itoa(line) + ":" + strconv.Itoa(column)
	if s, known := r.source[place]; known {
		return s
	}
	s := ""
	if data, err := r.h.Files().ReadFile(file); err == nil && len(data) <= maxSource {
		s = describe(string(data), line, column)
	}
	r.source[place] = s
	return s
}

// describe returns the message for the call at line and column, counted from 1, of source.
func describe(source string, line, column int) string {
	for ; line > 1; line-- {
		_, rest, ok := strings.Cut(source, "\n")
		if !ok {
			return ""
		}
		source = rest
	}
	at := min(column-1, len(source)) // the engine counts columns in bytes
	start, end, ok := call(source, at)
	if !ok {
		return ""
	}
	lines := strings.Split(strings.ReplaceAll(source[start:end], "\r\n", "\n"), "\n")
	for i, l := range lines[1:] {
		// Later lines are indented as far as the first.
		n := 0
		for n < start && n < len(l) && (l[n] == ' ' || l[n] == '\t') {
			n++
		}
		lines[i+1] = "  " + l[n:]
	}
	return "The expression evaluated to a falsy value:\n\n  " + strings.Join(lines, "\n") + "\n"
}

// call finds the extent of the call expression in source whose opening parenthesis, or whose
// callee, is at offset at.
func call(source string, at int) (start, end int, ok bool) {
	open := at
	for open < len(source) && source[open] != '(' {
		if c := source[open]; !isName(c) && c != '.' && c != ' ' {
			return 0, 0, false
		}
		open++
	}
	start = open
	for start > 0 && (isName(source[start-1]) || source[start-1] == '.') {
		start--
	}
	end = closing(source, open)
	return start, end, end > 0
}

func isName(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// closing returns the offset after the bracket that closes the one at offset open, 0 if there is
// none. Brackets in strings, templates, comments and regular expressions do not count.
func closing(s string, open int) int {
	depth := 0
	value := false // whether a value ends here, so that a slash divides
	for i := open; i < len(s); i++ {
		switch c := s[i]; {
		case c == '(' || c == '[' || c == '{':
			depth++
			value = false
		case c == ')' || c == ']' || c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
			value = true
		case c == '"' || c == '\'':
			i = skip(s, i+1, c)
			value = true
		case c == '`':
			i = template(s, i+1)
			value = true
		case strings.HasPrefix(s[i:], "//"):
			for i < len(s) && s[i] != '\n' {
				i++
			}
		case strings.HasPrefix(s[i:], "/*"):
			n := strings.Index(s[i+2:], "*/")
			if n < 0 {
				return 0
			}
			i += n + 3
		case c == '/' && !value:
			i = pattern(s, i+1)
			value = true
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		default:
			value = isName(c)
		}
	}
	return 0
}

// skip returns the offset of the quote that ends the string that goes on at i.
func skip(s string, i int, quote byte) int {
	for ; i < len(s) && s[i] != quote; i++ {
		if s[i] == '\\' {
			i++
		}
	}
	return i
}

// template returns the offset of the backquote that ends the template that goes on at i.
func template(s string, i int) int {
	for ; i < len(s) && s[i] != '`'; i++ {
		if s[i] == '\\' {
			i++
		} else if strings.HasPrefix(s[i:], "${") {
			end := closing(s, i+1)
			if end == 0 {
				return len(s)
			}
			i = end - 1
		}
	}
	return i
}

// pattern returns the offset of the slash that ends the regular expression that goes on at i.
func pattern(s string, i int) int {
	class := false
	for ; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '[':
			class = true
		case ']':
			class = false
		case '/':
			if !class {
				return i
			}
		}
	}
	return i
}
