package models

import (
	"fmt"

	"glorot/graph"
	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
)

// An Activation is the nonlinearity f of the hidden layers, z = f(s).
type Activation struct {
	Name    string
	Aliases []string // other names, as in other programs
	Formula string   // f(s)
	Source  string   // who proposed it
	Torch   string   // the module of torch.nn that computes it, where UNITS stands for the width of the layer

	// Derivative is f'(s), where z = f(s).
	Derivative func(s, z float64) float64

	// Low and High are the bounds of f, which may be infinite.
	Low, High float64

	// Saturation says where f is so flat that the gradient is lost.
	Saturation Saturation

	// Axis is the range of histograms of z. [0, 0] lets the range follow from the numbers.
	Axis [2]float64

	nodes nodes

	// slope is the number of its learned parameters in a layer of that width; nil means none. In a network alpha makes f(s).
	slope func(width int) int
	alpha func(s, alpha *G.Node) (*G.Node, error)
}

// A Saturation is a rule that says which activations are saturated. Glorot & Bengio (2010) give no threshold. The thresholds
// here cut off the last 1/40 of the range at each end for tanh and softsign, the last 1/20 for the sigmoid, and for other
// functions the part where the slope is below 1/20. silu, gelu and mish come back to 0 at the far negative end, which is
// what their rule is for; it also counts units a little below s = 0, as z does not tell them apart.
type Saturation struct {
	Text string               // the rule in words, such as "|z| > 0.95"
	In   func(z float32) bool // whether z is saturated; nil means that none is
}

// nodes makes nodes for a function and its derivative.
type nodes struct {
	apply func(s *G.Node) (*G.Node, error)        // f(s)
	back  func(s, z, dz *G.Node) (*G.Node, error) // dz f'(s), where z = f(s)
}

// Learned reports whether the activation has parameters, alpha of [Parameters].
func (a Activation) Learned() bool { return a.slope != nil }

// Apply makes the node f(s), with the shape of s; of an activation that is Learned, with its parameters before training. It fails for the zero
// Activation.
func (a Activation) Apply(s *G.Node) (*G.Node, error) {
	if a.nodes.apply == nil {
		return nil, fmt.Errorf("no activation; want %s", listed(Activations()))
	}
	return a.nodes.apply(s)
}

func (a Activation) names() []string { return append([]string{a.Name}, a.Aliases...) }

// Activations returns the activations in the paper's order and then the others: sigmoid, tanh and softsign are the
// paper's, section 2.2, and identity is for its linear theory, section 4.2.1. To add one, write a file like
// activation_silu.go and a line here.
func Activations() []Activation {
	return []Activation{
		sigmoid(), tanh(), softsign(), identity(), relu(),
		leakyRelu(), elu(), selu(), gelu(), geluTanh(), silu(), softplus(), hardTanh(), mish(),
		prelu(), preluUnits(),
	}
}

// ActivationByName returns the activation of that name or alias, however it is spelled, or an error that lists all names.
func ActivationByName(name string) (Activation, error) {
	return byName("activation", name, Activations())
}

// CanonicalActivation returns the name that Activations has for a name or an alias, or the name itself if it is unknown.
func CanonicalActivation(name string) string { return canonical(name, Activations()) }

// pointwise declares f and its derivative as Gorgonia ops from kernels of their own. The kernels write dst from src, and
// dst from z = f(s) and dz as dz f'(s).
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
	}
	return ops(f, func(_, z, dz *G.Node) (*G.Node, error) { return grad.Apply(z, dz) })
}

// elementwise completes an activation whose kernels are made of a few functions. f writes out from s, and grad writes it
// from s and dz as dz f'(s).
func elementwise(a Activation, f32, grad32 kernel.Piece[float32], f64, grad64 kernel.Piece[float64]) Activation {
	grad := mapped(a.Name+"Grad", 2, grad32, grad64)
	a.nodes = ops(mapped(a.Name, 1, f32, f64), func(s, _, dz *G.Node) (*G.Node, error) { return grad.Apply(s, dz) })
	a.Derivative = func(s, _ float64) float64 {
		var x [2]float64
		grad64(new(kernel.Engine64), x[:1], x[1:], [][]float64{{s}, {1}})
		return x[0]
	}
	return a
}

func mapped(name string, args int, f32 kernel.Piece[float32], f64 kernel.Piece[float64]) *graph.Func {
	return &graph.Func{
		Name: name, Args: args,
		F32: func(e *kernel.Engine, _ []int, out []float32, in [][]float32) { e.Map(f32, out, in) },
		F64: func(e *kernel.Engine64, _ []int, out []float64, in [][]float64) { e.Map(f64, out, in) },
	}
}

// ops makes nodes of an op and its derivative.
func ops(f *graph.Func, back func(s, z, dz *G.Node) (*G.Node, error)) nodes {
	f.Grad = func(in G.Nodes, z, dz *G.Node) (G.Nodes, error) {
		ds, err := back(in[0], z, dz)
		return G.Nodes{ds}, err
	}
	return nodes{apply: func(s *G.Node) (*G.Node, error) { return f.Apply(s) }, back: back}
}

// pick is 1 where x > 0 and else 0, an index that takes the place of a branch that no processor can predict.
func pick[T float32 | float64](x T) int {
	if x > 0 {
		return 1
	}
	return 0
}
