package models

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// A Norm normalises the pre-activations of a hidden layer, s = gamma n(z W + b) + beta, elementwise per unit. The zero Norm does nothing.
type Norm struct {
	Name    string
	Formula string // n(a)
	Source  string
	Torch   string // the module of torch.nn that computes it, where UNITS stands for the width of the layer

	biased, shifted, running bool // whether a layer has b, beta, and running statistics

	epsilon float64

	build func(n *layerNodes, a *G.Node) error
}

// torch.nn's defaults: the epsilon of the norms, that of RMSNorm for float32, and the weight of a mini-batch in the running statistics of batch
// normalisation.
const (
	NormEpsilon  = 1e-5
	RMSEpsilon   = 0x1p-23
	NormMomentum = 0.1
)

// Norms returns the norms:
//
//   - none: s = z W + b;
//   - batch: over the mini-batch, for each unit (Ioffe & Szegedy 2015). An evaluation uses running statistics instead: after each update
//     they are 0.9 times their value plus 0.1 times that of the mini-batch, the variance with the divisor batch-1. There is no b, which
//     would have no effect;
//   - layer: over the units of the layer, for each example (Ba, Kiros & Hinton 2016);
//   - rms: divided by the root mean square over the units, for each example, without beta (Zhang & Sennrich 2019);
//   - rms_torch: the same with the epsilon 2^-23 that a torch.nn.RMSNorm has if it is given none.
//
// Epsilon is 1e-5 in the others, gamma is 1 and beta 0 at first.
func Norms() []Norm {
	return []Norm{
		{Name: "none", Formula: "a", biased: true},
		{Name: "batch", Formula: "(a - mean)/sqrt(var + 1e-5) over the mini-batch", Source: "Ioffe & Szegedy 2015", Torch: "BatchNorm1d(UNITS)", shifted: true, running: true, epsilon: NormEpsilon, build: batchNorm},
		{Name: "layer", Formula: "(a - mean)/sqrt(var + 1e-5) over the units", Source: "Ba, Kiros & Hinton 2016", Torch: "LayerNorm(UNITS)", biased: true, shifted: true, epsilon: NormEpsilon, build: layerNorm},
		{Name: "rms", Formula: "a/sqrt(mean(a²) + 1e-5) over the units", Source: "Zhang & Sennrich 2019", Torch: "RMSNorm(UNITS, eps=1e-5)", biased: true, epsilon: NormEpsilon, build: rmsNorm},
		{Name: "rms_torch", Formula: "a/sqrt(mean(a²) + 2^-23) over the units", Source: "Zhang & Sennrich 2019", Torch: "RMSNorm(UNITS)", biased: true, epsilon: RMSEpsilon, build: rmsNorm},
	}
}

// NormByName returns the norm called name, or an error that lists all names.
func NormByName(name string) (Norm, error) {
	return byName("norm", name, Norms())
}

// AcrossExamples reports whether an example's activations depend on the others of the mini-batch.
func (n Norm) AcrossExamples() bool { return n.running }

// OverUnits reports whether the norm gives the pre-activations of a layer the same variance in each example, whatever the weights are.
func (n Norm) OverUnits() bool { return n.build != nil && !n.running }

func (n Norm) names() []string { return []string{n.Name} }

// add gives hidden layer i the norm's parameters, and takes its bias where it would have no effect.
func (n Norm) add(p *Parameters, i int) {
	if n.build == nil {
		return
	}
	dtype, width := p.W[i].Dtype(), p.W[i].Shape()[1]
	p.Gamma[i] = filled(dtype, width, 1)
	if !n.biased {
		p.B[i] = nil
	}
	if n.shifted {
		p.Beta[i] = filled(dtype, width, 0)
	}
	if n.running {
		p.Mean[i], p.Var[i] = filled(dtype, width, 0), filled(dtype, width, 1)
	}
}

// layerNodes is the norm of one layer as nodes.
type layerNodes struct {
	gamma, beta *G.Node // nil where there is none
	mean, vari  *G.Node // running statistics, nil where there are none
	training    bool
	epsilon     float64

	s               *G.Node
	newMean, newVar *G.Node // the running statistics after the update, where it trains
}

func batchNorm(n *layerNodes, a *G.Node) (err error) {
	mean, variance := n.mean, n.vari
	if n.training {
		if mean, variance, err = meanAndVariance(a, 0); err != nil {
			return err
		}
		batch := float64(a.Shape()[0])
		if n.newMean, err = running(n.mean, mean, 1); err != nil {
			return err
		}
		if n.newVar, err = running(n.vari, variance, batch/(batch-1)); err != nil {
			return err
		}
	}
	return n.standardize(a, mean, variance, 0)
}

// running makes 0.9 old + 0.1 scale value.
func running(old, value *G.Node, scale float64) (*G.Node, error) {
	kept, err := linear(old, 1-NormMomentum, 0)
	if err != nil {
		return nil, err
	}
	added, err := linear(value, NormMomentum*scale, 0)
	if err != nil {
		return nil, err
	}
	return G.Add(kept, added)
}

func layerNorm(n *layerNodes, a *G.Node) error {
	mean, variance, err := meanAndVariance(a, 1)
	if err != nil {
		return err
	}
	return n.standardize(a, mean, variance, 1)
}

func rmsNorm(n *layerNodes, a *G.Node) error {
	square, err := G.Square(a)
	if err != nil {
		return err
	}
	mean, err := G.Mean(square, 1)
	if err != nil {
		return err
	}
	return n.standardize(a, nil, mean, 1)
}

// meanAndVariance makes the mean and the variance, with the divisor n, along an axis of a matrix.
func meanAndVariance(a *G.Node, axis byte) (mean, variance *G.Node, err error) {
	if mean, err = G.Mean(a, int(axis)); err != nil {
		return nil, nil, err
	}
	centred, err := G.BroadcastSub(a, mean, nil, []byte{axis})
	if err != nil {
		return nil, nil, err
	}
	square, err := G.Square(centred)
	if err != nil {
		return nil, nil, err
	}
	variance, err = G.Mean(square, int(axis))
	return mean, variance, err
}

// standardize makes s = gamma (a - mean)/sqrt(variance + epsilon) + beta, with a mean and a variance along an axis of a.
func (n *layerNodes) standardize(a, mean, variance *G.Node, axis byte) (err error) {
	x := a
	if mean != nil {
		if x, err = G.BroadcastSub(a, mean, nil, []byte{axis}); err != nil {
			return err
		}
	}
	shifted, err := linear(variance, 1, n.epsilon)
	if err != nil {
		return err
	}
	deviation, err := G.Sqrt(shifted)
	if err != nil {
		return err
	}
	if x, err = G.BroadcastHadamardDiv(x, deviation, nil, []byte{axis}); err != nil {
		return err
	}
	if n.s, err = G.BroadcastHadamardProd(x, n.gamma, nil, []byte{0}); err != nil || n.beta == nil {
		return err
	}
	n.s, err = G.BroadcastAdd(n.s, n.beta, nil, []byte{0})
	return err
}

// checkBatch returns an error for a mini-batch that has no variance.
func (n Norm) checkBatch(batch int) error {
	if n.running && batch < 2 {
		return fmt.Errorf("batch normalisation of mini-batches of %d example; want at least 2", batch)
	}
	return nil
}
