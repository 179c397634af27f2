package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"glorot/experiments/compare"
	"glorot/experiments/run/query"

	"github.com/urfave/cli/v2"
)

func compareCommand() *cli.Command {
	return &cli.Command{
		Name:      "compare",
		Usage:     "compare configurations over the seeds of their runs",
		ArgsUsage: "RUN|FOLDER|ARCHIVE…",
		Description: "Groups runs by the configuration keys in which they differ, and takes the runs of a group, which differ only in their seeds and\n" +
			"lengths, as replicates. For each metric it prints the mean of every group with a 95 % interval (Student's), the difference from the\n" +
			"first group, and the p of Welch's t-test. For metrics that pile up at the end of their range (z/p99, z/flat) it prints medians with\n" +
			"intervals of order statistics, and the p of Mann-Whitney's U test. ~ means that no difference is shown at --alpha. The runs are\n" +
			"compared at their ends, or after the last number of updates that all of them have.\n\n" +
			"--paired compares runs with the same seed, by a paired t-test or Wilcoxon's signed ranks. --all-pairs tests every two groups, with\n" +
			"Holm's correction. glorot help query explains how runs are selected and grouped, and the metrics.\n\n" +
			"--out makes a directory with compare.html (a self-contained page), compare.md, compare.json and figures/: learning curves, the\n" +
			"layers during training, and the distributions of every layer.\n\n" +
			"Example:\n   glorot compare runs --where data.name=shapeset --group-by model.init --base model.init=standard --out comparison",
		Flags: []cli.Flag{
			whereFlag(),
			&cli.StringSliceFlag{Name: "group-by", Usage: "group by `KEY,KEY` only; may be repeated"},
			&cli.StringSliceFlag{Name: "ignore", Usage: "do not group by `KEY,KEY`, and do not warn that runs differ in it; may be repeated"},
			&cli.StringSliceFlag{Name: "base", Usage: "compare with the group that has `KEY=VALUE`; may be repeated"},
			&cli.BoolFlag{Name: "paired", Usage: "pair the runs of two groups by their seed"},
			&cli.BoolFlag{Name: "all-pairs", Usage: "test every pair of groups, with Holm's correction"},
			&cli.StringSliceFlag{Name: "metric", Usage: "print `METRIC` only; may be repeated: " + strings.Join(compare.Names(), ", ")},
			&cli.IntFlag{Name: "at", Value: -1, Usage: "compare after `N` updates, or the last number below it that all runs have"},
			&cli.Float64Flag{Name: "alpha", Value: 0.05, Usage: "call a difference significant if p is below `P`"},
			&cli.StringFlag{Name: "out", Usage: "make a page with figures in `DIR`, which must be new, empty or an earlier comparison"},
			jsonFlag(),
		},
		Action: compareRuns,
	}
}

func compareRuns(c *cli.Context) error {
	if c.NArg() == 0 {
		return wrongUse("compare takes one or more runs, got none")
	}
	if a := c.Float64("alpha"); !(a > 0 && a < 1) {
		return wrongUse("--alpha %v; want a number above 0 and below 1", a)
	}
	if c.IsSet("at") && c.Int("at") < 0 {
		return wrongUse("--at %d; want 0 or more", c.Int("at"))
	}
	o := compare.Options{Metrics: sliceOf(c, "metric"), At: c.Int("at"), Alpha: c.Float64("alpha"), Paired: c.Bool("paired"), Pairs: c.Bool("all-pairs")}
	var err error
	if o.GroupBy, err = query.ParseProjection(sliceOf(c, "group-by"), c.StringSlice("ignore")); err != nil {
		return err
	}
	if o.Base, err = query.ParseFilter("--base", c.StringSlice("base")); err != nil {
		return err
	}
	runs, err := readRuns(c)
	if err != nil {
		return err
	}
	result, err := compare.Compare(runs, o)
	if err != nil {
		return err
	}
	out := c.String("out")
	if out != "" {
		if err := writeComparison(c, result); err != nil {
			return err
		}
	}
	if c.Bool("json") {
		return printJSON(c, result)
	}
	warn(c.App.ErrWriter, result.Warnings...)
	if err := result.WriteText(c.App.Writer); err != nil || out == "" {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "comparison in %s\n", filepath.Join(out, "compare.html"))
	return err
}

// writeComparison makes the directory of --out.
func writeComparison(c *cli.Context, result *compare.Comparison) error {
	dir, err := stage(c.String("out"), compare.Product)
	if err != nil {
		return err
	}
	defer dir.Remove()
	if err := result.Write(dir, comparisonCommand(c), buildVersions().Version); err != nil {
		return err
	}
	return dir.Finish()
}

// comparisonCommand is the command line as it was typed.
func comparisonCommand(c *cli.Context) string {
	words := []string{"glorot", "compare"}
	for _, arg := range c.Args().Slice() {
		words = append(words, quoted(arg))
	}
	for _, name := range []string{"where", "group-by", "ignore", "base", "metric"} {
		for _, v := range c.StringSlice(name) {
			words = append(words, "--"+name, quoted(v))
		}
	}
	for _, name := range []string{"paired", "all-pairs"} {
		if c.Bool(name) {
			words = append(words, "--"+name)
		}
	}
	for _, name := range []string{"at", "alpha"} {
		if c.IsSet(name) {
			words = append(words, "--"+name, fmt.Sprint(c.Value(name)))
		}
	}
	return strings.Join(words, " ")
}
