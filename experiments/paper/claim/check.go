package claim

import (
	"fmt"
	"math"
	"strings"

	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/report"
)

// alpha is the one level of significance of every verdict, for one seed and for many: intervals over seeds are at 1 - alpha, and the
// test of two networks of one seed on the same images is at alpha. (Table 1 and its p-values are at the paper's own level, printed.Significance.)
// A verdict has several checks, and the level is that of each of them: no correction is made for their number.
const alpha = 1 - observed.Level

// A check compares one number, measured once for each seed, with the range that the claim expects. within, atLeast, atMost and above
// make checks.
type check struct {
	name      string
	at        string    // "L1": checks of one name at several places are printed together
	values    []float64 // one for each seed; NaN is unknown
	low, high float64   // expected; ±Inf where there is none
	strict    bool      // low itself lies outside
	by        basis

	// sampling is the half-width of the confidence interval of the number that the values are compared with: it widens theirs.
	sampling float64
}

// within expects low to high, ends included.
func within(name, at string, values []float64, low, high float64) check {
	return check{name: name, at: at, values: values, low: low, high: high}
}

// atLeast expects low or more.
func atLeast(name, at string, values []float64, low float64) check {
	return within(name, at, values, low, math.Inf(1))
}

// atMost expects high or less.
func atMost(name, at string, values []float64, high float64) check {
	return within(name, at, values, math.Inf(-1), high)
}

// above expects more than low.
func above(name, at string, values []float64, low float64) check {
	c := atLeast(name, at, values, low)
	c.strict = true
	return c
}

// exactly makes a check of a single number that does not depend on chance.
func (c check) exactly() check {
	c.by.exact = true
	return c
}

// A basis is what the verdict on a number rests on: the interval over seeds, unless it says otherwise.
type basis struct {
	exact bool // the number has no interval, since it does not depend on chance

	// A difference of one seed's networks rests on a paired test on the images that both were tested on, and p is its probability.
	paired bool
	p      float64
}

// verdict compares the interval over seeds with the expected range. It agrees if the whole interval lies inside, which for a range with
// two ends is a test of equivalence. It disagrees if the whole interval lies outside. Otherwise, or if a value is unknown, it is undecided.
// One seed has no interval and does not decide: its verdict is OneSeed, or Undecided for a difference whose paired test is not significant.
// An exact number is inside or outside.
func (c check) verdict() report.Verdict {
	mean, half := c.interval()
	switch {
	case math.IsNaN(mean):
		return report.Undecided
	case len(c.values) == 1 && !c.by.exact:
		if c.by.paired && !(c.by.p < alpha) {
			return report.Undecided
		}
		return report.OneSeed
	case c.sideOf(mean-half) == report.Inside && c.sideOf(mean+half) == report.Inside:
		return report.Agrees
	case c.sideOf(mean-half) == report.Above || c.sideOf(mean+half) == report.Below:
		return report.Disagrees
	}
	return report.Undecided
}

// sideOf says where a number lies, compared with the range.
func (c check) sideOf(x float64) report.Side {
	switch {
	case math.IsNaN(x):
		return ""
	case x > c.high:
		return report.Above
	case x < c.low, c.strict && x == c.low:
		return report.Below
	}
	return report.Inside
}

// interval returns the mean over seeds and the half-width of its interval, 0 for one seed.
func (c check) interval() (mean, half float64) {
	mean, half = measure.Interval(c.values, observed.Level)
	if len(c.values) == 1 || c.by.exact {
		return mean, 0
	}
	return mean, math.Hypot(half, c.sampling)
}

func (c check) measured() string {
	mean, half := c.interval()
	unknown := 0
	for _, v := range c.values {
		if math.IsNaN(v) {
			unknown++
		}
	}
	switch {
	case unknown > 0 && unknown < len(c.values):
		return fmt.Sprintf("unknown in %d of %d seeds", unknown, len(c.values))
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
	case c.strict:
		return "above " + short(c.low)
	case math.IsInf(c.high, 1):
		return "at least " + short(c.low)
	case c.high-c.low < 1e-9:
		return short((c.low + c.high) / 2)
	}
	return fmt.Sprintf("%s to %s", short(c.low), short(c.high))
}

// short prints a number to four significant digits.
func short(x float64) string { return fmt.Sprintf("%.4g", x) }

// judge makes a claim's row from its checks. The row has the most severe of their verdicts: in descending order disagrees, undecided, one seed,
// agrees.
func judge(checks ...check) report.Claim {
	row := report.Claim{Verdict: report.Agrees}
	outside := make(map[report.Side][]string) // the numbers of one seed that lie there
	paired := false
	for _, c := range checks {
		v := c.verdict()
		if severity[v] > severity[row.Verdict] {
			row.Verdict = v
		}
		mean, half := c.interval()
		value := report.Value{Name: strings.TrimSpace(c.name + " " + c.at), Value: report.Number(mean), Side: c.sideOf(mean)}
		if half > 0 {
			value.Interval = &report.Interval{Low: report.Number(mean - half), High: report.Number(mean + half)}
		}
		row.Values = append(row.Values, value)
		if v == report.OneSeed && value.Side != report.Inside {
			outside[value.Side] = append(outside[value.Side], value.Name)
		}
		paired = paired || c.by.paired
	}
	row.Measured, row.Expected = list(checks, check.measured), list(checks, check.expected)
	if row.Verdict == report.OneSeed {
		row.Side = sideOfAll(outside)
		if len(checks) > 1 {
			for _, side := range []report.Side{report.Above, report.Below} {
				if names := outside[side]; len(names) > 0 {
					row.Note = join(row.Note, fmt.Sprintf("%s its range: %s.", strings.ToUpper(string(side[:1]))+string(side[1:]), strings.Join(names, "; ")))
				}
			}
		}
	}
	if paired {
		row.Note = join(row.Note, pairedNote)
	}
	return row
}

// severity orders the verdicts of a row's checks: the row has the most severe.
var severity = map[report.Verdict]int{report.Agrees: 0, report.OneSeed: 1, report.Undecided: 2, report.Disagrees: 3}

// sideOfAll returns the side of a row, given the names of its numbers that lie outside.
func sideOfAll(outside map[report.Side][]string) report.Side {
	above, below := len(outside[report.Above]) > 0, len(outside[report.Below]) > 0
	switch {
	case above && below:
		return report.Mixed
	case above:
		return report.Above
	case below:
		return report.Below
	}
	return report.Inside
}

var pairedNote = fmt.Sprintf("One seed of each network: McNemar's exact test on the same test images, significant if p < %g. It says nothing about networks of other seeds.", alpha)

// list prints the checks, those of one name together: "std: L1 0.308, L2 0.172; ratio: 0.56", or "std: each 0.9 to 1.1"
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
func perSeed(initials []observed.Initial, f func(i observed.Initial) float64) []float64 {
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
