package modules

import (
	"time"

	"github.com/dop251/goja"
)

// Performance is where modules leave what they measured for the observers of perf_hooks. Loop goroutine.
//
// Node v20 doc/api/perf_hooks.md, "performanceNodeEntry.detail".
type Performance struct{ HTTP, Net, DNS Measured }

// Measured takes a measurement that ends now: its name, when it began, and its details, nil for none. It is nil if
// nobody observes its kind, so that nobody pays for what nobody looks at.
type Measured func(name string, began time.Time, detail *goja.Object)

// Kind returns what takes the measurements of a kind of entry; nil if no module makes them.
func (p *Performance) Kind(kind string) *Measured {
	switch kind {
	case "http":
		return &p.HTTP
	case "net":
		return &p.Net
	case "dns":
		return &p.DNS
	}
	return nil
}

// Measurement is one that has begun. A nil one was not asked for.
type Measurement struct {
	began  time.Time
	name   string
	detail *goja.Object
}

// Begin begins a measurement, if somebody observes its kind. detail has what is known by now.
func (p Measured) Begin(h *Host, name string, detail func() *goja.Object) *Measurement {
	if p == nil {
		return nil
	}
	return &Measurement{began: h.Now(), name: name, detail: detail()}
}

// End hands m over, with further properties.
func (m *Measurement) End(to Measured, properties ...any) {
	if m == nil || to == nil {
		return
	}
	setAll(m.detail, properties)
	to(m.name, m.began, m.detail)
}
