package figure

import (
	"fmt"
	"math"

	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
)

// Tables returns the tables, by the names that choose them.
func Tables() []TableGroup {
	var subjects []setup.Subject
	for _, data := range setup.Table1Data {
		subjects = append(subjects, setup.On(data, setup.Table1...)...)
	}
	return []TableGroup{
		{"table1", observed.Needs{Trained: subjects, Common: true}, table1},
		{"search", observed.Needs{Searched: searched()}, tableSearch},
		{"jacobians", observed.Needs{Trained: setup.Shapeset(setup.TanhStandard, setup.TanhNormalized, setup.TanhFigure)}, tableJacobians},
		{"differences", observed.Needs{Trained: setup.Shapeset(setup.Sigmoid5, setup.Sigmoid4, setup.TanhStandard, setup.SoftsignStandard, setup.SoftsignNormalized, setup.TanhNormalized)}, tableDifferences},
	}
}

// A contest compares the five networks on one data set, as trained here or as printed in the paper.
type contest struct {
	errors []float64 // test error in percent, mean over seeds; NaN if a network was not run
	p      func(a, b int) (float64, error)
}

// ran reports whether a network was run.
func (c contest) ran(i int) bool { return !math.IsNaN(c.errors[i]) }

// best returns the network of the lowest error; -1 if none was run.
func (c contest) best() int {
	best := -1
	for i, e := range c.errors {
		if c.ran(i) && (best < 0 || e < c.errors[best]) {
			best = i
		}
	}
	return best
}

// bold reports which networks are not significantly worse than the best.
func (c contest) bold() ([]bool, error) {
	bold, best := make([]bool, len(c.errors)), c.best()
	for i := range c.errors {
		if !c.ran(i) {
			continue
		}
		p, err := c.p(i, best)
		if err != nil {
			return nil, err
		}
		bold[i] = i == best || p >= printed.Significance
	}
	return bold, nil
}

// oursOn returns the contest of the networks at their lowest validation errors, with the trainings that of selects.
func oursOn(o *observed.Observations, data string, of func(t *observed.Trained) []*run.Trace) contest {
	var wrong [][]measure.Bits
	var c contest
	for _, sub := range setup.On(data, setup.Table1...) {
		list := of(o.Trained[sub])
		mean, _ := measure.Interval(observed.Each(list, observed.TestError), observed.Level)
		c.errors, wrong = append(c.errors, mean), append(wrong, wrongSets(list))
	}
	c.p = func(a, b int) (float64, error) {
		if len(wrong[a]) == 0 || len(wrong[b]) == 0 {
			return math.NaN(), nil
		}
		paired, err := measure.PairedSeeds(wrong[a], wrong[b])
		return paired.P, err
	}
	return c
}

// wrongSets returns the test images that each seed classifies wrongly at its best test; none if a seed diverged before its first.
func wrongSets(runs []*run.Trace) []measure.Bits {
	var sets []measure.Bits
	for _, r := range runs {
		if len(observed.BestErrors(r).Test.Wrong) == 0 {
			return nil
		}
		sets = append(sets, observed.WrongImages(r))
	}
	return sets
}

// papersOn returns the contest that the paper printed.
func papersOn(column int) contest {
	var c contest
	for _, r := range printed.Table1 {
		c.errors = append(c.errors, r.Percents()[column])
	}
	c.p = func(a, b int) (float64, error) { return printed.P(c.errors[a], c.errors[b]), nil }
	return c
}

// table1 is Table 1, followed by tables of the choices and of the tests between the networks.
func table1(o *observed.Observations) ([]report.Table, error) {
	errors, err := tableErrors(o)
	if err != nil {
		return nil, err
	}
	pairs, err := tablePairs(o)
	if err != nil {
		return nil, err
	}
	return []report.Table{errors, tableChoices(o), pairs}, nil
}

