package kernel

import "math"

// The functions below take a float32 widened to float64 and return a float64 that the caller rounds to float32. Every
// set does these operations in this order. A product is converted to float64 before it is added to anything, which keeps
// the compiler from fusing the two.

const (
	shift = 0x1.8p52 // adding it rounds to an integer, which is then in the lowest bits
	log2e = 0x1.71547652b82fep+0
	ln2   = 0x1.62e42fefa39efp-1

	expLow, expHigh = -110, 90 // e^x is below half of the smallest, above the largest float32
	tanhHigh        = 10       // 1-tanh(x) is below 2^-28
	sigmoidHigh     = 110      // 1/(1+e^x) is below half of the smallest float32
	cdfHigh         = 14.25    // the normal distribution beyond is below half of the smallest float32
	cdfShift        = 4.25
)

// exp2Poly holds q of 2^r-1 = r*q(r) on [-1/2, 1/2], interpolated at Chebyshev's nodes; its relative error is 2^-31.8.
var exp2Poly = [7]float64{
	0x1.62e42fefa39efp-1, 0x1.ebfbe045f4d3cp-3, 0x1.c6b08d883dca1p-5, 0x1.3b2a1b7152befp-7,
	0x1.5d879ead06a82p-10, 0x1.443fffc90db59p-13, 0x1.00a581594758ep-16,
}

// logPoly holds P of log(m) = f*P(f*f), f = (m-1)/(m+1), for m in [sqrt(1/2), sqrt(2)], interpolated at Chebyshev's
// nodes; its relative error is 2^-37.8.
var logPoly = [5]float64{
	0x1.0000000004988p+1, 0x1.555554db6d410p-1, 0x1.999a9bbfcf938p-2, 0x1.2432ec97e26d1p-2, 0x1.e3a9bc9e83906p-3,
}

// cdfPoly holds P of u*P(u) = e^(a²/2) times the normal distribution's mass beyond a, u = 1/(a+cdfShift), for a in [0, cdfHigh],
// interpolated at Chebyshev's nodes; its relative error is 2^-33.3.
var cdfPoly = [12]float64{
	0x1.988728d51c121p-2, 0x1.b1bce69252bcap+0, 0x1.b792bbcc9da6ap+2, 0x1.7b37ade5cc15fp+4,
	0x1.f1a8d82c1c039p+6, -0x1.c2093dca4f21bp+7, 0x1.5a7c7ce329ef7p+12, -0x1.efd9b7d6bbc20p+14,
	0x1.34adc348756cdp+17, -0x1.dc7b09c834b43p+18, 0x1.7616587b246b6p+19, -0x1.d71cb4e8dc89ap+18,
}

// exp2 returns scale and p with 2^y = scale*(1+p), |y| < 1000; p keeps its relative accuracy near 0.
func exp2(y float64) (scale, p float64) {
	t := y + shift
	r := y - (t - shift)
	q := exp2Poly[6]
	for i := 5; i >= 0; i-- {
		q = math.FMA(q, r, exp2Poly[i])
	}
	return math.Float64frombits((math.Float64bits(t) + 1023) << 52), float64(r * q)
}

// exp returns e^x.
func exp(x float64) float64 {
	if x < expLow {
		x = expLow
	}
	if x > expHigh {
		x = expHigh
	}
	scale, p := exp2(float64(x * log2e))
	return math.FMA(scale, p, scale)
}

// sigmoid returns 1/(1+e^-x).
func sigmoid(x float64) float64 {
	if x < -sigmoidHigh {
		x = -sigmoidHigh
	}
	if x > sigmoidHigh {
		x = sigmoidHigh
	}
	scale, p := exp2(float64(x * -log2e))
	return 1 / (1 + math.FMA(scale, p, scale))
}

// tanh returns (e^2x-1)/(e^2x+1), with e^2x-1 taken directly so that nothing cancels near 0.
func tanh(x float64) float64 {
	a := math.Abs(x)
	if a > tanhHigh {
		a = tanhHigh
	}
	scale, p := exp2(float64(a * (2 * log2e)))
	m := math.FMA(scale, p, scale-1)
	return math.Copysign(m/(m+2), x)
}

// normalCDF returns the mass of the standard normal distribution below x, e^(-x²/2) u P(u) where x is negative.
func normalCDF(x float64) float64 {
	a := math.Abs(x)
	if a > cdfHigh {
		a = cdfHigh
	}
	scale, p := exp2(float64(float64(a*a) * (-log2e / 2)))
	u := 1 / (a + cdfShift)
	q := cdfPoly[11]
	for i := 10; i >= 0; i-- {
		q = math.FMA(q, u, cdfPoly[i])
	}
	tail := float64(math.FMA(scale, p, scale) * float64(u*q))
	if math.Signbit(x) {
		return tail
	}
	return 1 - tail
}

// log returns the natural logarithm of x, which is not a subnormal float64.
func log(x float64) float64 {
	switch {
	case x == 0:
		return math.Inf(-1)
	case !(x > 0):
		return math.NaN()
	case x == math.Inf(1):
		return x
	}
	const sqrtHalf, one = 0x3fe6a09e667f3bcd, 1023 << 52
	u := math.Float64bits(x)
	e := (u - sqrtHalf + one) >> 52 // biased: x = m * 2^(e-1023), m in [sqrt(1/2), sqrt(2))
	m := math.Float64frombits(u - e<<52 + one)
	k := math.Float64frombits(e|0x433<<52) - (1<<52 + 1023)
	f := (m - 1) / (m + 1)
	s := float64(f * f)
	p := logPoly[4]
	for i := 3; i >= 0; i-- {
		p = math.FMA(p, s, logPoly[i])
	}
	return math.FMA(k, ln2, float64(f*p))
}
