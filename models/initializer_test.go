package models

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// The limits of the initialisers, layer by layer, for a network with all three kinds of layer and all widths different.
func TestLimits(t *testing.T) {
	sizes := []int{1024, 1000, 600, 9}
	for name, want := range map[string][]float64{
		// Glorot & Bengio 2010, eq. 1, with n the size of the previous layer.
		"standard": {1 / math.Sqrt(1024), 1 / math.Sqrt(1000), 1 / math.Sqrt(600)},
		// Eq. 16.
		"normalized": {math.Sqrt(6) / math.Sqrt(1024+1000), math.Sqrt(6) / math.Sqrt(1000+600), math.Sqrt(6) / math.Sqrt(600+9)},
		// n Var[W] = 1.25 between hidden layers, n the mean of the two sizes: a² / 3 = 1.25 / 800.
		"figure": {1 / math.Sqrt(1024), math.Sqrt(3 * 1.25 / 800), 1 / math.Sqrt(600)},
	} {
		t.Run(name, func(t *testing.T) {
			init := byNameOrFail(t, InitializerByName, name)
			p, err := NewParameters(sizes, init, 1, tensor.Float64)
			if err != nil {
				t.Fatal(err)
			}
			for i, a := range want {
				near(t, "limit", i, init.Limit(i, len(want), sizes[i], sizes[i+1]), a, 1e-15)
				w := p.W[i].Float64s()
				largest, variance := 0.0, 0.0
				for _, x := range w {
					largest = max(largest, math.Abs(x))
					variance += x * x / float64(len(w))
				}
				// Var[U(-a, a)] = a²/3; of N draws, with a standard error of a² sqrt(4/45/N): 2 % is ten of them for
				// the smallest matrix here, 600 x 9, but for that two.
				if largest > a || largest < 0.995*a {
					t.Errorf("layer %d: the largest weight is %v, want nearly %v", i+1, largest, a)
				}
				near(t, "3 Var[W]/a²", i, 3*variance/(a*a), 1, 0.04)
				if slices.ContainsFunc(p.B[i].Float64s(), func(b float64) bool { return b != 0 }) {
					t.Errorf("layer %d: biases are not 0", i+1)
				}
			}
		})
	}
}

// n Var[W] = 1/3 with standard initialisation (Glorot & Bengio 2010, eq. 15), to 2 %, in every layer of the paper's
// network, and 1 with the normalized one between equal layers (eq. 12).
func TestVariance(t *testing.T) {
	sizes := []int{1024, 1000, 1000, 1000}
	for name, want := range map[string]float64{"standard": 1.0 / 3, "normalized": 1, "figure": 1.25} {
		p, err := NewParameters(sizes, byNameOrFail(t, InitializerByName, name), 5, tensor.Float32)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range p.W {
			if name != "standard" && i != 1 {
				continue
			}
			var sum float64
			for _, x := range w.Float32s() {
				sum += float64(x) * float64(x)
			}
			near(t, name+": n Var[W]", i, float64(sizes[i])*sum/float64(w.Shape().TotalSize()), want, 0.02*want)
		}
	}
}

// The first weights of seed 1, so that a script gets the same numbers next year. They are a(2u-1) with u the Float64s
// of math/rand/v2's ChaCha8 keyed by SHA-256("1/W1") and ("1/W2"); recorded in November 2026.
func TestGoldenWeights(t *testing.T) {
	p, err := NewParameters([]int{4, 4, 3}, byNameOrFail(t, InitializerByName, "standard"), 1, tensor.Float64)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]float64{
		{-0.3618130349238894, -0.2865936136019406, 0.01446012179163858, -0.45025084487401246},
		{-0.4877038054176728, -0.3326576249742722, 0.3141460682695195, 0.41300053963481786},
	} {
		if got := p.W[i].Float64s()[:len(want)]; !slices.Equal(got, want) {
			t.Errorf("W%d begins with %v, want %v", i+1, got, want)
		}
	}
	single, err := NewParameters([]int{4, 4, 3}, byNameOrFail(t, InitializerByName, "standard"), 1, tensor.Float32)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range single.W[0].Float32s() {
		if x != float32(p.W[0].Float64s()[i]) {
			t.Errorf("weight %d is %v in float32, want %v rounded", i, x, p.W[0].Float64s()[i])
		}
	}
}

