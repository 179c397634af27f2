package graph

import (
	"fmt"
	"reflect"

	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
)

type stepKind uint8

const (
	stepKernel   stepKind = iota // writes planned memory
	stepAlias                    // shares the memory of its input
	stepFallback                 // runs the op's Do, which makes its own memory
	stepGuard                    // checks that a node is finite
	stepUpdate                   // changes a parameter
)

type step struct {
	kind stepKind
	node *G.Node
	out  *slot
	in   []*slot
	run  func() error
}

// plan is a compiled graph.
type plan struct {
	steps    []step
	inputs   []*slot
	observed []*slot
	reads    []read
	stats    Stats
	at       int // the step that runs, for the message of a panic
}

// read is a gorgonia.Read statement: the value of from is copied to into.
type read struct {
	from *slot
	into *G.Value
}

// unit is a node as lowered: the nodes whose values it reads, and the code that computes it.
type unit struct {
	kind stepKind
	node *G.Node
	uses []*G.Node
	code func(out *slot, in []*slot) func() error // nil for inputs and constants
}

type builder struct {
	f32       kernels[float32]
	f64       kernels[float64]
	engine32  *kernel.Engine
	engine64  *kernel.Engine64
	observed  map[*G.Node]bool
	consumers map[*G.Node]int // how many live units read a node; nil while counting
	slots     map[*G.Node]*slot
	seen      map[*G.Node]bool
	units     []unit
}

// compile lowers what the roots need, twice: once to count each value's readers, and once with the fusions that
// these counts allow.
func compile(g *G.ExprGraph, e *kernel.Engine, o *options) (*plan, error) {
	reads, err := readStatements(g)
	if err != nil {
		return nil, err
	}
	if err := checkUpdates(g, o.updates); err != nil {
		return nil, err
	}
	roots := append(append(G.Nodes{}, o.guarded...), o.observed...)
	for _, r := range reads {
		roots = append(roots, r.node)
	}
	if len(roots) == 0 && len(o.updates) == 0 {
		if roots = graphRoots(g); len(roots) == 0 {
			return nil, fmt.Errorf("the graph has no node to compute")
		}
		o.observed = roots
	}
	for _, n := range roots {
		if n == nil || n.Graph() != g {
			return nil, fmt.Errorf("cannot observe %s: it is not of the machine's graph", Describe(n))
		}
	}

	e64 := kernel.NewEngine64()
	b := &builder{f32: e, f64: e64, engine32: e, engine64: e64, observed: make(map[*G.Node]bool)}
	for _, n := range roots {
		b.observed[n] = true
	}
	b.traverse(roots, o.updates)
	counts := make(map[*G.Node]int)
	for _, u := range b.units {
		for _, n := range u.uses {
			counts[n]++
		}
	}
	for _, u := range o.updates {
		counts[u.grad]++
	}
	lowered := len(b.units)
	b.consumers = counts
	b.traverse(roots, o.updates)

	p := &plan{}
	if err := p.assemble(b, o); err != nil {
		return nil, err
	}
	p.planMemory(b)
	p.stats.Nodes = len(g.AllNodes())
	p.stats.Steps = len(p.steps)
	p.stats.Fused = lowered - len(b.units)
	for _, n := range roots {
		if s := b.slots[n]; n.Op() != nil && !isConstant(n) {
			p.observed = append(p.observed, s)
		}
	}
	for _, r := range reads {
		p.reads = append(p.reads, read{b.slots[r.node], r.into})
	}
	return p, p.bindObserved()
}

// traverse lists the live units in topological order, in units.
func (b *builder) traverse(roots G.Nodes, updates []update) {
	b.units, b.seen, b.slots = nil, make(map[*G.Node]bool), make(map[*G.Node]*slot)
	for _, n := range roots {
		b.visit(n)
	}
	for i := range updates {
		for _, n := range updates[i].reads(b) {
			b.visit(n)
		}
		b.visit(updates[i].param)
	}
}

