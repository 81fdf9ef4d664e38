package eventloop

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// turnEndBatch is how many tasks of one poll phase run before the turn-end tasks run in between.
// Smaller and sockets write more often than needed; larger and the first answer of a long batch
// waits for the last request of it. Measured on the HTTP prototype: 16 is flat from 8 to 32.
const turnEndBatch = 16

// defaultWorkers is Node's UV_THREADPOOL_SIZE.
const defaultWorkers = 4

// ErrClosed is what Run returns once Close was called.
var ErrClosed = errors.New("eventloop: closed")

// Task is work for the loop goroutine. An implementation on a pointer costs no allocation to post,
// where a closure costs one.
type Task interface{ Run() }

// Func makes a Task of a function; the conversion does not allocate.
type Func func()

// Run calls f.
func (f Func) Run() { f() }

// Options configures New. The zero value works.
type Options struct {
	// Workers bounds the goroutines that run Work at one time. Default 4, as Node.
	Workers int
	// Poller waits for the outside world, and belongs to the loop. Default: a channel and a
	// time.Timer.
	Poller Poller
	// Clock is where time comes from. Default: the system.
	Clock Clock
	// Warn receives notes for the user that are no errors, as process.emitWarning would:
	// kind is a name such as "TimeoutOverflowWarning". Called on any goroutine. Default: dropped.
	Warn func(kind, msg string)
}

// Clock is a time of the embedder's, for runs that are to be the same each time. Sockets keep to the
// system's: what counts is what timers see.
type Clock interface {
	// Now is the time; it must not run backwards. Any goroutine.
	Now() time.Time
	// Sleep is called when a loop has nothing to do before at, the time of its next timer. It must see to
	// it that wake is called when Now has come to at; stop ends that. quiet says that nothing but its
	// timers can wake the loop: a clock of made-up time may move to at there and then. wake may be called
	// at any time, from any goroutine, once or more often. Loop goroutine.
	Sleep(at time.Time, quiet bool, wake func()) (stop func())
}

// Resource is something outside the loop that Close must end: a socket, a listener. See Own.
type Resource interface {
	// CloseNow frees the resource and makes its goroutines end. It is called by Close after the
	// last callback ran, on Close's goroutine, and must neither block nor use the loop.
	CloseNow()
}

// Loop is one event loop. See the package comment for its phases and for who may call what.
type Loop struct {
	// Immutable after New.
	poller  Poller
	clock   Clock // nil: the system's
	warn    func(kind, msg string)
	start   time.Time
	workers int

	// AroundImmediates, if set before the loop runs, is called in the place of the immediates of each
	// turn, to do something before and after them; run runs them.
	AroundImmediates func(run func())

	// HandlesChanged, if set before the loop runs, is told how many handles are open when that changes.
	HandlesChanged func(open int)

	// Loop goroutine.
	now         time.Duration // cached time since start
	sleptAt     time.Duration // when block last began to wait; 0: it did not, or that is counted
	idle        time.Duration
	inTimers    bool
	timersUntil time.Duration // in the timers phase: its time
	timers      timerHeap
	seq         uint64 // of the last timer started
	timersSet   int    // active timers
	handles     int    // open handles, active or not
	refs        int    // ref'd timers, ref'd active handles, closing handles
	immRefs     int    // ref'd immediates in either queue
	imms        immediateQueue
	immsNow     immediateQueue // taken by the running immediates phase
	deferred    taskQueue
	batch       taskQueue // posts taken by the running poll phase
	turnEnd     taskQueue
	returns     []Task // of AtReturn
	closing     []*Handle
	resources   map[Resource]struct{}
	values      map[any]any
	owner       ownerID
	yielded     time.Duration // to Go's scheduler

	// Any goroutine; atomic.
	pending     atomic.Int64 // ref'd reservations not yet delivered
	undelivered atomic.Int64 // all of them
	stopping    atomic.Bool
	closed      atomic.Bool

	// Any goroutine; guarded by mu.
	mu       sync.Mutex
	posts    []Task
	sleeping bool          // the loop is, or is about to be, inside poller.Wait
	running  chan struct{} // non-nil while Run is active, then closed
	gone     chan struct{} // non-nil once Close began, closed when it is through

	work       workQueue
	goroutines sync.WaitGroup
}

