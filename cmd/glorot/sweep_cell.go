package main

import (
	"strconv"

	"glorot/experiments/run/lease"
	"glorot/experiments/sweep"

	"github.com/urfave/cli/v2"
)

func sweepCellCommand() *cli.Command {
	return &cli.Command{
		Name:      "cell",
		Usage:     "work on one cell of a sweep, as every engine's worker does",
		ArgsUsage: "DIR INDEX",
		Description: "Trains the run of a cell, from its last checkpoint if there is one, alone: while another process works on the cell, or has\n" +
			"been silent for less than " + lease.Expiry.String() + ", it is that one's. A cell that is done stays as it is.\n\n" +
			"The exit status is 0 when the cell is done, 75 to be tried again (a SIGTERM or a SIGUSR1, after which it leaves a checkpoint;\n" +
			"the cell is another process's, or waits for other cells), 2 for a plan that no retry will mend, and 1 for a failure. It is also\n" +
			"a failure to be killed " + strconv.Itoa(lease.MaxKilled) + " times in a row with no new checkpoint, and with --engine to wait for a cell on which nobody works\n" +
			"and which is not in the queue.\n\n" +
			"Example:\n   glorot sweep cell sweeps/a 7\n   glorot sweep cell sweeps/a \"$((SLURM_ARRAY_TASK_ID + 1000))\"\n" +
			"   glorot sweep cell /shared/a \"$JOB_COMPLETION_INDEX\"",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "engine", Usage: "ask `ENGINE` (slurm) whether a cell that this one waits for will be worked on"},
			threadsFlag(), dataFlag(),
		},
		Action: func(c *cli.Context) error {
			if c.NArg() != 2 {
				return wrongUse("sweep cell takes a sweep's directory and an index, got %d arguments", c.NArg())
			}
			index, err := strconv.Atoi(c.Args().Get(1))
			if err != nil {
				return wrongUse("sweep cell: index %q; want an integer, 0 or more", c.Args().Get(1))
			}
			if e := c.String("engine"); e != "" && e != "slurm" {
				return wrongUse("--engine %q; want slurm", e)
			}
			if n := c.Int("threads"); c.IsSet("threads") && n < 1 {
				return wrongUse("--threads %d; want 1 or more", n)
			}
			dir := c.Args().First()
			p, err := sweep.Read(dir)
			if err != nil {
				return err
			}
			return workOn(c, p.In(dir), "cell", dir, index)
		},
	}
}

func threadsFlag() cli.Flag {
	return &cli.IntFlag{Name: "threads", Usage: "compute on `N` threads, whatever the configuration says; numbers do not depend on it"}
}
