package measure

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"golang.org/x/perf/benchmath"
	"pgregory.net/rapid"
)

// The numbers are scipy's; see testdata/difference.py.
func TestDifferences(t *testing.T) {
	src, err := os.ReadFile("testdata/difference.json")
	if err != nil {
		t.Fatal(err)
	}
	type numbers struct{ P, Freedom, Low, High, Effect float64 }
	var cases []struct {
		A, B     []float64
		Scale    string
		Mean     float64
		Unpaired numbers
		Paired   *numbers
	}
	if err := json.Unmarshal(src, &cases); err != nil {
		t.Fatal(err)
	}
	scales := map[string]Scale{"plain": Plain(0, 1), "log": Positive(math.Inf(1)), "logit": {logitScale, 0, 1, 1e300}} // without the half thing that ShareOf adds
	paired := 0
	for _, c := range cases {
		s := scales[c.Scale]
		check := func(name string, d Difference, want numbers) {
			t.Helper()
			for _, v := range [][2]float64{{d.Mean, c.Mean}, {d.P, want.P}, {d.Freedom, want.Freedom}, {d.Low, want.Low}, {d.High, want.High}, {d.Effect, want.Effect}} {
				if math.Abs(v[0]-v[1]) > 1e-9*math.Max(1e-3, math.Abs(v[1])) {
					t.Errorf("%s on the %s scale of %v and %v: %+v, want %+v", name, c.Scale, c.A, c.B, d, want)
					return
				}
			}
		}
		check("unpaired", UnpairedDifference(s.All(c.A), s.All(c.B), 0.95), c.Unpaired)
		if c.Paired != nil {
			paired++
			check("paired", PairedDifference(s.All(c.A), s.All(c.B), 0.95), *c.Paired)
		}
	}
	if len(cases) < 10 || paired < 10 {
		t.Errorf("%d cases, %d paired", len(cases), paired)
	}
}

// Hedges' factor for small samples in closed form: Γ(1) = Γ(2) = 1, Γ(1/2) = √π.
func TestCorrection(t *testing.T) {
	nearly(t, "J(2)", correction(2), 1/math.Sqrt(math.Pi), 1e-14)
	nearly(t, "J(4)", correction(4), math.Sqrt(2/math.Pi), 1e-14)
	nearly(t, "J(100), which is about 1 - 3/(4m-1)", correction(100), 1-3./399, 1e-5)
}

// Welch's p is benchmath's; an interval holds no difference exactly if p is above 1 - level; the other way round everything is the negative; a shift of
// both samples, and a factor, change neither p nor the effect.
func TestDifferenceProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sample := rapid.SliceOfN(rapid.Float64Range(-5, 5), 2, 6)
		a, b := sample.Draw(t, "a"), sample.Draw(t, "b")
		if min(variance(a), variance(b)) < 1e-6 {
			t.Skip("one does not vary")
		}
		d := UnpairedDifference(a, b, 0.95)
		other := benchmath.AssumeNormal.Compare(benchmath.NewSample(append([]float64{}, a...), &benchmath.DefaultThresholds), benchmath.NewSample(append([]float64{}, b...), &benchmath.DefaultThresholds))
		if math.Abs(d.P-other.P) > 1e-9 {
			t.Fatalf("p %v, benchmath has %v", d.P, other.P)
		}
		n := min(len(a), len(b))
		for _, f := range []func(a, b []float64, level float64) Difference{UnpairedDifference, PairedDifference} {
			x, y := a[:n], b[:n]
			d := f(x, y, 0.95)
			if math.IsNaN(d.P) || math.Abs(d.P-0.05) < 1e-6 {
				continue
			}
			if (d.Low > 0 || d.High < 0) != (d.P < 0.05) || d.Low > d.Mean || d.Mean > d.High {
				t.Fatalf("%+v", d)
			}
			back := f(y, x, 0.95)
			if math.Abs(back.Mean+d.Mean) > 1e-12 || math.Abs(back.P-d.P) > 1e-9 || math.Abs(back.Low+d.High) > 1e-9 || !(math.Abs(back.Effect+d.Effect) < 1e-9 || math.IsNaN(d.Effect)) {
				t.Fatalf("%+v and exchanged %+v", d, back)
			}
		}
	})
}

