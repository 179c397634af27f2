package report

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// The samples have the shape of the paper's figures and made-up numbers.

// sampleDensities is like Figure 6: densities of five layers, with printed peaks.
func sampleDensities() Figure {
	panel := func(title string, top float64, stds []float64) Panel {
		p := Panel{Title: title, XLabel: "activation value", YLabel: "density", XMin: -1, XMax: 1, YMin: 0, YMax: top}
		rng := rand.New(rand.NewPCG(1, 2))
		for i, std := range stds {
			var x, y []float64
			for v := -1.0; v <= 1.001; v += 0.02 {
				x = append(x, v)
				peak := 1 / (std * math.Sqrt(2*math.Pi))
				y = append(y, peak*math.Exp(-v*v/(2*std*std))*(1+0.02*rng.NormFloat64()))
			}
			s := Series{Name: fmt.Sprintf("Layer %d", i+1), Kind: Marked, Style: Layer(i + 1), X: x, Y: y, MarkEvery: 5, MarkFrom: i}
			peak := Series{Kind: Level, Style: Layer(i + 1), Printed: true, X: []float64{0}, Y: []float64{0.42 / std}}
			p.Series = append(p.Series, s, peak)
		}
		return p
	}
	return Figure{ID: "densities", Title: "Activations at initialization", Caption: "Densities of five layers.",
		Panels: []Panel{
			panel("standard initialization", 15, []float64{.31, .17, .096, .055, .032}),
			panel("normalized initialization", 2, []float64{.316, .317, .318, .317, .3135}),
		}}
}

// sampleBars is like Figure 2: four layers' means with their deviations.
func sampleBars() Figure {
	p := Panel{XLabel: "epochs of 20,000 updates", YLabel: "activation", XMin: 0, XMax: 140, YMin: 0, YMax: 1}
	for layer := range 4 {
		s := Series{Name: fmt.Sprintf("Layer %d", layer+1), Kind: Bars, Style: Layer(layer + 1), MarkEvery: 4, MarkFrom: layer}
		paper := Series{Kind: Marked, Style: Layer(layer + 1), Printed: true}
		for epoch := 0.0; epoch <= 140; epoch++ {
			mean := 0.5 + 0.3*float64(layer-1)/2*(1-math.Exp(-epoch/20))
			if layer == 3 {
				mean = 0.5 * math.Exp(-epoch/2)
			}
			s.X, s.Y = append(s.X, epoch), append(s.Y, mean)
			s.Low, s.High = append(s.Low, mean-.08), append(s.High, mean+.08)
			if int(epoch)%20 == 0 {
				paper.X, paper.Y = append(paper.X, epoch), append(paper.Y, mean+.02)
			}
		}
		p.Series = append(p.Series, s, paper)
	}
	return Figure{ID: "bars", Title: "Sigmoid activations", Caption: "Means and deviations.", Panels: []Panel{p}}
}

// sampleTraining is like Figure 3: deviations as lines, percentiles as markers.
func sampleTraining() Figure {
	panel := func(title string) Panel {
		p := Panel{Title: title, XLabel: "epochs of 20,000 updates", YLabel: "activation", XMin: 0, XMax: 95, YMin: -1, YMax: 1}
		for layer := range 5 {
			for _, sign := range []float64{1, -1} {
				std := Series{Name: fmt.Sprintf("Layer %d", layer+1), Kind: Marked, Style: Layer(layer + 1)}
				percentile := Series{Name: std.Name, Kind: Markers, Style: Layer(layer + 1)}
				paper := Series{Kind: Line, Style: Layer(layer + 1), Printed: true}
				for epoch := 0.0; epoch <= 92; epoch += 4 {
					v := sign * (0.6 - 0.08*float64(layer)) * (1 - 0.6*math.Exp(-epoch/30))
					std.X, std.Y = append(std.X, epoch), append(std.Y, v)
					percentile.X, percentile.Y = append(percentile.X, epoch), append(percentile.Y, math.Tanh(3*v))
					paper.X, paper.Y = append(paper.X, epoch), append(paper.Y, v*1.05)
				}
				p.Series = append(p.Series, std, percentile, paper)
			}
		}
		return p
	}
	return Figure{ID: "training", Title: "Activations during training", Caption: "Deviations and percentiles.",
		Panels: []Panel{panel("tanh"), panel("softsign")}}
}