// tableErrors is Table 1 itself: test errors, the paper's beside ours.
func tableErrors(o *observed.Observations) (report.Table, error) {
	t := report.Table{
		ID: "table1", Corner: "Network", Rows: networkRows(),
		Caption: "Test error (%) with 5 hidden layers; N is normalized initialisation. Bold: not significantly worse than the best of the column (p = 0.005).",
		Notes: []string{
			"Errors are those at the lowest validation error" + seedsNote(o) + ". “Per-network input scale”: the rate and the input scale were chosen for each network. “Shared input scale”: all five have the input scale that is best for them together, and the rate was chosen for each network. Our networks are compared on the same test images, by McNemar's exact test, and with several seeds by its form for several networks of each kind, a randomisation test of matched pairs. The tests are about these trained networks, not about further seeds.",
			"The sources that we have lost the paper's bold print, and the paper does not name its test. The marks here follow from the two-proportion z test of its numbers on 10,000 test images each. By this test no choice of bold marks fits the caption on MNIST and Small-ImageNet, where some results on the two sides of any dividing line are not significantly different.",
		},
	}
	if trainedOn(o, "smallimagenet", setup.Table1...) {
		t.Notes = append(t.Notes, "The paper's Small-ImageNet was never published: ours are errors on a stand-in made of other pictures, and not comparable with its numbers.")
	}
	if o.Scale.Drawn {
		t.Notes = append(t.Notes, fmt.Sprintf("The paper's networks were trained for %d updates, ours for the numbers of updates in the next table: errors of other lengths are not comparable.", setup.PaperUpdates))
	}
	t.Notes = append(t.Notes, notRun(o)...)
	for column, data := range setup.Table1Data {
		for _, part := range []struct {
			name string
			c    contest
			of   func(i int) report.Cell
		}{
			{"per-network input scale", oursOn(o, data, observed.Whole), func(i int) report.Cell {
				return errorCell(o.Trained[setup.Table1[i].On(data)], observed.Whole)
			}},
			{"shared input scale", oursOn(o, data, observed.Common), func(i int) report.Cell {
				return errorCell(o.Trained[setup.Table1[i].On(data)], observed.Common)
			}},
			{"paper", papersOn(column), func(i int) report.Cell {
				percent := printed.Table1[i].Percents()[column]
				return report.Figures(fmt.Sprintf("%.2f", percent), percent)
			}},
		} {
			bold, err := part.c.bold()
			if err != nil {
				return t, fmt.Errorf("%s: %w", data, err)
			}
			t.Columns = append(t.Columns, report.Column{Group: setup.DataName(data), Name: part.name})
			for i := range t.Rows {
				cell := part.of(i)
				cell.Bold = bold[i]
				t.Rows[i].Cells = append(t.Rows[i].Cells, cell)
			}
		}
	}
	return t, nil
}

// errorCell is the mean error over seeds, with its 95 % interval if there are several.
func errorCell(t *observed.Trained, of func(t *observed.Trained) []*run.Trace) report.Cell {
	list := of(t)
	if len(list) == 0 {
		return report.Words("not run")
	}
	mean, half := measure.Interval(observed.Each(list, observed.TestError), observed.Level)
	if len(list) == 1 {
		return report.Figures(fmt.Sprintf("%.2f", mean), mean)
	}
	cell := report.Figures(fmt.Sprintf("%.2f ± %.2f", mean, half), mean)
	cell.Interval = &report.Interval{Low: report.Number(mean - half), High: report.Number(mean + half)}
	return cell
}

// tableChoices has the rate and the input scale of each cell of Table 1.
func tableChoices(o *observed.Observations) report.Table {
	t := report.Table{
		ID: "table1-choices", Corner: "Network", Rows: networkRows(),
		Caption: "Learning rate of the networks above, and the inputs for black and white; chosen on the validation set. The paper prints neither.",
	}
	if !o.Scale.Search {
		t.Notes = []string{"This scale does not search: an earlier search chose these, or without one, they are the rate of the authors' later scripts."}
	}
	if o.Scale.Drawn {
		t.Caption = "Learning rate of the networks above, the inputs for black and white, and the number of updates. The paper prints neither rate nor inputs."
	}
	var all []setup.Subject
	for _, data := range setup.Table1Data {
		all = append(all, setup.On(data, setup.Table1...)...)
	}
	t.Notes = append(t.Notes, tiedNote(o, all)...)
	for _, data := range setup.Table1Data {
		for _, part := range []struct {
			name string
			at   func(t *observed.Trained) setup.Choice
			of   func(t *observed.Trained) []*run.Trace
		}{
			{"per-network input scale", func(t *observed.Trained) setup.Choice { return t.Choice }, observed.Whole},
			{"shared input scale", func(t *observed.Trained) setup.Choice { return t.Common }, observed.Common},
		} {
			t.Columns = append(t.Columns, report.Column{Group: setup.DataName(data), Name: part.name})
			for i, sub := range setup.On(data, setup.Table1...) {
				cell := report.Words("not run")
				if known := o.Trained[sub]; len(part.of(known)) > 0 {
					c := part.at(known)
					cell = report.Figures(fmt.Sprintf("%g; [%g, %g]", c.Rate, c.Low, c.High), c.Rate)
					if o.Scale.Drawn { // each network has its own length
						cell = report.Figures(fmt.Sprintf("%g; [%g, %g]; %d", c.Rate, c.Low, c.High, part.of(known)[0].Config.Train.Updates), c.Rate)
					}
				}
				t.Rows[i].Cells = append(t.Rows[i].Cells, cell)
			}
		}
	}
	return t
}

