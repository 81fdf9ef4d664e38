package english

import (
	"strings"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Collation is a resolved Intl.Collator. It belongs to one goroutine.
type Collation struct {
	Sensitivity       string // base, accent, case, variant
	CaseFirst         string // upper, lower, false
	Numeric           bool
	IgnorePunctuation bool

	full, accents *collate.Collator
}

func (c *Collation) collator(strength string) *collate.Collator {
	tag := "und-u-ks-" + strength
	if c.Numeric {
		tag += "-kn-true"
	}
	t := language.Make(tag)
	return collate.New(t, collate.OptionsFromTag(t))
}

// Compare is -1, 0 or 1.
func (c *Collation) Compare(a, b string) int {
	if c.IgnorePunctuation {
		// The collator's own way, ka-shifted, leaves letters out too.
		a, b = strings.Map(unpunctuated, a), strings.Map(unpunctuated, b)
	}
	if a == b {
		return 0
	}
	if c.full == nil {
		c.full = c.collator(map[string]string{"base": "level1", "case": "level1", "accent": "level2"}[c.Sensitivity] + pick(c.Sensitivity == "variant", "level3", ""))
		c.accents = c.full
		if c.Sensitivity == "variant" && c.CaseFirst == "upper" {
			c.accents = c.collator("level2")
		}
	}
	if c.Sensitivity == "case" || c.CaseFirst == "upper" && c.Sensitivity == "variant" {
		// The collator knows no level for case alone.
		if r := c.accents.CompareString(a, b); r != 0 {
			return r
		}
		if r := byCase(a, b); r != 0 {
			if c.CaseFirst == "upper" {
				r = -r
			}
			return r
		}
		if c.Sensitivity == "case" {
			return 0
		}
	}
	return c.full.CompareString(a, b)
}

// unpunctuated is for strings.Map: it drops spaces and punctuation.
func unpunctuated(r rune) rune {
	if unicode.IsPunct(r) || unicode.IsSpace(r) || unicode.Is(unicode.Z, r) {
		return -1
	}
	return r
}

// byCase compares two texts that differ in nothing but case and accents, lower case first.
func byCase(a, b string) int {
	x, y := cases(a), cases(b)
	for i := 0; i < len(x) && i < len(y); i++ {
		switch {
		case x[i] == y[i]:
		case y[i]:
			return -1
		default:
			return 1
		}
	}
	return 0
}

// cases tells for each letter of s whether it is a capital.
func cases(s string) []bool {
	var out []bool
	for _, r := range norm.NFD.String(s) {
		if unicode.IsLetter(r) {
			out = append(out, unicode.IsUpper(r))
		}
	}
	return out
}
