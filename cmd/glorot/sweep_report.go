package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"glorot/experiments/report"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/sweep"
	"glorot/experiments/sweep/outcome"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

func sweepReportCommand() *cli.Command {
	return &cli.Command{
		Name:      "report",
		Usage:     "report the errors of a sweep over seeds, as a table and as heat maps",
		ArgsUsage: "DIR",
		Description: "Prints one row per point (an entry of list with a combination of grid): how many of its runs are done, the test error at the end and\n" +
			"where the validation error was lowest (the mean over seeds and Student's 95 % interval of two seeds or more, as glorot\n" +
			"compare has them, on the logit scale), what the search chose, and what is missing. The sweep need not be finished.\n\n" +
			"--out makes a directory with report.html (a self-contained page), report.md, report.json and figures/: the test errors over the axes\n" +
			"of list and grid, and the validation errors over those of the search. One axis is drawn as a line, two as a heat map, more as\n" +
			"several heat maps.\n\n" +
			"Example:\n   glorot sweep report sweeps/a --out sweeps/a-report",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: "make the report in `DIR`, which must be new, empty or an earlier report"},
			jsonFlag(),
		},
		Action: reportSweep,
	}
}

func reportSweep(c *cli.Context) error {
	dir, p, err := sweepArgument(c)
	if err != nil {
		return err
	}
	var out *atomicfile.Dir
	if c.IsSet("out") {
		if out, err = stage(c.String("out"), reportProduct); err != nil {
			return err
		}
		defer out.Remove()
	}
	o, err := outcome.Read(c.Context, dir, p)
	if err != nil {
		return err
	}
	r := sweepReport{Sweep: dir, Outcome: o, plan: p}
	r.Next = r.next()
	if out != nil {
		if err := r.write(out); err != nil {
			return err
		}
		if err := out.Finish(); err != nil {
			return err
		}
	}
	if c.Bool("json") {
		return printJSON(c, r)
	}
	if err := r.print(c.App.Writer); err != nil || out == nil {
		return err
	}
	_, err = fmt.Fprintf(c.App.Writer, "report in %s\n", filepath.Join(out.Out, "report.html"))
	return err
}

// reportProduct describes the directory of --out.
var reportProduct = atomicfile.Product{Name: "report", Has: "report.json", Files: []string{"figures", "report.html", "report.json", "report.md"}}

// sweepReport has the results of a sweep for programs; page shows them to readers.
type sweepReport struct {
	Sweep string `json:"sweep"`
	*outcome.Outcome
	Next []string `json:"next"` // what is missing, and the command for it
	plan *sweep.Plan
}

// next says what is missing, and which command does it.
func (r sweepReport) next() []string {
	list := []string{}
	command := "glorot sweep run " + quoted(r.Sweep)
	if r.stored() {
		command += " --data DIR"
	}
	left := []work.Status{}
	for _, s := range r.Missing {
		if s.State != work.Failed {
			left = append(left, s)
		}
	}
	if len(left) > 0 {
		list = append(list, fmt.Sprintf("not finished: %s; %s continues", counted(left), command))
	}
	if n := len(r.Missing) - len(left); n > 0 {
		list = append(list, fmt.Sprintf("%s failed; %s --retry-failed tries again", report.Plural(n, "cell"), command))
	}
	for _, s := range r.Missing {
		if s.State == work.Failed {
			list = append(list, fmt.Sprintf("cell %d, %s: %s", s.Task, s.Name, s.Reason))
		}
	}
	for _, why := range r.Damaged {
		list = append(list, "left out: "+why)
	}
	return list
}

// stored reports whether any cell needs images from files.
func (r sweepReport) stored() bool {
	for _, name := range r.plan.DataSets() {
		if needsFolder(name, "") != nil {
			return true
		}
	}
	return false
}

// print writes the table and what is missing.
func (r sweepReport) print(w io.Writer) error {
	if err := r.Table().WriteText(w); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s: %s\n", r.Sweep, countWords(r.Cells))
	for _, line := range r.Next {
		_, e := fmt.Fprintln(w, line)
		err = errors.Join(err, e)
	}
	return err
}

// write fills a directory.
func (r sweepReport) write(dir *atomicfile.Dir) error {
	page := r.Page(r.plan, r.Sweep, countWords(r.Cells), r.Next, report.Run{Command: "glorot sweep report " + quoted(r.Sweep), Version: buildVersions().Version})
	return dir.Fill(map[string]func(io.Writer) error{
		"report.json": func(w io.Writer) error { return report.WriteJSON(w, r) },
		"report.md":   func(w io.Writer) error { return report.WriteMarkdown(w, page) },
		"report.html": func(w io.Writer) error { return report.WritePage(w, page) },
	}, report.FigureFolder(page.Figures()))
}
