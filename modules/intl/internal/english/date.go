package english

import (
	"strconv"
	"strings"
	"time"
)

// Date is a resolved Intl.DateTimeFormat. Fields are named and valued as ECMA-402 has them, "" for what was
// not asked for. Styles are resolved to components (Components).
type Date struct {
	Weekday, Era, Year, Month, Day           string
	DayPeriod, Hour, Minute, Second          string
	FractionalSecondDigits                   int
	TimeZoneName                             string
	HourCycle                                string
	Zone                                     *Zone
	pattern, dates, clock                    []token
	withDate, withTime, longMonth, joinSpace bool
}

// token is a field of a pattern, by CLDR's letter, or a text.
type token struct {
	field byte // 0: a text
	text  string
}

var (
	monthNames = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	dayNames   = []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
)

// Styles sets the components that dateStyle and timeStyle stand for; each may be "".
func (d *Date) Styles(date, clock string) {
	switch date {
	case "full":
		d.Weekday, d.Month, d.Day, d.Year = "long", "long", "numeric", "numeric"
	case "long":
		d.Month, d.Day, d.Year = "long", "numeric", "numeric"
	case "medium":
		d.Month, d.Day, d.Year = "short", "numeric", "numeric"
	case "short":
		d.Month, d.Day, d.Year = "numeric", "numeric", "2-digit"
	}
	if clock == "" {
		return
	}
	d.Hour, d.Minute = "numeric", "2-digit"
	switch clock {
	case "full":
		d.Second, d.TimeZoneName = "2-digit", "long"
	case "long":
		d.Second, d.TimeZoneName = "2-digit", "short"
	case "medium":
		d.Second = "2-digit"
	}
}

// Prepare finds the pattern; call it when the options are set.
func (d *Date) Prepare() {
	d.dates, d.clock = tokens(d.datePattern()), tokens(d.clockPattern())
	d.withDate, d.withTime = len(d.dates) > 0, len(d.clock) > 0
	d.longMonth = d.Month == "long"
	// CLDR has formats for a weekday and a time: Monday 1:04 PM.
	d.joinSpace = d.Weekday != "" && d.Era+d.Year+d.Month+d.Day == "" && d.Hour != "" && (d.Minute != "" || d.twelve() && d.Second == "") &&
		d.TimeZoneName == "" && d.FractionalSecondDigits == 0
	d.pattern = d.dates
	if d.withTime {
		glue := ""
		switch {
		case !d.withDate:
		case d.longMonth:
			glue = " at "
		case d.joinSpace:
			glue = " "
		default:
			glue = ", "
		}
		d.pattern = d.glued(glue)
	}
}

func (d *Date) glued(glue string) []token {
	out := append([]token{}, d.dates...)
	if glue != "" {
		out = append(out, token{text: glue})
	}
	return append(out, d.clock...)
}

// tokens reads a pattern: letters of fields, and texts between them or in quotes.
func tokens(pattern string) []token {
	var out []token
	text := ""
	flush := func() {
		if text != "" {
			out = append(out, token{text: text})
			text = ""
		}
	}
	quoted := false
	for _, c := range pattern {
		switch {
		case c == '\'':
			quoted = !quoted
		case !quoted && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'):
			flush()
			out = append(out, token{field: byte(c)})
		default:
			text += string(c)
		}
	}
	flush()
	return out
}

// isText reports whether the month is a word.
func (d *Date) textMonth() bool { return d.Month != "" && d.Month != "numeric" && d.Month != "2-digit" }

// datePattern is what CLDR's available formats and append items make of the fields. A letter is one field.
func (d *Date) datePattern() string {
	e, g, y, m, day := d.Weekday != "", d.Era != "", d.Year != "", d.Month != "", d.Day != ""
	text := d.textMonth()
	switch {
	case m && day:
		p := "M/d"
		switch {
		case y && text:
			p = "M d, y"
		case y:
			p = "M/d/y"
		case text:
			p = "M d"
		}
		return pick(e, "E, ", "") + p + pick(g, " G", "")
	case y && m:
		return pick(text, "M y", "M/y") + pick(g, " G", "") + pick(e, " E", "")
	case m && e && g:
		return pick(d.Month == "long" || d.Month == "narrow", "G E", "G '(month:' M)")
	case m && e:
		return pick(d.Month == "long" || d.Month == "narrow", "E '(month:' M)", "M E")
	case m:
		return pick(g, "G '(month:' M)", "M")
	case y && day && e:
		return pick(g, "y G '(day:' d E)", "d E y")
	case y && day:
		return pick(g, "y G '(day:' d)", "y '(day:' d)")
	case day && e:
		return pick(g, "d E G", "d E")
	case day:
		return pick(g, "G '(day:' d)", "d")
	}
	var fields []string
	if y {
		fields = append(fields, "y")
	}
	if g {
		fields = append(fields, "G")
	}
	if e {
		fields = append(fields, "E")
	}
	return strings.Join(fields, " ")
}

// twelve reports whether hours are written with AM and PM.
func (d *Date) twelve() bool { return d.HourCycle == "h11" || d.HourCycle == "h12" }

