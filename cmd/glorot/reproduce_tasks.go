package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"

	"glorot/experiments/paper"
	"glorot/experiments/paper/plan"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

// taskFlags are the flags of reproduce for trainings as tasks. The hidden ones are for workers.
func taskFlags() []cli.Flag {
	return append(failureFlags(), append(clusterFlags("task"),
		&cli.StringFlag{Name: "on", Usage: "train `WHERE`: local, by processes of this machine before drawing; slurm or kubernetes, to be drawn later by the same command without --on"},
		&cli.IntFlag{Name: "jobs", DefaultText: "one per processor", Usage: "local, kubernetes: `N` trainings at a time"},
		&cli.StringFlag{Name: "study", Hidden: true},
		&cli.IntFlag{Name: "task", Hidden: true},
		&cli.StringFlag{Name: "engine", Hidden: true},
	)...)
}

// trainOn has the study's trainings done elsewhere than in this process, and reports whether they are done.
func trainOn(c *cli.Context, study *paper.Study, scale string) (done bool, err error) {
	tasks, err := study.Tasks(c.Context, command(c, scale))
	if err != nil {
		return false, ended(err)
	}
	if c.String("on") == "local" {
		return true, trainLocally(c, tasks)
	}
	dir, data := tasks.Folder(), c.String("data")
	if dir, err = filepath.Abs(dir); err == nil && data != "" {
		data, err = filepath.Abs(data)
	}
	if err != nil {
		return false, err
	}
	return false, batch{
		tasks: tasks, engine: "on", noun: "task", what: "--store", dir: dir, home: filepath.Dir(dir), data: data, threads: max(1, c.Int("threads")),
		worker: func(program string, more ...string) []string {
			return taskCommand(program, max(1, c.Int("threads")), data, dir, more...)
		},
	}.send(c)
}

// taskCommand is the command of a task's worker, without the task's number.
func taskCommand(program string, threads int, data, dir string, more ...string) []string {
	list := append([]string{program, "reproduce"}, more...)
	list = append(list, "--threads", strconv.Itoa(threads))
	if data != "" {
		list = append(list, "--data", data)
	}
	return append(list, "--study", dir, "--task")
}

// trainLocally has the tasks done by processes of this machine.
func trainLocally(c *cli.Context, tasks *plan.Tasks) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	jobs := c.Int("jobs")
	if !c.IsSet("jobs") {
		jobs = runtime.NumCPU()
	}
	if jobs < 1 {
		return wrongUse("--jobs %d; want 1 or more", jobs)
	}
	local := work.Local{
		Jobs: jobs, RetryFailed: c.Bool("retry-failed"),
		Command: func(task int) *exec.Cmd {
			args := taskCommand(os.Args[0], work.Share(runtime.NumCPU(), jobs), c.String("data"), tasks.Folder())
			return &exec.Cmd{Path: self, Args: append(args, strconv.Itoa(task))}
		},
		Ended: func(task, exit int) {
			if s, err := tasks.Status(task); err == nil && exit != work.ExitDone {
				fmt.Fprintf(c.App.ErrWriter, "glorot: task %d, %s: %s %s; see %s\n", task, s.Name, s.State, s.Reason, filepath.Join(tasks.Dir(task), "worker.log"))
			}
		},
	}
	if _, err = local.Run(c.Context, tasks); err != nil {
		return err
	}
	list, err := work.Statuses(context.WithoutCancel(c.Context), tasks)
	n := counts(list)
	switch {
	case err != nil:
		return err
	case c.Context.Err() != nil:
		return interrupted{fmt.Sprintf("%s; the same command continues", counted(list))}
	case n[work.Done]+n[work.Diverged] == len(list):
		return nil
	case n[work.Running] > 0 && n[work.Failed] == 0:
		return work.Again(errors.New(counted(list)))
	}
	return fmt.Errorf("%s; --retry-failed tries again", counted(list))
}