// New returns a loop that is not running. Its clock starts now, at 0.
func New(o Options) *Loop {
	l := &Loop{
		poller:    o.Poller,
		warn:      o.Warn,
		workers:   o.Workers,
		clock:     o.Clock,
		resources: make(map[Resource]struct{}),
		values:    make(map[any]any),
	}
	l.start = l.clockNow()
	if l.poller == nil {
		l.poller = newChanPoller()
	}
	if l.workers <= 0 {
		l.workers = defaultWorkers
	}
	return l
}

// Run makes turns until nothing is alive or Stop was called, and returns nil; it may then be called
// again. A panic of a callback leaves through Run; what was due after it is still due in the next
// Run.
//
// # Errors
//
// ErrClosed once Close was called.
func (l *Loop) Run() error {
	l.mu.Lock()
	if l.running != nil {
		l.mu.Unlock()
		panic("BUG: eventloop: Run called while Run is active")
	}
	if l.gone != nil {
		l.mu.Unlock()
		return ErrClosed
	}
	l.running = make(chan struct{})
	l.mu.Unlock()
	l.owner.acquire()
	defer l.leave()

	l.runTurnEnd() // of what ran before Run
	l.UpdateTime()
	if l.Alive() && !l.halted() {
		l.runTimers()
	}
	for l.Alive() && !l.halted() {
		l.runDeferred()
		l.runPoll()
		l.runImmediates()
		l.runClosing()
		l.UpdateTime()
		l.runTimers()
	}
	l.runTurnEnd() // of the phase that Stop was called in
	l.stopping.Store(false)
	if l.closed.Load() {
		return ErrClosed
	}
	return nil
}

// leave ends a Run, by return or by panic.
func (l *Loop) leave() {
	for _, t := range l.returns {
		t.Run()
	}
	l.inTimers = false
	l.owner.release()
	l.mu.Lock()
	close(l.running)
	l.running = nil
	l.sleeping = false
	l.mu.Unlock()
}

// halted reports that no further callback may run in this Run.
func (l *Loop) halted() bool { return l.stopping.Load() || l.closed.Load() }

// Alive reports whether something keeps the loop running; the package comment lists what can.
func (l *Loop) Alive() bool {
	return l.refs > 0 || l.immRefs > 0 || l.deferred.len() > 0 || len(l.closing) > 0 || l.pending.Load() > 0
}

// Now is the time since New as it was when the turn last looked: cheap, and the same for all
// callbacks of a phase. Timers are measured from it.
func (l *Loop) Now() time.Duration { return l.now }

// UpdateTime reads the clock into Now. The loop does so before timers and after it polled; a
// callback that was busy for long may do so before it starts a timer.
func (l *Loop) UpdateTime() {
	if l.clock != nil {
		l.now = max(l.clock.Now().Sub(l.start), l.now)
		return
	}
	l.now = time.Since(l.start)
}

func (l *Loop) clockNow() time.Time {
	if l.clock != nil {
		return l.clock.Now()
	}
	return time.Now()
}

// Idle is how long the loop has slept for want of anything to do.
func (l *Loop) Idle() time.Duration { return l.idle }

// Warn hands a note to Options.Warn. Any goroutine.
func (l *Loop) Warn(kind, msg string) {
	if l.warn != nil {
		l.warn(kind, msg)
	}
}

// Post runs fn on the loop goroutine in the next poll phase. Posts of one goroutine run in order.
// A post does not keep the loop alive, and after Close it is dropped. Any goroutine.
func (l *Loop) Post(fn func()) { l.PostTask(Func(fn)) }

// PostTask is Post without a closure. Any goroutine.
func (l *Loop) PostTask(t Task) {
	l.mu.Lock()
	if l.gone != nil {
		l.mu.Unlock()
		return
	}
	l.posts = append(l.posts, t)
	// One wake-up serves all posts until the loop sleeps again.
	wake := l.sleeping
	l.sleeping = false
	l.mu.Unlock()
	if wake {
		l.poller.Wake()
	}
}

