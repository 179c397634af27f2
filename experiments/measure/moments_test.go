package measure

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func momentsOf(x []float32) Moments {
	var m Moments
	m.Add(x)
	return m
}

func TestMomentsNumpy(t *testing.T) {
	m := momentsOf(reference())
	// numpy 2.4.6: d = x.astype(float64); d.mean(), d.std(), d.var(),
	// ((d-d.mean())**4).mean() / d.var()**2
	nearly(t, "mean", m.Mean(), 0.0009170944733079523, 1e-12)
	nearly(t, "std", m.Std(), 0.895039277515534, 1e-14)
	nearly(t, "variance", m.Variance(), 0.8010953082955291, 1e-14)
	nearly(t, "kurtosis", m.Kurtosis(), 2.141932714072443, 1e-13)
	if m.N() != 5000 || m.NonFinite() != 0 {
		t.Errorf("N = %d, NonFinite = %d; want 5000, 0", m.N(), m.NonFinite())
	}
}

// Sixteen equally spaced values, repeated: variance (k²-1)/12 and kurtosis
// 3/5 (3k²-7)/(k²-1) in steps (discrete uniform distribution). The offset of
// 1e6 leaves float32 a step of 1/16, and a plain sum of squares nothing.
func TestMomentsFarFromZero(t *testing.T) {
	const k, step = 16, 1.0 / 16
	for _, offset := range []float64{0, 1e6, -1e6} {
		x := make([]float32, 1000*k)
		for i := range x {
			x[i] = float32(offset + step*float64(i%k))
		}
		m := momentsOf(x)
		nearly(t, "mean", m.Mean(), offset+step*(k-1)/2, 1e-15)
		nearly(t, "std", m.Std(), step*math.Sqrt((k*k-1)/12.0), 1e-13)
		nearly(t, "kurtosis", m.Kurtosis(), 3.0/5*(3*k*k-7)/(k*k-1), 1e-12)
	}
}

// One value far out, wherever it stands: its share of a block is exact.
// Bernoulli's distribution with p = 1/n: variance p(1-p), kurtosis
// 3 + (1-6p(1-p))/(p(1-p)).
func TestMomentsOutlier(t *testing.T) {
	for _, n := range []int{1000, 1024, 5000} {
		for _, at := range []int{0, 1, n / 2, n - 1} {
			x := make([]float32, n)
			x[at] = 1 << 20
			m := momentsOf(x)
			v := 1 / float64(n) * (1 - 1/float64(n))
			nearly(t, "std", m.Std(), (1<<20)*math.Sqrt(v), 1e-12)
			nearly(t, "kurtosis", m.Kurtosis(), 3+(1-6*v)/v, 1e-10)
		}
	}
}

// A normal distribution has kurtosis 3; of n values the estimate has
// standard error √(24/n).
func TestKurtosisOfNormal(t *testing.T) {
	m := momentsOf(gaussian(weightGradients, 0.003))
	if e := math.Abs(m.Kurtosis() - 3); e > 4*math.Sqrt(24.0/weightGradients) {
		t.Errorf("kurtosis is %v from 3", e)
	}
	nearly(t, "std", m.Std(), 0.003, 4/math.Sqrt(2*weightGradients))
}

func TestMomentsUndefined(t *testing.T) {
	var none Moments
	exactly(t, "mean of none", none.Mean(), math.NaN())
	exactly(t, "std of none", none.Std(), math.NaN())
	exactly(t, "kurtosis of none", none.Kurtosis(), math.NaN())

	constant := momentsOf(slices.Repeat([]float32{0.1}, 3000))
	exactly(t, "mean of 0.1", constant.Mean(), float64(float32(0.1)))
	exactly(t, "std of 0.1", constant.Std(), 0)
	exactly(t, "kurtosis of 0.1", constant.Kurtosis(), math.NaN())

	only := momentsOf([]float32{nan, inf, -inf})
	exactly(t, "mean of non-finite values", only.Mean(), math.NaN())
	if only.N() != 0 || only.NonFinite() != 3 {
		t.Errorf("N = %d, NonFinite = %d; want 0, 3", only.N(), only.NonFinite())
	}

	extreme := momentsOf([]float32{math.MaxFloat32, -math.MaxFloat32})
	exactly(t, "std of the largest numbers", extreme.Std(), math.MaxFloat32)
	exactly(t, "kurtosis of two values", extreme.Kurtosis(), 1)
}

