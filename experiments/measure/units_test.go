package measure

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
)

// Of four units one is always in the set, one is once not in it, one never, and one is NaN.
func TestUnits(t *testing.T) {
	nan := float32(math.NaN())
	z := []float32{
		0, 0, 1, 0,
		0, 1, 2, nan,
		0, 0, 3, 0,
	}
	zero := func(z float32) bool { return z == 0 }
	if got := Units(z, 3, 4, zero); got != 0.25 {
		t.Errorf("%v of the units are zero, want 0.25", got)
	}
	if got := Units(z, 1, 4, zero); got != 0.75 {
		t.Errorf("%v of the units are zero on the first example, want 0.75", got)
	}
	if got := Units(nil, 0, 4, zero); !math.IsNaN(got) {
		t.Errorf("%v without examples", got)
	}
	if got := Units([]float32{nan, nan, float32(math.Inf(1)), nan}, 2, 2, zero); !math.IsNaN(got) {
		t.Errorf("%v without finite values", got)
	}
}

// k equal singular values have the effective rank k; two of the ratio p to 1-p have exp(-p log p - (1-p) log(1-p)), which Roy and Vetterli give; a
// rotation changes nothing.
func TestEffectiveRank(t *testing.T) {
	diagonal := func(values ...float32) []float32 {
		a := make([]float32, len(values)*6)
		for i, v := range values {
			a[i*6+(5-i)] = v
		}
		return a
	}
	for _, c := range []struct {
		values []float32
		want   float64
	}{
		{[]float32{3, 3, 3, 3}, 4}, {[]float32{5, 0, 0, 0}, 1}, {[]float32{2, -2, 0, 2}, 3}, {[]float32{0, 0, 0, 0}, 0},
		{[]float32{3, 1, 0, 0}, math.Exp(-0.75*math.Log(0.75) - 0.25*math.Log(0.25))},
	} {
		if got := EffectiveRank(diagonal(c.values...), len(c.values), 6); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: %v, want %v", c.values, got, c.want)
		}
	}
	s, r := float32(math.Sin(1)), float32(math.Cos(1))
	if got, want := EffectiveRank([]float32{3 * r, -s, 3 * s, r}, 2, 2), math.Exp(-0.75*math.Log(0.75)-0.25*math.Log(0.25)); math.Abs(got-want) > 1e-6 {
		t.Errorf("rotated: %v, want %v", got, want)
	}
	if got := EffectiveRank([]float32{1, float32(math.Inf(1))}, 1, 2); !math.IsNaN(got) {
		t.Errorf("%v of an infinite number", got)
	}
}

// The cosine of some angles, at any length, and of nothing.
func TestCosine(t *testing.T) {
	for angle := range 7 {
		a := float64(angle) / 2
		got := Cosine([]float32{1e-20, 0}, []float32{float32(1e15 * math.Cos(a)), float32(1e15 * math.Sin(a))})
		if math.Abs(got-math.Cos(a)) > 1e-6 {
			t.Errorf("angle %v: %v", a, got)
		}
	}
	if got := Cosine([]float32{0, 0}, []float32{1, 0}); !math.IsNaN(got) {
		t.Errorf("%v with a vector of zeros", got)
	}
}

// Norm and Noise are those of the definition, element by element.
func TestMeanVector(t *testing.T) {
	const n, k = 50, 7
	r := rand.New(rand.NewPCG(1, 2))
	var m MeanVector
	vectors := make([][]float32, k)
	for i := range vectors {
		vectors[i] = make([]float32, n)
		for j := range vectors[i] {
			vectors[i][j] = float32(3 + r.NormFloat64())
		}
		if i == 1 && !math.IsNaN(m.Noise()) {
			t.Errorf("noise %v of one vector", m.Noise())
		}
		m.Add(vectors[i])
	}
	var norm, noise float64
	for j := range n {
		var mean, square float64
		for _, v := range vectors {
			mean += float64(v[j]) / k
		}
		for _, v := range vectors {
			square += (float64(v[j]) - mean) * (float64(v[j]) - mean) / k
		}
		norm, noise = norm+mean*mean, noise+square
	}
	if math.Abs(m.Norm()-math.Sqrt(norm)) > 1e-12*norm || math.Abs(m.Noise()-math.Sqrt(noise)) > 1e-12*norm {
		t.Errorf("norm %v, noise %v, want %v, %v", m.Norm(), m.Noise(), math.Sqrt(norm), math.Sqrt(noise))
	}
}

// What is not defined is null, and names are sorted; a number is read as it was.
func TestValues(t *testing.T) {
	text, err := json.Marshal(Values{"b": math.NaN(), "a": 0.1, "c": math.Inf(1)})
	if err != nil || string(text) != `{"a":0.1,"b":null,"c":null}` {
		t.Errorf("%s, %v", text, err)
	}
	var v Values
	if err := json.Unmarshal(text, &v); err != nil || len(v) != 3 || v["a"] != 0.1 || !math.IsNaN(v["b"]) || !math.IsNaN(v["c"]) {
		t.Errorf("%v, %v", v, err)
	}
	words := []byte(`{"a":"NaN","b":"+Inf","c":"-Inf"}`) // of another program
	if err := json.Unmarshal(words, &v); err != nil || !math.IsNaN(v["a"]) || !math.IsInf(v["b"], 1) || !math.IsInf(v["c"], -1) {
		t.Errorf("%v, %v", v, err)
	}
	if err := json.Unmarshal([]byte(`{"a":"1"}`), &v); err == nil {
		t.Error("a string is read as a number")
	}
}
