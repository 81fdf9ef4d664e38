package english

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Number is a resolved Intl.NumberFormat. Fields are named and valued as ECMA-402 has them; -1 stands for
// a number of digits that was not asked for.
type Number struct {
	Style                    string // decimal, percent, currency, unit
	Currency                 string // upper case
	CurrencyDisplay          string
	CurrencySign             string
	Unit, UnitDisplay        string
	Notation, CompactDisplay string
	SignDisplay              string
	UseGrouping              string // "" for false
	Digits
}

// Digits says how a number is rounded, and with how many digits it is written.
type Digits struct {
	MinInteger                     int
	MinFraction, MaxFraction       int // -1: not used
	MinSignificant, MaxSignificant int // -1: not used
	Increment                      int
	Mode, Priority, TrailingZero   string
}

// Round rounds x and returns how many digits of its fraction are written at least.
func (d *Digits) Round(x *Decimal) (minFraction int) {
	if x.NaN || x.Infinite {
		return 0
	}
	power := -d.MaxFraction
	minFraction = max(d.MinFraction, 0)
	if d.MaxSignificant > 0 {
		bySignificant := x.magnitude() - d.MaxSignificant + 1
		useSignificant := d.MaxFraction < 0 || d.Priority == "auto" ||
			(d.Priority == "morePrecision") == (bySignificant <= power)
		if useSignificant {
			power = bySignificant
		}
		x.round(power, 1, d.Mode)
		if useSignificant {
			minFraction = max(0, d.MinSignificant-1-x.magnitude())
		}
	} else {
		x.round(power, d.Increment, d.Mode)
	}
	if d.TrailingZero == "stripIfInteger" && len(x.digits) <= x.point {
		minFraction = 0
	}
	return minFraction
}

// fractionDigits is how many digits of the fraction are written.
func fractionDigits(x *Decimal, minFraction int) int { return max(minFraction, len(x.digits)-x.point) }

// compactNames are of the powers of thousand.
var compactNames = [...]struct{ short, long string }{{}, {"K", "thousand"}, {"M", "million"}, {"B", "billion"}, {"T", "trillion"}}

// Format writes x.
func (n *Number) Format(x Decimal) []Part { return n.affixed(n.body(x)) }

// body is a number without sign, currency and unit.
type body struct {
	parts   []Part
	compact []Part // what follows the number
	sign    string // "", "-" or "+"
	plural  string
	value   Decimal
}

func (n *Number) body(x Decimal) body {
	if n.Style == "percent" && len(x.digits) > 0 {
		x.point += 2
	}
	var b body
	switch {
	case x.NaN:
		b.parts = []Part{{Type: "nan", Value: "NaN"}}
	case x.Infinite:
		b.parts = []Part{{Type: "infinity", Value: "∞"}}
	default:
		n.number(&b, &x)
	}
	b.value = x
	if b.plural == "" {
		b.plural = "other"
	}
	zero := x.IsZero()
	switch n.SignDisplay {
	case "always":
		b.sign = pick(x.Negative, "-", "+")
	case "exceptZero":
		if !zero && !x.NaN {
			b.sign = pick(x.Negative, "-", "+")
		}
	case "negative":
		if !zero && x.Negative {
			b.sign = "-"
		}
	case "never":
	default:
		if x.Negative {
			b.sign = "-"
		}
	}
	return b
}

func pick(c bool, a, b string) string {
	if c {
		return a
	}
	return b
}

