package report

import (
	"fmt"
	"math"
)

// A Profile is a quantity of each layer, of one run or of several.
type Profile struct {
	Name   string // in the legend
	Style  Style
	Values []float64 // of layers 1, 2, …; NaN where there is none
	Low    []float64 // ends of a band; nil for none
	High   []float64
}

// ProfileOf returns the profile of a group of runs, a row for each: the mean of each layer and, of several runs, a band from the lowest to the
// highest value. Where the axis is logarithmic the mean is the geometric one.
func ProfileOf(name string, style Style, runs [][]float64, log bool) Profile {
	p := Profile{Name: name, Style: style}
	for layer := 0; ; layer++ {
		n, sum, low, high, more := 0, 0.0, math.Inf(1), math.Inf(-1), false
		for _, run := range runs {
			if layer >= len(run) {
				continue
			}
			more = true
			v := run[layer]
			if math.IsNaN(v) || log && v <= 0 {
				continue
			}
			low, high, n = min(low, v), max(high, v), n+1
			if log {
				v = math.Log(v)
			}
			sum += v
		}
		if !more {
			break
		}
		mean := sum / float64(n) // NaN if no run has the layer
		switch {
		case n == 0:
			low, high = math.NaN(), math.NaN()
		case n == 1:
			mean = low // without rounding
		case log:
			mean = math.Exp(mean)
		}
		p.Values, p.Low, p.High = append(p.Values, mean), append(p.Low, low), append(p.High, high)
	}
	if len(runs) < 2 {
		p.Low, p.High = nil, nil
	}
	return p
}

// DepthPanel returns a panel of a quantity against depth: a marked line for each profile, over its band. The names are those of the layers.
func DepthPanel(title, label string, layers []string, log bool, profiles ...Profile) Panel {
	p := Panel{Title: title, XLabel: "layer", YLabel: label, XNames: layers, YLog: log}
	for _, of := range profiles {
		x := make([]float64, len(of.Values))
		for i := range x {
			x[i] = float64(i)
		}
		if of.Low != nil {
			p.Series = append(p.Series, Series{Name: of.Name, Kind: Band, Style: of.Style, X: x, Low: of.Low, High: of.High})
		}
		p.Series = append(p.Series, Series{Name: of.Name, Kind: Marked, Style: of.Style, X: x, Y: of.Values})
	}
	return p
}

// frontColumns is how many snapshots a [Front] shows at most.
const frontColumns = 60

// Front returns a heat map of a share of each layer against time: shares has a row for each layer, with a value for each of the updates, which
// ascend. Of many snapshots it shows some.
func Front(title string, updates []int, layers []string, shares [][]float64) Panel {
	step := max(1, (len(updates)+frontColumns-1)/frontColumns)
	h := &Heatmap{YNames: layers, Bare: true, High: 1}
	var shown []int
	for i := 0; i < len(updates); i += step {
		shown = append(shown, i)
	}
	h.XNames = make([]string, len(shown))
	for k := 0; k < len(shown); k += max(1, (len(shown)+3)/4) {
		h.XNames[k] = fmt.Sprint(updates[shown[k]])
	}
	for _, row := range shares {
		for _, i := range shown {
			h.Z = append(h.Z, row[i])
		}
	}
	return Panel{Title: title, XLabel: "updates; pale is 0, dark is 1", YLabel: "layer", Heatmap: h}
}
