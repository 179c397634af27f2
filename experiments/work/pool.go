package work

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// A Pool runs tasks in goroutines of this process.
type Pool struct {
	Workers int                    // tasks at a time, at least 1
	Cost    func(task int) float64 // of the tasks that can begin the most costly one begins first; nil means the order of their numbers
	Needs   func(task int) []int   // as in [Tasks]; nil if no task waits
}

// Run calls do for each of n tasks, once all tasks that it needs are done. worker, from 0 to Workers-1, is not used by another task at the
// same time. After an error, or when the context ends, no further task begins, the context of the running ones is cancelled, and Run waits
// for them. It returns the first error that is not a cancellation, if there is one. It panics if a task needs one with a higher number.
func (p Pool) Run(ctx context.Context, n int, do func(ctx context.Context, worker, task int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	left := make([]int, n) // the number of tasks that a task still waits for
	waiting := map[int][]int{}
	r := ready{cost: p.Cost}
	for task := range n {
		for _, f := range p.needs(task) {
			if f >= task {
				panic(fmt.Sprintf("work: task %d needs task %d", task, f))
			}
			left[task]++
			waiting[f] = append(waiting[f], task)
		}
		if left[task] == 0 {
			r.add(task)
		}
	}
	type end struct {
		worker, task int
		err          error
	}
	ends := make(chan end)
	var idle []int
	for w := range p.Workers {
		idle = append(idle, w)
	}
	var first error
	for {
		for len(idle) > 0 && len(r.tasks) > 0 && first == nil && ctx.Err() == nil {
			worker, task := idle[0], r.take()
			idle = idle[1:]
			go func() { ends <- end{worker, task, do(ctx, worker, task)} }()
		}
		if len(idle) == p.Workers {
			break
		}
		e := <-ends
		idle = append(idle, e.worker)
		if e.err != nil {
			if first == nil || errors.Is(first, context.Canceled) && !errors.Is(e.err, context.Canceled) {
				first = e.err
			}
			cancel()
			continue
		}
		for _, task := range waiting[e.task] {
			if left[task]--; left[task] == 0 {
				r.add(task)
			}
		}
	}
	if first == nil {
		first = ctx.Err()
	}
	return first
}

func (p Pool) needs(task int) []int {
	if p.Needs == nil {
		return nil
	}
	return p.Needs(task)
}

// ready holds the tasks that can begin; the last one begins first.
type ready struct {
	cost  func(task int) float64
	tasks []int
}

func (r *ready) add(task int) {
	at, _ := slices.BinarySearchFunc(r.tasks, task, func(a, b int) int {
		if r.cost != nil {
			switch x, y := r.cost(a), r.cost(b); {
			case x < y:
				return -1
			case x > y:
				return 1
			}
		}
		return b - a
	})
	r.tasks = slices.Insert(r.tasks, at, task)
}

func (r *ready) take() int {
	last := len(r.tasks) - 1
	task := r.tasks[last]
	r.tasks = r.tasks[:last]
	return task
}
