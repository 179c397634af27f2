package measure

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Paired compares networks A and B on the same test images.
type Paired struct {
	Images         int     // test images
	AWorse, BWorse int     // images on which A, or B, is wrong more often; of one seed b and c of McNemar's table
	Difference     float64 // error of A less that of B, as a share of the images
	P              float64 // two-sided, exact: the probability of a difference at least as large if there is none
}

// McNemar tests whether two classifiers, wrong on the images wrongA and wrongB
// of one test set, have the same error rate on all such images, from the
// discordant images: of the b+c that only one of the two has wrong, A has b ~
// Binomial(b+c, 1/2) if the rates are the same. P is exact, not mid-p: twice
// the smaller tail, at most 1, and 1 if b = c. The test is about these two
// trained networks, not about networks of other seeds; see PairedSeeds. It
// returns an error if the sets differ in size.
//
// References:
//   - Q. McNemar, "Note on the sampling error of the difference between
//     correlated proportions or percentages", Psychometrika 12 (1947).
//   - T. G. Dietterich, "Approximate statistical tests for comparing
//     supervised classification learning algorithms", Neural Computation 10
//     (1998), section 3.1.
func McNemar(wrongA, wrongB Bits) (Paired, error) {
	return PairedSeeds([]Bits{wrongA}, []Bits{wrongB})
}

// PairedSeeds is McNemar's test for several trained networks of each kind, one per seed, all on one test set: the
// randomization test of matched pairs. The pair of image i is the share of the networks A and the share of the networks
// B that are wrong on it, and d_i is their difference. The null hypothesis is that on images drawn like these, d is as
// often +x as -x for every x: it makes no difference which of the two shares is called A's, and so the networks A have
// on average the error rate of the networks B. P is exact for equal numbers of seeds: it is the share of the 2^n
// choices of signs of the n differences that make |Σ d_i| at least as large as measured. With one seed each, d is -1, 0
// or 1, and that is McNemar's exact test.
//
// The images are what varies. The variation over seeds is excluded: a small P
// says that these trained networks differ, not that those of further seeds
// would. For that, use Interval on the error rates of the seeds.
//
// The numbers of seeds may differ; P is then approximate. With three networks A
// and one B of the same error rate, d is not as often +1/3 as -1/3, and flipping
// signs is right only in the limit of many images.
//
// PairedSeeds returns an error if there are
// no networks or no images, or if test sets differ in size. The work grows
// with the square of the number of images; 10,000 images of five seeds take
// milliseconds.
//
// References:
//   - R. A. Fisher, "The Design of Experiments" (1935), section 21.
//   - E. J. G. Pitman, "Significance tests which may be applied to samples
//     from any populations", Supplement to the Journal of the Royal
//     Statistical Society 4 (1937).
func PairedSeeds(wrongA, wrongB []Bits) (Paired, error) {
	if err := checkSeeds(wrongA, wrongB); err != nil {
		return Paired{}, err
	}
	images := wrongA[0].Len()
	weightA, weightB := weights(len(wrongA), len(wrongB))
	p := Paired{Images: images}
	var positive, total int
	counts := make([]int, weightA*len(wrongA)+1) // of images, by |d|
	for i := range images {
		d := weightA*wrongOn(wrongA, i) - weightB*wrongOn(wrongB, i)
		switch {
		case d > 0:
			p.AWorse++
			positive += d
		case d < 0:
			p.BWorse++
			d = -d
		}
		counts[d]++
		total += d
	}
	p.Difference = float64(2*positive-total) / float64(weightA*len(wrongA)) / float64(images)
	p.P = min(1, 2*signTail(counts, min(positive, total-positive)))
	return p, nil
}

func checkSeeds(wrongA, wrongB []Bits) error {
	if len(wrongA) == 0 || len(wrongB) == 0 {
		return fmt.Errorf("%d networks to compare with %d, want 1 or more of each", len(wrongA), len(wrongB))
	}
	images := wrongA[0].Len()
	if images == 0 {
		return fmt.Errorf("no test images to compare networks on")
	}
	for _, b := range slices.Concat(wrongA, wrongB) {
		if b.Len() != images {
			return fmt.Errorf("test sets of %d and %d images, want the same images", images, b.Len())
		}
	}
	return nil
}

// weights returns the smallest whole numbers that give a networks the same
// weight as b.
func weights(a, b int) (weightA, weightB int) {
	gcd, rest := a, b
	for rest != 0 {
		gcd, rest = rest, gcd%rest
	}
	return b / gcd, a / gcd
}

// wrongOn returns how many networks are wrong on image i.
func wrongOn(wrong []Bits, i int) int {
	n := 0
	for _, b := range wrong {
		if b.Get(i) {
			n++
		}
	}
	return n
}

// signTail returns the probability that T <= most, where T is the sum of the
// magnitudes m, counts[m] of each, that a fair coin chooses one by one: T is
// the sum of m X_m, X_m ~ Binomial(counts[m], 1/2). All terms are positive, so
// that small tails keep their digits.
func signTail(counts []int, most int) float64 {
	above := []float64{1} // distribution of T of the magnitudes above 1, as far as most
	for m := len(counts) - 1; m > 1; m-- {
		if counts[m] > 0 {
			above = addCoins(above, m, counts[m], most)
		}
	}
	ones := distuv.Binomial{N: float64(counts[1]), P: 0.5}
	tail := 0.0
	for t, p := range above {
		switch rest := most - t; {
		case p == 0:
		case rest >= counts[1]:
			tail += p
		default:
			tail += p * ones.CDF(float64(rest))
		}
	}
	return tail
}

// addCoins returns the distribution of a sum, where p[t] is the probability of
// t, after n coins of value m each are added; values above most are left out.
func addCoins(p []float64, m, n, most int) []float64 {
	coins := distuv.Binomial{N: float64(n), P: 0.5}
	sum := make([]float64, min(len(p)-1+m*n, most)+1)
	for k := 0; k <= n && m*k < len(sum); k++ {
		chance := math.Exp(coins.LogProb(float64(k)))
		if chance == 0 {
			continue
		}
		for t := range min(len(p), len(sum)-m*k) {
			sum[t+m*k] += float64(p[t] * chance)
		}
	}
	return sum
}
