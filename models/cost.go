package models

import (
	"fmt"

	"glorot/graph"
	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A Cost compares the softmax of logits [batch, classes] with targets y [batch, classes] (one-hot, or
// probabilities), as the mean over the batch.
type Cost struct {
	Name    string
	Formula string // for one example, p = softmax(logits)

	build func(logits, y *G.Node, batch int) (*G.Node, error)
}

// Build makes the scalar cost node. It fails for the zero Cost and for nodes that are not two matrices of one shape.
func (c Cost) Build(logits, y *G.Node) (*G.Node, error) {
	if c.build == nil {
		return nil, fmt.Errorf("no cost; want %s", listed(Costs()))
	}
	if logits.Dims() != 2 || !logits.Shape().Eq(y.Shape()) {
		return nil, fmt.Errorf("logits of shape %v and targets of shape %v; want [batch, classes] for both", logits.Shape(), y.Shape())
	}
	if t := logits.Dtype(); t != y.Dtype() || t != tensor.Float32 && t != tensor.Float64 {
		return nil, fmt.Errorf("logits of type %v and targets of type %v; want float32 or float64 for both", t, y.Dtype())
	}
	return c.build(logits, y, y.Shape()[0])
}

func (c Cost) names() []string { return []string{c.Name} }

// Costs returns the costs that section 4.1 and Figure 5 of the paper compare: nll, the negative log-likelihood
// -log P(y|x), with which all of its networks are trained, and quadratic.
func Costs() []Cost {
	return []Cost{
		{Name: "nll", Formula: "-sum_k y_k log p_k", build: negativeLogLikelihood},
		{Name: "quadratic", Formula: "sum_k (p_k - y_k)²", build: quadratic},
	}
}

// CostByName returns the cost called name, or an error that lists all names.
func CostByName(name string) (Cost, error) {
	return byName("cost", name, Costs())
}

func negativeLogLikelihood(logits, y *G.Node, batch int) (*G.Node, error) {
	logp, err := LogSoftmax(logits)
	if err != nil {
		return nil, err
	}
	picked, err := G.HadamardProd(y, logp)
	if err != nil {
		return nil, err
	}
	sum, err := G.Sum(picked)
	if err != nil {
		return nil, err
	}
	return over(sum, -batch)
}

func quadratic(logits, y *G.Node, batch int) (*G.Node, error) {
	p, err := probabilities(logits)
	if err != nil {
		return nil, err
	}
	diff, err := G.Sub(p, y)
	if err != nil {
		return nil, err
	}
	square, err := G.Square(diff)
	if err != nil {
		return nil, err
	}
	sum, err := G.Sum(square)
	if err != nil {
		return nil, err
	}
	return over(sum, batch)
}

// over divides a scalar node by an integer.
func over(n *G.Node, by int) (*G.Node, error) { return G.Div(n, constant(n.Dtype(), float64(by))) }

// constant is a scalar of type float32 or float64.
func constant(dtype tensor.Dtype, x float64) *G.Node {
	if dtype == tensor.Float32 {
		return G.NewConstant(float32(x))
	}
	return G.NewConstant(x)
}

// LogSoftmax makes the node log softmax(x) over the rows of x [batch, classes]: x - max - log sum exp(x - max), which
// is finite for every finite x.
func LogSoftmax(x *G.Node) (*G.Node, error) {
	if x.Dims() != 2 {
		return nil, fmt.Errorf("log-softmax of shape %v; want [batch, classes]", x.Shape())
	}
	return logSoftmax.Apply(x)
}

var logSoftmax = &graph.Func{
	Name: "logSoftmax", Args: 1,
	F32: func(e *kernel.Engine, shape []int, out []float32, in [][]float32) {
		e.LogSoftmax(out, in[0], shape[0], shape[1])
	},
	F64: func(e *kernel.Engine64, shape []int, out []float64, in [][]float64) {
		e.LogSoftmax(out, in[0], shape[0], shape[1])
	},
	Grad: func(_ G.Nodes, logp, grad *G.Node) (G.Nodes, error) {
		dx, err := logSoftmaxGrad.Apply(logp, grad)
		return G.Nodes{dx}, err
	},
}

// logSoftmaxGrad is dx = g - softmax(x) sum(g), row by row, with softmax(x) = exp(logp).
var logSoftmaxGrad = &graph.Func{
	Name: "logSoftmaxGrad", Args: 2,
	F32: func(e *kernel.Engine, shape []int, out []float32, in [][]float32) {
		e.Exp(out, in[0])
		subtractShare(out, in[1], shape[1])
	},
	F64: func(e *kernel.Engine64, shape []int, out []float64, in [][]float64) {
		e.Exp(out, in[0])
		subtractShare(out, in[1], shape[1])
	},
}

func subtractShare[T float32 | float64](p, g []T, classes int) {
	for i := 0; i < len(g); i += classes {
		row := g[i : i+classes]
		var sum T
		for _, x := range row {
			sum += x
		}
		for j, x := range row {
			p[i+j] = x - T(p[i+j]*sum)
		}
	}
}

// probabilities makes the softmax of logits [batch, classes], row by row.
func probabilities(logits *G.Node) (*G.Node, error) {
	logp, err := LogSoftmax(logits)
	if err != nil {
		return nil, err
	}
	return G.Exp(logp)
}
