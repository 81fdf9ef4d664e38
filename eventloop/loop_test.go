package eventloop

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// transcript records the order of callbacks.
type transcript struct{ lines []string }

func (tr *transcript) add(s string) func() { return func() { tr.lines = append(tr.lines, s) } }

func (tr *transcript) want(t *testing.T, want string) {
	t.Helper()
	if got := strings.Join(tr.lines, " "); got != want {
		t.Errorf("order\n got %s\nwant %s", got, want)
	}
}

func run(t *testing.T, l *Loop) {
	t.Helper()
	if err := l.Run(); err != nil {
		t.Fatal(err)
	}
}

func TestRunPhaseOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		var tr transcript
		l.SetTimeout(time.Millisecond, func() {
			tr.add("timer")()
			l.SetImmediate(func() {
				tr.add("immediate")()
				l.SetImmediate(tr.add("immediate2"))
				l.SetTimeout(0, tr.add("timer0"))
			})
			l.NewHandle().Close(tr.add("close"))
			l.Post(tr.add("post"))
			l.Defer(Func(tr.add("deferred")))
			l.AtTurnEnd(Func(tr.add("turnend")))
		})
		run(t, l)
		tr.want(t, "timer turnend deferred post immediate close timer0 immediate2")
	})
}

func TestTimersRunByDueTimeThenStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		var tr transcript
		l.SetTimeout(2*time.Millisecond, tr.add("2a"))
		l.SetTimeout(time.Millisecond, tr.add("1a"))
		l.SetTimeout(2*time.Millisecond, tr.add("2b"))
		l.SetTimeout(time.Millisecond, tr.add("1b"))
		moved := l.SetTimeout(time.Millisecond, tr.add("moved"))
		l.SetTimeout(3*time.Millisecond, tr.add("3a"))
		moved.Start(3 * time.Millisecond)
		l.SetTimeout(3*time.Millisecond, tr.add("3b"))
		run(t, l)
		tr.want(t, "1a 1b 2a 2b 3a moved 3b")
	})
}

// The timers phase does not look at the clock again: a timer that becomes due in it waits until
// the immediates ran. Checked with Node v20.
func TestTimersPhaseTakesOnlyWhatWasDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		var tr transcript
		l.SetTimeout(time.Millisecond, func() {
			tr.add("A")()
			l.SetImmediate(tr.add("I"))
			<-time.After(6 * time.Millisecond) // busy, in the bubble's time
			l.UpdateTime()
		})
		l.SetTimeout(4*time.Millisecond, tr.add("B"))
		run(t, l)
		tr.want(t, "A I B")
	})
}

func TestTimerStoppedInSameBatchDoesNotRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		var tr transcript
		var b, c *Timer
		l.SetTimeout(time.Millisecond, func() { tr.add("a")(); b.Stop(); c.Disarm() })
		b = l.SetTimeout(time.Millisecond, tr.add("b"))
		c = l.SetTimeout(time.Millisecond, tr.add("c"))
		l.SetTimeout(time.Millisecond, tr.add("d"))
		run(t, l)
		tr.want(t, "a d")
	})
}

func TestIntervalIsMeasuredFromItsRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		var at []time.Duration
		var iv *Timer
		iv = l.SetInterval(10*time.Millisecond, func() {
			at = append(at, l.Now())
			<-time.After(6 * time.Millisecond)
			if len(at) == 3 {
				iv.Stop()
			}
		})
		run(t, l)
		want := []time.Duration{10e6, 20e6, 30e6}
		if !slices.Equal(at, want) {
			t.Errorf("ran at %v, want %v", at, want)
		}
	})
}

func TestTimerRefreshMovesAndRevives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		var at []time.Duration
		x := l.SetTimeout(10*time.Millisecond, func() { at = append(at, l.Now()) })
		l.SetTimeout(7*time.Millisecond, x.Refresh)
		l.SetTimeout(30*time.Millisecond, x.Refresh)
		run(t, l)
		want := []time.Duration{17e6, 40e6}
		if !slices.Equal(at, want) {
			t.Errorf("ran at %v, want %v", at, want)
		}
	})
}

