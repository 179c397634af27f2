package measure_test

import (
	"fmt"
	"log"

	"glorot/experiments/measure"
	"glorot/models"
)

// A layer of tanh units in which every fourth value is saturated.
func ExampleSummarize() {
	z := make([]float32, 0, 400)
	for i := range 100 {
		v := float32(i-50) / 100
		z = append(z, v, -v, v/2, 0.99)
	}
	tanh, err := models.ActivationByName("tanh")
	if err != nil {
		log.Fatal(err)
	}
	s := measure.Summarize(z, tanh.Saturation.In, measure.Axis{Low: -1, High: 1})
	fmt.Printf("mean %.4f, std %.4f, kurtosis %.2f\n", s.Mean, s.Std, s.Kurtosis)
	fmt.Printf("98%% interval %.3f to %.3f\n", s.P01, s.P99)
	fmt.Printf("%s: %.1f %%\n", tanh.Saturation.Text, 100*s.Saturated)
	fmt.Printf("density at 0: %.3f\n", s.Histogram.DensityAt(0))
	// Output:
	// mean 0.2469, std 0.4806, kurtosis 1.93
	// 98% interval -0.480 to 0.990
	// |z| > 0.95: 25.0 %
	// density at 0: 0.754
}

// Gradients of the mean cost over mini-batches of 10, shown as sums.
func ExampleCollector() {
	c := measure.NewCollector(10, measure.Axis{Low: -0.3, High: 0.3, Bins: 3})
	c.Add([]float32{0.001, -0.002, 0.003})
	c.Add([]float32{0.020, -0.040, 0})
	s := c.Stats()
	fmt.Printf("std %.4f of %d values\n", s.Std, s.N)
	fmt.Println(s.Histogram.Counts, s.Histogram.Below)
	// Output:
	// std 0.1807 of 6 values
	// [0 4 1] 1
}

func ExampleInterval() {
	mean, half := measure.Interval([]float64{0.309, 0.307, 0.310, 0.308, 0.306}, 0.95)
	fmt.Printf("%.4f ± %.4f\n", mean, half)
	// Output:
	// 0.3080 ± 0.0020
}
