// Package pattern rewrites regular expressions of ECMA-262 that the engine refuses, or takes for others, into
// such as it takes. It knows no JavaScript but them.
//
// What it rewrites: the flag v with its classes, properties of characters and of strings, classes of all and no
// characters with flag u, names of groups with flag u, $ with flag m. Flag d it takes off, for whoever searches.
// A slash in a class it keeps the engine from escaping, which its source property does.
//
// Left as they are: ^ with flag m, which the engine has at line feeds alone; \b next to letters beyond ASCII, which
// the engine that backtracks takes for a part of words; captures of an earlier round of a loop, which stay.
package pattern

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Error says why an expression is none, in the words of V8.
type Error struct{ Source, Flags, Reason string }

func (e *Error) Error() string {
	return "Invalid regular expression: /" + e.Source + "/" + e.Flags + ": " + e.Reason
}

// order is the order of flags in the flags property.
const order = "dgimsuvy"

// sorted returns flags in order, and false if there is one that is none, or twice.
func sorted(flags string) (string, bool) {
	var b strings.Builder
	for _, f := range order {
		if strings.ContainsRune(flags, f) {
			b.WriteRune(f)
		}
	}
	return b.String(), b.Len() == len(flags) && !(strings.Contains(flags, "u") && strings.Contains(flags, "v"))
}

// Kept reports whether the engine takes an expression as it is.
func Kept(source, flags string) bool {
	unicode := false
	for i := 0; i < len(flags); i++ {
		switch flags[i] {
		case 'v', 'd':
			return false
		case 'u':
			unicode = true
		case 'm':
			if strings.IndexByte(source, '$') >= 0 {
				return false
			}
		}
	}
	if strings.Contains(source, `\p`) || strings.Contains(source, `\P`) {
		return false // without flag u it is a letter, but not to all of the engine
	}
	if unicode && (strings.Contains(source, "[^]") || strings.Contains(source, "[]") || strings.Contains(source, "(?<")) {
		return false
	}
	return strings.IndexByte(source, '/') < 0 || !slashInClass(source)
}

func slashInClass(source string) bool {
	class := false
	for i := 0; i < len(source); i++ {
		switch source[i] {
		case '\\':
			i++
		case '[':
			class = true
		case ']':
			class = false
		case '/':
			if class {
				return true
			}
		}
	}
	return false
}

// Mend returns the expression and the flags for the engine. source has no half characters but as escapes.
// The error is an *Error; what is wrong in a way that the engine sees itself is left to it, flags as well.
func Mend(source, flags string) (expression, engineFlags string, err error) {
	if Kept(source, flags) {
		return source, flags, nil
	}
	in, ok := sorted(flags)
	if !ok {
		return source, flags, nil
	}
	m := &mender{
		text: source, sets: strings.Contains(flags, "v"), lines: strings.Contains(flags, "m"),
		fold: strings.Contains(flags, "i"), dots: !strings.Contains(flags, "s"),
	}
	m.unicode = m.sets || strings.Contains(flags, "u")
	defer func() {
		if reason, ok := recover().(refusal); ok {
			err = &Error{source, flags, string(reason)}
		}
	}()
	m.pattern()
	writeMark(&m.out, Escape(source), in, m.unicode && m.names)
	for _, f := range in {
		switch {
		case f == 'd':
		case f == 'v':
			engineFlags += "u"
		default:
			engineFlags += string(f)
		}
	}
	return m.out.String(), engineFlags, nil
}

// Escape is a source as the source property has it: it can stand between slashes.
func Escape(source string) string {
	if source == "" {
		return "(?:)"
	}
	if !strings.ContainsAny(source, "/\n\r\u2028\u2029") {
		return source
	}
	var b strings.Builder
	class, escaped := false, false
	for _, r := range source {
		switch {
		case r == '\n', r == '\r', r == '\u2028', r == '\u2029':
			if !escaped {
				b.WriteByte('\\')
			}
			b.WriteString(map[rune]string{'\n': "n", '\r': "r", '\u2028': "u2028", '\u2029': "u2029"}[r])
			escaped = false
			continue
		case escaped:
		case r == '/' && !class:
			b.WriteByte('\\')
		case r == '[':
			class = true
		case r == ']':
			class = false
		}
		escaped = r == '\\' && !escaped
		b.WriteRune(r)
	}
	return b.String()
}

// refusal is the reason of an Error, as it is thrown.
type refusal string

// mender walks an expression.
type mender struct {
	text              string
	at                int
	out               strings.Builder
	unicode, sets     bool // u or v; v
	lines, fold, dots bool // m, i, not s
	names             bool // there are groups with names
	depth             int  // of nested classes
}

