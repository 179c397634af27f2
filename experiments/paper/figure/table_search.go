package figure

import (
	"fmt"
	"math"
	"strings"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
)

// tableSearch is the search in numbers: the validation error at the end of each training, in bold the one that was chosen. The cell of a missing
// training is empty.
func tableSearch(o *observed.Observations) ([]report.Table, error) {
	t := report.Table{
		ID: "search-cells", Corner: "Network",
		Caption: "Validation error (%) at the end of each training of the search; in bold the lowest of each network, whose rate and input scale were chosen.",
	}
	for _, c := range setup.Candidates() {
		t.Columns = append(t.Columns, report.Column{Group: fmt.Sprintf("inputs in [%g, 1]", c.Low), Name: fmt.Sprintf("rate %g", c.Rate)})
	}
	for _, sub := range searched() {
		if trained := o.Trained[sub]; trained != nil && len(trained.Cells) > 0 && o.Scale.Search {
			t.Rows = append(t.Rows, searchRow(trained))
		}
	}
	if len(t.Rows) == 0 {
		return nil, nil // the figure says why
	}
	t.Notes = tiedNote(o, searched())
	if !o.Scale.Drawn {
		return []report.Table{t}, nil
	}
	t.Caption = "Validation error (%) at the end of each training of the search, after 60,000 updates on Shapeset-3x2 and one pass over the others; in bold the lowest of each network."
	return append([]report.Table{t}, tableExtended(o)...), nil
}

// tableExtended has the candidates of the search on Shapeset-3x2 that were trained further.
func tableExtended(o *observed.Observations) []report.Table {
	t := report.Table{
		ID: "search-extended", Corner: "Network, inputs in [-1, 1]",
		Caption: fmt.Sprintf("Validation error (%%) on Shapeset-3x2 after %d updates of those candidates that were trained further; in bold the lowest of each network, which is trained to the end.", setup.ExtendedUpdates),
	}
	half := setup.Candidates()[len(setup.Candidates())/2:]
	for _, c := range half {
		t.Columns = append(t.Columns, report.Column{Name: fmt.Sprintf("rate %g", c.Rate)})
	}
	for _, sub := range setup.Shapeset(setup.Table1...) {
		known := o.Trained[sub]
		if known == nil || len(known.Extended) == 0 {
			continue
		}
		t.Rows = append(t.Rows, report.Row{Name: sub.Legend(), Cells: searchCells(known.Extended, half)})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []report.Table{t}
}

// tiedNote names the subjects for which the search could not decide between the best candidates, for instance because all are at chance.
func tiedNote(o *observed.Observations, subjects []setup.Subject) []string {
	var names []string
	for _, sub := range subjects {
		if t := o.Trained[sub]; t != nil && t.Tied() {
			names = append(names, t.Legend())
		}
	}
	if len(names) == 0 {
		return nil
	}
	if o.Scale.Drawn {
		return []string{"Several trainings share the lowest error of " + strings.Join(names, "; ") + ", so that the search chose none of them."}
	}
	return []string{"Several trainings share the lowest error of " + strings.Join(names, "; ") + ": the first of these was taken (inputs in [0, 1] before [-1, 1], lower rates before higher)."}
}

func searchRow(t *observed.Trained) report.Row {
	return report.Row{Name: t.Legend(), Cells: searchCells(t.Cells, setup.Candidates())}
}

// searchCells returns the validation errors of candidates in percent, the best in bold, and empty cells for those that are not known.
func searchCells(known []observed.Cell, columns []setup.Choice) (row []report.Cell) {
	chosen, ok := observed.Best(known, observed.AnyChoice)
	for _, want := range columns {
		cell := report.Words("")
		for _, c := range known {
			if c.Choice == want && !math.IsNaN(c.Valid) {
				cell = report.Figures(fmt.Sprintf("%.1f", 100*c.Valid), 100*c.Valid)
				cell.Bold = ok && c.Choice == chosen.Choice
			}
		}
		row = append(row, cell)
	}
	return row
}
