package english

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Zone is a time zone by its canonical name.
type Zone struct {
	Name     string
	Location *time.Location
	*zoneNames
	place, generic string // "Germany Time" and "Central European Time", the same if empty
}

// zoneNames are shared by the zones that keep the same time.
type zoneNames struct{ long, longDST, short, shortDST string }

type zoneData struct {
	byName map[string]*Zone  // without Location
	names  map[string]string // from lower case to the canonical name
}

// zones is read from the tables when a zone is first asked for. Read-only afterwards.
var zones = sync.OnceValue(func() *zoneData {
	z := &zoneData{byName: make(map[string]*Zone), names: make(map[string]string)}
	var names *zoneNames
	lines(zoneTable, func(f []string) {
		name, ok := strings.CutPrefix(f[0], " ")
		if !ok {
			names = &zoneNames{f[0], f[1], f[2], f[3]}
			return
		}
		z.byName[name] = &Zone{Name: name, zoneNames: names, generic: f[1], place: f[2]}
		z.names[strings.ToLower(name)] = name
	})
	z.byName["UTC"] = &Zone{Name: "UTC", zoneNames: &zoneNames{long: "Coordinated Universal Time", short: "UTC"}}
	lines(aliasTable, func(f []string) { z.names[strings.ToLower(f[0])] = f[1] })
	z.names["utc"] = "UTC"
	return z
})

// utc spares what only knows UTC the tables.
var utc = &Zone{Name: "UTC", Location: time.UTC, zoneNames: &zoneNames{long: "Coordinated Universal Time", short: "UTC"}}

// loaded are the zones that have been asked for, by canonical name. Any goroutine.
var loaded sync.Map

// load is time.LoadLocation, but in tests.
var load = time.LoadLocation

// FindZone returns the zone of the name, in any case of its letters. It returns nil for a name that is none,
// and an error if the machine has no data for it.
func FindZone(name string) (*Zone, error) {
	if name == "UTC" {
		return utc, nil
	}
	data := zones()
	canonical, ok := data.names[strings.ToLower(name)]
	if !ok {
		return nil, nil
	}
	if canonical == "UTC" {
		return utc, nil
	}
	if z, ok := loaded.Load(canonical); ok {
		return z.(*Zone), nil
	}
	z := &Zone{Name: canonical, zoneNames: &zoneNames{}}
	if known := data.byName[canonical]; known != nil {
		*z = *known
	}
	var err error
	if z.Location, err = load(canonical); err != nil {
		// Older and newer data differ in which of two names they have.
		for alias, of := range data.names {
			if of == canonical && !strings.EqualFold(alias, canonical) {
				if l, e := load(spelled(alias)); e == nil {
					z.Location, err = l, nil
					break
				}
			}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("no data for the time zone %s on this machine: %w", canonical, err)
	}
	loaded.Store(canonical, z)
	return z, nil
}

// spelled is an alias as the table has it.
func spelled(lower string) (name string) {
	lines(aliasTable, func(f []string) {
		if strings.EqualFold(f[0], lower) {
			name = f[0]
		}
	})
	return name
}

// Zones returns the canonical names, sorted.
func Zones() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(zones().byName)), func(s string) bool { return s == "UTC" })
}

// named is when the names of the table begin to hold.
var named = time.Unix(0, 0)

// display is the zone's name at t as the option timeZoneName asks for it.
func (z *Zone) display(t time.Time, style string) string {
	_, offset := t.Zone()
	known := !t.Before(named)
	var name string
	switch style {
	case "short", "long":
		if !known && z != utc {
			break
		}
		standard, summer := z.offsets()
		switch {
		case offset == standard:
			name = pick(style == "short", z.short, z.long)
		case offset == summer:
			name = pick(style == "short", z.shortDST, z.longDST)
		}
	case "shortGeneric", "longGeneric":
		if known && style == "longGeneric" {
			name = z.generic
		}
		name = or(name, z.place)
	}
	if name != "" {
		return name
	}
	return gmt(offset, strings.HasPrefix(style, "long"))
}

// LongName is what Date.prototype.toString calls the zone at t: its names at any time of its past, unlike those
// of Intl.
func (z *Zone) LongName(t time.Time) string {
	_, offset := t.Zone()
	name := z.long
	if standard, summer := z.offsets(); offset == summer && summer != standard {
		name = z.longDST
	}
	return or(name, gmt(offset, true))
}

// offsets are those that the names of the table stand for, in seconds: what the zone keeps now. Other times
// of its past have none. (Not by Go's IsDST: Ireland's law has its standard time in summer.)
func (z *Zone) offsets() (standard, summer int) {
	_, january := time.Date(2025, 1, 15, 0, 0, 0, 0, z.Location).Zone()
	_, july := time.Date(2025, 7, 15, 0, 0, 0, 0, z.Location).Zone()
	return min(january, july), max(january, july)
}

// gmt writes an offset in seconds.
func gmt(offset int, long bool) string {
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	h, m, s := offset/3600, offset/60%60, offset%60
	text := fmt.Sprintf("GMT%s%d", sign, h)
	if long {
		text = fmt.Sprintf("GMT%s%02d:%02d", sign, h, m)
	} else if m != 0 || s != 0 {
		text += fmt.Sprintf(":%02d", m)
	}
	if s != 0 {
		text += fmt.Sprintf(":%02d", s)
	}
	return text
}

// UnnamedZone is a zone of which only the offsets are known.
func UnnamedZone(l *time.Location) *Zone {
	return &Zone{Name: "Etc/Unknown", Location: l, zoneNames: &zoneNames{}}
}
