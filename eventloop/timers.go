package eventloop

import "time"

// maxTimeoutMs is the longest delay a timer of Node can have, about 24.8 days.
const maxTimeoutMs = 1<<31 - 1

// RoundTimeout turns a delay as JavaScript gives it, in milliseconds, into Node's: a fraction is
// cut off; less than 1, NaN and more than 2³¹−1 become 1 ms. overflow reports the last case, for
// which Node emits a TimeoutOverflowWarning.
//
// Node v20 lib/internal/timers.js, class Timeout.
func RoundTimeout(ms float64) (d time.Duration, overflow bool) {
	if ms > maxTimeoutMs {
		return time.Millisecond, true
	}
	if !(ms >= 1) { // also NaN
		return time.Millisecond, false
	}
	return time.Duration(ms) * time.Millisecond, false
}

// Timer runs a task once after a delay, or, with Repeat, again and again. The zero Timer becomes
// usable by Init; it is made for being embedded and started often: to move its due time later is
// O(1) and does not touch the heap.
//
// All methods belong to the loop goroutine. A Timer must not be copied once it was started.
type Timer struct {
	loop   *Loop
	task   Task
	due    time.Duration // loop time, if active
	delay  time.Duration // of the last Start
	repeat bool
	seq    uint64 // order of start among equal due times
	slot   int    // 1 + index in the heap; 0: not there
	active bool
	unref  bool
}

// SetTimeout starts a new timer that runs fn once after d.
func (l *Loop) SetTimeout(d time.Duration, fn func()) *Timer {
	t := new(Timer)
	t.Init(l, Func(fn))
	t.Start(d)
	return t
}

// SetInterval starts a new timer that runs fn every d.
func (l *Loop) SetInterval(d time.Duration, fn func()) *Timer {
	t := new(Timer)
	t.Init(l, Func(fn))
	t.Repeat(d)
	return t
}

// Init ties t to its loop and its task. It does not allocate if task is a pointer.
func (t *Timer) Init(l *Loop, task Task) {
	t.loop, t.task = l, task
}

// Start makes t due once, d after Loop.Now; if it was active its old due time is forgotten. A timer
// that is started with d ≤ 0 inside the timers phase runs in the next turn.
//
// Node reads the clock for every setTimeout: who wants the same calls Loop.UpdateTime before.
func (t *Timer) Start(d time.Duration) {
	t.repeat = false
	t.start(t.loop.now, d)
}

// Repeat makes t due every d: after each run it is started again, d after Loop.Now as it was when
// that run began. A slow task delays the next run but never makes runs pile up.
func (t *Timer) Repeat(d time.Duration) {
	t.repeat = true
	t.start(t.loop.now, d)
}

// Refresh starts t again with the delay it had last, active or not, as timeout.refresh().
func (t *Timer) Refresh() { t.start(t.loop.now, t.delay) }

// Stop makes sure that t does not run, even if it is due in the phase at hand.
func (t *Timer) Stop() {
	t.Disarm()
	t.repeat = false
	if t.slot > 0 {
		t.loop.timers.remove(t.slot - 1)
	}
}

// Disarm is Stop in O(1): t stays in the heap, and is kept in memory, until its former due time.
// It is for a timer that is started and stopped for every request; Stop it in the end.
func (t *Timer) Disarm() {
	if !t.active {
		// A repeating timer is inactive while it runs: this must end it as well.
		t.repeat = false
		return
	}
	AssertOn(t.loop)
	t.active = false
	t.loop.timersSet--
	if !t.unref {
		t.loop.refs--
	}
}

// Active reports whether t will run.
func (t *Timer) Active() bool { return t.active }

// Due is the time, on the clock of Loop.Now, at which an active timer will run.
func (t *Timer) Due() time.Duration { return t.due }

// Ref lets an active t keep the loop alive, which is the default.
func (t *Timer) Ref() { t.setRef(true) }

// Unref lets the loop end although t is active.
func (t *Timer) Unref() { t.setRef(false) }

// HasRef reports whether an active t keeps the loop alive.
func (t *Timer) HasRef() bool { return !t.unref }

func (t *Timer) setRef(ref bool) {
	if t.unref == !ref {
		return
	}
	t.unref = !ref
	if t.active && ref {
		t.loop.refs++
	} else if t.active {
		t.loop.refs--
	}
}

