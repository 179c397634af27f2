package measure

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPercentilesNumpy(t *testing.T) {
	p := []float64{0, 1, 2, 25, 33.3, 50, 98, 99, 100}
	// numpy 2.4.6: numpy.percentile(x.astype(float64), p)
	want := []float64{
		-1, -0.9996822494268417, -0.9987778103351593, -0.8126498609781265, -0.6666666000485421,
		-0.24925006181001663, 1.8836448931694028, 1.940941071510315, 1.9994004964828491,
	}
	for i, got := range Percentiles(reference(), p...) {
		nearly(t, "percentile", got, want[i], 1e-15)
	}
}

// Values 0 to 100 in any order: percentile p is p; of 0 to 10, p/10.
func TestPercentilesClosedForm(t *testing.T) {
	p := []float64{99, 0, 50, 12.5, 1, 100, 2, 98}
	for _, steps := range []int{100, 10, 1} {
		x := make([]float32, steps+1)
		for i := range x {
			x[i] = float32(steps - i)
		}
		for i, got := range Percentiles(x, p...) {
			nearly(t, "percentile", got, p[i]*float64(steps)/100, 1e-15)
		}
	}
	for _, got := range Percentiles([]float32{7}, p...) {
		exactly(t, "percentile of one value", got, 7)
	}
}

func TestPercentilesOfSpecialValues(t *testing.T) {
	for _, x := range [][]float32{nil, {nan}, {1, nan, 2}, {-nan, 1}, {1, inf}, {-inf, 1}} {
		for _, got := range Percentiles(x, 0, 50, 100) {
			exactly(t, "percentile", got, math.NaN())
		}
	}
	got := Percentiles([]float32{math.MaxFloat32, -math.MaxFloat32}, 0, 50, 100)
	exactly(t, "least", got[0], -math.MaxFloat32)
	exactly(t, "median", got[1], 0)
	exactly(t, "largest", got[2], math.MaxFloat32)

	panics(t, "measure: percentile -1: want 0 to 100", func() { Percentiles([]float32{1}, -1) })
	panics(t, "measure: percentile NaN: want 0 to 100", func() { Percentiles([]float32{1}, math.NaN()) })
	panics(t, "measure: percentile 101: want 0 to 100", func() { Percentiles(nil, 101) })
	panics(t, "measure: 2 percentiles into a slice of 1", func() {
		new(Selector).Percentiles(make([]float64, 1), []float32{1}, 1, 2)
	})
}

// sorted is the definition of a percentile on sorted values.
func sorted(x []float32, p float64) float64 {
	h := p / 100 * float64(len(x)-1)
	i := int(h)
	if i == len(x)-1 {
		return float64(x[i])
	}
	a, b := float64(x[i]), float64(x[i+1])
	return a + (b-a)*(h-float64(i))
}

func TestPercentilesProperties(t *testing.T) {
	anyFinite := rapid.Float32().Filter(finite)
	mixed := rapid.OneOf(values(1), rapid.SliceOfN(anyFinite, 1, 50))
	s := new(Selector)
	rapid.Check(t, func(t *rapid.T) {
		x := mixed.Draw(t, "x")
		p := rapid.SliceOf(rapid.Float64Range(0, 100)).Draw(t, "p")
		slices.Sort(p)
		before := slices.Clone(x)
		got := s.Percentiles(make([]float64, len(p)), x, p...)
		if !slices.Equal(x, before) {
			t.Fatal("x was changed")
		}
		if !slices.IsSorted(got) {
			t.Fatalf("percentiles %v at %v do not rise", got, p)
		}

		slices.Sort(before)
		least, largest := float64(before[0]), float64(before[len(before)-1])
		for i, v := range got {
			if v < least || v > largest {
				t.Fatalf("percentile %v is %v, outside [%v, %v]", p[i], v, least, largest)
			}
			size := math.Max(math.Abs(least), math.Abs(largest))
			if want := sorted(before, p[i]); math.Abs(v-want) > 1e-14*size {
				t.Fatalf("percentile %v is %v, want %v", p[i], v, want)
			}
		}
		if !slices.Equal(Percentiles(before, p...), got) {
			t.Fatal("the order of the values matters")
		}
	})
}

// Every float32 but NaN keeps its place: the key is monotone and invertible.
func TestKey(t *testing.T) {
	order := []float32{-inf, -math.MaxFloat32, -1, -math.SmallestNonzeroFloat32,
		float32(math.Copysign(0, -1)), 0, math.SmallestNonzeroFloat32, 1, math.MaxFloat32, inf}
	for i, v := range order {
		if math.Float32bits(valueOf(key(v))) != math.Float32bits(v) {
			t.Errorf("%v becomes %v", v, valueOf(key(v)))
		}
		if i > 0 && key(order[i-1]) >= key(v) {
			t.Errorf("key of %v is not below that of %v", order[i-1], v)
		}
	}
}

func TestPercentilesAllocateNothing(t *testing.T) {
	s, dst, x := new(Selector), make([]float64, 4), gaussian(1000, 1)
	if n := testing.AllocsPerRun(10, func() { s.Percentiles(dst, x, 1, 2, 98, 99) }); n != 0 {
		t.Errorf("Percentiles makes %v allocations", n)
	}
}