func (b *builder) visit(n *G.Node) {
	if b.seen[n] {
		return
	}
	b.seen[n] = true
	u := b.lower(n)
	for _, c := range u.uses {
		b.visit(c)
	}
	b.slots[n] = newSlot(n)
	b.units = append(b.units, u)
}

// sole reports whether n's only reader is the one that asks, so that it may be computed inside that reader.
func (b *builder) sole(n *G.Node) bool {
	return b.consumers != nil && b.consumers[n] == 1 && !b.observed[n]
}

// assemble turns units into steps, with guards right behind what they guard and updates as early as they may be.
func (p *plan) assemble(b *builder, o *options) error {
	guarded := make(map[*G.Node]bool)
	for _, n := range o.guarded {
		guarded[n] = true
	}
	lastGuard := -1
	var base []step
	for _, u := range b.units {
		out := b.slots[u.node]
		if u.code != nil {
			in := make([]*slot, len(u.uses))
			for i, n := range u.uses {
				in[i] = b.slots[n]
			}
			base = append(base, step{u.kind, u.node, out, in, u.code(out, in)})
			if u.kind == stepFallback {
				p.stats.Fallback++
			}
		} else if u.node.Op() == nil {
			p.inputs = append(p.inputs, out)
		} else if err := out.set(u.node.Value()); err != nil { // a constant
			return err
		}
		if guarded[u.node] {
			lastGuard = len(base)
			base = append(base, step{stepGuard, u.node, nil, []*slot{out}, guard(out)})
		}
	}
	touch(base)
	after := make([][]step, len(base)+1)
	for i := range o.updates {
		s := o.updates[i].step(b)
		at := max(lastGuard, s.out.base.to)
		for _, in := range s.in {
			at = max(at, in.made)
		}
		after[at+1] = append(after[at+1], s)
	}
	for i := range base {
		p.steps = append(p.steps, after[i]...)
		p.steps = append(p.steps, base[i])
	}
	p.steps = append(p.steps, after[len(base)]...)
	return nil
}

