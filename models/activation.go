package models

import (
	"fmt"
	"math"
	"strings"

	"glorot/graph"
	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
)

// An Activation is the nonlinearity f of the hidden layers, z = f(s).
type Activation struct {
	Name    string
	Formula string // f(s)

	// Derivative is f'(s) as a function of z = f(s).
	Derivative func(z float64) float64

	// Low and High are the bounds of f, which may be infinite.
	Low, High float64

	nodes nodes
}

// nodes makes nodes for a function and its derivative.
type nodes struct {
	apply func(s *G.Node) (*G.Node, error)     // f(s)
	back  func(z, dz *G.Node) (*G.Node, error) // dz f'(s), where z = f(s)
}

// Apply makes the node f(s), with the shape of s. It fails for the zero Activation.
func (a Activation) Apply(s *G.Node) (*G.Node, error) {
	if a.nodes.apply == nil {
		return nil, fmt.Errorf("no activation; want %s", strings.Join(names(Activations(), activationName), ", "))
	}
	return a.nodes.apply(s)
}

func activationName(a Activation) string { return a.Name }

// Activations returns the activations in the paper's order and then the others. Sigmoid, tanh and softsign (Bergstra
// et al. 2009) are the paper's, section 2.2; identity is for its linear theory, section 4.2.1; relu is not in the paper.
func Activations() []Activation {
	return []Activation{
		{
			Name: "sigmoid", Formula: "1/(1+exp(-s))",
			Derivative: func(z float64) float64 { return z * (1 - z) },
			Low:        0, High: 1,
			nodes: pointwise("sigmoid",
				(*kernel.Engine).Sigmoid, (*kernel.Engine).SigmoidGrad,
				(*kernel.Engine64).Sigmoid, (*kernel.Engine64).SigmoidGrad),
		},
		{
			Name: "tanh", Formula: "tanh(s)",
			Derivative: func(z float64) float64 { return 1 - z*z },
			Low:        -1, High: 1,
			nodes: pointwise("tanh",
				(*kernel.Engine).Tanh, (*kernel.Engine).TanhGrad,
				(*kernel.Engine64).Tanh, (*kernel.Engine64).TanhGrad),
		},
		{
			Name: "softsign", Formula: "s/(1+|s|)",
			// f'(s) = 1/(1+|s|)², and 1/(1+|s|) = 1-|z|.
			Derivative: func(z float64) float64 { return (1 - math.Abs(z)) * (1 - math.Abs(z)) },
			Low:        -1, High: 1,
			nodes: pointwise("softsign",
				(*kernel.Engine).Softsign, (*kernel.Engine).SoftsignGrad,
				(*kernel.Engine64).Softsign, (*kernel.Engine64).SoftsignGrad),
		},
		{
			Name: "identity", Formula: "s",
			Derivative: func(float64) float64 { return 1 },
			Low:        math.Inf(-1), High: math.Inf(1),
			nodes: nodes{
				apply: func(s *G.Node) (*G.Node, error) { return s, nil },
				back:  func(_, dz *G.Node) (*G.Node, error) { return dz, nil },
			},
		},
		{
			Name: "relu", Formula: "max(s, 0)",
			Derivative: func(z float64) float64 {
				if z > 0 {
					return 1
				}
				return 0
			},
			Low: 0, High: math.Inf(1),
			nodes: pointwise("relu",
				(*kernel.Engine).Relu, (*kernel.Engine).ReluGrad,
				(*kernel.Engine64).Relu, (*kernel.Engine64).ReluGrad),
		},
	}
}

// ActivationByName returns the activation called name, or an error that lists all names.
func ActivationByName(name string) (Activation, error) {
	return byName("activation", name, Activations(), activationName)
}

// pointwise declares f and its derivative as Gorgonia ops from their kernels. The kernels write dst from src, and dst
// from z = f(s) and dz as dz f'(s).
func pointwise(name string,
	f32 func(e *kernel.Engine, dst, src []float32), g32 func(e *kernel.Engine, dst, z, dz []float32),
	f64 func(e *kernel.Engine64, dst, src []float64), g64 func(e *kernel.Engine64, dst, z, dz []float64),
) nodes {
	grad := &graph.Func{
		Name: name + "Grad", Args: 2,
		F32: func(e *kernel.Engine, _ []int, out []float32, in [][]float32) { g32(e, out, in[0], in[1]) },
		F64: func(e *kernel.Engine64, _ []int, out []float64, in [][]float64) { g64(e, out, in[0], in[1]) },
	}
	f := &graph.Func{
		Name: name, Args: 1,
		F32: func(e *kernel.Engine, _ []int, out []float32, in [][]float32) { f32(e, out, in[0]) },
		F64: func(e *kernel.Engine64, _ []int, out []float64, in [][]float64) { f64(e, out, in[0]) },
		Grad: func(_ G.Nodes, z, dz *G.Node) (G.Nodes, error) {
			ds, err := grad.Apply(z, dz)
			return G.Nodes{ds}, err
		},
	}
	return nodes{
		apply: func(s *G.Node) (*G.Node, error) { return f.Apply(s) },
		back:  func(z, dz *G.Node) (*G.Node, error) { return grad.Apply(z, dz) },
	}
}
