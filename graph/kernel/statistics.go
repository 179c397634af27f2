package kernel

import "math"

// The loops behind layer statistics have no engine: they run on the caller's goroutine, with AVX2 if the set that New would choose has it.

const (
	// PowerBlocks is the number of blocks that PowerSums sums at a time.
	PowerBlocks = 8
	// MostBins is the largest number of bins of CountBins.
	MostBins = 256
)

// PowerSums takes PowerBlocks blocks of numbers, one after the other in x, and returns at [p-1][l] the sum of (v - f)^p over block l, where f
// is the block's first number. The sums are in float64, from +0 in the order of the numbers, and no multiplication is fused with an addition:
// d = v-f, d*d, (d*d)*d, (d*d)*(d*d). The length of a block is a multiple of four.
func PowerSums(x []float32, block int) (sums [4][PowerBlocks]float64) {
	if block < 4 || block%4 != 0 {
		panic("kernel: PowerSums: the length of a block is a multiple of four")
	}
	var flat [4 * PowerBlocks]float64
	powers(x[:PowerBlocks*block], block, flat[:])
	for p := range sums {
		copy(sums[p][:], flat[p*PowerBlocks:])
	}
	return sums
}

// CountBins counts numbers of x by pairs, where v is in bin t = (v-low)*perUnit, computed in float64 and cut off, if t is in [0, bins): of a
// number of bin t and the next one of bin u it counts t + 256u. With the pairs there are half as many counts. It returns how many numbers
// it has counted, from the first on: it stops before the first eight that are not all in bins, and before the last ones if they are fewer.
// It panics if there are more than MostBins bins.
func CountBins(x []float32, pairs *[1 << 16]uint32, low, perUnit float64, bins int) (done int) {
	if bins > MostBins {
		panic("kernel: CountBins: too many bins")
	}
	return countBins(x, pairs, low, perUnit, float64(bins))
}

func portablePowers(x []float32, block int, sums []float64) {
	for l := 0; l < PowerBlocks; l += 2 { // two blocks do not wait for each other
		x0, x1 := x[l*block:][:block], x[(l+1)*block:][:block]
		f0, f1 := float64(x0[0]), float64(x1[0])
		var a1, a2, a3, a4, b1, b2, b3, b4 float64
		for i, v := range x0 { // the conversions forbid fused multiply-adds
			d, e := float64(v)-f0, float64(x1[i])-f1
			d2, e2 := float64(d*d), float64(e*e)
			a1, b1 = a1+d, b1+e
			a2, b2 = a2+d2, b2+e2
			a3, b3 = a3+float64(d2*d), b3+float64(e2*e)
			a4, b4 = a4+float64(d2*d2), b4+float64(e2*e2)
		}
		for p, s := range [...][2]float64{{a1, b1}, {a2, b2}, {a3, b3}, {a4, b4}} {
			sums[p*PowerBlocks+l], sums[p*PowerBlocks+l+1] = s[0], s[1]
		}
	}
}

func portableBins(x []float32, pairs *[1 << 16]uint32, low, perUnit, end float64) (done int) {
	// From 0 on, numbers are in the order of their bits; negative numbers and NaN have larger ones.
	bound := math.Float64bits(end)
	for ; len(x) >= 8; x, done = x[8:], done+8 {
		var t [8]float64
		most := uint64(0)
		for l, v := range x[:8] {
			t[l] = (float64(v) - low) * perUnit
			most = max(most, math.Float64bits(t[l]))
		}
		if most >= bound {
			break
		}
		for l := 0; l < 8; l += 2 {
			pairs[uint16(uint8(t[l]))|uint16(uint8(t[l+1]))<<8]++
		}
	}
	return done
}
