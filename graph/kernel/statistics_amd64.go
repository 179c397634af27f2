package kernel

import "sync"

// vectorized reports whether the statistics' loops are those of AVX2. The choice changes no result.
var vectorized = sync.OnceValue(func() bool {
	s, err := choose("")
	return err == nil && s != &portable
})

func powers(x []float32, block int, sums []float64) {
	if vectorized() {
		powersAVX2(x, block, sums)
		return
	}
	portablePowers(x, block, sums)
}

func countBins(x []float32, pairs *[1 << 16]uint32, low, perUnit, end float64) (done int) {
	if vectorized() {
		return binsAVX2(x, pairs, low, perUnit, end)
	}
	return portableBins(x, pairs, low, perUnit, end)
}
