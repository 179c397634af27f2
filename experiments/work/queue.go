package work

import "context"

// A queue chooses the tasks to begin, and remembers their states: the directory of a finished task is read only once.
type queue struct {
	tasks       Tasks
	retryFailed bool
	looked      int           // tasks below this number were checked
	begun       map[int]bool  // begun here
	finished    []bool        // known to be finished
	waiting     map[int][]int // tasks that wait for this one; each waits for one at a time
	woken       []int         // tasks to check again
	elsewhere   []int         // tasks on which other processes work
}

func newQueue(tasks Tasks, retryFailed bool) *queue {
	return &queue{tasks: tasks, retryFailed: retryFailed, begun: map[int]bool{}, finished: make([]bool, tasks.Len()), waiting: map[int][]int{}}
}

// next takes a task that can begin now, or returns -1 if there is none. Tasks that have waited come first.
func (q *queue) next(ctx context.Context) (int, error) {
	for {
		if task, err := q.known(ctx); task >= 0 || err != nil {
			return task, err
		}
		// Other processes may have finished a task that others wait for.
		list := q.elsewhere
		q.elsewhere = nil
		for i, task := range list {
			can, err := q.check(task)
			if err != nil {
				return -1, err
			}
			if can {
				q.elsewhere = append(q.elsewhere, list[i+1:]...)
				return q.take(task), nil
			}
		}
		if len(q.woken) == 0 {
			return -1, nil
		}
	}
}

// known takes a task without checking those of other processes.
func (q *queue) known(ctx context.Context) (int, error) {
	for len(q.woken) > 0 || q.looked < len(q.finished) {
		if err := ctx.Err(); err != nil {
			return -1, err
		}
		task := q.looked
		if len(q.woken) > 0 {
			task, q.woken = q.woken[0], q.woken[1:]
		} else {
			q.looked++
		}
		if can, err := q.check(task); err != nil {
			return -1, err
		} else if can {
			return q.take(task), nil
		}
	}
	return -1, nil
}

// take marks a task as begun.
func (q *queue) take(task int) int {
	q.begun[task] = true
	return task
}

// check reads the directory of a task, and reports whether it can begin. If not, the task is noted where it will be checked again when that
// may change.
func (q *queue) check(task int) (bool, error) {
	for _, f := range q.tasks.Needs(task) {
		if !q.finished[f] {
			q.waiting[f] = append(q.waiting[f], task)
			return false, nil
		}
	}
	s, err := q.tasks.Status(task)
	switch {
	case err != nil:
		return false, err
	case s.Finished():
		q.finish(task)
	case s.State == Running, q.begun[task]:
		q.elsewhere = append(q.elsewhere, task)
	case s.State != Failed || q.retryFailed:
		return true, nil
	}
	return false, nil
}

// finish wakes the tasks that waited for a task.
func (q *queue) finish(task int) {
	q.finished[task] = true
	q.woken = append(q.woken, q.waiting[task]...)
	delete(q.waiting, task)
}

// ended reads the directory of a task whose process, begun here, has ended. The task is not begun again, but another process may finish it.
func (q *queue) ended(task int) error {
	s, err := q.tasks.Status(task)
	switch {
	case err != nil:
	case s.Finished():
		q.finish(task)
	case s.State != Failed:
		q.elsewhere = append(q.elsewhere, task)
	}
	return err
}
