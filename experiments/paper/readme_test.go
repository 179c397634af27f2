package paper

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/results"
	"glorot/experiments/paper/setup"
	"glorot/experiments/report"

	"gonum.org/v1/plot/cmpimg"
)

var update = flag.Bool("update", false, "draw testdata/readme.png")

// The picture at the top of the README is what the program draws: Figures 6 and 7, standard beside normalized initialisation, from the kept
// networks of scale paper.
func TestReadmePicture(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: networks of the paper's width take seconds")
	}
	scale, err := setup.ScaleByName("paper")
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewStudy(plan.Options{Scale: scale, Seed: 1, Threads: 1, Only: []string{"fig6", "fig7"}, KeptOnly: true, Store: results.NewStore(t.TempDir())})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(t.Context())
	if err != nil || len(r.Figures) != 2 {
		t.Fatalf("%d figures, %v", len(r.Figures), err)
	}
	f := report.Figure{ID: "readme", Title: "Before training", Columns: 4, Aspect: 1.55}
	for i, what := range []string{"activations: ", "gradients: "} {
		for k, init := range []string{"standard", "normalized"} {
			p := r.Figures[i].Panels[k]
			p.Title = what + init
			f.Panels = append(f.Panels, p)
		}
	}
	f.Panels[2].XLabel, f.Panels[3].XLabel = "back-propagated gradient", "back-propagated gradient"
	var drawn bytes.Buffer
	if err := f.WritePNG(&drawn); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/readme.png"
	if *update {
		if err := os.WriteFile(golden, drawn.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	// 0.05 lets other processors round a shade of an edge otherwise.
	if same, err := cmpimg.EqualApprox("png", want, drawn.Bytes(), 0.05); err != nil || !same {
		t.Errorf("%s is not what is drawn (%v); look at both, then run with -update", golden, err)
	}
}
