package study

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"glorot/experiments/compare"
	"glorot/experiments/measure"
	"glorot/experiments/report"
	"glorot/experiments/run/atomicfile"
)

// A Print says how files of figures and tables are made.
type Print struct {
	Command, Version string // for the page
	Size             report.Size
}

// Page, JSON and Figures are what [Result.Write] makes beside the runs.
const (
	Page    = "index.html"
	JSON    = "study.json"
	Figures = "figures"
)

// Write makes the page, the figures and the tables in the directory of the study. If there are labels for texts that no figure has, it makes
// everything and returns a [*run.UsageError].
func (r *Result) Write(p Print) error {
	own := r.figures()
	figures := r.labelled(own)
	page := r.page(p, figures)
	table := r.Table()
	folder := filepath.Join(r.dir, Figures)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for _, f := range figures {
		f.Size = p.Size
		for _, format := range report.Formats() {
			if err := f.WriteFile(filepath.Join(folder, f.ID+format)); err != nil {
				return err
			}
		}
	}
	for name, write := range map[string]func(io.Writer) error{
		"table.md":  func(w io.Writer) error { return report.WriteTables(w, report.TableMarkdown, table) },
		"table.tex": func(w io.Writer) error { return report.WriteTables(w, report.TableLaTeX, table) },
		"table.csv": func(w io.Writer) error { return report.WriteTables(w, report.TableCSV, table) },
		JSON:        func(w io.Writer) error { return report.WriteJSON(w, r) },
		Page:        func(w io.Writer) error { return report.WritePage(w, page) },
	} {
		if err := atomicfile.Write(filepath.Join(r.dir, name), write); err != nil {
			return err
		}
	}
	return r.unusedLabel(own)
}

// shownFigures is how many figures a page shows above the evidence: the gradients and the learning curves.
const shownFigures = 2

// page is the result as a page, whose first sentence is the headline.
func (r *Result) page(p Print, figures []report.Figure) report.Page {
	page := report.Page{
		Title: r.Title(), Lead: r.Headline(),
		Run:    report.Run{Command: p.Command, Version: p.Version, Config: r.Source},
		Folded: "More",
	}
	evidence := report.Section{ID: "evidence", Title: "The evidence", Text: r.Evidence(), Tables: []report.Table{r.Table()}}
	for i, f := range figures {
		if i == shownFigures {
			page.Sections = append(page.Sections, evidence)
		}
		page.Sections = append(page.Sections, report.Section{ID: f.ID, Title: f.Title, Figure: &f, Folded: i >= shownFigures})
	}
	if len(figures) <= shownFigures {
		page.Sections = append(page.Sections, evidence)
	}
	page.Sections = append(page.Sections, report.Section{ID: "runs", Title: "The runs", Tables: []report.Table{r.runTable()}, Folded: true})
	return page
}

// Title is that of the file, or says what was compared.
func (r *Result) Title() string {
	switch {
	case r.title != "":
		return r.title
	case len(r.keys) == 0:
		return "A study of one configuration"
	}
	return "A study of " + and(r.keys)
}

// Evidence is sentences with the numbers behind the headline.
func (r *Result) Evidence() (list []string) {
	for _, p := range r.Pairs {
		list = append(list, p.Sentence())
	}
	list = append(list, r.flowSentences()...)
	list = append(list, r.Problems...)
	for _, w := range r.Warnings {
		list = append(list, "Note: "+w.Error()+".")
	}
	return list
}

// flowSentences say how much of the gradient reaches the first layer, and what "lost" means.
func (r *Result) flowSentences() (list []string) {
	for _, g := range r.Groups {
		f := g.Before
		if f == nil {
			continue
		}
		with := "The"
		if g.Label != "" {
			with = "With " + g.Label + " the"
		}
		text := fmt.Sprintf("%s standard deviation of dCost/ds in layer 1 is %.2g times that in layer %d %s (%s)", with, f.Ratios[0], len(f.Ratios), f.when(), f.faults())
		if f = g.After; f != nil {
			text += fmt.Sprintf(", and %.2g times %s (%s)", f.Ratios[0], f.when(), f.faults())
		}
		list = append(list, text+".")
	}
	if len(list) > 0 {
		list = append(list, fmt.Sprintf("A gradient counts as lost in a layer where the standard deviation of dCost/ds over units and examples is less than %g times that in the last "+
			"hidden layer, and as exploded where it is more than %g times that; it is lost in all layers if none reaches the last one. Of several runs the median counts.", measure.LostGradient, 1/measure.LostGradient))
	}
	return list
}

