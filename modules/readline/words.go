package readline

import (
	"unicode/utf16"
)

// The sorts of characters that words are made of.
const (
	space = iota
	letter
	other
)

func sort(c uint16) int {
	switch {
	case c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z':
		return letter
	case c >= '\t' && c <= '\r', c == ' ', c == 0xA0, c == 0x1680, c >= 0x2000 && c <= 0x200A, c == 0x2028, c == 0x2029, c == 0x202F, c == 0x205F, c == 0x3000, c == 0xFEFF:
		return space
	}
	return other
}

// run returns the end of the run of characters at i that are as the first, or as is says.
func run(line []uint16, i int, is func(sort int) bool) int {
	for i < len(line) && is(sort(line[i])) {
		i++
	}
	return i
}

func isSpace(s int) bool { return s == space }

// wordLeft is where the word before i begins.
func wordLeft(line []uint16, i int) int {
	for i > 0 && sort(line[i-1]) == space {
		i--
	}
	if i > 0 {
		for s := sort(line[i-1]); i > 0 && sort(line[i-1]) == s; {
			i--
		}
	}
	return i
}

// wordRight is where the word after the one at i begins.
func wordRight(line []uint16, i int) int {
	first := sort(line[i])
	return run(line, run(line, i, func(s int) bool { return s == first }), isSpace)
}

// wordEnd is how far Meta-D deletes: as wordRight, but what is no letter ends with the spaces within it.
func wordEnd(line []uint16, i int) int {
	first := sort(line[i])
	if first == other {
		return run(line, i, func(s int) bool { return s != letter })
	}
	return run(line, run(line, i, func(s int) bool { return s == first }), isSpace)
}

// left and right are the sizes of the characters beside i: two for a pair of surrogates.
func left(line []uint16, i int) int {
	switch {
	case i <= 0:
		return 0
	case i > 1 && utf16.DecodeRune(rune(line[i-2]), rune(line[i-1])) != '\uFFFD':
		return 2
	}
	return 1
}

func right(line []uint16, i int) int {
	if i+1 < len(line) && utf16.DecodeRune(rune(line[i]), rune(line[i+1])) != '\uFFFD' {
		return 2
	}
	return 1
}
