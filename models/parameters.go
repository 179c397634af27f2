package models

import (
	"fmt"
	"math/rand/v2"

	"glorot/models/stream"

	"gorgonia.org/tensor"
)

// Parameters are what a network has learned, layer by layer, the output layer last. Graphs of different batch sizes made over the
// same Parameters share them. All slices have the length of W; an entry is nil where a layer has no such parameter.
type Parameters struct {
	W, B []*tensor.Dense // weights [in, out] and biases [out]

	Gamma, Beta []*tensor.Dense // the scale and shift [out] of a Norm
	Mean, Var   []*tensor.Dense // the running statistics [out] of batch normalisation, which no gradient changes
	Alpha       []*tensor.Dense // the slopes [1] or [out] of an activation that is Learned
}

// A Parameter is one tensor of Parameters.
type Parameter struct {
	Name    string // W1, b1, gamma1, beta1, mean1, var1, alpha1, W2, …
	Layer   int    // 1 is the first hidden layer
	Learned bool   // by gradient descent; false for running statistics
	Value   *tensor.Dense
}

// List returns all parameters in the order of layers, and within a layer W, b, gamma, beta, mean, var, alpha.
func (p *Parameters) List() []Parameter {
	var list []Parameter
	for i := range p.W {
		for _, r := range []struct {
			name    string
			of      []*tensor.Dense
			learned bool
		}{{"W", p.W, true}, {"b", p.B, true}, {"gamma", p.Gamma, true}, {"beta", p.Beta, true}, {"mean", p.Mean, false}, {"var", p.Var, false}, {"alpha", p.Alpha, true}} {
			if i < len(r.of) && r.of[i] != nil {
				list = append(list, Parameter{Name: fmt.Sprintf("%s%d", r.name, i+1), Layer: i + 1, Learned: r.learned, Value: r.of[i]})
			}
		}
	}
	return list
}

// NewParameters draws the parameters of a plain network whose layers have the given sizes, inputs first and classes last. Each
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
	layers := len(sizes) - 1
	p := &Parameters{}
	for _, s := range []*[]*tensor.Dense{&p.Gamma, &p.Beta, &p.Mean, &p.Var, &p.Alpha} {
		*s = make([]*tensor.Dense, layers)
	}
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

// filled makes a vector of one number.
func filled(dtype tensor.Dtype, n int, x float64) *tensor.Dense {
	t := tensor.New(tensor.Of(dtype), tensor.WithShape(n))
	fill(t, func() float64 { return x })
	return t
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
