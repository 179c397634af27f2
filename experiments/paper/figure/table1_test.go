package figure

import (
	"math"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
)

// wrongOn is a training whose network, at its best, had the first so many of 1000 test images wrong.
func wrongOn(images int) *run.Trace {
	wrong := make([]byte, 125)
	for i := range images {
		wrong[i/8] |= 1 << (i % 8)
	}
	r := &run.Trace{Errors: []run.Errors{observed.ErrorsAt(5, .01, float64(images)/1000), observed.ErrorsAt(9, .02, .5)}}
	for i := range r.Errors {
		r.Errors[i].Test.Wrong = wrong
	}
	return r
}

// fabricatedTable has Shapeset-3x2 alone: 8 images apart from the best (McNemar: p = 2/2⁸ = .0078), 10 apart (2/2¹⁰ = .0020), the best of
// 40, and one that diverged before its first test; the common runs have two seeds.
func fabricatedTable() *observed.Observations {
	o := &observed.Observations{Trained: make(map[setup.Subject]*observed.Trained), Scale: setup.Scale{Name: "none", Search: true}}
	for _, data := range setup.Table1Data {
		for _, sub := range setup.On(data, setup.Table1...) {
			o.Trained[sub] = &observed.Trained{Subject: sub, Missing: "no " + data + "; glorot data fetch " + data + " brings it"}
		}
	}
	for net, images := range map[setup.Network]int{setup.SoftsignStandard: 50, setup.SoftsignNormalized: 48, setup.TanhStandard: 45, setup.TanhNormalized: 40} {
		t := o.OnShapeset(net)
		t.Missing, t.Choice, t.Common = "", setup.Choice{Rate: .03, Low: -1, High: 1}, setup.Choice{Rate: .1, Low: 0, High: 1}
		t.Runs = []*run.Trace{wrongOn(images)}
		t.Commons = []*run.Trace{wrongOn(images), wrongOn(images + 8)}
	}
	t := o.OnShapeset(setup.Sigmoid5)
	t.Missing, t.Runs = "", []*run.Trace{{Diverged: &run.Divergence{Update: 3}}}
	return o
}

// cellsOf returns a column of a table as text, bold between asterisks.
func cellsOf(t *testing.T, table report.Table, group, name string) []string {
	t.Helper()
	i := slices.Index(table.Columns, report.Column{Group: group, Name: name})
	if i < 0 {
		t.Fatalf("table %s has no column %s of %s", table.ID, name, group)
	}
	var texts []string
	for _, r := range table.Rows {
		text := r.Cells[i].Text
		if r.Cells[i].Bold {
			text = "*" + text + "*"
		}
		texts = append(texts, text)
	}
	return texts
}

