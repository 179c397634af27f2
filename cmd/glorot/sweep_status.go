package main

import (
	"fmt"
	"text/tabwriter"

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
			return printStatuses(c, dir, list)
		},
	}
}

func printStatuses(c *cli.Context, dir string, list []work.Status) error {
	t := tabwriter.NewWriter(c.App.Writer, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "cell\tstate\tupdates\ttries\t\n")
	for _, s := range list {
		state := s.State
		if s.Engine != "" {
			state += " (" + s.Engine + ")"
		}
		what := s.Name
		switch {
		case s.State == work.Running:
			what += fmt.Sprintf("; process %d on %s", s.PID, s.Host)
		case s.Reason != "":
			what += "; " + s.Reason
		}
		fmt.Fprintf(t, "%d\t%s\t%d\t%d\t%s\n", s.Task, state, s.Updates, s.Tries, what)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.App.Writer, "%s: %s\n", dir, counted(list))
	return err
}
