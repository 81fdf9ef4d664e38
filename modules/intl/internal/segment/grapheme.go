package segment

import "unicode"

type cluster uint8

// The values of Grapheme_Cluster_Break.
const (
	gAny cluster = iota
	gCR
	gLF
	gControl
	gExtend
	gZWJ
	gRegional
	gPrepend
	gSpacing
	gL
	gV
	gT
	gLV
	gLVT
)

var (
	prepended = []rune{0x600, 0x605, 0x6dd, 0x6dd, 0x70f, 0x70f, 0x890, 0x891, 0x8e2, 0x8e2, 0xd4e, 0xd4e, 0x110bd, 0x110bd,
		0x110cd, 0x110cd, 0x111c2, 0x111c3, 0x1193f, 0x1193f, 0x11941, 0x11941, 0x11a3a, 0x11a3a, 0x11a84, 0x11a89,
		0x11d46, 0x11d46, 0x11f02, 0x11f02}
	// Marks of category Mc that do not join.
	unspaced = []rune{0x102b, 0x102c, 0x1038, 0x1038, 0x1062, 0x1064, 0x1067, 0x106d, 0x1083, 0x1083, 0x1087, 0x108c, 0x108f, 0x108f,
		0x109a, 0x109c, 0x1a61, 0x1a61, 0x1a63, 0x1a64, 0xaa7b, 0xaa7b, 0xaa7d, 0xaa7d, 0x11720, 0x11721}
	// Consonants that a virama joins, and the viramas (Indic_Conjunct_Break).
	consonants = []rune{0x915, 0x939, 0x958, 0x95f, 0x978, 0x97f, 0x995, 0x9a8, 0x9aa, 0x9b0, 0x9b2, 0x9b2, 0x9b6, 0x9b9, 0x9dc, 0x9dd,
		0x9df, 0x9df, 0x9f0, 0x9f1, 0xa95, 0xaa8, 0xaaa, 0xab0, 0xab2, 0xab3, 0xab5, 0xab9, 0xaf9, 0xaf9, 0xb15, 0xb28, 0xb2a, 0xb30,
		0xb32, 0xb33, 0xb35, 0xb39, 0xb5c, 0xb5d, 0xb5f, 0xb5f, 0xb71, 0xb71, 0xc15, 0xc28, 0xc2a, 0xc39, 0xc58, 0xc5a, 0xd15, 0xd3a}
	viramas = []rune{0x94d, 0x94d, 0x9cd, 0x9cd, 0xacd, 0xacd, 0xb4d, 0xb4d, 0xc4d, 0xc4d, 0xd4d, 0xd4d}
)

func clusterOf(r rune) cluster {
	switch {
	case r >= 0x20 && r < 0x7f:
		return gAny
	case r == '\r':
		return gCR
	case r == '\n':
		return gLF
	case r == zwj:
		return gZWJ
	case isRegional(r):
		return gRegional
	case isExtend(r):
		return gExtend
	case in(r, prepended):
		return gPrepend
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) || r >= 0xe0000 && r <= 0xe0fff || r >= 0xfff0 && r <= 0xfff8:
		return gControl
	case r >= 0x1100 && r <= 0x115f, r >= 0xa960 && r <= 0xa97c:
		return gL
	case r >= 0x1160 && r <= 0x11a7, r >= 0xd7b0 && r <= 0xd7c6:
		return gV
	case r >= 0x11a8 && r <= 0x11ff, r >= 0xd7cb && r <= 0xd7fb:
		return gT
	case r >= 0xac00 && r <= 0xd7a3:
		if (r-0xac00)%28 == 0 {
			return gLV
		}
		return gLVT
	case r == 0xe33 || r == 0xeb3 || unicode.Is(unicode.Mc, r) && !in(r, unspaced):
		return gSpacing
	}
	return gAny
}

// Graphemes returns where the characters end that a reader sees, in UTF-16 units.
func Graphemes(text []rune) []int {
	return boundaries(text, func(i int) bool {
		a, b := clusterOf(text[i-1]), clusterOf(text[i])
		switch {
		case a == gCR && b == gLF: // GB3
			return false
		case a == gControl || a == gCR || a == gLF || b == gControl || b == gCR || b == gLF: // GB4, GB5
			return true
		case a == gL && (b == gL || b == gV || b == gLV || b == gLVT), // GB6
			(a == gLV || a == gV) && (b == gV || b == gT), // GB7
			(a == gLVT || a == gT) && b == gT,             // GB8
			b == gExtend || b == gZWJ,                     // GB9
			b == gSpacing, a == gPrepend:                  // GB9a, GB9b
			return false
		case in(text[i], consonants) && conjunct(text[:i]): // GB9c
			return false
		case a == gZWJ && in(text[i], pictographs) && afterPictograph(text[:i-1]): // GB11
			return false
		case a == gRegional && b == gRegional: // GB12, GB13
			return !oddPairs(text, i)
		}
		return true
	})
}

// conjunct reports whether text ends in a consonant and marks, with a virama among them.
func conjunct(text []rune) bool {
	linked := false
	for i := len(text) - 1; i >= 0; i-- {
		switch r := text[i]; {
		case in(r, viramas):
			linked = true
		case r == zwj, isExtend(r) && r != zwnj:
		default:
			return linked && in(r, consonants)
		}
	}
	return false
}

// afterPictograph reports whether text ends in a pictograph and what extends it.
func afterPictograph(text []rune) bool {
	i := len(text) - 1
	for i >= 0 && isExtend(text[i]) {
		i--
	}
	return i >= 0 && in(text[i], pictographs)
}
