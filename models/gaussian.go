package models

import (
	"math"
	"math/rand/v2"
)

// A gaussian draws from N(0, 1) by the polar method (Marsaglia & Bray 1964), with the same bits on every machine, which math/rand
// does not promise: it takes logarithms and exponentials, whose last bits depend on the processor.
type gaussian struct {
	r     *rand.Rand
	spare float64
	has   bool
}

func (g *gaussian) next() float64 {
	if g.has {
		g.has = false
		return g.spare
	}
	for {
		u, v := 2*g.r.Float64()-1, 2*g.r.Float64()-1
		if s := math.FMA(u, u, float64(v*v)); 0 < s && s < 1 {
			f := math.Sqrt(-2 * logarithm(s) / s)
			g.spare, g.has = v*f, true
			return u * f
		}
	}
}

// logarithm returns ln x, x = m 2^e, by the series of ln m = 2 artanh f, f = (m-1)/(m+1), where |f| < 0.172.
func logarithm(x float64) float64 {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	f := (m - 1) / (m + 1)
	q, sum := f*f, 0.0
	for k := 21; k > 0; k -= 2 {
		sum = math.FMA(sum, q, 1/float64(k))
	}
	return math.FMA(float64(e), math.Ln2, float64(2*f*sum))
}
