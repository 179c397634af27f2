package measure

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The first number of seeds that decides, counted up with scipy 1.17.1's
// t.ppf(0.975, n-1)*std/sqrt(n).
func TestSeedsToDecide(t *testing.T) {
	x := []float64{0.309, 0.307, 0.310, 0.308, 0.306}
	above, below := math.Inf(1), math.Inf(-1)
	for _, c := range []struct {
		low, high float64
		more      int
	}{
		{0.305, 0.311, 0}, // inside
		{0.3, 0.302, 0},   // outside
		{0.3065, 0.3095, 2},
		{0.3075, 0.3085, 36},
		{below, 0.309, 8},
		{below, 0.3078, 238},
		{0.3085, above, 36},
		{0.3, 0.307, 8},
		{0.308000001, above, 1001}, // more than 1000
	} {
		more, known := SeedsToDecide(x, c.low, c.high, 0.95, 1000)
		if more != c.more || !known {
			t.Errorf("%v to %v: %d, %v; want %d", c.low, c.high, more, known, c.more)
		}
	}
	if more, known := SeedsToDecide(x, 0.3075, 0.3085, 0.95, 35); more != 36 || !known {
		t.Errorf("with at most 35: %d, %v", more, known)
	}
}

// Values that do not vary are decided, at the ends of the range too.
func TestSeedsToDecideConstant(t *testing.T) {
	for _, low := range []float64{0.5, 1, 1.5} {
		if more, known := SeedsToDecide([]float64{1, 1}, low, low+0.5, 0.95, 9); more != 0 || !known {
			t.Errorf("1, 1 of %v to %v: %d, %v", low, low+0.5, more, known)
		}
	}
}

func TestSeedsToDecideUnknown(t *testing.T) {
	for _, x := range [][]float64{nil, {1}, {1, math.NaN()}, {1, math.Inf(1)}} {
		if more, known := SeedsToDecide(x, 0, 2, 0.95, 100); more != 0 || known {
			t.Errorf("%v: %d, %v", x, more, known)
		}
	}
}

// 0 says that Interval decides, and a wider range that holds the mean needs no more seeds.
func TestSeedsToDecideProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-1, 1), 2, 10).Draw(t, "x")
		low := rapid.Float64Range(-1, 1).Draw(t, "low")
		high := rapid.Float64Range(low, 1).Draw(t, "high")
		more, known := SeedsToDecide(x, low, high, 0.95, 50)
		if !known || more < 0 || more > 51 {
			t.Fatalf("%d more, known %v", more, known)
		}
		mean, half := Interval(x, 0.95)
		inside := mean-half >= low && mean+half <= high
		if outside := mean-half > high || mean+half < low; (more == 0) != (inside || outside) {
			t.Fatalf("%v ± %v of %v to %v needs %d more", mean, half, low, high, more)
		}
		if mean >= low && mean <= high {
			if wide, _ := SeedsToDecide(x, low-0.1, high+0.1, 0.95, 50); wide > more {
				t.Fatalf("%d more for %v to %v, %d for a range wider by 0.1", more, low, high, wide)
			}
		}
	})
}

func TestSeedsToDecidePanics(t *testing.T) {
	panics(t, "measure: range 1 to 0 at level 0.95 with up to 3 seeds: want low <= high, 0 < level < 1, 0 or more",
		func() { SeedsToDecide(nil, 1, 0, 0.95, 3) })
	panics(t, "measure: range 0 to 1 at level 1 with up to 3 seeds: want low <= high, 0 < level < 1, 0 or more",
		func() { SeedsToDecide(nil, 0, 1, 1, 3) })
	panics(t, "measure: range 0 to 1 at level 0.95 with up to -1 seeds: want low <= high, 0 < level < 1, 0 or more",
		func() { SeedsToDecide(nil, 0, 1, 0.95, -1) })
}
