package eventloop

// taskQueue is a FIFO that keeps its memory. A task leaves the queue before it runs, so that after
// a panic or a Stop the next Run goes on behind it.
type taskQueue struct {
	tasks []Task
	head  int
}

func (q *taskQueue) len() int { return len(q.tasks) - q.head }

func (q *taskQueue) push(t Task) { q.tasks = append(q.tasks, t) }

func (q *taskQueue) pushAll(tasks []Task) { q.tasks = append(q.tasks, tasks...) }

func (q *taskQueue) pop() Task {
	t := q.tasks[q.head]
	q.tasks[q.head] = nil
	q.head++
	if q.head == len(q.tasks) {
		q.tasks, q.head = q.tasks[:0], 0
	}
	return t
}

// maxIdleTasks is the most room for tasks that a queue keeps after a burst: 16 bytes each.
const maxIdleTasks = 16 << 10

// reset gives the empty queue new tasks and returns its former memory.
func (q *taskQueue) reset(tasks []Task) (old []Task) {
	old = q.tasks[:0]
	if cap(old) > maxIdleTasks {
		old = nil
	}
	q.tasks, q.head = tasks, 0
	return old
}