// sampleErrors is like Figure 12: two panels side by side, bands over seeds.
func sampleErrors() Figure {
	panel := func(title string, low, high float64) Panel {
		p := Panel{Title: title, XLabel: "examples seen (×10⁷)", YLabel: "test error (%)", XMin: 0, XMax: 2.5, YMin: low, YMax: high}
		styles := []Style{{Color: Black, Marker: Circle}, {Color: Cyan, Marker: Square}, {Color: Cyan, Marker: Square, Dashes: []float64{5, 2}}, {Color: Red, Marker: Triangle}, {Color: Red, Marker: Triangle, Dashes: []float64{5, 2}}}
		rng := rand.New(rand.NewPCG(3, 4))
		for i, name := range []string{"Sigmoid", "Softsign", "Softsign N", "Tanh", "Tanh N"} {
			end := low + (high-low)*(0.5-0.1*float64(i))
			s := Series{Name: name, Kind: Band, Style: styles[i], MarkEvery: 25, MarkFrom: 5 * i}
			for k := range 126 {
				x := float64(k) * 0.02
				y := end + (high-low)*math.Exp(-4*x) + 0.01*(high-low)*rng.NormFloat64()
				s.X, s.Y = append(s.X, x), append(s.Y, y)
				s.Low, s.High = append(s.Low, y-.03*(high-low)), append(s.High, y+.03*(high-low))
			}
			paper := Series{Kind: Level, Style: styles[i], Printed: true, X: []float64{2.5}, Y: []float64{end * 1.01}}
			p.Series = append(p.Series, s, paper)
		}
		return p
	}
	return Figure{ID: "errors", Title: "Test error", Caption: "Two data sets.", Columns: 2,
		Panels: []Panel{panel("MNIST", 1.5, 3), panel("CIFAR-10", 52, 65)}}
}

// sampleImages is like Figure 1: two grids, the lower with names of columns.
func sampleImages() Figure {
	rng := rand.New(rand.NewPCG(5, 6))
	grid := func(size int, names []string) *Images {
		g := &Images{Width: size, Height: size, Columns: 10, ColumnLabels: names}
		for range 20 {
			pixels := make([]uint8, size*size)
			cx, cy, r, grey := rng.IntN(size), rng.IntN(size), 3+rng.IntN(size/3), uint8(140+rng.IntN(115))
			for i := range pixels {
				dx, dy := i%size-cx, i/size-cy
				if dx*dx+2*dy*dy < r*r {
					pixels[i] = grey
				}
			}
			g.Pixels = append(g.Pixels, pixels)
		}
		return g
	}
	classes := []string{"reptiles", "vehicles", "birds", "mammals", "fish", "furniture", "instruments", "tools", "flowers", "fruits"}
	return Figure{ID: "images", Title: "Images", Caption: "Two grids of images.", Panels: []Panel{
		{Title: "Shapeset-3x2", Images: grid(32, nil)}, {Title: "Small-ImageNet", Images: grid(37, classes)}}}
}

// sampleSurfaces is Figure 5 itself: cross entropy and quadratic cost of a
// softmax with logits (a, -a), a = W2 tanh W1, and targets (1/2, 1/2).
func sampleSurfaces() Figure {
	const n = 33
	entropy, quadratic := make([]float64, n*n), make([]float64, n*n)
	for i := range n {
		for j := range n {
			w1, w2 := -4+8*float64(i)/(n-1), -4+8*float64(j)/(n-1)
			a := w2 * math.Tanh(w1)
			softplus := func(x float64) float64 { return math.Log1p(math.Exp(-math.Abs(x))) + math.Max(x, 0) }
			p := 1 / (1 + math.Exp(-2*a))
			entropy[i*n+j] = (softplus(2*a) + softplus(-2*a)) / 2
			quadratic[i*n+j] = 2 * (p - .5) * (p - .5)
		}
	}
	return Figure{ID: "surfaces", Title: "Cost surfaces", Caption: "Cross entropy above quadratic cost.", Panels: []Panel{{
		XLabel: "W1", YLabel: "W2", Surfaces: &Surfaces{Low: -4, High: 4, ZMin: 0, ZMax: 5, ZLabel: "cost", Meshes: []Mesh{
			{Name: "cross entropy", Color: Black, N: n, Z: entropy}, {Name: "quadratic", Color: Red, N: n, Z: quadratic}}}}}}
}

