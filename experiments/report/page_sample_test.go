package report

import (
	"bytes"
	"math"
)

// samplePage has every part of a page once: sections with a figure, with a
// table and with neither, and all verdicts.
func samplePage() Page {
	p := Page{
		Title: "The difficulty of training deep feedforward neural networks, re-run",
		Lead:  "Glorot & Bengio (2010) as a running program: each figure drawn from networks trained here, beside the numbers printed in the paper, with a verdict for every claim.",
		Run: Run{Command: "glorot reproduce --scale quick --seed 1 fig6 claims", Version: "v0.1.0", Scale: "quick", Seeds: []uint64{1, 2, 3, 4, 5},
			Started: "2024-01-02 03:04 UTC", Took: "4 min 10 s", Config: "seed: 1\nmodel:\n  hidden: [1000, 1000, 1000, 1000, 1000]\n  activation: tanh\n"},
		Notes: []string{"The paper prints no learning rate."},
	}
	for _, f := range samples() {
		p.Sections = append(p.Sections, Section{ID: f.ID, Title: f.Title, Text: []string{"What the paper says of it."}, Figure: &f})
	}
	p.Sections = append(p.Sections,
		Section{ID: "table1", Title: "Table 1: test error", Table: &Table{Caption: "Test error (%)", Columns: []string{"Network", "Shapeset", "MNIST"},
			Rows: [][]string{{"Softsign", "16.27", "1.64"}, {"Tanh N", "15.60", "1.64"}}}},
		Section{ID: "fig11", Title: "Figure 11: test error on Shapeset", Text: []string{"Not run: glorot reproduce --scale paper fig11"}})
	p.Claims = []Claim{
		{ID: "C2", Figure: "densities", Text: "With standard initialization the activations' standard deviation falls from layer to layer.", Source: "Glorot & Bengio 2010, Fig. 6 top", Variant: "standard", Verdict: Agrees,
			Measured: "0.308 0.172 0.096 0.055 0.032; ratios 0.56 to 0.58", Expected: "strictly falling, ratios 0.55 to 0.58", Values: []Value{{Name: "std L1", Value: 0.308, Interval: &Interval{0.301, 0.315}}}},
		{ID: "C4", Figure: "densities", Text: "With normalized initialization it hardly falls.", Source: "Fig. 6 bottom", Variant: "eq. 16", Verdict: Disagrees, Measured: "0.61", Expected: "1.0 ± 0.03", Note: "The paper's own figure is not eq. 16 in every layer."},
		{ID: "C19", Figure: "bars", Text: "The top layer leaves saturation around epoch 100.", Source: "Fig. 2", Verdict: Undecided, Measured: "no escape in 5 epochs", Expected: "epoch 97 to 105", Values: []Value{{Name: "epoch", Value: Number(math.NaN())}}},
		{ID: "C31", Figure: "fig11", Text: "Order of the final test errors.", Source: "Fig. 11", Verdict: NotRun, Expected: "Sigmoid > Tanh > Softsign"},
	}
	return p
}

func samplePageBytes() ([]byte, error) {
	var b bytes.Buffer
	err := WritePage(&b, samplePage())
	return b.Bytes(), err
}
