package train

import (
	"fmt"
	"math"

	"glorot/graph"
	"glorot/models"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Curvature gives each parameter its own rate, from an estimate h >= 0 of the cost's second derivative by it,
//
//	rate_ij = Rate Mu / (h_ij + Mu)
//
// the stochastic diagonal Levenberg-Marquardt method of LeCun, Bottou, Orr & Müller (1998), "Efficient BackProp", section 9.1, as
// Glorot & Bengio (2010, section 4) tried it. Rate is thus the rate of parameters without curvature, and Mu is the curvature at
// which the rate is half of that. If Mu is much larger than every h, this is plain SGD.
//
// h is a running average over mini-batches: h <- Decay h + (1-Decay) (h of the mini-batch), beginning with the first.
type Curvature struct {
	Method string  // hessian or variance, see models.Curvatures
	Mu     float64 // 0 means 0.001, that of the paper's authors' later scripts
	Every  int     // updates between two estimates of h; 0 means 100, which takes a small part of the time
	Decay  float64 // in [0, 1); 0 means 0.9, an average over some 10 mini-batches
}

// resolve returns the curvature with its defaults.
func (c Curvature) resolve() (Curvature, error) {
	if c.Mu == 0 {
		c.Mu = 0.001
	}
	if c.Every == 0 {
		c.Every = 100
	}
	if c.Decay == 0 {
		c.Decay = 0.9
	}
	switch {
	case !(c.Mu > 1e-38) || math.IsInf(c.Mu, 1): // 1/Mu is to be a float32
		return c, fmt.Errorf("curvature: mu of %v; want a number above 1e-38", c.Mu)
	case c.Every < 1:
		return c, fmt.Errorf("curvature: an estimate every %d updates; want at least 1", c.Every)
	case !(c.Decay >= 0 && c.Decay < 1):
		return c, fmt.Errorf("curvature: a decay of %v; want it in [0, 1)", c.Decay)
	}
	return c, nil
}

// second holds the rates of all parameters, and the graph that estimates the curvatures on the training graph's mini-batch.
type second struct {
	o       Curvature
	machine *graph.Machine
	h       G.Nodes     // of the mini-batch, a node for each parameter in the order of Learnables
	average [][]float32 // the running average of h
	rates   []*rates
	rate    float64
	begun   bool // whether there is an average yet
}

func newSecond(o Options, net *models.MLP) (*second, error) {
	c, err := o.Curvature.resolve()
	if err != nil {
		return nil, err
	}
	method, err := models.CurvatureByName(c.Method)
	if err != nil {
		return nil, err
	}
	twin, err := o.Model.Build(o.Params, o.Batch)
	if err != nil {
		return nil, err
	}
	for input, bound := range map[*G.Node]*G.Node{twin.X: net.X, twin.Y: net.Y} {
		if err := G.Let(input, bound.Value()); err != nil {
			return nil, fmt.Errorf("binding %s: %w", input.Name(), err)
		}
	}
	hw, hb, err := method.Build(o.Model, twin)
	if err != nil {
		return nil, err
	}
	s := &second{o: c, rate: o.Rate}
	for i := range hw {
		s.h = append(s.h, hw[i], hb[i])
	}
	for _, h := range s.h {
		n := h.Shape().TotalSize()
		s.average, s.rates = append(s.average, make([]float32, n)), append(s.rates, &rates{make([]float32, n)})
	}
	s.machine, err = graph.New(twin.Graph, graph.WithEngine(o.Engine), graph.Observe(s.h...))
	return s, err
}

// updates returns the machine's options that update each parameter at its own rates.
func (s *second) updates(params, grads G.Nodes) []graph.Option {
	var all []graph.Option
	for i, r := range s.rates {
		all = append(all, graph.Update(r, params[i:i+1], grads[i:i+1]))
	}
	return all
}

// refresh estimates the curvatures on the present mini-batch, with the present parameters, if an estimate is due at the update; the
// first one always is.
func (s *second) refresh(update int) error {
	if s.begun && update%s.o.Every != 0 {
		return nil
	}
	if err := s.machine.RunAll(); err != nil {
		return err
	}
	decay := float32(s.o.Decay)
	if !s.begun {
		decay = 0
	}
	for i, n := range s.h {
		h := n.Value().(*tensor.Dense).Float32s()
		average := s.average[i][:len(h)]
		for j, x := range h {
			average[j] = float32(decay*average[j]) + float32((1-decay)*x)
		}
	}
	s.derive()
	s.begun = true
	return nil
}

// derive computes the rates from the averages.
func (s *second) derive() {
	for i, r := range s.rates {
		r.set(s.average[i], float32(1/s.o.Mu), float32(s.rate))
	}
}

// rates is SGD with a rate for every element, w_i <- w_i - each_i dCost/dw_i.
type rates struct{ each []float32 }

// set makes the rates of curvatures h, rate mu/(h+mu) = rate/(1 + h/mu).
func (r *rates) set(h []float32, inverseMu, rate float32) {
	each := r.each[:len(h)]
	for i, x := range h {
		each[i] = rate / (1 + float32(x*inverseMu))
	}
}

// States is part of graph.Rule, like the methods that follow.
func (r *rates) States() int { return 0 }

// Update32 changes w by its gradient.
func (r *rates) Update32(w, grad []float32, _ [][]float32) {
	w, each := w[:len(grad)], r.each[:len(grad)]
	for i, g := range grad {
		w[i] -= float32(each[i] * g)
	}
}

// Update64 changes w by its gradient.
func (r *rates) Update64(w, grad []float64, _ [][]float64) {
	for i, g := range grad {
		w[i] -= float64(float64(r.each[i]) * g)
	}
}
