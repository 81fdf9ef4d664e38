package runtime

import (
	"github.com/gonode/gonode/eventloop"
	"github.com/gonode/gonode/modules"
)

// tickQueue is the queue of process.nextTick: Go tasks and JavaScript functions in one order.
type tickQueue struct {
	host  *modules.Host
	tasks []tick
	head  int
	count uint64 // Door.Tick
}

// tick is one entry, with the context it was queued in.
type tick struct {
	task    eventloop.Task
	context *modules.AsyncContext
}

func (q *tickQueue) empty() bool { return q.head == len(q.tasks) }

func (q *tickQueue) push(t eventloop.Task) { q.tasks = append(q.tasks, tick{t, q.host.Context}) }

// clear forgets all ticks.
func (q *tickQueue) clear() { q.tasks, q.head = nil, 0 }

// shown reports whether the next tick runs below the frame that stacks show: a call of process.nextTick, or
// one that a room has written as a function. Those of streams and messages are types of their own; they are
// many, and the frame costs a call of JavaScript.
func (q *tickQueue) shown() bool {
	switch q.tasks[q.head].task.(type) {
	case modules.Func, modules.ShownTask:
		return true
	}
	return false
}

// drain runs ticks, those queued meanwhile too, until none is left; with own, until one is to be shown. One
// that throws is gone; the others stay queued for the next drain.
func (q *tickQueue) drain(own bool) {
	for q.head < len(q.tasks) && !(own && q.shown()) {
		t := q.tasks[q.head]
		q.tasks[q.head] = tick{}
		q.head++
		if q.head == len(q.tasks) {
			q.tasks, q.head = q.tasks[:0], 0
		}
		q.host.Context = t.context
		q.count++
		t.task.Run()
	}
}
