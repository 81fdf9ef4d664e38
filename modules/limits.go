package modules

import (
	"fmt"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/ecma"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// Limits bounds what a program may use, where the rooms look after it; 0: the default, negative: none.
type Limits struct {
	SourceNesting int // brackets in a source; default DefaultSourceNesting
	JSONDepth     int // of a text for JSON.parse; default DefaultJSONDepth
	Handles       int // open at a time; default: none
	Timers        int // active at a time; default: none
}

// Defaults of Limits: far beyond what is written by hand, and far below what would end the process.
const (
	DefaultSourceNesting = 10_000
	DefaultJSONDepth     = 10_000
)

// SetRegexpTime changes how long a regular expression may search, in the whole process; 0: for ever. It is
// not safe beside anything that compiles one.
func SetRegexpTime(d time.Duration) { ecma.SetRegexpTime(d) }

// Fits reports whether the process can have n bytes more in one piece of memory; Go would end it if not. Any
// goroutine.
func Fits(n uint64) bool { return ecma.Fits(n) }

// limit returns what a field of Limits means.
func limit(n, def int) int {
	switch {
	case n == 0:
		return def
	case n < 0:
		return 1<<31 - 1
	}
	return n
}

// Exceeded makes the error for a limit that was met; name is its field in runtime.Limits.
func (h *Host) Exceeded(name string, n int) *goja.Object {
	return h.Err.Coded(nodeerr.RangeError, "ERR_LIMIT_EXCEEDED", fmt.Sprintf("The limit %s of this runtime is %d", name, n))
}

// SourceNesting is how deep brackets may nest in a source.
func (h *Host) SourceNesting() int {
	return limit(h.Settings.Limits.SourceNesting, DefaultSourceNesting)
}

// HandlesLeft reports whether one more handle may be opened.
func (h *Host) HandlesLeft() bool {
	n := h.Settings.Limits.Handles
	return n <= 0 || h.Loop.Handles() < n
}

// HandlesExceeded is the error when HandlesLeft is false.
func (h *Host) HandlesExceeded() *goja.Object {
	return h.Exceeded("Handles", h.Settings.Limits.Handles)
}

// NeedHandle throws if no more handles may be opened.
func (h *Host) NeedHandle() {
	if !h.HandlesLeft() {
		panic(h.HandlesExceeded())
	}
}

// NeedTimer throws if no more timers may be started.
func (h *Host) NeedTimer() {
	if n := h.Settings.Limits.Timers; n > 0 && h.Loop.Timers() >= n {
		panic(h.Exceeded("Timers", n))
	}
}

// StackText brings the stack of an Error that the engine made into V8's format; any other text stays as it is.
func StackText(stack string) string { return ecma.StackText(stack) }
