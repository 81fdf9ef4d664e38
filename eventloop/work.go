package eventloop

import "sync"

// Work is one piece of blocking or long work on the loop's workers. See Loop.Work.
type Work struct {
	loop    *Loop
	pending *Pending
	fn      func() (deliver func())

	// Guarded by loop.work.mu.
	started bool
}

// workQueue holds what no worker has taken yet. Its mutex is apart from the loop's, so that workers
// do not slow posts down.
type workQueue struct {
	mu      sync.Mutex
	queue   []*Work
	workers int // running
}

// Work runs fn on another goroutine, at most Options.Workers at a time and in order of the calls;
// what fn returns, unless nil, then runs on the loop goroutine in the poll phase. The loop stays
// alive until then. Workers are started when needed and end when idle.
//
// fn is for work that ends by itself: Loop.Close waits for it. A panic in fn ends the process.
func (l *Loop) Work(fn func() (deliver func())) *Work {
	w := &Work{loop: l, pending: l.Reserve(), fn: fn}
	q := &l.work
	q.mu.Lock()
	defer q.mu.Unlock()
	if l.closed.Load() {
		return w
	}
	q.queue = append(q.queue, w)
	if q.workers < l.workers && l.Go(l.workLoop) {
		q.workers++
	}
	return w
}

// Cancel keeps w from starting and reports true, or false if it has started or was cancelled. What
// was cancelled delivers nothing. Loop goroutine.
func (w *Work) Cancel() bool {
	q := &w.loop.work
	q.mu.Lock()
	cancelled := !w.started
	w.started = true
	q.mu.Unlock()
	if cancelled {
		w.pending.DoneTask(nil)
	}
	return cancelled
}

// Ref lets w keep the loop alive, which is the default. Loop goroutine.
func (w *Work) Ref() { w.pending.Ref() }

// Unref lets the loop end although w is not delivered. Loop goroutine.
func (w *Work) Unref() { w.pending.Unref() }

// workLoop is one worker: it runs what is queued and ends when there is no more.
func (l *Loop) workLoop() {
	for {
		w := l.work.next()
		if w == nil {
			return
		}
		w.pending.Done(w.fn())
	}
}

// next takes the next piece of work, or ends the worker with nil.
func (q *workQueue) next() *Work {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.queue) > 0 {
		w := q.queue[0]
		q.queue[0] = nil
		q.queue = q.queue[1:]
		if !w.started {
			w.started = true
			return w
		}
	}
	q.queue = nil
	q.workers--
	return nil
}

// drop forgets all work not yet started.
func (q *workQueue) drop() {
	q.mu.Lock()
	q.queue = nil
	q.mu.Unlock()
}