// Defer runs t in the next pending phase, that is, before the loop polls again, and keeps the loop
// alive until then. It is the way to deliver, never inside the caller, what is known at once.
func (l *Loop) Defer(t Task) {
	AssertOn(l)
	l.deferred.push(t)
}

// AtTurnEnd runs t once, after the poll batch at hand or at latest when the current phase ends,
// and always before the loop sleeps. A task that wants every turn asks every turn.
func (l *Loop) AtTurnEnd(t Task) {
	AssertOn(l)
	l.turnEnd.push(t)
}

// AtReturn runs t whenever Run is about to return, last, and still when it panics: the process may end
// with Run, and what others have in hand for the loop with it.
func (l *Loop) AtReturn(t Task) {
	AssertOn(l)
	l.returns = append(l.returns, t)
}

// Stop makes the running Run, or if there is none the next, return after the current callback.
// What is due stays due. Any goroutine.
func (l *Loop) Stop() {
	l.stopping.Store(true)
	l.wake()
}

// wake ends a sleep, now or if it is about to begin.
func (l *Loop) wake() {
	l.mu.Lock()
	l.sleeping = false
	l.mu.Unlock()
	l.poller.Wake()
}

// Closed reports whether Close was called. Any goroutine.
func (l *Loop) Closed() bool { return l.closed.Load() }

// Handles is how many handles are open: sockets, servers, watchers, children.
func (l *Loop) Handles() int { return l.handles }

// Timers is how many timers are active and immediates wait.
func (l *Loop) Timers() int { return l.timersSet + l.imms.n + l.immsNow.n }

// AddHandles counts what will become a handle, or has ended before it was one: a connection under way.
func (l *Loop) AddHandles(n int) { l.countHandles(n) }

// Poller returns what Options.Poller was, or the default.
func (l *Loop) Poller() Poller { return l.poller }

// Own makes Close call r.CloseNow, until Disown.
func (l *Loop) Own(r Resource) {
	AssertOn(l)
	l.resources[r] = struct{}{}
}

// Disown forgets r.
func (l *Loop) Disown(r Resource) { delete(l.resources, r) }

// Value returns what SetValue stored under key, or nil: one thing a package keeps for each loop.
func (l *Loop) Value(key any) any { return l.values[key] }

// SetValue stores v for Value. key should have a type of the caller's package.
func (l *Loop) SetValue(key, v any) {
	AssertOn(l)
	l.values[key] = v
}

// Go starts a goroutine that Close waits for. fn must end soon after the Resource it serves was
// closed. After Close fn is not started and Go reports false. Any goroutine.
func (l *Loop) Go(fn func()) bool {
	l.mu.Lock()
	if l.gone != nil {
		l.mu.Unlock()
		return false
	}
	l.goroutines.Go(fn)
	l.mu.Unlock()
	return true
}

// Close stops the loop after the current callback, closes every owned Resource, waits for the
// goroutines that the loop started (a running Work included: it cannot be interrupted), and returns.
// Nothing runs afterwards: queued callbacks are dropped, posts and done are ignored.
//
// Any goroutine, but not inside a callback, since it waits for that callback: Stop there and Close
// after Run. A second Close waits for the first.
func (l *Loop) Close() {
	l.mu.Lock()
	if l.gone != nil {
		gone := l.gone
		l.mu.Unlock()
		<-gone
		return
	}
	if l.running != nil && l.owner.mine() {
		l.mu.Unlock()
		panic("BUG: eventloop: Close called inside a callback")
	}
	l.gone = make(chan struct{})
	l.closed.Store(true)
	l.posts = nil
	running := l.running
	l.mu.Unlock()
	l.work.drop()
	l.wake()
	if running != nil {
		<-running
	}
	for r := range l.resources {
		r.CloseNow()
	}
	l.goroutines.Wait()
	if c, ok := l.poller.(interface{ Close() }); ok {
		c.Close()
	}
	clear(l.resources)
	l.timers = nil
	l.imms, l.immsNow = immediateQueue{}, immediateQueue{}
	l.batch, l.deferred, l.turnEnd = taskQueue{}, taskQueue{}, taskQueue{}
	l.closing = nil
	close(l.gone)
}

