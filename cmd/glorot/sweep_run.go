package main

import (
	"fmt"

	"glorot/experiments/sweep"

	"github.com/urfave/cli/v2"
)

func sweepRunCommand() *cli.Command {
	return &cli.Command{
		Name:      "run",
		Usage:     "do the remaining cells of a sweep in processes on this machine",
		ArgsUsage: "DIR",
		Description: "Works on every cell that is not done, each in its own process, glorot sweep cell, whose messages go to worker.log in the directory\n" +
			"of the cell. A cell that was killed or interrupted continues from its last checkpoint. After a failure the running cells finish and\n" +
			"no other cell begins, unless --keep-going or --fail-fast is given. Ctrl-C or a SIGTERM stops every process with a checkpoint.\n\n" +
			"The exit status is 0 if all cells are done, 75 if other processes work on the remaining ones, and 1 if a cell failed, now or before.\n\n" +
			"Example:\n   glorot sweep run sweeps/a --jobs 4",
		Flags: append(failureFlags(),
			&cli.IntFlag{Name: "jobs", Value: 1, Usage: "run `N` cells at a time; they share the processors"},
			keepGoingFlag(),
			&cli.BoolFlag{Name: "fail-fast", Usage: "stop all other cells after a failure"},
			dataFlag()),
		Action: runSweep,
	}
}

func keepGoingFlag() cli.Flag {
	return &cli.BoolFlag{Name: "keep-going", Usage: "begin further cells after a failure"}
}

// failureFlags decide what happens to cells that failed before.
func failureFlags() []cli.Flag {
	return []cli.Flag{&cli.BoolFlag{Name: "retry-failed", Usage: "try cells again that failed before"}}
}

func runSweep(c *cli.Context) error {
	dir, p, err := sweepArgument(c)
	if err != nil {
		return err
	}
	local, err := cellWorker.local(c, p.In(dir), dir)
	if err != nil {
		return err
	}
	t, err := finishTasks(c, local, p.In(dir), dir, false)
	if err == nil {
		_, err = fmt.Fprintf(c.App.Writer, "%s: %s\n", dir, t)
	}
	return err
}

// sweepArgument reads the sweep that is the only argument of a command.
func sweepArgument(c *cli.Context) (string, *sweep.Plan, error) {
	if err := takes(c, "the directory of one sweep"); err != nil {
		return "", nil, err
	}
	p, err := sweep.Read(c.Args().First())
	return c.Args().First(), p, err
}