// tablePairs has the p-value of each pair of networks.
func tablePairs(o *observed.Observations) (report.Table, error) {
	t := report.Table{
		ID: "table1-pairs", Corner: "Pair",
		Caption: "p-values of the pairs of Table 1, two-sided. Ours: McNemar's exact test on the same test images (several seeds: the randomisation test of matched pairs). Paper: two-proportion z test of its numbers. Bold: significantly different (p < 0.005).",
	}
	for column, data := range setup.Table1Data {
		for _, part := range []struct {
			name string
			c    contest
		}{{"per-network input scale", oursOn(o, data, observed.Whole)}, {"shared input scale", oursOn(o, data, observed.Common)}, {"paper", papersOn(column)}} {
			t.Columns = append(t.Columns, report.Column{Group: setup.DataName(data), Name: part.name})
			row := 0
			for a := range setup.Table1 {
				for b := a + 1; b < len(setup.Table1); b++ {
					if row == len(t.Rows) {
						t.Rows = append(t.Rows, report.Row{Name: setup.Table1[a].Legend() + ", " + setup.Table1[b].Legend()})
					}
					p, err := part.c.p(a, b)
					if err != nil {
						return t, fmt.Errorf("%s: %w", data, err)
					}
					t.Rows[row].Cells = append(t.Rows[row].Cells, pCell(p, part.c.ran(a) && part.c.ran(b)))
					row++
				}
			}
		}
	}
	return t, nil
}

// pCell is a p-value, or why there is none.
func pCell(p float64, ran bool) report.Cell {
	switch {
	case !ran:
		return report.Words("not run")
	case math.IsNaN(p):
		return report.Words("diverged")
	}
	text := fmt.Sprintf("%.4f", p)
	if p < 0.0001 {
		text = "< 0.0001"
	}
	cell := report.Figures(text, p)
	cell.Bold = p < printed.Significance
	return cell
}

func networkRows() []report.Row {
	rows := make([]report.Row, len(setup.Table1))
	for i, net := range setup.Table1 {
		rows[i].Name = net.Legend()
	}
	return rows
}

// seedsNote says over how many seeds the errors are averaged.
func seedsNote(o *observed.Observations) string {
	least, most := math.MaxInt, 0
	for _, data := range setup.Table1Data {
		for _, sub := range setup.On(data, setup.Table1...) {
			for _, of := range []func(t *observed.Trained) []*run.Trace{observed.Whole, observed.Common} {
				if n := len(of(o.Trained[sub])); n > 0 {
					least, most = min(least, n), max(most, n)
				}
			}
		}
	}
	switch {
	case most <= 1:
		return ", of one seed, without an interval"
	case least < most:
		return fmt.Sprintf(", means over %d to %d seeds, with their 95 %% intervals where there are several", least, most)
	}
	return fmt.Sprintf(", mean over %d seeds and its 95 %% interval", most)
}

// notRun says for each data set that was not run how to run it.
func notRun(o *observed.Observations) []string {
	var notes []string
	for _, data := range setup.Table1Data {
		if !trainedOn(o, data, setup.Table1...) {
			lacks := o.Trained[setup.Table1[0].On(data)]
			notes = append(notes, fmt.Sprintf("%s was not run: %s.", setup.DataName(data), o.Hint(lacks.Missing, "table1", 0, lacks)))
		}
	}
	return notes
}

// TableGroup are the paper's table and those that belong to it, chosen by one name.
type TableGroup struct {
	ID    string
	Needs observed.Needs
	Make  func(o *observed.Observations) ([]report.Table, error)
}
