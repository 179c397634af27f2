package paper

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/paper/printed"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// tinyFigure is one figure of the tiny run.
func tinyFigure(t *testing.T, id string) (report.Figure, *Observations) {
	t.Helper()
	s, err := tinyRun()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures() {
		if f.id == id {
			o := f.needs.only(s.obs)
			for _, sub := range f.needs.searched {
				o.Trained[sub] = s.obs.Trained[sub]
			}
			fig, err := f.draw(o)
			if err != nil {
				t.Fatal(err)
			}
			return fig, s.obs
		}
	}
	t.Fatalf("no figure %s", id)
	return report.Figure{}, nil
}

// Every figure can be drawn from what it says it needs, has its own number in its name and title, and a caption.
func TestFiguresAreValid(t *testing.T) {
	for _, f := range figures() {
		if f.id == "fig12" { // there are no data
			continue
		}
		fig, _ := tinyFigure(t, f.id)
		if err := fig.Validate(); err != nil {
			t.Error(err)
		}
		number, isFigure := strings.CutPrefix(f.id, "fig")
		if fig.ID != f.id || isFigure && !strings.HasPrefix(fig.Title, "Figure "+number+": ") || len(fig.Caption) < 50 {
			t.Errorf("%s: id %q, title %q, caption %q", f.id, fig.ID, fig.Title, fig.Caption)
		}
	}
}

// Axes are those of the paper's figures (read off them), and panels in its order, with the variants of normalized initialisation.
func TestFigureAxes(t *testing.T) {
	type axes struct {
		title                  string
		xmin, xmax, ymin, ymax float64
	}
	const fitted = -1
	for id, want := range map[string][]axes{
		"fig2": {{"sigmoid", 0, 0.00115, 0, fitted}, {"sigmoid", 0, 140, 0, 1}},
		"fig3": {
			{"tanh", 0, 0.00115, 0, fitted}, {"tanh", 0, 95, 0, 1}, {"softsign", 0, 0.00115, 0, fitted}, {"softsign", 0, 95, 0, 1},
			{"tanh", 0, 0.00115, 0, fitted}, {"tanh", 0, 95, 0, 1}, {"softsign", 0, 0.00115, 0, fitted}, {"softsign", 0, 95, 0, 1},
		},
		"fig4": {{"tanh, after 23 updates", -1, 1, 0, 3}, {"softsign, after 23 updates", -1, 1, 0, 3}},
		"fig6": {{"standard", -1, 1, 0, 15}, {"normalized (eq. 16", -1, 1, 0, 15}, {"normalized, as the paper", -1, 1, 0, 15}},
		"fig7": {{"standard", -.2, .2, 0, 100}, {"normalized (eq. 16", -.2, .2, 0, 100}, {"normalized, as the paper", -.2, .2, 0, 100}},
		"fig8": {{"standard", -.027, .027, 0, 300}, {"normalized (eq. 16", -.14, .14, 0, 60}, {"normalized, as the paper", -.14, .14, 0, 60}},
		"fig9": {{"standard", 0, 0.00115, 0, fitted}, {"standard", 0, 95, 0, .08}, {"eq. 16", 0, 0.00115, 0, fitted}, {"eq. 16", 0, 95, 0, .06}, {"as in the paper", 0, 0.00115, 0, fitted}, {"as in the paper", 0, 95, 0, .06}},
		"fig10": {
			{"eq. 16", 0, 0.00115, 0, fitted}, {"eq. 16", 0, 95, 0, 1}, {"as in the paper", 0, 0.00115, 0, fitted}, {"as in the paper", 0, 95, 0, 1},
			{"eq. 16", 0, 0.00115, 0, fitted}, {"eq. 16", 0, 95, 0, 1}, {"as in the paper", 0, 0.00115, 0, fitted}, {"as in the paper", 0, 95, 0, 1},
		},
	} {
		fig, _ := tinyFigure(t, id)
		if len(fig.Panels) != len(want) {
			t.Errorf("%s has %d panels, want %d", id, len(fig.Panels), len(want))
			continue
		}
		for i, p := range fig.Panels {
			got := axes{want[i].title, p.XMin, p.XMax, p.YMin, p.YMax}
			if math.IsNaN(got.ymax) {
				got.ymax = fitted
			}
			if !strings.HasPrefix(p.Title, want[i].title) || got != want[i] || p.XLabel == "" || p.YLabel == "" {
				t.Errorf("%s, panel %q on %v (%q, %q); want %v", id, p.Title, got, p.XLabel, p.YLabel, want[i])
			}
			checkLayers(t, id, p)
		}
	}
}

