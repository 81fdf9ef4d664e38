// Package english knows how numbers, dates, lists and their like are written in American English: what
// CLDR says of the locale en, as ICU prints it. It knows no JavaScript.
//
// The tables in the text files beside it were printed by the Intl of Node 20 (tables.js).
package english

import "strings"

// Part is a piece of a formatted text, with the type that formatToParts gives it.
type Part struct {
	Type, Value string
	Source      string // of a range: "startRange", "endRange" or "shared"
}

// Text joins parts.
func Text(parts []Part) string {
	if len(parts) == 1 {
		return parts[0].Value
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Value)
	}
	return b.String()
}

const (
	nbsp       = "\u00a0"
	narrowNbsp = "\u202f"
	thinSpace  = "\u2009"
)

// lines calls fn with the tab-separated fields of each line of a table.
func lines(table string, fn func(f []string)) {
	for line := range strings.Lines(table) {
		fn(strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
}

// or returns s, or t if s is empty.
func or(s, t string) string {
	if s == "" {
		return t
	}
	return s
}
