package measure

import (
	"encoding/json"
	"math"
)

// Summary describes the activations of a layer at one moment, as Glorot &
// Bengio 2010 do in Fig. 2 (mean, standard deviation), 3 and 10 (98 %
// interval, standard deviation) and 4 and 6 (histogram). Every statistic is
// of the N finite values; undefined ones are NaN here and null in JSON.
type Summary struct {
	N         int64 // finite values
	NonFinite int64 // NaNs and infinities

	Mean     float64
	Std      float64 // population, divisor N
	Kurtosis float64 // Pearson's, 3 of a normal distribution

	// Percentiles (see Selector). The "98 percentiles" drawn in Fig. 3 and 10
	// are P01 and P99, which bound the central 98 %: at initialization the
	// figure's numbers are those, and not P02 and P98.
	P01, P02, P98, P99 float64

	Saturated float64 // share of values that are saturated
	Histogram Histogram
}

// Summarize returns the summary of x, which it leaves unchanged. saturated
// reports whether an activation is saturated (see SaturationRule); nil means
// that none is. The histogram is on axis; if its range is automatic, it is
// [-r, r] with AutoRange's r of x, or [-1, 1] if x is all zeros.
func Summarize(x []float32, saturated func(z float32) bool, axis Axis) Summary {
	var m Moments
	m.Add(x)
	if m.NonFinite() > 0 {
		x = appendFinite(make([]float32, 0, m.N()), x)
	}
	h := axis.resolve(AutoRange(m, 1)).histogram()
	h.Add(x)
	p := Percentiles(x, 1, 2, 98, 99)
	return Summary{
		N:         m.N(),
		NonFinite: m.NonFinite(),
		Mean:      m.Mean(),
		Std:       m.Std(),
		Kurtosis:  m.Kurtosis(),
		P01:       p[0],
		P02:       p[1],
		P98:       p[2],
		P99:       p[3],
		Saturated: share(x, saturated),
		Histogram: h,
	}
}

// summaryJSON is Summary as JSON has it.
type summaryJSON struct {
	N         int64     `json:"n"`
	NonFinite int64     `json:"non_finite"`
	Mean      number    `json:"mean"`
	Std       number    `json:"std"`
	Kurtosis  number    `json:"kurtosis"`
	P01       number    `json:"p01"`
	P02       number    `json:"p02"`
	P98       number    `json:"p98"`
	P99       number    `json:"p99"`
	Saturated number    `json:"flat"`
	Histogram Histogram `json:"histogram"`
}

// MarshalJSON writes the keys n, non_finite, mean, std, kurtosis, p01, p02,
// p98, p99, flat and histogram.
func (s Summary) MarshalJSON() ([]byte, error) {
	return json.Marshal(summaryJSON{
		s.N, s.NonFinite, number(s.Mean), number(s.Std), number(s.Kurtosis),
		number(s.P01), number(s.P02), number(s.P98), number(s.P99), number(s.Saturated), s.Histogram,
	})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Summary) UnmarshalJSON(text []byte) error {
	nan := number(math.NaN()) // of what is left out, as in runs of other programs
	j := summaryJSON{Mean: nan, Std: nan, Kurtosis: nan, P01: nan, P02: nan, P98: nan, P99: nan, Saturated: nan}
	if err := json.Unmarshal(text, &j); err != nil {
		return err
	}
	*s = Summary{
		j.N, j.NonFinite, float64(j.Mean), float64(j.Std), float64(j.Kurtosis),
		float64(j.P01), float64(j.P02), float64(j.P98), float64(j.P99), float64(j.Saturated), j.Histogram,
	}
	return nil
}

// share returns the share of the values that are saturated, from 0 to 1: 0 if there is no rule, NaN if there are no values.
func share(x []float32, saturated func(z float32) bool) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	if saturated == nil {
		return 0
	}
	n := 0
	for _, z := range x {
		if saturated(z) {
			n++
		}
	}
	return float64(n) / float64(len(x))
}