// clockPattern is the same for the time. B stands for the part of the day, in the morning.
func (d *Date) clockPattern() string {
	h, m, s, z := d.Hour != "", d.Minute != "", d.Second != "", d.TimeZoneName != ""
	fraction := d.FractionalSecondDigits > 0
	s = s || m && fraction
	zone := pick(z, " z", "")
	period := ""
	if h && d.twelve() {
		switch {
		case d.DayPeriod == "":
			period = narrowNbsp + "a"
		case z:
			period = narrowNbsp + "B"
		default:
			period = " B"
		}
	}
	seconds := "s" + pick(fraction, ".S", "")
	switch {
	case h && m && s:
		return "h:m:" + seconds + period + zone
	case h && m:
		return "h:m" + period + zone
	case h && s && d.twelve():
		return "h" + period + zone + " '(second:' s)"
	case h && s && !z:
		return seconds + " '(hour:' h)"
	case h:
		return "h" + period + pick(z && !d.twelve(), "'h'", "") + zone + pick(s, " '(second:' s)", "")
	}
	p := ""
	switch {
	case m && s:
		p = "m:" + seconds
	case m:
		p = "m"
	case s:
		p = seconds
	case fraction:
		p = "S"
	}
	if d.DayPeriod != "" && p+zone == "" {
		return "B"
	}
	p = strings.TrimPrefix(p+zone, " ")
	if d.DayPeriod != "" && (!z || p == "z") {
		p += " '├AM/PM:' B┤"
	}
	return p
}

// Format writes the time in parts.
func (d *Date) Format(t time.Time) []Part { return d.write(d.pattern, t.In(d.Zone.Location)) }

// Text is the text of a time. As in V8 it has a plain space before AM and PM, where the parts have a narrow one
// that does not break: programs of all ages look for it.
func (d *Date) Text(t time.Time) string {
	return strings.ReplaceAll(Text(d.Format(t)), narrowNbsp, " ")
}

func (d *Date) write(pattern []token, t time.Time) []Part {
	parts := make([]Part, 0, len(pattern))
	for _, k := range pattern {
		if k.field == 0 {
			parts = append(parts, Part{Type: "literal", Value: k.text})
		} else {
			kind, text := d.field(k.field, t)
			parts = append(parts, Part{Type: kind, Value: text})
		}
	}
	return parts
}

// field writes one field.
func (d *Date) field(f byte, t time.Time) (kind, text string) {
	switch f {
	case 'E':
		return "weekday", width(dayNames[t.Weekday()], d.Weekday)
	case 'G':
		return "era", eraName(t, or(d.Era, "short"))
	case 'y':
		y := t.Year()
		if y < 1 {
			y = 1 - y
		}
		if d.Year == "2-digit" {
			return "year", two(y % 100)
		}
		return "year", strconv.Itoa(y)
	case 'M':
		if d.textMonth() {
			return "month", width(monthNames[t.Month()-1], d.Month)
		}
		return "month", padded(int(t.Month()), d.Month)
	case 'd':
		return "day", padded(t.Day(), d.Day)
	case 'h':
		return "hour", d.hour(t.Hour())
	case 'm':
		if d.Hour == "" && d.Second == "" {
			return "minute", strconv.Itoa(t.Minute())
		}
		return "minute", two(t.Minute())
	case 's':
		if d.Minute == "" {
			return "second", strconv.Itoa(t.Second())
		}
		return "second", two(t.Second())
	case 'S':
		ms := strconv.Itoa(1000 + t.Nanosecond()/1e6)
		return "fractionalSecond", ms[1 : 1+d.FractionalSecondDigits]
	case 'a':
		return "dayPeriod", pick(t.Hour() < 12, "AM", "PM")
	case 'B':
		return "dayPeriod", d.dayPeriod(t)
	case 'z':
		return "timeZoneName", d.Zone.display(t, d.TimeZoneName)
	}
	panic("BUG: english: no such field: " + string(f))
}

func (d *Date) hour(h int) string {
	switch d.HourCycle {
	case "h11":
		h %= 12
	case "h12":
		h = (h+11)%12 + 1
	case "h24":
		h = (h+23)%24 + 1
	}
	if d.twelve() {
		return padded(h, d.Hour)
	}
	return two(h)
}

// dayPeriod follows CLDR's day period rules of en. Noon is noon only where no smaller unit is written.
func (d *Date) dayPeriod(t time.Time) string {
	switch h := t.Hour(); {
	case h == 12 && (d.Minute == "" || t.Minute() == 0) && (d.Second == "" || t.Second() == 0):
		return pick(d.DayPeriod == "narrow", "n", "noon")
	case h < 12:
		return "in the morning"
	case h < 18:
		return "in the afternoon"
	case h < 21:
		return "in the evening"
	}
	return "at night"
}

func two(n int) string { return string([]byte{'0' + byte(n/10), '0' + byte(n%10)}) }

func padded(n int, style string) string {
	if style == "2-digit" {
		return two(n)
	}
	return strconv.Itoa(n)
}

func width(name, style string) string {
	switch style {
	case "long":
		return name
	case "narrow":
		return name[:1]
	}
	return name[:3]
}

func eraName(t time.Time, style string) string {
	bc := t.Year() < 1
	switch style {
	case "long":
		return pick(bc, "Before Christ", "Anno Domini")
	case "narrow":
		return pick(bc, "B", "A")
	}
	return pick(bc, "BC", "AD")
}
