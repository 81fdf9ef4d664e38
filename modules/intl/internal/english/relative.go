package english

import "slices"

// relativeUnits are written out in the style long; the others abbreviate.
var relativeUnits = map[string]struct{ short, shorts, narrow string }{
	"year":    {"yr.", "yr.", "y"},
	"quarter": {"qtr.", "qtrs.", "q"},
	"month":   {"mo.", "mo.", "mo"},
	"week":    {"wk.", "wk.", "w"},
	"day":     {"day", "days", "d"},
	"hour":    {"hr.", "hr.", "h"},
	"minute":  {"min.", "min.", "m"},
	"second":  {"sec.", "sec.", "s"},
}

// KnowsRelativeUnit reports whether unit, in the singular, is one of RelativeTime.
func KnowsRelativeUnit(unit string) bool { _, ok := relativeUnits[unit]; return ok }

// RelativeTime writes x units from now. With auto it says yesterday where there is such a word. What of the
// parts is the number has unit as its Source.
func RelativeTime(x Decimal, unit, style string, auto bool) []Part {
	if auto {
		if word := relativeWord(&x, unit, style); word != "" {
			return []Part{{Type: "literal", Value: word}}
		}
	}
	ago := x.Negative
	x.Negative = false
	n := Number{Style: "decimal", UseGrouping: "auto", Digits: Digits{MinInteger: 1, MaxFraction: 3, MinSignificant: -1, MaxSignificant: -1, Increment: 1}}
	b := n.body(x)
	names := relativeUnits[unit]
	var name string
	switch style {
	case "narrow":
		name = names.narrow
	case "short":
		name = " " + pick(b.plural == "one", names.short, names.shorts)
	default:
		name = " " + unit + pick(b.plural == "one", "", "s")
	}
	number := mark(b.parts, unit)
	if ago {
		return append(number, Part{Type: "literal", Value: name + " ago"})
	}
	return append(append([]Part{{Type: "literal", Value: "in "}}, number...), Part{Type: "literal", Value: name})
}

func relativeWord(x *Decimal, unit, style string) string {
	at := 0
	switch {
	case x.IsZero():
	case x.point == 1 && string(x.digits) == "1":
		at = pickInt(x.Negative, -1, 1)
	default:
		return ""
	}
	switch {
	case unit == "day":
		return []string{"yesterday", "today", "tomorrow"}[at+1]
	case unit == "second":
		return pick(at == 0, "now", "")
	case slices.Contains([]string{"hour", "minute"}, unit):
		return pick(at == 0, "this "+unit, "")
	}
	if style != "long" {
		unit = relativeUnits[unit].short
	}
	return []string{"last ", "this ", "next "}[at+1] + unit
}

func pickInt(c bool, a, b int) int {
	if c {
		return a
	}
	return b
}
