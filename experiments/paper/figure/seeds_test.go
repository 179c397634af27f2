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
	"glorot/experiments/train"

	"pgregory.net/rapid"
)

// A line is the mean over seeds with Student's interval: of 1, 2 and 3 that is 2 ± 4.303/√3. Seeds that diverged count as far as they
// came, and one alone has no interval.
func TestOverSeeds(t *testing.T) {
	at := func(values ...float64) []moment {
		var m []moment
		for i, v := range values {
			m = append(m, moment{10 * i, v})
		}
		return m
	}
	l := overSeeds([][]moment{at(1, 5, 7, 9), at(2, math.NaN()), at(3, 5, math.Inf(1))})
	half := 4.302652729749464 / math.Sqrt(3) // Student's quantile .975 of 2 degrees of freedom
	if !slices.Equal(l.updates, []int{0, 10, 20, 30}) || !slices.Equal(l.mean, []float64{2, 5, 7, 9}) {
		t.Errorf("means %v at %v", l.mean, l.updates)
	}
	if math.Abs(l.low[0]-2+half) > 1e-9 || math.Abs(l.high[0]-2-half) > 1e-9 || l.low[1] != 5 || l.high[1] != 5 {
		t.Errorf("intervals from %v to %v", l.low, l.high)
	}
	if !math.IsNaN(l.low[2]) || !math.IsNaN(l.high[3]) {
		t.Errorf("one seed has an interval: %v to %v", l.low, l.high)
	}
	if drawn := l.draw(report.Series{Name: "L"}, 10); len(drawn) != 2 || drawn[0].Kind != report.Band || drawn[0].Name != "L" || !slices.Equal(drawn[1].X, []float64{0, 1, 2, 3}) {
		t.Errorf("drawn %+v", drawn)
	}
	if drawn := overSeeds([][]moment{at(1, 2)}).draw(report.Series{}, 1); len(drawn) != 1 {
		t.Error("one seed has a band")
	}
	if l := overSeeds([][]moment{at(math.NaN()), nil}); !math.IsNaN(l.mean[0]) {
		t.Errorf("the mean of nothing is %v", l.mean)
	}
	if l := overSeeds(nil); l.updates != nil {
		t.Error("no seeds have a line")
	}
}

// The mean lies within its interval, and the order of the seeds changes nothing that can be seen.
func TestOverSeedsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1, 1), 2, 6).Draw(t, "values")
		var seeds, turned [][]moment
		for _, v := range values {
			seeds = append(seeds, []moment{{7, v}})
		}
		turned = slices.Clone(seeds)
		slices.Reverse(turned)
		l, m := overSeeds(seeds), overSeeds(turned)
		if !(l.low[0] <= l.mean[0] && l.mean[0] <= l.high[0]) || l.updates[0] != 7 || math.Abs(l.mean[0]-m.mean[0]) > 1e-12 || math.Abs(l.low[0]-m.low[0]) > 1e-9 {
			t.Fatalf("%v: %+v, reversed %+v", values, l, m)
		}
	})
}

// The lines of a training are of all its seeds' snapshots and tests.
func TestTrainedLines(t *testing.T) {
	c := long(setup.TanhStandard, 2, 1, 3)
	std := func(l train.Layers) float64 { return l.Layers[1].Z.Std }
	l := overSnapshots(c, std)
	for i, snapshot := range c.Runs[0].Snapshots {
		if want := 2 * std(snapshot); math.Abs(l.mean[i]-want) > 1e-12 || l.updates[i] != snapshot.Update {
			t.Errorf("snapshot %d: %v at %d, want %v", i, l.mean[i], l.updates[i], want)
		}
	}
	odds := math.Exp(25 * 12.706204736174698 / 25) // the half-width by the slope of the logit at 50 %, 1/50 + 1/50
	if p := percent(c); !slices.Equal(p.mean, []float64{80, 50}) || p.low[0] != 80 || math.Abs(p.high[1]-100/(1+1/odds)) > 1e-6 || math.Abs(p.low[1]-100/(1+odds)) > 1e-6 {
		t.Errorf("errors %+v", p) // 25 and 75 %: s = 25√2, Student's quantile .975 of one degree of freedom 12.706
	}
	for _, s := range means(c, 1) {
		if s.Kind == report.Band {
			continue
		}
		if got, want := s.High[2]-s.Y[2], 0.1*s.Y[2]; math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: a bar of %v, want the mean deviation %v", s.Name, got, want)
		}
	}
}

