package measure

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// discordant returns two classifiers of n images that have both images wrong
// together, and b and c images alone.
func discordant(n, both, b, c int) (wrongA, wrongB Bits) {
	wrongA, wrongB = NewBits(n), NewBits(n)
	for i := range both + b + c {
		if i < both+b {
			wrongA.Set(i)
		}
		if i < both || i >= both+b {
			wrongB.Set(i)
		}
	}
	return wrongA, wrongB
}

// P is scipy 1.17.1's binomtest(b, b+c, 0.5).pvalue.
func TestMcNemar(t *testing.T) {
	for _, c := range []struct {
		b, c int
		p    float64
	}{
		{0, 0, 1},
		{1, 0, 1},
		{7, 7, 1},
		{10, 2, 0.03857421875},
		{59, 6, 4.964650327128616e-12},
		{1627, 1560, 0.24235748266365018},
		{700, 767, 0.08482239052108548},
		{2500, 1345, 1.7788108402200594e-78},
		{50000, 49000, 0.0014980826229750034},
	} {
		const both = 30
		n := both + c.b + c.c + 5
		wrongA, wrongB := discordant(n, both, c.b, c.c)
		got, err := McNemar(wrongA, wrongB)
		if err != nil {
			t.Fatal(err)
		}
		nearly(t, "p", got.P, c.p, 1e-11)
		want := Paired{Images: n, AWorse: c.b, BWorse: c.c, Difference: float64(c.b-c.c) / float64(n), P: got.P}
		if got != want {
			t.Errorf("%d and %d: %+v, want %+v", c.b, c.c, got, want)
		}
	}
}

// signed returns two networks of each kind whose numbers of errors on image i
// differ by d[i], -2 to 2.
func signed(d []int) (a, b []Bits) {
	a, b = []Bits{NewBits(len(d)), NewBits(len(d))}, []Bits{NewBits(len(d)), NewBits(len(d))}
	for i, v := range d {
		for k := range 2 {
			if v > k {
				a[k].Set(i)
			}
			if -v > k {
				b[k].Set(i)
			}
		}
	}
	return a, b
}

// P is scipy 1.17.1's permutation_test((d,), sum, permutation_type="samples"),
// which counts all 2^14 signs.
func TestPairedSeeds(t *testing.T) {
	d := []int{2, -1, 1, 1, 2, 0, -2, 1, 1, 0, 2, 1, -1, 2}
	got, err := PairedSeeds(signed(d))
	if err != nil {
		t.Fatal(err)
	}
	nearly(t, "p", got.P, 0.1240234375, 1e-14)
	want := Paired{Images: 14, AWorse: 9, BWorse: 3, Difference: 9. / 2 / 14, P: got.P}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// networks draws up to three networks on some images.
func networks(images int) *rapid.Generator[[]Bits] {
	network := rapid.Map(rapid.SliceOfN(rapid.Bool(), images, images), bitsOf)
	return rapid.SliceOfN(network, 1, 3)
}

// P is the share of all signs, counted one by one; it is the same with A and B
// exchanged, with every network twice, and does not see images on which all
// agree.
func TestPairedSeedsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		images := rapid.IntRange(1, 9).Draw(t, "images")
		a, b := networks(images).Draw(t, "a"), networks(images).Draw(t, "b")
		got, err := PairedSeeds(a, b)
		if err != nil {
			t.Fatal(err)
		}
		if want := countSigns(a, b); math.Abs(got.P-want) > 1e-12 {
			t.Fatalf("p = %v, %v of all signs", got.P, want)
		}
		mean := meanCount(a) - meanCount(b)
		if math.Abs(got.Difference-mean/float64(images)) > 1e-15 {
			t.Fatalf("difference %v, want %v", got.Difference, mean/float64(images))
		}
		swapped, _ := PairedSeeds(b, a)
		want := Paired{Images: images, AWorse: got.BWorse, BWorse: got.AWorse, Difference: -got.Difference, P: got.P}
		if swapped != want {
			t.Fatalf("%+v and exchanged %+v", got, swapped)
		}
		twice, _ := PairedSeeds(append(a, a...), b)
		if math.Abs(twice.P-got.P) > 1e-12 || math.Abs(twice.Difference-got.Difference) > 1e-15 {
			t.Fatalf("%+v, with every network of A twice %+v", got, twice)
		}
	})
}

// countSigns is PairedSeeds's definition of P: the share of the signs of d that
// reach the measured sum.
func countSigns(a, b []Bits) float64 {
	images := a[0].Len()
	d := make([]int, images)
	measured := 0
	for i := range d {
		d[i] = wrongOn(a, i)*len(b) - wrongOn(b, i)*len(a)
		measured += d[i]
	}
	reached := 0
	for signs := range 1 << images {
		sum := 0
		for i, v := range d {
			sum += v * (1 - 2*(signs>>i&1))
		}
		if max(sum, -sum) >= max(measured, -measured) {
			reached++
		}
	}
	return float64(reached) / float64(int(1)<<images)
}

// meanCount returns the mean number of errors.
func meanCount(wrong []Bits) float64 {
	sum := 0
	for _, b := range wrong {
		sum += b.Count()
	}
	return float64(sum) / float64(len(wrong))
}

// P falls as more of the same number of discordant images go to one side.
func TestMcNemarMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 3000).Draw(t, "n")
		b := rapid.IntRange(n/2+1, n).Draw(t, "b")
		more, _ := McNemar(discordant(n, 0, b, n-b))
		less, _ := McNemar(discordant(n, 0, b-1, n-b+1))
		if !(more.P >= 0 && more.P <= less.P && less.P <= 1) {
			t.Fatalf("p(%d, %d) = %v, p(%d, %d) = %v", b, n-b, more.P, b-1, n-b+1, less.P)
		}
	})
}

// Of many images and seeds, the exact test comes to the normal one: the sum of
// d has variance Σ d² under random signs.
func TestPairedSeedsNormal(t *testing.T) {
	const images = 10_000
	d := make([]int, images)
	sum, squares := 0, 0
	for i := range d {
		d[i] = (i*7919%10_007)%5 - 2
		if i%40 == 0 {
			d[i] = 2
		}
		sum += d[i]
		squares += d[i] * d[i]
	}
	got, err := PairedSeeds(signed(d))
	if err != nil {
		t.Fatal(err)
	}
	// The sum goes in steps of 2; half a step is the correction for continuity.
	z := (math.Abs(float64(sum)) - 1) / math.Sqrt(float64(squares))
	if z < 1 || z > 5 {
		t.Fatalf("z = %v tests nothing", z)
	}
	nearly(t, "p", got.P, math.Erfc(z/math.Sqrt2), 2e-3)
}

func TestPairedSeedsErrors(t *testing.T) {
	ten := []Bits{NewBits(10)}
	for _, c := range []struct {
		a, b []Bits
		want string
	}{
		{nil, ten, "0 networks to compare with 1"},
		{ten, nil, "1 networks to compare with 0"},
		{[]Bits{{}}, []Bits{{}}, "no test images"},
		{ten, []Bits{NewBits(10), NewBits(9)}, "test sets of 10 and 9 images"},
	} {
		if _, err := PairedSeeds(c.a, c.b); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