// number writes the digits of a finite x, and rounds it.
func (n *Number) number(b *body, x *Decimal) {
	shift := 0
	var minFraction int
	switch n.Notation {
	case "compact", "scientific", "engineering":
		shift = n.exponent(x.magnitude())
		y := *x
		y.shift(-shift)
		minFraction = n.Round(&y)
		if len(y.digits) > 0 && n.exponent(y.magnitude()+shift) != shift { // 999,999 is 1M
			shift = n.exponent(y.magnitude() + shift)
			y = *x
			y.shift(-shift)
			minFraction = n.Round(&y)
		}
		*x = y
	default:
		minFraction = n.Round(x)
	}
	fraction := fractionDigits(x, minFraction)
	b.parts = n.digits(x, fraction)
	if n.Notation == "scientific" || n.Notation == "engineering" {
		b.parts = append(b.parts, Part{Type: "exponentSeparator", Value: "E"})
		if shift < 0 {
			b.parts = append(b.parts, Part{Type: "exponentMinusSign", Value: "-"})
		}
		b.parts = append(b.parts, Part{Type: "exponentInteger", Value: strconv.Itoa(max(shift, -shift))})
	}
	if n.Notation == "compact" && shift > 0 {
		name := compactNames[shift/3]
		if n.CompactDisplay == "long" && (n.Style != "currency" || n.CurrencyDisplay == "name") {
			b.compact = []Part{{Type: "literal", Value: " "}, {Type: "compact", Value: name.long}}
		} else {
			b.compact = []Part{{Type: "compact", Value: name.short}}
		}
	}
	b.plural = "other"
	if shift == 0 && fraction == 0 && x.point == 1 && len(x.digits) == 1 && x.digits[0] == '1' {
		b.plural = "one"
	}
}

func (d *Decimal) shift(by int) {
	if len(d.digits) > 0 {
		d.point += by
	}
}

// exponent is the power of ten that a number of the magnitude is written with.
func (n *Number) exponent(magnitude int) int {
	switch n.Notation {
	case "scientific":
		return magnitude
	case "engineering":
		return magnitude - ((magnitude%3)+3)%3
	}
	if magnitude < 3 {
		return 0
	}
	return min(magnitude-magnitude%3, 12)
}

// digits writes a rounded number with its groups.
func (n *Number) digits(x *Decimal, fraction int) []Part {
	whole := max(x.point, n.MinInteger, 0)
	two := n.UseGrouping == "min2" || n.UseGrouping == "auto" && n.Notation == "compact" // digits before the group
	group := n.UseGrouping != "" && (!two && whole > 3 || whole > 4)
	count := 1
	if group {
		count = (whole-1)/3*2 + 1
	}
	parts := make([]Part, 0, count+4)
	text := make([]byte, whole+fraction)
	for i := range text {
		text[i] = x.digit(whole - 1 - i)
	}
	s := string(text)
	first := whole
	if group {
		first = (whole-1)%3 + 1
	}
	if whole > 0 {
		parts = append(parts, Part{Type: "integer", Value: s[:first]})
	}
	for i := first; i < whole; i += 3 {
		parts = append(parts, Part{Type: "group", Value: ","}, Part{Type: "integer", Value: s[i : i+3]})
	}
	if fraction > 0 {
		parts = append(parts, Part{Type: "decimal", Value: "."}, Part{Type: "fraction", Value: s[whole:]})
	}
	return parts
}

// affixed puts sign, currency, unit and percent sign round a number.
func (n *Number) affixed(b body) []Part {
	before, after := n.middle(b)
	before = append(before, b.parts...)
	before = append(before, b.compact...)
	return append(append(before, after...), n.outer(b.plural)...)
}

