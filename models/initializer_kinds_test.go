package models

import (
	"math"
	"slices"
	"testing"

	"gorgonia.org/tensor"
)

// drawn returns the weights and biases of one matrix of a network, with options.
func drawn(t *testing.T, name string, o InitOptions, seed uint64, in, out int) (w, b []float64) {
	t.Helper()
	init, err := byNameOrFail(t, InitializerByName, name).With(o)
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewParameters([]int{3, in, out, 2}, init, seed, tensor.Float64)
	if err != nil {
		t.Fatal(err)
	}
	return p.W[1].Float64s(), p.B[1].Float64s()
}

// Mean, variance, fourth moment and bounds of every distribution by in, out and the scale, within five standard errors of
// 240,000 draws: 1 % of the standard deviation, 3 % of the variance and 8 % of the fourth moment, where sparse has fewest.
func TestDistributions(t *testing.T) {
	const in, out = 600, 400
	const uniform, gaussian = 9.0 / 5, 3.0 // E x⁴ / Var²
	for _, c := range []struct {
		name     string
		o        InitOptions
		variance float64
		kurtosis float64
		bound    float64 // 0 means none
	}{
		{"glorot_uniform", InitOptions{}, 2.0 / (in + out), uniform, math.Sqrt(6.0 / (in + out))},
		{"glorot_normal", InitOptions{}, 2.0 / (in + out), gaussian, 0},
		{"he_uniform", InitOptions{}, 2.0 / in, uniform, math.Sqrt(6.0 / in)},
		{"he_normal", InitOptions{}, 2.0 / in, gaussian, 0},
		{"he_normal", InitOptions{Gain: 3}, 18.0 / in, gaussian, 0},
		{"lecun_uniform", InitOptions{}, 1.0 / in, uniform, math.Sqrt(3.0 / in)},
		{"lecun_normal", InitOptions{}, 1.0 / in, gaussian, 0},
		{"torch", InitOptions{}, 1.0 / 3 / in, uniform, 1 / math.Sqrt(in)},
		{"torch", InitOptions{Gain: 0.5}, 1.0 / 12 / in, uniform, 0.5 / math.Sqrt(in)},
		{"uniform", InitOptions{}, 0.05 * 0.05 / 3, uniform, 0.05},
		{"uniform", InitOptions{Scale: 0.3, Gain: 2}, 0.6 * 0.6 / 3, uniform, 0.6},
		{"normal", InitOptions{}, 0.05 * 0.05, gaussian, 0},
		{"normal", InitOptions{Scale: 0.2}, 0.04, gaussian, 0},
		// N(0, 1) within 2 has the variance 1 - 4 phi(2)/(2 Phi(2) - 1) and E x⁴ = 3 - 28 phi(2)/(2 Phi(2) - 1).
		{"truncated_normal", InitOptions{}, 0.773741 * 0.05 * 0.05, 1.416188 / (0.773741 * 0.773741), 0.1},
		{"sparse", InitOptions{}, 15.0 / in, 3.0 * in / 15, 0},
	} {
		w, _ := drawn(t, c.name, c.o, 4, in, out)
		var mean, variance, fourth, largest float64
		n := float64(len(w))
		for _, x := range w {
			mean, variance, fourth, largest = mean+x/n, variance+x*x/n, fourth+x*x*x*x/n, max(largest, math.Abs(x))
		}
		near(t, c.name, "mean/std", mean/math.Sqrt(c.variance), 0, 0.01)
		near(t, c.name, "variance", variance/c.variance, 1, 0.03)
		near(t, c.name, "kurtosis", fourth/(variance*variance)/c.kurtosis, 1, 0.08)
		if c.bound != 0 && (largest > c.bound || largest < 0.999*c.bound) {
			t.Errorf("%s: the largest weight is %v, want nearly %v", c.name, largest, c.bound)
		}
	}
}

