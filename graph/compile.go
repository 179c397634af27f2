package graph

import (
	"errors"
	"fmt"

	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
)

// unit is a node as lowered: the nodes whose values it reads, and the code that computes it.
type unit struct {
	kind  stepKind
	node  *G.Node
	what  string // for WritePlan; the node's op if empty
	uses  []*G.Node
	after []*G.Node                                // nodes whose ops leave behind, in memory of their own, what this one's op reads
	code  func(out *slot, in []*slot) func() error // nil for inputs and constants
}

// builder lowers what some nodes need.
type builder struct {
	engine32  *kernel.Engine
	engine64  *kernel.Engine64
	observed  map[*G.Node]bool
	shown     map[*G.Node]bool // keeps its memory, but may be computed inside another node
	params    map[*G.Node]bool // what the updates change
	memory    memory
	progress  *progress
	consumers map[*G.Node]int // how many live units read a node; nil while counting
	slots     map[*G.Node]*slot
	seen      map[*G.Node]bool
	units     []unit
}

// targets are what a plan is to compute.
type targets struct {
	roots   G.Nodes // observed or guarded, or read by a statement
	shown   G.Nodes // kept if they are computed
	reads   []read
	updates []update
}

// newTargets reads the options and the graph's statements.
func newTargets(g *G.ExprGraph, o *options) (t targets, err error) {
	var sets []update
	if t.reads, sets, err = statements(g); err != nil {
		return t, err
	}
	observed := o.observed
	if len(observed) == 0 && len(o.updates) == 0 {
		observed, t.shown = wanted(g)
	}
	t.updates = append(o.updates, sets...)
	t.roots = append(append(G.Nodes{}, o.guarded...), observed...)
	for _, r := range t.reads {
		t.roots = append(t.roots, r.node)
	}
	if len(t.roots) == 0 && len(t.updates) == 0 {
		return t, errors.New("the graph has no node to compute")
	}
	member := set(g.AllNodes())
	for _, n := range t.roots {
		if n == nil || !member[n] || isStatement(n) {
			return t, fmt.Errorf("cannot observe %s: it is not a value of the machine's graph", Describe(n))
		}
	}
	return t, checkUpdates(member, t.updates)
}

// compile lowers what the roots need, twice: once to count each value's readers, and once with the fusions that
// these counts allow.
func compile(g *G.ExprGraph, e *kernel.Engine, o *options) (*plan, error) {
	t, err := newTargets(g, o)
	if err != nil {
		return nil, err
	}
	p := &plan{reads: t.reads, training: !o.eval, updates: t.updates, progress: progress{scale: 1}}
	if err := p.progress.clip(o.clips, o.updates); err != nil {
		return nil, err
	}
	b := &builder{engine32: e, engine64: e.Float64(), observed: set(t.roots), shown: set(t.shown), params: make(map[*G.Node]bool),
		memory: share(g), progress: &p.progress}
	for _, u := range t.updates {
		b.params[u.param] = true
	}
	if err := b.traverse(t.roots, t.updates); err != nil {
		return nil, err
	}
	lowered := len(b.units)
	b.count(t.updates)
	if err := b.traverse(t.roots, t.updates); err != nil {
		return nil, err
	}

	if p.modes, err = modes(g, p.training); err != nil {
		return nil, err
	}
	p.stats.Nodes = len(g.AllNodes())
	p.stats.Fused = lowered - len(b.units)
	if err := p.assemble(b, o.guarded); err != nil {
		return nil, err
	}
	p.planMemory(b)
	p.stats.Steps = len(p.steps)
	for _, u := range b.units {
		if (b.observed[u.node] || b.shown[u.node]) && u.code != nil {
			p.observed = append(p.observed, b.slots[u.node])
		}
	}
	for i := range p.reads {
		p.reads[i].from = b.slots[p.reads[i].node]
	}
	p.gradients = b.gradients(g)
	return p, p.bind()
}

// count counts the readers of every value.
func (b *builder) count(updates []update) {
	b.consumers = make(map[*G.Node]int)
	for _, u := range b.units {
		for _, n := range u.uses {
			b.consumers[n]++
		}
	}
	for _, u := range updates {
		b.consumers[u.grad]++
	}
}

func set(nodes G.Nodes) map[*G.Node]bool {
	m := make(map[*G.Node]bool)
	for _, n := range nodes {
		m[n] = true
	}
	return m
}

