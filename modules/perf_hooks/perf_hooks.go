// Package perfhooks is Node's perf_hooks module: the performance timeline (marks, measures,
// observers, timerify), the utilization of the event loop, and histograms.
//
// Of the entries that Node itself makes, those of 'http', 'net' and 'dns' are made. Observers of 'gc', 'http2' and
// 'resource' are accepted and hear nothing, as in a Node program in which none of these happens.
//
// Follows https://nodejs.org/docs/latest-v20.x/api/perf_hooks.html.
package perfhooks

import (
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/util"
)

// Module is require('perf_hooks').
var Module = modules.Module{ID: "perf_hooks", Load: func(h *modules.Host) goja.Value { return Rooms.Of(h).exports() }}

// Rooms holds the perf_hooks module of each runtime.
var Rooms = modules.NewRoom(newRoom)

// processStart is the zero of the timeline: the start of the process, as near as a package sees it.
var processStart = time.Now()

// Room is the perf_hooks module of one runtime.
type Room struct {
	Performance *bind.Built

	h           *modules.Host
	util        *util.Room
	targets     *events.TargetRoom
	performance *goja.Object
	nodeTiming  *goja.Object
	entryClass  *bind.Built
	markClass   *bind.Built
	measure     *bind.Built
	nodeEntry   *bind.Built
	observer    *bind.Built
	entryList   *bind.Built
	resource    *bind.Built
	histogram   *bind.Built
	recordable  *bind.Built
	loopDelay   *bind.Built

	zero      time.Time // of the timeline
	made      time.Time // when this runtime was
	loopStart time.Time // zero: not yet
	marks     []*entry
	measures  []*entry
	times     map[string]float64 // of the last mark of each name, in milliseconds
	warned    map[string]bool
	observers []*observer
	pending   []*observer
}

func newRoom(h *modules.Host) *Room {
	r := &Room{h: h, util: util.Rooms.Of(h), targets: events.Targets.Of(h), made: h.Now(), zero: processStart,
		times: make(map[string]float64), warned: make(map[string]bool)}
	if h.Settings.Clock != nil {
		r.zero = r.made
	}
	h.Loop.Post(func() { r.loopStart = h.Now() })
	r.defineEntries()
	r.defineObserver()
	r.defineHistograms()
	r.definePerformance()
	return r
}

func (r *Room) exports() goja.Value {
	o := r.h.VM.NewObject()
	for _, c := range []struct {
		name  string
		class *bind.Built
	}{{"Performance", r.Performance}, {"PerformanceEntry", r.entryClass}, {"PerformanceMark", r.markClass},
		{"PerformanceMeasure", r.measure}, {"PerformanceObserver", r.observer},
		{"PerformanceObserverEntryList", r.entryList}, {"PerformanceResourceTiming", r.resource}} {
		o.Set(c.name, c.class.Ctor)
	}
	bind.DefineMethods(r.h.VM, o, []bind.Method{
		{Name: "monitorEventLoopDelay", Fn: r.monitorEventLoopDelay},
		{Name: "createHistogram", Fn: r.createHistogram},
	})
	o.Set("performance", r.performance)
	constants := r.h.VM.NewObject()
	for i, name := range []string{"MAJOR", "MINOR", "INCREMENTAL", "WEAKCB"} {
		constants.Set("NODE_PERFORMANCE_GC_"+name, []int{4, 1, 8, 16}[i])
	}
	for i, name := range []string{"NO", "CONSTRUCT_RETAINED", "FORCED", "SYNCHRONOUS_PHANTOM_PROCESSING", "ALL_AVAILABLE_GARBAGE",
		"ALL_EXTERNAL_MEMORY", "SCHEDULE_IDLE"} {
		constants.Set("NODE_PERFORMANCE_GC_FLAGS_"+name, []int{0, 2, 4, 8, 16, 32, 64}[i])
	}
	o.DefineDataProperty("constants", constants, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	return o
}

// since is a moment on the timeline, in milliseconds.
func (r *Room) since(t time.Time) float64 { return float64(t.Sub(r.zero).Nanoseconds()) / 1e6 }

// now is performance.now().
func (r *Room) now() float64 { return r.since(r.h.Now()) }

// tag gives a class its Symbol.toStringTag.
func tag(b *bind.Built, name string) {
	b.Proto.DefineDataPropertySymbol(goja.SymToStringTag, bind.String(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// illegal is the constructor of a class that only we make objects of.
func (r *Room) illegal(*goja.Object, []goja.Value) { r.h.Err.Throw("ERR_ILLEGAL_CONSTRUCTOR") }

// object makes a plain object of alternating names and values.
func (r *Room) object(pairs ...any) *goja.Object {
	o := r.h.VM.NewObject()
	for i := 0; i < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}