// Columns, or rows where there are fewer, are orthonormal times the gain, whether the matrix is tall, wide, square or one number;
// and the distribution has no direction: the mean of all numbers is near 0 and the corner has both signs.
func TestOrthogonal(t *testing.T) {
	for _, name := range []string{"orthogonal", "lsuv"} {
		for _, s := range [][2]int{{1, 1}, {5, 1}, {1, 6}, {33, 33}, {200, 70}, {70, 200}, {65, 64}, {300, 299}} {
			for _, gain := range []float64{0, 1.7} {
				in, out := s[0], s[1]
				w, _ := drawn(t, name, InitOptions{Gain: gain}, 9, in, out)
				n, length := min(in, out), max(in, out)
				at := func(vector, k int) float64 { // of the orthonormal vectors
					if in >= out {
						return w[k*out+vector]
					}
					return w[vector*out+k]
				}
				square := 1.0
				if gain != 0 {
					square = gain * gain
				}
				for i := range n {
					for j := range i + 1 {
						sum, want := 0.0, 0.0
						for k := range length {
							sum += at(i, k) * at(j, k)
						}
						if i == j {
							want = square
						}
						if !(math.Abs(sum-want) <= 1e-12) {
							t.Fatalf("%s %d x %d, gain %v: vectors %d and %d have the product %v, want %v", name, in, out, gain, i, j, sum, want)
						}
					}
				}
			}
		}
	}
	var first, square float64
	const seeds = 400
	for seed := range uint64(seeds) {
		w, _ := drawn(t, "orthogonal", InitOptions{}, seed, 3, 3)
		first, square = first+w[0]/seeds, square+w[0]*w[0]/seeds
	}
	near(t, "mean of the corner", "3 x 3", first, 0, 5*math.Sqrt(1.0/3/seeds))
	near(t, "its mean square", "3 x 3", square, 1.0/3, 5*math.Sqrt((1.0/5-1.0/9)/seeds)) // Beta(1/2, 1)
}

// Each unit of a sparse network has 15 inputs, or all if there are fewer, and every input is chosen about as often.
func TestSparse(t *testing.T) {
	const in, out = 60, 4000
	w, _ := drawn(t, "sparse", InitOptions{}, 3, in, out)
	uses := make([]int, in)
	for j := range out {
		n := 0
		for i := range in {
			if w[i*out+j] != 0 {
				uses[i]++
				n++
			}
		}
		if n != 15 {
			t.Fatalf("unit %d has %d inputs", j, n)
		}
	}
	for i, n := range uses { // binomial, 4000 times 1/4
		near(t, "uses of input", i, float64(n), 1000, 5*math.Sqrt(4000*0.25*0.75))
	}
	few, _ := drawn(t, "sparse", InitOptions{}, 3, 7, 5)
	if slices.Contains(few, 0) {
		t.Error("a unit of seven inputs lacks one")
	}
}

func TestIdentityMatrix(t *testing.T) {
	w, _ := drawn(t, "identity", InitOptions{Gain: 2}, 1, 3, 2)
	if want := []float64{2, 0, 0, 2, 0, 0}; !slices.Equal(w, want) {
		t.Errorf("identity is %v, want %v", w, want)
	}
}

// Biases are a constant, or uniform around it, from a stream of their own; the weights of a network are the same with any of these.
func TestBiases(t *testing.T) {
	const in, out = 50, 20_000
	plainWeights, zero := drawn(t, "standard", InitOptions{}, 1, in, 10)
	if slices.ContainsFunc(zero, func(b float64) bool { return b != 0 }) {
		t.Error("biases are not 0")
	}
	weights, ones := drawn(t, "standard", InitOptions{Bias: 1}, 1, in, 10)
	if slices.ContainsFunc(ones, func(b float64) bool { return b != 1 }) || !slices.Equal(weights, plainWeights) {
		t.Error("biases of 1 are not 1, or change weights")
	}
	for _, c := range []struct {
		name string
		o    InitOptions
		a    float64
	}{{"torch", InitOptions{}, 1 / math.Sqrt(in)}, {"torch", InitOptions{BiasLimit: 0.1}, 0.1}, {"he", InitOptions{Bias: -2, BiasLimit: 0.5}, 0.5}} {
		w, b := drawn(t, c.name, c.o, 1, in, out)
		low, high, mean := b[0], b[0], 0.0
		for _, x := range b {
			low, high, mean = min(low, x), max(high, x), mean+x/out
		}
		near(t, c.name, "least bias", low, c.o.Bias-c.a, 0.001*c.a)
		near(t, c.name, "largest bias", high, c.o.Bias+c.a, 0.001*c.a)
		near(t, c.name, "mean bias", mean, c.o.Bias, 5*c.a/math.Sqrt(3*out))
		if w[0] == b[0] {
			t.Error("weights and biases have one stream")
		}
	}
	same, _ := drawn(t, "torch", InitOptions{}, 1, in, 10)
	if !slices.Equal(same, plainWeights) {
		t.Error("the weights of torch are not those of standard")
	}
}

