package figure

import (
	"math"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/printed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// long is a training of three snapshots, the last at the given epoch, whose statistics can be distinguished, with a seed for each factor that they
// are multiplied by.
func long(net setup.Network, epochs int, factors ...float64) *observed.Trained {
	t := &observed.Trained{Subject: net.On(dataset.ShapesetName), Updates: epochs * train.Epoch, Searched: []int{epochs * train.Epoch / 5}, Choice: setup.Choice{Rate: .03, Low: -1, High: 1}}
	for _, f := range factors {
		r := &run.Trace{Errors: []run.Errors{observed.ErrorsAt(1, 0, .8), observed.ErrorsAt(epochs*train.Epoch, 0, .25*f)}}
		for u, k := range []int{0, 1, epochs} {
			l := train.Layers{Update: k * train.Epoch}
			for i := range net.Depth + 1 {
				x := f * (float64(u) + float64(i)/10)
				l.Layers = append(l.Layers, train.Layer{Layer: i + 1, Z: &measure.Summary{Mean: x, Std: x / 10, P01: -x / 5, P99: x / 4}, DW: &measure.GradientStats{Std: x / 50}})
			}
			l.Layers[net.Depth].Z = nil // the output layer
			r.Snapshots = append(r.Snapshots, l)
		}
		t.Runs = append(t.Runs, r)
	}
	return t
}

// A training nearly as long as the paper's has one panel, a shorter one two.
func TestTrainingPanels(t *testing.T) {
	read := printedMeans(printed.Figure2)
	panel := report.Panel{Title: "x", YMax: 1}
	for epochs, want := range map[int][]float64{2: {2, 140}, 111: {111, 140}, 112: {140}, 150: {150}} {
		panels := trainingPanels(panel, 140, long(setup.TanhStandard, epochs, 1), means, read)
		var ends []float64
		for _, p := range panels {
			ends = append(ends, p.XMax)
			for _, s := range p.Series {
				if s.Printed && slices.Max(s.X) > p.XMax {
					t.Errorf("%d epochs: the paper's points go on to %v in a panel to %v", epochs, slices.Max(s.X), p.XMax)
				}
			}
		}
		if !slices.Equal(ends, want) {
			t.Errorf("%d epochs: panels to %v, want %v", epochs, ends, want)
		}
	}
	// Before any training there is but a point, and it can be drawn.
	c := long(setup.TanhStandard, 2, 1)
	c.Runs[0].Snapshots = c.Runs[0].Snapshots[:1]
	if err := (report.Figure{ID: "x", Panels: trainingPanels(panel, 140, c, means, read)}).Validate(); err != nil {
		t.Error(err)
	}
}

// What is drawn of a snapshot: mean and deviation in Figure 2, the 98th percentile of |z| and the deviation in Figures 3 and 10, the weight
// gradients' deviation in Figure 9; the last snapshot has a marker.
func TestTrainingSeries(t *testing.T) {
	c := long(setup.TanhStandard, 2, 1)
	for _, every := range []int{1, 2, 50} {
		for i, s := range means(c, every) {
			for u := range c.Runs[0].Snapshots {
				z := c.Runs[0].Snapshots[u].Layers[i].Z
				if s.X[u] != []float64{0, 1, 2}[u] || s.Y[u] != z.Mean || s.Low[u] != z.Mean-z.Std || s.High[u] != z.Mean+z.Std || s.Kind != report.Bars {
					t.Errorf("layer %d, snapshot %d: %v, %v, %v to %v", i+1, u, s.X[u], s.Y[u], s.Low[u], s.High[u])
				}
			}
			if s.MarkFrom >= len(s.X) {
				t.Errorf("layer %d has no marker", i+1)
			}
		}
		for i, s := range append(tails(c, every), deviations(c, every)...) {
			z := c.Runs[0].Snapshots[2].Layers[i%setup.Layers].Z
			want := z.Std
			if i < setup.Layers {
				want = (z.P99 - z.P01) / 2
			}
			if s.Y[2] != want || s.Name != layerName(i%setup.Layers+1) || s.Kind != report.Marked {
				t.Errorf("series %d of %s ends at %v, want %v", i, s.Name, s.Y[2], want)
			}
			if (2-s.MarkFrom)%every != 0 {
				t.Errorf("markers every %d from %d miss the last snapshot", every, s.MarkFrom)
			}
		}
	}
	o := &observed.Observations{Trained: map[setup.Subject]*observed.Trained{setup.TanhNormalized.On(dataset.ShapesetName): long(setup.TanhNormalized, 2, 1)}}
	fig, err := figure9(o)
	if err != nil || len(fig.Panels) != 2 || fig.Columns != 2 {
		t.Fatalf("Figure 9 of one network: %d panels, %v", len(fig.Panels), err)
	}
	ours := slices.DeleteFunc(slices.Clone(fig.Panels[1].Series), func(s report.Series) bool { return s.Printed })
	if std := o.OnShapeset(setup.TanhNormalized).Runs[0].Snapshots[2].Layers[4].DW.Std; len(ours) != setup.Layers || ours[4].Y[2] != std {
		t.Errorf("Figure 9 has %d lines and ends at %v, want %v", len(ours), ours[4].Y[2], std)
	}
	if !strings.Contains(fig.Caption, "Not trained, and not drawn: Tanh, Tanh N as in the figures.") {
		t.Errorf("caption %s", fig.Caption)
	}
}

// Points are shown as far as they were read, a single one of a line as a tick.
func TestReadUntil(t *testing.T) {
	line := report.Series{Kind: report.Line, X: []float64{0, 4, 8}, Y: []float64{1, 2, 3}}
	bars := report.Series{Kind: report.Bars, X: []float64{0, 4}, Y: []float64{1, 2}, Low: []float64{0, 1}, High: []float64{2, 3}}
	gap := report.Series{Kind: report.Line, X: []float64{0, 4}, Y: []float64{math.NaN(), 2}}
	got := readUntil([]report.Series{line, bars, gap}, 3)
	if len(got) != 2 || got[0].Kind != report.Level || !slices.Equal(got[0].Y, []float64{1}) || got[1].Kind != report.Bars || !slices.Equal(got[1].High, []float64{2}) {
		t.Errorf("until 3: %+v", got)
	}
	got = readUntil([]report.Series{line, bars, gap}, 4)
	if len(got) != 3 || got[0].Kind != report.Line || len(got[0].X) != 2 || len(got[1].Low) != 2 || !slices.Equal(got[2].X, []float64{4}) {
		t.Errorf("until 4: %+v", got)
	}
}

// below is what stands below a figure.
func below(f report.Figure) string { return f.Caption + " | " + f.Details }

// A caption says how it was trained, how long, over how many seeds, how the choice was made, and what there is not.
func TestTrainedCaption(t *testing.T) {
	o := &observed.Observations{Trained: make(map[setup.Subject]*observed.Trained)}
	for _, sub := range setup.Shapeset(setup.Sigmoid4, setup.TanhStandard) {
		o.Trained[sub] = long(sub.Network, 3, 1)
	}
	caption := func() string {
		return below(trainedFigure(report.Figure{}, o, setup.Shapeset(setup.Sigmoid4, setup.TanhStandard, setup.SoftsignStandard)...))
	}

	want := " Ours: 60000 updates (3 epochs), one seed. Not trained, and not drawn: Softsign. Light: points read off the paper's figure. | Sigmoid depth 4: rate 0.03, inputs in [-1, 1], test error at the end 25.0 %; Tanh: rate 0.03, inputs in [-1, 1], test error at the end 25.0 %. No search was made for the rates and input scales: they are those of the authors' later scripts. Chance is 83.3 %."
	if got := caption(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for sub := range o.Trained {
		o.Trained[sub] = long(sub.Network, 3, .9, 1, 1.1) // 22.5, 25 and 27.5 %: the mean's interval is ± 4.303 2.5/√3
		o.Trained[sub].Cells = []observed.Cell{{}}
	}
	for _, part := range []string{"mean over 3 seeds, bands: 95 % interval of that mean, kept within what is possible.", "test error at the end 25.0 ± 6.2 %", "by an earlier search."} {
		if got := caption(); !strings.Contains(got, part) {
			t.Errorf("%q does not say %q", got, part)
		}
	}
	of := *o.OnShapeset(setup.Sigmoid4)
	of.Runs = of.Runs[:1]
	o.Trained[of.Subject] = &of
	if got := caption(); !strings.Contains(got, "mean over 3 seeds (Sigmoid depth 4: 1), bands") {
		t.Errorf("%q does not say that one network has fewer seeds", got)
	}
	of.Cells = nil
	pre := *long(setup.TanhPreTrained, 3, 1)
	pre.Cells = []observed.Cell{{}}
	o.Trained[pre.Subject] = &pre
	for _, part := range []string{"by an earlier search. Pre-training uses those of Tanh N.", "No search was made for those of Sigmoid depth 4: they are"} {
		if got := below(trainedFigure(report.Figure{}, o, setup.Shapeset(setup.Sigmoid4, setup.TanhStandard, setup.TanhPreTrained)...)); !strings.Contains(got, part) {
			t.Errorf("%q does not say %q", got, part)
		}
	}
	of.Cells = []observed.Cell{{}}
	o.Scale.Search = true
	o.OnShapeset(setup.TanhStandard).Runs[1].Diverged = &run.Divergence{Update: 77}
	for _, part := range []string{"were chosen on the validation set, after 12000 updates each.", "seed 2 of 3 diverged after 77 updates"} {
		if got := caption(); !strings.Contains(got, part) {
			t.Errorf("%q does not say %q", got, part)
		}
	}
	o.Trained[setup.TanhFigure.On(dataset.ShapesetName)] = long(setup.TanhFigure, 3, 1)
	if got, want := below(trainedFigure(report.Figure{}, o, setup.Shapeset(setup.TanhFigure)...)), "Tanh N as in the figures uses those of Tanh N."; !strings.Contains(got, want) {
		t.Errorf("%q does not say %q", got, want)
	}
	if got, _ := how(o, setup.Shapeset(setup.TanhStandard), onFirstSeed); !strings.HasSuffix(got, ", first seed.") {
		t.Errorf("%q does not say that it is the first seed", got)
	}
}
