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

// The assumptions. What is a mean over many images or units varies over seeds about normally; what piles up at the end of its
// range, such as a percentile of saturated activations, does not.
const (
	Normal  Assumption = "normal"  // mean with Student's interval; Welch's t-test, or Student's of paired differences
	Nothing Assumption = "nothing" // median with an interval of order statistics; Mann-Whitney's U test, or Wilcoxon's signed ranks of pairs
)

// method is how benchmath names what the assumption chooses.
func (a Assumption) method() benchmath.Assumption {
	if a == Nothing {
		return benchmath.AssumeNothing
	}
	return benchmath.AssumeNormal
}

// Center is what the assumption chooses as the centre of a sample: "mean" or "median".
func (a Assumption) Center() string { return a.method().SummaryLabel() }

// Test is the name of the test that the assumption chooses, of paired runs or of others.
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
	percent bool // a share, told in percent
	of      func(r *export.Run, update int) float64
}

// netMetrics vary about normally: they are means over the images.
var netMetrics = []netMetric{
	{"test/error", true, func(r *export.Run, update int) float64 { return scoreOf(r, run.TestEvent, update).Error }},
	{"test/error-at-best", true, best},
	{"valid/error", true, func(r *export.Run, update int) float64 { return scoreOf(r, run.ValidEvent, update).Error }},
	{"test/nll", false, func(r *export.Run, update int) float64 { return scoreOf(r, run.TestEvent, update).NLL }},
}

// scoreOf is the errors on a set after some updates.
func scoreOf(r *export.Run, set string, update int) run.Score {
	for _, s := range r.Scores {
		if s.Event == set && s.Update == update {
			return s
		}
	}
	return run.Score{Error: math.NaN(), NLL: math.NaN()}
}

// best is the test error where, so far, the validation error was lowest.
func best(r *export.Run, update int) float64 {
	pairs := slices.DeleteFunc(run.PairErrors(r.Scores), func(p run.Errors) bool { return p.Update > update })
	if p, ok := run.Best(pairs); ok {
		return p.Test.Error
	}
	return math.NaN()
}

// A layerMetric is a number of one layer, NaN if a look does not have it.
type layerMetric struct {
	name    string
	percent bool
	assumes Assumption
	of      func(l *train.Layer) float64
}

var layerMetrics = []layerMetric{
	{"z/mean", false, Normal, func(l *train.Layer) float64 { return summary(l).Mean }},
	{"z/std", false, Normal, func(l *train.Layer) float64 { return summary(l).Std }},
	{"z/p99", false, Nothing, func(l *train.Layer) float64 { return summary(l).P99 }},
	{"z/flat", true, Nothing, func(l *train.Layer) float64 { return summary(l).Flat }},
	{"dcost_ds/std", false, Normal, func(l *train.Layer) float64 { return spread(l.DS).Std }},
	{"dcost_dw/std", false, Normal, func(l *train.Layer) float64 { return spread(l.DW).Std }},
}

// A quantity of a layer is one of those whose distributions are logged.
type quantity struct {
	id, label, words string
	stds             float64                                 // as many standard deviations are drawn to each side; 0 means the whole range
	std              func(l *train.Layer) float64            // NaN if it was not looked at
	histogram        func(l *train.Layer) *measure.Histogram // empty likewise
}

// Gradients are summed over a mini-batch. Their histograms reach far beyond what can be seen of them.
var quantities = []quantity{
	{
		"z", "z", "activations z", 0,
		func(l *train.Layer) float64 { return summary(l).Std },
		func(l *train.Layer) *measure.Histogram { return &summary(l).Histogram },
	},
	{
		"ds", "dCost/ds", "back-propagated gradients dCost/ds", 4,
		func(l *train.Layer) float64 { return spread(l.DS).Std },
		func(l *train.Layer) *measure.Histogram { return &spread(l.DS).Histogram },
	},
	{
		"dw", "dCost/dW", "weight gradients dCost/dW", 4,
		func(l *train.Layer) float64 { return spread(l.DW).Std },
		func(l *train.Layer) *measure.Histogram { return &spread(l.DW).Histogram },
	},
}

// summary is what was seen of the activations; undefined numbers if nothing was, as of the output layer.
func summary(l *train.Layer) *measure.Summary {
	if l.Z == nil {
		nan := math.NaN()
		return &measure.Summary{Mean: nan, Std: nan, P99: nan, Flat: nan}
	}
	return l.Z
}

// spread is the same of gradients.
func spread(s *measure.Spread) *measure.Spread {
	if s == nil {
		return &measure.Spread{Std: math.NaN()}
	}
	return s
}

// Names are those of all metrics.
func Names() (names []string) {
	for _, m := range netMetrics {
		names = append(names, m.name)
	}
	for _, m := range layerMetrics {
		names = append(names, m.name)
	}
	return names
}

// unknownMetric says that there is no such metric, and which one may be meant.
func unknownMetric(name string) error {
	if near := run.Nearest(name, Names()); near != "" {
		return &run.UsageError{Problem: fmt.Sprintf("unknown metric %s, did you mean %s?", name, near)}
	}
	return &run.UsageError{Problem: fmt.Sprintf("unknown metric %s, allowed: %s", name, strings.Join(Names(), ", "))}
}
