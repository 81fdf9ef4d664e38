package intl

import (
	"math/big"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/intl/internal/english"
)

// numberFormat is the state of an Intl.NumberFormat.
type numberFormat struct {
	resolved
	english.Number
	bound *goja.Object // format
}

func isBigInt(v goja.Value) bool { _, ok := bind.Exported[*big.Int](v); return ok }

// decimal takes a number, bigint or numeric string as it is written.
func (r *room) decimal(v goja.Value) english.Decimal {
	if o, ok := v.(*goja.Object); ok {
		v = o.ToNumber()
	}
	switch x := v.(type) {
	case *goja.Symbol:
		r.typeError("Cannot convert a Symbol value to a number")
	case goja.String:
		if d, ok := english.FromString(strings.TrimSpace(x.String())); ok {
			return d
		}
		return english.FromFloat(v.ToFloat())
	}
	if n, ok := bind.Exported[*big.Int](v); ok {
		return english.FromBig(n)
	}
	return english.FromFloat(v.ToFloat())
}

// digitDefaults are those of a style, where no digits are asked for.
type digitDefaults struct {
	minFraction, maxFraction int
	compact                  bool
}

var (
	increments = []int{1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000}
	modes      = []string{"ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"}
)

// digits reads the options of ECMA-402's SetNumberFormatDigitOptions.
func (o options) digits(def digitDefaults) english.Digits {
	d := english.Digits{MinFraction: -1, MaxFraction: -1, MinSignificant: -1, MaxSignificant: -1, Increment: 1, Mode: "halfExpand", TrailingZero: "auto"}
	d.MinInteger = o.integer("minimumIntegerDigits", 1, 21, 1)
	minF, maxF := o.get("minimumFractionDigits"), o.get("maximumFractionDigits")
	minS, maxS := o.get("minimumSignificantDigits"), o.get("maximumSignificantDigits")
	d.Priority = o.choice("roundingPriority", "auto", "auto", "morePrecision", "lessPrecision")
	hasS := !bind.IsUndefined(minS) || !bind.IsUndefined(maxS)
	hasF := !bind.IsUndefined(minF) || !bind.IsUndefined(maxF)
	needS, needF := true, true
	if d.Priority == "auto" {
		needS = hasS
		needF = !needS && (hasF || !def.compact)
	}
	if needS {
		d.MinSignificant, d.MaxSignificant = 1, 21
		if hasS {
			d.MinSignificant = o.r.within(minS, "minimumSignificantDigits", 1, 21, 1)
			d.MaxSignificant = o.r.within(maxS, "maximumSignificantDigits", d.MinSignificant, 21, 21)
		}
	}
	if needF {
		d.MinFraction, d.MaxFraction = def.minFraction, def.maxFraction
		if hasF {
			const most = 20
			lo := o.r.within(minF, "minimumFractionDigits", 0, most, -1)
			hi := o.r.within(maxF, "maximumFractionDigits", 0, most, -1)
			switch {
			case lo < 0:
				lo = min(def.minFraction, hi)
			case hi < 0:
				hi = max(def.maxFraction, lo)
			case lo > hi:
				o.r.rangeError("maximumFractionDigits value is out of range.")
			}
			d.MinFraction, d.MaxFraction = lo, hi
		}
	}
	if !needS && !needF {
		d.MinFraction, d.MaxFraction, d.MinSignificant, d.MaxSignificant, d.Priority = 0, 0, 1, 2, "morePrecision"
	}
	return d
}

func (r *room) newNumberFormat(locales, opts goja.Value, service string) *numberFormat {
	requested := r.requested(locales)
	o := r.coerced(opts, service)
	o.matcher()
	nu := o.typed("numberingSystem")
	f := &numberFormat{resolved: resolve(requested, map[string][]string{"nu": {"latn"}})}
	f.option("nu", "latn", nu != "" && nu != "latn", "latn")
	if nu != "" && nu != "latn" {
		f.keywords.Keywords = nil
	}
	n := &f.Number
	n.Style = o.choice("style", "decimal", "decimal", "percent", "currency", "unit")
	currency, hasCurrency := o.text("currency")
	if hasCurrency && !isCurrency(currency) {
		r.rangeError("Invalid currency code : " + currency)
	}
	if n.Style == "currency" && !hasCurrency {
		r.typeError("Currency code is required with currency style.")
	}
	display := o.choice("currencyDisplay", "symbol", "code", "symbol", "narrowSymbol", "name")
	sign := o.choice("currencySign", "standard", "standard", "accounting")
	unit, hasUnit := o.text("unit")
	if hasUnit && !english.KnowsUnit(unit) {
		r.rangeError("Invalid unit argument for " + service + "() '" + unit + "'")
	}
	if n.Style == "unit" && !hasUnit {
		r.typeError("Invalid unit argument for " + service + "() ''")
	}
	width := o.choice("unitDisplay", "short", "short", "narrow", "long")
	def := digitDefaults{maxFraction: 3}
	switch n.Style {
	case "currency":
		n.Currency, n.CurrencyDisplay, n.CurrencySign = strings.ToUpper(currency), display, sign
		digits := english.Currency(n.Currency).Digits
		def = digitDefaults{minFraction: digits, maxFraction: digits}
	case "unit":
		n.Unit, n.UnitDisplay = unit, width
	case "percent":
		def = digitDefaults{}
	}
	increment := o.integer("roundingIncrement", 1, 5000, 1)
	if !slices.Contains(increments, increment) {
		r.rangeError("roundingIncrement value is out of range.")
	}
	n.Notation = o.choice("notation", "standard", "standard", "scientific", "engineering", "compact")
	def.compact = n.Notation == "compact"
	n.Digits = o.digits(def)
	if increment != 1 {
		if n.Priority != "auto" || n.MaxSignificant > 0 {
			r.typeError("RoundingType is not fractionDigits")
		}
		if n.MaxFraction != n.MinFraction {
			if bind.IsUndefined(o.get("minimumFractionDigits")) {
				n.MinFraction = min(n.MinFraction, n.MaxFraction)
			}
			if n.MaxFraction != n.MinFraction {
				r.rangeError("maximumFractionDigits not equal to minimumFractionDigits")
			}
		}
	}
	n.Increment = increment
	n.TrailingZero = o.choice("trailingZeroDisplay", "auto", "auto", "stripIfInteger")
	n.CompactDisplay = o.choice("compactDisplay", "short", "short", "long")
	n.UseGrouping = o.grouping(def.compact)
	n.SignDisplay = o.choice("signDisplay", "auto", "auto", "never", "always", "exceptZero", "negative")
	n.Mode = o.choice("roundingMode", "halfExpand", modes...)
	return f
}