func guard(s *slot) func() error {
	return func() error {
		if e := s.nonFinite(); e != nil {
			return e
		}
		return nil
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
// result of its type and size. Memory that others than kernels see (observers, ops run by Do, whose results may be views of
// their arguments) is never given away.
func (p *plan) planMemory(b *builder) {
	touch(p.steps)
	for n := range b.observed {
		b.slots[n].base.fixed = true
	}
	for i := range p.steps {
		s := &p.steps[i]
		if s.kind == stepFallback {
			for _, in := range s.in {
				in.base.fixed = true
			}
		}
	}
	type class struct {
		dtype any
		size  int
	}
	free := make(map[class][]*slot)
	dead := make(map[int][]*slot)
	for i := range p.steps {
		s := &p.steps[i]
		if s.kind == stepKernel {
			c := class{s.out.dtype, s.out.size()}
			if l := free[c]; len(l) > 0 && !s.out.fixed {
				s.out.f32, s.out.f64 = l[len(l)-1].f32, l[len(l)-1].f64
				free[c] = l[:len(l)-1]
			} else {
				s.out.allocate()
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

// load reads the inputs' values.
func (p *plan) load() error {
	for _, s := range p.inputs {
		v := s.node.Value()
		if v != nil && v == s.value && s.sameMemory(v) {
			continue // as in the last run
		}
		if err := s.set(v); err != nil {
			return err
		}
	}
	return nil
}

func (p *plan) run(updates bool) (err error) {
	p.at = -1
	defer func() {
		if r := recover(); r != nil {
			if p.at < 0 {
				panic(r)
			}
			err = fmt.Errorf("graph: %s: panic: %v", Describe(p.steps[p.at].node), r)
		}
	}()
	if err := p.load(); err != nil {
		return fmt.Errorf("graph: %w", err)
	}
	for i := range p.steps {
		p.at = i
		if err := p.exec(&p.steps[i]); err != nil {
			return err
		}
	}
	p.at = -1
	if err := p.bindObserved(); err != nil {
		return fmt.Errorf("graph: %w", err)
	}
	for _, r := range p.reads {
		if err := r.copy(); err != nil {
			return fmt.Errorf("graph: %w", err)
		}
	}
	return nil
}

func (p *plan) exec(s *step) error {
	if err := s.run(); err != nil {
		if _, ok := err.(*NonFiniteError); ok {
			return err
		}
		return fmt.Errorf("graph: %s: %w", Describe(s.node), err)
	}
	return nil
}

// bindObserved makes the observed nodes' Values those of their slots.
func (p *plan) bindObserved() error {
	for _, s := range p.observed {
		v := s.asValue()
		if v == nil {
			continue // before the first run of an op that makes its own memory
		}
		if !v.Shape().Eq(s.shape) && (s.f32 != nil || s.f64 != nil) {
			s.value = nil
			v = s.asValue()
		}
		if s.node.Value() == v {
			continue
		}
		if err := G.UnsafeLet(s.node, v); err != nil {
			return fmt.Errorf("binding %s: %w", Describe(s.node), err)
		}
	}
	return nil
}

func (r read) copy() error {
	v := r.from.asValue()
	if v == nil {
		return fmt.Errorf("reading %s: it has no value", Describe(r.from.node))
	}
	if *r.into == nil {
		c, err := G.CloneValue(v)
		if err != nil {
			return fmt.Errorf("reading %s: %w", Describe(r.from.node), err)
		}
		*r.into = c
		return nil
	}
	c, err := G.Copy(*r.into, v)
	if err != nil {
		return fmt.Errorf("reading %s: %w", Describe(r.from.node), err)
	}
	*r.into = c
	return nil
}

// readStatement is a node that gorgonia.Read made, as found in the graph.
type readStatement struct {
	node *G.Node
	into *G.Value
}

// readStatements finds the graph's gorgonia.Read statements. Where they write to is a field that gorgonia does not
// export, so it is read by reflection.
func readStatements(g *G.ExprGraph) ([]readStatement, error) {
	var found []readStatement
	for _, n := range g.AllNodes() {
		if opType(n) != "gorgonia.readOp" {
			continue
		}
		into := reflect.ValueOf(n.Op()).FieldByName("into")
		kids := children(n)
		if !into.IsValid() || into.Kind() != reflect.Pointer || len(kids) != 1 {
			return nil, fmt.Errorf("%s: not a read statement of the gorgonia version this package knows", Describe(n))
		}
		found = append(found, readStatement{kids[0], (*G.Value)(into.UnsafePointer())})
	}
	return found, nil
}

// graphRoots returns the nodes that no node reads, in the order they were added.
func graphRoots(g *G.ExprGraph) G.Nodes {
	var roots G.Nodes
	for _, n := range g.AllNodes() {
		if n.Op() != nil && !isStatement(n) && g.To(n.ID()).Len() == 0 {
			roots = append(roots, n)
		}
	}
	return roots
}

// children returns the nodes that n reads, in the order of the op's arguments.
func children(n *G.Node) G.Nodes {
	var kids G.Nodes
	for it := n.Graph().From(n.ID()); it.Next(); {
		kids = append(kids, it.Node().(*G.Node))
	}
	return kids
}

func opType(n *G.Node) string {
	if n.Op() == nil {
		return ""
	}
	return fmt.Sprintf("%T", n.Op())
}

func isStatement(n *G.Node) bool {
	t := opType(n)
	return t == "gorgonia.readOp" || t == "gorgonia.letOp"
}

func isConstant(n *G.Node) bool {
	t := opType(n)
	return t == "gorgonia.constantScalar" || t == "gorgonia.constantTensor"
}
