// Package english knows how numbers, dates, lists and their like are written in American English: what
// CLDR says of the locale en, as ICU prints it. It knows no JavaScript.
//
// The tables in the text files in the folder tables were printed by the Intl of Node 20 (tables.js).
package english

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
)

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

//go:embed tables/tables.gz
var packed []byte

// The tables, in their order.
const (
	currencyTable = iota
	unitTable
	zoneTable
	aliasTable
)

// tables are unpacked when the first is asked for: most programs do without.
var tables = sync.OnceValue(func() []string {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic("BUG: english: " + err.Error())
	}
	text, err := io.ReadAll(r)
	if err != nil {
		panic("BUG: english: " + err.Error())
	}
	return strings.Split(string(text), "\f")
})

// lines calls fn with the tab-separated fields of each line of a table.
func lines(table int, fn func(f []string)) {
	for line := range strings.Lines(tables()[table]) {
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
