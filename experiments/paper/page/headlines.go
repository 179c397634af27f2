package page

import (
	"fmt"
	"math"
	"slices"

	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
)

// A headline is a number that a claim measures, with the paper's number.
type headline struct {
	name           string
	claim, variant string
	value          string // its name in the claim's row
	paper          float64
}

const inEveryLayer = "eq. 16 in every layer"

// initialHeadlines are of networks before training.
var initialHeadlines = []headline{
	{"std of z, layer 5 by layer 1, standard", "C4", inEveryLayer, "std L5/L1, standard", byLayer(printed.Figure6.Standard, 5, 1)},
	{"the same, normalized", "C4", inEveryLayer, "std L5/L1, normalized", byLayer(printed.Figure6.Normalized, 5, 1)},
	{"std of dCost/ds, layer 1 by layer 5, standard", "C5", "", "std L1/L5", byLayer(printed.Figure7.Standard, 1, 5)},
	{"the same, normalized", "C6", inEveryLayer, "std L1/L5", byLayer(printed.Figure7.Normalized, 1, 5)},
	{"mean singular value of a Jacobian, standard", "C9", "standard", "mean singular value, layers 2 to 5", printed.MeanSingularStandard},
	{"the same, normalized", "C9", inEveryLayer, "mean singular value, layers 2 to 5", printed.MeanSingularNormalized},
}

func byLayer(d printed.Density, k, by int) float64 { return d.Std[k-1] / d.Std[by-1] }

// trainedHeadlines are the networks of Table 1 whose errors are headlines, by data set. The paper's Small-ImageNet was never published.
var trainedHeadlines = map[string][]string{"Shapeset-3x2": {"Tanh", "Tanh N", "Softsign", "Softsign N"}, "MNIST": {"Tanh", "Tanh N"}, "CIFAR-10": {"Tanh", "Tanh N"}}

// headlines returns the numbers for which the paper is known, ours beside the paper's; nil if none was measured.
func (p Page) headlines() *report.Table {
	t := &report.Table{ID: "headlines", Corner: "N and normalized: eq. 16", Columns: []report.Column{{Name: "here"}, {Name: "paper"}, {Name: "updates"}}}
	for _, h := range initialHeadlines {
		if v, ok := p.measured(h); ok {
			t.Rows = append(t.Rows, report.Row{Name: h.name, Cells: []report.Cell{report.Figures(withInterval(v), float64(v.Value)), report.Figures(fmt.Sprintf("%.2g", h.paper), h.paper), report.Words("0")}})
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

// measured finds a headline's number among the rows of the claims.
func (p Page) measured(h headline) (report.Value, bool) {
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
		if c.Name != "per-network input scale" {
			continue
		}
		paper := slices.Index(table.Columns, report.Column{Group: c.Group, Name: "paper"})
		for _, r := range table.Rows {
			if paper < 0 || r.Cells[own].Value == nil || !slices.Contains(trainedHeadlines[c.Group], r.Name) {
				continue
			}
			rows = append(rows, report.Row{
				Name:  fmt.Sprintf("%% test error, %s, %s", c.Group, r.Name),
				Cells: []report.Cell{r.Cells[own], p.sameLength(r.Name, c.Group, r.Cells[paper]), report.Words(p.updates(r.Name, c.Group))},
			})
		}
	}
	for i := range rows { // the bold marks of Table 1 compare networks, which this table does not
		for k := range rows[i].Cells {
			rows[i].Cells[k].Bold = false
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
			return report.Figures(fmt.Sprintf("%.1f, then %s", y, table.Text), y)
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
	sources := make(map[plan.Source]bool)
	most := 0
	for _, t := range own {
		sources[t.Source], most = true, max(most, t.Updates)
	}
	text := fmt.Sprint(most)
	for _, s := range sourceOrder {
		if sources[s] {
			text += ", " + string(s)
		}
	}
	return text
}
