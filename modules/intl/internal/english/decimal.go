package english

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Decimal is a number as it is written: 0.digits × 10^point. Zero has no digits.
type Decimal struct {
	Negative bool
	NaN      bool
	Infinite bool
	digits   []byte // '0' to '9', without zeros at either end
	point    int
}

// FromFloat returns the shortest decimal that stands for x.
func FromFloat(x float64) Decimal {
	switch {
	case math.IsNaN(x):
		return Decimal{NaN: true}
	case math.IsInf(x, 0):
		return Decimal{Negative: x < 0, Infinite: true}
	}
	d := Decimal{Negative: math.Signbit(x)}
	var buf [32]byte
	text := strconv.AppendFloat(buf[:0], math.Abs(x), 'e', -1, 64)
	e := len(text) - 1
	for text[e] != 'e' {
		e--
	}
	exp, _ := strconv.Atoi(string(text[e+1:]))
	d.digits = make([]byte, 0, e)
	for _, c := range text[:e] {
		if c != '.' {
			d.digits = append(d.digits, c)
		}
	}
	d.point = exp + 1
	d.trim()
	return d
}

// FromBig returns n.
func FromBig(n *big.Int) Decimal {
	d := Decimal{Negative: n.Sign() < 0, digits: []byte(new(big.Int).Abs(n).String())}
	d.point = len(d.digits)
	d.trim()
	return d
}

// maxExponent bounds what FromString takes for finite and for more than nothing, as a double's.
const maxExponent = 400

// FromString reads a decimal literal with optional sign and exponent; ok is false for any other text.
func FromString(s string) (d Decimal, ok bool) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.Negative = s[0] == '-'
		s = s[1:]
	}
	if s == "Infinity" {
		d.Infinite = true
		return d, true
	}
	exp := 0
	if e := strings.IndexAny(s, "eE"); e >= 0 {
		n, err := strconv.Atoi(s[e+1:])
		if err != nil {
			return d, false
		}
		s, exp = s[:e], n
	}
	whole, fraction, _ := strings.Cut(s, ".")
	if whole == "" && fraction == "" {
		return d, false
	}
	d.digits = []byte(whole + fraction)
	for _, c := range d.digits {
		if c < '0' || c > '9' {
			return d, false
		}
	}
	d.point = len(whole) + exp
	d.trim()
	switch {
	case len(d.digits) > 0 && d.point > maxExponent+len(whole):
		return Decimal{Negative: d.Negative, Infinite: true}, true
	case d.point < -maxExponent:
		d.digits, d.point = nil, 0
	}
	return d, true
}

func (d *Decimal) trim() {
	lead := 0
	for lead < len(d.digits) && d.digits[lead] == '0' {
		lead++
	}
	d.digits = d.digits[lead:]
	d.point -= lead
	for len(d.digits) > 0 && d.digits[len(d.digits)-1] == '0' {
		d.digits = d.digits[:len(d.digits)-1]
	}
	if len(d.digits) == 0 {
		d.point = 0
	}
}

// IsZero reports whether d is 0 or -0.
func (d *Decimal) IsZero() bool { return len(d.digits) == 0 && !d.NaN && !d.Infinite }

// magnitude is the power of ten of the first digit; that of zero is 0.
func (d *Decimal) magnitude() int {
	if len(d.digits) == 0 {
		return 0
	}
	return d.point - 1
}

// digit returns the digit at 10^power.
func (d *Decimal) digit(power int) byte {
	if i := d.point - 1 - power; i >= 0 && i < len(d.digits) {
		return d.digits[i]
	}
	return '0'
}

// round makes d a multiple of increment × 10^power.
func (d *Decimal) round(power, increment int, mode string) {
	keep := d.point - power // digits before the place
	if increment == 1 && keep >= len(d.digits) {
		return
	}
	// quotient and remainder in units of 10^power
	whole := new(big.Int)
	if keep > 0 {
		head := d.digits[:min(keep, len(d.digits))]
		whole.SetString(string(head)+strings.Repeat("0", keep-len(head)), 10)
	}
	rest := 0 // of what is cut, against half of a unit: 0 nothing, 1 less, 2 half, 3 more
	if keep < len(d.digits) {
		switch {
		case keep < 0 || d.digits[keep] < '5':
			rest = 1
		case d.digits[keep] == '5' && keep+1 == len(d.digits):
			rest = 2
		default:
			rest = 3
		}
	}
	if increment > 1 {
		inc := big.NewInt(int64(increment))
		var m big.Int
		whole.QuoRem(whole, inc, &m)
		if twice := 2 * int(m.Int64()); twice != 0 || rest != 0 {
			switch {
			case twice > increment, twice == increment && rest != 0:
				rest = 3
			case twice == increment:
				rest = 2
			case twice == increment-1 && rest != 0: // an odd increment, a half more
				// rest compares the cut with half of a unit as it stands
			default:
				rest = 1
			}
		}
	}
	if rest != 0 && up(mode, rest, d.Negative, whole.Bit(0) == 1) {
		whole.Add(whole, big.NewInt(1))
	}
	if increment > 1 {
		whole.Mul(whole, big.NewInt(int64(increment)))
	}
	d.digits = []byte(whole.String())
	d.point = len(d.digits) + power
	d.trim()
}

// up reports whether a rest is rounded away from zero (ECMA-402, table 21).
func up(mode string, rest int, negative, odd bool) bool {
	switch mode {
	case "ceil":
		return !negative
	case "floor":
		return negative
	case "expand":
		return true
	case "trunc":
		return false
	}
	if rest != 2 {
		return rest == 3
	}
	switch mode {
	case "halfCeil":
		return !negative
	case "halfFloor":
		return negative
	case "halfTrunc":
		return false
	case "halfEven":
		return odd
	}
	return true // halfExpand
}