func TestRoundTimeout(t *testing.T) {
	for _, c := range []struct {
		ms       float64
		d        time.Duration
		overflow bool
	}{
		{0, 1e6, false}, {-5, 1e6, false}, {0.5, 1e6, false}, {1.9, 1e6, false}, {2, 2e6, false},
		{math.NaN(), 1e6, false}, {math.Inf(1), 1e6, true}, {math.Inf(-1), 1e6, false},
		{1<<31 - 1, (1<<31 - 1) * 1e6, false}, {1 << 31, 1e6, true},
	} {
		if d, over := RoundTimeout(c.ms); d != c.d || over != c.overflow {
			t.Errorf("RoundTimeout(%v) = %v, %v; want %v, %v", c.ms, d, over, c.d, c.overflow)
		}
	}
}

func TestTimerHeapRandom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		const n = 500
		timers := make([]*Timer, n)
		state := uint32(1)
		random := func(n int) int { state = state*1664525 + 1013904223; return int(state>>8) % n }
		var last time.Duration
		fired := 0
		for i := range timers {
			timers[i] = new(Timer)
			timers[i].Init(l, Func(func() {
				if timers[i].Due() != l.Now() || l.Now() < last {
					t.Errorf("timer %d due %v ran at %v after %v", i, timers[i].Due(), l.Now(), last)
				}
				last = l.Now()
				fired++
				for range 3 {
					o := timers[random(n)]
					switch random(4) {
					case 0:
						o.Stop()
					case 1:
						o.Disarm()
					default:
						if fired < 5*n {
							o.Start(time.Duration(1+random(100)) * time.Millisecond)
						}
					}
				}
			}))
			timers[i].Start(time.Duration(1+random(100)) * time.Millisecond)
		}
		run(t, l)
		if l.refs != 0 || fired < n {
			t.Errorf("refs %d, fired %d", l.refs, fired)
		}
	})
}

func TestAliveByKind(t *testing.T) {
	l := New(Options{})
	defer l.Close()
	check := func(what string, want bool) {
		t.Helper()
		if got := l.Alive(); got != want {
			t.Errorf("%s: alive = %v, want %v", what, got, want)
		}
	}
	check("new", false)
	tm := l.SetTimeout(time.Hour, func() {})
	check("timer", true)
	tm.Unref()
	check("timer unref", false)
	tm.Ref()
	check("timer ref", true)
	tm.Stop()
	check("timer stopped", false)
	im := l.SetImmediate(func() {})
	check("immediate", true)
	im.Unref()
	check("immediate unref", false)
	im.Ref()
	im.Clear()
	im.Clear()
	check("immediate cleared", false)
	h := l.NewHandle()
	check("handle", true)
	h.Unref()
	check("handle unref", false)
	h.Ref()
	h.SetActive(false)
	check("handle inactive", false)
	h.Unref()
	h.Close(nil)
	check("handle closing", true)
	run(t, l)
	check("handle closed", false)
	p := l.Reserve()
	check("reservation", true)
	p.Unref()
	check("reservation unref", false)
	p.Ref()
	p.Done(nil)
	check("reservation done, not delivered", true)
	run(t, l)
	check("reservation delivered", false)
	l.Post(func() {})
	check("post", false)
}

func TestRunAgainAfterMoreWork(t *testing.T) {
	l := New(Options{})
	defer l.Close()
	var tr transcript
	run(t, l)
	l.SetImmediate(tr.add("one"))
	run(t, l)
	l.SetImmediate(tr.add("two"))
	run(t, l)
	tr.want(t, "one two")
}

func TestStopKeepsTheRestForLater(t *testing.T) {
	l := New(Options{})
	defer l.Close()
	var tr transcript
	for i := range 3 {
		l.SetImmediate(func() { tr.add(fmt.Sprint("i", i))(); l.Stop() })
		l.Begin()(func() { tr.add(fmt.Sprint("p", i))(); l.Stop() })
	}
	for range 6 {
		run(t, l)
		tr.lines = append(tr.lines, "|")
	}
	if l.Alive() {
		t.Error("still alive")
	}
	tr.want(t, "p0 | p1 | p2 | i0 | i1 | i2 |")
}

