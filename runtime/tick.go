package runtime

import "github.com/gonode/gonode/eventloop"

// tickQueue is the queue of process.nextTick: Go tasks and JavaScript functions in one order.
type tickQueue struct {
	tasks []eventloop.Task
	head  int
}

func (q *tickQueue) empty() bool { return q.head == len(q.tasks) }

func (q *tickQueue) push(t eventloop.Task) { q.tasks = append(q.tasks, t) }

// drain runs ticks, those queued meanwhile too, until none is left. One that throws is gone; the
// others stay queued for the next drain.
func (q *tickQueue) drain() {
	for q.head < len(q.tasks) {
		t := q.tasks[q.head]
		q.tasks[q.head] = nil
		q.head++
		if q.head == len(q.tasks) {
			q.tasks, q.head = q.tasks[:0], 0
		}
		t.Run()
	}
}
