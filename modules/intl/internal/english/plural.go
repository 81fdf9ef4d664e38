package english

// Cardinal is the category of a number that has been rounded and is written with so many digits of its
// fraction at least.
func Cardinal(x Decimal, minFraction int) string {
	if fractionDigits(&x, minFraction) == 0 && x.point == 1 && string(x.digits) == "1" {
		return "one"
	}
	return "other"
}

// Ordinal is the category of a number as in 1st, 2nd, 3rd.
func Ordinal(x Decimal) string {
	if x.NaN || x.Infinite || len(x.digits) > x.point || x.digit(1) == '1' {
		return "other"
	}
	switch x.digit(0) {
	case '1':
		return "one"
	case '2':
		return "two"
	case '3':
		return "few"
	}
	return "other"
}
