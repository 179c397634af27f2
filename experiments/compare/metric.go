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
	"glorot/models"
)

// A metricInfo is what a metric is called, and how its numbers are written.
type metricInfo struct {
	name    string // as the command line has it
	words   string // in a sentence
	percent bool   // a share, shown in percent
}

// subject returns "standard deviation of the activations in layer 3".
func (m metricInfo) subject(p Pair) string {
	if p.Layer == 0 {
		return m.words
	}
	return fmt.Sprintf("%s in layer %s", m.words, p.layer())
}

// unit writes a difference with its unit.
func (m metricInfo) unit(d float64) string {
	if m.percent {
		return m.plain(d) + " points"
	}
	return m.plain(d)
}

// plain writes a difference without its unit.
func (m metricInfo) plain(d float64) string {
	if m.percent {
		return fmt.Sprintf("%.2f", 100*d)
	}
	return fmt.Sprintf("%.3g", d)
}

// factor writes a ratio, with more digits if it is near 1, and without an exponent if it is not very large.
func factor(r float64) string {
	switch {
	case math.Abs(r-1) < 0.1:
		return fmt.Sprintf("%.4f", r)
	case r >= 1000 && r < 1e6: // not 2.13e+03
		return fmt.Sprintf("%.0f", r)
	}
	return fmt.Sprintf("%.3g", r)
}

// A netMetric is a number of a whole network after some updates, NaN if a run does not have it.
type netMetric struct {
	metricInfo
	of    func(r *export.Run, update int) float64
	scale func(runs []*export.Run) measure.Scale // on which these runs are compared
}

var netMetrics = withClasses([]netMetric{
	{metricInfo{"test/error", "test error", true}, func(r *export.Run, update int) float64 { return scoreOf(r, run.TestEvent, update).Error }, shareOf(run.TestEvent)},
	{metricInfo{"test/error-at-best", "test error at the lowest validation error", true}, best, shareOf(run.TestEvent)},
	{metricInfo{"valid/error", "validation error", true}, func(r *export.Run, update int) float64 { return scoreOf(r, run.ValidEvent, update).Error }, shareOf(run.ValidEvent)},
	{metricInfo{"test/nll", "negative log-likelihood of the test images", false}, func(r *export.Run, update int) float64 { return scoreOf(r, run.TestEvent, update).NLL },
		func([]*export.Run) measure.Scale { return measure.Positive(math.Inf(1)) }},
})

// shareOf returns the scale of a share of the images of a set: of the fewest that were tested.
func shareOf(set string) func(runs []*export.Run) measure.Scale {
	return func(runs []*export.Run) measure.Scale {
		n := 0
		for _, r := range runs {
			for _, s := range r.Scores {
				if s.Event == set && s.Examples > 0 && (n == 0 || s.Examples < n) {
					n = s.Examples
				}
			}
		}
		return measure.ShareOf(n)
	}
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
	metricInfo
	of    func(l *train.Layer) float64
	scale func(b bounds) measure.Scale // on which runs with these bounds are compared
}

var layerMetrics = withMeasures([]layerMetric{
	{metricInfo{"z/mean", "mean of the activations", false}, func(l *train.Layer) float64 { return summary(l).Mean }, bounds.of},
	{metricInfo{"z/std", "standard deviation of the activations", false}, func(l *train.Layer) float64 { return summary(l).Std }, bounds.deviation},
	{metricInfo{"z/p99", "99th percentile of the activations", false}, func(l *train.Layer) float64 { return summary(l).P99 }, bounds.of},
	{metricInfo{"z/flat", "share of saturated activations", true}, func(l *train.Layer) float64 { return summary(l).Saturated }, bounds.share},
	{metricInfo{"dcost_ds/std", "standard deviation of dCost/ds", false}, func(l *train.Layer) float64 { return gradients(l.DS).Std }, positiveScale},
	{metricInfo{"dcost_dw/std", "standard deviation of dCost/dW", false}, func(l *train.Layer) float64 { return gradients(l.DW).Std }, positiveScale},
})

// metricNamed returns the metric of that name.
func metricNamed(name string) metricInfo {
	for _, m := range netMetrics {
		if m.name == name {
			return m.metricInfo
		}
	}
	for _, m := range layerMetrics {
		if m.name == name {
			return m.metricInfo
		}
	}
	return metricInfo{name: name, words: name}
}

// bounds say between what the activations of a layer lie in some runs, and how many of them were measured in each run at least.
type bounds struct {
	low, high float64
	n         int64
}

// boundsOf returns the bounds of a layer in these runs at an update.
func boundsOf(runs []*export.Run, layer, update int) bounds {
	b := bounds{math.Inf(1), math.Inf(-1), 0}
	for _, r := range runs {
		l := layerOf(r, layer, update)
		if l == nil || l.Z == nil {
			continue
		}
		low, high := rangeOf(r, layer)
		if b.low, b.high = min(b.low, low), max(b.high, high); b.n == 0 || l.Z.N < b.n {
			b.n = l.Z.N
		}
	}
	if b.n == 0 {
		return bounds{math.Inf(-1), math.Inf(1), 0}
	}
	return b
}

// rangeOf returns the ends of the range of a layer's activations. What is added by a residual or scaled by dropout has no bounds that are known.
func rangeOf(r *export.Run, layer int) (low, high float64) {
	m := r.Config.Model
	names := m.ActivationNames()
	f, err := models.ActivationByName(names[min(layer, len(names))-1])
	if err != nil || m.Residual > 0 || m.Dropout > 0 || r.Value("model.activation") == "" {
		return math.Inf(-1), math.Inf(1)
	}
	return f.Low, f.High
}

func (b bounds) of() measure.Scale        { return measure.Within(b.low, b.high) }
func (b bounds) deviation() measure.Scale { return measure.Positive((b.high - b.low) / 2) }
func (b bounds) share() measure.Scale     { return measure.ShareOf(int(b.n)) }
func positiveScale(bounds) measure.Scale  { return measure.Positive(math.Inf(1)) }

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
