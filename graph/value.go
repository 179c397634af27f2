package graph

import (
	"errors"
	"fmt"
	"reflect"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Float32s returns the elements of a scalar or tensor of numbers or truth values in row-major order, a truth value as 0 or 1. A
// dense, row-major float32 value gives its own memory, which the next RunAll overwrites; any other one is copied, into buf if
// that is large enough, and rounded to float32.
func Float32s(v G.Value, buf []float32) ([]float32, error) { return floats(v, buf) }

// Float64s is Float32s without the rounding: here it is a float64 value that gives its own memory.
func Float64s(v G.Value, buf []float64) ([]float64, error) { return floats(v, buf) }

func floats[T float](v G.Value, buf []T) ([]T, error) {
	if v == nil {
		return nil, errors.New("graph: no value")
	}
	switch v.Dtype() {
	case tensor.Float32:
		return converted[T, float32](v, buf)
	case tensor.Float64:
		return converted[T, float64](v, buf)
	}
	return counted(v, buf[:0])
}

// converted returns the elements of v, which are Ss, as Ts.
func converted[T, S float](v G.Value, buf []T) ([]T, error) {
	x, err := valueSlice[S](v)
	if err != nil {
		return nil, err
	}
	if same, ok := any(x).([]T); ok {
		return same, nil
	}
	buf = buf[:0]
	for _, y := range x {
		buf = append(buf, T(y))
	}
	return buf, nil
}

// counted appends the elements of v, integers or truth values, to buf.
func counted[T float](v G.Value, buf []T) ([]T, error) {
	add := func(x any) error {
		switch r := reflect.ValueOf(x); {
		case r.Kind() == reflect.Bool && r.Bool():
			buf = append(buf, 1)
		case r.Kind() == reflect.Bool:
			buf = append(buf, 0)
		case r.CanInt():
			buf = append(buf, T(r.Int()))
		case r.CanUint():
			buf = append(buf, T(r.Uint()))
		default:
			return fmt.Errorf("graph: a value of type %v, want numbers or truth values", v.Dtype())
		}
		return nil
	}
	d, ok := v.(*tensor.Dense)
	if !ok || d.IsScalar() {
		return buf, add(v.Data())
	}
	it := d.Iterator()
	for i, err := it.Start(); err == nil; i, err = it.Next() {
		if err := add(d.Get(i)); err != nil {
			return nil, err
		}
	}
	return buf, nil
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
