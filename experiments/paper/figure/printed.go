package figure

import (
	"fmt"

	"glorot/experiments/paper/printed"
	"glorot/experiments/report"
)

// printedSeries returns a series in the style of a layer counted from 0.
func printedSeries(kind report.Kind, layer int) report.Series {
	return report.Series{Kind: kind, Style: report.Layer(layer + 1), Printed: true}
}

// printedMeans returns each layer's mean with bars of one standard deviation
// where that was read.
func printedMeans(rows []printed.Epoch) []report.Series {
	var all []report.Series
	for layer := range rows[0].Mean {
		s := printedSeries(report.Bars, layer)
		for _, r := range rows {
			mean, std := r.Mean[layer], printed.NotRead
			if r.Std != nil {
				std = r.Std[layer]
			}
			s.X, s.Y = append(s.X, r.Epoch), append(s.Y, mean)
			s.Low, s.High = append(s.Low, mean-std), append(s.High, mean+std)
		}
		all = append(all, s)
	}
	return all
}

// printedStds returns each layer's standard deviation as a line.
func printedStds(rows []printed.Epoch) []report.Series {
	return printedCourses(rows, func(r printed.Epoch) []float64 { return r.Std })
}

// printedP99s returns each layer's 99th percentile as a line, the upper end of
// the figures' "98 percentiles".
func printedP99s(rows []printed.Epoch) []report.Series {
	return printedCourses(rows, func(r printed.Epoch) []float64 { return r.P99 })
}

func printedCourses(rows []printed.Epoch, column func(printed.Epoch) []float64) []report.Series {
	var all []report.Series
	for layer := range column(rows[0]) {
		s := printedSeries(report.Line, layer)
		for _, r := range rows {
			s.X, s.Y = append(s.X, r.Epoch), append(s.Y, column(r)[layer])
		}
		all = append(all, s)
	}
	return all
}

// printedPeaks returns a tick at x = 0 for the peak of each layer's density:
// the rest of the curve was not read, and is not made up.
func printedPeaks(d printed.Density) []report.Series {
	var all []report.Series
	for layer, peak := range d.Peak {
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

// printedPoints returns each layer's points as markers on both sides of 0.
func printedPoints(layers [][]printed.Point) []report.Series {
	var all []report.Series
	for layer, points := range layers {
		s := printedSeries(report.Markers, layer)
		for _, p := range points {
			s.X, s.Y = append(s.X, p.X), append(s.Y, p.Density)
			if p.X != 0 {
				s.X, s.Y = append(s.X, -p.X), append(s.Y, p.Density)
			}
		}
		all = append(all, s)
	}
	return all
}

// printedErrors returns a line for each curve, or a tick where only one point
// was read.
func printedErrors(curves []printed.Curve) []report.Series {
	var all []report.Series
	for _, c := range curves {
		s := report.Series{Kind: report.Line, Style: networkStyle(c.Network), Printed: true, X: c.Examples, Y: c.Percent}
		if len(c.Examples) == 1 {
			s.Kind = report.Level
		}
		all = append(all, s)
	}
	return all
}
