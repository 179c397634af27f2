package figure

import (
	"testing"

	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
)

// The table has every cell of the search where its rate and scale are, and the chosen one in bold.
func TestTableSearch(t *testing.T) {
	o := &observed.Observations{Scale: setup.Scale{Search: true}, Trained: make(map[setup.Subject]*observed.Trained)}
	sub := setup.TanhStandard.On("mnist")
	choices := setup.Candidates()
	o.Trained[sub] = &observed.Trained{Subject: sub, Cells: []observed.Cell{
		{Choice: choices[1], Valid: .25}, {Choice: choices[6], Valid: .125}, {Choice: choices[7], Valid: 1},
	}}
	all, err := tableSearch(o)
	if err != nil || len(all) != 1 || len(all[0].Rows) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	table := all[0]
	if err := table.Validate(); err != nil {
		t.Error(err)
	}
	if got := table.Columns[6]; got.Group != "inputs in [-1, 1]" || got.Name != "rate 0.03" {
		t.Errorf("column 6 is %+v", got)
	}
	row := table.Rows[0]
	if row.Name != "Tanh, MNIST" {
		t.Errorf("row %q", row.Name)
	}
	for i, want := range []string{"", "25.0", "", "", "", "", "12.5", "100.0"} {
		if c := row.Cells[i]; c.Text != want || c.Bold != (i == 6) || (c.Value != nil) != (want != "") {
			t.Errorf("cell %d is %+v, want %q", i, c, want)
		}
	}
	if table.Notes != nil {
		t.Errorf("notes %q", table.Notes)
	}
	// A search that decides nothing says so.
	o.Trained[sub].Cells[0].Valid = .125
	want := "Several trainings share the lowest error of Tanh, MNIST: the first of these was taken (inputs in [0, 1] before [-1, 1], lower rates before higher)."
	if all, err = tableSearch(o); err != nil || len(all[0].Notes) != 1 || all[0].Notes[0] != want || !all[0].Rows[0].Cells[1].Bold {
		t.Errorf("%+v, %v", all, err)
	}
	o.Scale.Search = false
	if none, err := tableSearch(o); none != nil || err != nil {
		t.Errorf("a scale without a search has %v, %v", none, err)
	}
}
