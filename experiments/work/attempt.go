package work

import (
	"context"
	"errors"
	"fmt"

	"glorot/experiments/run"
	"glorot/experiments/run/lease"
	"glorot/experiments/runner"
)

// Attempt is a worker's work on one of the tasks in a directory, which are called noun, by a function that gets the task's name. It does nothing if
// the task is finished already. The note says what is worth knowing of a success, and the error decides on the worker's exit status: it is
// [ErrAgain] if the worker should be started again, and a [*run.UsageError] if there is no such task. sent is the directory from which the tasks were
// sent to Slurm, or "".
func Attempt(ctx context.Context, tasks Tasks, noun, dir, sent string, task int, do func(name string) error) (note string, err error) {
	what := fmt.Sprintf("%s %d of %s", noun, task, dir)
	if task < 0 || task >= tasks.Len() {
		return "", &run.UsageError{Problem: fmt.Sprintf("%s %d: the plan has the %ss 0 to %d", noun, task, noun, tasks.Len()-1)}
	}
	s, err := tasks.Status(task)
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	if s.Finished() {
		return fmt.Sprintf("%s: %s already", what, s.State), nil
	}
	err = do(s.Name)
	wait, held, stopped := new(WaitError), new(lease.HeldError), new(runner.InterruptedError)
	switch {
	case errors.As(err, &wait):
		return "", fmt.Errorf("%s %w", what, Wait(ctx, sent, tasks, wait))
	case errors.As(err, &stopped):
		return "", Again(fmt.Errorf("%s: stopped; %s holds a checkpoint after %d updates", what, stopped.Dir, stopped.Update))
	case errors.As(err, &held):
		return "", Again(fmt.Errorf("%s: %w", what, held))
	case err != nil && ctx.Err() != nil:
		return "", Again(fmt.Errorf("%s: interrupted before it began", what))
	case err != nil:
		return "", fmt.Errorf("%s: %w", what, err)
	}
	if s, err = tasks.Status(task); err == nil && s.State == Diverged {
		note = fmt.Sprintf("%s: training diverged after %d updates", what, s.Updates)
	}
	return note, err
}
