package outcome

import (
	"fmt"
	"strings"

	"glorot/experiments/report"
	"glorot/experiments/work"
)

// Table has one row per point of the sweep, with its errors over seeds.
func (o *Outcome) Table() report.Table {
	t := report.Table{
		ID: "points", Corner: "point",
		Caption: "Test error (%) of each point at the end of the training, and where the validation error was lowest: means over seeds on the logit scale, with Student's 95 % interval if there are two or more, and not all are equal.",
		Columns: []report.Column{{Name: "runs"}, {Group: "test error (%)", Name: "at the end"}, {Group: "test error (%)", Name: "at the lowest validation error"}},
	}
	if o.Search != nil {
		t.Columns = append(t.Columns, report.Column{Name: "chosen by the search"})
	}
	t.Columns = append(t.Columns, report.Column{Name: "not done"})
	for _, q := range o.Points {
		runs := report.Words(fmt.Sprintf("%d of %d", q.States[work.Done], total(q.States)))
		row := report.Row{Name: o.name(q), Cells: []report.Cell{runs, q.End.cell(), q.Best.cell()}}
		if o.Search != nil {
			row.Cells = append(row.Cells, report.Words(q.choices()))
		}
		row.Cells = append(row.Cells, report.Words(strings.Join(unfinished(q.States), ", ")))
		t.Rows = append(t.Rows, row)
	}
	return t
}

// SearchTable has the candidates of each point with their validation errors. Without a search there is none.
func (o *Outcome) SearchTable() []report.Table {
	if o.Search == nil {
		return nil
	}
	t := report.Table{
		ID: "candidates", Corner: "point",
		Caption: fmt.Sprintf("Validation error (%%) of each candidate of the search after %d updates, mean over seeds on the logit scale, with Student's 95 %% interval. The lowest mean of each point is bold; each seed made its own choice.", o.Search.After),
	}
	for _, c := range o.Points[0].Candidates {
		last := len(c.Settings) - 1
		t.Columns = append(t.Columns, report.Column{Group: settingsText(c.Settings[:last]), Name: c.Settings[last].String()})
	}
	for _, q := range o.Points {
		row := report.Row{Name: o.name(q)}
		best := -1
		for i, c := range q.Candidates {
			cell := c.Valid.cell()
			if left := unfinished(c.States); left != nil {
				cell.Text += " (" + strings.Join(left, ", ") + ")"
			}
			row.Cells = append(row.Cells, cell)
			if len(c.Valid.Values) > 0 && (best < 0 || c.Valid.Center < q.Candidates[best].Valid.Center) {
				best = i
			}
		}
		if best >= 0 {
			row.Cells[best].Bold = true
		}
		t.Rows = append(t.Rows, row)
	}
	return []report.Table{t}
}

// name returns the values of a point on the axes or, without axes, its settings.
func (o *Outcome) name(q Point) string {
	switch {
	case len(o.Axes) > 0:
		return o.title(q)
	case len(q.Settings) > 0:
		return settingsText(q.Settings)
	}
	return "the base"
}

// choices returns what the search chose, and how often.
func (q Point) choices() string {
	n := 0
	for _, c := range q.Chosen {
		n += len(c.Seeds)
	}
	var words []string
	for _, c := range q.Chosen {
		words = append(words, fmt.Sprintf("%s (%d of %d)", settingsText(c.Settings), len(c.Seeds), n))
	}
	return strings.Join(words, ", ")
}

// noInterval says why there is no interval.
func (m Mean) noInterval() string {
	if n := len(m.Values); n > 1 {
		return fmt.Sprintf("all %d equal", n)
	}
	return "one seed"
}

// cell formats the centre in percent, with its interval or a reason why there is none.
func (m Mean) cell() report.Cell {
	if len(m.Values) == 0 {
		return report.Words("–")
	}
	center := 100 * float64(m.Center)
	c := report.Figures(fmt.Sprintf("%.2f, %s", center, m.noInterval()), center)
	if low, high := m.percents(); m.Interval != nil {
		c.Text = fmt.Sprintf("%.2f (%.2f to %.2f)", center, low, high)
		c.Interval = &report.Interval{Low: report.Number(low), High: report.Number(high)}
	}
	return c
}
