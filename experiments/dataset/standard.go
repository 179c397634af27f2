package dataset

import (
	"fmt"
	"math"
)

// The methods of [Standard].
const (
	StandardNone    = "none"
	StandardFeature = "feature"
	StandardRange   = "range"
)

// Standards lists the methods of [Standard].
func Standards() []string { return []string{StandardNone, StandardFeature, StandardRange} }

// A Standard says how the features of examples become inputs of a network. With none, or "", real numbers stay as they are and levels follow
// the [Scale] of the batches. With feature every feature has the mean 0 and the standard deviation 1 over the training examples (divisor n). With
// range the smallest and the largest training value of every feature become Low and High. A feature that is constant in the training examples
// always becomes 0, or Low.
type Standard struct {
	Method    string
	Low, High float64 // of range only
}

// standard maps feature j from x to (x - shift[j]) factor[j] + low.
type standard struct {
	shift, factor []float64
	low           float64
}

// Standardize returns the data with standardised inputs. They share the memory and the [Data.Checksum] of d, which is that of the content.
// It is an error if the training examples are generated without end.
func (d *Data) Standardize(o Standard) (*Data, error) {
	if o.Method == "" || o.Method == StandardNone {
		return d, nil
	}
	if d.Train == nil {
		return nil, fmt.Errorf("the training images of %s are generated without end, allowed: %s", d.Name, StandardNone)
	}
	var by *standard
	if d.Train.Values != nil {
		by = newStandard(o, d.Train.Values, d.Train.Features)
	} else {
		by = newStandard(o, d.Train.Images, d.Train.Features)
	}
	s := &Data{Kind: d.Kind, Files: d.Files, Origin: d.Origin, checksum: d.Checksum()}
	for i, to := range []**Set{&s.Train, &s.Valid, &s.Test} {
		set := *d.sets()[i]
		set.standard = by
		*to = &set
	}
	return s, nil
}

// newStandard computes the shifts and factors from the training examples.
func newStandard[T uint8 | float32](o Standard, x []T, features int) *standard {
	s := &standard{shift: make([]float64, features), factor: make([]float64, features)}
	low, high := rangesOf(x, features)
	for i, v := range x {
		s.shift[i%features] += float64(v)
	}
	n := float64(len(x) / features)
	for j := range features {
		s.shift[j] /= n
	}
	squares := make([]float64, features)
	for i, v := range x {
		d := float64(v) - s.shift[i%features]
		squares[i%features] += float64(d * d)
	}
	for j := range features {
		switch {
		case o.Method == StandardRange:
			s.low, s.shift[j] = o.Low, low[j]
			if low[j] < high[j] {
				s.factor[j] = (o.High - o.Low) / (high[j] - low[j])
			}
		case low[j] < high[j]: // the rounded mean of a constant feature may differ from its value
			s.factor[j] = 1 / math.Sqrt(squares[j]/n)
		}
	}
	return s
}

// standardize writes the inputs of whole examples. The conversion of the product keeps it from being fused with the sum, which would give other
// bits on some machines.
func standardize[T uint8 | float32](s *standard, dst []float32, src []T) {
	for len(src) > 0 {
		for j, shift := range s.shift {
			dst[j] = float32(float64((float64(src[j])-shift)*s.factor[j]) + s.low)
		}
		dst, src = dst[len(s.shift):], src[len(s.shift):]
	}
}
