package main

import (
	"path/filepath"
	"runtime"

	"glorot/experiments/paper"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

// taskFlags are the flags of reproduce for trainings as tasks. The hidden ones are for workers.
func taskFlags() []cli.Flag {
	return append(failureFlags(), append(clusterFlags("task"),
		&cli.StringFlag{Name: "on", Usage: "train `WHERE`: local, by processes of this machine before drawing; slurm or kubernetes, to be drawn later by the same command without --on"},
		&cli.IntFlag{Name: "jobs", Value: runtime.NumCPU(), DefaultText: "one per processor", Usage: "local, kubernetes: `N` trainings at a time"},
		&cli.StringFlag{Name: "study", Hidden: true},
		&cli.IntFlag{Name: "task", Hidden: true},
		&cli.StringFlag{Name: "engine", Hidden: true},
	)...)
}

// trainOn has the study's trainings done elsewhere than in this process, and reports whether they are done.
func trainOn(c *cli.Context, study *paper.Study) (done bool, err error) {
	tasks, err := study.Tasks(c.Context, command(c))
	if err != nil {
		return false, ended(err)
	}
	if c.String("on") == "local" {
		local, err := taskWorker.local(c, tasks, tasks.Folder())
		if err == nil {
			_, err = finishTasks(c, local, tasks, tasks.Folder(), true)
		}
		return true, err
	}
	return false, send(c, "on", taskWorker, work.Batch{Tasks: tasks, What: "--store", Dir: tasks.Folder(), Home: filepath.Dir(tasks.Folder()), Data: c.String("data"), Threads: max(1, c.Int("threads"))})
}