// Each layer has a stream of its own: the width of one changes no weights but those next to it, and the seed all.
func TestStreamsAreIndependent(t *testing.T) {
	init := Initializer{Name: "unit", Limit: func(_, _, _, _ int) float64 { return 1 }}
	weights := func(seed uint64, sizes ...int) []*tensor.Dense {
		p, err := NewParameters(sizes, init, seed, tensor.Float64)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(p.Sizes(), sizes) {
			t.Errorf("Sizes is %v, want %v", p.Sizes(), sizes)
		}
		return p.W
	}
	a, b, other := weights(1, 3, 5, 4, 2), weights(1, 7, 5, 4, 2), weights(2, 3, 5, 4, 2)
	for i := range a {
		x, y, z := a[i].Float64s(), b[i].Float64s(), other[i].Float64s()
		if same := slices.Equal(x, y); same != (i > 0) {
			t.Errorf("W%d with another input width: equal is %v", i+1, same)
		}
		if !slices.Equal(x[:6], y[:6]) {
			t.Errorf("W%d: a wider input changes the first draws", i+1)
		}
		if slices.Equal(x, z) {
			t.Errorf("W%d is the same for two seeds", i+1)
		}
	}
	if slices.Equal(a[0].Float64s()[:8], a[1].Float64s()[:8]) {
		t.Error("two layers have one stream")
	}
}

func TestInitializerErrors(t *testing.T) {
	all := listed(Initializers())
	_, err := InitializerByName("xaviar")
	message(t, err, `unknown initialiser "xaviar"; want `+all+`; did you mean xavier?`)
	_, err = InitializerByName("ones")
	message(t, err, `unknown initialiser "ones"; want `+all)
	standard := byNameOrFail(t, InitializerByName, "standard")
	for _, c := range []struct {
		sizes []int
		init  Initializer
		dtype tensor.Dtype
		want  string
	}{
		{[]int{3}, standard, tensor.Float32, "a network of 1 sizes; want at least inputs and classes"},
		{[]int{0, 3}, standard, tensor.Float32, "the input has width 0; want at least 1"},
		{[]int{4, -2, 3}, standard, tensor.Float32, "layer 1 has width -2; want at least 1"},
		{[]int{4, 3}, Initializer{}, tensor.Float32, "no initialiser; want " + all},
		{[]int{4, 3}, standard, tensor.Int, "parameters of type int; want float32 or float64"},
	} {
		_, err := NewParameters(c.sizes, c.init, 1, c.dtype)
		message(t, err, c.want)
	}
}

// Every name and alias finds its initialiser, in the spellings of other programs too, and no two share a name.
func TestInitializerNames(t *testing.T) {
	seen := map[string]string{}
	for _, i := range Initializers() {
		if i.Formula == "" || i.Source == "" {
			t.Errorf("%s has no formula or no source", i.Name)
		}
		for _, name := range i.names() {
			if j, err := InitializerByName(strings.ToUpper(name)); err != nil || j.Name != i.Name || CanonicalInitializer(name) != i.Name {
				t.Errorf("InitializerByName(%q) is %v, %v", name, j.Name, err)
			}
			if other, taken := seen[plain(name)]; taken {
				t.Errorf("%s and %s share the name %s", i.Name, other, name)
			}
			seen[plain(name)] = i.Name
		}
	}
	for name, want := range map[string]string{
		"xavier": "normalized", "xavier_uniform_": "normalized", "GlorotUniform": "normalized", "glorot_uniform": "normalized",
		"GlorotNormal": "glorot_normal", "xavier_normal_": "glorot_normal", "he": "he_normal", "kaiming": "he_normal",
		"kaiming_normal_": "he_normal", "kaiming_uniform_": "he_uniform", "HeUniform": "he_uniform", "LecunNormal": "lecun_normal",
		"orthogonal_": "orthogonal", "trunc_normal_": "truncated_normal", "TruncatedNormal": "truncated_normal", "RandomUniform": "uniform",
		"RandomNormal": "normal", "sparse_": "sparse", "eye_": "identity", "LSUV": "lsuv",
	} {
		if i, err := InitializerByName(name); err != nil || i.Name != want {
			t.Errorf("InitializerByName(%q) is %q, %v; want %s", name, i.Name, err, want)
		}
	}
	if got := CanonicalInitializer("ones"); got != "ones" {
		t.Errorf("CanonicalInitializer(ones) is %q", got)
	}
}
