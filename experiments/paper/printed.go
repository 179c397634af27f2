package paper

import (
	"fmt"
	"math"

	"glorot/experiments/report"
)

// The numbers in the files printed_*.go were read off the figures of Glorot &
// Bengio (2010), "Understanding the difficulty of training deep feedforward
// neural networks", AISTATS, PMLR 9:249-256, pixel by pixel. Each names its
// figure and the reading error. They are drawn under ours, compared with ours, and
// put to the same checks. Nothing writes to them.

// notRead stands where a number could not be read off the figure.
var notRead = math.NaN()

// A printedEpoch is what a figure shows at one epoch of 20,000 updates, layer
// by layer from the first; a column that the figure does not have is nil.
type printedEpoch struct {
	epoch          float64
	mean, std, p99 []float64
}

// A printedDensity is what could be read off five densities around 0, layer by
// layer from the first.
type printedDensity struct {
	peak     []float64 // the density at 0
	std      []float64
	kurtosis []float64
}

// printedSeries returns a series in the style of a layer counted from 0.
func printedSeries(kind report.Kind, layer int) report.Series {
	return report.Series{Kind: kind, Style: report.Layer(layer + 1), Printed: true}
}

// printedMeans returns each layer's mean with bars of one standard deviation
// where that was read.
func printedMeans(rows []printedEpoch) []report.Series {
	var all []report.Series
	for layer := range rows[0].mean {
		s := printedSeries(report.Bars, layer)
		for _, r := range rows {
			mean, std := r.mean[layer], notRead
			if r.std != nil {
				std = r.std[layer]
			}
			s.X, s.Y = append(s.X, r.epoch), append(s.Y, mean)
			s.Low, s.High = append(s.Low, mean-std), append(s.High, mean+std)
		}
		all = append(all, s)
	}
	return all
}

// printedStds returns each layer's lines at plus and minus one standard
// deviation.
func printedStds(rows []printedEpoch) []report.Series {
	return printedPairs(rows, report.Line, func(r printedEpoch) []float64 { return r.std })
}

// printedP99s returns each layer's markers at plus and minus the 99th
// percentile, the ends of the figures' "98 percentiles".
func printedP99s(rows []printedEpoch) []report.Series {
	return printedPairs(rows, report.Markers, func(r printedEpoch) []float64 { return r.p99 })
}

func printedPairs(rows []printedEpoch, kind report.Kind, column func(printedEpoch) []float64) []report.Series {
	var all []report.Series
	for layer := range column(rows[0]) {
		for _, sign := range []float64{1, -1} {
			s := printedSeries(kind, layer)
			for _, r := range rows {
				s.X, s.Y = append(s.X, r.epoch), append(s.Y, sign*column(r)[layer])
			}
			all = append(all, s)
		}
	}
	return all
}

// printedPeaks returns a tick at x = 0 for the peak of each layer's density:
// the rest of the curve was not read, and is not made up.
func printedPeaks(d printedDensity) []report.Series {
	var all []report.Series
	for layer, peak := range d.peak {
		s := printedSeries(report.Level, layer)
		s.X, s.Y = []float64{0}, []float64{peak}
		all = append(all, s)
	}
	return all
}

// networkStyle returns the paper's style of a network in Figures 11 and 12: a
// colour for the activation, dashes for the normalized initialization. The
// markers are ours, since a dense curve hides its dashes.
//
// It panics if the paper has no such network.
func networkStyle(name string) report.Style {
	dashes := []float64{5, 2}
	switch name {
	case "Sigmoid", "Sigmoid depth 5":
		return report.Style{Color: report.Black, Marker: report.Circle}
	case "Sigmoid depth 4":
		return report.Style{Color: report.Blue, Marker: report.Cross}
	case "Tanh":
		return report.Style{Color: report.Red, Marker: report.Triangle}
	case "Tanh N":
		return report.Style{Color: report.Red, Marker: report.Diamond, Dashes: dashes}
	case "Softsign":
		return report.Style{Color: report.Cyan, Marker: report.Square}
	case "Softsign N":
		return report.Style{Color: report.Cyan, Marker: report.Circle, Dashes: dashes}
	case "Pre-training":
		return report.Style{Color: report.Magenta, Marker: report.Diamond}
	}
	panic(fmt.Sprintf("paper: no network %q in Figures 11 and 12", name))
}