func (m *mender) next() rune {
	if m.at >= len(m.text) {
		return -1
	}
	r, _ := utf8.DecodeRuneInString(m.text[m.at:])
	return r
}

func (m *mender) read() rune {
	r, n := utf8.DecodeRuneInString(m.text[m.at:])
	m.at += n
	return r
}

func (m *mender) sees(s string) bool { return strings.HasPrefix(m.text[m.at:], s) }

func (m *mender) eat(s string) bool {
	if m.sees(s) {
		m.at += len(s)
		return true
	}
	return false
}

func (m *mender) pattern() {
	for m.at < len(m.text) {
		switch c := m.text[m.at]; {
		case m.sees(`\p`) || m.sees(`\P`):
			m.at++
			if !m.unicode {
				m.out.WriteRune(m.read())
				continue
			}
			m.out.WriteString(m.close(m.property(false)).String())
		case c == '\\':
			m.out.WriteByte(c)
			m.at++
			if m.at < len(m.text) {
				m.out.WriteRune(m.read())
			}
		case c == '[':
			m.bracket()
		case c == '$' && m.lines:
			m.at++
			m.out.WriteString(`(?=[\n\r\u2028\u2029]|(?![^]))`)
		case c == '.' && m.unicode && m.dots:
			m.at++
			m.out.WriteString(`[^\n\r\u2028\u2029]`)
		case m.sees("(?<") && !m.sees("(?<=") && !m.sees("(?<!"):
			m.names = true
			m.out.WriteByte(c)
			m.at++
		default:
			m.out.WriteByte(c)
			m.at++
		}
	}
}

// bracket writes the class that begins.
func (m *mender) bracket() {
	if m.sets {
		m.at++
		m.out.WriteString(m.classV().String())
		return
	}
	from := m.at
	m.at++
	negated := m.eat("^")
	props, empty := false, m.sees("]")
	for m.at < len(m.text) && m.text[m.at] != ']' {
		if m.text[m.at] == '\\' {
			props = props || m.sees(`\p`) || m.sees(`\P`)
			m.at++
		}
		m.at++
	}
	if m.at >= len(m.text) {
		m.out.WriteString(m.text[from:])
		m.at = len(m.text)
		return
	}
	m.at++
	if !m.unicode || !props && !empty {
		text := m.text[from:m.at]
		for i := 0; i < len(text); i++ {
			if text[i] == '\\' && i+1 < len(text) {
				if props && (text[i+1] == 'p' || text[i+1] == 'P') {
					i++
				} else {
					m.out.WriteByte(text[i])
					i++
				}
			}
			m.out.WriteByte(text[i])
		}
		return
	}
	m.at = from + 1
	m.eat("^")
	s := m.close(class{set: m.classU()}).set
	if negated {
		s = s.not()
	}
	m.out.WriteString(s.String())
}

// close adds what differs in case, with flag i.
func (m *mender) close(c class) class {
	if m.fold {
		c.set = c.set.folded()
	}
	return c
}

// classU reads the rest of a class with flag u.
func (m *mender) classU() set {
	var out []rune
	for {
		if m.at >= len(m.text) {
			panic(refusal("Unterminated character class"))
		}
		if m.eat("]") {
			return ordered(out)
		}
		first, single := m.atomU()
		if !m.sees("-") || m.sees("-]") {
			out = append(out, first...)
			continue
		}
		m.at++
		last, alsoSingle := m.atomU()
		if !single || !alsoSingle {
			panic(refusal("Invalid character class"))
		}
		out = append(out, m.span(first, last)...)
	}
}

func (m *mender) span(first, last set) set {
	if first[0] > last[0] {
		panic(refusal("Range out of order in character class"))
	}
	return set{first[0], last[0]}
}

// atomU reads a member of a class and reports whether it is one character.
func (m *mender) atomU() (set, bool) {
	switch m.next() {
	case -1:
		panic(refusal("Unterminated character class"))
	case '\\':
		if s, ok := m.several(); ok {
			if !s.plain() {
				panic(refusal("Invalid property name in character class"))
			}
			return s.set, false
		}
		r := m.escape()
		return set{r, r}, true
	}
	r := m.read()
	return set{r, r}, true
}