// What cannot be tested has no number: too few values, or none that varies. What is equal everywhere does not differ.
func TestNoDifference(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		a, b          []float64
		mean, p, pair float64
	}{
		{nil, []float64{1, 2}, nan, nan, nan},
		{[]float64{1}, []float64{3}, 2, nan, nan},
		{[]float64{1, 1, 1}, []float64{1, 1, 1}, 0, 1, 1},
		{[]float64{1, 1, 1}, []float64{3, 3, 3}, 2, nan, nan},
		{[]float64{0.1, 0.2, 0.3}, []float64{0.4, 0.5, 0.6}, 0.3, 0.021311641128756857, nan}, // of the pairs, all have one difference up to rounding
	} {
		d := UnpairedDifference(c.a, c.b, 0.95)
		same := func(x, y float64) bool { return math.Abs(x-y) < 1e-12 || math.IsNaN(x) && math.IsNaN(y) }
		if !same(d.Mean, c.mean) || !same(d.P, c.p) {
			t.Errorf("%v and %v: %+v", c.a, c.b, d)
		}
		if n := min(len(c.a), len(c.b)); n > 0 {
			if d := PairedDifference(c.a[:n], c.b[:n], 0.95); !same(d.Mean, c.mean) || !same(d.P, c.pair) {
				t.Errorf("pairs of %v and %v: %+v", c.a, c.b, d)
			}
		}
	}
}

// Of 2,000 samples whose places are normal, about 95 % of the intervals contain the true difference, also far from the middle of the range, where
// the samples vary unequally, and where the values of a pair go together. It is a little less where one sample alone decides, as the quantile has the
// degrees of freedom of both.
func TestDifferenceCoverage(t *testing.T) {
	const samples = 2000
	for _, c := range []struct {
		scale           Scale
		a, b            float64 // true places
		sigmaA, sigmaB  float64
		common          float64 // standard deviation of what both values of a pair have
		n               int
		paired          bool
		atLeast, atMost float64
	}{
		{ShareOf(0), -4, -0.25, 0.5, 0.2, 0, 3, false, 0.94, 0.99}, // 2 % and 44 %
		{ShareOf(0), -4, -0.25, 0.3, 0.3, 0, 5, false, 0.925, 0.985},
		{ShareOf(0), 0.2, 0.3, 0.02, 0.02, 0.05, 5, true, 0.935, 0.965},
		{ShareOf(0), 1, 3, 0.3, 0.3, 0.5, 3, true, 0.94, 0.99},
		{Positive(math.Inf(1)), -3, 1, 0.4, 0.2, 0, 5, false, 0.925, 0.985},
	} {
		random := rand.New(rand.NewPCG(1, uint64(c.n)))
		truth := c.scale.Value(c.b) - c.scale.Value(c.a)
		in := 0
		for range samples {
			var a, b []float64
			for range c.n {
				common := c.common * random.NormFloat64()
				a = append(a, c.scale.Value(c.a+common+c.sigmaA*random.NormFloat64()))
				b = append(b, c.scale.Value(c.b+common+c.sigmaB*random.NormFloat64()))
			}
			f := UnpairedDifference
			if c.paired {
				f = PairedDifference
			}
			if _, low, high := c.scale.Difference(a, b, f(c.scale.All(a), c.scale.All(b), 0.95), c.paired, 0.95); low <= truth && truth <= high {
				in++
			}
		}
		if share := float64(in) / samples; share < c.atLeast || share > c.atMost {
			t.Errorf("%v scale, %v and %v of %d seeds: %v of the intervals have the difference in them", c.scale, c.a, c.b, c.n, share)
		}
	}
}

