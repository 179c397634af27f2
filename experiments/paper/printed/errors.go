package printed

import (
	"math"

	"glorot/experiments/measure"
)

// A Curve is a network's test error in percent, by examples seen in
// units of ten million.
type Curve struct {
	Network           string
	Examples, Percent []float64
}

// The numbers of examples at which Figure 11 was read, in units of ten million.
var Figure11Examples = []float64{0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.25, 1.5, 2.0, 2.5}

// Figure11 is Figure 11: test error on Shapeset-3x2 learned on-line, depth
// 5 unless the name says 4, in the order of the legend; +-0.7. Sigmoid depth 5
// stays at chance, 83.3 to 83.6; depth 4 leaves it between 0.68 and 0.72.
var Figure11 = []Curve{
	{"Sigmoid depth 5", Figure11Examples, []float64{83.4, 83.4, 83.4, 83.4, 83.4, 83.4, 83.4, 83.4, 83.4, 83.4, 83.4}},
	{"Sigmoid depth 4", Figure11Examples, []float64{83.4, 83.4, 83.4, 83.4, 83.4, 80, 63.8, 50.6, 45.5, 39.4, 34.3}},
	{"Tanh", Figure11Examples, []float64{70.2, 68.3, 59.6, 54.8, 47.8, 44.1, 39, 37.5, 34.3, 30.3, 27.2}},
	{"Softsign", Figure11Examples, []float64{56, 47.9, 41.4, 38, 33.5, 31, 27, 24.2, 22.3, 19.3, 16.9}},
	{"Softsign N", Figure11Examples, []float64{68, 65, 46.5, 40.8, 35.2, 31.5, 28, 25.5, 22.8, 19, 16.5}},
	{"Tanh N", Figure11Examples, []float64{66.5, 54.3, 43, 38.4, 34.5, 30.8, 26.5, 23.6, 21, 17.6, 16.1}},
	{"Pre-training", Figure11Examples, []float64{70.5, 62, 45, 38, 26.8, 21.4, 18.1, 15.8, 14.6, 12.5, 11.0}},
}

// Figure12 is the right end of Figure 12: test error after 2.5e7 examples
// of MNIST (+-0.02) and CIFAR-10 (+-0.1), each in the order of its legend.
var Figure12 = struct{ MNIST, CIFAR10 []Curve }{
	MNIST: []Curve{
		{"Sigmoid", []float64{2.5}, []float64{2.12}},
		{"Softsign N", []float64{2.5}, []float64{1.72}},
		{"Tanh", []float64{2.5}, []float64{1.71}},
		{"Tanh N", []float64{2.5}, []float64{1.67}},
		{"Softsign", []float64{2.5}, []float64{1.62}},
	},
	CIFAR10: []Curve{
		{"Sigmoid", []float64{2.5}, []float64{57.2}},
		{"Softsign", []float64{2.5}, []float64{55.85}},
		{"Tanh", []float64{2.5}, []float64{55.8}},
		{"Softsign N", []float64{2.5}, []float64{53.65}},
		{"Tanh N", []float64{2.5}, []float64{52.95}},
	},
}

// A Result is a row of Table 1: test errors in percent of a network of
// depth 5 on the four data sets.
type Result struct {
	Network                            string
	Shapeset, MNIST, CIFAR10, ImageNet float64
}

// Percents are the errors in the order of the columns.
func (r Result) Percents() []float64 {
	return []float64{r.Shapeset, r.MNIST, r.CIFAR10, r.ImageNet}
}

// Table1 is Table 1, exact; "N" is normalized initialization. Which
// entries are bold (different at p = 0.005) could not be read.
var Table1 = []Result{
	{"Softsign", 16.27, 1.64, 55.78, 69.14},
	{"Softsign N", 16.06, 1.72, 53.8, 68.13},
	{"Tanh", 27.15, 1.76, 55.9, 70.58},
	{"Tanh N", 15.60, 1.64, 52.92, 68.57},
	{"Sigmoid", 82.61, 2.21, 57.28, 70.66},
}

// TestImages is the size of each of the four test sets.
const TestImages = 10_000

// Significance is the level of Table 1: "statistically different … under the null hypothesis test with p = 0.005".
const Significance = 0.005

// P is the probability of the two-proportion z test of two printed errors, in percent of the test images.
func P(a, b float64) float64 {
	wrong := func(percent float64) int { return int(math.Round(percent / 100 * TestImages)) }
	_, p := measure.TwoProportion(wrong(a), TestImages, wrong(b), TestImages)
	return p
}