// checkLayers fails unless the panel has our curves of every layer, in the layer's style and by its name, over nameless ones of the paper.
func checkLayers(t *testing.T, id string, p report.Panel) {
	t.Helper()
	depth := layers
	if id == "fig2" {
		depth = sigmoid4.Depth
	}
	ours, printed, bands := make(map[string]bool), 0, 0
	for _, s := range p.Series {
		if s.Printed {
			if printed++; s.Name != "" {
				t.Errorf("%s, %q: a series of the paper is named %q", id, p.Title, s.Name)
			}
			continue
		}
		if s.Kind == report.Band && s.Y == nil { // two seeds
			bands++
			continue
		}
		ours[s.Name] = true
		var k int
		if _, err := fmt.Sscanf(s.Name, "Layer %d", &k); err != nil || s.Style.Color != report.Layer(k).Color || s.Style.Marker != report.Layer(k).Marker {
			t.Errorf("%s, %q: series %q has the style of another layer", id, p.Title, s.Name)
		}
	}
	if len(ours) != depth || printed == 0 || bands == 0 {
		t.Errorf("%s, %q: layers %v, %d series of the paper, %d bands", id, p.Title, ours, printed, bands)
	}
}

// Figures 6, 7 and 8 show the mean densities over the seeds, within the band of the mean's interval: of activations, and of gradients summed over mini-batches of 10.
func TestDensities(t *testing.T) {
	nets := []Network{tanhStandard, tanhNormalized, tanhFigure}
	for id, of := range map[string]func(l train.Layer) measure.Histogram{
		"fig6": func(l train.Layer) measure.Histogram { return l.Z.Histogram },
		"fig7": func(l train.Layer) measure.Histogram { return l.DS.Histogram },
		"fig8": func(l train.Layer) measure.Histogram { return l.DW.Histogram },
	} {
		fig, o := tinyFigure(t, id)
		for i, p := range fig.Panels {
			k := 0
			for _, s := range p.Series {
				if s.Printed {
					continue
				}
				seeds := o.Initial[nets[i]]
				h, other := of(seeds[0].Layers.Layers[k]), of(seeds[1].Layers.Layers[k])
				a, b := h.Density(), other.Density()
				if s.Kind == report.Band {
					for bin := range a { // of two numbers, 12.706 times half their difference
						mean, want := (a[bin]+b[bin])/2, 12.706*math.Abs(a[bin]-b[bin])/2
						if math.Abs(s.High[bin]-mean-want) > 1e-3*want || s.Low[bin] < 0 || math.Abs(s.Low[bin]-max(0, mean-want)) > 1e-3*want {
							t.Errorf("%s, %q: layer %d has a band from %v to %v at bin %d, want %v ± %v", id, p.Title, k+1, s.Low[bin], s.High[bin], bin, mean, want)
						}
					}
					continue
				}
				k++
				for bin := range a {
					if math.Abs(s.Y[bin]-(a[bin]+b[bin])/2) > 1e-9*(a[bin]+b[bin]) {
						t.Errorf("%s, %q: %s is not its density at bin %d", id, p.Title, s.Name, bin)
					}
				}
				if !slices.Equal(s.X, h.Centers()) || s.Name != layerName(k) {
					t.Errorf("%s, %q: %s is not at its bins", id, p.Title, s.Name)
				}
				if h.Low > p.XMin || h.High < p.XMax || len(h.Counts)%2 != 1 {
					t.Errorf("%s, %q: histogram on [%v, %v] of %d bins", id, p.Title, h.Low, h.High, len(h.Counts))
				}
			}
			if k != layers {
				t.Errorf("%s, %q: %d densities", id, p.Title, k)
			}
		}
		if id != "fig6" && (!strings.Contains(fig.Caption, "summed over mini-batches of 10") || !strings.Contains(fig.Panels[0].XLabel, "summed over 10 examples")) {
			t.Errorf("%s does not say what its gradients are summed over", id)
		}
	}
}

