package pattern

import (
	"strings"
	"unicode/utf16"
)

// An expression that Mend changed says at its end what it was, in a group that matches nothing, which both of
// the engine's backends drop when they compile it:
//
//	(?: mark flags end source ){0}
//
// in characters for private use, one for each UTF-16 unit. So copies of it know as well, and nothing has to be
// kept beside an object.
const (
	mark  = '\U0010f8d2'
	end   = '\U0010f8d3'
	units = 0xf0000
	tail  = "){0}"
)

// writeMark ends an expression. To backtrack keeps it from the backend that does not.
func writeMark(b *strings.Builder, source, flags string, backtrack bool) {
	b.WriteString("(?:")
	if backtrack {
		b.WriteString("(?=)")
	}
	b.WriteRune(mark)
	put := func(s string) {
		for _, u := range utf16.Encode([]rune(s)) {
			b.WriteRune(units + rune(u))
		}
	}
	put(flags)
	b.WriteRune(end)
	put(source)
	b.WriteString(tail)
}

// Original returns what an expression was before Mend changed it: its source in UTF-16 and its flags, in the
// order of the flags property. It reports false if Mend did not.
func Original(expression string) (source []uint16, flags string, ok bool) {
	if !strings.HasSuffix(expression, tail) {
		return nil, "", false
	}
	at := strings.LastIndexByte(expression, ':')
	if at < 0 {
		return nil, "", false
	}
	text, ok := strings.CutPrefix(strings.TrimPrefix(expression[at+1:len(expression)-len(tail)], "(?=)"), string(mark))
	if !ok {
		return nil, "", false
	}
	ended := false
	var head []byte
	for _, r := range text {
		switch {
		case r == end:
			ended = true
		case r < units || r > units+0xffff:
			return nil, "", false
		case ended:
			source = append(source, uint16(r-units))
		default:
			head = append(head, byte(r))
		}
	}
	return source, string(head), ended
}
