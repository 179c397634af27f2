package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/report"
	"glorot/experiments/wording"
)

// GroupTable shows the groups and their seeds.
func (c *Comparison) GroupTable() report.Table {
	t := report.Table{
		ID: "groups", Caption: "The groups, with the seeds of their runs.", Corner: c.keys(),
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

// Table shows every metric in every group.
func (c *Comparison) Table() report.Table {
	t := report.Table{ID: "metrics", Caption: c.caption(), Corner: "Metric", Columns: c.groupColumns()}
	for _, m := range c.Metrics {
		for i := range m.Groups {
			t.Rows = append(t.Rows, report.Row{Name: m.Name, Cells: c.groupCells(m, i)})
		}
	}
	return t
}

func (c *Comparison) groupColumns() []report.Column {
	return []report.Column{{Name: "Layer"}, {Name: c.keys()}, {Name: "N"}, {Name: "Center"}, {Name: interval95}}
}

// interval95 names columns.
const interval95 = "95 % interval"

// groupCells returns the cells of a metric in group i.
func (c *Comparison) groupCells(m Metric, i int) []report.Cell {
	s := m.Groups[i]
	return []report.Cell{
		report.Words(m.layer()), report.Words(c.Groups[i].Title()), report.Figures(fmt.Sprint(len(s.Values)), float64(len(s.Values))),
		s.center(m.Percent), s.interval(m.Percent),
	}
}

// PairTable shows the tests of pairs of groups.
func (c *Comparison) PairTable() report.Table {
	t := report.Table{
		ID: "pairs", Caption: c.pairCaption(), Corner: "Metric",
		Columns: append([]report.Column{{Name: "Layer"}, {Name: c.keys()}, {Name: "Against"}}, pairColumns("")...),
	}
	var notes footnotes
	tests := 0
	for _, m := range c.Metrics {
		for _, p := range m.Pairs {
			cells := append([]report.Cell{report.Words(m.layer()), report.Words(c.Groups[p.Second].Title()), report.Words(c.Groups[p.First].Title())}, p.cells()...)
			cells[len(cells)-1].Text += notes.marks(p.Warnings)
			t.Rows = append(t.Rows, report.Row{Name: m.Name, Cells: cells})
			if p.Verdict != Untested {
				tests++
			}
		}
	}
	t.Notes = notes.lines()
	if families := len(c.Metrics); tests > 0 && families > 1 {
		t.Notes = append(t.Notes, fmt.Sprintf("%s, corrected within each metric and layer: where nothing differs, each metric and layer shows a difference by chance with a probability of at most %g.",
			wording.Plural(tests, "test"), c.Alpha))
	}
	return t
}

// pairColumns are the columns of Pair.cells; group tells those from others that have the same name.
func pairColumns(group string) []report.Column {
	return []report.Column{{Name: "Runs"}, {Name: "Difference"}, {Group: group, Name: interval95}, {Name: "g"}, {Name: "P"}, {Name: "P (Holm)"}, {Name: "Verdict"}}
}

// joined is one table for programs: a row for each metric, group and group against which it is tested.
func (c *Comparison) joined() report.Table {
	t := report.Table{ID: "metrics", Corner: "Metric", Columns: c.groupColumns()}
	if len(c.Pairs()) == 0 {
		return c.Table()
	}
	t.Columns = slices.Concat(t.Columns, []report.Column{{Name: "Against"}, {Name: "Compared by"}}, pairColumns("Difference"))
	for _, m := range c.Metrics {
		for i := range m.Groups {
			cells := c.groupCells(m, i)
			none := len(t.Rows)
			for _, p := range m.Pairs {
				if p.Second == i {
					by := "difference"
					if p.Scale.Ratio() {
						by = "ratio"
					}
					against := []report.Cell{report.Words(c.Groups[p.First].Title()), report.Words(by)}
					t.Rows = append(t.Rows, report.Row{Name: m.Name, Cells: slices.Concat(cells, against, p.cells())})
				}
			}
			if len(t.Rows) == none {
				t.Rows = append(t.Rows, report.Row{Name: m.Name, Cells: append(cells, make([]report.Cell, len(t.Columns)-len(cells))...)})
			}
		}
	}
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
	return fmt.Sprintf("Errors %s, layers %s. The center is the mean, with Student's interval, on the scale on which a number may be normally distributed over seeds: "+
		"the logit of shares (but not of shares of units) and of numbers between two ends, the logarithm of positive numbers. Of a group with a 0 among such numbers it is the arithmetic mean. Equal numbers do not say how much they vary.", after(c.Tested), after(c.Looked))
}

func (c *Comparison) pairCaption() string {
	test := "Runs with the same seeds and images are tested in pairs, by Student's t-test of their differences; others, and those where only one of the two groups varies, by Welch's t-test; both"
	if c.paired() {
		test = "Runs with the same seeds and images are tested in pairs, by Student's t-test of their differences,"
	} else if !slices.ContainsFunc(c.Pairs(), func(p Pair) bool { return p.Paired }) {
		test = "Runs are tested as independent, by Welch's t-test,"
	}
	return fmt.Sprintf("The difference is how far a group lies above the one against which it is tested, or how many times as large it is. %s on the same scales. g is Hedges' g, the difference in standard "+
		"deviations. A difference is shown if P, by Holm's correction for the pairs of a metric and layer, is below %g.", test, c.Alpha)
}

// layer names the layer in a table.
func (m Metric) layer() string {
	if m.Layer == 0 {
		return "-"
	}
	return cmp.Or(m.Named, fmt.Sprint(m.Layer))
}

// layer names the layer in a sentence.
func (p Pair) layer() string { return cmp.Or(p.Named, fmt.Sprint(p.Layer)) }

func (s Summary) center(percent bool) report.Cell {
	if len(s.Values) == 0 {
		return report.Words("-")
	}
	return report.Figures(number(s.Center, percent), s.Center)
}

func (s Summary) interval(percent bool) report.Cell {
	write := func(v float64) string { return number(v, percent) }
	return report.Cell{Text: s.Interval(write), Interval: interval(s.Low, s.High)}
}

// cells returns the runs, the difference, its interval, effect, probabilities and verdict.
func (p Pair) cells() []report.Cell {
	runs := fmt.Sprintf("%d and %d", p.N[0], p.N[1])
	if p.Paired {
		runs = wording.Plural(p.N[0], "pair")
	}
	m := metricNamed(p.Metric)
	difference := report.Figures(signed(p.Difference, m.unit), p.Difference)
	ends := report.Cell{Text: signed(p.Low, m.plain) + " to " + signed(p.High, m.unit), Interval: interval(p.Low, p.High)}
	switch {
	case math.IsNaN(p.Low):
		ends.Text = "unknown"
	case p.Scale.Ratio():
		ends = report.Cell{Text: factor(p.Ratio[1]) + " to " + factor(p.Ratio[2]) + " times", Interval: interval(p.Ratio[1], p.Ratio[2])}
	}
	if p.Scale.Ratio() {
		difference = report.Figures(factor(p.Ratio[0])+" times", p.Ratio[0])
	}
	return []report.Cell{
		report.Words(runs), difference, ends, report.Figures(decimals(p.Effect), p.Effect),
		report.Figures(probability(p.P), p.P), report.Figures(probability(p.Adjusted), p.Adjusted), report.Words(string(p.Verdict)),
	}
}

// signed writes a number with its sign.
func signed(v float64, write func(float64) string) string {
	if v < 0 {
		return "-" + write(-v)
	}
	return "+" + write(v)
}

// decimals writes an effect.
func decimals(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf("%+.2f", v)
}

// leastP is the smallest probability that is written with its digits.
const leastP = 0.001

// probability writes a p.
func probability(p float64) string {
	switch {
	case math.IsNaN(p):
		return "-"
	case p < leastP:
		return "< 0.001"
	}
	return fmt.Sprintf("%.3f", p)
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
