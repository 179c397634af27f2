package paper

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"glorot/experiments/measure"
	"glorot/experiments/report"
)

// level is that of the intervals over seeds.
const level = 0.95

// A check compares one number, measured once for each seed, with the range that the claim expects. A range with two ends is what
// the mean over seeds should come to, give or take; one with a single end is a bound that must be kept.
type check struct {
	name      string
	at        string    // "L1": checks of one name at several places are printed together
	values    []float64 // one for each seed
	low, high float64   // expected, ends included; ±Inf where there is none
	by        basis
}

// A basis is what the verdict on a number rests on.
type basis struct {
	exact bool // the number has no interval: it does not depend on chance, or is one of all seeds

	// A difference of one seed's networks rests on a paired test on the images that both were tested on, and p is its probability.
	paired bool
	p      float64
}

var (
	seeded = basis{}            // the interval over seeds
	exact  = basis{exact: true} // the number alone
)

// verdict compares the mean and its 95 % interval over seeds with the expected range. With two ends it agrees if
// the mean lies within, disagrees if the whole interval lies outside, and is undecided between. A bound agrees if the whole interval
// keeps it, disagrees if the whole interval breaks it, and is undecided between. One seed has no interval: its
// value alone decides, and the claim's note says so; or, of a difference that rests on a paired test, only if it is significant.
func (c check) verdict() report.Verdict {
	if c.by.paired && !(c.by.p < significance) {
		return report.Undecided
	}
	mean, half := c.interval()
	inside := mean >= c.low && mean <= c.high
	if math.IsInf(c.low, -1) || math.IsInf(c.high, 1) {
		inside = mean-half >= c.low && mean+half <= c.high
	}
	switch {
	case inside:
		return report.Agrees
	case mean-half > c.high || mean+half < c.low:
		return report.Disagrees
	}
	return report.Undecided
}

// interval returns the mean over seeds and the half-width of its interval, 0 for one seed.
func (c check) interval() (mean, half float64) {
	mean, half = measure.Interval(c.values, level)
	if len(c.values) == 1 || c.by.exact {
		half = 0
	}
	return mean, half
}

func (c check) measured() string {
	mean, half := c.interval()
	switch {
	case math.IsNaN(mean):
		return "unknown"
	case c.by.paired && c.by.p < 1e-10:
		return short(mean) + " (p < 1e-10)"
	case c.by.paired:
		return fmt.Sprintf("%s (p = %.1g)", short(mean), c.by.p)
	case half == 0:
		return short(mean)
	}
	return fmt.Sprintf("%s ± %.2g", short(mean), half)
}

func (c check) expected() string {
	switch {
	case math.IsInf(c.low, -1):
		return "at most " + short(c.high)
	case c.low == math.SmallestNonzeroFloat64:
		return "above 0"
	case math.IsInf(c.high, 1):
		return "at least " + short(c.low)
	case c.high-c.low < 1e-9:
		return short((c.low + c.high) / 2)
	}
	return fmt.Sprintf("%s to %s", short(c.low), short(c.high))
}

// short prints a number to four significant digits.
func short(x float64) string { return fmt.Sprintf("%.4g", x) }

// judge makes a claim's row from its checks: agrees if all do, disagrees if one does, else undecided.
func judge(checks ...check) report.Claim {
	row := report.Claim{Verdict: report.Agrees}
	single, several, paired := false, false, false
	for _, c := range checks {
		switch v := c.verdict(); {
		case v == report.Disagrees:
			row.Verdict = v
		case v == report.Undecided && row.Verdict == report.Agrees:
			row.Verdict = v
		}
		mean, half := c.interval()
		value := report.Value{Name: strings.TrimSpace(c.name + " " + c.at), Value: report.Number(mean)}
		if half > 0 {
			value.Interval = &report.Interval{Low: report.Number(mean - half), High: report.Number(mean + half)}
		}
		row.Values = append(row.Values, value)
		single = single || len(c.values) == 1 && c.by == seeded
		several = several || len(c.values) > 1 && c.by == seeded
		paired = paired || c.by.paired
	}
	row.Measured, row.Expected = list(checks, check.measured), list(checks, check.expected)
	switch {
	case single && several:
		row.Note = "Numbers without an interval are of one seed, and decide by their value alone."
	case single:
		row.Note = "One seed: no interval, the value alone decides."
	}
	if paired {
		row.Note = join(row.Note, pairedNote)
	}
	if row.Verdict == report.Undecided {
		row.Note = join(row.Note, moreSeeds(checks))
	}
	return row
}

