package pattern

import "strings"

// maxNested is how deep classes may stand in each other.
const maxNested = 1000

// classV reads the rest of a class with flag v (ECMA-262 §22.2.1, ClassContents).
func (m *mender) classV() class {
	if m.depth++; m.depth > maxNested {
		panic(refusal("Regular expression too large"))
	}
	negated := m.eat("^")
	c := m.contents()
	m.depth--
	if negated {
		if !c.plain() {
			panic(refusal("Negated character class may contain strings"))
		}
		c.set = c.set.not()
	}
	return c
}

func (m *mender) contents() class {
	if m.eat("]") {
		return class{}
	}
	c, single := m.operand()
	for _, operator := range []string{"--", "&&"} {
		if !m.sees(operator) {
			continue
		}
		for !m.eat("]") {
			if !m.eat(operator) {
				panic(refusal("Invalid set operation in character class"))
			}
			if m.sees("&") {
				panic(refusal("Invalid character in character class"))
			}
			d, _ := m.operand()
			var ok bool
			if operator == "--" {
				c, ok = c.minus(d)
			} else {
				c, ok = c.and(d)
			}
			if !ok {
				panic(refusal("gonode cannot tell strings from sequences of emoji in a set operation"))
			}
		}
		return c
	}
	parts := class{}
	var pairs []rune
	for {
		if single && m.sees("-") {
			m.at++
			last, alsoSingle := m.operand()
			if !alsoSingle {
				panic(refusal("Invalid character class"))
			}
			c.set = m.close(class{set: m.span(m.literal(c), m.literal(last))}).set
		}
		pairs = append(pairs, c.set...)
		if !c.plain() {
			parts = parts.or(class{strings: c.strings, sequences: c.sequences})
		}
		if m.eat("]") {
			parts.set = ordered(pairs)
			return parts
		}
		if m.sees("--") || m.sees("&&") {
			panic(refusal("Invalid set operation in character class"))
		}
		c, single = m.operand()
	}
}

// literal is the character that operand read, without those that differ in case.
func (m *mender) literal(c class) set { return set{c.first, c.first} }

// operand reads a member of a class and reports whether it is one character.
func (m *mender) operand() (class, bool) {
	switch {
	case m.at >= len(m.text):
		panic(refusal("Unterminated character class"))
	case m.eat("["):
		return m.classV(), false
	case m.eat(`\q{`):
		return m.quoted(), false
	case m.sees(`\`):
		if c, ok := m.several(); ok {
			return c, false
		}
	}
	r := m.character()
	c := m.close(class{set: set{r, r}})
	c.first = r
	return c, true
}

// character reads one (ClassSetCharacter).
func (m *mender) character() rune {
	if m.sees(`\`) {
		return m.escape()
	}
	if m.at+1 < len(m.text) && m.text[m.at] == m.text[m.at+1] && strings.IndexByte("&!#$%*+,.:;<=>?@^`~", m.text[m.at]) >= 0 {
		panic(refusal("Invalid set operation in character class"))
	}
	if strings.ContainsRune(`()[]{}/-|`, m.next()) {
		panic(refusal("Invalid character in character class"))
	}
	return m.read()
}

// quoted reads the rest of \q{…}.
func (m *mender) quoted() class {
	var out class
	var text []rune
	for {
		if m.at >= len(m.text) {
			panic(refusal("Invalid escape"))
		}
		if m.sees("|") || m.sees("}") {
			if len(text) == 1 {
				out = out.or(m.close(class{set: set{text[0], text[0]}}))
			} else {
				out = out.or(class{strings: []string{string(text)}})
			}
			text = text[:0]
			if m.read() == '}' {
				return out
			}
			continue
		}
		text = append(text, m.character())
	}
}
