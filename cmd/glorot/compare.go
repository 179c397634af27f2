package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"glorot/experiments/compare"
	"glorot/experiments/export"
	"glorot/experiments/report"

	"github.com/urfave/cli/v2"
)

func compareCommand() *cli.Command {
	return &cli.Command{
		Name:      "compare",
		Usage:     "compare configurations over the seeds of their runs",
		ArgsUsage: "RUN…",
		Description: "Groups the runs by the configuration keys in which they differ; runs of one group that differ in seed and data.seed alone are its\n" +
			"replicates. For each number that was logged it prints the mean of every group with its 95 % interval (Student's) and the\n" +
			"difference from the first group with the p of Welch's t-test; of numbers that pile up at the end of their range (z/p99, z/flat)\n" +
			"the median with an interval of order statistics, and Mann-Whitney's U test. ~ is no difference at --alpha. Numbers are those at\n" +
			"the end, or of the last update that all runs have. A folder stands for all runs below it.\n\n" +
			"--out makes a directory of compare.html (one page, nothing loaded from elsewhere), compare.md, compare.json and figures/:\n" +
			"learning curves, layers during training, and the distributions of every layer over each other.\n\n" +
			"Example:\n   glorot compare runs/a1 runs/a2 runs/b1 runs/b2 --group-by model.init --out comparison",
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "group-by", Usage: "group by `KEY` of the configuration alone; may be repeated"},
			&cli.StringSliceFlag{Name: "metric", Usage: "print `METRIC` alone; may be repeated: " + strings.Join(compare.Names(), ", ")},
			&cli.IntFlag{Name: "at", Value: -1, Usage: "compare after `N` updates, or the last before that all have"},
			&cli.Float64Flag{Name: "alpha", Value: 0.05, Usage: "a p below `P` is a difference"},
			&cli.StringFlag{Name: "out", Usage: "make a page with figures in `DIR`, which must not hold anything but an earlier one"},
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
	dirs, err := runsBelow(c.Args().Slice())
	if err != nil {
		return err
	}
	runs, err := export.Read(dirs)
	if err != nil {
		return err
	}
	o := compare.Options{GroupBy: c.StringSlice("group-by"), Metrics: c.StringSlice("metric"), At: c.Int("at"), Alpha: c.Float64("alpha")}
	if !c.IsSet("group-by") {
		o.GroupBy = nil
	}
	if !c.IsSet("metric") {
		o.Metrics = nil
	}
	result, err := compare.Compare(runs, o)
	if err != nil {
		return err
	}
	out := c.String("out")
	if out != "" {
		if err := writeComparison(out, comparisonCommand(c), result); err != nil {
			return err
		}
	}
	if c.Bool("json") {
		return printJSON(c, result)
	}
	warn(c.App.ErrWriter, result.Warnings...)
	if err := printComparison(c.App.Writer, result); err != nil || out == "" {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "comparison in %s\n", filepath.Join(out, "compare.html"))
	return err
}

// runsBelow are the runs that the arguments are, or that lie below them.
func runsBelow(args []string) (dirs []string, err error) {
	for _, arg := range args {
		before := len(dirs)
		err := eachRun(arg, func(dir string) { dirs = append(dirs, dir) })
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, wrongUse("%s: there is no such folder, expected: a run, or a folder with runs below it", arg)
		case err != nil:
			return nil, err
		case len(dirs) == before:
			return nil, wrongUse("%s: is no run, and has none below it", arg)
		}
	}
	return dirs, nil
}

// comparisonProduct is what --out makes.
func comparisonProduct() product {
	return product{"comparison", "compare.json", []string{"compare.html", "compare.json", "compare.md", "figures"}}
}

// writeComparison makes a directory with a page, its figures and the numbers.
func writeComparison(out, command string, c *compare.Comparison) error {
	s, err := stageFor(out, comparisonProduct())
	if err != nil {
		return err
	}
	defer s.remove()
	figures := c.Figures()
	if err := writeFigures(s.dir, figures); err != nil {
		return cannotMake(s.out, err)
	}
	page := comparisonPage(c, command, figures)
	err = writeFiles(s.dir, map[string]func(io.Writer) error{
		"compare.json": func(w io.Writer) error { return writeJSON(w, c) },
		"compare.md":   func(w io.Writer) error { return report.WriteMarkdown(w, page) },
		"compare.html": func(w io.Writer) error { return report.WritePage(w, page) },
	})
	if err != nil {
		return cannotMake(s.out, err)
	}
	return s.finish()
}

// comparisonPage is a comparison for readers.
func comparisonPage(c *compare.Comparison, command string, figures []report.Figure) report.Page {
	var names []string
	for _, g := range c.Groups {
		names = append(names, g.Name())
	}
	metrics := report.Section{ID: "metrics", Title: "Numbers", Tables: []report.Table{c.Table()}}
	for _, w := range c.Warnings {
		metrics.Text = append(metrics.Text, "Warning: "+w.Error()+".")
	}
	p := report.Page{
		Title: "Runs compared by " + strings.Join(c.Keys, " and "),
		Lead:  strings.Join(names, " against ") + ".",
		Run:   report.Run{Command: command, Version: buildVersions().Version},
		Sections: []report.Section{
			{ID: "groups", Title: "Groups", Tables: []report.Table{c.GroupTable()}}, metrics,
		},
	}
	if len(c.Keys) == 0 {
		p.Title = "Runs of one configuration"
	}
	for _, f := range figures {
		p.Sections = append(p.Sections, report.Section{ID: f.ID, Title: f.Title, Figure: &f})
	}
	return p
}

// comparisonCommand is the command line, as typed.
func comparisonCommand(c *cli.Context) string {
	words := []string{"glorot", "compare"}
	for _, arg := range c.Args().Slice() {
		words = append(words, quoted(arg))
	}
	for _, name := range []string{"group-by", "metric"} {
		for _, v := range c.StringSlice(name) {
			words = append(words, "--"+name, v)
		}
	}
	for _, name := range []string{"at", "alpha"} {
		if c.IsSet(name) {
			words = append(words, "--"+name, fmt.Sprint(c.Value(name)))
		}
	}
	return strings.Join(words, " ")
}

// printComparison prints the groups, and a row for every metric and group.
func printComparison(w io.Writer, c *compare.Comparison) error {
	if err := printTable(w, c.GroupTable()); err != nil {
		return err
	}
	fmt.Fprintln(w)
	table := c.Table()
	if err := printTable(w, table); err != nil {
		return err
	}
	for _, note := range append([]string{table.Caption}, table.Notes...) {
		if _, err := fmt.Fprintln(w, note); err != nil {
			return err
		}
	}
	return nil
}
