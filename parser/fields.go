package parser

// Field is one field line of a head or trailer section: offsets into its Block. The name is
// as the peer wrote it; the value has lost the white space around it and nothing else.
type Field struct {
	NameStart, NameEnd   uint32
	ValueStart, ValueEnd uint32

	// Known is the name where it is a well-known one, else NameOther.
	Known Name
}

// fieldLines serves stateField to stateEndLF.
//
//	field-line = field-name ":" OWS field-value OWS CRLF      RFC 9112 §5
func (p *Parser) fieldLines(b []byte) status {
	i := int(p.pos)
	for {
		switch p.state {
		case stateField:
			if i == len(b) {
				return p.wait(i)
			}
			c := b[i]
			if c == '\r' {
				i++
				p.state = stateEndLF
				continue
			}
			if !tokenTable[c] {
				return p.badFieldStart(c, i)
			}
			p.mark = uint32(i)
			p.state = stateName
			fallthrough

		case stateName:
			for i < len(b) && tokenTable[b[i]] {
				i++
			}
			if p.overflows(i) {
				return p.overflow(i)
			}
			if i == len(b) {
				return p.wait(i)
			}
			// White space before the colon, too, is refused. RFC 9112 §5.1
			if b[i] != ':' {
				return p.bad(errToken, i, i)
			}
			p.field = Field{NameStart: p.mark, NameEnd: uint32(i), Known: lookupName(b[p.mark:i])}
			p.counted += uint32(i) - p.mark
			if p.maxFields > 0 && len(p.fields) >= int(p.maxFields) && isFraming(p.field.Known) {
				// A line that decides where the message ends or who answers it must not
				// hide behind the lines that are dropped.
				return p.bad(errHeaderOverflow, i, i)
			}
			i++
			p.state = stateOWS
			fallthrough

		case stateOWS:
			for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
				i++
			}
			if i == len(b) {
				return p.wait(i)
			}
			if id := p.repeated(); id != errNone {
				if id == errLengthTwice {
					return p.bad(id, i, i)
				}
				return p.bad(id, i, int(p.field.NameEnd)+1)
			}
			p.mark = uint32(i)
			p.state = stateValue
			fallthrough

		case stateValue:
			var high bool
			i, high = scanValue(b, i)
			p.high = p.high || high
			for p.lenient && i < len(b) && b[i] != '\r' && b[i] != '\n' && b[i] != 0 && !isFraming(p.field.Known) {
				i, high = scanValue(b, i+1)
				p.high = p.high || high
			}
			if p.overflows(i) {
				if i < len(b) {
					return p.overflow(i + 1) // llhttp has read the CR
				}
				return p.overflow(i)
			}
			end := i
			for end > int(p.mark) && (b[end-1] == ' ' || b[end-1] == '\t') {
				end--
			}
			p.field.ValueStart, p.field.ValueEnd = p.mark, uint32(end)
			if i == len(b) {
				return p.wait(i)
			}
			if b[i] != '\r' {
				return p.badValue(b, i)
			}
			if st := p.framingField(b); st == failed {
				return st
			}
			p.counted += uint32(i) - p.mark
			i++
			p.state = stateValueLF
			fallthrough

		case stateValueLF:
			if i == len(b) {
				return p.wait(i)
			}
			if b[i] != '\n' {
				if int(p.mark) == i-1 {
					return p.bad(errLFAfterCR, i, i)
				}
				return p.bad(errValueLF, i, i)
			}
			if p.maxFields == 0 || len(p.fields) < int(p.maxFields) {
				p.fields = append(p.fields, p.field)
			}
			i++
			p.state = stateField

		case stateEndLF:
			if i == len(b) {
				return p.wait(i)
			}
			if b[i] != '\n' {
				return p.bad(errHeadLF, i, i)
			}
			p.pos = uint32(i + 1)
			p.state = stateHeadDone
			return next
		}
	}
}

// badFieldStart refuses c at i, where a field name or the empty line should begin.
func (p *Parser) badFieldStart(c byte, i int) status {
	// After the start line: RFC 9112 §2.2. After a field line: obs-fold, §5.2.
	first := p.field.NameEnd == 0
	switch {
	case first && c == ' ' && !p.trailer:
		return p.bad(errSpaceAfterStart, i, i+1)
	case !first && (c == ' ' || c == '\t'):
		if p.field.ValueStart == p.field.ValueEnd {
			return p.bad(errValueChar, i, i+1) // llhttp has not begun the value
		}
		return p.bad(errFold, i, i)
	case c == '\n':
		return p.bad(errFieldChar, i, i+1)
	}
	return p.bad(errToken, i, i)
}

// badValue refuses the byte at i, which can neither be in a value nor end it.
func (p *Parser) badValue(b []byte, i int) status {
	if p.field.Known == NameContentLength {
		// What is wrong in front of it comes first, as for llhttp.
		if _, id, at := parseLength(b[p.mark : i+1]); id == errLengthChar && b[i] != '\n' || at < i-int(p.mark) {
			return p.bad(id, int(p.mark)+at, int(p.mark)+at)
		}
	}
	switch {
	case b[i] != '\n':
		return p.bad(errValueChar, i, i)
	case i == int(p.mark):
		return p.bad(errValueChar, i, i+1)
	}
	return p.bad(errValueCR, i, i)
}

// overflows reports whether the span from mark to i is longer than what is left of
// MaxHeadBytes. Node fails at the limit itself, not beyond it.
func (p *Parser) overflows(i int) bool { return p.counted+uint32(i)-p.mark >= p.maxHead }

// overflow refuses such a span: at the byte that reached the limit, so that it does not
// matter how much of the rest is there.
func (p *Parser) overflow(parsed int) status {
	return p.bad(errHeaderOverflow, int(p.mark+p.maxHead-p.counted), parsed)
}

// wait remembers that b was read up to i.
func (p *Parser) wait(i int) status {
	p.pos = uint32(i)
	return more
}

// bad refuses the byte at off of the section; parsed is llhttp's count.
func (p *Parser) bad(id errID, off, parsed int) status {
	p.failure = failure{id, off, parsed}
	return failed
}

type failure struct {
	id          errID
	off, parsed int
}
