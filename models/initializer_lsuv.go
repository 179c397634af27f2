package models

import (
	"fmt"
	"math"

	"glorot/graph"
	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func lsuv() Initializer {
	return Initializer{
		Name:    "lsuv",
		Formula: "orthogonal, then scaled layer by layer until the pre-activations of the first batch have a variance of 1",
		Source:  "Mishkin & Matas 2016",
		Draw:    drawOrthogonal,
		Fit:     unitVariance,
	}
}

const (
	lsuvError = 1e-3 // of the variance
	lsuvSteps = 10   // for one layer; without biases one is enough
)

// unitVariance divides the weights of one layer after the other by the standard deviation of its pre-activations, until this is the
// gain. A last layer of zeros stays as it is.
func unitVariance(c Config, p *Parameters, x *tensor.Dense, e *kernel.Engine) error {
	net, err := c.Build(p, x.Shape()[0])
	if err != nil {
		return err
	}
	m, err := graph.New(net.Graph, graph.WithEngine(e), graph.Observe(net.S...))
	if err != nil {
		return err
	}
	if err := G.Let(net.X, x); err != nil {
		return err
	}
	want := 1.0
	if gain := c.Init.options.Gain; gain > 0 {
		want = gain * gain
	}
	layers := len(net.S)
	if c.Init.options.ZeroLast {
		layers--
	}
	for i, s := range net.S[:layers] {
		for range lsuvSteps {
			if err := m.RunAll(); err != nil {
				return fmt.Errorf("lsuv: %w", err)
			}
			v := variance(s.Value().(*tensor.Dense))
			if math.Abs(v/want-1) < lsuvError {
				break
			}
			if !(v > 0) || math.IsInf(v, 1) {
				return fmt.Errorf("lsuv: the pre-activations of layer %d have a variance of %v; want other inputs or another activation", i+1, v)
			}
			divide(p.W[i], math.Sqrt(v/want))
		}
	}
	return nil
}

func variance(t *tensor.Dense) float64 {
	var n, mean, squares float64
	add := func(x float64) { // Welford 1962
		n++
		d := x - mean
		mean += d / n
		squares += float64(d * (x - mean))
	}
	if t.Dtype() == tensor.Float32 {
		for _, x := range t.Float32s() {
			add(float64(x))
		}
	} else {
		for _, x := range t.Float64s() {
			add(x)
		}
	}
	return squares / n
}

func divide(t *tensor.Dense, by float64) {
	if t.Dtype() == tensor.Float32 {
		for i, w := 0, t.Float32s(); i < len(w); i++ {
			w[i] = float32(float64(w[i]) / by)
		}
		return
	}
	for i, w := 0, t.Float64s(); i < len(w); i++ {
		w[i] /= by
	}
}
