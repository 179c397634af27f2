package dataset

import (
	"slices"
	"testing"
)

// The expected numbers of this file are those of an independent port of the
// authors' generator in Python, seed 0, rounded to the digits given.

// quantile returns the value below which a share p of the sorted numbers lies.
func quantile(sorted []float64, p float64) float64 {
	return sorted[int(p*float64(len(sorted)-1))]
}

func mean(x []float64) float64 {
	total := 0.
	for _, v := range x {
		total += v
	}
	return total / float64(len(x))
}

// share returns how many of the numbers are above a limit, relatively.
func share(x []float64, limit float64) float64 {
	n := 0
	for _, v := range x {
		if v > limit {
			n++
		}
	}
	return float64(n) / float64(len(x))
}

func TestPixelMoments(t *testing.T) {
	set, err := DefaultShapeset().TestSet(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b Batch
	moments := func(scale Scale) (mean, variance, square float64) {
		set.Batch(scale, 0, set.Len(), &b)
		for _, x := range b.X {
			mean += float64(x)
			square += float64(x) * float64(x)
		}
		mean, square = mean/float64(len(b.X)), square/float64(len(b.X))
		return mean, square - mean*mean, square
	}
	m, v, s := moments(Scale{0, 1})
	near(t, "mean in [0, 1]", m, .4992, .00005)
	near(t, "variance in [0, 1]", v, .0925, .00005)
	near(t, "mean square in [0, 1]", s, .3417, .00005)
	m, v, _ = moments(Scale{-1, 1})
	near(t, "mean in [-1, 1]", m, -.002, .0005)
	near(t, "variance in [-1, 1]", v, .370, .0005)
}

func TestAreas(t *testing.T) {
	g := generator(t, 0)
	var areas [3][]float64
	for range 20_000 {
		scene := g.NextScene()
		cover := g.Cover(scene)
		for i, n := range []int{cover.First, cover.Second}[:len(scene.Objects)] {
			shape := scene.Objects[i].Shape
			areas[shape] = append(areas[shape], float64(n))
		}
	}
	for shape, want := range [][3]float64{{93, 26, 212}, {133, 37, 309}, {193, 54, 472}} {
		a := areas[shape]
		slices.Sort(a)
		near(t, "mean area", mean(a), want[0], .5)
		near(t, "1 % of the areas", quantile(a, .01), want[1], .5)
		near(t, "99 % of the areas", quantile(a, .99), want[2], .5)
	}
}

// Claim: the second object never hides much more than half of the first.
func TestOverlap(t *testing.T) {
	g := generator(t, 0)
	var first, second []float64
	for range 20_000 {
		scene := g.NextScene()
		if len(scene.Objects) < 2 {
			continue
		}
		cover := g.Cover(scene)
		first = append(first, cover.Share())
		second = append(second, float64(cover.Both)/float64(cover.Second))
	}
	slices.Sort(first)
	near(t, "mean share", mean(first), .12, .005)
	near(t, "median share", quantile(first, .5), .07, .005)
	near(t, "95 % of the shares", quantile(first, .95), .38, .005)
	near(t, "largest share", quantile(first, 1), .55, .015)
	near(t, "pairs with a share over one half", share(first, .5), .002, .001)
	near(t, "pairs without overlap", 1-share(first, 0), .33, .01)
	near(t, "pairs with over half of the second", share(second, .5), .19, .01)
}

// Claim: a constant guess is wrong in 83.3 % of the images, as the classes have
// priors 1/6, 1/9 and 1/18.
func TestPriors(t *testing.T) {
	const n = 200_000
	g := generator(t, 1)
	var counts [9]float64
	for range n {
		counts[g.NextScene().Label]++
	}
	for class, c := range counts {
		prior := []float64{1. / 6, 1. / 9, 1. / 18}[class/3]
		near(t, "share of a class", c/n, prior, .003) // over 4 standard deviations
	}
	near(t, "error of a constant guess", 1-slices.Max(counts[:])/n, .833, .005)
}