func TestStopBeforeRunStopsTheNext(t *testing.T) {
	l := New(Options{})
	defer l.Close()
	var tr transcript
	l.SetImmediate(tr.add("x"))
	l.Stop()
	run(t, l)
	tr.want(t, "")
	run(t, l)
	tr.want(t, "x")
}

func TestPanicLeavesTheLoopUsable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		var tr transcript
		boom := func(s string) func() { return func() { tr.add(s)(); panic(s) } }
		n := 0
		var iv *Timer
		iv = l.SetInterval(time.Millisecond, func() {
			if n++; n == 2 {
				iv.Stop()
			}
			boom("interval")()
		})
		l.SetTimeout(time.Millisecond, boom("timer"))
		l.SetImmediate(boom("immediate"))
		l.Begin()(boom("post"))
		l.NewHandle().Close(boom("close"))
		l.Defer(Func(boom("deferred")))
		panics := 0
		for l.Alive() {
			func() {
				defer func() {
					if recover() != nil {
						panics++
					}
				}()
				_ = l.Run()
			}()
		}
		if panics != 7 {
			t.Errorf("%d panics, want 7", panics)
		}
		tr.want(t, "deferred post immediate close interval timer interval")
	})
}

func TestImmediateClearedInsideThePhase(t *testing.T) {
	l := New(Options{})
	defer l.Close()
	var tr transcript
	var b *Immediate
	l.SetImmediate(func() { tr.add("a")(); b.Clear() })
	b = l.SetImmediate(tr.add("b"))
	l.SetImmediate(tr.add("c"))
	run(t, l)
	tr.want(t, "a c")
}

func TestUnrefdImmediateDoesNotKeepTheLoopFromSleeping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		var at time.Duration = -1
		l.SetImmediate(func() { at = l.Now() }).Unref()
		l.SetTimeout(time.Second, func() {})
		run(t, l)
		if at != time.Second {
			t.Errorf("ran at %v, want after the sleep", at)
		}
	})
}

func TestDoneTwicePanics(t *testing.T) {
	l := New(Options{})
	defer l.Close()
	done := l.Begin()
	done(nil)
	defer func() {
		if r := fmt.Sprint(recover()); !strings.Contains(r, "BUG") {
			t.Errorf("recovered %v", r)
		}
	}()
	done(nil)
}

func TestTurnEndRunsInsideALongBatch(t *testing.T) {
	l := New(Options{})
	defer l.Close()
	var runs, seen []int
	for i := range 2*turnEndBatch + 3 {
		l.Begin()(func() {
			seen = append(seen, i)
			l.AtTurnEnd(Func(func() {
				if n := len(seen); len(runs) == 0 || runs[len(runs)-1] != n {
					runs = append(runs, n)
				}
			}))
		})
	}
	run(t, l)
	if want := []int{turnEndBatch, 2 * turnEndBatch, 2*turnEndBatch + 3}; !slices.Equal(runs, want) {
		t.Errorf("turn ends after %v tasks, want %v", runs, want)
	}
}

func TestWorkIsBoundedCancelledAndDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{Workers: 2})
		var running, most atomic.Int32
		got := 0
		var works []*Work
		for range 6 {
			works = append(works, l.Work(func() func() {
				most.Store(max(most.Load(), running.Add(1)))
				<-time.After(time.Second)
				running.Add(-1)
				return func() { got++ }
			}))
		}
		synctest.Wait()
		if !works[5].Cancel() || works[5].Cancel() || works[0].Cancel() {
			t.Error("cancel: want the last cancelled once, the first not")
		}
		run(t, l)
		if got != 5 || most.Load() != 2 {
			t.Errorf("delivered %d by %d workers, want 5 by 2", got, most.Load())
		}
		synctest.Wait()
		if l.work.workers != 0 {
			t.Errorf("%d idle workers", l.work.workers)
		}
		l.Close()
	})
}

// fakePoller jumps over time and records the waits.
type fakePoller struct {
	waits  []bool // deadline given?
	before func(deadline time.Time)
}

func (p *fakePoller) Wake()  {}
func (p *fakePoller) Yield() {}
func (p *fakePoller) Wait(deadline time.Time, block bool) []Task {
	if block {
		p.waits = append(p.waits, !deadline.IsZero())
		p.before(deadline)
	}
	return nil
}