// traverse lists the live units in topological order, in units.
func (b *builder) traverse(roots G.Nodes, updates []update) error {
	b.units, b.seen, b.slots = nil, make(map[*G.Node]bool), make(map[*G.Node]*slot)
	for i := range updates {
		roots = append(append(roots[:len(roots):len(roots)], updates[i].reads(b)...), updates[i].param)
	}
	for _, n := range roots {
		if err := b.visit(n); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) visit(n *G.Node) error {
	if b.seen[n] {
		return nil
	}
	b.seen[n] = true
	u, err := b.lower(n)
	if err != nil {
		return err
	}
	for _, before := range [][]*G.Node{u.uses, u.after} {
		for _, c := range before {
			if err := b.visit(c); err != nil {
				return err
			}
			if b.slots[c] == nil {
				return fmt.Errorf("%s needs itself: the graph has a cycle", Describe(c))
			}
		}
	}
	b.slots[n] = newSlot(n)
	b.units = append(b.units, u)
	return nil
}

// sole reports whether n's only reader is the one that asks, so that it may be computed inside that reader.
func (b *builder) sole(n *G.Node) bool {
	return b.consumers != nil && b.consumers[n] == 1 && !b.observed[n]
}

// assemble turns units into steps, with guards right behind what they guard and updates as early as they may be.
func (p *plan) assemble(b *builder, guards G.Nodes) error {
	guarded := set(guards)
	lastGuard := -1
	var base []step
	for _, u := range b.units {
		out := b.slots[u.node]
		switch {
		case u.code != nil:
			s := step{kind: u.kind, what: u.what, node: u.node, out: out}
			if s.what == "" {
				s.what = u.node.Op().String()
			}
			for _, n := range u.uses {
				s.in = append(s.in, b.slots[n])
			}
			s.run = u.code(out, s.in)
			base = append(base, s)
			if u.kind == stepFallback {
				p.stats.Fallback++
			}
		case isInput(u.node):
			p.inputs = append(p.inputs, out)
		default: // a constant
			if err := out.set(u.node.Value()); err != nil {
				return err
			}
		}
		if guarded[u.node] {
			lastGuard = len(base)
			base = append(base, guard(out))
		}
	}
	p.share(p.updates, b)
	touch(base)
	p.place(b, base, lastGuard)
	return nil
}

// place makes the updates steps, as early as they may be: behind the last reader of the parameter and what makes the gradient, or behind
// the step that measures all gradients.
func (p *plan) place(b *builder, base []step, lastGuard int) {
	after := make([][]step, len(base)+1)
	if p.progress.most > 0 {
		after[len(base)] = []step{p.progress.measure(b, p.updates)}
	}
	for i := range p.updates {
		u := &p.updates[i]
		s := u.step(b)
		at := max(lastGuard, s.out.base.to)
		for _, in := range s.in {
			at = max(at, in.made)
		}
		if p.progress.most > 0 && !u.sets() {
			at = len(base) - 1
		}
		if at >= 0 && base[at].absorb(u, b) {
			p.stats.Fused++
			continue
		}
		s.updating = u.code(b, &s)
		after[at+1] = append(after[at+1], s)
	}
	for i := range base {
		p.steps = append(p.steps, after[i]...)
		p.steps = append(p.steps, base[i])
	}
	p.steps = append(p.steps, after[len(base)]...)
}

// share notes inputs that are bound to the memory of a parameter, so that its update waits for their readers too.
func (p *plan) share(updates []update, b *builder) {
	for _, u := range updates {
		param := b.slots[u.param]
		param.param = true
		for _, s := range p.inputs {
			if s != param && overlap(s.node.Value(), u.param.Value()) {
				s.base = param.base
			}
		}
	}
}

// touch notes the step that makes each slot, the last step that touches its memory, and which slots share memory.
func touch(steps []step) {
	for i := range steps {
		s := &steps[i]
		if s.kind == stepAlias {
			s.out.base = s.in[0].base
		}
		for _, in := range s.in {
			in.base.to = i
		}
		if s.out == nil {
			continue
		}
		if s.kind != stepUpdate {
			s.out.made = i
		}
		s.out.base.to = i
	}
}

// planMemory gives every kernel's result memory. A buffer whose last reader has run is given to the next
// result of its type and size, unless it is observed.
func (p *plan) planMemory(b *builder) {
	touch(p.steps)
	for _, u := range b.units {
		if b.observed[u.node] || b.shown[u.node] {
			b.slots[u.node].base.fixed = true
		}
	}
	type class struct {
		dtype any
		size  int
	}
	free := make(map[class][]*slot)
	dead := make(map[int][]*slot)
	buffers := 0
	for i := range p.steps {
		if s := &p.steps[i]; s.kind == stepKernel {
			c := class{s.out.dtype, s.out.size()}
			if l := free[c]; len(l) > 0 && !s.out.fixed {
				last := l[len(l)-1]
				s.out.f32, s.out.f64, s.out.buffer = last.f32, last.f64, last.buffer
				free[c] = l[:len(l)-1]
			} else {
				s.out.allocate()
				buffers++
				s.out.buffer = buffers
				p.stats.Bytes += int64(c.size) * int64(s.out.dtype.Size())
			}
			if !s.out.fixed {
				dead[s.out.to] = append(dead[s.out.to], s.out)
			}
		}
		for _, d := range dead[i] {
			c := class{d.dtype, d.size()}
			free[c] = append(free[c], d)
		}
	}
}
