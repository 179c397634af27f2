//go:build !amd64

package kernel

func powers(x []float32, block int, sums []float64) { portablePowers(x, block, sums) }

func countBins(x []float32, pairs *[1 << 16]uint32, low, perUnit, end float64) (done int) {
	return portableBins(x, pairs, low, perUnit, end)
}
