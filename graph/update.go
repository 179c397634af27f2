package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A Rule changes a parameter by its gradient. Both are flat and row-major. state holds States slices of the
// parameter's length, zero at first and kept between updates.
//
// [SGD] and [Momentum] are rules; another one is a type with these three methods.
type Rule interface {
	States() int
	Update32(param, grad []float32, state [][]float32)
	Update64(param, grad []float64, state [][]float64)
}

// SGD is stochastic gradient descent, w <- w - Rate dCost/dw (Glorot & Bengio 2010, section 2.1). Rate may be changed between runs.
//
// Where the gradient is a product Xᵀ dS, SGD adds -Rate Xᵀ dS to the parameter without storing the
// gradient; the parameter's bits do not depend on whether somebody observes the gradient.
type SGD struct{ Rate float64 }

func (r *SGD) States() int { return 0 }

func (r *SGD) Update32(w, g []float32, _ [][]float32) { descend(w, g, float32(r.Rate)) }
func (r *SGD) Update64(w, g []float64, _ [][]float64) { descend(w, g, r.Rate) }

func descend[T float](w, g []T, rate T) {
	for i, d := range g {
		w[i] -= T(rate * d)
	}
}

// Momentum is classical momentum: v <- Mu v + dCost/dw, w <- w - Rate v (Polyak 1964, in the form of Sutskever et
// al. 2013 with the rate outside the velocity).
type Momentum struct{ Rate, Mu float64 }

func (r *Momentum) States() int { return 1 }

func (r *Momentum) Update32(w, g []float32, s [][]float32) {
	momentum(w, g, s[0], float32(r.Rate), float32(r.Mu))
}

func (r *Momentum) Update64(w, g []float64, s [][]float64) { momentum(w, g, s[0], r.Rate, r.Mu) }

func momentum[T float](w, g, v []T, rate, mu T) {
	for i, d := range g {
		v[i] = T(mu*v[i]) + d
		w[i] -= T(rate * v[i])
	}
}

// update is one parameter's update, as the caller of New asked for it.
type update struct {
	rule        Rule
	param, grad *G.Node
}

func checkUpdates(g *G.ExprGraph, updates []update) error {
	seen := make(map[*G.Node]bool)
	for _, u := range updates {
		switch {
		case u.rule == nil:
			return fmt.Errorf("update of %s: no rule", Describe(u.param))
		case u.param == nil || u.param.Graph() != g || u.param.Op() != nil:
			return fmt.Errorf("update: the parameter %s is not an input of the machine's graph", Describe(u.param))
		case u.grad == nil || u.grad.Graph() != g:
			return fmt.Errorf("update of %s: its gradient %s is not of the machine's graph", Describe(u.param), Describe(u.grad))
		case u.param.Dtype() != u.grad.Dtype() || u.param.Shape().TotalSize() != u.grad.Shape().TotalSize():
			return fmt.Errorf("update of %s: the parameter is %v %v, its gradient %v %v", Describe(u.param),
				u.param.Dtype(), u.param.Shape(), u.grad.Dtype(), u.grad.Shape())
		case seen[u.param]:
			return fmt.Errorf("update of %s: it is updated twice", Describe(u.param))
		}
		seen[u.param] = true
	}
	return nil
}

// product returns x and d if the update can be fused with its gradient xᵀ d.
func (u *update) product() (x, d *G.Node, ok bool) {
	if _, sgd := u.rule.(*SGD); !sgd || opType(u.grad) != "gorgonia.linAlgBinOp" || u.grad.Op().(fmt.Stringer).String() != "Aᵀ × B" {
		return nil, nil, false
	}
	if t := u.grad.Dtype(); t != tensor.Float32 && t != tensor.Float64 {
		return nil, nil, false
	}
	kids := children(u.grad)
	return kids[0], kids[1], true
}

// reads returns the nodes that the update's step reads, besides the parameter. While readers are counted the gradient
// itself stands for them.
func (u *update) reads(b *builder) G.Nodes {
	if x, d, ok := u.product(); ok && b.consumers != nil {
		return G.Nodes{x, d}
	}
	return G.Nodes{u.grad}
}

func (u *update) step(b *builder) step {
	s := step{kind: stepUpdate, node: u.grad, out: b.slots[u.param]}
	for _, n := range u.reads(b) {
		s.in = append(s.in, b.slots[n])
	}
	if u.param.Dtype() == tensor.Float32 {
		s.run = updateCode(u, s.out, s.in, b.f32, Rule.Update32)
	} else {
		s.run = updateCode(u, s.out, s.in, b.f64, Rule.Update64)
	}
	return s
}

func updateCode[T float](u *update, param *slot, in []*slot, k kernels[T], apply func(Rule, []T, []T, [][]T)) func() error {
	w := ref[T](param)
	writable := func() error {
		if v, ok := param.value.(*tensor.Dense); ok && (!v.DataOrder().IsRowMajor() || v.RequiresIterator()) {
			return fmt.Errorf("cannot update %s: its tensor is not dense and row-major", Describe(u.param))
		}
		return nil
	}
	if len(in) == 2 {
		sgd := u.rule.(*SGD)
		x, d := ref[T](in[0]), ref[T](in[1])
		m, kk, n := in[0].shape[0], in[0].shape[1], in[1].shape[1]
		return func() error {
			if err := writable(); err != nil {
				return err
			}
			k.AddMatMulTransA(*w, T(-sgd.Rate), *x, *d, m, kk, n)
			return nil
		}
	}
	g := ref[T](in[0])
	state := make([][]T, u.rule.States())
	for i := range state {
		state[i] = alignedFloats[T](param.size())
	}
	return func() error {
		if err := writable(); err != nil {
			return err
		}
		apply(u.rule, *w, *g, state)
		return nil
	}
}