func TestZeroLast(t *testing.T) {
	init, err := byNameOrFail(t, InitializerByName, "he").With(InitOptions{ZeroLast: true})
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewParameters([]int{4, 3, 2}, init, 1, tensor.Float32)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(p.W[0].Float32s(), 0) || !slices.Equal(p.W[1].Float32s(), make([]float32, 6)) {
		t.Errorf("weights %v and %v; want only the last 0", p.W[0], p.W[1])
	}
}

func TestInitOptionsRefused(t *testing.T) {
	standard := byNameOrFail(t, InitializerByName, "standard")
	for _, c := range []struct {
		o    InitOptions
		want string
	}{
		{InitOptions{Gain: -1}, "a gain of -1; want a finite number that is not negative"},
		{InitOptions{Gain: math.Inf(1)}, "a gain of +Inf; want a finite number that is not negative"},
		{InitOptions{Bias: math.NaN()}, "biases of NaN; want a finite number"},
		{InitOptions{BiasLimit: -0.5}, "a limit of the biases of -0.5; want a finite number that is not negative"},
		{InitOptions{Scale: 0.1}, "initialiser standard has no scale; want a gain"},
	} {
		_, err := standard.With(c.o)
		message(t, err, c.want)
	}
	if _, err := standard.With(InitOptions{Bias: -1}); err != nil {
		t.Error(err)
	}
}

// The first and the last weight of seed 1 of every initialiser that are not 0, so that they are the same on every machine and next year; recorded in November
// 2026.
func TestGoldenInitializers(t *testing.T) {
	for _, i := range Initializers() {
		p, err := NewParameters([]int{40, 4, 3}, i, 1, tensor.Float64)
		if err != nil {
			t.Fatal(err)
		}
		w := slices.DeleteFunc(slices.Clone(p.W[0].Float64s()), func(x float64) bool { return x == 0 })
		if got := [2]float64{w[0], w[len(w)-1]}; got != goldenWeights[i.Name] {
			t.Errorf("%q: {%v, %v},", i.Name, got[0], got[1])
		}
	}
}

var goldenWeights = map[string][2]float64{
	"standard":         {-0.1144153277497537, 0.09529973359256058},
	"normalized":       {-0.26721663554723357, 0.2225722259420485},
	"figure":           {-0.1144153277497537, 0.09529973359256058},
	"glorot_normal":    {-0.09452739137195032, 0.28551512505065785},
	"he_uniform":       {-0.2802591717401972, 0.23343571992494663},
	"he_normal":        {-0.09914116446534432, 0.29945078943953723},
	"lecun_uniform":    {-0.19817316082721867, 0.1650639805300934},
	"lecun_normal":     {-0.07010338968817575, 0.2117436838443618},
	"torch":            {-0.1144153277497537, 0.09529973359256058},
	"orthogonal":       {-0.07111161084497304, 0.19158631037275162},
	"lsuv":             {-0.07111161084497304, 0.19158631037275162},
	"sparse":           {-1.2892847861628025, -0.8736034476313127},
	"identity":         {1, 1},
	"uniform":          {-0.03618130349238894, 0.03013642185597524},
	"normal":           {-0.022168638311299654, 0.06695923211027814},
	"truncated_normal": {-0.022168638311299654, 0.0056625785514404095},
}

// The logarithm of the normal draws is that of the math package, to two units in the last place.
func TestLogarithm(t *testing.T) {
	for _, x := range []float64{1e-300, 1e-20, 0.1, 0.5, 0.7, 0.7072, 0.99, 1 - 1e-12, 1 - 0x1p-53, 1, 1.4, 3, 1e10} {
		if got, want := logarithm(x), math.Log(x); !(math.Abs(got-want) <= 4.5e-16*math.Abs(want)) {
			t.Errorf("ln %v is %v, want %v", x, got, want)
		}
	}
}
