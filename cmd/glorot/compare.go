package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/compare"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/run/query"
	"glorot/experiments/runner"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

func compareCommand() *cli.Command {
	return &cli.Command{
		Name:      "compare",
		Usage:     "compare configurations over the seeds of their runs",
		ArgsUsage: "RUN|FOLDER|ARCHIVE…",
		Description: "Groups runs by the configuration keys in which they differ, and takes the runs of a group, which differ only in their seeds and\n" +
			"lengths, as replicates. For each metric it prints the centre of every group with a 95 % interval, and the difference of every group\n" +
			"from the first or from --baseline, with its interval, its size in standard deviations (Hedges' g), its p and a verdict: differs, or no\n" +
			"difference shown. --all-pairs does this for every two groups. The verdict is by Holm's correction for the pairs of a metric and layer.\n\n" +
			"Intervals and tests are Student's on a scale that fits the number: the logit of shares, the logarithm of positive numbers, whose\n" +
			"differences are factors. Runs of two groups with the same seeds and images are pairs, unless --unpaired is given; other groups are\n" +
			"compared by Welch's t-test. The runs are compared at their ends, or after the last number of updates that all of them have.\n" +
			"glorot help query explains how runs are selected and grouped, and the metrics.\n\n" +
			"--out makes a directory with compare.html (a self-contained page), compare.md, compare.json and figures/: learning curves, the\n" +
			"layers against depth, and the distributions of the layers.\n\n" +
			"Example:\n   glorot compare runs --where data.name=shapeset --group-by model.init --baseline model.init=standard --out comparison",
		Flags: []cli.Flag{
			whereFlag(),
			&cli.StringSliceFlag{Name: "group-by", Usage: "group by `KEY,KEY` only; may be repeated"},
			&cli.StringSliceFlag{Name: "ignore", Usage: "do not group by `KEY,KEY`, and do not warn that runs differ in it; may be repeated"},
			&cli.StringSliceFlag{Name: "baseline", Aliases: []string{"base"}, Usage: "compare with the group that has `KEY=VALUE`, or with this label; may be repeated"},
			&cli.BoolFlag{Name: "unpaired", Usage: "take the runs of two groups with the same seeds as independent"},
			&cli.BoolFlag{Name: "all-pairs", Usage: "test every pair of groups, with Holm's correction"},
			&cli.StringSliceFlag{Name: "metric", Usage: "print `METRIC` only; may be repeated: " + strings.Join(compare.Names(), ", ")},
			&cli.IntFlag{Name: "at", Value: -1, Usage: "compare after `N` updates, or the last number below it that all runs have"},
			&cli.Float64Flag{Name: "alpha", Value: 0.05, Usage: "call a difference significant if p is below `P`"},
			&cli.StringFlag{Name: "format", Value: string(report.TableText), Usage: "print the numbers as `FORMAT`: table, markdown, latex (for the package booktabs), csv or json"},
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
	if err := atLeast(c, 0, "at"); err != nil {
		return err
	}
	format := report.TableFormat(c.String("format"))
	if !slices.Contains(report.TableFormats, format) {
		return wrongUse("--format %q; want one of table, markdown, latex, csv, json", format)
	}
	if c.Bool("json") {
		if c.IsSet("format") && format != report.TableJSON {
			return wrongUse("--json and --format %s; want one of the two", format)
		}
		format = report.TableJSON
	}
	o := compare.Options{Metrics: sliceOf(c, "metric"), At: c.Int("at"), Alpha: c.Float64("alpha"), Allowed: runner.Allowed(), Unpaired: c.Bool("unpaired"), Pairs: c.Bool("all-pairs")}
	var err error
	if o.GroupBy, err = query.ParseProjection(sliceOf(c, "group-by"), c.StringSlice("ignore")); err != nil {
		return err
	}
	if o.Base, o.Label, err = baseline(c.StringSlice("baseline")); err != nil {
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
		err := fill(out, compare.Product, func(dir *atomicfile.Dir) error {
			return result.Write(dir, comparisonCommand(c), run.ThisProgram().Version)
		})
		if err != nil {
			return err
		}
	}
	if format != report.TableJSON {
		warn(c.App.ErrWriter, result.Warnings...)
	}
	if err := result.WriteTables(c.App.Writer, format); err != nil || out == "" || format != report.TableText {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "comparison in %s\n", filepath.Join(out, "compare.html"))
	return err
}

// baseline reads the flag of that name: terms KEY=VALUE, or one label.
func baseline(terms []string) (query.Filter, string, error) {
	if len(terms) == 1 && !strings.Contains(terms[0], "=") {
		if terms[0] == "" {
			return nil, "", wrongUse("--baseline is empty; want KEY=VALUE or the label of a group")
		}
		return nil, terms[0], nil
	}
	filter, err := query.ParseFilter("--baseline", terms, runner.Allowed())
	return filter, "", err
}

// comparisonCommand is the command line as it was typed.
func comparisonCommand(c *cli.Context) string {
	words := []string{"glorot", "compare"}
	for _, arg := range c.Args().Slice() {
		words = append(words, work.Quote(arg))
	}
	return strings.Join(append(words, flagWords(c, "where", "group-by", "ignore", "baseline", "metric", "unpaired", "all-pairs", "at", "alpha")...), " ")
}