// A difference that is the same for all seeds has neither a P nor an interval; no difference at all has P 1, and no interval either.
func TestDifferenceWithoutVariation(t *testing.T) {
	for _, d := range []Difference{
		PairedDifference([]float64{1, 2, 3}, []float64{2, 3, 4}, 0.95), UnpairedDifference([]float64{1, 1}, []float64{2, 2}, 0.95),
	} {
		if d.Mean != 1 || !math.IsNaN(d.P) || !math.IsNaN(d.Low) || !math.IsNaN(d.High) {
			t.Errorf("%+v", d)
		}
	}
	if d := PairedDifference([]float64{1, 2, 3}, []float64{1, 2, 3}, 0.95); d.P != 1 || !math.IsNaN(d.Low) || !math.IsNaN(d.High) {
		t.Errorf("%+v", d)
	}
	// Three seeds that each have 10 images of 1,000 more: as shares, no scale makes them vary. Of an unknown number of images, they do on its scale.
	a, b := []float64{.25, .26, .27}, []float64{.26, .27, .28}
	if d := ShareOf(1000).Compare(a, b, true, 0.95); !math.IsNaN(d.P) || !math.IsNaN(d.Low) || d.Mean <= 0 {
		t.Errorf("%+v", d)
	}
	if d := ShareOf(0).Compare(a, b, true, 0.95); !(d.P < 0.05) {
		t.Errorf("%+v", d)
	}
	// Two seeds that each have one image of 10,000 more, whose shares differ by more than that in their last digits; the same on the plain scale.
	a, b = []float64{.7523, .7525}, []float64{.7524, .7526}
	for _, s := range []Scale{ShareOf(10_000), Plain(0, 1)} {
		if d := s.Compare(a, b, true, 0.95); !math.IsNaN(d.P) || !math.IsNaN(d.Low) || b[0]-a[0] == b[1]-a[1] {
			t.Errorf("%v scale: %+v", s, d)
		}
	}
	// The mean of three times 0.1 is not 0.1 in float64.
	a, b = []float64{.1, .1, .1}, []float64{.1, .1}
	d := Plain(0, 1).Compare(a, b, false, 0.95)
	if difference, _, _ := Plain(0, 1).Difference(a, b, d, false, 0.95); d.P != 1 || d.Mean != 0 || difference != 0 {
		t.Errorf("%v, %+v", difference, d)
	}
}

// A sample without spread is not taken as certain: its difference from another one is significant only if it would be if both varied as the other one does.
// 3 and 1, 2 differ by 1.5; with the variance 1/2 of both, the standard error is √(1/2), and one degree of freedom is Cauchy's distribution.
func TestSampleWithoutSpread(t *testing.T) {
	for _, c := range [][2][]float64{{{3, 3}, {1, 2}}, {{1, 2}, {3, 3}}} {
		d := UnpairedDifference(c[0], c[1], 0.95)
		nearly(t, "size", math.Abs(d.Mean), 1.5, 1e-12)
		nearly(t, "p", d.P, 1-2/math.Pi*math.Atan(1.5/math.Sqrt(0.5)), 1e-9)
		nearly(t, "freedom", d.Freedom, 1, 0)
		_, low, high := Plain(math.Inf(-1), math.Inf(1)).Difference(c[0], c[1], d, false, 0.95)
		nearly(t, "width", high-low, 2*math.Tan(0.475*math.Pi)*math.Sqrt(0.5), 1e-6)
		if difference, low, high := ShareOf(10).Difference([]float64{.3, .3}, []float64{.1, .2}, ShareOf(10).Compare([]float64{.3, .3}, []float64{.1, .2}, false, 0.95), false, 0.95); !(low < difference && difference < 0 && 0 < high) {
			t.Errorf("%v, %v to %v", difference, low, high)
		}
	}
}
