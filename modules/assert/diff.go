package assert

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/util"
)

// maxShort is the length up to which two primitives are shown as a !== b.
const maxShort = 12

// diff shows how two values differ, line by line.
//
// Node v20 lib/internal/assert/assertion_error.js: createErrDiff.
func (r *Room) diff(actual, expected goja.Value, operator, message string) string {
	shown := r.inspect(actual)
	a, b := strings.Split(shown, "\n"), strings.Split(r.inspect(expected), "\n")
	kind := func(v goja.Value) string {
		if goja.IsNull(v) {
			return "null"
		}
		return nodeerr.TypeOf(v)
	}
	ka, kb := kind(actual), kind(expected)
	if operator == "strictEqual" && (ka == "object" && kb == "object" || ka == "function" && kb == "function") {
		operator = "strictEqualObject"
	}
	head := message
	if head == "" {
		head = readable[operator]
	}
	i := 0
	indicator := ""
	if len(a) == 1 && len(b) == 1 && a[0] != b[0] {
		n := util.Length(a[0]) + util.Length(b[0])
		zero := func(v goja.Value) bool { return nodeerr.IsNumber(v) && v.ToFloat() == 0 }
		switch {
		case n <= maxShort:
			if ka != "object" && kb != "object" && !(zero(actual) && zero(expected)) {
				return head + "\n\n" + a[0] + " !== " + b[0] + "\n"
			}
		case operator != "strictEqualObject" && n < r.columns():
			x, y := []rune(a[0]), []rune(b[0])
			for i < len(x) && i < len(y) && x[i] == y[i] {
				i++
			}
			if i > 2 {
				indicator = "\n  " + strings.Repeat(" ", i) + "^"
				i = 0
			}
		}
	}
	// What the ends have in common is shown once, and not all of it.
	end, other := "", ""
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		line := a[len(a)-1]
		if i < 3 {
			end = "\n  " + line + end
		} else {
			other = line
		}
		i++
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 0 && len(b) == 0 {
		return readable["notIdentical"] + "\n\n" + strings.Join(r.shorten(strings.Split(shown, "\n")), "\n") + "\n"
	}
	d := &differ{palette: r.palette()}
	if i >= 5 {
		end = "\n" + d.blue + "..." + d.white + end
		d.skipped = true
	}
	if other != "" {
		end = "\n  " + other + end
	}
	return d.run(head, a, b, end, indicator)
}

// columns is the width of the terminal at stderr, 80 without one.
func (r *Room) columns() int {
	stderr := bind.Property(r.h.Builtin("process"), "stderr")
	if bind.Truthy(bind.Property(stderr, "isTTY")) {
		return int(bind.Property(stderr, "columns").ToInteger())
	}
	return 80
}

// differ writes the lines of a diff. Lines only in expected are held back in other, so that
// differences show up as +++--- and not as +-+-+-.
type differ struct {
	palette
	res, other strings.Builder
	printed    int
	identical  int // lines since the last difference
	skipped    bool
}

func (d *differ) run(head string, a, b []string, end, indicator string) string {
	most := max(len(a), len(b))
	head += "\n" + d.green + "+ actual" + d.white + " " + d.red + "- expected" + d.white
	skipped := " " + d.blue + "..." + d.white + " Lines skipped"
	for i := range most {
		switch {
		case i >= len(b):
			d.context(a, i)
			d.res.WriteString("\n" + d.green + "+" + d.white + " " + a[i])
			d.printed++
		case i >= len(a):
			d.context(b, i)
			d.other.WriteString("\n" + d.red + "-" + d.white + " " + b[i])
			d.printed++
		default:
			line := a[i]
			differs := line != b[i] && line != b[i]+","
			// A missing comma at the end is no difference.
			if differs && line+"," == b[i] {
				differs = false
				line += ","
			}
			if differs {
				d.context(a, i)
				d.res.WriteString("\n" + d.green + "+" + d.white + " " + line)
				d.other.WriteString("\n" + d.red + "-" + d.white + " " + b[i])
				d.printed += 2
				break
			}
			d.flush()
			d.identical++
			if d.identical <= 2 {
				d.res.WriteString("\n  " + line)
				d.printed++
			}
		}
		if d.printed > 50 && i < most-2 {
			return head + skipped + "\n" + d.res.String() + "\n" + d.blue + "..." + d.white + d.other.String() + "\n" + d.blue + "..." + d.white
		}
	}
	if d.skipped {
		head += skipped
	}
	return head + "\n" + d.res.String() + d.other.String() + end + indicator
}

func (d *differ) flush() {
	d.res.WriteString(d.other.String())
	d.other.Reset()
}

// context writes the last of the identical lines before line i, which differs.
func (d *differ) context(lines []string, i int) {
	if d.identical > 2 {
		if d.identical > 3 {
			if d.identical > 4 {
				if d.identical == 5 {
					d.res.WriteString("\n  " + lines[i-3])
					d.printed++
				} else {
					d.res.WriteString("\n" + d.blue + "..." + d.white)
					d.skipped = true
				}
			}
			d.res.WriteString("\n  " + lines[i-2])
			d.printed++
		}
		d.res.WriteString("\n  " + lines[i-1])
		d.printed++
	}
	d.identical = 0
}