// runDeferred is the pending phase.
func (l *Loop) runDeferred() {
	for n := l.deferred.len(); n > 0 && !l.halted(); n-- {
		l.deferred.pop().Run()
	}
	l.runTurnEnd()
}

// yieldEvery is how often the loop goroutine goes through Go's scheduler. Who runs for 10 ms without doing so is to
// be stopped; one that is in a system call at every look, as a loop with little to do, loses its processor at each,
// which goes to another thread: up to 5,000 times a second, and 3 % of what a busy server takes.
const yieldEvery = 5 * time.Millisecond

// runPoll takes the posts, waits for one if nothing else is to be done, and runs them.
func (l *Loop) runPoll() {
	if l.now-l.yielded >= yieldEvery {
		l.yielded = l.now
		runtime.Gosched()
	}
	if l.batch.len() == 0 && !l.take() && l.mayBlock() {
		l.poller.Yield()
		if !l.take() {
			l.block()
		}
	} else {
		ready := l.poller.Wait(time.Time{}, false)
		if l.batch.len() == 0 {
			l.take()
		}
		l.batch.pushAll(ready)
	}
	l.UpdateTime()
	if l.sleptAt > 0 {
		l.idle += l.now - l.sleptAt
		l.sleptAt = 0
	}
	for n := 1; l.batch.len() > 0 && !l.halted(); n++ {
		l.batch.pop().Run()
		if n%turnEndBatch == 0 {
			l.runTurnEnd()
		}
	}
	l.runTurnEnd()
}

// quiet reports that nothing but timers can end a sleep, as far as the loop knows: who will post holds a
// handle or a reservation.
func (l *Loop) quiet() bool { return l.handles == 0 && l.undelivered.Load() == 0 }

// take moves the posts into the empty batch and reports whether there are any.
func (l *Loop) take() bool {
	l.mu.Lock()
	l.takeLocked()
	l.mu.Unlock()
	return l.batch.len() > 0
}

// takeLocked swaps posts and batch, so that both keep their memory. l.mu must be held.
func (l *Loop) takeLocked() {
	if len(l.posts) == 0 {
		return
	}
	l.posts = l.batch.reset(l.posts)
}

// mayBlock reports whether this turn has nothing to do but wait.
func (l *Loop) mayBlock() bool {
	return l.immRefs == 0 && l.deferred.len() == 0 && len(l.closing) == 0 && l.Alive() && !l.halted()
}

// block sleeps until a post, a wake-up or the next timer, and takes what was posted.
func (l *Loop) block() {
	deadline, ok := l.nextTimer()
	if ok && deadline <= l.now {
		ready := l.poller.Wait(time.Time{}, false)
		l.take()
		l.batch.pushAll(ready)
		return
	}
	var at time.Time
	if ok {
		at = l.start.Add(deadline)
	}
	l.mu.Lock()
	l.takeLocked()
	if l.batch.len() > 0 || l.halted() {
		l.mu.Unlock()
		return
	}
	l.sleeping = true
	l.mu.Unlock()
	l.sleptAt = l.clockNow().Sub(l.start)
	var ready []Task
	if ok && l.clock != nil {
		stop := l.clock.Sleep(at, l.quiet(), l.poller.Wake)
		ready = l.poller.Wait(time.Time{}, true)
		stop()
	} else {
		ready = l.poller.Wait(at, true)
	}
	l.mu.Lock()
	l.sleeping = false
	l.takeLocked()
	l.mu.Unlock()
	l.batch.pushAll(ready)
}

// runTurnEnd runs the AtTurnEnd tasks, also those they add.
func (l *Loop) runTurnEnd() {
	for l.turnEnd.len() > 0 && !l.closed.Load() {
		l.turnEnd.pop().Run()
	}
}
