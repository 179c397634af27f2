package paper

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"glorot/experiments/measure"
	"glorot/experiments/paper/figure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/results"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// tinyFigure is one figure of the tiny scale, from what it says it needs alone. The store keeps what is trained for several figures.
func tinyFigure(t *testing.T, store *run.Store, id string) (report.Figure, *observed.Observations) {
	t.Helper()
	s := newStudy(t, plan.Options{Scale: tiny, Seed: 1, Threads: 2, Only: []string{id}, Store: store})
	r, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Figures) != 1 {
		t.Fatalf("%s: %d figures, %v", id, len(r.Figures), r.NotRun)
	}
	return r.Figures[0], s.obs
}

// Every figure can be drawn from what it says it needs, has its own number in its name and title, and a caption.
func TestFiguresAreValid(t *testing.T) {
	store := results.NewStore(t.TempDir())
	for _, f := range figure.All() {
		if f.ID == "fig12" { // there are no data
			continue
		}
		fig, _ := tinyFigure(t, store, f.ID)
		if err := fig.Validate(); err != nil {
			t.Error(err)
		}
		number, isFigure := strings.CutPrefix(f.ID, "fig")
		if fig.ID != f.ID || isFigure && !strings.HasPrefix(fig.Title, "Figure "+number+": ") || len(fig.Caption) < 50 {
			t.Errorf("%s: id %q, title %q, caption %q", f.ID, fig.ID, fig.Title, fig.Caption)
		}
	}
}

// Axes are those of the paper's figures (read off them), and panels in its order, with the variants of normalized initialisation.
func TestFigureAxes(t *testing.T) {
	store := results.NewStore(t.TempDir())
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
		fig, _ := tinyFigure(t, store, id)
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
	depth := setup.Layers
	if id == "fig2" {
		depth = setup.Sigmoid4.Depth
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
	store := results.NewStore(t.TempDir())
	nets := []setup.Network{setup.TanhStandard, setup.TanhNormalized, setup.TanhFigure}
	for id, of := range map[string]func(l train.Layer) measure.Histogram{
		"fig6": func(l train.Layer) measure.Histogram { return l.Z.Histogram },
		"fig7": func(l train.Layer) measure.Histogram { return l.DS.Histogram },
		"fig8": func(l train.Layer) measure.Histogram { return l.DW.Histogram },
	} {
		fig, o := tinyFigure(t, store, id)
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
				if !slices.Equal(s.X, h.Centers()) || s.Name != fmt.Sprintf("Layer %d", k) {
					t.Errorf("%s, %q: %s is not at its bins", id, p.Title, s.Name)
				}
				if h.Low > p.XMin || h.High < p.XMax || len(h.Counts)%2 != 1 {
					t.Errorf("%s, %q: histogram on [%v, %v] of %d bins", id, p.Title, h.Low, h.High, len(h.Counts))
				}
			}
			if k != setup.Layers {
				t.Errorf("%s, %q: %d densities", id, p.Title, k)
			}
		}
		if id != "fig6" && (!strings.Contains(fig.Caption, "summed over mini-batches of 10") || !strings.Contains(fig.Panels[0].XLabel, "summed over 10 examples")) {
			t.Errorf("%s does not say what its gradients are summed over", id)
		}
	}
}
