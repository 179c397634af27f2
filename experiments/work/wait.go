package work

import (
	"context"
	"errors"
	"fmt"

	"glorot/experiments/run"
	"glorot/experiments/run/lease"
)

// A WaitError says that a task waits for another one.
type WaitError struct {
	Kind   string // what a task is called
	Task   int    // that is waited for
	Failed bool
}

// Error names the task.
func (e *WaitError) Error() string {
	if e.Failed {
		return fmt.Sprintf("waits for %s %d, which has failed", e.Kind, e.Task)
	}
	return fmt.Sprintf("waits for %s %d, which is not finished", e.Kind, e.Task)
}

// ErrAgain is wrapped by the error of a worker that should be started again, with [ExitAgain].
var ErrAgain = errors.New("try again")

// Again makes of an error one that should be tried again.
func Again(err error) error { return again{err} }

type again struct{ error }

func (a again) Unwrap() []error { return []error{ErrAgain, a.error} }

// Noted notes an error because of which a worker could not begin its run in a directory, so that its status tells it, and returns it. Where there is a
// run that one has the note.
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

// Wait returns the error of a task's worker that waits for another task: to be tried again, unless that one will not be worked on. dir is where the
// tasks were sent to Slurm from, "" if they were not; then a task that has not failed is expected to be worked on.
func Wait(ctx context.Context, dir string, tasks Tasks, wait *WaitError) error {
	expected := !wait.Failed
	if dir != "" {
		var err error
		if expected, err = Expected(ctx, dir, tasks, wait.Task); err != nil {
			// A queue that does not answer now, or a SIGTERM that came first: while nobody puts the job back either, this is no endless round.
			return Again(fmt.Errorf("%w; whether it is in the queue is not known: %w", wait, err))
		}
	}
	switch {
	case expected:
		return Again(wait)
	case wait.Failed:
		return wait
	}
	return fmt.Errorf("%w: nobody works on it, and it is not in the queue; the command that sent it sends both", wait)
}
