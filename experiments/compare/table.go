package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/report"
)

// GroupTable shows the groups and their seeds.
func (c *Comparison) GroupTable() report.Table {
	t := report.Table{
		ID: "groups", Caption: "The groups; the others are compared with the first.", Corner: c.keys(),
		Columns: []report.Column{{Name: "Runs"}, {Name: "Seeds"}},
	}
	for _, g := range c.Groups {
		var seeds []string
		for _, r := range g.Runs {
			seeds = append(seeds, r.Value("seed"))
		}
		t.Rows = append(t.Rows, report.Row{Name: g.Title(), Cells: []report.Cell{
			report.Figures(fmt.Sprint(len(g.Runs)), float64(len(g.Runs))), report.Words(strings.Join(seeds, ", ")),
		}})
	}
	return t
}

// Table shows every metric in every group. Its notes say where there are too few runs, and how many differences to expect by chance.
func (c *Comparison) Table() report.Table {
	t := report.Table{
		ID: "metrics", Caption: c.caption(), Corner: "Metric",
		Columns: []report.Column{{Name: "Layer"}, {Name: c.keys()}, {Name: "N"}, {Name: "Center"}, {Name: "95 % interval"}, {Name: "Difference"}, {Name: "P"}},
	}
	var notes footnotes
	for _, m := range c.Metrics {
		for i, s := range m.Groups {
			row := report.Row{Name: m.Name, Cells: []report.Cell{report.Words(m.layer())}}
			if i > 0 {
				row.Name, row.Cells[0] = "", report.Words("")
			}
			row.Cells = append(row.Cells, report.Words(c.Groups[i].Title()), report.Words(fmt.Sprint(len(s.Values))), s.center(m.Percent), s.interval(m.Percent, &notes))
			row.Cells = append(row.Cells, s.Against.cells(m.Percent, &notes)...)
			t.Rows = append(t.Rows, row)
		}
	}
	t.Notes = notes.lines()
	if n := c.tests(); n > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("%s at alpha = %g; about %.2g of these tests would be significant by chance", report.Plural(n, "test"), c.Alpha, c.Alpha*float64(n)))
	}
	return t
}

// PairTable shows all pairs of groups, if they were tested.
func (c *Comparison) PairTable() report.Table {
	t := report.Table{
		ID: "pairs", Caption: fmt.Sprintf("All pairs of groups. P (Holm) is corrected for the number of pairs of the metric. ~ no difference shown at alpha = %g.", c.Alpha), Corner: "Metric",
		Columns: []report.Column{{Name: "Layer"}, {Name: c.keys()}, {Name: "Against"}, {Name: "Difference"}, {Name: "P"}, {Name: "P (Holm)"}},
	}
	var notes footnotes
	for _, m := range c.Metrics {
		for i, p := range m.Pairs {
			row := report.Row{Name: m.Name, Cells: []report.Cell{report.Words(m.layer())}}
			if i > 0 {
				row.Name, row.Cells[0] = "", report.Words("")
			}
			row.Cells = append(row.Cells, report.Words(c.Groups[p.B].Title()), report.Words(c.Groups[p.A].Title()))
			row.Cells = append(row.Cells, p.cells(m.Percent, &notes)...)
			row.Cells = append(row.Cells, probability(p.Adjusted, ""))
			t.Rows = append(t.Rows, row)
		}
	}
	t.Notes = notes.lines()
	return t
}

// keys names the column of the groups.
func (c *Comparison) keys() string {
	if len(c.Keys) == 0 {
		return "Group"
	}
	return strings.Join(c.Keys, ", ")
}

func (c *Comparison) caption() string {
	after := func(updates int) string {
		if updates < 0 {
			return "not compared"
		}
		return fmt.Sprintf("after %d updates", updates)
	}
	t, u := "Welch's t-test", "Mann-Whitney's U test"
	if c.Paired {
		t, u = "the paired t-test of the seeds", "Wilcoxon's signed-rank test of the seeds"
	}
	return fmt.Sprintf("Errors %s, layers %s. Means with Student's interval and %s; of z/p99 and z/flat medians with an interval of order statistics "+
		"and %s. ~ no difference from the first group shown.", after(c.Tested), after(c.Looked), t, u)
}

// layer names the layer in a table.
func (m Metric) layer() string {
	if m.Layer == 0 {
		return "-"
	}
	return fmt.Sprint(m.Layer)
}

// tests counts the tests that could have found a difference.
func (c *Comparison) tests() (n int) {
	for _, m := range c.Metrics {
		for _, s := range m.Groups {
			if s.Against != nil && len(s.Against.Warnings) == 0 {
				n++
			}
		}
	}
	return n
}

func (s Summary) center(percent bool) report.Cell {
	if len(s.Values) == 0 {
		return report.Words("-")
	}
	return report.Figures(number(s.Center, percent), s.Center)
}

func (s Summary) interval(percent bool, notes *footnotes) report.Cell {
	switch {
	case len(s.Values) == 0:
		return report.Words("-")
	case math.IsInf(s.Low, 0) || math.IsInf(s.High, 0):
		return report.Words("unknown" + notes.marks(s.Warnings))
	}
	return report.Words(number(s.Low, percent) + " to " + number(s.High, percent) + notes.marks(s.Warnings))
}

// cells returns the difference and its p.
func (t *Test) cells(percent bool, notes *footnotes) []report.Cell {
	if t == nil {
		return []report.Cell{report.Words(""), report.Words("")}
	}
	text := "~"
	if t.Differs {
		if text = fmt.Sprintf("%+.4g", t.Difference); percent {
			text = fmt.Sprintf("%+.2f points", 100*t.Difference)
		}
	}
	if math.IsNaN(t.P) {
		text = "?"
	}
	return []report.Cell{report.Figures(text, t.Difference), probability(t.P, notes.marks(t.Warnings))}
}

// probability formats a p with the marks of its notes.
func probability(p float64, marks string) report.Cell {
	text := fmt.Sprintf("%.3f", p)
	switch {
	case p < 0.001:
		text = "<0.001"
	case math.IsNaN(p):
		text = "-"
	}
	return report.Figures(text+marks, p)
}

// number formats a share in percent, or a number with four digits.
func number(v float64, percent bool) string {
	if percent {
		return fmt.Sprintf("%.2f %%", 100*v)
	}
	return fmt.Sprintf("%.4g", v)
}

// footnotes are warnings, each shown once below the table.
type footnotes []string

// marks returns the signs of warnings in the table, or "" if there are none.
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

// lines returns the notes with their signs.
func (f footnotes) lines() (lines []string) {
	for i, note := range f {
		lines = append(lines, superscript(i+1)+" "+note)
	}
	return lines
}

// superscript writes a number in superscript.
func superscript(n int) string {
	digits := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	var b strings.Builder
	for _, d := range fmt.Sprint(n) {
		b.WriteRune(digits[d-'0'])
	}
	return b.String()
}
