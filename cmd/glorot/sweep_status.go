package main

import (
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

func sweepStatusCommand() *cli.Command {
	return &cli.Command{
		Name:      "status",
		Usage:     "show the state of every cell of a sweep",
		ArgsUsage: "DIR",
		Description: "Reads the directories of the cells. For unfinished cells that were sent to Slurm it also shows the state of the job, if Slurm\n" +
			"can be asked.\n\n" +
			"Example:\n   glorot sweep status sweeps/a",
		Flags: []cli.Flag{jsonFlag()},
		Action: func(c *cli.Context) error {
			dir, p, err := sweepArgument(c)
			if err != nil {
				return err
			}
			list, err := p.Statuses(c.Context, dir)
			if err != nil {
				return err
			}
			queued, err := work.Queued(c.Context, dir)
			if err != nil { // without Slurm the directories are all there is
				warn(c.App.ErrWriter, err)
			}
			for i := range list {
				if !list[i].Finished() {
					list[i].Engine = queued[i].State
				}
			}
			if c.Bool("json") {
				return printJSON(c, list)
			}
			return work.WriteText(c.App.Writer, dir, list)
		},
	}
}
