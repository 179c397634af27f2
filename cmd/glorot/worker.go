package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"

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

// A worker is how this program is called for one task: a command, and what comes before and after the tasks' directory. The number of the task is last.
type worker struct {
	noun                string // the name for a task
	quiet               bool   // says nothing of a task that is done
	name, before, after []string
}

var (
	cellWorker = worker{noun: "cell", name: []string{"sweep", "cell"}, before: []string{"--"}}
	taskWorker = worker{noun: "task", quiet: true, name: []string{"reproduce"}, before: []string{"--study"}, after: []string{"--task"}}
)

// command returns the command of a worker without the number of its task.
func (w worker) command(threads int, data, dir string) func(program string, more ...string) []string {
	return func(program string, more ...string) []string {
		list := slices.Concat([]string{program}, w.name, more, []string{"--threads", strconv.Itoa(threads)})
		if data != "" {
			list = append(list, "--data", data)
		}
		return slices.Concat(list, w.before, []string{dir}, w.after)
	}
}

// local returns what does the tasks in a directory by processes of this machine.
func (w worker) local(c *cli.Context, tasks work.Tasks, dir string) (work.Local, error) {
	if err := atLeast(c, 1, "jobs"); err != nil {
		return work.Local{}, err
	}
	if c.Bool("keep-going") && c.Bool("fail-fast") {
		return work.Local{}, wrongUse("--keep-going and --fail-fast; want one of them")
	}
	jobs := c.Int("jobs")
	command := w.command(work.Share(runtime.NumCPU(), jobs), c.String("data"), dir)
	self, err := os.Executable()
	return work.Local{
		Jobs: jobs, RetryFailed: c.Bool("retry-failed"), KeepGoing: c.Bool("keep-going"), FailFast: c.Bool("fail-fast"),
		Command: func(task int) *exec.Cmd {
			return &exec.Cmd{Path: self, Args: append(command(os.Args[0]), strconv.Itoa(task))}
		},
		Ended: func(task, exit int) {
			if exit != work.ExitDone || !w.quiet {
				fmt.Fprintf(c.App.ErrWriter, "glorot: %s %d, %s: %s\n", w.noun, task, tasks.Name(task), work.EndOf(tasks, task, exit))
			}
		},
	}, err
}

// finishTasks has the unfinished tasks in a directory done, and says which are left and, if asked, how failed ones are tried again.
func finishTasks(c *cli.Context, local work.Local, tasks work.Tasks, dir string, hint bool) (work.Tally, error) {
	t, err := local.Finish(c.Context, tasks)
	switch {
	case c.Context.Err() != nil:
		err = interrupted{fmt.Sprintf("%s: %s; the same command continues", dir, t)}
	case err != nil && t[work.Failed] > 0 && hint:
		err = fmt.Errorf("%s: %w; --retry-failed tries again", dir, err)
	case err != nil:
		err = fmt.Errorf("%s: %w", dir, err)
	}
	return t, err
}

// workOn does one task of those in a directory. Its error decides on the exit status.
func (w worker) workOn(c *cli.Context, tasks workable, dir string, task int) error {
	ctx, _ := work.StopOnSignals(c.Context) // it is never undone: another signal must not end the process before it has reported its status
	threads, sent := 0, ""
	if c.IsSet("threads") {
		threads = c.Int("threads")
	}
	if c.String("engine") != "" {
		sent = dir
	}
	r := newRunner(c)
	r.MaxKilled = lease.MaxKilled
	text, err := work.Attempt(ctx, tasks, w.noun, dir, sent, task, func(name string) error {
		bar := progress.New(c.App.ErrWriter)
		defer bar.Clear()
		return tasks.Do(ctx, task, r, threads, func(part float64) { bar.Show(part, 1, name) })
	})
	if text != "" {
		note(c)(text)
	}
	return err
}
