package claim

import (
	"math"
	"testing"

	"glorot/experiments/report"

	"pgregory.net/rapid"
)

// Student's 97.5 % point with 4 degrees of freedom is 2.776 (any table): 1, 2, 3, 4, 5 have the mean 3 ± 2.776 sqrt(2.5/5) = 1.963.
func TestCheckInterval(t *testing.T) {
	c := check{values: []float64{5, 1, 3, 2, 4}}
	if mean, half := c.interval(); math.Abs(mean-3) > 1e-12 || math.Abs(half-1.963) > 5e-4 {
		t.Errorf("%v ± %v, want 3 ± 1.963", mean, half)
	}
	c.by.exact = true
	if mean, half := c.interval(); mean != 3 || half != 0 {
		t.Errorf("exact: %v ± %v", mean, half)
	}
}

func TestCheckVerdict(t *testing.T) {
	five, inf := []float64{1, 2, 3, 4, 5}, math.Inf(1) // 1.037 to 4.963
	for _, c := range []struct {
		low, high float64
		want      report.Verdict
	}{
		{2.9, 3.1, report.Undecided},   // only the mean lies within
		{1.03, 4.97, report.Agrees},    // the whole interval lies within
		{1.1, 9, report.Undecided},     // all but a part of it
		{3.1, 9, report.Undecided},     // the interval reaches in
		{-9, 1.1, report.Undecided},    // from above
		{4.97, 9, report.Disagrees},    // the interval lies outside
		{-9, 1.03, report.Disagrees},   //
		{1.03, inf, report.Agrees},     // the whole interval keeps the bound
		{1.1, inf, report.Undecided},   // a part of it
		{4.97, inf, report.Disagrees},  // none
		{-inf, 4.97, report.Agrees},    //
		{-inf, 4.9, report.Undecided},  //
		{-inf, 1.03, report.Disagrees}, //
	} {
		if got := (check{values: five, low: c.low, high: c.high}).verdict(); got != c.want {
			t.Errorf("3 ± 1.963 in [%v, %v]: %s, want %s", c.low, c.high, got, c.want)
		}
	}
	for _, c := range []struct {
		c    check
		want report.Verdict
		side report.Side
	}{
		{within("x", "", []float64{1}, 0, 2), report.OneSeed, report.Inside}, // one seed decides nothing
		{within("x", "", []float64{3}, 0, 2), report.OneSeed, report.Above},
		{atLeast("x", "", []float64{-1}, 0), report.OneSeed, report.Below},
		{above("x", "", []float64{0}, 0), report.OneSeed, report.Below}, // 0 is not above 0
		{atLeast("x", "", []float64{0}, 0), report.OneSeed, report.Inside},
		{within("x", "", []float64{2}, 2, 2).exactly(), report.Agrees, report.Inside}, // an exact number does
		{above("x", "", []float64{0}, 0).exactly(), report.Disagrees, report.Below},
		{above("x", "", five, 0), report.Agrees, report.Inside},
		{check{values: []float64{3}, low: 1, high: inf, by: basis{paired: true, p: .04}}, report.OneSeed, report.Inside},
		{check{values: []float64{3}, low: 1, high: inf, by: basis{paired: true, p: .06}}, report.Undecided, report.Inside},
		{check{values: five, low: 1.03, high: 4.97, sampling: 0.3}, report.Undecided, report.Inside}, // 3 ± √(1.963² + .3²) = 1.986
	} {
		mean, _ := c.c.interval()
		if got, side := c.c.verdict(), c.c.sideOf(mean); got != c.want || side != c.side {
			t.Errorf("%+v: %s, %s; want %s, %s", c.c, got, side, c.want, c.side)
		}
	}
	for _, values := range [][]float64{nil, {math.NaN()}, {1, math.NaN()}} {
		if got := (check{values: values, low: 0, high: 2}).verdict(); got != report.Undecided {
			t.Errorf("%v in [0, 2]: %s, want undecided", values, got)
		}
	}
}

func drawCheck(t *rapid.T) check {
	end := rapid.Float64Range(-10, 10)
	a, b := end.Draw(t, "a"), end.Draw(t, "b")
	c := within("x", "", rapid.SliceOfN(rapid.Float64Range(-10, 10), 1, 6).Draw(t, "values"), min(a, b), max(a, b))
	c.by.exact = rapid.Bool().Draw(t, "exact")
	switch rapid.IntRange(0, 2).Draw(t, "ends") {
	case 0:
		c.low = math.Inf(-1)
	case 1:
		c.high = math.Inf(1)
	}
	return c
}

func TestCheckProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCheck(t)
		got := c.verdict()
		mean, half := c.interval()
		inside := c.low <= mean && mean <= c.high

		// An exact number is in or out; one seed that is not exact decides nothing.
		if c.by.exact && got != map[bool]report.Verdict{true: report.Agrees, false: report.Disagrees}[inside] {
			t.Errorf("exactly %v in [%v, %v]: %s", mean, c.low, c.high, got)
		}
		if one := len(c.values) == 1 && !c.by.exact; one != (got == report.OneSeed) {
			t.Errorf("%d values: %s", len(c.values), got)
		}
		// To agree, the mean lies within, to disagree it does not; each with its whole interval.
		if got == report.Agrees && !inside || got == report.Disagrees && inside {
			t.Errorf("mean %v in [%v, %v]: %s", mean, c.low, c.high, got)
		}
		if got == report.Agrees && !(c.low <= mean-half && mean+half <= c.high) || got == report.Disagrees && !(mean-half > c.high || mean+half < c.low) {
			t.Errorf("%v ± %v in [%v, %v]: %s", mean, half, c.low, c.high, got)
		}
		// Seen in a mirror it is the same.
		mirror := check{by: c.by, low: -c.high, high: -c.low}
		for _, v := range c.values {
			mirror.values = append(mirror.values, -v)
		}
		if m := mirror.verdict(); m != got {
			t.Errorf("%s, in the mirror %s", got, m)
		}
		// A wider range, with the same ends open, refutes no more, and keeps what agreed.
		wider, by := c, rapid.Float64Range(0, 5).Draw(t, "wider")
		wider.low, wider.high = c.low-by, c.high+by
		if w := wider.verdict(); got == report.Agrees && w != report.Agrees || got == report.Undecided && w == report.Disagrees {
			t.Errorf("%s, in a wider range %s", got, w)
		}
		// The number that it is compared with, if that is uncertain, decides nothing that was open.
		unsure := c
		unsure.sampling = rapid.Float64Range(0, 5).Draw(t, "sampling")
		if u := unsure.verdict(); got == report.Undecided && u != got || u == report.Agrees && got != u || u == report.Disagrees && got != u {
			t.Errorf("%s, with an uncertain number %s", got, u)
		}
		// A claim with one more check is no better for it.
		other := drawCheck(t)
		both := judge(c, other)
		worst := got
		if v := other.verdict(); severity[v] > severity[worst] {
			worst = v
		}
		if both.Verdict != worst || judge(other, c).Verdict != worst {
			t.Errorf("%s and %s make %s", got, other.verdict(), both.Verdict)
		}
		if (both.Side != "") != (worst == report.OneSeed) {
			t.Errorf("%s has the side %q", worst, both.Side)
		}
		if len(both.Values) != 2 || (both.Values[0].Interval != nil) != (half > 0) || both.Values[0].Side != c.sideOf(mean) {
			t.Errorf("values %+v", both.Values)
		}
	})
}

// A row of one seed says on which sides its numbers lie.
func TestJudgeSides(t *testing.T) {
	one := func(x float64) check { return within("x", "at "+short(x), []float64{x}, 0, 1) }
	for _, c := range []struct {
		checks []check
		side   report.Side
		note   string
	}{
		{[]check{one(.5)}, report.Inside, ""},
		{[]check{one(2)}, report.Above, ""},
		{[]check{one(.5), one(2)}, report.Above, "Above its range: x at 2."},
		{[]check{one(-1), one(-2)}, report.Below, "Below its range: x at -1; x at -2."},
		{[]check{one(-1), one(2)}, report.Mixed, "Above its range: x at 2. Below its range: x at -1."},
	} {
		if row := judge(c.checks...); row.Verdict != report.OneSeed || row.Side != c.side || row.Note != c.note {
			t.Errorf("%s, %q, %q; want %q, %q", row.Verdict, row.Side, row.Note, c.side, c.note)
		}
	}
}

// What the page prints.
func TestJudgeText(t *testing.T) {
	for _, c := range []struct {
		checks             []check
		measured, expected string
	}{
		{[]check{within("std", "L1", []float64{.30812}, .29, .32), within("std", "L2", []float64{.172}, .16, .18), atMost("ratio", "", []float64{.5}, .6)},
			"std: L1 0.3081, L2 0.172; ratio: 0.5", "std: L1 0.29 to 0.32, L2 0.16 to 0.18; ratio: at most 0.6"},
		{[]check{within("r", "L1", []float64{1.01}, .9, 1.1), within("r", "L2", []float64{.98}, .9, 1.1), atLeast("q", "", []float64{2}, 1).exactly()},
			"r: L1 1.01, L2 0.98; q: 2", "r: each 0.9 to 1.1; q: at least 1"},
		{[]check{above("x", "", []float64{1, 2, 3, 4, 5}, 0)}, "x: 3 ± 2", "x: above 0"},
		{[]check{within("x", "", []float64{9}, 9, 9).exactly()}, "x: 9", "x: 9"},
	} {
		row := judge(c.checks...)
		if row.Measured != c.measured || row.Expected != c.expected {
			t.Errorf("measured %q, expected %q; want %q, %q", row.Measured, row.Expected, c.measured, c.expected)
		}
	}
}

// The ratios of a sequence, by hand.
func TestRatios(t *testing.T) {
	f := func(k int) float64 { return []float64{8, 4, 3, 1}[k-1] }
	if got := largestRatio(4, f); got != 0.75 {
		t.Errorf("largest ratio %v, want 3/4", got)
	}
	if got := smallestRatio(4, f); math.Abs(got-1./3) > 1e-12 {
		t.Errorf("smallest ratio %v, want 1/3", got)
	}
	if got := meanRatio(4, f); math.Abs(got-0.5) > 1e-12 {
		t.Errorf("mean ratio %v, want the cube root of 1/8", got)
	}
	if got := spread(4, f); got != 8 {
		t.Errorf("spread %v, want 8", got)
	}
	if got := spread(2, f); got != 2 {
		t.Errorf("spread of two layers %v, want 2", got)
	}
	if farther(1, .9, 1.2) != 1.2 || farther(1, .7, 1.2) != .7 || !math.IsNaN(farther(1, 5, math.NaN())) || !math.IsNaN(farther(1, math.NaN(), 5)) {
		t.Error("farther")
	}
}

// A probability that is as good as none is not called 0.
func TestCheckMeasuredPaired(t *testing.T) {
	for p, want := range map[float64]string{0.0123: "40 (p = 0.01)", 0: "40 (p < 1e-10)", 1e-11: "40 (p < 1e-10)"} {
		if got := (check{values: []float64{40}, by: basis{paired: true, p: p}}).measured(); got != want {
			t.Errorf("p = %v: %q, want %q", p, got, want)
		}
	}
}