// Errors are those at the best validation error; bold is what is not significantly worse than the best, ours by McNemar's test, the
// paper's by two proportions: its own marks as far as they are known.
func TestTable1(t *testing.T) {
	o := fabricatedTable()
	all, err := table1(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range all {
		if err := table.Validate(); err != nil {
			t.Error(err)
		}
	}
	for _, c := range []struct {
		table       int
		group, name string
		want        string
	}{
		{0, "Shapeset-3x2", "per-network input scale", "5.00 *4.80* *4.50* *4.00* 100.00"},
		{0, "Shapeset-3x2", "shared input scale", "5.40 ± 5.08, 5.20 ± 5.08, 4.90 ± 5.08, *4.40 ± 5.08*, not run"},
		{0, "MNIST", "per-network input scale", "not run, not run, not run, not run, not run"},
		{0, "Shapeset-3x2", "paper", "*16.27* *16.06* 27.15 *15.60* 82.61"},
		{0, "MNIST", "paper", "*1.64* *1.72* *1.76* *1.64* 2.21"},
		{0, "CIFAR-10", "paper", "55.78 *53.80* 55.90 *52.92* 57.28"},
		{0, "Small-ImageNet", "paper", "*69.14* *68.13* 70.58 *68.57* 70.66"},
		{1, "Shapeset-3x2", "per-network input scale", "0.03; [-1, 1], 0.03; [-1, 1], 0.03; [-1, 1], 0.03; [-1, 1], 0; [0, 0]"},
		{1, "Shapeset-3x2", "shared input scale", "0.1; [0, 1], 0.1; [0, 1], 0.1; [0, 1], 0.1; [0, 1], not run"},
		// Pairs: 2, 5, 10, 3, 8 and 5 images, of which one network alone has all wrong: p = 2/2ⁿ.
		{2, "Shapeset-3x2", "per-network input scale", "0.5000 0.0625 *0.0020* diverged 0.2500 0.0078 diverged 0.0625 diverged diverged"},
		// Of two seeds each, 4, 10, 18, 6, 16 and 10 images that one pair of networks has wrong once more often: p = 2/2ⁿ.
		{2, "Shapeset-3x2", "shared input scale", "0.1250, *0.0020*, *< 0.0001*, not run, 0.0313, *< 0.0001*, not run, *0.0020*, not run, not run"},
		{2, "CIFAR-10", "per-network input scale", strings.TrimSuffix(strings.Repeat("not run, ", 10), ", ")},
	} {
		got := cellsOf(t, all[c.table], c.group, c.name)
		want := strings.Fields(c.want)
		if strings.Contains(c.want, ",") {
			want = splitCells(c.want)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s, %s of %s:\n got %q\nwant %q", all[c.table].ID, c.name, c.group, got, want)
		}
	}
	if want := "MNIST was not run: no mnist; glorot data fetch mnist brings it; glorot reproduce table1 --scale none runs it."; !slices.Contains(all[0].Notes, want) {
		t.Errorf("notes %q", all[0].Notes)
	}
	if !strings.Contains(all[0].Notes[0], "means over 1 to 2 seeds") {
		t.Errorf("seeds are not said: %s", all[0].Notes[0])
	}
	// Programs have the numbers.
	cell := all[0].Rows[0].Cells[1]
	_, half := measure.Interval([]float64{5, 5.8}, .95)
	if math.Abs(float64(*cell.Value)-5.4) > 1e-9 || math.Abs(float64(cell.Interval.High)-5.4-half) > 1e-9 {
		t.Errorf("cell %+v", cell)
	}
	if p := all[2].Rows[2].Cells[0]; math.Abs(float64(*p.Value)-2./1024) > 1e-12 {
		t.Errorf("p is %v, want 2/2¹⁰", *p.Value)
	}
	for _, tr := range o.Trained {
		tr.Runs, tr.Commons = first(tr.Runs), first(tr.Commons)
	}
	if all, err = table1(o); err != nil || !strings.Contains(all[0].Notes[0], "of one seed, without") {
		t.Errorf("%v, %s", err, all[0].Notes[0])
	}
	for _, tr := range o.Trained {
		tr.Runs, tr.Commons = slices.Concat(tr.Runs, tr.Runs), slices.Concat(tr.Commons, tr.Commons)
	}
	if all, err = table1(o); err != nil || !strings.Contains(all[0].Notes[0], "mean over 2 seeds and its") {
		t.Errorf("%v, %s", err, all[0].Notes[0])
	}
}

// first returns the first of runs, if there is one.
func first(runs []*run.Trace) []*run.Trace { return runs[:min(1, len(runs))] }

// splitCells splits at commas outside brackets.
func splitCells(text string) []string {
	var cells []string
	for _, part := range strings.Split(text, ", ") {
		if n := len(cells); n > 0 && strings.Contains(cells[n-1], "[") && !strings.Contains(cells[n-1], "]") {
			cells[n-1] += ", " + part
			continue
		}
		cells = append(cells, part)
	}
	return cells
}

// The pairs of the paper's own numbers, by two proportions of 10,000 images: z and so p worked out apart from the program.
func TestTable1Pairs(t *testing.T) {
	table, err := tablePairs(fabricatedTable())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		pair, group string
		z           float64
	}{
		{"Softsign, Tanh N", "Shapeset-3x2", 1.30}, {"Tanh, Tanh N", "Shapeset-3x2", 19.92}, {"Softsign, Sigmoid", "MNIST", 2.93},
		{"Tanh, Sigmoid", "MNIST", 2.28}, {"Softsign N, Tanh N", "CIFAR-10", 1.25}, {"Softsign, Softsign N", "CIFAR-10", 2.81},
		{"Softsign N, Tanh", "Small-ImageNet", 3.76},
	} {
		row := slices.IndexFunc(table.Rows, func(r report.Row) bool { return r.Name == c.pair })
		column := slices.Index(table.Columns, report.Column{Group: c.group, Name: "paper"})
		p := float64(*table.Rows[row].Cells[column].Value)
		if low, high := math.Erfc((c.z+.01)/math.Sqrt2), math.Erfc((c.z-.01)/math.Sqrt2); p < low || p > high {
			t.Errorf("%s on %s: p = %v, want %v to %v", c.pair, c.group, p, low, high)
		}
	}
	if len(table.Rows) != 10 {
		t.Errorf("%d pairs of five networks", len(table.Rows))
	}
}
