package paper

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/report"
)

// tableSearch is the search in numbers: the validation error at the end of each training, in bold the one that was chosen. A training
// that is not there has an empty cell.
func tableSearch(o *Observations) ([]report.Table, error) {
	t := report.Table{
		ID: "search-cells", Corner: "Network",
		Caption: "Validation error (%) at the end of each training of the search; in bold the lowest of each network, whose rate and input scale were chosen.",
	}
	for _, c := range grid() {
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
	t.Notes = o.tied(searched())
	return []report.Table{t}, nil
}

// tied says of which subjects the search decided nothing between the best, as between those that are all at chance.
func (o *Observations) tied(subjects []Subject) []string {
	var names []string
	for _, sub := range subjects {
		if t := o.Trained[sub]; t != nil && t.tied() {
			names = append(names, t.named())
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"Several trainings share the lowest error of " + strings.Join(names, "; ") + ": of these the first was taken (inputs in [0, 1] before [-1, 1], lower rates before higher)."}
}

// tied reports whether several candidates of the search share the lowest validation error, so that it chose none of them.
func (t *Trained) tied() bool {
	least, ok := best(t.Cells, anyChoice)
	return ok && slices.ContainsFunc(t.Cells, func(c Cell) bool {
		return c.Valid == least.Valid && c.Updates == least.Updates && c.Choice != least.Choice
	})
}

// named is the subject's legend, with its data set if that is not Shapeset-3x2.
func (t *Trained) named() string {
	if t.Subject.Data == dataset.ShapesetName {
		return t.Subject.legend()
	}
	return t.Subject.legend() + ", " + dataName[t.Subject.Data]
}

func searchRow(t *Trained) report.Row {
	row := report.Row{Name: t.named()}
	chosen, ok := best(t.Cells, anyChoice)
	for _, want := range grid() {
		cell := report.Words("")
		for _, c := range t.Cells {
			if c.Choice == want && !math.IsNaN(c.Valid) {
				cell = report.Figures(fmt.Sprintf("%.1f", 100*c.Valid), 100*c.Valid)
				cell.Bold = ok && c.Choice == chosen.Choice
			}
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}
