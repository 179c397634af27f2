package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"glorot/experiments/compare"
	"glorot/experiments/export"
	"glorot/experiments/run/atomicfile"

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
			"--out writes figures (learning curves, layers during training, the distributions of every layer over each other) and\n" +
			"compare.json.\n\n" +
			"Example:\n   glorot compare runs/a1 runs/a2 runs/b1 runs/b2 --group-by model.init --out comparison",
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "group-by", Usage: "group by `KEY` of the configuration alone; may be repeated"},
			&cli.StringSliceFlag{Name: "metric", Usage: "print `METRIC` alone; may be repeated: " + strings.Join(compare.Names(), ", ")},
			&cli.IntFlag{Name: "at", Value: -1, Usage: "compare after `N` updates, or the last before that all have"},
			&cli.Float64Flag{Name: "alpha", Value: 0.05, Usage: "a p below `P` is a difference"},
			&cli.StringFlag{Name: "out", Usage: "write figures and compare.json to `DIR`, new or empty"},
			jsonFlag(),
		},
		Action: compareRuns,
	}
}

func compareRuns(c *cli.Context) error {
	if c.NArg() == 0 {
		return wrongUse("compare takes two or more runs, got none")
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
	if out := c.String("out"); out != "" {
		if err := writeComparison(out, result); err != nil {
			return err
		}
	}
	if c.Bool("json") {
		return printJSON(c, result)
	}
	warn(c.App.ErrWriter, result.Warnings...)
	return printComparison(c.App.Writer, result)
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

// writeComparison makes a directory with the figures and the numbers.
func writeComparison(out string, c *compare.Comparison) error {
	s, err := stage(out)
	if err != nil {
		return err
	}
	defer s.remove()
	for _, f := range c.Figures() {
		if _, err := f.Save(s.dir); err != nil {
			return err
		}
	}
	if err := atomicfile.Write(filepath.Join(s.dir, "compare.json"), func(w io.Writer) error { return writeJSON(w, c) }); err != nil {
		return err
	}
	return s.finish()
}

// printComparison prints the groups, and a row for every metric and group.
func printComparison(out io.Writer, c *compare.Comparison) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "GROUP\tRUNS\tSEEDS")
	for _, g := range c.Groups {
		var seeds []string
		for _, r := range g.Runs {
			seeds = append(seeds, r.Value("seed"))
		}
		fmt.Fprintf(w, "%s\t%d\t%s\n", g.Name(), len(g.Runs), strings.Join(seeds, ", "))
	}
	fmt.Fprintln(w)
	var notes footnotes
	fmt.Fprintln(w, "METRIC\tLAYER\tGROUP\tN\tCENTER\t95 % INTERVAL\tDIFFERENCE\tP")
	for _, m := range c.Metrics {
		for i, s := range m.Groups {
			name, layer := m.Name, fmt.Sprint(m.Layer)
			if m.Layer == 0 {
				layer = "-"
			}
			if i > 0 {
				name, layer = "", ""
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\t%s\n", name, layer, c.Groups[i].Name(), len(s.Values), center(m, s), interval(m, s)+notes.marks(s.Warnings), againstBase(s.Against, m.Percent, &notes))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for i, note := range notes {
		fmt.Fprintf(out, "%s %s\n", superscript(i+1), note)
	}
	if n := tests(c); n > 0 {
		fmt.Fprintf(out, "%s at alpha = %g: of so many, %.2g would differ by chance\n", plural(n, "test"), c.Alpha, c.Alpha*float64(n))
	}
	return nil
}

// tests counts those that could have found a difference.
func tests(c *compare.Comparison) (n int) {
	for _, m := range c.Metrics {
		for _, s := range m.Groups {
			if s.Against != nil && len(s.Against.Warnings) == 0 {
				n++
			}
		}
	}
	return n
}

func center(m compare.Metric, s compare.Summary) string {
	if len(s.Values) == 0 {
		return "-"
	}
	return number(s.Center, m.Percent)
}

func interval(m compare.Metric, s compare.Summary) string {
	switch {
	case len(s.Values) == 0:
		return "-"
	case math.IsInf(s.Low, 0) || math.IsInf(s.High, 0):
		return "unknown"
	}
	return number(s.Low, m.Percent) + " to " + number(s.High, m.Percent)
}

// againstBase is the difference from the base and its p, two cells.
func againstBase(t *compare.Test, percent bool, notes *footnotes) string {
	if t == nil {
		return "\t"
	}
	d := "~"
	if t.Differs {
		if d = fmt.Sprintf("%+.4g", t.Difference); percent {
			d = fmt.Sprintf("%+.2f points", 100*t.Difference)
		}
	}
	return fmt.Sprintf("%s\t%s", d, probability(t.P)+notes.marks(t.Warnings))
}

func probability(p float64) string {
	if p < 0.001 {
		return "<0.001"
	}
	return fmt.Sprintf("%.3f", p)
}

// number is a share in percent, or a number of four digits.
func number(v float64, percent bool) string {
	if percent {
		return fmt.Sprintf("%.2f %%", 100*v)
	}
	return fmt.Sprintf("%.4g", v)
}

// footnotes are warnings, each told once below the table.
type footnotes []string

// marks are the signs of warnings in the table, "" of none.
func (f *footnotes) marks(warnings []error) string {
	var marks strings.Builder
	for _, w := range warnings {
		i := slices.Index(*f, w.Error())
		if i < 0 {
			i = len(*f)
			*f = append(*f, w.Error())
		}
		marks.WriteString(" " + superscript(i+1))
	}
	return marks.String()
}

// superscript writes a small number above the line.
func superscript(n int) string {
	const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹"
	var b strings.Builder
	for _, d := range fmt.Sprint(n) {
		b.WriteRune([]rune(digits)[d-'0'])
	}
	return b.String()
}