func (t *Timer) start(from, d time.Duration) {
	l := t.loop
	AssertOn(l)
	t.delay = d
	if !t.active {
		t.active = true
		l.timersSet++
		if !t.unref {
			l.refs++
		}
	}
	t.due = from + max(d, 0)
	if l.inTimers {
		// Not in this phase, or a timer that restarts itself would never let go.
		t.due = max(t.due, l.timersUntil+1)
	}
	l.seq++
	t.seq = l.seq
	switch {
	case t.slot == 0:
		l.timers.push(t)
	case t.due < l.timers[t.slot-1].due:
		l.timers.fix(t.slot - 1)
	}
	// Otherwise the heap has t too early: it is put right when it comes to the top.
}

// nextTimer returns the time at which the loop must look at its timers again. It may be too early,
// when the first timer was moved later.
func (l *Loop) nextTimer() (due time.Duration, ok bool) {
	for len(l.timers) > 0 && !l.timers[0].t.active {
		l.timers.remove(0)
	}
	if len(l.timers) == 0 {
		return 0, false
	}
	return l.timers[0].due, true
}

// runTimers runs the timers that are due at the cached time, by due time and then by start.
// What becomes due while they run waits for the next turn, as in Node v20 (checked with it), even
// if a callback moves the cached time.
func (l *Loop) runTimers() {
	l.inTimers, l.timersUntil = true, l.now
	for len(l.timers) > 0 && l.timers[0].due <= l.timersUntil && !l.halted() {
		t := l.timers[0].t
		if t.active && (t.due != l.timers[0].due || t.seq != l.timers[0].seq) {
			l.timers.fix(0)
			continue
		}
		l.timers.remove(0)
		if t.active {
			l.fire(t)
		}
	}
	l.inTimers = false
	l.runTurnEnd()
}

// fire runs t, which has left the heap.
func (l *Loop) fire(t *Timer) {
	t.active = false
	l.timersSet--
	if !t.unref {
		l.refs--
	}
	if !t.repeat {
		t.task.Run()
		return
	}
	// Deferred, so that an interval outlives a panic of its task. If the task started t itself, or
	// stopped it, that stands.
	defer func(began time.Duration, seq uint64) {
		if t.repeat && !t.active && t.seq == seq {
			t.start(began, t.delay)
		}
	}(l.now, t.seq)
	t.task.Run()
}

// timerHeap is a binary heap by (due, seq). A slot holds copies of both as they were when the timer
// was put there: the timer's own may have moved later since.
type timerHeap []timerSlot

type timerSlot struct {
	due time.Duration
	seq uint64
	t   *Timer
}

func (s *timerSlot) before(o *timerSlot) bool {
	return s.due < o.due || s.due == o.due && s.seq < o.seq
}

func (h *timerHeap) push(t *Timer) {
	*h = append(*h, timerSlot{t.due, t.seq, t})
	t.slot = len(*h)
	h.up(len(*h) - 1)
}

// fix reads the timer in slot i again and moves it to its place.
func (h *timerHeap) fix(i int) {
	s := &(*h)[i]
	s.due, s.seq = s.t.due, s.t.seq
	if !h.down(i) {
		h.up(i)
	}
}

func (h *timerHeap) remove(i int) {
	old := *h
	last := len(old) - 1
	old[i].t.slot = 0
	moved := old[last]
	old[last] = timerSlot{}
	*h = old[:last]
	if i == last {
		return
	}
	old[i] = moved
	moved.t.slot = i + 1
	if !h.down(i) {
		h.up(i)
	}
}

func (h *timerHeap) up(i int) {
	s := *h
	for i > 0 {
		parent := (i - 1) / 2
		if !s[i].before(&s[parent]) {
			return
		}
		h.swap(i, parent)
		i = parent
	}
}

// down reports whether slot i moved.
func (h *timerHeap) down(i int) bool {
	s := *h
	from := i
	for {
		least := 2*i + 1
		if least >= len(s) {
			break
		}
		if right := least + 1; right < len(s) && s[right].before(&s[least]) {
			least = right
		}
		if !s[least].before(&s[i]) {
			break
		}
		h.swap(i, least)
		i = least
	}
	return i != from
}

func (h *timerHeap) swap(i, j int) {
	s := *h
	s[i], s[j] = s[j], s[i]
	s[i].t.slot, s[j].t.slot = i+1, j+1
}