var pairedNote = fmt.Sprintf("One seed of each network: an order counts if McNemar's exact test on the same test images has p < %g, and speaks of these networks alone.", significance)

// manySeeds is as far as moreSeeds counts.
const manySeeds = 100

// moreSeeds says how many more seeds would decide all checks; nothing if that cannot be told.
func moreSeeds(checks []check) string {
	most := 0
	for _, c := range checks {
		if c.verdict() != report.Undecided {
			continue
		}
		if c.by.paired {
			return "Two further seeds at least would be needed to decide it, by an interval: --seeds 3."
		}
		if slices.ContainsFunc(c.values, math.IsNaN) {
			return "What is unknown takes longer training, not further seeds."
		}
		more, known := measure.SeedsToDecide(c.values, c.low, c.high, level, manySeeds)
		if !known {
			return ""
		}
		most = max(most, more)
	}
	switch {
	case most > manySeeds:
		return fmt.Sprintf("More than %d further seeds would be needed to decide it, if they differ as these do.", manySeeds)
	case most <= 1:
		return "One further seed would decide it, if it differs as these do."
	}
	return fmt.Sprintf("Some %d further seeds would decide it, if they differ as these do.", most)
}

// list prints checks one after the other, those of one name together: "std: L1 0.308, L2 0.172; ratio: 0.56", or "std: each 0.9 to 1.1"
// where they are all the same.
func list(checks []check, print func(check) string) string {
	var groups []string
	for len(checks) > 0 {
		n := 1
		for n < len(checks) && checks[n].name == checks[0].name {
			n++
		}
		groups = append(groups, checks[0].name+": "+listPlaces(checks[:n], print))
		checks = checks[n:]
	}
	return strings.Join(groups, "; ")
}

func listPlaces(checks []check, print func(check) string) string {
	var places []string
	same := true
	for _, c := range checks {
		text := print(c)
		same = same && text == print(checks[0])
		places = append(places, strings.TrimSpace(c.at+" "+text))
	}
	if same && len(checks) > 1 {
		return "each " + print(checks[0])
	}
	return strings.Join(places, ", ")
}

// about is the range of ±share around x.
func about(x, share float64) (low, high float64) { return x - share*math.Abs(x), x + share*math.Abs(x) }

// perSeed measures f on every seed.
func perSeed(initials []Initial, f func(i Initial) float64) []float64 {
	values := make([]float64, len(initials))
	for k, i := range initials {
		values[k] = f(i)
	}
	return values
}

// spread returns max/min of f over layers 1 to n.
func spread(n int, f func(k int) float64) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for k := 1; k <= n; k++ {
		low, high = math.Min(low, f(k)), math.Max(high, f(k))
	}
	return high / low
}

// largestRatio returns the largest f(k+1)/f(k) over layers 1 to n: below 1, f decreases strictly.
func largestRatio(n int, f func(k int) float64) float64 {
	largest := math.Inf(-1)
	for k := 1; k < n; k++ {
		largest = math.Max(largest, f(k+1)/f(k))
	}
	return largest
}

// smallestRatio returns the smallest f(k+1)/f(k) over layers 1 to n: above 1, f increases strictly.
func smallestRatio(n int, f func(k int) float64) float64 {
	return 1 / largestRatio(n, func(k int) float64 { return 1 / f(k) })
}

// farther returns whichever of a and b is farther from x; a if they are as far. NaN is farthest.
func farther(x, a, b float64) float64 {
	if math.Abs(b-x) > math.Abs(a-x) || math.IsNaN(b) {
		return b
	}
	return a
}

// meanRatio returns the geometric mean of f(k+1)/f(k) over layers 1 to n.
func meanRatio(n int, f func(k int) float64) float64 {
	return math.Pow(f(n)/f(1), 1/float64(n-1))
}
