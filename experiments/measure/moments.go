package measure

import (
	"math"

	"glorot/graph/kernel"
)

// Moments accumulates the mean and the central moments of a stream of
// values. The zero value is ready to use. Add allocates nothing.
//
// Each block of up to 1,024 values is summed in powers of its distance from
// its own first value, and joined to the rest by the pairwise update of
// central moments. The distance is exact or nearly so even for values such
// as 1e6 plus something tiny, and as the first value is itself part of the
// block, the cancellation in moving from it to the mean costs at most a
// factor of the block's length, three of float64's sixteen digits.
//
// References:
//   - Chan, Golub & LeVeque, "Algorithms for computing the sample variance",
//     The American Statistician 37 (1983), eq. 2.1.
//   - Pébay, "Formulas for robust, one-pass parallel computation of
//     covariances and arbitrary-order statistical moments", Sandia report
//     SAND2008-6212 (2008), eq. 1.3 to 1.6.
type Moments struct {
	n, nonFinite int64
	mean         float64
	m2, m3, m4   float64 // sums of the 2nd, 3rd, 4th power of x - mean
}

// momentBlock is short enough for a block to stay in the first-level cache
// and long enough to make joining it cheap.
const momentBlock = 1024

// Add includes the values of x. The last bits of the moments depend on how a
// stream is divided into calls, and on nothing else.
func (m *Moments) Add(x []float32) {
	var blocks [kernel.PowerBlocks]Moments
	for len(x) > 0 {
		n := min(len(x), kernel.PowerBlocks*momentBlock)
		for _, b := range blocks[:ofBlocks(blocks[:], x[:n])] {
			m.Merge(b)
		}
		x = x[n:]
	}
}

// ofBlocks writes the moments of each block of x to dst, and returns how many there are.
func ofBlocks(dst []Moments, x []float32) (n int) {
	const several = kernel.PowerBlocks * momentBlock
	for ; len(x) >= several; x = x[several:] {
		sums := kernel.PowerSums(x, momentBlock)
		for l := range kernel.PowerBlocks {
			dst[n] = ofBlock(x[l*momentBlock:][:momentBlock], sums[0][l], sums[1][l], sums[2][l], sums[3][l])
			n++
		}
	}
	for ; len(x) > 0; n++ {
		block := x[:min(len(x), momentBlock)]
		s1, s2, s3, s4 := powerSums(block)
		dst[n] = ofBlock(block, s1, s2, s3, s4)
		x = x[len(block):]
	}
	return n
}

// ofBlock returns the moments of a block that is not empty from its powerSums. The fourth power of a float32 is far inside the range of
// float64, so that these are finite if the block is.
func ofBlock(x []float32, s1, s2, s3, s4 float64) Moments {
	if !math.IsNaN(s2) && !math.IsInf(s2, 0) {
		return ofFinite(x, s1, s2, s3, s4)
	}
	var kept [momentBlock]float32
	clean := appendFinite(kept[:0], x)
	var m Moments
	if len(clean) > 0 {
		s1, s2, s3, s4 = powerSums(clean)
		m = ofFinite(clean, s1, s2, s3, s4)
	}
	m.nonFinite = int64(len(x) - len(clean))
	return m
}

// ofFinite returns the moments of a finite block from its powerSums.
func ofFinite(x []float32, s1, s2, s3, s4 float64) (b Moments) {
	// Central from shifted moments, c being the block's mean less the shift.
	n := float64(len(x))
	c := s1 / n
	c2 := c * c
	b.n = int64(len(x))
	b.mean = float64(x[0]) + c
	b.m2 = max(0, s2-float64(c*s1))
	b.m3 = s3 - float64(3*c*s2) + float64(2*c2*s1)
	b.m4 = max(0, s4-float64(4*c*s3)+float64(6*c2*s2)-float64(3*c2*c*s1))
	return b
}

// powerSums returns the sums of the first four powers of the distance from the first value, as kernel.PowerSums does for several blocks. The
// conversions forbid fused multiply-adds, which would make the last bit
// depend on the processor.
func powerSums(x []float32) (s1, s2, s3, s4 float64) {
	shift := float64(x[0])
	for _, v := range x {
		d := float64(v) - shift
		d2 := float64(d * d)
		s1 += d
		s2 += d2
		s3 += float64(d2 * d)
		s4 += float64(d2 * d2)
	}
	return s1, s2, s3, s4
}

// Merge includes all values that o has.
func (m *Moments) Merge(o Moments) {
	nonFinite := m.nonFinite + o.nonFinite
	switch {
	case m.n == 0:
		*m = o
	case o.n > 0:
		m.join(o)
	}
	m.nonFinite = nonFinite
}

// join is Pébay's eq. 1.3 to 1.6 (orders 1 to 4) for two sets, neither empty.
func (m *Moments) join(o Moments) {
	na, nb := float64(m.n), float64(o.n)
	n := na + nb
	fa, fb := na/n, nb/n // shares of the two sets
	delta := o.mean - m.mean
	d2 := float64(delta * delta)
	spread := float64(d2 * na * fb) // delta² na nb / n
	m.m4 += o.m4 +
		float64(spread*d2*(float64(fa*fa)-float64(fa*fb)+float64(fb*fb))) +
		float64(6*d2*(float64(fa*fa*o.m2)+float64(fb*fb*m.m2))) +
		float64(4*delta*(float64(fa*o.m3)-float64(fb*m.m3)))
	m.m3 += o.m3 +
		float64(spread*delta*(fa-fb)) +
		float64(3*delta*(float64(fa*o.m2)-float64(fb*m.m2)))
	m.m2 += o.m2 + spread
	m.mean += float64(delta * fb)
	m.n += o.n
}

// Scaled returns the moments of factor times the values taken in.
func (m Moments) Scaled(factor float64) Moments {
	f2 := factor * factor
	m.mean *= factor
	m.m2 *= f2
	m.m3 *= f2 * factor
	m.m4 *= f2 * f2
	return m
}

// N returns the number of finite values taken in.
func (m Moments) N() int64 { return m.n }

// NonFinite returns the number of NaNs and infinities met, which are part of
// no moment.
func (m Moments) NonFinite() int64 { return m.nonFinite }

// Mean returns the mean, or NaN of no values.
func (m Moments) Mean() float64 {
	if m.n == 0 {
		return math.NaN()
	}
	return m.mean
}

// Variance returns the population variance, the mean of (x - mean)² (divisor
// N, as in numpy.var), or NaN of no values. It is the Var of Glorot & Bengio
// 2010, eq. 5 to 14.
func (m Moments) Variance() float64 { return m.m2 / float64(m.n) }

// Std returns the population standard deviation, the square root of Variance.
func (m Moments) Std() float64 { return math.Sqrt(m.Variance()) }

// Kurtosis returns Pearson's kurtosis, the mean of (x - mean)⁴ over the
// variance squared: 3 of a normal distribution, 1.8 of a uniform one. It is
// NaN where the variance is 0.
//
// Reference: Pearson, "Das Fehlergesetz und seine Verallgemeinerungen",
// Biometrika 4 (1905); population form, scipy.stats.kurtosis(fisher=False).
func (m Moments) Kurtosis() float64 {
	v := m.Variance()
	return m.m4 / float64(m.n) / (v * v)
}
