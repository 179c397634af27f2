package measure

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The interval has the mean in it, is within the bounds, wider for a larger half, and mean ± half where the bounds are far.
func TestBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-10, 10).Draw(t, "low")
		high := low + rapid.Float64Range(0.1, 10).Draw(t, "width")
		mean := low + (high-low)*rapid.Float64Range(0.001, 0.999).Draw(t, "place")
		half := rapid.Float64Range(0, 100).Draw(t, "half")
		for _, b := range [][2]float64{{low, high}, {low, math.Inf(1)}, {math.Inf(-1), high}} {
			from, to := Bounded(mean, half, b[0], b[1])
			if !(b[0] <= from && from <= mean+1e-9 && mean-1e-9 <= to && to <= b[1]) {
				t.Fatalf("%v ± %v within %v: %v to %v", mean, half, b, from, to)
			}
			small := 1e-5 * (high - low) * 0.001
			if from, to := Bounded(mean, small, b[0], b[1]); math.Abs(from-(mean-small)) > 0.05*small+1e-12 || math.Abs(to-(mean+small)) > 0.05*small+1e-12 {
				t.Fatalf("%v ± %v within %v: %v to %v", mean, small, b, from, to)
			}
		}
	})
	for _, c := range []struct{ mean, half, low, high, from, to float64 }{
		{2, 2 * math.Ln2, 0, math.Inf(1), 1, 4},             // a standard deviation, by and times 2
		{0.5, math.Log(9) / 4, 0, 1, 0.1, 0.9},              // odds of 1 to 9 and 9 to 1
		{0, math.Log(9) / 2, -1, 1, -0.8, 0.8},              // of tanh: the same on [-1, 1]
		{3, 1, math.Inf(-1), math.Inf(1), 2, 4},             // no bounds
		{1, 0.1, -1, 1, 0.9, 1}, {-1, 0.1, -1, 1, -1, -0.9}, // at a bound
		{0, 0, 0, math.Inf(1), 0, 0},                       // exactly
		{0.5, math.Inf(1), 0, 1, 0, 1},                     // one seed: all that is possible
		{0.5, math.Inf(1), 0, math.Inf(1), 0, math.Inf(1)}, //
	} {
		if from, to := Bounded(c.mean, c.half, c.low, c.high); math.Abs(from-c.from) > 1e-12 || to != c.to && math.Abs(to-c.to) > 1e-12 {
			t.Errorf("%v ± %v within [%v, %v]: %v to %v, want %v to %v", c.mean, c.half, c.low, c.high, from, to, c.from, c.to)
		}
	}
	if from, to := Bounded(math.NaN(), 1, 0, 1); !math.IsNaN(from) || !math.IsNaN(to) {
		t.Errorf("of no mean: %v to %v", from, to)
	}
}