// Figure 4 draws the mean densities of the last snapshots, without seeds that diverged.
func TestFigure4(t *testing.T) {
	o := &observed.Observations{Trained: make(map[setup.Subject]*observed.Trained)}
	for _, sub := range setup.Shapeset(setup.TanhStandard, setup.SoftsignStandard) {
		c := long(sub.Network, 3, 1, 2, 1)
		for seed := range 2 {
			for i := range setup.Layers {
				z := c.Runs[seed].Snapshots[2].Layers[i].Z
				z.Histogram = *measure.NewHistogram(-1, 1, 3)
				z.Histogram.Counts[i%3] = 10 // all in one bin of width 2/3; of the second seed half
				if seed == 1 {
					z.Histogram.Counts[(i+1)%3] = 10
				}
			}
		}
		c.Runs[2].Diverged = &run.Divergence{Update: 50_000}
		o.Trained[sub] = c
	}
	fig, err := figure4(o)
	if err != nil || len(fig.Panels) != 2 {
		t.Fatalf("%d panels, %v", len(fig.Panels), err)
	}
	for _, p := range fig.Panels {
		k := 0
		for _, s := range p.Series {
			if s.Printed || s.Kind == report.Band {
				continue
			}
			if math.Abs(s.Y[k%3]-1.125) > 1e-12 || math.Abs(s.Y[(k+1)%3]-.375) > 1e-12 || len(s.Y) != 3 {
				t.Errorf("%s, %s: densities %v", p.Title, s.Name, s.Y)
			}
			k++
		}
		if k != setup.Layers {
			t.Errorf("%s: %d densities", p.Title, k)
		}
	}
	if want := "after some 1900000 updates as in Figure 3; ours are after 60000 updates."; !strings.Contains(fig.Caption, want) || !strings.Contains(fig.Caption, "Seeds that diverged are not drawn. Ours: 60000") {
		t.Errorf("caption %s", fig.Caption)
	}
}

// Figures 11 and 12 draw each network in the paper's style, on the paper's axes too, and name what was not trained.
func TestErrorFigures(t *testing.T) {
	o := &observed.Observations{Trained: make(map[setup.Subject]*observed.Trained)}
	for _, sub := range setup.Shapeset(onFigure11[:6]...) {
		o.Trained[sub] = long(sub.Network, 25, .9, 1.1)
	}
	fig, err := figure11(o)
	if err != nil || len(fig.Panels) != 2 || fig.Columns != 2 {
		t.Fatalf("%d panels, %v", len(fig.Panels), err)
	}
	if p := fig.Panels[1]; p.XMax != 2.5 || p.YMin != 8 || fig.Panels[0].XMax != .5 {
		t.Errorf("axes to %v and %v", fig.Panels[0].XMax, p.XMax)
	}
	names := make(map[string]bool)
	for _, s := range fig.Panels[0].Series {
		if s.Name == "" || s.Kind == report.Band {
			continue
		}
		names[s.Name] = true
		want := networkStyle(s.Name)
		if s.Style.Color != want.Color || !slices.Equal(s.Style.Dashes, want.Dashes) || math.Abs(s.Y[1]-25) > 1e-9 || s.X[1] != .5 {
			t.Errorf("%s: style %+v, %v at %v", s.Name, s.Style, s.Y, s.X)
		}
	}
	if len(names) != 6 || names["Pre-training"] || !strings.Contains(fig.Caption, "Not trained, and not drawn: Pre-training.") {
		t.Errorf("drawn %v; %s", names, fig.Caption)
	}

	for _, sub := range append(setup.On("mnist", onFigure12...), setup.On("cifar10", onFigure12...)...) {
		o.Trained[sub] = &observed.Trained{Subject: sub, Missing: "no data; glorot data fetch " + sub.Data + " brings it"}
		if sub.Data == "cifar10" {
			c := long(sub.Network, 25, 1)
			c.Subject, c.Runs[0].Snapshots = sub, nil
			o.Trained[sub] = c
		}
	}
	fig, err = figure12(o)
	if err != nil || len(fig.Panels) != 3 || fig.Validate() != nil {
		t.Fatalf("%d panels, %v, %v", len(fig.Panels), err, fig.Validate())
	}
	for i, want := range []string{"CIFAR-10: as far as trained", "CIFAR-10: the paper's axes", "MNIST: the paper alone"} {
		if fig.Panels[i].Title != want {
			t.Errorf("panel %d is %q, want %q", i, fig.Panels[i].Title, want)
		}
	}
	if !strings.Contains(fig.Caption, "MNIST: not run (no data; glorot data fetch mnist brings it; glorot reproduce fig12 --scale") {
		t.Errorf("caption %s", fig.Caption)
	}
	if n := strings.Count(fig.Caption, lightCaption); n != 1 {
		t.Errorf("%d times what is light: %s", n, fig.Caption)
	}
	for _, s := range fig.Panels[2].Series {
		if !s.Printed {
			t.Errorf("%s is drawn on MNIST", s.Name)
		}
	}
}

