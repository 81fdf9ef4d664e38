package test

import (
	"math"
	"slices"
	"time"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

type kind uint8

const (
	rootKind kind = iota
	testKind
	suiteKind
)

// unit is one node of the tree: a test, a suite or the root, which stands for the file.
//
// Node v20 lib/internal/test_runner/test.js: Test, Suite.
type unit struct {
	r      *Room
	kind   kind
	parent *unit // nil: the root
	number int   // counted from 1 among its siblings
	level  int   // of indentation in the report
	name   string
	place  *place
	fn     goja.Value // nil: nothing to run

	concurrency float64
	timeoutMs   float64 // NaN: none
	planned     goja.Value
	outer       *goja.Object // the signal of the options; nil: none
	offAbort    func()
	signal      *events.AbortSignal
	context     *modules.AsyncContext // what the function runs in

	skipped, todo, cancelled bool
	passed, finished         bool
	only, runOnly            bool
	message                  goja.Value // of skip or todo; nil: none
	failure                  *goja.Object
	plan                     *plan
	mock                     *goja.Object
	diagnostics              []string
	begun, ended             time.Time

	hooks hooks

	subtests []*unit
	pending  []waiting
	ready    map[int]*unit // ended, not reported, by number
	turn     int           // the number of the subtest to be reported next; 0: none yet
	active   int

	build   goja.Value // the promise of a suite's function
	built   bool       // no more subtests are taken
	started bool       // test:start was reported
}

// waiting is a subtest that waits for its turn to run.
type waiting struct {
	unit *unit
	done func()
}

// unitKey finds the unit whose code runs in the async context.
type unitKey struct{}

// hookKey finds, in the same way, the hook whose code runs.
type hookKey struct{}

// current is the unit that a call of test() belongs to.
func (r *Room) current() *unit {
	if u, ok := r.h.Context.Get(unitKey{}); ok {
		return u.(*unit)
	}
	return r.root()
}

func (u *unit) root() *unit {
	for u.parent != nil {
		u = u.parent
	}
	return u
}

// subtest makes a test or suite of the arguments ([name][, options][, fn]); forced is the form that
// was called, skip, todo or only.
func (u *unit) subtest(k kind, args []goja.Value, forced string, at *place) *unit {
	r := u.r
	name, opts, fn := bind.Arg(args, 0), bind.Arg(args, 1), bind.Arg(args, 2)
	if _, ok := bind.ToCallable(name); ok {
		fn = name
	} else if _, ok := name.(*goja.Object); ok {
		name, opts, fn = goja.Undefined(), name, opts
	} else if _, ok := bind.ToCallable(opts); ok {
		fn = opts
	}
	if o, ok := opts.(*goja.Object); !ok || bind.IsFunction(o) {
		opts = r.vm.NewObject()
	}
	parent := u
	late := u.finished || u.built
	if late {
		parent = u.root()
	}
	t := r.newUnit(parent, k, name, fn, opts.(*goja.Object), forced, at)
	if parent.turn == 0 {
		parent.turn = t.number
	}
	if late {
		t.fail(r.failure("test could not be started because its parent finished", "parentAlreadyFinished"))
	}
	parent.subtests = append(parent.subtests, t)
	return t
}

func (r *Room) newUnit(parent *unit, k kind, name, fn goja.Value, opts *goja.Object, forced string, at *place) *unit {
	err := r.h.Err
	option := func(key string) goja.Value {
		if key == forced {
			return bind.True
		}
		return bind.Property(opts, key)
	}
	t := &unit{r: r, kind: k, parent: parent, place: at, ready: make(map[int]*unit),
		concurrency: parent.concurrency, timeoutMs: parent.timeoutMs, number: len(parent.subtests) + 1, level: parent.level}
	if parent.parent != nil {
		t.level++
	}
	t.only = !parent.runOnly
	if v := option("only"); !bind.IsNullish(v) {
		t.only = v.ToBoolean()
	}
	t.runOnly = !t.only
	t.hooks.inherit(&parent.hooks)
	switch v := bind.Property(opts, "concurrency"); {
	case nodeerr.IsNumber(v):
		t.concurrency = float64(err.ValidateUint32(v, "options.concurrency", true))
	case nodeerr.TypeOf(v) == "boolean":
		t.concurrency = 1
		if v.ToBoolean() {
			t.concurrency = math.Inf(1)
		}
	case !bind.IsNullish(v):
		panic(err.InvalidArgType("options.concurrency", []string{"boolean", "number"}, v))
	}
	if ms, ok := r.timeout(bind.Property(opts, "timeout")); ok {
		t.timeoutMs = ms
	}
	if bind.IsFunction(fn) {
		t.fn = fn
	}
	t.name = "<anonymous>"
	if nodeerr.IsString(name) && name.String() != "" {
		t.name = name.String()
	} else if v := bind.Property(fn, "name"); t.fn != nil && bind.Truthy(v) {
		t.name = v.String()
	}
	skip, todo := option("skip"), option("todo")
	if bind.Truthy(skip) {
		t.fn = nil
	}
	set := func(v goja.Value) bool {
		return !bind.IsUndefined(v) && (nodeerr.TypeOf(v) != "boolean" || v.ToBoolean())
	}
	t.skipped, t.todo = set(skip), set(todo)
	if nodeerr.IsString(skip) {
		t.message = skip
	} else if nodeerr.IsString(todo) {
		t.message = todo
	}
	t.planned = bind.Property(opts, "plan")
	if bind.Truthy(bind.Property(opts, "only")) || forced == "only" || t.runOnly {
		t.diagnostics = append(t.diagnostics, "'only' and 'runOnly' require the --test-only command-line option.")
	}
	t.signal = r.dom.NewSignal()
	t.listen(err.ValidateAbortSignal(bind.Property(opts, "signal"), "options.signal"))
	t.context = r.h.Context.With(unitKey{}, t).With(hookKey{}, (*hook)(nil))
	if k == suiteKind {
		t.runOnly = false
		t.buildSuite()
	}
	return t
}

// timeout validates a timeout option; ok is false if there is none.
func (r *Room) timeout(v goja.Value) (ms float64, ok bool) {
	if bind.IsNullish(v) || nodeerr.IsNumber(v) && math.IsInf(v.ToFloat(), 1) {
		return 0, false
	}
	return r.h.Err.ValidateNumber(v, "options.timeout", 0, 1<<31-1), true
}

// listen cancels u when the signal of its options aborts.
func (u *unit) listen(signal *goja.Object) {
	u.outer = signal
	u.offAbort = func() {}
	if signal == nil {
		return
	}
	vm := u.r.vm
	abort := vm.ToValue(func(goja.FunctionCall) goja.Value { u.abortedOutside(); return goja.Undefined() })
	bind.Invoke(vm, signal, "addEventListener", bind.String("abort"), abort)
	u.offAbort = func() { bind.Invoke(vm, signal, "removeEventListener", bind.String("abort"), abort) }
}

func (u *unit) abortedOutside() {
	var o *goja.Object
	if u.outer != nil {
		o, _ = u.outer.Get("reason").(*goja.Object)
	}
	if o == nil {
		o = u.r.h.Err.Abort(nil)
	}
	o.Set("failureType", "testAborted")
	u.cancel(o)
}

// stopped cancels a unit whose signal has aborted and reports whether it has.
func (u *unit) stopped() bool {
	outside := u.outer != nil && bind.Truthy(u.outer.Get("aborted"))
	if !outside && !bind.Truthy(u.signal.Object().Get("aborted")) {
		return false
	}
	u.abortedOutside()
	return true
}

// cancel fails u, unless it ended or failed before; reason nil: its parent ended first.
func (u *unit) cancel(reason *goja.Object) {
	if !u.ended.IsZero() || u.failure != nil {
		return
	}
	if reason == nil {
		reason = u.r.failure("test did not finish before its parent and was cancelled", cancelledByParent)
	}
	u.fail(reason)
	u.cancelled = true
	u.r.dom.Abort(u.signal, goja.Undefined())
}

func (u *unit) fail(err *goja.Object) {
	if u.failure == nil {
		u.passed, u.failure = false, err
	}
}

func (u *unit) pass() { u.passed = u.failure == nil }

// fullName is the names from the outermost test on.
func (u *unit) fullName() string {
	name := u.name
	for p := u.parent; p != nil && p.parent != nil; p = p.parent {
		name = p.name + " > " + name
	}
	return name
}

// start runs u now or, if its parent has enough to do, later; done is called when it has ended.
func (u *unit) start(done func()) {
	h := u.r.harness
	if !h.open || float64(u.parent.active) >= u.parent.concurrency {
		u.parent.pending = append(u.parent.pending, waiting{u, done})
		return
	}
	u.run(done)
}

// runPending runs what waits, one after the other.
func (u *unit) runPending() {
	if len(u.pending) == 0 || float64(u.active) >= u.concurrency {
		return
	}
	next := u.pending[0]
	u.pending = u.pending[1:]
	next.unit.run(func() {
		next.done()
		u.runPending()
	})
}

// end settles u once its code has ended: what is left of its subtests is cancelled for the reason,
// and it is reported when it is its turn.
func (u *unit) end(reason *goja.Object) {
	if u.ended.IsZero() {
		u.ended = time.Now()
	}
	if u.begun.IsZero() {
		u.begun = u.ended
	}
	u.pending = nil
	failed := 0
	for _, t := range u.subtests {
		if !t.finished {
			t.cancel(reason)
			t.end(reason)
		}
		if !t.passed && !t.todo {
			failed++
		}
	}
	if (u.passed || u.parent == nil) && failed > 0 {
		text := bind.Int(failed).String() + " subtest"
		if failed > 1 {
			text += "s"
		}
		u.fail(u.r.failure(text+" failed", subtestsFailed))
	}
	if u.parent == nil {
		u.r.harness.summary()
		return
	}
	u.offAbort()
	if u.mock != nil {
		bind.Invoke(u.r.vm, u.mock, "reset")
	}
	p := u.parent
	p.active--
	p.ready[u.number] = u
	p.reportReady(false)
	p.runPending()
	if h := u.r.harness; p == h.root && p.active == 0 && len(p.pending) == 0 && len(p.ready) == 0 {
		h.afterAll(func() {})
	}
}

// reportReady reports the subtests that have ended, in order, if it is u's turn itself.
func (u *unit) reportReady(mayReport bool) {
	for n := len(u.ready); n > 0; n-- {
		t, ok := u.ready[u.turn]
		if !ok || !mayReport && !u.onTurn() {
			return
		}
		delete(u.ready, u.turn)
		t.reportReady(true)
		t.report()
		u.turn++
		t.finished = true
	}
}

func (u *unit) onTurn() bool {
	return u.parent == nil || u.parent.turn == u.number && u.parent.onTurn()
}

func (u *unit) duration() float64 {
	return float64(u.ended.Sub(u.begun).Nanoseconds()) / 1e6
}

// details are what an event says of u's end.
func (u *unit) details() (d details) {
	d = details{durationMs: u.duration(), suite: u.kind == suiteKind}
	message := bind.True
	if u.message != nil {
		message = u.message
	}
	switch {
	case u.skipped:
		d.skip = message
	case u.todo:
		d.todo = message
	}
	if !u.passed {
		d.failure = u.failure
	}
	return d
}

func (u *unit) report() {
	h := u.r.harness
	h.counters.count(u)
	if len(u.subtests) > 0 {
		h.emit(event{kind: planEvent, level: u.subtests[0].level, number: len(u.subtests)})
	} else {
		u.reportStart()
	}
	e := event{kind: passEvent, level: u.level, number: u.number, name: u.name, place: u.place, details: u.details()}
	if !u.passed {
		e.kind = failEvent
	}
	h.emit(e)
	for _, text := range u.diagnostics {
		h.emit(event{kind: diagnosticEvent, level: u.level, name: text})
	}
}

func (u *unit) reportStart() {
	if u.started || u.parent == nil {
		return
	}
	u.started = true
	u.parent.reportStart()
	u.r.harness.emit(event{kind: startEvent, level: u.level, name: u.name})
}

// stopAfter calls fn when the timeout is over, unless the returned function was called before. Like
// Node's it keeps no process alive.
func (r *Room) stopAfter(ms float64, fn func()) (stop func()) {
	d, _ := eventloop.RoundTimeout(ms)
	timer := r.h.Loop.SetTimeout(d, func() { r.h.Door.Enter(modules.Func(fn)) })
	timer.Unref()
	return timer.Stop
}

// hooks are the functions to run around the tests of a unit.
type hooks struct {
	before, after         []*hook
	beforeEach, afterEach []*hook
	ownAfterEach          int // how many of afterEach are the unit's own
}

func (h *hooks) inherit(up *hooks) {
	h.beforeEach, h.afterEach = slices.Clone(up.beforeEach), slices.Clone(up.afterEach)
}
