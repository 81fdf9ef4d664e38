package ecma

import (
	"strings"
	"unicode/utf16"
)

// Arrow formats a place in a source with a caret below its column, counted from 1 in bytes.
func Arrow(head, line string, column int) string {
	before := line[:max(min(column-1, len(line)), 0)]
	var pad strings.Builder
	for _, c := range before {
		if c == '\t' {
			pad.WriteByte('\t')
			continue
		}
		pad.WriteString(strings.Repeat(" ", max(utf16.RuneLen(c), 1)))
	}
	return head + "\n" + line + "\n" + pad.String() + "^"
}
