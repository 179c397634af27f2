package measure

import "math"

// A Scale is where a quantity is taken to be normally distributed over seeds: where its intervals are symmetric, and its differences are tested. Made
// back into the quantity, an interval never leaves the possible range. Make one with [ShareOf], [Positive], [Within] or [Plain].
type Scale struct {
	kind      scaleKind
	low, high float64 // the possible range
	steps     float64 // of a logit scale: the number of steps between low and high
}

type scaleKind int

const (
	plainScale scaleKind = iota
	logScale
	logitScale
)

// resolution is the number of float32 numbers between 1 and 2, which stands for the number of steps in a range of continuous numbers.
const resolution = 1 << 24

// ShareOf returns the logit scale of a share of n things, such as the error on n images. Shares of 0 and 1 have a place on it: a share of k things
// is at log((k + 1/2) / (n - k + 1/2)). If n is not known, it is 0.
//
// Reference: F. J. Anscombe, "On estimating binomial response relations", Biometrika 43 (1956) 461-464.
func ShareOf(n int) Scale {
	if n <= 0 {
		n = resolution
	}
	return Scale{logitScale, 0, 1, float64(n)}
}

// Plain returns the scale of the quantity itself, with the range in which its intervals are kept.
func Plain(low, high float64) Scale { return Scale{plainScale, low, high, 0} }

// Positive returns the logarithmic scale of a quantity from 0 to most, which may be infinite. See [Scale.For] for quantities that may be 0.
func Positive(most float64) Scale { return Scale{logScale, 0, most, 0} }

// Within returns the scale of a number between low and high, which may be infinite: the logit scale between two ends, the logarithmic scale above 0,
// else the plain one. At the ends of a logit scale, numbers are half a rounding error of float32 beyond the others.
func Within(low, high float64) Scale {
	switch {
	case math.IsInf(low, 0) || math.IsInf(high, 0) && low != 0:
		return Plain(low, high)
	case math.IsInf(high, 0):
		return Positive(high)
	}
	return Scale{logitScale, low, high, resolution}
}

// For returns the scale on which these samples are summarised or compared: the plain one, within the same range, if the scale is logarithmic and one of
// the values is 0. So the centre of a positive quantity with a 0 is the arithmetic mean, whose interval by [Bounded] stays above 0. A small constant
// that is added to each value, so that all have a logarithm, would decide the result, as it is arbitrary.
//
// Reference: J. Chen and J. Roth, "Logs with zeros? Some problems and solutions", Quarterly Journal of Economics 139 (2024) 891-936.
func (s Scale) For(samples ...[]float64) Scale {
	for _, x := range samples {
		for _, v := range x {
			if s.kind == logScale && v <= 0 {
				s.kind = plainScale
			}
		}
	}
	return s
}

// Ratio reports whether two values are compared by their ratio: whether the scale is logarithmic.
func (s Scale) Ratio() bool { return s.kind == logScale }

// String returns "plain", "logarithmic" or "logit".
func (s Scale) String() string { return [...]string{"plain", "logarithmic", "logit"}[s.kind] }

// Of returns the place of a value on the scale.
func (s Scale) Of(v float64) float64 {
	switch s.kind {
	case logScale:
		return math.Log(v)
	case logitScale:
		k := min(max(s.steps*((v-s.low)/(s.high-s.low)), 0), s.steps)
		return math.Log((k + 0.5) / (s.steps - k + 0.5))
	}
	return v
}

// All returns the places of several values.
func (s Scale) All(x []float64) []float64 {
	places := make([]float64, len(x))
	for i, v := range x {
		places[i] = s.Of(v)
	}
	return places
}

// Value returns the value at a place of the scale. It lies in the possible range.
func (s Scale) Value(place float64) float64 {
	switch s.kind {
	case logScale:
		place = math.Exp(place)
	case logitScale:
		share := ((s.steps+1)/(1+math.Exp(-place)) - 0.5) / s.steps
		place = s.low + (s.high-s.low)*share
	}
	return min(max(place, s.low), s.high)
}

// Interval returns the centre of x, which has one value per seed, and the interval of that centre at level: the mean on the scale [Scale.For] x, and
// Student's interval there, made back into values. On the logarithmic scale the centre is the geometric mean. On the plain scale the interval is that of
// [Bounded]. The ends are NaN if there are fewer than two values, and the centre too if there is none. They are also NaN if all values are equal, which
// says only that they vary less than they are resolved, such as an error by one test image.
func (s Scale) Interval(x []float64, level float64) (center, low, high float64) {
	nan := math.NaN()
	switch {
	case len(x) == 0:
		return nan, nan, nan
	case variance(x) == 0:
		return x[0], nan, nan // without rounding
	}
	s = s.For(x)
	mean, half := Interval(s.All(x), level)
	if s.kind == plainScale {
		low, high = Bounded(mean, half, s.low, s.high)
		return mean, low, high
	}
	return s.Value(mean), s.Value(mean - half), s.Value(mean + half)
}
