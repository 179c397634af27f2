package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/export"
	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/train"

	"golang.org/x/perf/benchmath"
)

// An Assumption is what is assumed of a metric's distribution over seeds.
type Assumption string

// The assumptions. A mean over many images or units is about normally distributed over seeds. A number that piles up at the
// end of its range, such as a percentile of saturated activations, is not.
const (
	Normal  Assumption = "normal"  // mean with Student's interval; Welch's t-test, or Student's of paired differences
	Nothing Assumption = "nothing" // median with an interval of order statistics; Mann-Whitney's U test, or Wilcoxon's signed ranks of pairs
)

// method returns benchmath's name for the methods of the assumption.
func (a Assumption) method() benchmath.Assumption {
	if a == Nothing {
		return benchmath.AssumeNothing
	}
	return benchmath.AssumeNormal
}

// Center returns the centre of a sample under the assumption: "mean" or "median".
func (a Assumption) Center() string { return a.method().SummaryLabel() }

// Test returns the name of the test under the assumption, for paired or unpaired runs.
func (a Assumption) Test(paired bool) string {
	switch {
	case paired && a == Nothing:
		return "Wilcoxon signed ranks"
	case paired:
		return "paired t"
	case a == Nothing:
		return "Mann-Whitney U"
	}
	return "Welch t"
}

// A netMetric is a number of a whole network after some updates, NaN if a run does not have it.
type netMetric struct {
	name    string
	percent bool // a share, shown in percent
	of      func(r *export.Run, update int) float64
}

// netMetrics are about normally distributed over seeds: they are means over the images.
var netMetrics = append([]netMetric{
	{"test/error", true, func(r *export.Run, update int) float64 { return scoreOf(r, run.TestEvent, update).Error }},
	{"test/error-at-best", true, best},
	{"valid/error", true, func(r *export.Run, update int) float64 { return scoreOf(r, run.ValidEvent, update).Error }},
	{"test/nll", false, func(r *export.Run, update int) float64 { return scoreOf(r, run.TestEvent, update).NLL }},
}, classMetrics()...)

// classMetrics are the measures of the test images.
func classMetrics() (list []netMetric) {
	for _, m := range train.Measures() {
		if of := m.OfClasses(); of != nil {
			list = append(list, netMetric{run.TestEvent + "/" + m.Name, m.Share, func(r *export.Run, update int) float64 {
				return of(scoreOf(r, run.TestEvent, update).Confusion)
			}})
		}
	}
	return list
}

// scoreOf returns the errors on a set after some updates.
func scoreOf(r *export.Run, set string, update int) run.Score {
	for _, s := range r.Scores {
		if s.Event == set && s.Update == update {
			return s
		}
	}
	return run.Score{Error: math.NaN(), NLL: math.NaN()}
}

// best returns the test error where the validation error was lowest up to an update.
func best(r *export.Run, update int) float64 {
	pairs := slices.DeleteFunc(run.PairErrors(r.Scores), func(p run.Errors) bool { return p.Update > update })
	if p, ok := run.Best(pairs); ok {
		return p.Test.Error
	}
	return math.NaN()
}

// A layerMetric is a number of one layer, NaN if a snapshot does not have it.
type layerMetric struct {
	name    string
	percent bool
	assumes Assumption
	of      func(l *train.Layer) float64
}

var layerMetrics = append([]layerMetric{
	{"z/mean", false, Normal, func(l *train.Layer) float64 { return summary(l).Mean }},
	{"z/std", false, Normal, func(l *train.Layer) float64 { return summary(l).Std }},
	{"z/p99", false, Nothing, func(l *train.Layer) float64 { return summary(l).P99 }},
	{"z/flat", true, Nothing, func(l *train.Layer) float64 { return summary(l).Saturated }},
	{"dcost_ds/std", false, Normal, func(l *train.Layer) float64 { return gradients(l.DS).Std }},
	{"dcost_dw/std", false, Normal, func(l *train.Layer) float64 { return gradients(l.DW).Std }},
}, measures()...)

// measures are those of a layer. A share piles up at the ends of its range.
func measures() (list []layerMetric) {
	for _, m := range train.Measures() {
		if m.OfClasses() != nil {
			continue
		}
		assumes := Normal
		if m.Share {
			assumes = Nothing
		}
		list = append(list, layerMetric{m.Name, m.Share, assumes, func(l *train.Layer) float64 {
			if v, ok := l.Measures[m.Name]; ok {
				return v
			}
			return math.NaN()
		}})
	}
	return list
}

// A quantity is one of the numbers of a layer whose distributions are logged.
type quantity struct {
	id, label, words string
	stds             float64                                 // the number of standard deviations drawn to each side; 0 means the whole range
	std              func(l *train.Layer) float64            // NaN if it was not measured
	histogram        func(l *train.Layer) *measure.Histogram // empty if it was not measured
}

// Gradients are summed over a mini-batch. Their histograms extend far beyond what would be visible.
var quantities = []quantity{
	{
		"z", "z", "activations z", 0,
		func(l *train.Layer) float64 { return summary(l).Std },
		func(l *train.Layer) *measure.Histogram { return &summary(l).Histogram },
	},
	{
		"ds", "dCost/ds", "back-propagated gradients dCost/ds", 4,
		func(l *train.Layer) float64 { return gradients(l.DS).Std },
		func(l *train.Layer) *measure.Histogram { return &gradients(l.DS).Histogram },
	},
	{
		"dw", "dCost/dW", "weight gradients dCost/dW", 4,
		func(l *train.Layer) float64 { return gradients(l.DW).Std },
		func(l *train.Layer) *measure.Histogram { return &gradients(l.DW).Histogram },
	},
}

// summary returns the statistics of the activations, which are undefined where none were measured, as for the output layer.
func summary(l *train.Layer) *measure.Summary {
	if l.Z == nil {
		nan := math.NaN()
		return &measure.Summary{Mean: nan, Std: nan, P99: nan, Saturated: nan}
	}
	return l.Z
}

// gradients is the same for gradients.
func gradients(s *measure.GradientStats) *measure.GradientStats {
	if s == nil {
		return &measure.GradientStats{Std: math.NaN()}
	}
	return s
}

// Names lists all metrics.
func Names() (names []string) {
	for _, m := range netMetrics {
		names = append(names, m.name)
	}
	for _, m := range layerMetrics {
		names = append(names, m.name)
	}
	return names
}

// unknownMetric reports an unknown metric, and suggests the one that may be meant.
func unknownMetric(name string) error {
	if near := run.Nearest(name, Names()); near != "" {
		return &run.UsageError{Problem: fmt.Sprintf("unknown metric %s, did you mean %s?", name, near)}
	}
	return &run.UsageError{Problem: fmt.Sprintf("unknown metric %s, allowed: %s", name, strings.Join(Names(), ", "))}
}
