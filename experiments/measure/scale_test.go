package measure

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// scales are one of each kind, with ends that their values can have.
var scales = []struct {
	name      string
	scale     Scale
	low, high float64
}{
	{"share of 10", ShareOf(10), 0, 1},
	{"share of 10,000", ShareOf(10_000), 0, 1},
	{"share", ShareOf(0), 0, 1},
	{"tanh", Within(-1, 1), -1, 1},
	{"relu", Within(0, math.Inf(1)), 0, math.Inf(1)},
	{"elu", Within(-1, math.Inf(1)), -1, math.Inf(1)},
	{"any", Within(math.Inf(-1), math.Inf(1)), math.Inf(-1), math.Inf(1)},
	{"std of tanh", Positive(1), 0, 1},
	{"plain", Plain(0, 5), 0, 5},
}

// Whatever the values, the interval lies in the possible range, with the centre in it and the centre between the values; it is wider at a higher level;
// and there is one for two values that differ.
func TestScaleIntervalStaysInRange(t *testing.T) {
	for _, c := range scales {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				low, high := max(c.low, -1e6), min(c.high, 1e6)
				value := rapid.OneOf(rapid.Float64Range(low, high), rapid.SampledFrom([]float64{low, high, low + (high-low)*1e-9}))
				x := rapid.SliceOfN(value, 2, 6).Draw(t, "values")
				s := c.scale.For(x)
				center, from, to := c.scale.Interval(x, 0.95)
				if Equal(x) {
					if center != x[0] || !math.IsNaN(from) || !math.IsNaN(to) {
						t.Fatalf("%v: %v, %v to %v", x, center, from, to)
					}
					return
				}
				if !(c.low <= from && from <= center+1e-12 && center-1e-12 <= to && to <= c.high) {
					t.Fatalf("%v on the %v scale: %v, %v to %v", x, s, center, from, to)
				}
				least, most := x[0], x[0]
				for _, v := range x {
					least, most = min(least, v), max(most, v)
				}
				if slack := 1e-9 * max(1, most-least, math.Abs(most)); center < least-slack || center > most+slack {
					t.Fatalf("%v on the %v scale: centre %v", x, s, center)
				}
				if _, wideFrom, wideTo := c.scale.Interval(x, 0.99); wideFrom > from || wideTo < to {
					t.Fatalf("at 95 %% %v to %v, at 99 %% %v to %v", from, to, wideFrom, wideTo)
				}
			})
		})
	}
}

// Value is the inverse of Of, which is monotone.
func TestScaleInverse(t *testing.T) {
	for _, c := range scales {
		rapid.Check(t, func(t *rapid.T) {
			low, high := max(c.low, -1e6), min(c.high, 1e6)
			a := rapid.Float64Range(low+1e-6*(high-low), high).Draw(t, "a")
			b := rapid.Float64Range(low+1e-6*(high-low), high).Draw(t, "b")
			if back := c.scale.Value(c.scale.Of(a)); math.Abs(back-a) > 1e-9*(high-low) {
				t.Fatalf("%s: %v came back as %v", c.name, a, back)
			}
			if a < b && c.scale.Of(a) > c.scale.Of(b) {
				t.Fatalf("%s: %v < %v, but on the scale %v and %v", c.name, a, b, c.scale.Of(a), c.scale.Of(b))
			}
		})
	}
}

// Closed forms: the quantile of Student's distribution with 2 degrees of freedom at 97.5 % is .95 √(2/(1 - .95²)) = 4.3027. Of three values of a logarithm one apart
// the standard error is 1/√3. One error of 9 images and 8 of 9 are at ∓ log(8.5/1.5); their mean is 0, a share of 1/2.
func TestScaleClosedForms(t *testing.T) {
	quantile := 0.95 * math.Sqrt(2/(1-0.95*0.95))
	center, low, high := Positive(math.Inf(1)).Interval([]float64{1, math.E, math.E * math.E}, 0.95)
	nearly(t, "geometric mean", center, math.E, 1e-12)
	nearly(t, "low", low, math.Exp(1-quantile/math.Sqrt(3)), 1e-9)
	nearly(t, "high", high, math.Exp(1+quantile/math.Sqrt(3)), 1e-9)

	nearly(t, "place of 1/9", ShareOf(9).Of(1./9), math.Log(1.5/8.5), 1e-12)
	nearly(t, "place of 0", ShareOf(9).Of(0), math.Log(0.5/9.5), 1e-12)
	nearly(t, "place of 1", ShareOf(9).Of(1), math.Log(9.5/0.5), 1e-12)
	center, _, _ = ShareOf(9).Interval([]float64{1. / 9, 8. / 9}, 0.95)
	nearly(t, "mean of 1/9 and 8/9", center, 0.5, 1e-12)

	nearly(t, "tanh is 2 artanh", Within(-1, 1).Of(math.Tanh(0.7)), 1.4, 1e-6)
	nearly(t, "plain", Plain(0, 9).Of(0.3), 0.3, 0)
	if s := Positive(1).For([]float64{0.1}, []float64{0.2, 0}); s.String() != "plain" || s.Ratio() || s.Value(-3) != 0 || s.Value(3) != 1 {
		t.Errorf("with a 0 the scale is %v", s)
	}
	if s := Positive(1).For([]float64{0.1}, []float64{0.2}); s.String() != "logarithmic" || !s.Ratio() {
		t.Errorf("without a 0 the scale is %v", s)
	}
	// Of 0 and 2, the mean is 1, and half its interval the quantile with 1 degree of freedom: by the delta method, as much of the logarithm.
	center, low, high = Positive(math.Inf(1)).Interval([]float64{0, 2}, 0.95)
	nearly(t, "mean with a 0", center, 1, 0)
	nearly(t, "its low end", low, math.Exp(-math.Tan(0.475*math.Pi)), 1e-9)
	nearly(t, "its high end", high/math.Exp(math.Tan(0.475*math.Pi)), 1, 1e-9)
	for _, x := range [][]float64{nil, {0.3}} {
		center, low, high := ShareOf(9).Interval(x, 0.95)
		if (len(x) == 0) != math.IsNaN(center) || len(x) == 1 && center != 0.3 || !math.IsNaN(low) || !math.IsNaN(high) {
			t.Errorf("%v: %v, %v to %v", x, center, low, high)
		}
	}
}
