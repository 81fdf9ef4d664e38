package eventloop

// Immediate is a task for the next immediates phase. Made by SetImmediate; loop goroutine.
type Immediate struct {
	loop       *Loop
	task       Task
	prev, next *Immediate
	queue      *immediateQueue // where it waits; nil once it ran or was cleared
	unref      bool
}

// SetImmediate runs fn in the next immediates phase: in this turn, or in the next if the phase has
// already begun.
func (l *Loop) SetImmediate(fn func()) *Immediate {
	AssertOn(l)
	i := &Immediate{loop: l, task: Func(fn)}
	l.imms.push(i)
	l.immRefs++
	return i
}

// Clear makes sure that i does not run, even if its phase has begun.
func (i *Immediate) Clear() {
	if i.queue == nil {
		return
	}
	AssertOn(i.loop)
	i.leave()
}

// Active reports whether i will run.
func (i *Immediate) Active() bool { return i.queue != nil }

// Ref lets i keep the loop alive, and from sleeping, which is the default.
func (i *Immediate) Ref() { i.setRef(true) }

// Unref lets the loop end, or sleep, although i waits.
func (i *Immediate) Unref() { i.setRef(false) }

// HasRef reports whether i, while it waits, keeps the loop alive.
func (i *Immediate) HasRef() bool { return !i.unref }

func (i *Immediate) setRef(ref bool) {
	if i.unref == !ref {
		return
	}
	i.unref = !ref
	if i.queue != nil && ref {
		i.loop.immRefs++
	} else if i.queue != nil {
		i.loop.immRefs--
	}
}

func (i *Immediate) leave() {
	i.queue.remove(i)
	if !i.unref {
		i.loop.immRefs--
	}
}

// runImmediates runs what was queued before the phase began. What a panic or Stop left over runs
// first in the next phase.
func (l *Loop) runImmediates() {
	if l.immsNow.first == nil {
		l.immsNow.takeAll(&l.imms)
	}
	if l.AroundImmediates != nil && l.immsNow.first != nil {
		l.AroundImmediates(l.runTaken)
	} else {
		l.runTaken()
	}
	l.runTurnEnd()
}

func (l *Loop) runTaken() {
	for l.immsNow.first != nil && !l.halted() {
		i := l.immsNow.first
		i.leave()
		i.task.Run()
	}
}

// immediateQueue is a linked list: clearing is O(1) wherever the immediate waits.
type immediateQueue struct {
	first, last *Immediate
	n           int
}

func (q *immediateQueue) push(i *Immediate) {
	q.n++
	i.queue = q
	i.prev = q.last
	if q.last == nil {
		q.first = i
	} else {
		q.last.next = i
	}
	q.last = i
}

func (q *immediateQueue) remove(i *Immediate) {
	q.n--
	if i.prev == nil {
		q.first = i.next
	} else {
		i.prev.next = i.next
	}
	if i.next == nil {
		q.last = i.prev
	} else {
		i.next.prev = i.prev
	}
	i.prev, i.next, i.queue = nil, nil, nil
}

// takeAll moves all of from into the empty q.
func (q *immediateQueue) takeAll(from *immediateQueue) {
	*q, *from = *from, immediateQueue{}
	for i := q.first; i != nil; i = i.next {
		i.queue = q
	}
}
