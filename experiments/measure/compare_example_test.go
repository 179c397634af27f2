package measure_test

import (
	"fmt"

	"glorot/experiments/measure"
)

// Two networks on 1,000 test images: 150 are wrong for both, 30 for the first
// alone and 12 for the second alone.
func ExampleMcNemar() {
	first, second := measure.NewBits(1000), measure.NewBits(1000)
	for i := range 192 {
		if i < 180 {
			first.Set(i)
		}
		if i < 150 || i >= 180 {
			second.Set(i)
		}
	}
	c, err := measure.McNemar(first, second)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d and %d wrong, %d and %d alone: %+.1f points, p = %.4f\n",
		first.Count(), second.Count(), c.AWorse, c.BWorse, 100*c.Difference, c.P)

	// As if each network had had images of its own:
	_, p := measure.TwoProportion(first.Count(), 1000, second.Count(), 1000)
	fmt.Printf("by the rates alone, p = %.4f\n", p)
	// Output:
	// 180 and 162 wrong, 30 and 12 alone: +1.8 points, p = 0.0079
	// by the rates alone, p = 0.2851
}
