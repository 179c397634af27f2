package dataset

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// realData are data of real numbers; the second feature is constant in the training examples.
func realData(train, valid, test []float32) *Data {
	set := func(x []float32) *Set {
		return &Set{Values: x, Labels: make([]uint8, len(x)/2), Features: 2, Classes: 2}
	}
	return &Data{Train: set(train), Valid: set(valid), Test: set(test)}
}

// The inputs are those of the closed form over the training examples, for real numbers and for levels.
func TestStandardize(t *testing.T) {
	raw := realData([]float32{1, .1, 2, .1, 6, .1}, []float32{3, .1}, []float32{-1, 7})
	for _, c := range []struct {
		o           Standard
		train, test []float32
	}{
		{Standard{}, []float32{1, .1, 2, .1, 6, .1}, []float32{-1, 7}},
		{Standard{Method: StandardNone}, []float32{1, .1, 2, .1, 6, .1}, []float32{-1, 7}},
		// The mean is 3 and the variance 14/3.
		{Standard{Method: StandardFeature}, []float32{float32(-2 / math.Sqrt(14./3)), 0, float32(-1 / math.Sqrt(14./3)), 0, float32(3 / math.Sqrt(14./3)), 0},
			[]float32{float32(-4 / math.Sqrt(14./3)), 0}},
		{Standard{StandardRange, -1, 1}, []float32{-1, -1, -.6, -1, 1, -1}, []float32{-1.8, -1}},
	} {
		d, err := raw.Standardize(c.o)
		if err != nil {
			t.Fatal(err)
		}
		var b Batch
		for set, want := range map[*Set][]float32{d.Train: c.train, d.Test: c.test} {
			set.Batch(Scale{0, 1}, 0, set.Len(), &b)
			if !slices.EqualFunc(b.X, want, func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-6 }) {
				t.Errorf("%+v: %v, want %v", c.o, b.X, want)
			}
		}
		if d.Checksum() != raw.Checksum() {
			t.Errorf("%+v changes the checksum", c.o)
		}
	}
	d := small()
	d, err := d.Standardize(Standard{Method: StandardRange, Low: 0, High: 1})
	if err != nil {
		t.Fatal(err)
	}
	var b Batch
	d.Train.Head(2).Batch(Scale{-1, 1}, 1, 2, &b) // the levels of feature 1 are 1, 3, ... 21
	if want := []float32{.1, .1}; !slices.EqualFunc(b.X, want, func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-7 }) {
		t.Errorf("levels became %v, want %v", b.X, want)
	}
	_, err = (&Data{Kind: shapeset()}).Standardize(Standard{Method: StandardFeature})
	refused(t, err, "the training images of shapeset are generated without end, allowed: none")
}

// A shuffled pass has the standardised inputs of every example once.
func TestShuffledStandard(t *testing.T) {
	d, err := realData([]float32{1, 0, 2, 1, 6, 0}, nil, nil).Standardize(Standard{Method: StandardRange, Low: 0, High: 1})
	if err != nil {
		t.Fatal(err)
	}
	var b Batch
	if err := NewShuffled(d.Train, Scale{0, 1}, 3, 1).Next(&b); err != nil {
		t.Fatal(err)
	}
	got := []float32{b.X[0], b.X[2], b.X[4]}
	slices.Sort(got)
	if !slices.Equal(got, []float32{0, .2, 1}) {
		t.Errorf("first features %v", got)
	}
}

// Any standardised training feature that is not constant has the mean 0 and the variance 1.
func TestStandardMoments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float32Range(-1e6, 1e6), 2, 200).Draw(t, "x")
		if slices.Max(x)-slices.Min(x) < 1 {
			t.Skip("nearly constant")
		}
		y := make([]float32, len(x))
		standardize(newStandard(Standard{Method: StandardFeature}, x, 1), y, x)
		var mean, square float64
		for _, v := range y {
			mean += float64(v) / float64(len(y))
			square += float64(v) * float64(v) / float64(len(y))
		}
		if math.Abs(mean) > 1e-5 || math.Abs(square-1) > 1e-5 {
			t.Fatalf("mean %v, mean square %v", mean, square)
		}
	})
}

// The checksum of real numbers differs from that of levels, and with every number.
func TestChecksumOfValues(t *testing.T) {
	sum := func(x ...float32) string { return realData(x, nil, nil).Checksum() }
	levels := &Data{Train: &Set{Images: []uint8{1, 2}, Labels: []uint8{0}, Features: 2, Classes: 2}, Valid: &Set{}, Test: &Set{}}
	if a := sum(1, 2); a != sum(1, 2) || a == sum(1, 3) || a == levels.Checksum() {
		t.Error("checksums do not tell data apart")
	}
}
