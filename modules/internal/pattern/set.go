package pattern

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"unicode"
)

// set is a set of code points, halves of characters among them: pairs of the first and last of each range,
// which are in order and do not touch. Sets are shared: no operation changes one.
type set []rune

var all = set{0, unicode.MaxRune}

// ordered makes a set of pairs in any order, which it may reorder.
func ordered(pairs []rune) set {
	type span struct{ lo, hi rune }
	spans := make([]span, len(pairs)/2)
	for i := range spans {
		spans[i] = span{pairs[2*i], pairs[2*i+1]}
	}
	slices.SortFunc(spans, func(a, b span) int { return int(a.lo - b.lo) })
	out := make(set, 0, len(pairs))
	for _, p := range spans {
		if n := len(out); n > 0 && p.lo <= out[n-1]+1 {
			out[n-1] = max(out[n-1], p.hi)
		} else {
			out = append(out, p.lo, p.hi)
		}
	}
	return out
}

func union(sets ...set) set { return ordered(slices.Concat(sets...)) }

func (s set) not() set {
	var out set
	next := rune(0)
	for i := 0; i < len(s); i += 2 {
		if s[i] > next {
			out = append(out, next, s[i]-1)
		}
		next = s[i+1] + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, next, unicode.MaxRune)
	}
	return out
}

func (s set) and(t set) set     { return union(s.not(), t.not()).not() }
func (s set) without(t set) set { return union(s.not(), t).not() }

func (s set) has(r rune) bool {
	i := sort.Search(len(s)/2, func(i int) bool { return s[2*i+1] >= r })
	return i < len(s)/2 && s[2*i] <= r
}

// fromTables is the union of tables of package unicode.
func fromTables(tables ...*unicode.RangeTable) set {
	var out []rune
	add := func(lo, hi, stride rune) {
		if stride == 1 {
			out = append(out, lo, hi)
			return
		}
		for r := lo; r <= hi; r += stride {
			out = append(out, r, r)
		}
	}
	for _, t := range tables {
		for _, r := range t.R16 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range t.R32 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return ordered(out)
}

// unpack reads a table of data.go: the distance of each range from the end of the one before, and its length.
func unpack(deltas string) set {
	var out set
	at := rune(0)
	for _, d := range deltas {
		at += d
		out = append(out, at)
	}
	return out
}

// cased are the characters that fold.
var cased = sync.OnceValue(func() []rune {
	var out []rune
	for letters := fromTables(unicode.Lu, unicode.Ll, unicode.Lt, unicode.Other_Lowercase, unicode.Other_Uppercase); len(letters) > 0; letters = letters[2:] {
		for r := letters[0]; r <= letters[1]; r++ {
			if unicode.SimpleFold(r) != r {
				out = append(out, r)
			}
		}
	}
	return out
})

// folded adds to s what differs from a member in its case only (simple case folding).
func (s set) folded() set {
	var more []rune
	for _, r := range cased() {
		if !s.has(r) {
			continue
		}
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			more = append(more, f, f)
		}
	}
	if more == nil {
		return s
	}
	return union(s, more)
}

// String is a class of the engine, with flag u.
func (s set) String() string {
	switch {
	case len(s) == 0:
		return `[^\x00-\u{10ffff}]`
	case slices.Equal(s, all):
		return `[\x00-\u{10ffff}]`
	}
	var b strings.Builder
	b.WriteByte('[')
	for i := 0; i < len(s); i += 2 {
		writeRune(&b, s[i])
		if s[i+1] > s[i] {
			b.WriteByte('-')
			writeRune(&b, s[i+1])
		}
	}
	b.WriteByte(']')
	return b.String()
}

// writeRune writes r so that it stands for itself, with flag u, in a class and outside.
func writeRune(b *strings.Builder, r rune) {
	switch {
	case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z':
		b.WriteByte(byte(r))
	case r < 0x80:
		fmt.Fprintf(b, `\x%02x`, r)
	case r >= 0xd800 && r <= 0xdfff:
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		b.WriteRune(r)
	}
}
