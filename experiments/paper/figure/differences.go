package figure

import (
	"fmt"
	"math"
	"slices"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/train"
)

// A printedKind is a quantity that could be read off a figure of the paper at several epochs, with its reading error.
type printedKind struct {
	figure  string
	net     setup.Network
	name    string
	rows    []printed.Epoch
	printed func(p printed.Epoch) []float64
	ours    observed.Reading
	error   float64
	digits  int // after the point
}

// printedKinds are those of Figures 2, 3, 9 and 10, in this order.
func printedKinds() []printedKind {
	mean := func(p printed.Epoch) []float64 { return p.Mean }
	std := func(p printed.Epoch) []float64 { return p.Std }
	p99 := func(p printed.Epoch) []float64 { return p.P99 }
	var all []printedKind
	activations := func(figure string, net setup.Network, rows []printed.Epoch) {
		all = append(all, printedKind{figure, net, "std", rows, std, observed.StdOf, .01, 2}, printedKind{figure, net, "99th percentile", rows, p99, observed.P99Of, .02, 2})
	}
	all = append(all, printedKind{"2", setup.Sigmoid4, "mean", printed.Figure2, mean, observed.MeanOf, .01, 2}, printedKind{"2", setup.Sigmoid4, "std", printed.Figure2, std, observed.StdOf, .01, 2})
	activations("3", setup.TanhStandard, printed.Figure3Tanh)
	activations("3", setup.SoftsignStandard, printed.Figure3Softsign)
	all = append(all, printedKind{"9", setup.TanhStandard, "std of dCost/dW", printed.Figure9Standard, std, observed.StdDWOf, .002, 4},
		printedKind{"9", setup.TanhNormalized, "std of dCost/dW", printed.Figure9Normalized, std, observed.StdDWOf, .002, 4})
	activations("10", setup.TanhNormalized, printed.Figure10)
	return all
}

// tableDifferences compares our trainings with the paper's figures at the same epochs, wherever a number could be read off and ours were trained
// that far. Differences beyond the reading error are bold.
func tableDifferences(o *observed.Observations) ([]report.Table, error) {
	layersTable := report.Table{
		ID: "differences-layers", Corner: "Figure, network, number, epoch",
		Caption: "Our numbers and, in parentheses, the paper's at the same epoch of 20,000 updates; in bold where they differ by more than the reading error: 0.01 for means and standard deviations of activations, 0.02 for percentiles, 0.002 for gradients.",
	}
	for k := 1; k <= setup.Layers; k++ {
		layersTable.Columns = append(layersTable.Columns, report.Column{Name: layerName(k)})
	}
	for _, r := range printedKinds() {
		if t := o.RanOnShapeset(r.net); t != nil {
			layersTable.Rows = append(layersTable.Rows, r.tableRows(t)...)
		}
	}
	errors := differencesOfErrors(o)
	var all []report.Table
	for _, t := range []report.Table{errors, layersTable} {
		if len(t.Rows) > 0 {
			all = append(all, t)
		}
	}
	return all, nil
}

// tableRows returns a row for each epoch at which our training was observed.
func (r printedKind) tableRows(t *observed.Trained) (rows []report.Row) {
	lines := make([]line, r.net.Depth)
	for k := range lines {
		lines[k] = overSnapshots(t, func(l train.Layers) float64 { return r.ours(l.Layers[k]) })
	}
	for _, p := range r.rows {
		at := slices.Index(lines[0].updates, observed.Epochs(int(p.Epoch)))
		if at < 0 || r.printed(p) == nil {
			continue
		}
		row := report.Row{Name: fmt.Sprintf("%s, %s, %s, %g", r.figure, r.net.Legend(), r.name, p.Epoch)}
		for k := range setup.Layers {
			cell := report.Words("")
			if k < r.net.Depth && !math.IsNaN(r.printed(p)[k]) {
				cell = besidePrinted(lines[k].mean[at], r.printed(p)[k], r.error, r.digits)
			}
			row.Cells = append(row.Cells, cell)
		}
		rows = append(rows, row)
	}
	return rows
}

// besidePrinted is a cell of our number and the paper's, bold if they differ by more than the reading error.
func besidePrinted(ours, paper, readingError float64, digits int) report.Cell {
	cell := report.Figures(fmt.Sprintf("%.*f (%.*f)", digits, ours, digits, paper), ours)
	const rounding = 1e-9
	cell.Bold = math.Abs(ours-paper) > readingError+rounding
	return cell
}

// differencesOfErrors compares the test errors of Figure 11.
func differencesOfErrors(o *observed.Observations) report.Table {
	t := report.Table{
		ID: "differences-errors", Corner: "Figure 11, network",
		Caption: "Test error (%) on Shapeset-3x2 against the number of examples in millions: ours and, in parentheses, the paper's; in bold where they differ by more than the reading error of 0.7 points.",
	}
	for _, x := range printed.Figure11Examples {
		t.Columns = append(t.Columns, report.Column{Name: fmt.Sprintf("%g", 10*x)})
	}
	for _, net := range onFigure11 {
		known := o.RanOnShapeset(net)
		i := slices.IndexFunc(printed.Figure11, func(c printed.Curve) bool { return c.Network == net.PrintedName() })
		if known == nil || i < 0 {
			continue
		}
		errors := percent(known)
		row := report.Row{Name: net.Legend()}
		for j, x := range printed.Figure11[i].Examples {
			cell := report.Words("")
			if at := slices.Index(errors.updates, int(math.Round(x*1e7/setup.Batch))); at >= 0 {
				cell = besidePrinted(errors.mean[at], printed.Figure11[i].Percent[j], .7, 1)
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	for j := len(t.Columns) - 1; j >= 0; j-- { // times at which no network was tested
		if !slices.ContainsFunc(t.Rows, func(r report.Row) bool { return r.Cells[j].Text != "" }) {
			t.Columns = slices.Delete(t.Columns, j, j+1)
			for i := range t.Rows {
				t.Rows[i].Cells = slices.Delete(t.Rows[i].Cells, j, j+1)
			}
		}
	}
	return t
}
