package main

import (
	"os"

	"glorot/experiments/progress"
	"glorot/experiments/run"
	"glorot/experiments/runner"
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
			if err := needsTerminal(); err != nil {
				return err
			}
			return watch.Run(c.Context, paths...)
		},
	}
}

// needsTerminal returns an error if standard output is not a terminal.
func needsTerminal() error {
	if !term.IsTerminal(int(os.Stdout.Fd())) {
		return wrongUse("watching needs a terminal on standard output; glorot runs lists runs, and glorot show describes one")
	}
	return nil
}

// trainWatched trains a run and shows it on the terminal. When the user leaves the screen it shows how far the training has come.
func trainWatched(c *cli.Context, dir string, cfg run.Config) (trace *run.Trace, err error) {
	bar := progress.New(c.App.ErrWriter)
	defer bar.Clear()
	err = watch.While(c.Context, dir, func(left func() bool) (err error) {
		trace, err = newRunner(c).Do(c.Context, dir, cfg, func(at runner.Point) {
			if left() {
				bar.Training(at)
			}
		})
		return err
	})
	return trace, err
}
