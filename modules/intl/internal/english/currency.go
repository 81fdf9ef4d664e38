package english

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// CurrencyInfo is what is known of a currency.
type CurrencyInfo struct {
	code           string
	Digits         int  // of the fraction
	Old            bool // not in use
	symbol, narrow string
	one, other     string
}

// currencies are read from the table when the first is asked for. Read-only afterwards.
var currencies = sync.OnceValue(func() map[string]*CurrencyInfo {
	m := make(map[string]*CurrencyInfo)
	lines(currencyTable, func(f []string) {
		c := &CurrencyInfo{code: f[0], Digits: 2, Old: f[1] == "old", symbol: or(f[3], f[0]), one: f[5]}
		if f[2] != "" {
			c.Digits, _ = strconv.Atoi(f[2])
		}
		c.narrow = or(f[4], c.symbol)
		c.other = or(f[6], c.one+"s")
		m[c.code] = c
	})
	return m
})

// usd spares what only knows dollars the table.
var usd = &CurrencyInfo{code: "USD", Digits: 2, symbol: "$", narrow: "$", one: "US dollar", other: "US dollars"}

// Currency returns what is known of a code of three capital letters; a code that is not known stands for itself.
func Currency(code string) *CurrencyInfo {
	if code == "USD" {
		return usd
	}
	if c := currencies()[code]; c != nil {
		return c
	}
	return &CurrencyInfo{code: code, Digits: 2, symbol: code, narrow: code, one: code, other: code}
}

func (c *CurrencyInfo) display(as string) string {
	switch as {
	case "code":
		return c.code
	case "narrowSymbol":
		return c.narrow
	}
	return c.symbol
}

func (c *CurrencyInfo) name(plural string) string { return pick(plural == "one", c.one, c.other) }

// Currencies returns the codes in use, sorted.
func Currencies() []string {
	var out []string
	for code, c := range currencies() {
		if !c.Old {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}

// unit has, by width (long, short, narrow), what follows one, what follows more, and "per" it.
type unit struct{ one, other, per [3]string }

var units = sync.OnceValue(func() map[string]*unit {
	m := make(map[string]*unit)
	lines(unitTable, func(f []string) {
		u := &unit{}
		for w := range 3 {
			u.one[w] = strings.TrimPrefix(f[1+2*w], "#")
			u.other[w] = strings.TrimPrefix(or(f[2+2*w], f[1+2*w]), "#")
			u.per[w] = f[7+w]
		}
		m[f[0]] = u
	})
	return m
})

// Units returns the names of the simple units, sorted.
func Units() []string {
	var out []string
	for name := range units() {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// KnowsUnit reports whether name is a simple unit or one per another.
func KnowsUnit(name string) bool {
	if units()[name] != nil {
		return true
	}
	of, per, ok := strings.Cut(name, "-per-")
	return ok && units()[of] != nil && units()[per] != nil
}

// shortCompound are the compound units with a name of their own where they are not written out.
var shortCompound = map[string]string{"mile-per-hour": "mph", "mile-per-gallon": "mpg"}

// unitSuffix is what follows a number of the unit, with the space if there is one.
func unitSuffix(name, display, plural string) string {
	w := 1
	switch display {
	case "long":
		w = 0
	case "narrow":
		w = 2
	}
	if u := units()[name]; u != nil {
		return pick(plural == "one", u.one[w], u.other[w])
	}
	if s := shortCompound[name]; s != "" && w > 0 {
		return pick(w == 1, " ", "") + s
	}
	of, per, _ := strings.Cut(name, "-per-")
	u := units()[of]
	return pick(plural == "one", u.one[w], u.other[w]) + units()[per].per[w]
}
