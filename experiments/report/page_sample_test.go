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
		Summary: Summary{Text: []string{"Nothing was trained."}, Numbers: &Table{ID: "headlines", Corner: "Number", Columns: []Column{{Name: "here"}}, Rows: []Row{{Name: "std", Cells: []Cell{Figures("0.106", .106)}}}}},
		Folded:  "The rest",
		Notes:   []string{"The paper prints no learning rate."},
	}
	for _, f := range samples() {
		p.Sections = append(p.Sections, Section{ID: f.ID, Title: f.Title, Text: []string{"What the paper says of it."}, Figure: &f})
	}
	p.Sections = append(p.Sections,
		Section{ID: "table1", Title: "Table 1: test error", Folded: true, Tables: []Table{sampleTable(), {ID: "plain", Caption: "Ungrouped", Corner: "Pair",
			Columns: []Column{{Name: "p"}}, Rows: []Row{{Name: "A, B", Cells: []Cell{Words("not run")}}}}}},
		Section{ID: "fig11", Title: "Figure 11: test error on Shapeset", Folded: true, NotRun: "glorot reproduce --scale paper fig11 runs it"})
	p.Claims = []Claim{
		{ID: "C2", Figure: "densities", Kind: PaperTest, Text: "With standard initialization the activations' standard deviation falls from layer to layer.", Source: "Glorot & Bengio 2010, Fig. 6 top", Variant: "standard", Verdict: Agrees,
			Measured: "0.308 0.172 0.096 0.055 0.032; ratios 0.56 to 0.58", Expected: "strictly falling, ratios 0.55 to 0.58", Values: []Value{{Name: "std L1", Value: 0.308, Interval: &Interval{0.301, 0.315}}}},
		{ID: "C4", Figure: "densities", Kind: FigureFit, Text: "With normalized initialization it hardly falls.", Source: "Fig. 6 bottom", Variant: "eq. 16", Verdict: Disagrees, Printed: "fails", Measured: "0.61", Expected: "1.0 ± 0.03", Note: "The paper's own figure is not eq. 16 in every layer."},
		{ID: "C19", Figure: "bars", Kind: PaperTest, Text: "The top layer leaves saturation around epoch 100.", Source: "Fig. 2", Refuted: "an escape before epoch 50", Verdict: Undecided, Measured: "no escape in 5 epochs", Expected: "epoch 97 to 105", Values: []Value{{Name: "epoch", Value: Number(math.NaN())}}},
		{ID: "C22", Figure: "bars", Kind: PaperTest, Text: "Layers saturate one after the other.", Source: "Fig. 3", Verdict: OneSeed, Side: Above, Measured: "0.9", Expected: "at most 0.5", Printed: "passes"},
		{ID: "C31", Figure: "fig11", Kind: PaperTest, Text: "Order of the final test errors.", Source: "Fig. 11", Verdict: NotRun, Expected: "Sigmoid > Tanh > Softsign"},
	}
	return p
}

func samplePageBytes() ([]byte, error) {
	var b bytes.Buffer
	err := WritePage(&b, samplePage())
	return b.Bytes(), err
}

// sampleTable has groups of one and two columns, words, numbers, an interval and a bold cell.
func sampleTable() Table {
	interval := Figures("15.6 ± 0.2", 15.6)
	interval.Interval, interval.Bold = &Interval{15.4, 15.8}, true
	return Table{
		ID: "table1", Caption: "Test error (%)", Corner: "Network",
		Columns: []Column{{"Shapeset", "ours"}, {"Shapeset", "paper"}, {"MNIST", "paper"}},
		Rows: []Row{
			{"Softsign", []Cell{Words("not run"), Figures("16.27", 16.27), Figures("1.64", 1.64)}},
			{"Tanh N", []Cell{interval, Figures("15.60", 15.6), Figures("1.64", 1.64)}},
		},
		Notes: []string{"One seed has no interval."},
	}
}
