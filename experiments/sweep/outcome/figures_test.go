package outcome

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/report"
	"glorot/experiments/run"
)

// outcomeOf is that of a sweep without a search, in which cell k has the test error test[k] at its end, and is not done where that is NaN.
func outcomeOf(t *testing.T, doc string, test ...float64) *Outcome {
	t.Helper()
	dir, p := t.TempDir(), planOf(t, doc)
	if p.Len() != len(test) {
		t.Fatalf("%d cells, %d errors", p.Len(), len(test))
	}
	for i, e := range test {
		if !math.IsNaN(e) {
			finish(t, dir, p, i, run.Done, nil, percents{50, e})
		}
	}
	o, err := Read(t.Context(), dir, p)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// figure is that of an id; it must be valid.
func figure(t *testing.T, o *Outcome, id string) report.Figure {
	t.Helper()
	all := o.Figures()
	i := slices.IndexFunc(all, func(f report.Figure) bool { return f.ID == id })
	if i < 0 {
		t.Fatalf("no figure %s", id)
	}
	if err := all[i].Validate(); err != nil {
		t.Fatal(err)
	}
	return all[i]
}

// The search over two keys is a heat map a point, on one scale of colours: rows are the first key's values, columns the second's, and
// every cell says what its number is made of.
func TestFigureOfTheSearch(t *testing.T) {
	dir, p := searched(t)
	o, err := Read(t.Context(), dir, p)
	if err != nil {
		t.Fatal(err)
	}
	f := figure(t, o, "search")
	if len(f.Panels) != 2 || f.Panels[0].Title != "standard" || f.Panels[1].Title != "normalized" || f.Columns != 2 {
		t.Fatalf("%d panels, %q", len(f.Panels), f.Panels[0].Title)
	}
	if got := fmt.Sprint(f.Panels[0].XLabel, " ", f.Panels[0].YLabel, f.Panels[0].Heatmap.XNames, f.Panels[0].Heatmap.YNames); got != "train.rate data.low[0.1 0.01] [0 \u22121]" {
		t.Errorf("axes %s", got)
	}
	center := func(values ...float64) float64 {
		mean, _, _ := percentsOf(values...)
		return mean
	}
	for i, want := range [][]float64{{center(50, 56, 53), center(60, 30, 60), center(40, 46, 43), 70}, {30, 31, 32, center(33, 34)}} {
		h := f.Panels[i].Heatmap
		for k := range want {
			near(t, fmt.Sprintf("cell %d of map %d", k, i), h.Z[k], want[k])
		}
		near(t, "the lightest", h.Low, 30)
		near(t, "the darkest", h.High, 70)
	}
	if got, want := fmt.Sprint(f.Panels[0].Heatmap.Notes[1:]), fmt.Sprintf("[[%s] [%s] [one seed 2 diverged]]", ends95(60, 30, 60), ends95(40, 46, 43)); got != want {
		t.Errorf("notes %s, want %s", got, want)
	}
	for _, want := range []string{"after 10 updates", "the lowest is 30.00, of model.init=normalized data.low=0 train.rate=0.1, the highest 70.00, of model.init=standard data.low=-1 train.rate=0.01."} {
		if !strings.Contains(f.Alt, want) {
			t.Errorf("alt %q does not say %q", f.Alt, want)
		}
	}
}

// The names of one axis are points with bars; where there is no interval there is no bar.
func TestFigureOfNames(t *testing.T) {
	dir, p := searched(t)
	o, err := Read(t.Context(), dir, p)
	if err != nil {
		t.Fatal(err)
	}
	panel := figure(t, o, "test-end").Panels[0]
	if got := fmt.Sprint(panel.XLabel, panel.XNames, len(panel.Series)); got != "model.init[standard normalized] 2" {
		t.Fatal(got)
	}
	first, second := panel.Series[0], panel.Series[1]
	mean, low, high := percentsOf(10, 12, 17)
	near(t, "the mean", first.Y[0], mean)
	near(t, "the lower end of the bar", first.Low[0], low)
	near(t, "the upper end of the bar", first.High[0], high)
	if second.X[0] != 1 || !math.IsNaN(second.Low[0]) || first.Kind != report.Bars {
		t.Errorf("%+v, %+v", first, second)
	}
}

// Numbers of one axis are a line with a band, in their order, whatever the order of the sweep, on a logarithmic axis if they span a
// power of ten; each is a tick.
func TestFigureOfNumbers(t *testing.T) {
	nan := math.NaN()
	o := outcomeOf(t, "grid: {train.rate: [0.3, 0.01, 0.1]}\nseeds: [1, 2]", 40, 42, 20, nan, nan, nan)
	panel := figure(t, o, "test-best").Panels[0]
	s := panel.Series[0]
	if !slices.Equal(s.X, []float64{.01, .1, .3}) || !slices.Equal(panel.XTicks, s.X) || !panel.XLog || s.Kind != report.Band {
		t.Errorf("%+v", panel)
	}
	mean, least, most := percentsOf(40, 42)
	near(t, "the last mean", s.Y[2], mean)
	near(t, "the lower end of its band", s.Low[2], least)
	near(t, "the upper end of its band", s.High[2], most)
	near(t, "the first mean", s.Y[0], 20)
	if !math.IsNaN(s.Low[0]) || !math.IsNaN(s.Y[1]) {
		t.Errorf("%+v: want no band of one seed, and no number of none", s)
	}
	if low, high := panel.YMin, panel.YMax; !(low < 20 && low < least && high > most) {
		t.Errorf("y from %v to %v", low, high)
	}
	if o := outcomeOf(t, "grid: {data.low: [0, -1]}", 1, 2); figure(t, o, "test-end").Panels[0].XLog {
		t.Error("0 on a logarithmic axis")
	}
}

// Two axes are one heat map; three are one for each value of the first, which is in their titles.
func TestFigureOfManyAxes(t *testing.T) {
	doc := "grid: {data.low: [0, -1], model.init: [standard, normalized], train.batch: [1, 2]}"
	o := outcomeOf(t, doc, 1, 2, 3, 4, 5, 6, 7, 8)
	f := figure(t, o, "test-end")
	if len(f.Panels) != 2 || f.Panels[0].Title != "data.low 0" || f.Panels[1].Title != "data.low -1" {
		t.Fatalf("%+v", f.Panels)
	}
	for i, p := range f.Panels {
		if got, want := fmt.Sprintf("%.0f %s %s", p.Heatmap.Z, p.XLabel, p.YLabel), fmt.Sprintf("%v train.batch model.init", [][]int{{1, 2, 3, 4}, {5, 6, 7, 8}}[i]); got != want {
			t.Errorf("map %d: %s, want %s", i, got, want)
		}
		if p.Heatmap.Notes[0] != nil {
			t.Errorf("notes %v, of the only seed that there is to be", p.Heatmap.Notes[0])
		}
	}
	if !strings.Contains(f.Caption, "one seed each, so that there are no intervals") {
		t.Errorf("caption %q", f.Caption)
	}
	if len(o.Figures()) != 2 || o.SearchTable() != nil {
		t.Error("a search is shown, and there is none")
	}
}

// Errors on different data sets have no scale in common: each is a column with colours of its own, or of three axes a map of its own.
func TestFigureOfDataSets(t *testing.T) {
	o := outcomeOf(t, "grid: {data.name: [shapeset, mnist], model.init: [standard, normalized]}", 1, 2, 30, 40)
	f := figure(t, o, "test-end")
	h := f.Panels[0].Heatmap
	if got := fmt.Sprintf("%.0f %s %v", h.Z, f.Panels[0].XLabel, h.ByColumn); got != "[1 30 2 40] data.name true" {
		t.Errorf("map %s", got)
	}
	if !strings.Contains(f.Caption, "; darker means higher, within a data set.") {
		t.Errorf("caption %q", f.Caption)
	}
	nan := math.NaN()
	o = outcomeOf(t, "grid: {model.init: [standard, normalized], data.name: [shapeset, mnist, cifar10], train.batch: [1, 2]}", 1, 2, 30, 40, nan, nan, 3, 4, 50, 60, nan, nan)
	f = figure(t, o, "test-end")
	for i, want := range []string{"shapeset [1 2 3 4] 1 4 false", "mnist [30 40 50 60] 30 60 false", "cifar10 [NaN NaN NaN NaN] 0 0 false"} {
		h := f.Panels[i].Heatmap
		if got := fmt.Sprintf("%s %.0f %.0f %.0f %v", f.Panels[i].Title, h.Z, h.Low, h.High, h.ByColumn); got != want {
			t.Errorf("map %d: %s, want %s", i, got, want)
		}
	}
	o = outcomeOf(t, "grid: {model.init: [standard, normalized]}", 3, 4)
	if h := figure(t, o, "test-end").Panels[0]; h.YMin != 2.5 || h.YMax != 4.5 {
		t.Errorf("y from %v to %v, want half a percent more than 3 to 4", h.YMin, h.YMax)
	}
}

// A search over the rate alone is a line a point, in one panel while there are styles for them and the data set is the same.
func TestFigureOfRates(t *testing.T) {
	for _, test := range []struct {
		grid           string
		panels, series int
	}{
		{"train.batch: [1, 2]", 1, 2}, {"train.batch: [1, 2, 3, 4, 5]", 1, 5}, {"train.batch: [1, 2, 3, 4, 5, 6]", 6, 1}, {"data.name: [shapeset, mnist]", 2, 1},
	} {
		dir, p := t.TempDir(), planOf(t, "base: {train.updates: 30}\ngrid: {"+test.grid+"}\nsearch: {rates: [0.1, 0.01], after: 10}")
		for i, c := range p.All() {
			if c.Search {
				finish(t, dir, p, i, run.Done, nil, percents{float64(20 + i), 50})
			}
		}
		o, err := Read(t.Context(), dir, p)
		if err != nil {
			t.Fatal(err)
		}
		f := figure(t, o, "search")
		if len(f.Panels) != test.panels || len(f.Panels[0].Series) != test.series {
			t.Fatalf("%s: %d panels of %d lines", test.grid, len(f.Panels), len(f.Panels[0].Series))
		}
		s := f.Panels[0].Series[0]
		near(t, "the error at the lower rate", s.Y[0], 21)
		near(t, "the error at the higher rate", s.Y[1], 20)
		if test.panels == 1 && s.Name != "train.batch 1" {
			t.Errorf("legend %q", s.Name)
		}
	}
}
