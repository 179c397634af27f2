package main

import (
	"context"
	"os"

	"glorot/experiments/run"
	"glorot/experiments/watch"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"
)

func watchCommand() *cli.Command {
	return &cli.Command{
		Name:      "watch",
		Usage:     "watch runs on the terminal while they are trained",
		ArgsUsage: "[RUN|FOLDER|ARCHIVE…]",
		Description: "Shows a list of the runs with their status, progress, error and time left, and the errors of several of them over each other. Enter\n" +
			"shows the layers of a run: bars, their course, and histograms over time. The arrow keys go back in time. ? explains the keys.\n\n" +
			"It reads the runs' files alone and writes nothing, so it may watch runs of other processes, and of other machines on a shared disk.\n\n" +
			"Example:\n   glorot watch runs",
		Action: func(c *cli.Context) error {
			paths := c.Args().Slice()
			if len(paths) == 0 {
				paths = []string{"runs"}
			}
			if _, err := run.Find(paths...); err != nil {
				return err
			}
			return watchRuns(c.Context, paths...)
		},
	}
}

// watchRuns shows runs on the terminal until the user quits.
func watchRuns(ctx context.Context, paths ...string) error {
	if !term.IsTerminal(int(os.Stdout.Fd())) {
		return wrongUse("watch needs a terminal on standard output; glorot runs lists runs, and glorot show describes one")
	}
	return watch.Run(ctx, paths...)
}