// Table has a row for each group.
func (r *Result) Table() report.Table {
	word := upperFirst(compare.Words(r.metric))
	after := ""
	if r.comparison.Tested >= 0 {
		after = fmt.Sprintf(" after %d updates", r.comparison.Tested)
	}
	scale := ""
	for _, m := range r.comparison.Metrics {
		scale = " on the " + m.Scale.String() + " scale"
	}
	against := ""
	if len(r.Groups) > 1 {
		against = "; P is against " + r.Groups[0].Label + ", by Holm's correction for all pairs"
	}
	t := report.Table{
		ID: "study", Corner: cmp.Or(strings.Join(r.keys, ", "), "Group"),
		Caption: fmt.Sprintf("%s%s, a mean over seeds with its 95 %% interval%s%s. The gradient is that of layer 1 by that of the last hidden layer, as the standard deviation of dCost/ds.",
			word, after, scale, against),
		Columns: []report.Column{{Name: "Runs"}, {Name: word}, {Name: "95 % interval"}, {Name: "P"}, {Name: "Gradient before"}, {Name: "Lost before"}, {Name: "Gradient after"}, {Name: "Lost after"}},
	}
	for i, g := range r.Groups {
		row := report.Row{Name: cmp.Or(g.Label, "all runs"), Cells: []report.Cell{report.Figures(fmt.Sprint(g.Ended), float64(g.Ended)), r.figure(g.Center), r.interval(g), r.against(i)}}
		for _, f := range []*Flow{g.Before, g.After} {
			if f == nil {
				row.Cells = append(row.Cells, report.Words("-"), report.Words("-"))
				continue
			}
			row.Cells = append(row.Cells, report.Figures(fmt.Sprintf("%.2g", f.Ratios[0]), f.Ratios[0]), report.Words(compare.LayerList(f.Lost)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (r *Result) figure(v float64) report.Cell {
	if math.IsNaN(v) {
		return report.Words("-")
	}
	return report.Figures(r.written(v), v)
}

// written writes a value of the metric.
func (r *Result) written(v float64) string {
	if r.percent {
		return fmt.Sprintf("%.2f %%", 100*v)
	}
	return fmt.Sprintf("%.4g", v)
}

func (r *Result) interval(g Group) report.Cell {
	s := compare.Summary{Values: g.Values, Low: g.Low, High: g.High}
	return report.Cell{Text: s.Interval(r.written), Interval: &report.Interval{Low: report.Number(g.Low), High: report.Number(g.High)}}
}

// against is the p of a group and the baseline.
func (r *Result) against(group int) report.Cell {
	for _, p := range r.Pairs {
		if p.First+p.Second == group && p.First*p.Second == 0 && !math.IsNaN(p.Adjusted) {
			return report.Figures(probability(p.Adjusted), p.Adjusted)
		}
	}
	return report.Words("-")
}

// probability writes a p.
func probability(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return fmt.Sprintf("%.3f", p)
}

// runTable lists the runs.
func (r *Result) runTable() report.Table {
	t := report.Table{ID: "all-runs", Caption: "The runs, each in its directory.", Corner: "Run",
		Columns: []report.Column{{Name: "Group"}, {Name: "Seed"}, {Name: "Status"}, {Name: "Updates"}, {Name: "Test error"}}}
	for _, g := range r.Groups {
		for _, x := range g.runs {
			e := report.Words("-")
			if v := lastTestError(x, r.comparison.Tested); !math.IsNaN(v) {
				e = report.Figures(fmt.Sprintf("%.2f %%", 100*v), v)
			}
			dir, err := filepath.Rel(r.dir, x.Dir)
			if err != nil {
				dir = x.Dir
			}
			t.Rows = append(t.Rows, report.Row{Name: dir, Cells: []report.Cell{report.Words(g.Label), report.Words(x.Value("seed")), report.Words(x.Status),
				report.Figures(fmt.Sprint(x.Last()), float64(x.Last())), e}})
		}
	}
	return t
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
