package report_test

import (
	"fmt"
	"log"
	"os"

	"glorot/experiments/report"
)

// A figure is plain numbers: two layers' activations with the paper's own
// standard deviation of layer 1 (Glorot & Bengio 2010, Fig. 3) under ours.
func ExampleFigure_Save() {
	epochs := []float64{0, 4, 8, 16}
	figure := report.Figure{
		ID: "fig3", Title: "Figure 3: activations during training",
		Caption: "Standard deviation of tanh activations.",
		Panels: []report.Panel{{
			XLabel: "epochs of 20,000 updates", YLabel: "standard deviation", XMin: 0, XMax: 16,
			Series: []report.Series{
				{Name: "Layer 1", Kind: report.Marked, Style: report.Layer(1), X: epochs, Y: []float64{.31, .33, .34, .39}},
				{Name: "Layer 2", Kind: report.Marked, Style: report.Layer(2), X: epochs, Y: []float64{.17, .18, .22, .28}},
				{Style: report.Layer(1), X: epochs, Y: []float64{.31, .33, .35, .40}, Printed: true},
			},
		}},
	}
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	names, err := figure.Save(dir)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(names)
	// Output: [fig3.png fig3.svg]
}
