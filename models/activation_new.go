package models

import (
	"errors"
	"fmt"
	"math"
	"sync"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// NewActivation makes an activation of Gorgonia ops: apply makes the node f(s), of the shape and type of s. The derivative is
// the one that Gorgonia finds symbolically. The bounds are infinite and no activation is saturated; the caller may set these and the
// other exported fields.
func NewActivation(name, formula string, apply func(s *G.Node) (*G.Node, error)) (Activation, error) {
	if name == "" || apply == nil {
		return Activation{}, errors.New("an activation needs a name and a function")
	}
	derivative, err := symbolic(apply)
	if err != nil {
		return Activation{}, fmt.Errorf("activation %s: %w", name, brief(err))
	}
	return Activation{
		Name: name, Formula: formula,
		Low: math.Inf(-1), High: math.Inf(1),
		Saturation: Saturation{Text: "none"},
		Derivative: derivative,
		nodes:      nodes{apply: apply, back: func(s, z, dz *G.Node) (*G.Node, error) { return graph.Pullback(z, dz, s) }},
	}, nil
}

// symbolic returns f' as the gradient of a graph of one number. It is NaN where the graph fails.
func symbolic(apply func(s *G.Node) (*G.Node, error)) (func(s, z float64) float64, error) {
	x := tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{0}))
	s := G.NewVector(G.NewGraph(), tensor.Float64, G.WithShape(1), G.WithName("s"), G.WithValue(x))
	z, err := apply(s)
	if err != nil {
		return nil, err
	}
	if !z.Shape().Eq(s.Shape()) || z.Dtype() != s.Dtype() {
		return nil, fmt.Errorf("f(s) is %v %v for s of %v %v; want the same", z.Dtype(), z.Shape(), s.Dtype(), s.Shape())
	}
	one := G.NewConstant(tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{1})))
	ds, err := graph.Pullback(z, s.Graph().AddNode(one), s)
	if err != nil {
		return nil, err
	}
	m, err := graph.New(s.Graph(), graph.Observe(ds))
	if err != nil {
		return nil, err
	}
	var busy sync.Mutex // the machine has one memory
	return func(s, _ float64) float64 {
		busy.Lock()
		defer busy.Unlock()
		x.Float64s()[0] = s
		if err := m.RunAll(); err != nil {
			return math.NaN()
		}
		return ds.Value().(*tensor.Dense).Float64s()[0]
	}, nil
}
