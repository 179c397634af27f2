package measure

import (
	"fmt"
	"math"
	"testing"

	"glorot/models"

	"pgregory.net/rapid"
)

// reference is the data of every number marked "numpy 2.4.6" below:
//
//	u = ((numpy.arange(5000) * 7919) % 10007) / 10007
//	x = (3*u*u - 1).astype(numpy.float32)
func reference() []float32 {
	x := make([]float32, 5000)
	for i := range x {
		u := float64((i*7919)%10007) / 10007
		x[i] = float32(float64(3*u*u) - 1)
	}
	return x
}

// nearly fails the test unless got is want within a relative tolerance.
func nearly(t testing.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s = %.17g, want %.17g within %g", what, got, want, tolerance)
	}
}

// exactly fails the test unless got and want are the same number, or both NaN.
func exactly(t rapid.TB, what string, got, want float64) {
	t.Helper()
	if got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
		t.Errorf("%s = %.17g, want %.17g", what, got, want)
	}
}

// panics fails the test unless f panics with the message want.
func panics(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got := fmt.Sprint(recover()); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}()
	f()
}

// values draws a slice of moderate numbers, with repetitions.
func values(minimum int) *rapid.Generator[[]float32] {
	number := rapid.OneOf(rapid.Float32Range(-3, 3), rapid.SampledFrom([]float32{-1, 0, 0.5, 1}))
	return rapid.SliceOfN(number, minimum, 200)
}

var (
	nan = float32(math.NaN())
	inf = float32(math.Inf(1))
)

func TestFirstNonFinite(t *testing.T) {
	for _, c := range []struct {
		x    []float32
		want int
	}{
		{nil, -1},
		{[]float32{0, -1, math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32}, -1},
		{[]float32{0, nan, inf}, 1},
		{[]float32{inf}, 0},
		{[]float32{1, 2, -inf}, 2},
	} {
		if got := FirstNonFinite(c.x); got != c.want {
			t.Errorf("FirstNonFinite(%v) = %d, want %d", c.x, got, c.want)
		}
	}
}

func TestFlatRule(t *testing.T) {
	for _, c := range []struct {
		activation, text string
		in, out          []float32
	}{
		{"tanh", "|z| > 0.95", []float32{1, -1, 0.9501, -0.9501}, []float32{0, 0.95, -0.95, 0.04}},
		{"softsign", "|z| > 0.95", []float32{0.96, -0.96}, []float32{0.94, -0.94, 0}},
		{"sigmoid", "z < 0.05 or z > 0.95", []float32{0, 0.0499, 0.9501, 1}, []float32{0.05, 0.5, 0.95}},
		{"relu", "z = 0", []float32{0}, []float32{1e-30, 1}},
		{"identity", "none", nil, []float32{-2, 0, 1, 100}},
	} {
		rule := saturation(t, c.activation)
		if rule.Text != c.text {
			t.Errorf("%s: %q; want %q", c.activation, rule.Text, c.text)
		}
		for _, z := range c.in {
			exactly(t, fmt.Sprintf("%s: share of %v", c.activation, z), share([]float32{z}, rule.In), 1)
		}
		for _, z := range c.out {
			exactly(t, fmt.Sprintf("%s: share of %v", c.activation, z), share([]float32{z}, rule.In), 0)
		}
		all := append(append([]float32{}, c.in...), c.out...)
		exactly(t, c.activation+": share", share(all, rule.In), float64(len(c.in))/float64(len(all)))
		exactly(t, c.activation+": share of none", share(nil, rule.In), math.NaN())
	}
}

// saturation returns the rule of an activation.
func saturation(t testing.TB, activation string) models.Saturation {
	t.Helper()
	a, err := models.ActivationByName(activation)
	if err != nil {
		t.Fatal(err)
	}
	return a.Saturation
}

// The interval's half-width is t s / √n with the t of Student's table.
func TestInterval(t *testing.T) {
	for _, c := range []struct {
		x          []float64
		level      float64
		mean, half float64
	}{
		// t(4, 97.5 %) = 2.776445105, s = √2.5 (NIST/SEMATECH e-Handbook, 1.3.6.7.2: 2.776).
		{[]float64{1, 2, 3, 4, 5}, 0.95, 3, 2.776445105 * math.Sqrt(2.5/5)},
		// t(1, p) = tan(π (p - 1/2)): Cauchy's distribution; s = 1/√2.
		{[]float64{0, 1}, 0.95, 0.5, math.Tan(math.Pi*0.475) / 2},
		// t(2, p) = a √(2/(1-a²)) with a = 2p - 1 = level; s = 1.
		{[]float64{-1, 0, 1}, 0.9, 0, 0.9 * math.Sqrt(2/0.19) / math.Sqrt(3)},
		{[]float64{2, 2, 2}, 0.99, 2, 0},
	} {
		mean, half := Interval(c.x, c.level)
		exactly(t, "mean", mean, c.mean)
		nearly(t, "half-width", half, c.half, 1e-9)
	}

	mean, half := Interval([]float64{7}, 0.95)
	exactly(t, "mean of one", mean, 7)
	exactly(t, "half-width of one", half, math.Inf(1))
	mean, half = Interval(nil, 0.95)
	exactly(t, "mean of none", mean, math.NaN())
	exactly(t, "half-width of none", half, math.Inf(1))

	panics(t, "measure: confidence level 95: want more than 0 and less than 1", func() { Interval(nil, 95) })
	panics(t, "measure: confidence level NaN: want more than 0 and less than 1", func() { Interval(nil, math.NaN()) })
}