// The Jacobians' means and spectra are those that were seen; without any, the figure says what brings them.
func TestFigureJacobians(t *testing.T) {
	o := &observed.Observations{Trained: make(map[setup.Subject]*observed.Trained)}
	c := long(setup.TanhStandard, 2, 1)
	c.Runs[0].Spectra = []run.Spectrum{
		{Update: 0, Values: [][]float32{{1, .5, 0}, {.75, .5, .25}, {1, 1, 1}, {0, 0, 0}}},
		{Update: 2 * train.Epoch, Values: [][]float32{{3, 2, 1}, {4, 2, 0}, {1, 1, 1}, {0, 0, 0}}},
	}
	o.Trained[c.Subject] = c
	fig, err := figureJacobians(o)
	if err != nil || len(fig.Panels) != 2 {
		t.Fatalf("%d panels, %v", len(fig.Panels), err)
	}
	mean, spectrum := fig.Panels[0].Series, fig.Panels[1].Series
	if !mean[0].Printed || mean[0].Y[0] != .5 || !slices.Equal(mean[1].Y, []float64{.5, 2}) || !slices.Equal(mean[1].X, []float64{0, 2}) || fig.Panels[0].YMax != 2.1 {
		t.Errorf("means %+v on an axis to %v", mean, fig.Panels[0].YMax)
	}
	if s := spectrum[1]; !slices.Equal(s.Y, []float64{4, 2, 0}) || s.X[1] != .5 || s.Name != "layer 2 to 3" {
		t.Errorf("spectrum %+v", s)
	}
	c.Runs[0].Spectra = nil
	if _, err := figureJacobians(o); err == nil || !strings.Contains(err.Error(), "glorot reproduce jacobians") {
		t.Errorf("no Jacobians: %v", err)
	}
}

// The search is drawn by input scale, without what diverged, on one axis for each data set.
func TestFigureSearch(t *testing.T) {
	o := &observed.Observations{Trained: make(map[setup.Subject]*observed.Trained), Scale: setup.Scale{Name: "x", Search: true}}
	for i, sub := range setup.Shapeset(setup.TanhStandard, setup.SoftsignStandard) {
		c := &observed.Trained{Subject: sub, Searched: []int{600}}
		for k, choice := range setup.Candidates() {
			c.Cells = append(c.Cells, observed.Cell{Choice: choice, Valid: .3 + .05*float64(k) + .01*float64(i)})
		}
		c.Cells[3].Valid = 1 // diverged
		o.Trained[sub] = c
	}
	fig, err := figureSearch(o)
	if err != nil || len(fig.Panels) != 2 || fig.Validate() != nil {
		t.Fatalf("%d panels, %v, %v", len(fig.Panels), err, fig.Validate())
	}
	softsign, tanh := fig.Panels[0].Series[0], fig.Panels[1].Series[1]
	if !slices.Equal(softsign.X, []float64{.003, .01, .03}) || math.Abs(softsign.Y[2]-41) > 1e-9 || softsign.Name != "Softsign" {
		t.Errorf("%+v", softsign)
	}
	if !slices.Equal(tanh.X, []float64{.003, .01, .03, .1}) || math.Abs(tanh.Y[3]-65) > 1e-9 || tanh.Name != "Tanh" {
		t.Errorf("%+v", tanh)
	}
	if a, b := fig.Panels[0], fig.Panels[1]; a.YMin != b.YMin || a.YMax != b.YMax || a.YMin >= 30 || a.YMax <= 66 || !a.XLog {
		t.Errorf("axes %v to %v and %v to %v", a.YMin, a.YMax, b.YMin, b.YMax)
	}
	if !strings.Contains(fig.Caption, "Each training has 600 updates.") || !strings.Contains(fig.Caption, "Tanh on Shapeset-3x2: rate 0.003, inputs in [0, 1], 30.0 %") {
		t.Errorf("caption %s", fig.Caption)
	}
	if _, err := figureSearch(&observed.Observations{}); err == nil || !strings.Contains(err.Error(), "glorot reproduce search") {
		t.Errorf("no search: %v", err)
	}
}

// A network at chance does not squeeze the others' curves: it is above the axis, and named.
func TestCutChance(t *testing.T) {
	learns := report.Series{Name: "Tanh", Y: []float64{70, 50}}
	stuck := report.Series{Name: "Sigmoid", Y: []float64{90, 89}}
	printed := report.Series{Y: []float64{95}, Printed: true}
	band := report.Series{Kind: report.Band, Low: []float64{40, 40}, High: []float64{60, 60}}
	panels := []report.Panel{{Series: []report.Series{printed, band, learns, stuck}}, {Title: "whole", YMax: 3}}
	if got := cutChance(panels); got != "Sigmoid" || panels[0].YMin != 49 || panels[0].YMax != 71 || panels[1].YMax != 3 {
		t.Errorf("%q above an axis from %v to %v", got, panels[0].YMin, panels[0].YMax)
	}
	for _, all := range [][]report.Series{{learns}, {stuck}} {
		panels = []report.Panel{{Series: all}, {}}
		if got := cutChance(panels); got != "" || panels[0].YMax != 0 {
			t.Errorf("%q is cut, axis to %v", got, panels[0].YMax)
		}
	}
}