func TestPollerIsAskedOnlyWhenThereIsNothingToDo(t *testing.T) {
	p := &fakePoller{}
	l := New(Options{Poller: p})
	defer l.Close()
	done := l.Begin()
	p.before = func(deadline time.Time) {
		if deadline.IsZero() {
			done(nil)
			return
		}
		for time.Now().Before(deadline) { // a real millisecond
		}
	}
	l.SetImmediate(func() {})
	l.SetTimeout(time.Millisecond, func() {})
	run(t, l)
	if !slices.Equal(p.waits, []bool{true, false}) {
		t.Errorf("waits with deadline: %v", p.waits)
	}
}

type resource struct{ closed int }

func (r *resource) CloseNow() { r.closed++ }

func TestCloseEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		var owned, disowned resource
		l.Own(&owned)
		l.Own(&disowned)
		l.Disown(&disowned)
		quit := make(chan struct{})
		l.Go(func() { <-quit })
		l.SetTimeout(time.Hour, func() { t.Error("ran after Close") })
		var result error
		go func() { result = l.Run() }()
		synctest.Wait()
		go func() { close(quit) }()
		go l.Close()
		l.Close()
		synctest.Wait()
		if result != ErrClosed || l.Run() != ErrClosed {
			t.Errorf("Run returned %v", result)
		}
		l.Post(func() { t.Error("ran after Close") })
		if l.Go(func() {}) {
			t.Error("Go after Close")
		}
		if owned.closed != 1 || disowned.closed != 0 {
			t.Errorf("closed %d and %d times", owned.closed, disowned.closed)
		}
	})
}

func TestPostBeginCloseHammer(t *testing.T) {
	for round := range 20 {
		l := New(Options{})
		keep := l.Begin()
		const senders, each = 8, 200
		var wg sync.WaitGroup
		got := make([]int, senders)
		for s := range senders {
			wg.Go(func() {
				for i := range each {
					check := func() {
						if got[s] != i {
							t.Errorf("sender %d: got %d, want %d", s, i, got[s])
						}
						got[s]++
					}
					switch i % 3 {
					case 0:
						l.Post(check)
					case 1:
						l.Begin()(check)
					default:
						l.Work(func() func() { return nil })
						l.Post(check)
					}
				}
			})
		}
		closed := make(chan struct{})
		go func() {
			if round%2 == 0 {
				wg.Wait()
				keep(nil)
			}
			close(closed)
			if round%2 == 1 {
				l.Close()
			}
		}()
		err := l.Run()
		<-closed
		wg.Wait()
		l.Close()
		if round%2 == 0 {
			if err != nil {
				t.Fatal(err)
			}
			for s, n := range got {
				if n != each {
					t.Errorf("sender %d: %d of %d", s, n, each)
				}
			}
		}
	}
}

type countTask struct{ n int }

func (c *countTask) Run() { c.n++ }

func TestPostTaskDoesNotAllocate(t *testing.T) {
	if invariants {
		t.Skip("AssertOn allocates")
	}
	l := New(Options{})
	defer l.Close()
	var task countTask
	stop := Func(l.Stop)
	keep := l.NewHandle()
	defer keep.Close(nil)
	var timer Timer
	timer.Init(l, &task)
	turn := func() {
		for range 100 {
			l.PostTask(&task)
		}
		l.AtTurnEnd(&task)
		timer.Start(time.Hour)
		l.PostTask(stop)
		if err := l.Run(); err != nil {
			t.Fatal(err)
		}
	}
	turn()
	// Run itself makes one channel.
	if n := testing.AllocsPerRun(100, turn); n > 1 {
		t.Errorf("%v allocations for 100 posted tasks", n)
	}
}

// What AtReturn was asked for runs last, also when a callback panics; the ends of turns that Stop cut off run
// before it.
func TestAtReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(Options{})
		defer l.Close()
		var tr transcript
		l.AtReturn(Func(tr.add("return")))
		l.SetImmediate(func() {
			l.AtTurnEnd(Func(tr.add("turn end")))
			l.Stop()
		})
		run(t, l)
		l.SetImmediate(func() { panic("oh") })
		func() {
			defer func() { tr.add(fmt.Sprint(recover()))() }()
			l.Run()
		}()
		tr.want(t, "turn end return return oh")
	})
}
