package intl

import (
	"math"
	"os"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/intl/internal/english"
)

// dateTimeFormat is the state of an Intl.DateTimeFormat.
type dateTimeFormat struct {
	resolved
	english.Date
	dateStyle, timeStyle string
	bound                *goja.Object // format
}

// maxTime is the largest time of a Date, in milliseconds.
const maxTime = 8.64e15

// localZone is the zone that Date uses: TZ, or what the machine is set to. A program may set TZ as it runs.
func (r *room) localZone() *english.Zone {
	if r.local != nil && r.localOf == time.Local {
		return r.local
	}
	r.dates, r.localOf = nil, time.Local
	name := time.Local.String()
	if name == "Local" {
		if tz, ok := os.LookupEnv("TZ"); ok {
			name = strings.TrimPrefix(tz, ":")
		} else if link, err := os.Readlink("/etc/localtime"); err == nil {
			_, name, _ = strings.Cut(link, "zoneinfo/")
		}
	}
	z, err := english.FindZone(name)
	if z == nil || err != nil {
		z = english.UnnamedZone(time.Local)
	}
	r.local = z
	return z
}

// zone reads the option timeZone.
func (o options) zone() *english.Zone {
	name, set := o.text("timeZone")
	if !set {
		return o.r.localZone()
	}
	z, err := english.FindZone(name)
	switch {
	case err != nil:
		o.r.rangeError("Invalid time zone specified: " + name + " (" + err.Error() + ")")
	case z == nil:
		o.r.rangeError("Invalid time zone specified: " + name)
	}
	return z
}

// component is an option of DateTimeFormat that names a field.
type component struct {
	name  string
	slot  func(d *english.Date) *string
	words []string
}

var (
	widths    = []string{"narrow", "short", "long"}
	numerics  = []string{"2-digit", "numeric"}
	zoneNames = []string{"short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"}
)

var components = []component{
	{"weekday", func(d *english.Date) *string { return &d.Weekday }, widths},
	{"era", func(d *english.Date) *string { return &d.Era }, widths},
	{"year", func(d *english.Date) *string { return &d.Year }, numerics},
	{"month", func(d *english.Date) *string { return &d.Month }, []string{"2-digit", "numeric", "narrow", "short", "long"}},
	{"day", func(d *english.Date) *string { return &d.Day }, numerics},
	{"dayPeriod", func(d *english.Date) *string { return &d.DayPeriod }, widths},
	{"hour", func(d *english.Date) *string { return &d.Hour }, numerics},
	{"minute", func(d *english.Date) *string { return &d.Minute }, numerics},
	{"second", func(d *english.Date) *string { return &d.Second }, numerics},
	{"timeZoneName", func(d *english.Date) *string { return &d.TimeZoneName }, zoneNames},
}

// newDateTimeFormat reads the options. required and defaults are date, time, any or all as in ECMA-402's
// ToDateTimeOptions: what of must be asked for, and what is written otherwise.
func (r *room) newDateTimeFormat(locales, opts goja.Value, service, required, defaults string) *dateTimeFormat {
	requested := r.requested(locales)
	if goja.IsNull(opts) {
		r.typeError("Cannot convert undefined or null to object")
	}
	o := r.coerced(opts, service)
	f := &dateTimeFormat{}
	d := &f.Date
	o.matcher()
	calendar := o.typed("calendar")
	nu := o.typed("numberingSystem")
	hour12, has12 := o.boolean("hour12")
	cycle := o.choice("hourCycle", "", "h11", "h12", "h23", "h24")
	f.resolved = resolve(requested, map[string][]string{"ca": {"gregory"}, "nu": {"latn"}, "hc": {"h11", "h12", "h23", "h24"}})
	f.unsupported("ca", calendar, "gregory")
	f.unsupported("nu", nu, "latn")
	switch {
	case has12:
		f.option("hc", "", true, "")
		cycle = "h24" // as V8 has it for en-US
		if hour12 {
			cycle = "h12"
		}
	default:
		cycle = f.option("hc", cycle, cycle != "", "h12")
	}
	d.Zone = o.zone()
	explicit := ""
	for _, c := range components {
		s := o.choice(c.name, "", c.words...)
		*c.slot(d) = s
		if s != "" && explicit == "" {
			explicit = c.name
		}
		if c.name == "second" {
			if d.FractionalSecondDigits = o.integer("fractionalSecondDigits", 1, 3, 0); d.FractionalSecondDigits > 0 && explicit == "" {
				explicit = "fractionalSecondDigits"
			}
		}
	}
	o.choice("formatMatcher", "best fit", "basic", "best fit")
	f.dateStyle = o.choice("dateStyle", "", "full", "long", "medium", "short")
	f.timeStyle = o.choice("timeStyle", "", "full", "long", "medium", "short")
	if f.dateStyle != "" || f.timeStyle != "" {
		if explicit != "" {
			used := "dateStyle"
			if f.dateStyle == "" {
				used = "timeStyle"
			}
			r.typeError("Can't set option " + explicit + " when " + used + " is used")
		}
		if required == "date" && f.timeStyle != "" {
			r.typeError("Invalid option : timeStyle")
		}
		if required == "time" && f.dateStyle != "" {
			r.typeError("Invalid option : dateStyle")
		}
		d.Styles(f.dateStyle, f.timeStyle)
	} else {
		date := d.Weekday+d.Year+d.Month+d.Day != ""
		clock := d.DayPeriod+d.Hour+d.Minute+d.Second != "" || d.FractionalSecondDigits > 0
		if !(required != "time" && date || required != "date" && clock) {
			if defaults != "time" {
				d.Year, d.Month, d.Day = "numeric", "numeric", "numeric"
			}
			if defaults != "date" {
				d.Hour, d.Minute, d.Second = "numeric", "numeric", "numeric"
			}
		}
	}
	d.HourCycle = cycle
	d.Prepare()
	return f
}

