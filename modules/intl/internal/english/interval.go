package english

import (
	"strings"
	"time"
)

// The fields in which two times may differ, the largest first.
const (
	diffEra = iota
	diffYear
	diffMonth
	diffDay
	diffHalf // of the day
	diffHour
	diffMinute
	diffSecond
	diffFraction
	diffNone
)

func difference(a, b time.Time) int {
	switch {
	case (a.Year() < 1) != (b.Year() < 1):
		return diffEra
	case a.Year() != b.Year():
		return diffYear
	case a.Month() != b.Month():
		return diffMonth
	case a.Day() != b.Day():
		return diffDay
	case a.Hour()/12 != b.Hour()/12:
		return diffHalf
	case a.Hour() != b.Hour():
		return diffHour
	case a.Minute() != b.Minute():
		return diffMinute
	case a.Second() != b.Second():
		return diffSecond
	case a.Nanosecond()/1e6 != b.Nanosecond()/1e6:
		return diffFraction
	}
	return diffNone
}

// finest is the smallest field that is written.
func (d *Date) finest() int {
	switch {
	case d.FractionalSecondDigits > 0:
		return diffFraction
	case d.Second != "":
		return diffSecond
	case d.Minute != "":
		return diffMinute
	case d.Hour != "":
		return diffHour
	case d.DayPeriod != "":
		return diffHour
	case d.Day != "" || d.Weekday != "" || d.TimeZoneName != "":
		return diffDay
	case d.Month != "":
		return diffMonth
	case d.Year != "":
		return diffYear
	}
	return diffEra
}

// FormatRange writes the time from one to another: what both share is written once where CLDR's interval
// formats of en do so.
func (d *Date) FormatRange(from, to time.Time) []Part {
	from, to = from.In(d.Zone.Location), to.In(d.Zone.Location)
	diff := difference(from, to)
	if diff > d.finest() {
		parts := d.write(d.pattern, from)
		for i := range parts {
			parts[i].Value = strings.ReplaceAll(parts[i].Value, narrowNbsp, " ") // as V8 does
		}
		return mark(parts, "shared")
	}
	if d.withTime && diff > diffDay {
		return d.timeRange(from, to, diff)
	}
	full := d.expanded(diff)
	a, b := full.write(full.pattern, from), full.write(full.pattern, to)
	head, tail := full.shared(diff, a, b)
	return joined(a, b, head, tail)
}

// expanded is d with the fields that tell the two times apart.
func (d *Date) expanded(diff int) *Date {
	c := *d
	dated := d.Era+d.Year+d.Month+d.Day+d.Weekday != ""
	switch {
	case !dated:
		c.Year, c.Month, c.Day = "numeric", "numeric", "numeric"
	case d.withTime && !d.hourly():
		// There is no interval format: both are written as they would be alone.
		if c.twelve() {
			c.Hour = unpadded(c.Hour)
		}
		c.Prepare()
		return &c
	case d.withTime && diff <= diffDay || d.Day != "" && d.Weekday+d.Month+d.Year+d.Era == "":
		c.Day = or(c.Day, "numeric")
		if diff <= diffMonth {
			c.Month = or(c.Month, "numeric")
		}
		if diff <= diffYear {
			c.Year = or(c.Year, "numeric")
		}
	case diff <= diffYear && d.Month != "" && d.Day != "" && d.Year+d.Era == "" && diff == diffYear:
		c.Year = "numeric"
	}
	if diff == diffEra && c.Year != "" && (c.Month != "" && c.Day != "" || c.Weekday+c.Day == "") {
		c.Era = or(c.Era, "short")
	}
	if c.twelve() {
		c.Hour = unpadded(c.Hour)
	}
	if d.common() && !d.withTime {
		// The interval formats have no leading zeros.
		c.Month, c.Day = unpadded(c.Month), unpadded(c.Day)
	}
	if !dated {
		c.withoutOffset()
	}
	c.Prepare()
	return &c
}

// hourly reports whether the time is of the kind that CLDR has interval formats for.
func (d *Date) hourly() bool {
	return d.Hour != "" && d.Second == "" && d.FractionalSecondDigits == 0 && (d.DayPeriod == "" || d.TimeZoneName == "")
}

// common is the same for the date.
func (d *Date) common() bool {
	y, m, day := d.Year != "", d.Month != "", d.Day != ""
	return m && (y || d.Era == "") && (day || y && d.Weekday == "")
}

func unpadded(style string) string { return pick(style == "2-digit", "numeric", style) }

// shared tells how many parts at the beginning and at the end of a and b are written once.
func (d *Date) shared(diff int, a, b []Part) (head, tail int) {
	if d.withTime {
		return 0, 0
	}
	y := d.Year != ""
	if !d.common() && !(y && d.Month+d.Day+d.Weekday == "") {
		return 0, 0
	}
	from := -1 // the first part that is shared at the end
	index := func(kind string) int {
		for i, p := range a {
			if p.Type == kind {
				return i
			}
		}
		return len(a)
	}
	switch {
	case diff >= diffMonth && d.textMonth() && y:
		from = index("year")
	case diff >= diffYear && y && d.Era != "":
		from = index("era")
	}
	if from > 0 && from < len(a) {
		tail = len(a) - from + 1 // and the text before it
	}
	if diff == diffDay && d.textMonth() && d.Weekday == "" {
		head = index("day")
	}
	return head, tail
}

// withoutOffset takes a zone that is written as an offset away: the interval formats have none.
func (d *Date) withoutOffset() {
	if strings.HasSuffix(d.TimeZoneName, "Offset") {
		d.TimeZoneName = ""
	}
}

// joined writes two times whose first parts head and last parts tail are the same.
func joined(a, b []Part, head, tail int) []Part {
	out := mark(append([]Part{}, a[:head]...), "shared")
	out = append(out, mark(append([]Part{}, a[head:len(a)-tail]...), "startRange")...)
	out = append(out, Part{Type: "literal", Value: thinSpace + "–" + thinSpace, Source: "shared"})
	out = append(out, mark(append([]Part{}, b[head:len(b)-tail]...), "endRange")...)
	return append(out, mark(append([]Part{}, b[len(b)-tail:]...), "shared")...)
}

// timeRange writes two times of one day.
func (d *Date) timeRange(from, to time.Time, diff int) []Part {
	c := *d
	c.Hour = unpadded(d.Hour)
	if !d.hourly() {
		c.Month, c.Day = unpadded(c.Month), unpadded(c.Day)
	}
	if rest, long := strings.CutPrefix(d.TimeZoneName, "long"); long && d.withDate {
		c.TimeZoneName = "short" + rest
	}
	c.withoutOffset()
	c.Prepare()
	a, b := c.write(c.clock, from), c.write(c.clock, to)
	tail := 0
	if d.hourly() {
		// AM and PM, and the zone, are written once where they are the same.
		for tail < len(a) && (diff > diffHalf || a[len(a)-1-tail].Value == b[len(b)-1-tail].Value) && !clockFields[a[len(a)-1-tail].Type] {
			tail++
		}
		if tail > 0 && tail < len(a) && a[len(a)-tail].Type != "literal" {
			tail = 0
		}
	}
	var out []Part
	if d.withDate {
		out = append(mark(c.write(d.dates, from), "shared"), Part{Type: "literal", Value: ", ", Source: "shared"})
	}
	return append(out, joined(a, b, 0, tail)...)
}

var clockFields = map[string]bool{"hour": true, "minute": true, "second": true, "fractionalSecond": true}