// several reads an escape that means more than one character, if one comes.
func (m *mender) several() (class, bool) {
	if m.at+1 >= len(m.text) {
		return class{}, false
	}
	c := m.text[m.at+1]
	var s set
	switch c {
	case 'p', 'P':
		m.at++
		return m.property(true), true
	case 'd', 'D':
		s = set{'0', '9'}
	case 's', 'S':
		s = union(fromTables(unicode.Zs), set{'\t', '\r', 0x2028, 0x2029, 0xfeff, 0xfeff})
	case 'w', 'W':
		s = set{'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}
		if m.fold {
			s = s.folded()
		}
	default:
		return class{}, false
	}
	m.at += 2
	if c < 'a' {
		s = s.not()
	}
	return class{set: s}, true
}

// property reads p{…} or P{…}.
func (m *mender) property(inClass bool) class {
	no := refusal("Invalid property name")
	if inClass {
		no += " in character class"
	}
	negated := m.read() == 'P'
	name, _, ok := strings.Cut(m.text[m.at:], "}")
	if !ok || !strings.HasPrefix(name, "{") {
		panic(no)
	}
	m.at += len(name) + 1
	s, ok := property(name[1:])
	if ok {
		c := class{set: s}
		if m.sets {
			c = m.close(c)
		}
		if negated {
			c.set = c.set.not()
		}
		return c
	}
	if m.sets && !negated {
		if c, ok := ofStrings(name[1:]); ok {
			return c
		}
	}
	panic(no)
}

// escape reads an escape for one character.
func (m *mender) escape() rune {
	m.at++
	if m.at >= len(m.text) {
		panic(refusal("\\ at end of pattern"))
	}
	switch c := m.read(); c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	case '-':
		return c
	case '0':
		if n := m.next(); n >= '0' && n <= '9' {
			panic(refusal("Invalid class escape"))
		}
		return 0
	case 'c':
		if n := m.next(); n >= 'a' && n <= 'z' || n >= 'A' && n <= 'Z' {
			return m.read() % 32
		}
		panic(refusal("Invalid unicode escape"))
	case 'x':
		if r, ok := m.hex(2); ok {
			return r
		}
		panic(refusal("Invalid escape"))
	case 'u':
		return m.unicodeEscape()
	default:
		if strings.ContainsRune(`^$\.*+?()[]{}|/`, c) || m.sets && strings.ContainsRune("&-!#%,:;<=>@`~", c) {
			return c
		}
		panic(refusal("Invalid escape"))
	}
}

func (m *mender) unicodeEscape() rune {
	if m.eat("{") {
		var r rune
		for n := 0; ; n++ {
			if m.eat("}") && n > 0 {
				return r
			}
			d, ok := m.hex(1)
			if r = r<<4 | d; !ok || r > unicode.MaxRune {
				panic(refusal("Invalid Unicode escape"))
			}
		}
	}
	r, ok := m.hex(4)
	if !ok {
		panic(refusal("Invalid Unicode escape"))
	}
	if utf16.IsSurrogate(r) && m.sees(`\u`) {
		back := m.at
		m.at += 2
		low, ok := m.hex(4)
		if both := utf16.DecodeRune(r, low); ok && both != utf8.RuneError {
			return both
		}
		m.at = back
	}
	return r
}

// hex reads n digits.
func (m *mender) hex(n int) (rune, bool) {
	var r rune
	for range n {
		var d rune
		switch c := m.next(); {
		case c >= '0' && c <= '9':
			d = c - '0'
		case c >= 'a' && c <= 'f':
			d = c - 'a' + 10
		case c >= 'A' && c <= 'F':
			d = c - 'A' + 10
		default:
			return 0, false
		}
		m.at++
		r = r<<4 | d
	}
	return r, true
}

// Halves writes characters beyond U+FFFF as two escapes, as the engine matches them without flag u.
func Halves(expression string) string {
	var b strings.Builder
	for _, r := range expression {
		if r <= 0xffff {
			b.WriteRune(r)
			continue
		}
		high, low := utf16.EncodeRune(r)
		writeRune(&b, high)
		writeRune(&b, low)
	}
	return b.String()
}

// Whole writes two escapes that are one character as that, as the engine matches them with flag u.
func Whole(expression string) string {
	if !strings.Contains(expression, `\u`) {
		return expression
	}
	m := &mender{text: expression}
	for m.at < len(m.text) {
		if m.sees(`\u`) && !m.sees(`\u{`) {
			back := m.at
			m.at += 2
			if r, ok := m.hex(4); ok && utf16.IsSurrogate(r) && m.sees(`\u`) {
				m.at += 2
				low, ok := m.hex(4)
				if both := utf16.DecodeRune(r, low); ok && both != utf8.RuneError {
					m.out.WriteRune(both)
					continue
				}
			}
			m.at = back
		}
		if m.eat(`\`) {
			m.out.WriteByte('\\')
		}
		if m.at < len(m.text) {
			m.out.WriteRune(m.read())
		}
	}
	return m.out.String()
}
