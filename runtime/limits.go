package runtime

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
)

// Limits bounds what a script may use. In every field 0 is the default, which for most is no limit, and
// a negative number is none.
//
// Limits stop mistakes and keep one script from starving others; they do not make a sandbox for hostile
// code. Concatenated strings, arrays and what native functions do at one go (joining a huge array, say)
// are bounded by none of them but Heap, and that acts late.
type Limits struct {
	// EntryTime is the wall time that one entry into JavaScript may take: the main script until it has
	// returned, a callback with its ticks and promise jobs, a Do. JavaScript is cut off where it stands,
	// uncatchably, and the runtime ends with a *LimitError. A function of Go's is waited for.
	EntryTime time.Duration
	// CallStack is the number of nested calls after which a RangeError is thrown; default 3000, which
	// "none" means too. Very large values make some runaway recursions take minutes to end.
	CallStack int
	// SourceNesting is how deep brackets may nest in a source, that of eval and of Function too, default
	// 10,000; deeper ones are a SyntaxError. With no limit a source can end the process.
	SourceNesting int
	// JSONDepth is how deep a text for JSON.parse may nest, default 10,000; deeper ones are a RangeError.
	// With no limit a text can end the process.
	JSONDepth int
	// Handles is how many sockets, connections under way, servers, watchers and children may be open at
	// a time, and how many files. One more throws, or fails, with ERR_LIMIT_EXCEEDED; a connection to a
	// server is dropped, with 'drop'; a file fails with EMFILE.
	Handles int
	// Timers is how many timers may be active at a time, those of connections and setImmediate
	// included. One more throws ERR_LIMIT_EXCEEDED.
	Timers int
	// Heap is how many bytes the heap of the whole process may have, all runtimes and the embedder
	// included; Go cannot tell whose they are. It is looked at 40 times a second. A runtime that sees
	// more, after a collection, is cut off as with EntryTime.
	Heap uint64
}

// SetRegexpTime changes how long a regular expression may search, in the whole process: the engine
// has one limit for all. It is two seconds to begin with; 0 is for ever. Call it before the first New and
// before anything else that compiles expressions: it is not safe beside them.
//
// When the time is up test, match, replace, search and split throw a RangeError; exec and matchAll find
// nothing. An expression that needs neither lookaround nor back-references seldom takes long: it runs in
// time proportional to its input.
func SetRegexpTime(d time.Duration) { modules.SetRegexpTime(d) }

// LimitError is the error of a runtime that a limit has ended.
type LimitError struct {
	Limit string // the field of Limits
	Max   any    // its value
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("runtime: the limit %s of %v was exceeded", e.Limit, e.Max)
}

// watchdog cuts entries off that take too long.
type watchdog struct {
	vm    *goja.Runtime
	limit time.Duration

	// Guarded by mu.
	mu    sync.Mutex
	timer *time.Timer
	began time.Time // of the entry at hand; zero: there is none
	fired bool
}

func (w *watchdog) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.began, w.fired = time.Now(), false
	if w.timer == nil {
		w.timer = time.AfterFunc(w.limit, w.bark)
	} else {
		w.timer.Reset(w.limit)
	}
}

// bark runs on a goroutine of its timer's.
func (w *watchdog) bark() {
	w.mu.Lock()
	defer w.mu.Unlock()
	// It may be about an entry that has ended since.
	if !w.began.IsZero() && time.Since(w.began) >= w.limit {
		w.fired = true
		w.vm.Interrupt(&LimitError{"EntryTime", w.limit})
	}
}

// end ends an entry; interrupted says that it was cut off.
func (w *watchdog) end(interrupted bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.began = time.Time{}
	w.timer.Stop()
	if w.fired && !interrupted {
		w.vm.ClearInterrupt() // it came too late to cut anything
	}
}

// heapPause is the time between two looks at the heap.
const heapPause = 25 * time.Millisecond

// heapWatch looks at the heap of the process, on a goroutine that ends with the loop.
type heapWatch struct {
	rt   *Runtime
	max  uint64
	stop chan struct{}
	once sync.Once
}

func (rt *Runtime) watchHeap(max uint64) {
	w := &heapWatch{rt: rt, max: max, stop: make(chan struct{})}
	rt.host.Loop.Own(w)
	rt.host.Loop.Go(w.watchLoop)
}

// CloseNow implements eventloop.Resource.
func (w *heapWatch) CloseNow() { w.once.Do(func() { close(w.stop) }) }

func (w *heapWatch) watchLoop() {
	t := time.NewTicker(heapPause)
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-w.stop:
			return
		}
		if heapBytes() <= w.max {
			continue
		}
		if runtime.GC(); heapBytes() > w.max {
			w.rt.Interrupt(&LimitError{"Heap", w.max})
			return
		}
	}
}

func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// settings is what the rooms look after.
func (l Limits) settings() modules.Limits {
	return modules.Limits{SourceNesting: l.SourceNesting, JSONDepth: l.JSONDepth, Handles: l.Handles, Timers: l.Timers}
}
