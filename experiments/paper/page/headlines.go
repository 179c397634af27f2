package page

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
)

// A headline is a number that claims measure with standard and with normalized initialisation, and the paper's two numbers.
type headline struct {
	name                 string
	standard, normalized printedValue
}

// A printedValue is a value in a claim's row, with the paper's number.
type printedValue struct {
	claim, variant string
	value          string // its name in the row
	paper          float64
}

const inEveryLayer = "eq. 16 in every layer"

// initialHeadlines are of networks before training.
var initialHeadlines = []headline{
	{"std of z, layer 5 by layer 1",
		printedValue{"C4", inEveryLayer, "std L5/L1, standard", byLayer(printed.Figure6.Standard, 5, 1)},
		printedValue{"C4", inEveryLayer, "std L5/L1, normalized", byLayer(printed.Figure6.Normalized, 5, 1)}},
	{"std of dCost/ds, layer 1 by layer 5",
		printedValue{"C5", "", "std L1/L5", byLayer(printed.Figure7.Standard, 1, 5)},
		printedValue{"C6", inEveryLayer, "std L1/L5", byLayer(printed.Figure7.Normalized, 1, 5)}},
	{"mean singular value of a Jacobian",
		printedValue{"C9", "standard", "mean singular value, layers 2 to 5", printed.MeanSingularStandard},
		printedValue{"C9", inEveryLayer, "mean singular value, layers 2 to 5", printed.MeanSingularNormalized}},
}

func byLayer(d printed.Density, k, by int) float64 { return d.Std[k-1] / d.Std[by-1] }

// trainedHeadlines are the networks of Table 1 whose errors are headlines, by data set. The paper's Small-ImageNet was never published.
var trainedHeadlines = map[string][]string{"Shapeset-3x2": {"Tanh", "Softsign"}, "MNIST": {"Tanh"}, "CIFAR-10": {"Tanh"}}

// headlines returns the numbers for which the paper is known, ours beside the paper's; nil if none was measured.
func (p Page) headlines() *report.Table {
	t := &report.Table{ID: "headlines", Corner: "Initialisation (N: normalized)", Columns: []report.Column{{Name: "standard"}, {Name: "paper"}, {Name: "N, eq. 16"}, {Name: "paper"}, {Name: "updates"}}}
	for i, h := range initialHeadlines {
		cells := append(p.beside(h.standard), p.beside(h.normalized)...)
		if cells[0].Value == nil && cells[2].Value == nil {
			continue
		}
		t.Rows = append(t.Rows, report.Row{Name: h.name, Cells: append(cells, report.Words("0, "+string(plan.Computed)))})
		if i == 0 && cells[2].Value != nil {
			t.Notes = []string{fmt.Sprintf("C4 and C6 test the paper's text; the %s and %.2g of its figures need other weights than its eq. 16 gives.", cells[3].Text, initialHeadlines[1].normalized.paper)}
		}
	}
	for _, table := range p.Results.Tables {
		if table.ID == "table1" {
			t.Rows = append(t.Rows, p.errors(table)...)
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return t
}

// beside returns two cells, a value that was measured and the paper's number.
func (p Page) beside(h printedValue) []report.Cell {
	ours := report.Words("")
	if v, ok := p.measured(h); ok {
		ours = report.Figures(withInterval(v), float64(v.Value))
	}
	return []report.Cell{ours, report.Figures(fmt.Sprintf("%.2g", h.paper), h.paper)}
}

// measured finds the value among the rows of the claims.
func (p Page) measured(h printedValue) (report.Value, bool) {
	for _, c := range p.Results.Claims {
		if c.ID != h.claim || c.Variant != h.variant {
			continue
		}
		for _, v := range c.Values {
			if v.Name == h.value && !math.IsNaN(float64(v.Value)) {
				return v, true
			}
		}
	}
	return report.Value{}, false
}

// withInterval is "0.106 ± 0.005", or the value alone.
func withInterval(v report.Value) string {
	if v.Interval == nil {
		return fmt.Sprintf("%.3g", float64(v.Value))
	}
	return fmt.Sprintf("%.3g ± %.1g", float64(v.Value), float64(v.Interval.High-v.Interval.Low)/2)
}

// errors returns the measured test errors of Table 1 at per-network input scales, beside the paper's.
func (p Page) errors(table report.Table) (rows []report.Row) {
	for own, c := range table.Columns {
		paper := slices.Index(table.Columns, report.Column{Group: c.Group, Name: "paper"})
		if c.Name != "per-network input scale" || paper < 0 {
			continue
		}
		for _, network := range trainedHeadlines[c.Group] {
			row := report.Row{Name: fmt.Sprintf("%% test error, %s, %s", c.Group, network)}
			var updates []string
			for _, name := range []string{network, network + " N"} {
				i := slices.IndexFunc(table.Rows, func(r report.Row) bool { return r.Name == name && r.Cells[own].Value != nil })
				if i < 0 {
					row.Cells = append(row.Cells, report.Words(""), report.Words(""))
					continue
				}
				cells := table.Rows[i].Cells
				row.Cells = append(row.Cells, cells[own], p.sameLength(name, c.Group, cells[paper]))
				updates = append(updates, p.updates(name, c.Group))
			}
			if len(updates) == 0 {
				continue
			}
			row.Cells = append(row.Cells, report.Words(strings.Join(slices.Compact(updates), "; N ")))
			for k := range row.Cells { // the bold marks of Table 1 compare networks, which this table does not
				row.Cells[k].Bold = false
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// sameLength is the paper's number of Table 1; if our network of Figure 11 was trained for less than the paper's length, after the figure's number at
// ours, between two readings by a straight line.
func (p Page) sameLength(network, data string, table report.Cell) report.Cell {
	ours := 0
	for _, t := range p.Results.Trainings {
		if t.Network == network && setup.DataName(t.Data) == data {
			ours = max(ours, t.Updates)
		}
	}
	i := slices.IndexFunc(printed.Figure11, func(c printed.Curve) bool { return c.Network == network })
	if i < 0 || ours == 0 || ours >= setup.PaperUpdates || data != setup.DataName("shapeset") {
		return table
	}
	c, x := printed.Figure11[i], float64(ours)*setup.Batch/1e7
	for k := 1; k < len(c.Examples); k++ {
		if before := c.Examples[k-1]; before <= x && x <= c.Examples[k] {
			y := c.Percent[k-1] + (c.Percent[k]-c.Percent[k-1])*(x-before)/(c.Examples[k]-before)
			return report.Figures(fmt.Sprintf("%.1f (at the end %s)", y, table.Text), y)
		}
	}
	return table
}

// updates says how long a network was trained and where the training comes from, or without a training, how long the scale trains.
func (p Page) updates(network, data string) string {
	var own []plan.Training
	for _, t := range p.Results.Trainings {
		if t.Network == network && setup.DataName(t.Data) == data {
			own = append(own, t)
		}
	}
	switch {
	case len(own) == 0 && data == setup.DataName("shapeset"):
		return fmt.Sprint(p.Scale.Updates)
	case len(own) == 0:
		return ""
	}
	longest := slices.MaxFunc(own, func(a, b plan.Training) int { return cmp.Compare(a.Updates, b.Updates) })
	sources := make(map[string]bool)
	for _, t := range own {
		if t.Source == plan.Verified {
			sources[fmt.Sprintf("%d %s", t.Verified, t.Source)] = true
		} else {
			sources[string(t.Source)] = true
		}
	}
	return strings.Join(append([]string{fmt.Sprint(longest.Updates)}, slices.Sorted(maps.Keys(sources))...), ", ")
}
