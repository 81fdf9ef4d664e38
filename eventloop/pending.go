package eventloop

import "sync/atomic"

// Pending is a reservation: one result that will come from outside keeps the loop alive until it
// was delivered. See Begin for the short form.
type Pending struct {
	loop *Loop
	task Task

	// Any goroutine; atomic.
	done atomic.Bool

	// Loop goroutine.
	unref     bool
	delivered bool
}

// Begin reserves the delivery of one result: the loop stays alive until done was called and its fn
// ran. done runs fn on the loop goroutine in the poll phase; fn may be nil. It may be called from
// any goroutine, must be called exactly once, and panics on the second call; after Close it does
// nothing. Any goroutine, but only the loop goroutine, or a holder of another reservation, knows
// that the loop has not ended meanwhile.
func (l *Loop) Begin() (done func(fn func())) { return l.Reserve().Done }

// Reserve is Begin for those who need Ref and Unref, or deliver a Task. Any goroutine.
func (l *Loop) Reserve() *Pending {
	l.pending.Add(1)
	l.undelivered.Add(1)
	return &Pending{loop: l}
}

// Done delivers: fn, unless nil, runs on the loop goroutine. A second call panics. Any goroutine.
func (p *Pending) Done(fn func()) {
	if fn == nil {
		p.DoneTask(nil)
		return
	}
	p.DoneTask(Func(fn))
}

// DoneTask is Done for a Task. Any goroutine.
func (p *Pending) DoneTask(t Task) {
	if p.done.Swap(true) {
		panic("BUG: eventloop: done called twice for one Begin")
	}
	p.task = t
	p.loop.PostTask((*delivery)(p))
}

// Ref lets p keep the loop alive, which is the default. Loop goroutine.
func (p *Pending) Ref() { p.setRef(true) }

// Unref lets the loop end although p was not delivered. Loop goroutine.
func (p *Pending) Unref() { p.setRef(false) }

// HasRef reports whether p, until delivered, keeps the loop alive. Loop goroutine.
func (p *Pending) HasRef() bool { return !p.unref }

func (p *Pending) setRef(ref bool) {
	if p.unref == !ref {
		return
	}
	p.unref = !ref
	if p.delivered {
		return
	}
	if ref {
		p.loop.pending.Add(1)
	} else {
		p.loop.pending.Add(-1)
	}
}

// delivery is a Pending as the Task that ends it.
type delivery Pending

// Run gives the reservation back and then runs the result.
func (d *delivery) Run() {
	p := (*Pending)(d)
	p.delivered = true
	p.loop.undelivered.Add(-1)
	if !p.unref {
		p.loop.pending.Add(-1)
	}
	if t := p.task; t != nil {
		p.task = nil
		t.Run()
	}
}
