package graph

import (
	"errors"
	"fmt"

	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// update is one parameter's update, as the caller of New asked for it.
type update struct {
	rule        Rule
	param, grad *G.Node
	states      []State
}

// State is what a rule keeps for a parameter between two runs.
type State struct {
	Name          string // as in torch.optim, such as exp_avg; state0, state1, … of a rule of one's own
	*tensor.Dense        // of the parameter's type and shape, and of the rule's memory
}

// sets reports whether the update is a Set statement of the graph.
func (u *update) sets() bool {
	_, set := u.rule.(Assign)
	return set
}

// String says what is done, and value what the rule takes as gradient.
func (u *update) String() string {
	if u.sets() {
		return "gorgonia.Set"
	}
	if u.rule == nil {
		return "update"
	}
	return fmt.Sprintf("update by %T", u.rule)
}

func (u *update) value() string {
	if u.sets() {
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
	switch r := u.rule.(type) {
	case formula:
		return checkFormula(r)
	case Custom:
		return nil
	}
	return errors.New("the rule is neither one of this package nor a Custom")
}

// progress is what the updates of a run have in common.
type progress struct {
	done  int     // updates that were made in earlier runs
	limit float64 // of a gradient's elements; 0 is none
	most  float64 // of the norm of all gradients; 0 is none
	scale float64 // what makes the norm of this run that small
}

// rule returns the rule as it is in this run.
func (p *progress) rule(f formula) kernel.Rule {
	r := f.at(p.done + 1)
	r.Limit, r.Scale = p.limit, p.scale
	return r
}

// plain reports whether an update is w - Rate g and no more.
func (p *progress) plain(u *update) (*SGD, bool) {
	sgd, ok := u.rule.(*SGD)
	return sgd, ok && sgd.Decay == 0 && p.limit == 0 && p.most == 0
}

// product returns x and d if the update can be fused with its gradient xᵀ d. That of plain SGD has other bits than the update by a
// gradient that is stored, so it is made even if somebody else reads the gradient.
func (u *update) product(b *builder) (x, d *G.Node, ok bool) {
	_, known := u.rule.(formula)
	_, plain := b.progress.plain(u)
	if !known || !isProduct(u.grad, "Aᵀ × B") || b.progress.most > 0 || !plain && !b.sole(u.grad) {
		return nil, nil, false
	}
	kids := children(u.grad)
	if !plain && kids[0].Shape()[0] > kernel.FusedBatch {
		return nil, nil, false
	}
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

// step makes the update a step of its own, without its code.
func (u *update) step(b *builder) step {
	s := step{kind: stepUpdate, what: u.String(), node: u.param, out: b.slots[u.param]}
	for _, n := range u.reads(b) {
		s.in = append(s.in, b.slots[n])
	}
	return s
}

// code is what the update's own step does.
func (u *update) code(b *builder, s *step) func() error {
	if s.out.dtype == tensor.Float32 {
		return updateCode(b, u, s.out, s.in, kernels[float32](b.engine32), Custom.Update32)
	}
	return updateCode(b, u, s.out, s.in, kernels[float64](b.engine64), Custom.Update64)
}

// keep makes the rule's states and returns their elements.
func keep[T float](u *update, param *slot) (elements [][]T) {
	for _, name := range stateNames(u.rule) {
		x := alignedFloats[T](param.size())
		hugePages(x)
		elements = append(elements, x)
		u.states = append(u.states, State{name, tensor.New(tensor.WithShape(param.shape...), tensor.WithBacking(x))})
	}
	return elements
}

func updateCode[T float](b *builder, u *update, param *slot, in []*slot, k kernels[T], custom func(Custom, []T, []T, [][]T)) func() error {
	w, state, p := ref[T](param), keep[T](u, param), b.progress
	f, known := u.rule.(formula)
	if len(in) == 2 {
		x, d := ref[T](in[0]), ref[T](in[1])
		batch, rows, cols := in[0].shape[0], in[0].shape[1], in[1].shape[1]
		if sgd, plain := p.plain(u); plain {
			return func() error { k.AddMatMulTransA(*w, T(-sgd.Rate), *x, *d, batch, rows, cols); return nil }
		}
		return func() error { k.ApplyMatMulTransA(p.rule(f), *w, state, *x, *d, batch, rows, cols); return nil }
	}
	g := ref[T](in[0])
	if known {
		return func() error { k.Apply(p.rule(f), *w, *g, state); return nil }
	}
	own := u.rule.(Custom)
	clip := clipped[T](p, u, in[0])
	return func() error {
		if n, ok := own.(Numbered); ok {
			n.Number(p.done + 1)
		}
		custom(own, *w, clip(*g), state)
		return nil
	}
}

// absorb makes the step, the last reader of the parameter, do the update too, if it back-propagates d through the
// parameter, dz = d wᵀ, and the update is one by the product xᵀ d. One kernel then reads w once.
func (s *step) absorb(u *update, b *builder) bool {
	x, d, ok := u.product(b)
	if !ok || s.kind != stepKernel || !isProduct(s.node, "A × Bᵀ") || s.in[0] != b.slots[d] || s.in[1] != b.slots[u.param] {
		return false
	}
	s.what += ", " + u.String()
	s.in = append(s.in, b.slots[x])
	if s.out.dtype == tensor.Float32 {
		s.updating = absorbed(s, u, b.progress, kernels[float32](b.engine32))
	} else {
		s.updating = absorbed(s, u, b.progress, kernels[float64](b.engine64))
	}
	return true
}

func absorbed[T float](s *step, u *update, p *progress, k kernels[T]) func() error {
	dz, d, w, x := ref[T](s.out), ref[T](s.in[0]), ref[T](s.in[1]), ref[T](s.in[2])
	batch, rows, cols := s.in[0].shape[0], s.in[1].shape[0], s.in[1].shape[1]
	if sgd, plain := p.plain(u); plain {
		return func() error { k.MatMulTransBUpdate(*dz, *w, T(-sgd.Rate), *x, *d, batch, rows, cols); return nil }
	}
	f, state := u.rule.(formula), keep[T](u, s.in[1])
	return func() error { k.MatMulTransBApply(*dz, p.rule(f), *w, state, *x, *d, batch, rows, cols); return nil }
}
