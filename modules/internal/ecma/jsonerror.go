package ecma

import (
	"strconv"

	"github.com/dop251/goja"
)

// jsonText is a text that JSON.parse refused, read again to say why in V8's words: programs show them
// to their users, and Express sends them.
//
// Source: V8 11.3 src/json/json-parser.cc, in what order it looks at what.
type jsonText struct {
	s     goja.String
	at    int
	depth []byte // '{' or '[' of what is open
	msg   string // set by the first error
}

// jsonComplaint returns V8's message for text, "" if nothing is wrong with it.
func jsonComplaint(text goja.String) string {
	p := &jsonText{s: text}
	p.document()
	return p.msg
}

const jsonEnd = -1

// peek is the code unit at hand, jsonEnd behind the last.
func (p *jsonText) peek() int {
	if p.at >= p.s.Length() {
		return jsonEnd
	}
	return int(p.s.CharAt(p.at))
}

func (p *jsonText) space() {
	for {
		switch p.peek() {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// fail notes what is wrong at the position at hand.
func (p *jsonText) fail(what string) bool {
	p.msg = what + " in JSON at position " + strconv.Itoa(p.at)
	return false
}

// expect reads c, or fails.
func (p *jsonText) expect(c int, what string) bool {
	p.space()
	if p.peek() != c {
		return p.fail(what)
	}
	p.at++
	return true
}

// check reads c if it is next.
func (p *jsonText) check(c int) bool {
	p.space()
	if p.peek() != c {
		return false
	}
	p.at++
	return true
}

func (p *jsonText) document() {
	for p.value() {
		again, ok := p.after()
		if !ok {
			return
		}
		if again {
			continue
		}
		if p.space(); p.peek() != jsonEnd {
			p.msg = "Unexpected non-whitespace character after JSON at position " + strconv.Itoa(p.at)
		}
		return
	}
}

// value reads a value, of an array or object that is not empty only what comes before its first value.
func (p *jsonText) value() bool {
	for {
		p.space()
		switch c := p.peek(); {
		case c == '"':
			p.at++
			return p.text()
		case c == '-' || isDigit(c):
			return p.number()
		case c == '{':
			p.at++
			if p.check('}') {
				return true
			}
			p.depth = append(p.depth, '{')
			if !p.key("Expected property name or '}'") {
				return false
			}
		case c == '[':
			p.at++
			if p.check(']') {
				return true
			}
			p.depth = append(p.depth, '[')
		case c == 't':
			return p.literal("true")
		case c == 'f':
			return p.literal("false")
		case c == 'n':
			return p.literal("null")
		default:
			return p.unexpected()
		}
	}
}

// after reads what follows a value, to the end of all that it closes; again says that another follows.
func (p *jsonText) after() (again, ok bool) {
	for len(p.depth) > 0 {
		open := p.depth[len(p.depth)-1]
		switch {
		case open == '{' && p.check(','):
			return true, p.key("Expected double-quoted property name")
		case open == '[' && p.check(','):
			return true, true
		case open == '{' && !p.expect('}', "Expected ',' or '}' after property value"),
			open == '[' && !p.expect(']', "Expected ',' or ']' after array element"):
			return false, false
		}
		p.depth = p.depth[:len(p.depth)-1]
	}
	return false, true
}

// key reads a property's name and the colon; missing is what to say if there is no name.
func (p *jsonText) key(missing string) bool {
	return p.expect('"', missing) && p.text() && p.expect(':', "Expected ':' after property name")
}

// text reads the rest of a string.
func (p *jsonText) text() bool {
	for {
		switch c := p.peek(); {
		case c == jsonEnd:
			return p.fail("Unterminated string")
		case c == '"':
			p.at++
			return true
		case c == '\\':
			p.at++
			if !p.escape() {
				return false
			}
		case c < ' ':
			return p.fail("Bad control character in string literal")
		default:
			p.at++
		}
	}
}

func (p *jsonText) escape() bool {
	switch p.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		p.at++
		return true
	case 'u':
		for range 4 {
			p.at++
			if c := p.peek(); !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
				return p.fail("Bad Unicode escape")
			}
		}
		p.at++
		return true
	case jsonEnd:
		return p.unexpected()
	}
	return p.fail("Bad escaped character")
}

func isDigit(c int) bool { return c >= '0' && c <= '9' }

func (p *jsonText) digits() bool {
	if !isDigit(p.peek()) {
		return false
	}
	for isDigit(p.peek()) {
		p.at++
	}
	return true
}

func (p *jsonText) number() bool {
	if p.peek() == '-' {
		p.at++
		if !isDigit(p.peek()) {
			return p.fail("No number after minus sign")
		}
	}
	if p.peek() == '0' {
		p.at++
		if isDigit(p.peek()) {
			return p.unexpected()
		}
	} else {
		p.digits()
	}
	if p.peek() == '.' {
		p.at++
		if !p.digits() {
			return p.fail("Unterminated fractional number")
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.at++
		if c := p.peek(); c == '-' || c == '+' {
			p.at++
		}
		if !p.digits() {
			return p.fail("Exponent part is missing a number")
		}
	}
	return true
}

func (p *jsonText) literal(word string) bool {
	for i := range word {
		if p.peek() != int(word[i]) {
			return p.unexpected()
		}
		p.at++
	}
	return true
}

// unexpected complains about what stands at the position at hand, quoting what is around it.
func (p *jsonText) unexpected() bool {
	const around = 10
	c, n := p.peek(), p.s.Length()
	switch {
	case c == jsonEnd:
		p.msg = "Unexpected end of JSON input"
		return false
	case c == '"':
		return p.fail("Unexpected string")
	case isDigit(c) || c == '-':
		return p.fail("Unexpected number")
	}
	switch all := p.s.String(); all {
	case "NaN", "Infinity", "undefined", "[object Object]":
		p.msg = `"` + all + `" is not valid JSON`
		return false
	}
	from, to, before, behind := 0, n, "", ""
	if n > 2*around {
		if p.at >= around {
			from, before = p.at-around, "..."
		}
		if p.at < n-around {
			to, behind = p.at+around, "..."
		}
	}
	p.msg = "Unexpected token '" + p.s.Substring(p.at, p.at+1).String() + "', " + before + `"` + p.s.Substring(from, to).String() + `"` + behind + " is not valid JSON"
	return false
}
