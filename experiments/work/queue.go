package work

import "context"

// A queue chooses the tasks to begin, and remembers what it knows of them: the directory of a finished task is read once.
type queue struct {
	tasks       Tasks
	retryFailed bool
	looked      int           // tasks below were looked at
	begun       map[int]bool  // here
	finished    []bool        // known to be
	waiting     map[int][]int // tasks that wait for this one, each for one at a time
	woken       []int         // tasks to look at again
	elsewhere   []int         // tasks that other processes work on
}

func newQueue(tasks Tasks, retryFailed bool) *queue {
	return &queue{tasks: tasks, retryFailed: retryFailed, begun: map[int]bool{}, finished: make([]bool, tasks.Len()), waiting: map[int][]int{}}
}

// next takes a task that can begin now, the first in order but for those that have waited; -1 if there is none.
func (q *queue) next(ctx context.Context) (int, error) {
	for {
		if task, err := q.known(ctx); task >= 0 || err != nil {
			return task, err
		}
		// Other processes may have finished what is waited for.
		list := q.elsewhere
		q.elsewhere = nil
		for i, task := range list {
			can, err := q.look(task)
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

// known takes a task without looking at those of other processes.
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
		if can, err := q.look(task); err != nil {
			return -1, err
		} else if can {
			return q.take(task), nil
		}
	}
	return -1, nil
}

// take notes that a task begins.
func (q *queue) take(task int) int {
	q.begun[task] = true
	return task
}

// look reads the directory of a task, and tells whether it can begin. If not, the task is put where it is seen again when that may change.
func (q *queue) look(task int) (bool, error) {
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

// finish wakes the tasks that waited for one.
func (q *queue) finish(task int) {
	q.finished[task] = true
	q.woken = append(q.woken, q.waiting[task]...)
	delete(q.waiting, task)
}

// ended reads the directory of a task that was begun here and has ended. It is not begun again, but another process may finish it.
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
