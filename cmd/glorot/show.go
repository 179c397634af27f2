package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"glorot/experiments/live"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/show"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"
)

func showCommand() *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "show what a run is, how it went, and what is unusual about its layers",
		ArgsUsage: "RUN|ARCHIVE",
		Description: "Prints the network, the data and the training, the first, the best and the last error, and for each layer the standard deviations of\n" +
			"the activations and of the gradients, the share of saturated activations and what else was recorded, now and at the beginning. It\n" +
			"says what is unusual: layers that are saturated or dead, gradients that vanish or explode, a cost that explodes, an error at chance.\n" +
			"The run may be running.\n\n" +
			"--out draws the depth figure, which has the same quantities against depth, and the saturation of each layer over time.\n\n" +
			"Example:\n   glorot show runs/a\n   glorot show runs/a --at 20000 --out layers.svg",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "at", Value: -1, DefaultText: "the last", Usage: "show the run after `UPDATE`"},
			&cli.StringFlag{Name: "out", Usage: "draw the figure in `FILE`, whose name ends in " + strings.Join(report.Formats(), ", ")},
			jsonFlag(),
		},
		Action: showRun,
	}
}

func showRun(c *cli.Context) error {
	if err := cmp.Or(takes(c, "one run"), atLeast(c, 0, "at")); err != nil {
		return err
	}
	out := c.String("out")
	if c.IsSet("out") && !slices.Contains(report.Formats(), filepath.Ext(out)) {
		return wrongUse("--out %q; want a name that ends in %s", out, strings.Join(report.Formats(), ", "))
	}
	f, err := followed(c.Args().First())
	if err != nil {
		return err
	}
	s, err := show.New(f, c.Int("at"))
	if err != nil {
		return err
	}
	if out != "" {
		fig, err := show.Figure(f, s.Update)
		if err != nil {
			return err
		}
		if err := fig.WriteFile(out); err != nil {
			return err
		}
	}
	if c.Bool("json") {
		return printJSON(c, s)
	}
	if err := s.WriteText(c.App.Writer, columns()); err != nil || out == "" {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "figure in %s\n", out)
	return err
}

// followed reads a run or an archive.
func followed(path string) (*live.Follower, error) {
	if _, err := run.Open(path); err != nil {
		return nil, err // which says best what a path that is not a run is
	}
	return live.Follow(path, time.Now())
}

// columns is the width of the terminal, or 80.
func columns() int {
	if width, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && width > 0 {
		return width
	}
	return 80
}