// sampleSearch has a logarithmic axis.
func sampleSearch() Figure {
	s := Series{Name: "Tanh", Kind: Marked, Style: Style{Color: Red, Marker: Triangle}, X: []float64{.003, .01, .03, .1}, Y: []float64{70, 55, 60, 83}}
	return Figure{ID: "search", Title: "The search", Caption: "Error against the rate.", Panels: []Panel{
		{XLabel: "rate", YLabel: "validation error (%)", XMin: .002, XMax: .15, XLog: true, Series: []Series{s}}}}
}

// sampleHeatmap has two heat maps on one scale of colours, with notes and a cell without a number, and below them names on an axis.
func sampleHeatmap() Figure {
	panel := func(title string, z ...float64) Panel {
		h := &Heatmap{XNames: []string{"0.003", "0.01", "0.03", "0.1"}, YNames: []string{"0", "\u22121"}, Z: z, Decimals: 2, Low: 15, High: 83.33}
		for i, v := range z {
			h.Notes = append(h.Notes, []string{"± 0.31"})
			if math.IsNaN(v) {
				h.Notes[i] = []string{"diverged", "3 of 3"}
			}
		}
		return Panel{Title: title, XLabel: "train.rate", YLabel: "data.low", Heatmap: h}
	}
	named := Panel{XLabel: "model.init", YLabel: "test error (%)", XNames: []string{"standard", "normalized"}}
	for i, y := range []float64{27.15, 15.6} {
		named.Series = append(named.Series, Series{Kind: Bars, Style: Style{Color: Blue, Marker: Circle},
			X: []float64{float64(i)}, Y: []float64{y}, Low: []float64{y - 1}, High: []float64{y + 1}})
	}
	return Figure{ID: "heatmap", Title: "The search", Caption: "Two heat maps; the darker, the higher.", Columns: 2, Panels: []Panel{
		panel("tanh", 70.13, 55.27, 60.04, 83.33, 72.5, 65.01, nothing, nothing), panel("tanh, normalized", 45.5, 30.12, 22.8, 18.4, 40, 25.33, 15.6, 16.06), named}}
}

func samples() []Figure {
	return []Figure{sampleImages(), sampleBars(), sampleTraining(), sampleSurfaces(), sampleDensities(), sampleErrors(), sampleSearch(), sampleHeatmap(), sampleDepth()}
}

// sampleDepth has two groups of runs against depth, on a logarithmic axis, and a front of saturation.
func sampleDepth() Figure {
	layers := []string{"1", "2", "3", "output"}
	falling := [][]float64{{1e-6, 1e-4, 1e-2, 1}, {1e-7, 2e-5, 0.5e-2, 0.5}, {4e-6, 0, 3e-2}}
	level := ProfileOf("level", Category(2), [][]float64{{0.1, 0.1, 0.1, 0.1}}, true)
	var updates []int
	shares := make([][]float64, 3)
	for i := range 100 {
		updates = append(updates, 500*i)
		for layer := range shares {
			shares[layer] = append(shares[layer], 1/(1+math.Exp(float64(20*(layer+1)-i)/5)))
		}
	}
	shares[1][7] = nothing
	return Figure{ID: "depth", Title: "Depth", Columns: 2, Panels: []Panel{
		DepthPanel("gradients", "std of dCost/ds", layers, true, ProfileOf("falling", Category(1), falling, true), level),
		Front("saturated share", updates, layers[:3], shares),
	}}
}

var nothing = math.NaN()
