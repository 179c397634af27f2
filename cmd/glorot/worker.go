package main

import (
	"context"
	"errors"
	"fmt"

	"glorot/experiments/progress"
	"glorot/experiments/run/lease"
	"glorot/experiments/runner"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

// workable is a set of tasks that this program's workers can do.
type workable interface {
	work.Tasks
	// Do works on a task with the given number of threads, where 0 means that of its configuration. The error is a [*work.WaitError] if the
	// task needs one that is not finished.
	Do(ctx context.Context, task int, r *runner.Runner, threads int, progress func(part float64)) error
}

// workOn does one task of those in a directory. Its error decides on the exit status.
func workOn(c *cli.Context, tasks workable, noun, dir string, task int) error {
	ctx, _ := stopOnUser(c.Context) // it is never undone: another signal must not end the process before it has reported its status
	what := fmt.Sprintf("%s %d of %s", noun, task, dir)
	if task < 0 || task >= tasks.Len() {
		return wrongUse("%s %d: the plan has the %ss 0 to %d", noun, task, noun, tasks.Len()-1)
	}
	s, err := tasks.Status(task)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if s.Finished() {
		fmt.Fprintf(c.App.ErrWriter, "glorot: %s: %s already\n", what, s.State)
		return nil
	}
	threads := 0
	if c.IsSet("threads") {
		threads = c.Int("threads")
	}
	r := newRunner(c)
	r.MaxKilled = lease.MaxKilled
	bar := progress.New(c.App.ErrWriter)
	err = tasks.Do(ctx, task, r, threads, func(part float64) { bar.Show(part, 1, s.Name) })
	bar.Clear()
	wait, held, stopped := new(work.WaitError), new(lease.HeldError), new(runner.InterruptedError)
	switch {
	case errors.As(err, &wait):
		sent := ""
		if c.String("engine") != "" {
			sent = dir
		}
		return fmt.Errorf("%s %w", what, work.Wait(ctx, sent, tasks, wait))
	case errors.As(err, &stopped):
		return work.Again(fmt.Errorf("%s: stopped; %s holds a checkpoint after %d updates", what, stopped.Dir, stopped.Update))
	case errors.As(err, &held):
		return work.Again(fmt.Errorf("%s: %w", what, held))
	case err != nil && ctx.Err() != nil:
		return work.Again(fmt.Errorf("%s: interrupted before it began", what))
	case err != nil:
		return fmt.Errorf("%s: %w", what, err)
	}
	if s, err = tasks.Status(task); err == nil && s.State == work.Diverged {
		fmt.Fprintf(c.App.ErrWriter, "glorot: %s: training diverged after %d updates\n", what, s.Updates)
	}
	return err
}
