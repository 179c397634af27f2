package models

import (
	"math"

	"glorot/graph"
	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
)

// logisticCrossEntropy is -t log p - (1-t) log(1-p) elementwise for p = 1/(1+exp(-a)), from logits a and targets t in [0, 1].
// Written as max(a, 0) - t a + log(1 + exp(-|a|)) it is finite for every finite a, with an error of at most a unit in the
// last place of 1.
var logisticCrossEntropy = &graph.Func{
	Name: "logisticCrossEntropy", Args: 2,
	F32: func(e *kernel.Engine, _ []int, out []float32, in [][]float32) {
		crossEntropy(out, in[0], in[1], e.Exp, e.Log)
	},
	F64: func(e *kernel.Engine64, _ []int, out []float64, in [][]float64) {
		crossEntropy(out, in[0], in[1], e.Exp, e.Log)
	},
	Grad: func(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
		da, err := logisticCrossEntropyGrad.Apply(in[0], in[1], grad)
		if err != nil {
			return nil, err
		}
		ga, err := G.HadamardProd(grad, in[0])
		if err != nil {
			return nil, err
		}
		dt, err := G.Neg(ga)
		return G.Nodes{da, dt}, err
	},
}

func crossEntropy[T float32 | float64](out, a, t []T, exp, log func(dst, src []T)) {
	for i, x := range a[:len(out)] {
		out[i] = -T(math.Abs(float64(x)))
	}
	exp(out, out)
	for i := range out {
		out[i]++
	}
	log(out, out)
	for i, x := range a[:len(out)] {
		out[i] += max(x, 0) - T(t[i]*x)
	}
}

// logisticCrossEntropyGrad is its derivative by the logits, (p - t) g.
var logisticCrossEntropyGrad = &graph.Func{
	Name: "logisticCrossEntropyGrad", Args: 3,
	F32: func(e *kernel.Engine, _ []int, out []float32, in [][]float32) {
		e.Sigmoid(out, in[0])
		excess(out, in[1], in[2])
	},
	F64: func(e *kernel.Engine64, _ []int, out []float64, in [][]float64) {
		e.Sigmoid(out, in[0])
		excess(out, in[1], in[2])
	},
}

func excess[T float32 | float64](p, t, g []T) {
	for i := range p {
		p[i] = (p[i] - t[i]) * g[i]
	}
}
