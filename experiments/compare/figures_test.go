package compare

import (
	"math"
	"strings"
	"testing"

	"glorot/experiments/report"
)

// The figures can be drawn, and show each group's centres over its runs.
func TestFigures(t *testing.T) {
	c, err := Compare(sixRuns(t), Options{At: -1})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range c.Figures() {
		ids = append(ids, f.ID)
		if err := f.Validate(); err != nil {
			t.Error(err)
		}
	}
	if got := strings.Join(ids, " "); got != "errors layers density-z" {
		t.Fatalf("figures %s", got)
	}
	figures := c.Figures()
	// Test: a band and a line for each group; after 0 and 100 updates.
	test := figures[0].Panels[0].Series
	if len(test) != 4 || !roughly(test[1].Y[1], 18.589022066772318) || !roughly(test[3].Y[1], 50) || !roughly(test[0].High[1], 55.25711910966373) {
		t.Errorf("%+v", test)
	}
	// Three quarters of the values lie in the right half of [-1, 1].
	z := figures[2].Panels[0].Series[1]
	if !near(z.Y[0], 0.25) || !near(z.Y[bins-1], 0.75) || !near(z.Y[bins/2], 0.5) {
		t.Errorf("density %v", z.Y)
	}
	// Against depth: std of z, the saturated share and std of dCost/dW, after 0 and 100 updates. The output layer has no z.
	if f := figures[1]; f.Columns != 2 || len(f.Panels) != 6 {
		t.Fatalf("%d columns, %d panels", f.Columns, len(f.Panels))
	}
	p := figures[1].Panels[1]
	line := p.Series[1]
	if p.Title != "after 100 updates" || !p.YLog || len(p.XNames) != 2 || !near(line.Y[0], math.Cbrt(.01*.02*.03)) || !math.IsNaN(line.Y[1]) || p.YMin != figures[1].Panels[0].YMin || p.YMax != figures[1].Panels[0].YMax {
		t.Errorf("%+v", p)
	}
	if line := figures[1].Panels[5].Series[1]; !near(line.Y[1], 2*math.Cbrt(.1*.2*.3)) {
		t.Errorf("%+v", line)
	}
}

// Twenty layers are one panel for each quantity and time, with a number at every third layer, and at most six distributions.
func TestManyLayers(t *testing.T) {
	runs := sixRuns(t)
	for _, r := range runs {
		for i := range r.Snapshots {
			s := &r.Snapshots[i]
			first := s.Layers[0]
			s.Layers = nil
			for k := range 20 {
				l := first
				l.Layer = k + 1
				s.Layers = append(s.Layers, l)
			}
		}
	}
	c, err := Compare(runs, Options{At: -1})
	if err != nil {
		t.Fatal(err)
	}
	f := c.depth()
	if got := strings.Join(f.Panels[0].XNames, ","); len(f.Panels) != 6 || got != "1,,3,,,6,,,9,,,12,,,15,,,18,," {
		t.Errorf("%d panels, names %s", len(f.Panels), got)
	}
	if err := f.Validate(); err != nil {
		t.Error(err)
	}
	if f := c.distributions(quantities[0]); len(f.Panels) != 6 || f.Panels[5].Title != "Layer 20" || f.Panels[1].Title != "Layer 4" {
		t.Errorf("%d panels: %s, %s", len(f.Panels), f.Panels[1].Title, f.Panels[5].Title)
	}
}

// A band can span a hundred powers of ten; the axis follows the lines.
func TestAxisFollowsLines(t *testing.T) {
	row := []report.Panel{report.DepthPanel("", "", []string{"1"}, true, report.Profile{Values: []float64{2}, Low: []float64{1e-60}, High: []float64{3}})}
	if !shareAxis(row) || row[0].YMin < 0.1 || row[0].YMax > 10 || row[0].YMax < 3 {
		t.Errorf("%v to %v", row[0].YMin, row[0].YMax)
	}
	if shareAxis([]report.Panel{report.DepthPanel("", "", []string{"1"}, true, report.Profile{Values: []float64{0}})}) {
		t.Error("nothing is shown")
	}
}

// A curve is drawn where all runs of its group have a number, so that no mean is over fewer of them than another.
func TestCurvesOfUnequalRuns(t *testing.T) {
	runs := runsOf(t, made{init: "standard", seed: 1, errors: []float64{.9, .5, .4}}, made{init: "standard", seed: 2, errors: []float64{.7, .3}})
	c, err := Compare(runs, Options{At: -1})
	if err != nil {
		t.Fatal(err)
	}
	line := c.Figures()[0].Panels[0].Series[1]
	if len(line.X) != 2 || line.X[1] != 100 || !roughly(line.Y[0], 100/(1+math.Sqrt(1./9*3/7))) || !roughly(line.Y[1], 100/(1+math.Sqrt(7./3))) {
		t.Errorf("drawn at %v: %v; want 0 and 100 updates", line.X, line.Y)
	}
}

// In CSV a group has a row for each group against which it is tested, and one without a test if there is none; unknown ends are empty.
func TestCSV(t *testing.T) {
	runs := append(sixRuns(t)[:4], made{init: "figure", seed: 1, errors: []float64{.9, .7}}.run(t))
	c, err := Compare(runs, Options{At: -1, Pairs: true, Metrics: []string{"test/error"}})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.WriteTables(&b, report.TableCSV); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Metric,Layer,model.init,N,Center,95 % interval low,95 % interval high,Against,Compared by,Runs,Difference,Difference 95 % interval low,Difference 95 % interval high,g,P,P (Holm),Verdict",
		"test/error,-,standard,3,0.18", "test/error,-,normalized,1,0.4,,,standard,difference,3 and 1,", "test/error,-,figure,1,0.7,,,standard,difference,3 and 1,",
		"test/error,-,figure,1,0.7,,,normalized,difference,1 and 1,",
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%s", b.String())
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("%s, want %s …", line, want[i])
		}
	}
	if !strings.HasSuffix(lines[1], ",,,,,,,,,,") || !strings.HasSuffix(lines[2], ",,,,,,not tested") {
		t.Errorf("%s", b.String())
	}
}
