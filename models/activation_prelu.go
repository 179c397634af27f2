package models

import (
	"math"

	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// firstSlope is the slope below 0 before training (torch.nn.PReLU).
const firstSlope = 0.25

func prelu() Activation {
	return learnedSlope(Activation{
		Name: "prelu", Formula: "s above 0, alpha s below, with one learned alpha per layer, 0.25 at first", Torch: "PReLU()",
		slope: func(int) int { return 1 },
		alpha: func(s, alpha *G.Node) (*G.Node, error) {
			ones := tensor.Ones(s.Dtype(), s.Shape()[1], 1)
			each, err := G.Mul(G.NewConstant(ones), alpha)
			if err != nil {
				return nil, err
			}
			return leaking(s, each)
		},
	})
}

func preluUnits() Activation {
	return learnedSlope(Activation{
		Name: "prelu_units", Formula: "s above 0, alpha s below, with one learned alpha per unit, 0.25 at first", Torch: "PReLU(UNITS)",
		slope: func(width int) int { return width },
		alpha: leaking,
	})
}

// learnedSlope completes a PReLU.
func learnedSlope(a Activation) Activation {
	a.Source = "He, Zhang, Ren & Sun 2015, section 2.1"
	a.Low, a.High = math.Inf(-1), math.Inf(1)
	a.Saturation = Saturation{Text: "none"}
	return elementwise(a, leaky[float32](firstSlope), leakyGrad[float32](firstSlope), leaky[float64](firstSlope), leakyGrad[float64](firstSlope))
}

// leaking makes max(s, 0) + alpha min(s, 0), with an alpha for each unit. The derivative at 0 is alpha, as in torch.
func leaking(s, alpha *G.Node) (*G.Node, error) {
	above, err := relu().Apply(s)
	if err != nil {
		return nil, err
	}
	below, err := negative.apply(s)
	if err != nil {
		return nil, err
	}
	if below, err = G.BroadcastHadamardProd(below, alpha, nil, []byte{0}); err != nil {
		return nil, err
	}
	return G.Add(above, below)
}

// negative is min(s, 0), with the derivative 1 at 0.
var negative = func() nodes {
	grad := mapped("negativeGrad", 2, negativeGrad[float32], negativeGrad[float64])
	f := mapped("negative", 1, negativeOf[float32], negativeOf[float64])
	return ops(f, func(s, _, dz *G.Node) (*G.Node, error) { return grad.Apply(s, dz) })
}()

func negativeOf[T float32 | float64](_ kernel.Functions[T], z, _ []T, in [][]T) {
	for i, s := range in[0] {
		z[i] = min(s, 0)
	}
}

func negativeGrad[T float32 | float64](_ kernel.Functions[T], ds, _ []T, in [][]T) {
	dz := in[1]
	for i, s := range in[0] {
		ds[i] = [2]T{dz[i], 0}[pick(s)]
	}
}
