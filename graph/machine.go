package graph

import (
	"errors"
	"fmt"
	"io"
	"runtime"

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
	cleanup    runtime.Cleanup // stops an engine whose machine was never closed
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
	clips    []clipping
	eval     bool
}

// Observe makes the Values of the given nodes right after every RunAll. A Value is overwritten by the next
// RunAll, so a reader that keeps it clones it. The Value of an input is what it is bound to, after the updates.
//
// Without Observe and Update, so that a Machine may be put where a tape machine was, the graph's roots (nodes that no other
// node reads) and the gradients of its inputs are observed, and every node of its forward part has a right Value that is not
// computed inside another node's step. The forward part is what the differentiated nodes need, and what the other roots need
// that are not gradients.
func Observe(nodes ...*G.Node) Option {
	return func(o *options) { o.observed = append(o.observed, nodes...) }
}

// Guard stops RunAll with a *NonFiniteError, before any parameter is updated, when one of the given nodes holds
// a NaN or an infinity. A guarded node is observed. Guarding a scalar cost is nearly free.
func Guard(nodes ...*G.Node) Option {
	return func(o *options) { o.guarded = append(o.guarded, nodes...) }
}

// Update applies rule to each of params with the gradient node at the same index of grads, at the end of every RunAll
// (in the plan: as soon as nobody needs the old value any more). All gradients are those of the old parameters. Given several times, it
// has a rule for each group of parameters.
//
// A parameter is an input node bound to a dense, row-major tensor of the gradient's shape. If another input is to share
// its memory, both are bound to it before New.
func Update(rule Rule, params, grads G.Nodes) Option {
	return func(o *options) {
		for i := range max(len(params), len(grads)) {
			u := update{rule: rule}
			if i < len(params) {
				u.param = params[i]
			}
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

// EvalMode runs ops that differ between training and evaluation (dropout, batch normalisation) in evaluation. The mode is the
// machine's: one that trains and one that evaluates may run one graph in turn. A machine leaves the running statistics of batch
// normalisation as it finds them, but for what its runs add to them; [gorgonia.BatchNormOp.Reset] forgets them.
func EvalMode() Option { return func(o *options) { o.eval = true } }

// New compiles g. It fails, naming the node, when a node is not of the graph, when an update's parameter is not an
// input, is updated twice or has no gradient of its type and size, or when there is nothing to compute.
func New(g *G.ExprGraph, opts ...Option) (_ *Machine, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("graph: %w", err)
		}
	}()
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if g == nil || len(g.AllNodes()) == 0 {
		return nil, errors.New("cannot compile an empty graph")
	}
	m := &Machine{engine: o.engine, graph: g}
	if m.engine == nil {
		if m.engine, err = kernel.New(kernel.Options{Threads: o.threads}); err != nil {
			return nil, err
		}
		m.ownsEngine = true
	}
	if m.plan, err = compile(g, m.engine, &o); err != nil {
		m.Close()
		return nil, err
	}
	if m.ownsEngine {
		m.cleanup = runtime.AddCleanup(m, (*kernel.Engine).Close, m.engine)
	}
	return m, nil
}

// RunAll reads the inputs' values, evaluates the graph once, updates the parameters and makes the observed nodes'
// values right. An error names the node. An input without a right value and a *NonFiniteError come before any update;
// after an error of an op the parameters whose update came before it in the plan are updated.
func (m *Machine) RunAll() error {
	if m.closed {
		return errors.New("graph: RunAll of a closed machine")
	}
	p := m.plan
	if err := p.run(true, nil); err != nil {
		return fmt.Errorf("graph: %w", err)
	}
	p.progress.done++
	if err := p.publish(); err != nil {
		return fmt.Errorf("graph: %w", err)
	}
	return nil
}

// States returns what the rule that updates param keeps between two runs, zero before the first run. The tensors share the rule's
// memory, so that a copy of their elements keeps a state and writing them restores one, together with [Machine.SetUpdates]. It is nil for a
// node that is not updated, and for a rule without states.
func (m *Machine) States(param *G.Node) []State {
	for i := range m.plan.updates {
		if u := &m.plan.updates[i]; u.param == param {
			return u.states
		}
	}
	return nil
}

// Updates returns how many runs have updated the parameters: the number of the last update, which is 1 for the first.
func (m *Machine) Updates() int { return m.plan.progress.done }

// SetUpdates makes n the number of the last update, as it was when the states that are written to States were kept.
func (m *Machine) SetUpdates(n int) { m.plan.progress.done = n }

// Reset does nothing: it is there for gorgonia.VM, and leaves the rules' [Machine.States] alone.
func (m *Machine) Reset() {}

// Close stops the machine's engine if the machine made it. What is never closed is stopped after the machine was
// garbage-collected.
func (m *Machine) Close() error {
	if m.ownsEngine && !m.closed {
		m.cleanup.Stop()
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
	Fused    int   // nodes and updates computed inside another node's step
	Bytes    int64 // buffers planned, without inputs, parameters and constants
}

// Stats describes the compiled plan.
func (m *Machine) Stats() Stats { return m.plan.stats }

// WritePlan prints the plan, one step a line: what it computes, the node, its shape and memory, and what it reads.
func (m *Machine) WritePlan(w io.Writer) error { return m.plan.write(w) }
