package segment

import (
	"strings"
	"unicode"
)

type wordClass uint8

// The values of Word_Break.
const (
	wAny wordClass = iota
	wCR
	wLF
	wNewline
	wExtend // with Format
	wZWJ
	wRegional
	wKatakana
	wHebrew
	wHangul
	wLetter
	wNumber
	wConnector
	wMidLetter
	wMidNumber
	wMidBoth
	wSingle
	wDouble
	wSpace
)

func wordClassOf(r rune) wordClass {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		return wLetter
	case r >= '0' && r <= '9', unicode.Is(unicode.Nd, r):
		return wNumber
	case r == '\r':
		return wCR
	case r == '\n':
		return wLF
	case r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029:
		return wNewline
	case r == '\'':
		return wSingle
	case r == '"':
		return wDouble
	case strings.ContainsRune(".\u2018\u2019\u2024\ufe52\uff07\uff0e", r):
		return wMidBoth
	case strings.ContainsRune(":\u00b7\u0387\u055f\u05f4\u2027\ufe13", r):
		return wMidLetter
	case strings.ContainsRune(",;\u037e\u0589\u060c\u060d\u066c\u07f8\u2044\ufe10\ufe14\ufe50\ufe54\uff0c\uff1b", r):
		return wMidNumber
	case unicode.Is(unicode.Pc, r), r == 0x202f:
		return wConnector
	case r == zwj:
		return wZWJ
	case isRegional(r):
		return wRegional
	case in(r, numberSigns):
		return wNumber
	case isExtend(r), unicode.Is(unicode.Mc, r):
		return wExtend
	case unicode.Is(unicode.Cf, r) && r != 0x200b:
		return wExtend
	case r != 0xa0 && r != 0x2007 && unicode.Is(unicode.Zs, r):
		return wSpace
	case unicode.Is(unicode.Katakana, r), r >= 0x3031 && r <= 0x3035, r == 0x309b, r == 0x309c, r == 0x30a0, r == 0x30fc, r == 0xff70:
		return wKatakana
	case unicode.Is(unicode.Hebrew, r) && unicode.IsLetter(r):
		return wHebrew
	case r >= 0xac00 && r <= 0xd7a3:
		return wHangul // apart, as in ICU
	case r == 0x5f3, unicode.In(r, unicode.L, unicode.Nl, unicode.Other_Alphabetic) && !unicode.In(r, unicode.Ideographic, unicode.Hiragana):
		return wLetter
	}
	return wAny
}

// numberSigns stand before a number that they belong to.
var numberSigns = []rune{0x600, 0x605, 0x6dd, 0x6dd, 0x890, 0x891, 0x8e2, 0x8e2}

func isWordLetter(c wordClass) bool { return c == wLetter || c == wHebrew }

// Words returns where words, and what stands between them, end, in UTF-16 units.
func Words(text []rune) []int {
	classes := make([]wordClass, len(text))
	for i, r := range text {
		classes[i] = wordClassOf(r)
	}
	// look is the class of the first rune from i on, in the direction by, that WB4 does not pass over.
	look := func(i, by int) wordClass {
		for ; i >= 0 && i < len(classes); i += by {
			if c := classes[i]; c != wExtend && c != wZWJ {
				return c
			}
		}
		return wAny
	}
	return boundaries(text, func(i int) bool {
		a, b := classes[i-1], classes[i]
		switch {
		case a == wCR && b == wLF: // WB3
			return false
		case a == wNewline || a == wCR || a == wLF || b == wNewline || b == wCR || b == wLF: // WB3a, WB3b
			return true
		case a == wZWJ && in(text[i], pictographs), a == wSpace && b == wSpace: // WB3c, WB3d
			return false
		case b == wExtend || b == wZWJ: // WB4
			return false
		}
		at := i - 1
		for at > 0 && (classes[at] == wExtend || classes[at] == wZWJ) {
			at--
		}
		a = classes[at]
		before, after := look(at-1, -1), look(i+1, 1)
		middle := func(c, kind wordClass) bool { return c == kind || c == wMidBoth || c == wSingle }
		switch {
		case isWordLetter(a) && isWordLetter(b), // WB5
			isWordLetter(a) && middle(b, wMidLetter) && isWordLetter(after),  // WB6
			isWordLetter(before) && middle(a, wMidLetter) && isWordLetter(b), // WB7
			a == wHebrew && b == wSingle,                                     // WB7a
			a == wHebrew && b == wDouble && after == wHebrew,                 // WB7b
			before == wHebrew && a == wDouble && b == wHebrew,                // WB7c
			(a == wNumber || isWordLetter(a)) && b == wNumber,                // WB8, WB9
			a == wNumber && isWordLetter(b),                                  // WB10
			before == wNumber && middle(a, wMidNumber) && b == wNumber,       // WB11
			a == wNumber && middle(b, wMidNumber) && after == wNumber,        // WB12
			a == wKatakana && b == wKatakana, a == wHangul && b == wHangul:   // WB13
			return false
		case b == wConnector && (isWordLetter(a) || a == wNumber || a == wKatakana || a == wConnector), // WB13a
			a == wConnector && (isWordLetter(b) || b == wNumber || b == wKatakana): // WB13b
			return false
		case a == wRegional && b == wRegional: // WB15, WB16
			n := 0
			for j := at; j >= 0 && (classes[j] == wRegional || classes[j] == wExtend || classes[j] == wZWJ); j-- {
				if classes[j] == wRegional {
					n++
				}
			}
			return n%2 == 0
		}
		return true
	})
}

// IsWord reports whether a segment of Words is a word or a number.
func IsWord(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || r == 0x5f3 || in(r, numberSigns) {
			return true
		}
	}
	return false
}
