package eventloop

import (
	"runtime"
	"time"
)

// Poller is how a loop waits for the world. The default one knows only wake-ups and time; Epoll also
// tells when descriptors are ready.
//
// A Poller that has a Close method is closed by Loop.Close.
type Poller interface {
	// Wait returns when Wake was called (since the last Wait returned, or during this one), when
	// the deadline is reached, or when it has I/O to report: as tasks that the loop runs in this
	// poll phase, in a slice that is lent until the next Wait. It may return early for no reason.
	// The zero deadline means none. With block false it only looks. Loop goroutine.
	Wait(deadline time.Time, block bool) []Task
	// Yield is called before a Wait that would block: those who are about to post may do so first.
	// Loop goroutine.
	Yield()
	// Wake ends the current Wait, or the next. Any goroutine; never blocks.
	Wake()
}

// chanPoller is the default Poller. Its channel and timer work in a testing/synctest bubble.
type chanPoller struct {
	woken chan struct{}

	// Loop goroutine.
	timer *time.Timer
	armed time.Time // when timer will fire; zero: it is not running
}

func newChanPoller() *chanPoller {
	return &chanPoller{woken: make(chan struct{}, 1)}
}

func (p *chanPoller) Wake() {
	select {
	case p.woken <- struct{}{}:
	default:
	}
}

// Yield lets the goroutines that are about to post do so: their posts come as one batch. Measured to
// halve p99 under load; more than once is no better.
func (p *chanPoller) Yield() { runtime.Gosched() }

func (p *chanPoller) Wait(deadline time.Time, block bool) []Task {
	if !block {
		return nil
	}
	if deadline.IsZero() {
		<-p.woken
		return nil
	}
	// A timer that will fire earlier than asked is left running: a server's nearest deadline moves
	// later with every request, and resetting a time.Timer each turn costs more than one idle wake-up.
	if p.timer == nil {
		p.timer = time.NewTimer(time.Until(deadline))
		p.armed = deadline
	} else if p.armed.IsZero() || deadline.Before(p.armed) {
		p.timer.Reset(time.Until(deadline))
		p.armed = deadline
	}
	select {
	case <-p.woken:
	case <-p.timer.C:
		p.armed = time.Time{}
	}
	return nil
}

// Close ends the timer.
func (p *chanPoller) Close() {
	if p.timer != nil {
		p.timer.Stop()
	}
}
