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
		Usage:     "say what came out of a sweep: errors over seeds, as a table and as heat maps",
		ArgsUsage: "DIR",
		Description: "A row for each point, which is what list and grid set: how many of its runs are done, the test error at the end and where the\n" +
			"validation error was lowest (mean over seeds, with Student's 95 % interval where there are two or more), what the search chose,\n" +
			"and what is not done. A sweep need not be finished.\n\n" +
			"--out makes a directory of report.html (one page, nothing loaded from elsewhere), report.md, report.json and figures/: the test\n" +
			"errors over the axes of list and grid, and the validation errors over those of the search, as heat maps if there are two axes,\n" +
			"as a line with a band if there is one, as several heat maps if there are more.\n\n" +
			"Example:\n   glorot sweep report sweeps/a --out sweeps/a-report",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: "make the report in `DIR`, which must not hold anything but an earlier one"},
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

// reportProduct is what --out makes.
var reportProduct = atomicfile.Product{Name: "report", Has: "report.json", Files: []string{"figures", "report.html", "report.json", "report.md"}}

// sweepReport is what a sweep has come to, for programs; page has it for readers.
type sweepReport struct {
	Sweep string `json:"sweep"`
	*outcome.Outcome
	Next []string `json:"next"` // what is missing, and the command that runs it
	plan *sweep.Plan
}

// next says what is missing, and what brings it.
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
		list = append(list, fmt.Sprintf("not finished: %s; %s goes on", counted(left), command))
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

// stored reports whether a cell's images are files.
func (r sweepReport) stored() bool {
	for _, name := range r.plan.DataSets() {
		if needsFolder(name, "") != nil {
			return true
		}
	}
	return false
}

// print writes the table, and what is missing.
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
