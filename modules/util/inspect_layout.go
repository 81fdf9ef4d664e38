package util

import (
	"math"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// reduce puts the entries of an object together, on one line if they fit.
//
// Node v20 lib/internal/util/inspect.js: reduceToSingleString.
func (c *inspection) reduce(out []string, base, open, closing string, extras bool, recurse int, value *goja.Object) string {
	if c.compactAll {
		if c.fits(out, 0, base) {
			if base != "" {
				open += " " + base
			}
			return open + " " + strings.Join(out, ", ") + " " + closing
		}
		indentation := spaces(c.indent)
		ln := " "
		if base != "" || jsLen(open) != 1 {
			ln = "\n" + indentation + "  "
			if base != "" {
				ln = " " + base + ln
			}
		}
		return open + ln + strings.Join(out, ",\n"+indentation+"  ") + " " + closing
	}
	head := open
	if base != "" {
		head = base + " " + open
	}
	if c.compactLevel >= 1 {
		entries := len(out)
		if extras && entries > 6 {
			out = c.group(out, value)
		}
		if float64(c.currentDepth-recurse) < c.compactLevel && entries == len(out) {
			start := len(out) + c.indent + jsLen(open) + jsLen(base) + 10
			if c.fits(out, start, base) {
				if joined := strings.Join(out, ", "); !strings.Contains(joined, "\n") {
					return head + " " + joined + " " + closing
				}
			}
		}
	}
	// Nested objects are copied once a level: what they hold can be large.
	indentation := "\n" + spaces(c.indent)
	n := len(head) + 2*len(indentation) + 2 + len(closing)
	for _, e := range out {
		n += len(e) + len(indentation) + 3
	}
	var b strings.Builder
	b.Grow(n)
	b.WriteString(head)
	for i, e := range out {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(indentation)
		b.WriteString("  ")
		b.WriteString(e)
	}
	if len(out) == 0 {
		b.WriteString(indentation + "  ")
	}
	b.WriteString(indentation)
	b.WriteString(closing)
	return b.String()
}

// fits reports whether all entries go on one line.
func (c *inspection) fits(out []string, start int, base string) bool {
	total := len(out) + start
	if float64(total+len(out)) > c.breakLength {
		return false
	}
	for _, s := range out {
		// No character takes more than three bytes of UTF-8 for each of its UTF-16 units.
		if !c.colors && float64(total+len(s)/3) > c.breakLength {
			return false
		}
		if c.colors {
			s = stripColors(s)
		}
		total += jsLen(s)
		if float64(total) > c.breakLength {
			return false
		}
	}
	return base == "" || !strings.Contains(base, "\n")
}

// group puts the entries of a long array in columns.
//
// Node v20 lib/internal/util/inspect.js: groupArrayElements.
func (c *inspection) group(out []string, value *goja.Object) []string {
	const gap = 2 // a comma and a space
	shown := len(out)
	more := c.maxArrayLength < float64(len(out))
	if more {
		shown-- // "... n more items" is no entry
	}
	total, longest := 0, 0
	lens := make([]int, len(out))
	for i, s := range out[:shown] {
		lens[i] = width(s, c.colors)
		total += lens[i] + gap
		longest = max(longest, lens[i])
	}
	actual := longest + gap
	if !(float64(actual*3+c.indent) < c.breakLength && (float64(total)/float64(actual) > 5 || longest <= 6)) {
		return out
	}
	// A character is about 2.5 times as high as wide; the columns aim at a square.
	bias := math.Sqrt(float64(actual) - float64(total)/float64(len(out)))
	biased := math.Max(float64(actual)-3-bias, 1)
	columns := int(math.Min(
		math.Min(math.Floor(math.Sqrt(2.5*biased*float64(shown))/biased+0.5), math.Floor((c.breakLength-float64(c.indent))/float64(actual))),
		math.Min(c.compactLevel*4, 15)))
	if columns <= 1 {
		return out
	}
	var widths []int
	for i := range columns {
		w := 0
		for j := i; j < len(out); j += columns {
			w = max(w, lens[j])
		}
		widths = append(widths, w+gap)
	}
	left := c.alignLeft(out, value)
	var lines []string
	for i := 0; i < shown; i += columns {
		end := min(i+columns, shown)
		var b strings.Builder
		for j := i; j < end; j++ {
			pad := widths[j-i] - lens[j]
			switch {
			case j < end-1 && left:
				b.WriteString(out[j] + ", " + spaces(pad-gap))
			case j < end-1:
				b.WriteString(spaces(pad-gap) + out[j] + ", ")
			case left:
				b.WriteString(out[j])
			default:
				b.WriteString(spaces(pad-gap) + out[j])
			}
		}
		lines = append(lines, b.String())
	}
	if more {
		lines = append(lines, out[shown])
	}
	return lines
}

// alignLeft reports whether columns are aligned left: unless all entries are numbers.
func (c *inspection) alignLeft(out []string, value *goja.Object) bool {
	if value == nil {
		return false
	}
	if kindOf(value) == typedArray {
		return typedElements(value).len() < len(out)
	}
	for i := range out {
		if v := value.Get(itoa(i)); v == nil || !nodeerr.IsNumber(v) && !goja.IsBigInt(v) {
			return true
		}
	}
	return false
}

// stripColors removes color sequences, those that stylize adds.
func stripColors(s string) string {
	for i := strings.Index(s, "\x1b["); i >= 0; {
		j := i + 2
		for j < len(s) && (s[j] >= '0' && s[j] <= '9') {
			j++
		}
		if j < len(s) && s[j] == 'm' && j > i+2 {
			s = s[:i] + s[j+1:]
		} else {
			i = j
		}
		k := strings.Index(s[i:], "\x1b[")
		if k < 0 {
			break
		}
		i += k
	}
	return s
}
