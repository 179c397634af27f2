package outcome

import (
	"context"
	"errors"
	"fmt"
	"io"

	"glorot/experiments/report"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/sweep"
	"glorot/experiments/wording"
	"glorot/experiments/work"
)

// Product describes the directory that [Report.Write] fills.
var Product = atomicfile.Product{Name: "report", Has: "report.json", Files: []string{"figures", "report.html", "report.json", "report.md"}}

// A Report has the results of a sweep for programs.
type Report struct {
	Sweep string `json:"sweep"`
	*Outcome
	Next []string `json:"next"` // what is missing, and the command for it
	plan *sweep.Plan
}

// NewReport reads the results of the plan in a directory. The command does what is missing.
func NewReport(ctx context.Context, dir string, p *sweep.Plan, command string) (Report, error) {
	o, err := Read(ctx, dir, p)
	if err != nil {
		return Report{}, err
	}
	return Report{Sweep: dir, Outcome: o, Next: o.next(command), plan: p}, nil
}

// next says what is missing, and how a command does it.
func (o *Outcome) next(command string) []string {
	list, left, failed := []string{}, work.Tally{}, []string{}
	for _, s := range o.Missing {
		if s.State == work.Failed {
			failed = append(failed, fmt.Sprintf("cell %d, %s: %s", s.Task, s.Name, s.Reason))
		} else {
			left[s.State]++
		}
	}
	if len(left) > 0 {
		list = append(list, fmt.Sprintf("not finished: %s; %s continues", left, command))
	}
	if len(failed) > 0 {
		list = append(list, fmt.Sprintf("%s failed; %s --retry-failed tries again", wording.Plural(len(failed), "cell"), command))
	}
	list = append(list, failed...)
	for _, why := range o.Damaged {
		list = append(list, "left out: "+why)
	}
	return list
}

// WriteText writes the table and what is missing.
func (r Report) WriteText(w io.Writer) error {
	if err := r.Table().WriteText(w); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s: %s\n", r.Sweep, r.Cells)
	for _, line := range r.Next {
		_, e := fmt.Fprintln(w, line)
		err = errors.Join(err, e)
	}
	return err
}

// Write fills a directory with the report for programs, as a page and as Markdown, and with its figures.
func (r Report) Write(dir *atomicfile.Dir, made report.Run) error {
	page := r.Page(r.plan, r.Sweep, r.Cells.String(), r.Next, made)
	return dir.Fill(map[string]func(io.Writer) error{
		"report.json": func(w io.Writer) error { return report.WriteJSON(w, r) },
		"report.md":   func(w io.Writer) error { return report.WriteMarkdown(w, page) },
		"report.html": func(w io.Writer) error { return report.WritePage(w, page) },
	}, report.FigureFolder(page.Figures()))
}
