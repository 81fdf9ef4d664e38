package segment

import (
	"strings"
	"unicode"
)

type sentenceClass uint8

// The values of Sentence_Break.
const (
	sAny sentenceClass = iota
	sCR
	sLF
	sSep
	sExtend // with Format
	sSp
	sLower
	sUpper
	sLetter
	sNumber
	sATerm
	sSTerm
	sClose
	sContinue
)

func sentenceClassOf(r rune) sentenceClass {
	switch {
	case r == '\r':
		return sCR
	case r == '\n':
		return sLF
	case r == 0x85, r == 0x2028, r == 0x2029:
		return sSep
	case in(r, numberSigns):
		return sNumber
	case isExtend(r), r == zwj, unicode.Is(unicode.Mc, r), unicode.Is(unicode.Cf, r) && r != 0x200b:
		return sExtend
	case unicode.IsSpace(r), unicode.Is(unicode.Zs, r):
		return sSp
	case unicode.In(r, unicode.Lower, unicode.Other_Lowercase):
		return sLower
	case unicode.In(r, unicode.Upper, unicode.Lt, unicode.Other_Uppercase):
		return sUpper
	case r == 0x5f3, unicode.In(r, unicode.L, unicode.Nl, unicode.Other_Alphabetic):
		return sLetter
	case unicode.Is(unicode.Nd, r):
		return sNumber
	case strings.ContainsRune(".\u2024\ufe52\uff0e", r):
		return sATerm
	case unicode.Is(unicode.Sentence_Terminal, r):
		return sSTerm
	case strings.ContainsRune(",-:;\u037e\u055d\u060c\u060d\u07f8\u1802\u1808\u2013\u2014\u3001\ufe10\ufe11\ufe13\ufe31\ufe32\ufe50\ufe51\ufe55\ufe58\ufe63\uff0c\uff0d\uff1a\uff64", r):
		return sContinue
	case unicode.In(r, unicode.Ps, unicode.Pe, unicode.Pi, unicode.Pf, unicode.Quotation_Mark):
		return sClose
	}
	return sAny
}

func isSep(c sentenceClass) bool { return c == sCR || c == sLF || c == sSep }

// Sentences returns where sentences end, in UTF-16 units.
func Sentences(text []rune) []int {
	classes := make([]sentenceClass, len(text))
	for i, r := range text {
		classes[i] = sentenceClassOf(r)
	}
	return boundaries(text, func(i int) bool {
		if classes[i-1] == sCR && classes[i] == sLF { // SB3
			return false
		}
		if isSep(classes[i-1]) { // SB4
			return true
		}
		if classes[i] == sExtend { // SB5
			return false
		}
		return ended(classes, i)
	})
}

// ended applies SB6 to SB998 between i-1 and i: is there a terminator, with what may follow it?
func ended(classes []sentenceClass, i int) bool {
	at := i
	back := func() sentenceClass { // the one before at, by SB5
		for at--; at > 0 && classes[at] == sExtend; at-- {
		}
		if at < 0 {
			return sAny
		}
		return classes[at]
	}
	c := back()
	first := c
	spaces := false
	for c == sSp {
		spaces = true
		c = back()
	}
	for c == sClose {
		c = back()
	}
	if c != sATerm && c != sSTerm {
		return false
	}
	next := classes[i]
	if c == sATerm {
		if first == sATerm {
			if next == sNumber { // SB6
				return false
			}
			if p := back(); (p == sUpper || p == sLower) && next == sUpper { // SB7
				return false
			}
		}
		for j := i; j < len(classes); j++ { // SB8
			n := classes[j]
			if n == sLower {
				return false
			}
			if n == sLetter || n == sUpper || isSep(n) || n == sATerm || n == sSTerm {
				break
			}
		}
	}
	switch {
	case next == sContinue || next == sATerm || next == sSTerm: // SB8a
		return false
	case !spaces && (next == sClose || next == sSp || isSep(next)): // SB9
		return false
	case next == sSp || isSep(next): // SB10
		return false
	}
	return true // SB11
}
