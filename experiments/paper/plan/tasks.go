package plan

import (
	"context"
	"fmt"
	"path/filepath"

	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/experiments/work"
)

// Tasks are the trainings of a study, for the executors of package work. The list does not depend on any result: a task of a search is a place
// in one of its rungs, and what is trained there depends on the tasks that it needs.
type Tasks struct {
	plan *Plan
	dir  string
}

// TasksIn returns the trainings as tasks with a folder.
func (p *Plan) TasksIn(dir string) *Tasks { return &Tasks{p, dir} }

// Folder is where the tasks are declared.
func (t *Tasks) Folder() string { return t.dir }

// Len returns the number of tasks.
func (t *Tasks) Len() int { return len(t.plan.tasks) }

// Name says what a task is.
func (t *Tasks) Name(task int) string { return t.plan.tasks[task].name }

// Dir is where the messages of a task's workers are.
func (t *Tasks) Dir(task int) string { return filepath.Join(t.dir, fmt.Sprintf("%05d", task)) }

// Needs returns the tasks whose results this one needs.
func (t *Tasks) Needs(task int) []int { return t.plan.tasks[task].needs }

// Status reports the state of a task: of its run in the store, as far as this task needs it.
func (t *Tasks) Status(task int) (work.Status, error) {
	p := t.plan
	s := work.Status{State: work.Ready}
	q, asked, err := p.tasks[task].ask()
	if err == nil && asked {
		var known *run.Trace
		known, err = p.known(q.Config)
		switch {
		case err != nil:
		case known == nil:
			s, err = work.InspectUpTo(p.o.Store.Path(q.Config, p.origins[q.Data.Name]), q.Train.Updates)
			if s.Finished() && p.tasks[task].result != nil {
				s.State = work.Interrupted // something is still to be measured
			}
		case known.Diverged != nil:
			s.State, s.Updates = work.Diverged, known.Diverged.Update
		default:
			s.State, s.Updates = work.Done, q.Train.Updates
		}
	}
	s.Task, s.Name = task, t.Name(task)
	return s, err
}

// Do works on a task with the given number of threads, 0 meaning one. The error is a [*work.WaitError] if the task needs another one that is not
// finished.
func (t *Tasks) Do(ctx context.Context, task int, r *runner.Runner, threads int, progress func(part float64)) error {
	for _, f := range t.Needs(task) {
		s, err := t.Status(f)
		if err != nil {
			return err
		}
		if !s.Finished() {
			return &work.WaitError{Kind: "task", Task: f, Failed: s.State == work.Failed}
		}
	}
	p := t.plan
	r.Data, p.o.Threads = p.data, max(1, threads)
	var q request
	_, err := work.Soon(ctx, func() (known bool, err error) { q, known, err = p.tasks[task].ask(); return })
	if err != nil {
		return err
	}
	_, err = p.train(ctx, p.tasks[task], r, progress)
	return work.Noted(p.o.Store.Path(q.Config, p.origins[q.Data.Name]), err)
}
