package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Float32s returns the elements of a float32 or float64 scalar or tensor in row-major order. A dense, row-major float32
// value gives its own memory, which the next RunAll overwrites; any other one is copied, into buf if that is large
// enough, and rounded to float32.
func Float32s(v G.Value, buf []float32) ([]float32, error) {
	if v == nil {
		return nil, fmt.Errorf("graph: no value")
	}
	switch v.Dtype() {
	case tensor.Float32:
		return valueSlice[float32](v)
	case tensor.Float64:
		x, err := valueSlice[float64](v)
		if err != nil {
			return nil, err
		}
		buf = buf[:0]
		for _, y := range x {
			buf = append(buf, float32(y))
		}
		return buf, nil
	}
	return nil, fmt.Errorf("graph: a value of type %v, want float32 or float64", v.Dtype())
}

// valueSlice returns v's elements, row-major: its own memory if that is dense, else a copy.
func valueSlice[T float](v G.Value) ([]T, error) {
	var s slot
	s.dtype, s.shape = v.Dtype(), v.Shape()
	if err := s.set(v); err != nil {
		return nil, err
	}
	if d := *ref[T](&s); d != nil {
		return d, nil
	}
	return nil, fmt.Errorf("a value of type %v, want %T", v.Dtype(), *new(T))
}