// twoPass is the definition: the mean, then the mean powers of deviations.
func twoPass(x []float32) (mean, std, kurtosis float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += float64(v) / n
	}
	var m2, m4 float64
	for _, v := range x {
		d := float64(v) - mean
		m2 += d * d / n
		m4 += d * d * d * d / n
	}
	return mean, math.Sqrt(m2), m4 / (m2 * m2)
}

// closeMoments fails unless a and b are the same moments but for rounding; tiny is
// the error of values of order 1.
func closeMoments(t *rapid.T, a, b Moments) {
	t.Helper()
	const tiny = 1e-11
	if a.n != b.n || a.nonFinite != b.nonFinite ||
		math.Abs(a.Mean()-b.Mean()) > tiny || math.Abs(a.Variance()-b.Variance()) > tiny ||
		math.Abs(a.m3-b.m3) > tiny*float64(a.n) || math.Abs(a.m4-b.m4) > tiny*float64(a.n) {
		t.Fatalf("moments differ: %+v, %+v", a, b)
	}
}

func TestMomentsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := values(1).Draw(t, "x")
		m := momentsOf(x)

		mean, std, kurtosis := twoPass(x)
		if math.Abs(m.Mean()-mean) > 1e-12 || math.Abs(m.Std()-std) > 1e-7 ||
			std > 0.01 && math.Abs(m.Kurtosis()-kurtosis) > 1e-8*kurtosis {
			t.Fatalf("mean %v, std %v, kurtosis %v; want %v, %v, %v", m.Mean(), m.Std(), m.Kurtosis(), mean, std, kurtosis)
		}

		cut := rapid.IntRange(0, len(x)).Draw(t, "cut")
		merged := momentsOf(x[:cut])
		merged.Merge(momentsOf(x[cut:]))
		closeMoments(t, merged, m)

		shuffled := slices.Clone(x)
		rand.New(rand.NewPCG(1, uint64(len(x)))).Shuffle(len(x), func(i, j int) {
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		closeMoments(t, momentsOf(shuffled), m)

		// Steps of 1/64 stay exact when moved by a whole number.
		grid, moved := slices.Clone(x), slices.Clone(x)
		by := float32(rapid.IntRange(-1000, 1000).Draw(t, "by"))
		for i, v := range x {
			grid[i] = float32(math.Round(float64(v)*64) / 64)
			moved[i] = grid[i] + by
		}
		exactly(t, "std of moved values", momentsOf(moved).Std(), momentsOf(grid).Std())

		doubled := slices.Clone(x)
		for i := range doubled {
			doubled[i] *= -2
		}
		closeMoments(t, m.Scaled(-2), momentsOf(doubled))
	})
}

// NaN and infinities anywhere, any number of them, leave the rest as it was.
func TestMomentsNonFinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := values(0).Draw(t, "x")
		dirty := slices.Clone(x)
		n := rapid.IntRange(0, 5).Draw(t, "n")
		for range n {
			at := rapid.IntRange(0, len(dirty)).Draw(t, "at")
			dirty = slices.Insert(dirty, at, rapid.SampledFrom([]float32{nan, inf, -inf}).Draw(t, "bad"))
		}
		want := momentsOf(x)
		want.nonFinite = int64(n)
		if got := momentsOf(dirty); got != want {
			t.Fatalf("moments %+v, want %+v", got, want)
		}
	})
}

func TestMomentsAllocateNothing(t *testing.T) {
	x := gaussian(5000, 1)
	x[2000] = nan
	var m Moments
	if n := testing.AllocsPerRun(10, func() { m.Add(x) }); n != 0 {
		t.Errorf("Add makes %v allocations", n)
	}
}
