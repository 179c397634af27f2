package graph

import (
	"errors"
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A Rule changes a parameter by its gradient. [SGD] and [Momentum] are rules; another one is a type with these methods.
type Rule interface {
	// States returns how many slices of the parameter's length the rule keeps for each parameter.
	States() int

	// Update32 and Update64 change param by grad. Both are flat and row-major. state holds States slices, zero at first
	// and kept between updates.
	Update32(param, grad []float32, state [][]float32)
	Update64(param, grad []float64, state [][]float64)
}

// SGD is stochastic gradient descent, w <- w - Rate dCost/dw (Glorot & Bengio 2010, section 2.1). Rate may be changed
// between runs.
//
// Where the gradient is a product Xᵀ dS, SGD adds -Rate Xᵀ dS to the parameter without storing the gradient; the
// parameter's bits do not depend on whether somebody observes the gradient.
type SGD struct{ Rate float64 }

// States returns 0.
func (r *SGD) States() int { return 0 }

// Update32 computes w <- w - Rate g.
func (r *SGD) Update32(w, g []float32, _ [][]float32) { descend(w, g, float32(r.Rate)) }

// Update64 computes w <- w - Rate g.
func (r *SGD) Update64(w, g []float64, _ [][]float64) { descend(w, g, r.Rate) }

func descend[T float](w, g []T, rate T) {
	for i, d := range g {
		w[i] -= T(rate * d)
	}
}

// Momentum is classical momentum: v <- Mu v + dCost/dw, w <- w - Rate v (Polyak 1964, in the form of Sutskever et
// al. 2013 with the rate outside the velocity).
type Momentum struct{ Rate, Mu float64 }

// States returns 1: the velocity v.
func (r *Momentum) States() int { return 1 }

// Update32 computes v <- Mu v + g, w <- w - Rate v.
func (r *Momentum) Update32(w, g []float32, s [][]float32) {
	momentum(w, g, s[0], float32(r.Rate), float32(r.Mu))
}

// Update64 computes v <- Mu v + g, w <- w - Rate v.
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

// String says what is done, and value what the rule takes as gradient.
func (u *update) String() string {
	if _, set := u.rule.(assign); set {
		return "gorgonia.Set"
	}
	if u.rule == nil {
		return "update"
	}
	return fmt.Sprintf("update by %T", u.rule)
}

func (u *update) value() string {
	if _, set := u.rule.(assign); set {
		return "new value"
	}
	return "gradient"
}

func checkUpdates(member map[*G.Node]bool, updates []update) error {
	params := make(map[*G.Node]bool)
	for i := range updates {
		u := &updates[i]
		if err := u.check(member); err != nil {
			return fmt.Errorf("%s of %s: %w", u, Describe(u.param), err)
		}
		if params[u.param] {
			return fmt.Errorf("%s of %s: it is updated twice", u, Describe(u.param))
		}
		params[u.param] = true
	}
	for i := range updates {
		u := &updates[i]
		if s := source(u.grad); s != u.param && params[s] {
			return fmt.Errorf("%s of %s: its %s is the parameter %s, which is updated itself", u, Describe(u.param), u.value(), Describe(s))
		}
	}
	return nil
}

func (u *update) check(member map[*G.Node]bool) error {
	switch {
	case u.rule == nil:
		return errors.New("no rule")
	case !member[u.param] || !isInput(u.param):
		return errors.New("the parameter is not an input of the machine's graph")
	case !member[u.grad]:
		return fmt.Errorf("its %s %s is not of the machine's graph", u.value(), Describe(u.grad))
	}
	p, g := slot{dtype: u.param.Dtype(), shape: u.param.Shape()}, slot{dtype: u.grad.Dtype(), shape: u.grad.Shape()}
	if p.dtype != g.dtype || p.size() != g.size() || p.dtype != tensor.Float32 && p.dtype != tensor.Float64 {
		return fmt.Errorf("it is %v %v, its %s %v %v; want the same, float32 or float64", p.dtype, p.shape, u.value(), g.dtype, g.shape)
	}
	return nil
}

// product returns x and d if the update can be fused with its gradient xᵀ d.
func (u *update) product(b *builder) (x, d *G.Node, ok bool) {
	if _, sgd := u.rule.(*SGD); !sgd || !isProduct(u.grad, "Aᵀ × B") {
		return nil, nil, false
	}
	kids := children(u.grad)
	for _, k := range kids {
		if b.params[source(k)] {
			return nil, nil, false // it may have been updated when this update comes
		}
	}
	return kids[0], kids[1], true
}

// reads returns the nodes that the update's step reads, besides the parameter. While readers are counted the gradient
// itself stands for them.
func (u *update) reads(b *builder) G.Nodes {
	if x, d, ok := u.product(b); ok && b.consumers != nil {
		return G.Nodes{x, d}
	}
	return G.Nodes{u.grad}
}

// step makes the update a step of its own.
func (u *update) step(b *builder) step {
	s := step{kind: stepUpdate, what: u.String(), node: u.param, out: b.slots[u.param]}
	for _, n := range u.reads(b) {
		s.in = append(s.in, b.slots[n])
	}
	if s.out.dtype == tensor.Float32 {
		s.states, s.updating = updateCode(u, s.out, s.in, b.engine32, Rule.Update32)
	} else {
		s.states, s.updating = updateCode(u, s.out, s.in, b.engine64, Rule.Update64)
	}
	return s
}

func updateCode[T float](u *update, param *slot, in []*slot, k kernels[T], apply func(Rule, []T, []T, [][]T)) (states []*tensor.Dense, do func() error) {
	w := ref[T](param)
	if len(in) == 2 {
		sgd := u.rule.(*SGD)
		x, d := ref[T](in[0]), ref[T](in[1])
		batch, rows, cols := in[0].shape[0], in[0].shape[1], in[1].shape[1]
		return nil, func() error {
			k.AddMatMulTransA(*w, T(-sgd.Rate), *x, *d, batch, rows, cols)
			return nil
		}
	}
	g := ref[T](in[0])
	state := make([][]T, u.rule.States())
	for i := range state {
		state[i] = alignedFloats[T](param.size())
		states = append(states, tensor.New(tensor.WithShape(param.shape...), tensor.WithBacking(state[i])))
	}
	return states, func() error {
		apply(u.rule, *w, *g, state)
		return nil
	}
}

// absorb makes the step, the last reader of the parameter, do the update too, if it back-propagates d through the
// parameter, dz = d wᵀ, and the update is the fused one, w -= rate xᵀ d. One kernel then reads w once.
func (s *step) absorb(u *update, b *builder) bool {
	x, d, ok := u.product(b)
	if !ok || s.kind != stepKernel || !isProduct(s.node, "A × Bᵀ") || s.in[0] != b.slots[d] || s.in[1] != b.slots[u.param] {
		return false
	}
	s.what += ", update by *graph.SGD"
	s.in = append(s.in, b.slots[x])
	sgd := u.rule.(*SGD)
	if s.out.dtype == tensor.Float32 {
		s.updating = absorbed(s, sgd, kernels[float32](b.engine32))
	} else {
		s.updating = absorbed(s, sgd, kernels[float64](b.engine64))
	}
	return true
}

func absorbed[T float](s *step, sgd *SGD, k kernels[T]) func() error {
	dz, d, w, x := ref[T](s.out), ref[T](s.in[0]), ref[T](s.in[1]), ref[T](s.in[2])
	batch, rows, cols := s.in[0].shape[0], s.in[1].shape[0], s.in[1].shape[1]
	return func() error {
		k.MatMulTransBUpdate(*dz, *w, T(-sgd.Rate), *x, *d, batch, rows, cols)
		return nil
	}
}
