package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"glorot/experiments/export"
	"glorot/experiments/live"
	"glorot/experiments/run/query"
	"glorot/experiments/runner"
	"glorot/experiments/sweep"

	"github.com/urfave/cli/v2"
)

func runsCommand() *cli.Command {
	return &cli.Command{
		Name:      "runs",
		Usage:     "list runs with their status, progress, error and age",
		ArgsUsage: "[RUN|FOLDER|ARCHIVE…]",
		Description: "Lists all runs below the folders, or below runs, the oldest first. The status is running, done, diverged, interrupted, failed,\n" +
			"killed (it did not end, but no process writes to it; glorot train --resume continues it) or damaged. The progress is in updates, up to\n" +
			"the last record and, if the run did not end, from which checkpoint it continues; the error is the last measured test error, the time\n" +
			"left is an estimate for a running run, and the age is the time since it began. The runs of a sweep or a study follow a line that says\n" +
			"how many of its cells are done.\n" +
			"glorot help query explains how runs are named and selected.\n\n" +
			"Example:\n   glorot runs runs --where model.init=normalized --where model.hidden='[100,100]'",
		Flags: []cli.Flag{
			whereFlag(),
			jsonFlag(),
		},
		Subcommands: []*cli.Command{convertCommand(), archiveCommand()},
		Action: func(c *cli.Context) error {
			paths := c.Args().Slice()
			if len(paths) == 0 {
				paths = []string{"runs"}
			}
			list, err := chosenRuns(c, paths)
			if err != nil {
				return err
			}
			slices.SortStableFunc(list, live.ByStart)
			if c.Bool("json") {
				return printJSON(c, list)
			}
			if len(list) == 0 {
				fmt.Fprintf(c.App.ErrWriter, "glorot: no such runs below %s\n", strings.Join(paths, ", "))
				return nil
			}
			groups, err := sweep.Groups(c.Context, list)
			if err != nil {
				return err
			}
			return live.WriteText(c.App.Writer, groups, time.Now())
		},
	}
}

// whereFlag is --where, for the commands that read several runs.
func whereFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "where", Usage: "read only runs that have `KEY=VALUE`; may be repeated"}
}

// chosenRuns returns the runs that the paths name and --where keeps.
func chosenRuns(c *cli.Context, paths []string) ([]live.Head, error) {
	filter, err := query.ParseFilter("--where", c.StringSlice("where"), runner.Allowed())
	if err != nil {
		return nil, err
	}
	return live.List(c.Context, paths, filter)
}

// someRuns is chosenRuns with an error if there are none.
func someRuns(c *cli.Context) ([]live.Head, error) {
	list, err := chosenRuns(c, c.Args().Slice())
	where := strings.Join(c.Args().Slice(), ", ")
	switch {
	case err != nil || len(list) > 0:
		return list, err
	case c.IsSet("where"):
		return nil, wrongUse("%s: no run there has %s", where, strings.Join(c.StringSlice("where"), " and "))
	}
	return nil, wrongUse("%s: is not a run, and has no runs below it", where)
}

// readRuns reads the runs that [someRuns] returns.
func readRuns(c *cli.Context) ([]*export.Run, error) {
	list, err := someRuns(c)
	if err != nil {
		return nil, err
	}
	return export.ReadHeads(list)
}
