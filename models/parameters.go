package models

import (
	"fmt"
	"glorot/models/stream"
	"math/rand/v2"

	"gorgonia.org/tensor"
)

// Parameters are the weights W[i] [in, out] and biases B[i] [out] of a network. Graphs of different batch sizes made over the
// same Parameters share them.
type Parameters struct {
	W, B []*tensor.Dense
}

// NewParameters draws the parameters of a network whose layers have the given sizes, inputs first and classes last. Each
// weight matrix has its own random stream, named W1, W2, … in order, as have biases that are drawn, b1, b2, …; numbers are
// drawn row by row in float64, then rounded to dtype, which is Float32 or Float64.
func NewParameters(sizes []int, init Initializer, seed uint64, dtype tensor.Dtype) (*Parameters, error) {
	if err := checkSizes(sizes); err != nil {
		return nil, err
	}
	if init.Limit == nil && init.Std == nil && init.Draw == nil {
		return nil, fmt.Errorf("no initialiser; want %s", listed(Initializers()))
	}
	if dtype != tensor.Float32 && dtype != tensor.Float64 {
		return nil, fmt.Errorf("parameters of type %v; want float32 or float64", dtype)
	}
	p := &Parameters{}
	layers := len(sizes) - 1
	for i := range layers {
		in, out := sizes[i], sizes[i+1]
		r := rand.New(stream.New(seed, fmt.Sprintf("W%d", i+1)))
		w := tensor.New(tensor.Of(dtype), tensor.WithShape(in, out))
		next, err := init.weights(r, i, layers, Layer{In: in, Out: out})
		if err != nil {
			return nil, fmt.Errorf("layer %d: %w", i+1, err)
		}
		fill(w, next)
		b := tensor.New(tensor.Of(dtype), tensor.WithShape(out))
		fill(b, init.biases(seed, i, Layer{In: in, Out: out}))
		p.W, p.B = append(p.W, w), append(p.B, b)
	}
	return p, nil
}

// Sizes returns the layers' sizes, inputs first.
func (p *Parameters) Sizes() []int {
	sizes := []int{p.W[0].Shape()[0]}
	for _, w := range p.W {
		sizes = append(sizes, w.Shape()[1])
	}
	return sizes
}

func checkSizes(sizes []int) error {
	if len(sizes) < 2 {
		return fmt.Errorf("a network of %d sizes; want at least inputs and classes", len(sizes))
	}
	for i, n := range sizes {
		if n < 1 {
			what := fmt.Sprintf("layer %d", i)
			if i == 0 {
				what = "the input"
			}
			return fmt.Errorf("%s has width %d; want at least 1", what, n)
		}
	}
	return nil
}
