package work

import (
	"context"
	"errors"
	"fmt"

	"glorot/experiments/run"
	"glorot/experiments/run/lease"
)

// A WaitError says that a task needs another one, which is not finished.
type WaitError struct {
	Kind   string // the name for a task, such as "cell"
	Task   int    // the number of the task that is not finished
	Failed bool
}

// Error names the other task.
func (e *WaitError) Error() string {
	if e.Failed {
		return fmt.Sprintf("waits for %s %d, which has failed", e.Kind, e.Task)
	}
	return fmt.Sprintf("waits for %s %d, which is not finished", e.Kind, e.Task)
}

// ErrAgain is wrapped by the errors of workers that should be started again; see [ExitAgain].
var ErrAgain = errors.New("try again")

// Again wraps an error so that it also is ErrAgain.
func Again(err error) error { return again{err} }

type again struct{ error }

func (a again) Unwrap() []error { return []error{ErrAgain, a.error} }

// Noted returns an error because of which a worker could not begin its run in a directory. It also notes it there, so that the status of the task
// shows it, unless there is a run, which has its own note.
func Noted(dir string, err error) error {
	if err == nil || run.IsRun(dir) || errors.Is(err, context.Canceled) {
		return err
	}
	exit := ExitFailed
	if use := new(run.UsageError); errors.As(err, &use) {
		exit = ExitPlan
	}
	l, e := lease.Acquire(dir, 0, func() {})
	if held := new(lease.HeldError); errors.As(e, &held) {
		return err
	}
	if e == nil {
		e = l.Release(exit, err.Error())
	}
	return errors.Join(err, e)
}

// Wait returns the error of a worker whose task waits for another task. It is ErrAgain, unless no process will work on the other task. dir is the
// directory from which the tasks were sent to Slurm, or "" if they were not; then any task that has not failed is expected to be worked on.
func Wait(ctx context.Context, dir string, tasks Tasks, wait *WaitError) error {
	expected := !wait.Failed
	if dir != "" {
		var err error
		if expected, err = Expected(ctx, dir, tasks, wait.Task); err != nil {
			// The queue may not answer, or a SIGTERM may have come first. This cannot repeat without end, as the job must be put back each
			// time.
			return Again(fmt.Errorf("%w; whether it is in the queue is not known: %w", wait, err))
		}
	}
	switch {
	case expected:
		return Again(wait)
	case wait.Failed:
		return wait
	}
	return fmt.Errorf("%w: no process works on it, and it is not in the queue; send both again with the same command", wait)
}
