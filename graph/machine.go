package graph

import (
	"errors"
	"fmt"
	"math"

	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
)

// Machine runs one graph. It is a [gorgonia.VM].
//
// A Machine is used by one goroutine at a time, and so is its engine.
type Machine struct {
	engine     *kernel.Engine
	ownsEngine bool
	graph      *G.ExprGraph
	plan       *plan
	closed     bool
}

var _ G.VM = (*Machine)(nil)

// An Option configures New.
type Option func(*options)

type options struct {
	engine   *kernel.Engine
	threads  int
	observed G.Nodes
	guarded  G.Nodes
	updates  []update
	eval     bool
}

// Observe makes the Values of the given nodes right after every RunAll. A Value is overwritten by the next
// RunAll, so a reader that keeps it clones it.
//
// Without Observe, updates or gorgonia.Read statements, the graph's roots (nodes that no other node reads) are observed.
func Observe(nodes ...*G.Node) Option {
	return func(o *options) { o.observed = append(o.observed, nodes...) }
}

// Guard stops RunAll with a *NonFiniteError, before any parameter is updated, when one of the given nodes holds
// a NaN or an infinity. A guarded node is observed. Guarding a scalar cost is nearly free.
func Guard(nodes ...*G.Node) Option {
	return func(o *options) { o.guarded = append(o.guarded, nodes...) }
}

// Update applies rule to each of params with the gradient node at the same index of grads, at the end of every RunAll
// (in the plan: as soon as nobody needs the old value any more).
// A parameter is an input node bound to a dense, row-major tensor of the gradient's shape.
func Update(rule Rule, params, grads G.Nodes) Option {
	return func(o *options) {
		for i, p := range params {
			u := update{rule: rule, param: p}
			if i < len(grads) {
				u.grad = grads[i]
			}
			o.updates = append(o.updates, u)
		}
	}
}

// WithEngine runs the kernels on e, which the caller closes. Several machines used in turn by one goroutine may
// share an engine. Without it, New makes an engine of its own.
func WithEngine(e *kernel.Engine) Option { return func(o *options) { o.engine = e } }

// WithThreads sets the number of threads of the engine that New makes; 0, the default, means all processors.
// Results do not depend on it.
func WithThreads(n int) Option { return func(o *options) { o.threads = n } }

// EvalMode sets ops that differ between training and evaluation (dropout, batch normalisation) to evaluation.
func EvalMode() Option { return func(o *options) { o.eval = true } }

// New compiles g. It fails, naming the node, when a node is of another graph, when an update's
// parameter is not an input or has no gradient, or when the graph is empty.
func New(g *G.ExprGraph, opts ...Option) (*Machine, error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if g == nil || len(g.AllNodes()) == 0 {
		return nil, errors.New("graph: cannot compile an empty graph")
	}
	m := &Machine{engine: o.engine, graph: g}
	if m.engine == nil {
		e, err := kernel.New(kernel.Options{Threads: o.threads})
		if err != nil {
			return nil, fmt.Errorf("graph: %w", err)
		}
		m.engine, m.ownsEngine = e, true
	}
	for _, n := range g.AllNodes() {
		if op, ok := n.Op().(G.TrainModeOp); ok {
			if err := op.SetTraining(!o.eval); err != nil {
				return nil, fmt.Errorf("graph: %s: %w", Describe(n), err)
			}
		}
	}
	p, err := compile(g, m.engine, &o)
	if err != nil {
		m.Close()
		return nil, fmt.Errorf("graph: %w", err)
	}
	m.plan = p
	return m, nil
}

// RunAll reads the inputs' values, evaluates the graph once, updates the parameters and makes the observed nodes'
// values right. An error names the node; parameters whose update came before it in the plan are then updated already,
// except for a *NonFiniteError, which comes before any update.
func (m *Machine) RunAll() error {
	if m.closed {
		return errors.New("graph: RunAll of a closed machine")
	}
	return m.plan.run(true)
}

// Reset does nothing: a Machine has no state between two runs. It is there for gorgonia.VM.
func (m *Machine) Reset() {}

// Close stops the machine's engine if the machine made it.
func (m *Machine) Close() error {
	if m.ownsEngine && !m.closed {
		m.engine.Close()
	}
	m.closed = true
	return nil
}

// Engine returns the engine that runs the kernels.
func (m *Machine) Engine() *kernel.Engine { return m.engine }

// Graph returns the graph that the machine runs.
func (m *Machine) Graph() *G.ExprGraph { return m.graph }

// Stats describes a compiled plan.
type Stats struct {
	Nodes    int   // nodes of the graph
	Steps    int   // steps of the plan, updates included
	Fallback int   // steps that run through an op's own Do
	Fused    int   // nodes computed inside another node's step
	Bytes    int64 // buffers planned, without inputs, parameters and constants
}

// Stats tells what compiling made of the graph.
func (m *Machine) Stats() Stats { return m.plan.stats }

// NonFiniteError says that a guarded node was not finite.
type NonFiniteError struct {
	Node  *G.Node // the guarded node
	Index int     // index of the first non-finite element, row-major
	Value float64 // that element
}

func (e *NonFiniteError) Error() string {
	return fmt.Sprintf("%s is %v at index %d", Describe(e.Node), e.Value, e.Index)
}

// FirstNonFinite evaluates the graph once more on the present values, without updates, and returns where the
// first NaN or infinity arises: an input node if one holds it already, else the first node in the order of the
// plan whose result is not finite although its inputs were. It returns nil if all is finite.
func (m *Machine) FirstNonFinite() (*NonFiniteError, error) {
	p := m.plan
	if err := p.load(); err != nil {
		return nil, err
	}
	for i := len(p.inputs) - 1; i >= 0; i-- {
		if e := p.inputs[i].nonFinite(); e != nil {
			return e, nil
		}
	}
	for i := range p.steps {
		s := &p.steps[i]
		if s.kind == stepUpdate {
			continue
		}
		if err := p.exec(s); err != nil {
			var nf *NonFiniteError
			if errors.As(err, &nf) {
				return nf, nil
			}
			return nil, err
		}
		if s.out == nil {
			continue
		}
		if e := s.out.nonFinite(); e != nil {
			return e, nil
		}
	}
	return nil, nil
}

// Describe names a node for an error message: its name and its op.
func Describe(n *G.Node) string {
	switch {
	case n == nil:
		return "a nil node"
	case n.Op() == nil:
		return fmt.Sprintf("input %q", n.Name())
	case n.Name() == "":
		return fmt.Sprintf("node %d (%v)", n.ID(), n.Op())
	default:
		return fmt.Sprintf("node %q (%v)", n.Name(), n.Op())
	}
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