// middle is what stands close to the number: sign, symbol of the currency, percent sign.
func (n *Number) middle(b body) (before, after []Part) {
	accounting := n.Style == "currency" && n.CurrencySign == "accounting" && n.CurrencyDisplay != "name" && b.sign == "-"
	switch {
	case accounting:
		before = append(before, Part{Type: "literal", Value: "("})
		after = append(after, Part{Type: "literal", Value: ")"})
	case b.sign == "-":
		before = append(before, Part{Type: "minusSign", Value: "-"})
	case b.sign == "+":
		before = append(before, Part{Type: "plusSign", Value: "+"})
	}
	switch {
	case n.Style == "percent" && n.Notation != "compact":
		after = append(after, Part{Type: "percentSign", Value: "%"})
	case n.percentUnit():
		after = append(after, Part{Type: "unit", Value: "%"})
	case n.Style == "currency" && n.CurrencyDisplay != "name":
		symbol := Currency(n.Currency).display(n.CurrencyDisplay)
		before = append(before, Part{Type: "currency", Value: symbol})
		// CLDR, currencySpacing: between a letter and a digit.
		if last, _ := utf8.DecodeLastRuneInString(symbol); !unicode.IsSymbol(last) && isDigit(b.parts) {
			before = append(before, Part{Type: "literal", Value: nbsp})
		}
	}
	return before, after
}

// percentUnit reports whether the unit is written as the percent sign, which stands close to the number.
func (n *Number) percentUnit() bool {
	return n.Style == "unit" && n.Unit == "percent" && n.UnitDisplay != "long" && n.Notation != "compact"
}

func isDigit(parts []Part) bool {
	return len(parts) > 0 && parts[0].Value[0] >= '0' && parts[0].Value[0] <= '9'
}

// outer is what follows all else: a unit, or the name of a currency.
func (n *Number) outer(plural string) []Part {
	switch {
	case n.Style == "percent" && n.Notation == "compact":
		return []Part{{Type: "unit", Value: "%"}} // a unit to ICU
	case n.Style == "currency" && n.CurrencyDisplay == "name":
		return []Part{{Type: "literal", Value: " "}, {Type: "currency", Value: Currency(n.Currency).name(plural)}}
	case n.Style == "unit" && !n.percentUnit():
		text := unitSuffix(n.Unit, n.UnitDisplay, plural)
		if rest, spaced := strings.CutPrefix(text, " "); spaced {
			return []Part{{Type: "literal", Value: " "}, {Type: "unit", Value: rest}}
		}
		return []Part{{Type: "unit", Value: text}}
	}
	return nil
}

// FormatRange writes the numbers from x to y (ICU's number ranges, with its automatic collapse).
func (n *Number) FormatRange(x, y Decimal) []Part {
	a, b := n.body(x), n.body(y)
	if a.sign == b.sign && Text(a.parts) == Text(b.parts) && Text(a.compact) == Text(b.compact) {
		before, after := n.middle(a)
		all := append([]Part{{Type: "approximatelySign", Value: "~"}}, before...)
		all = append(append(append(append(all, a.parts...), a.compact...), after...), n.outer(a.plural)...)
		return mark(all, "shared")
	}
	beforeA, afterA := n.middle(a)
	beforeB, afterB := n.middle(b)
	affix := Text(beforeA) + Text(a.compact) + Text(afterA)
	same := Text(beforeA) == Text(beforeB) && Text(a.compact) == Text(b.compact) && Text(afterA) == Text(afterB)
	collapse := same && utf8.RuneCountInString(affix) > 1
	dash := "–"
	if !collapse && affix != "" || n.Notation == "scientific" || n.Notation == "engineering" {
		dash = " – "
	}
	separator := Part{Type: "literal", Value: dash, Source: "shared"}
	var out []Part
	if collapse {
		out = append(out, mark(beforeA, "shared")...)
		out = append(out, mark(a.parts, "startRange")...)
		out = append(out, separator)
		out = append(out, mark(b.parts, "endRange")...)
		out = append(out, mark(append(b.compact, afterB...), "shared")...)
	} else {
		out = append(out, mark(append(append(append(beforeA, a.parts...), a.compact...), afterA...), "startRange")...)
		out = append(out, separator)
		out = append(out, mark(append(append(append(beforeB, b.parts...), b.compact...), afterB...), "endRange")...)
	}
	return append(out, mark(n.outer("other"), "shared")...) // CLDR, plural ranges of en
}

func mark(parts []Part, source string) []Part {
	for i := range parts {
		parts[i].Source = source
	}
	return parts
}
