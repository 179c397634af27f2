package main

import (
	"cmp"
	"strconv"

	"glorot/experiments/run/lease"
	"glorot/experiments/sweep"

	"github.com/urfave/cli/v2"
)

func sweepCellCommand() *cli.Command {
	return &cli.Command{
		Name:      "cell",
		Usage:     "work on one cell of a sweep; all engines call this command",
		ArgsUsage: "DIR INDEX",
		Description: "Trains the run of a cell, from its last checkpoint if there is one. Only one process at a time works on a cell: one that has been\n" +
			"silent for less than " + lease.Expiry.String() + " still holds it. A cell that is done stays unchanged.\n\n" +
			"The exit status is 0 if the cell is done; 75 if it should be tried again (after a SIGTERM or a SIGUSR1, which leave a checkpoint, or\n" +
			"if another process works on the cell, or if it waits for other cells); 2 if the plan cannot be run; and 1 for a failure. It is also a\n" +
			"failure if the cell was killed " + strconv.Itoa(lease.MaxKilled) + " times in a row without a new checkpoint or, with --engine, if it waits for a cell on which no process\n" +
			"works and which is not in the queue.\n\n" +
			"Example:\n   glorot sweep cell sweeps/a 7\n   glorot sweep cell sweeps/a \"$((SLURM_ARRAY_TASK_ID + 1000))\"\n" +
			"   glorot sweep cell /shared/a \"$JOB_COMPLETION_INDEX\"",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "engine", Usage: "ask `ENGINE` (slurm) whether a cell that this one waits for is still going to be done"},
			&cli.IntFlag{Name: "threads", Usage: "compute on `N` threads instead of those in the configuration; the results do not depend on it"},
			dataFlag(),
		},
		Action: func(c *cli.Context) error {
			if err := cmp.Or(takes(c, "a sweep's directory and an index", 2), oneOf(c, "engine", "slurm"), atLeast(c, 1, "threads")); err != nil {
				return err
			}
			index, err := strconv.Atoi(c.Args().Get(1))
			if err != nil {
				return wrongUse("sweep cell: index %q; want an integer, 0 or more", c.Args().Get(1))
			}
			dir := c.Args().First()
			p, err := sweep.Read(dir)
			if err != nil {
				return err
			}
			return cellWorker.workOn(c, p.In(dir), dir, index)
		},
	}
}