// text reads a string; set is false if it is undefined.
func (o options) text(name string) (s string, set bool) {
	v := o.get(name)
	if bind.IsUndefined(v) {
		return "", false
	}
	return o.r.text(v), true
}

func isCurrency(s string) bool {
	if len(s) != 3 {
		return false
	}
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// grouping reads useGrouping: "" is false.
func (o options) grouping(compact bool) string {
	def := "auto"
	if compact {
		def = "min2"
	}
	v := o.get("useGrouping")
	switch {
	case bind.IsUndefined(v):
		return def
	case v == bind.True || v.StrictEquals(bind.True):
		return "always"
	case !v.ToBoolean():
		return ""
	}
	switch s := o.choice("useGrouping", "", "min2", "auto", "always", "true", "false"); s {
	case "true", "false":
		return def
	default:
		return s
	}
}

func (r *room) numberFormat() *bind.Built {
	const proto = "Intl.NumberFormat.prototype."
	get := func(c goja.FunctionCall, method string) *numberFormat {
		return self[*numberFormat](r, c.This, proto+method)
	}
	ends := func(c goja.FunctionCall) (x, y english.Decimal) {
		for i, name := range []string{"start", "end"} {
			if bind.IsUndefined(c.Argument(i)) {
				r.typeError("Invalid " + name + " : undefined")
			}
		}
		x, y = r.decimal(c.Argument(0)), r.decimal(c.Argument(1))
		if x.NaN {
			r.rangeError("Invalid start : NaN")
		}
		if y.NaN {
			r.rangeError("Invalid end : NaN")
		}
		return x, y
	}
	return r.class("NumberFormat", 0, true, func(this *goja.Object, args []goja.Value) {
		bind.Own(this).Put(bind.Self, r.newNumberFormat(bind.Arg(args, 0), bind.Arg(args, 1), "Intl.NumberFormat"))
	}, []bind.Method{
		{Name: "resolvedOptions", Fn: func(c goja.FunctionCall) goja.Value { return r.numberOptions(get(c, "resolvedOptions")) }},
		{Name: "formatToParts", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			return r.parts(get(c, "formatToParts").Format(r.decimal(c.Argument(0))), "source")
		}},
		{Name: "formatRange", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			f := get(c, "formatRange")
			x, y := ends(c)
			return bind.String(english.Text(f.FormatRange(x, y)))
		}},
		{Name: "formatRangeToParts", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			f := get(c, "formatRangeToParts")
			x, y := ends(c)
			return r.parts(f.FormatRange(x, y), "source")
		}},
	}, []bind.Accessor{getter(r, "format", "UnwrapNumberFormat", 1, func(f *numberFormat) **goja.Object { return &f.bound },
		func(f *numberFormat, args []goja.Value) goja.Value {
			return bind.String(english.Text(f.Format(r.decimal(bind.Arg(args, 0)))))
		})})
}

func (r *room) numberOptions(f *numberFormat) goja.Value {
	n := &f.Number
	var grouping any = n.UseGrouping
	if n.UseGrouping == "" {
		grouping = false
	}
	compact, sign := "", n.CurrencySign
	if sign != "" && n.SignDisplay == "never" {
		sign = "standard" // as V8 tells it
	}
	if n.Notation == "compact" {
		compact = n.CompactDisplay
	}
	o := r.object("locale", f.resolved.locale(), "numberingSystem", "latn", "style", n.Style, "currency", some(n.Currency),
		"currencyDisplay", some(n.CurrencyDisplay), "currencySign", some(sign), "unit", some(n.Unit), "unitDisplay", some(n.UnitDisplay))
	r.digitOptions(o, &n.Digits)
	r.assign(o, "useGrouping", grouping, "notation", n.Notation, "compactDisplay", some(compact), "signDisplay", n.SignDisplay,
		"roundingMode", n.Mode, "roundingIncrement", n.Increment, "trailingZeroDisplay", n.TrailingZero, "roundingPriority", n.Priority)
	return o
}

func (r *room) assign(o *goja.Object, pairs ...any) {
	for i := 0; i < len(pairs); i += 2 {
		if v := r.vm.ToValue(pairs[i+1]); !goja.IsUndefined(v) {
			o.Set(pairs[i].(string), v)
		}
	}
}

// digitOptions shows how many digits are written.
func (r *room) digitOptions(o *goja.Object, d *english.Digits) {
	r.assign(o, "minimumIntegerDigits", d.MinInteger)
	if d.MaxSignificant > 0 {
		r.assign(o, "minimumSignificantDigits", d.MinSignificant, "maximumSignificantDigits", d.MaxSignificant)
	}
	if d.MaxFraction >= 0 {
		r.assign(o, "minimumFractionDigits", d.MinFraction, "maximumFractionDigits", d.MaxFraction)
	}
}