// long is a training of three snapshots, the last at the given epoch, whose statistics are told apart, with a seed for each factor that they
// are multiplied by.
func long(net Network, epochs int, factors ...float64) *Trained {
	t := &Trained{Subject: Subject{net, dataset.ShapesetName}, Updates: epochs * train.Epoch, Searched: []int{epochs * train.Epoch / 5}, Choice: Choice{Rate: .03, Low: -1, High: 1}}
	for _, f := range factors {
		r := &run.Trace{Errors: []run.Errors{errorsAt(1, 0, .8), errorsAt(epochs*train.Epoch, 0, .25*f)}}
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
		panels := trainingPanels(panel, 140, long(tanhStandard, epochs, 1), means, read)
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
	c := long(tanhStandard, 2, 1)
	c.Runs[0].Snapshots = c.Runs[0].Snapshots[:1]
	if err := (report.Figure{ID: "x", Panels: trainingPanels(panel, 140, c, means, read)}).Validate(); err != nil {
		t.Error(err)
	}
}

// What is drawn of a snapshot: mean and deviation in Figure 2, the 98th percentile of |z| and the deviation in Figures 3 and 10, the weight
// gradients' deviation in Figure 9; the last snapshot has a marker.
func TestTrainingSeries(t *testing.T) {
	c := long(tanhStandard, 2, 1)
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
			z := c.Runs[0].Snapshots[2].Layers[i%layers].Z
			want := z.Std
			if i < layers {
				want = (z.P99 - z.P01) / 2
			}
			if s.Y[2] != want || s.Name != layerName(i%layers+1) || s.Kind != report.Marked {
				t.Errorf("series %d of %s ends at %v, want %v", i, s.Name, s.Y[2], want)
			}
			if (2-s.MarkFrom)%every != 0 {
				t.Errorf("markers every %d from %d miss the last snapshot", every, s.MarkFrom)
			}
		}
	}
	o := &Observations{Trained: map[Subject]*Trained{{tanhNormalized, dataset.ShapesetName}: long(tanhNormalized, 2, 1)}}
	fig, err := figure9(o)
	if err != nil || len(fig.Panels) != 2 || fig.Columns != 2 {
		t.Fatalf("Figure 9 of one network: %d panels, %v", len(fig.Panels), err)
	}
	ours := slices.DeleteFunc(slices.Clone(fig.Panels[1].Series), func(s report.Series) bool { return s.Printed })
	if std := o.shapeset(tanhNormalized).Runs[0].Snapshots[2].Layers[4].DW.Std; len(ours) != layers || ours[4].Y[2] != std {
		t.Errorf("Figure 9 has %d lines and ends at %v, want %v", len(ours), ours[4].Y[2], std)
	}
	if !strings.Contains(fig.Caption, "Not trained, and not drawn: Tanh, Tanh N as drawn.") {
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
	o := &Observations{Trained: make(map[Subject]*Trained)}
	for _, sub := range shapeset(sigmoid4, tanhStandard) {
		o.Trained[sub] = long(sub.Network, 3, 1)
	}
	caption := func() string {
		return below(trainedFigure(report.Figure{}, o, shapeset(sigmoid4, tanhStandard, softsignStandard)...))
	}

	want := " Ours: 60000 updates (3 epochs), one seed. Not trained, and not drawn: Softsign. Light: points read off the paper's figure. | Sigmoid depth 4: rate 0.03, inputs in [-1, 1], test error at the end 25.0 %; Tanh: rate 0.03, inputs in [-1, 1], test error at the end 25.0 %. No search was made for the rates and input scales: they are those of the authors' later scripts. Chance is 83.3 %."
	if got := caption(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for sub := range o.Trained {
		o.Trained[sub] = long(sub.Network, 3, .9, 1, 1.1) // 22.5, 25 and 27.5 %: the mean's interval is ± 4.303 2.5/√3
		o.Trained[sub].Cells = []Cell{{}}
	}
	for _, part := range []string{"mean over 3 seeds, bands: 95 % interval of that mean, kept within what is possible.", "test error at the end 25.0 ± 6.2 %", "by an earlier search."} {
		if got := caption(); !strings.Contains(got, part) {
			t.Errorf("%q does not say %q", got, part)
		}
	}
	of := *o.shapeset(sigmoid4)
	of.Runs = of.Runs[:1]
	o.Trained[of.Subject] = &of
	if got := caption(); !strings.Contains(got, "mean over 3 seeds (Sigmoid depth 4: 1), bands") {
		t.Errorf("%q does not say that one network has fewer seeds", got)
	}
	of.Cells = nil
	pre := *long(tanhPreTrained, 3, 1)
	pre.Cells = []Cell{{}}
	o.Trained[pre.Subject] = &pre
	for _, part := range []string{"by an earlier search. Pre-training uses those of Tanh N.", "No search was made for those of Sigmoid depth 4: they are"} {
		if got := below(trainedFigure(report.Figure{}, o, shapeset(sigmoid4, tanhStandard, tanhPreTrained)...)); !strings.Contains(got, part) {
			t.Errorf("%q does not say %q", got, part)
		}
	}
	of.Cells = []Cell{{}}
	o.Scale.Search = true
	o.shapeset(tanhStandard).Runs[1].Diverged = &run.Divergence{Update: 77}
	for _, part := range []string{"were chosen on the validation set, after 12000 updates each.", "seed 2 of 3 diverged after 77 updates"} {
		if got := caption(); !strings.Contains(got, part) {
			t.Errorf("%q does not say %q", got, part)
		}
	}
	o.Trained[Subject{tanhFigure, dataset.ShapesetName}] = long(tanhFigure, 3, 1)
	if got, want := below(trainedFigure(report.Figure{}, o, shapeset(tanhFigure)...)), "Tanh N as drawn uses those of Tanh N."; !strings.Contains(got, want) {
		t.Errorf("%q does not say %q", got, want)
	}
	if got, _ := o.how(shapeset(tanhStandard), onFirstSeed); !strings.HasSuffix(got, ", first seed.") {
		t.Errorf("%q does not say that it is the first seed", got)
	}
}

// Figure 1 shows the first 50 images of the test set's generator at 64x64, upright: the generator stores them column by column.
func TestFigure1(t *testing.T) {
	fig, _ := tinyFigure(t, "fig1")
	images := fig.Panels[0].Images
	shapeset := dataset.DefaultShapeset()
	shapeset.Size = 64
	set, err := shapeset.Set(context.Background(), 0, 50)
	if err != nil {
		t.Fatal(err)
	}
	if images.Columns != 10 || len(images.Pixels) != 50 || images.Width != 64 || images.Height != 64 {
		t.Fatalf("%d images of %dx%d in %d columns", len(images.Pixels), images.Width, images.Height, images.Columns)
	}
	turned := 0
	for i, picture := range images.Pixels {
		for y := range 64 {
			for x := range 64 {
				stored := set.Images[i*4096+x*64+y]
				if picture[y*64+x] != stored {
					t.Fatalf("image %d, pixel %d, %d is %d, want %d", i, x, y, picture[y*64+x], stored)
				}
				if stored != set.Images[i*4096+y*64+x] {
					turned++
				}
			}
		}
	}
	if turned == 0 {
		t.Error("all images are their own transposes: the test tells nothing")
	}
}

// Figure 5 has the surfaces of both costs over the paper's box.
func TestFigure5(t *testing.T) {
	fig, o := tinyFigure(t, "fig5")
	s := fig.Panels[0].Surfaces
	if s.Low != -4 || s.High != 4 || s.ZMin != 0 || s.ZMax != 5 || len(s.Meshes) != 2 {
		t.Fatalf("box [%v, %v]², [%v, %v], %d meshes", s.Low, s.High, s.ZMin, s.ZMax, len(s.Meshes))
	}
	for i, want := range []struct {
		name string
		z    []float64
	}{{"cross entropy", o.Surfaces.Entropy.Cost}, {"quadratic cost", o.Surfaces.Quadratic.Cost}} {
		if m := s.Meshes[i]; m.Name != want.name || m.N != surfaceSide || !slices.Equal(m.Z, want.z) {
			t.Errorf("mesh %q of side %d", m.Name, m.N)
		}
	}
	if s.Meshes[0].Color != report.Black || s.Meshes[1].Color != report.Red {
		t.Error("the paper's colours are black for cross entropy and red for the quadratic cost")
	}
}