// unsupported takes a keyword away that an option of another value overrides.
func (l *resolved) unsupported(key, value, known string) {
	if value != "" && value != known {
		l.option(key, "", true, "")
	}
}

// time reads the argument of format: now if it is undefined.
func (r *room) time(v goja.Value) time.Time {
	if bind.IsUndefined(v) {
		return r.h.Now()
	}
	if t, ok := v.(*goja.Object); ok && t.ClassName() == "Date" {
		return r.dateValue(t)
	}
	ms := r.toNumber(v)
	if math.IsNaN(ms) || math.Abs(ms) > maxTime {
		r.rangeError("Invalid time value")
	}
	return time.UnixMilli(int64(ms))
}

func (r *room) dateValue(o *goja.Object) time.Time {
	t, ok := o.Export().(time.Time)
	if !ok {
		r.rangeError("Invalid time value")
	}
	return t
}

func (r *room) dateTimeFormat() *bind.Built {
	const proto = "Intl.DateTimeFormat.prototype."
	get := func(c goja.FunctionCall, method string) *dateTimeFormat {
		return self[*dateTimeFormat](r, c.This, proto+method)
	}
	ends := func(c goja.FunctionCall) (from, to time.Time) {
		if bind.IsUndefined(c.Argument(0)) || bind.IsUndefined(c.Argument(1)) {
			r.typeError("Invalid time value")
		}
		return r.time(c.Argument(0)), r.time(c.Argument(1))
	}
	return r.class("DateTimeFormat", 0, true, func(this *goja.Object, args []goja.Value) {
		bind.Own(this).Put(bind.Self, r.newDateTimeFormat(bind.Arg(args, 0), bind.Arg(args, 1), "Intl.DateTimeFormat", "any", "date"))
	}, []bind.Method{
		{Name: "resolvedOptions", Fn: func(c goja.FunctionCall) goja.Value { return r.dateOptions(get(c, "resolvedOptions")) }},
		{Name: "formatToParts", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
			return r.parts(get(c, "formatToParts").Format(r.time(c.Argument(0))), "source")
		}},
		{Name: "formatRange", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			f := get(c, "formatRange")
			from, to := ends(c)
			return bind.String(english.Text(f.FormatRange(from, to)))
		}},
		{Name: "formatRangeToParts", Length: 2, Fn: func(c goja.FunctionCall) goja.Value {
			f := get(c, "formatRangeToParts")
			from, to := ends(c)
			return r.parts(f.FormatRange(from, to), "source")
		}},
	}, []bind.Accessor{getter(r, "format", "UnwrapDateTimeFormat", 1, func(f *dateTimeFormat) **goja.Object { return &f.bound },
		func(f *dateTimeFormat, args []goja.Value) goja.Value {
			return bind.String(f.Text(r.time(bind.Arg(args, 0))))
		})})
}

func (r *room) dateOptions(f *dateTimeFormat) goja.Value {
	d := &f.Date
	o := r.object("locale", f.resolved.locale(), "calendar", "gregory", "numberingSystem", "latn", "timeZone", d.Zone.Name)
	twelve := d.HourCycle == "h11" || d.HourCycle == "h12"
	if d.Hour != "" {
		r.assign(o, "hourCycle", d.HourCycle, "hour12", twelve)
	}
	if f.dateStyle == "" && f.timeStyle == "" {
		shown := *d
		if shown.Minute != "" && shown.Hour+shown.Second != "" {
			shown.Minute = "2-digit"
		} else if shown.Minute != "" {
			shown.Minute = "numeric"
		}
		if shown.Hour != "" && !twelve {
			shown.Hour = "2-digit"
			if shown.Minute == "" && shown.TimeZoneName != "" {
				shown.Hour = "numeric"
			}
			shown.DayPeriod = ""
		}
		if shown.Second != "" {
			shown.Second = "numeric"
			if shown.Minute != "" {
				shown.Second = "2-digit"
			}
		}
		for _, c := range components {
			if c.name == "timeZoneName" && d.FractionalSecondDigits > 0 {
				r.assign(o, "fractionalSecondDigits", d.FractionalSecondDigits)
			}
			r.assign(o, c.name, some(*c.slot(&shown)))
		}
	}
	r.assign(o, "dateStyle", some(f.dateStyle), "timeStyle", some(f.timeStyle))
	return o
}
