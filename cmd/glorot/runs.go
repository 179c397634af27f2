package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"glorot/experiments/export"
	"glorot/experiments/run/listing"
	"glorot/experiments/run/query"

	"github.com/urfave/cli/v2"
)

func runsCommand() *cli.Command {
	return &cli.Command{
		Name:      "runs",
		Usage:     "list runs with their status, progress, error and age",
		ArgsUsage: "[RUN|FOLDER|ARCHIVE…]",
		Description: "Lists all runs below the folders, without one below runs, the oldest first. The status is running, done, diverged,\n" +
			"interrupted, failed, killed (nobody writes to it and it did not end; glorot train --resume continues it) or damaged. Progress is in\n" +
			"updates; the error is the test error when it was last measured; the time left is that of a running\n" +
			"run; the age is the time since it began.\n\n" +
			whereHelp + "\n\n" +
			"Example:\n   glorot runs runs --where model.init=normalized --where model.hidden=[100,100]",
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
			slices.SortStableFunc(list, listing.ByStart)
			if c.Bool("json") {
				return printJSON(c, list)
			}
			if len(list) == 0 {
				fmt.Fprintf(c.App.ErrWriter, "glorot: no such runs below %s\n", strings.Join(paths, ", "))
				return nil
			}
			return listing.WriteText(c.App.Writer, list, time.Now())
		},
	}
}

// whereFlag is --where, of the commands that read several runs.
func whereFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "where", Usage: "only runs that have `KEY=VALUE`; may be repeated"}
}

// whereHelp explains how runs are named and chosen.
const whereHelp = "Runs are named as directories, as archives (NAME.jsonl.gz), or as folders with runs below them. --where keeps the runs that have a\n" +
	"value of a key of the configuration, or of run, id, fork (the update at which it continues another run, or none) or status; of\n" +
	"several all must hold. Numbers are equal as numbers: train.rate=1e-2 finds 0.01."

// chosenRuns returns the runs that the paths name and --where keeps.
func chosenRuns(c *cli.Context, paths []string) ([]listing.Run, error) {
	filter, err := query.ParseFilter("--where", c.StringSlice("where"))
	if err != nil {
		return nil, err
	}
	return listing.List(c.Context, paths, filter)
}

// someRuns returns the runs that the arguments name and --where keeps, at least one.
func someRuns(c *cli.Context) ([]listing.Run, error) {
	list, err := chosenRuns(c, c.Args().Slice())
	where := strings.Join(c.Args().Slice(), ", ")
	switch {
	case err != nil || len(list) > 0:
		return list, err
	case c.IsSet("where"):
		return nil, wrongUse("%s: no run there has %s", where, strings.Join(c.StringSlice("where"), " and "))
	}
	return nil, wrongUse("%s: is no run, and has none below it", where)
}

// readRuns reads what [someRuns] returns.
func readRuns(c *cli.Context) ([]*export.Run, error) {
	list, err := someRuns(c)
	if err != nil {
		return nil, err
	}
	paths := make([]string, len(list))
	for i, r := range list {
		paths[i] = r.Path
	}
	runs, err := export.Read(paths)
	for i, r := range runs {
		r.Status = list[i].Status // which knows whether a run that has not ended is running
	}
	return runs, err
}
