// Package hook calls functions with the values of a graph's nodes, on a schedule. It works on every Gorgonia graph:
// one that package models made, or your own.
package hook

import (
	"errors"
	"fmt"
	"slices"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A Value is the value of a node that a hook gets. A truth value is 0 or 1.
type Value struct {
	Node  *G.Node
	Name  string    // of the node, or for the gradient of an input w that has no name of its own, dcost/dw
	Shape []int     // empty for a scalar
	Data  []float32 // row-major; what is not a float32 is rounded
	Exact []float64 // row-major, of a node whose elements are not float32; nil if they are
}

// An Observation is what a hook gets: the values of the nodes it asked for, in that order, computed with the parameters
// after Update updates. The slices are overwritten by the next run of the graph; a hook that keeps them copies them.
type Observation struct {
	Update int
	Values []Value
}

// A Func is a hook. An error stops the run that called it.
type Func func(Observation) error

// A Lab attaches hooks to one graph and runs it. All hooks are attached before the first run, which compiles the graph
// with the hooks' nodes observed. A Lab is used by one goroutine.
type Lab struct {
	graph   *G.ExprGraph
	options []graph.Option
	hooks   []*attached
	machine *graph.Machine
}

type attached struct {
	name     string
	schedule Schedule
	nodes    G.Nodes
	f        Func
	values   []Value
}

// NewLab makes a lab for g. The options are those of the machine that will run it: parameter updates, for example.
func NewLab(g *G.ExprGraph, opts ...graph.Option) *Lab { return &Lab{graph: g, options: opts} }

// Graph returns the graph of the lab.
func (l *Lab) Graph() *G.ExprGraph { return l.graph }

// On calls f with the values of nodes whenever s is due. An error says the hook's name. On panics after the first run.
func (l *Lab) On(name string, s Schedule, nodes G.Nodes, f Func) {
	if l.machine != nil {
		panic("hook: On after the first run")
	}
	l.hooks = append(l.hooks, &attached{name: name, schedule: s, nodes: nodes, f: f, values: make([]Value, len(nodes))})
}

// Every is On(name, Every(n), nodes, f).
func (l *Lab) Every(name string, n int, nodes G.Nodes, f Func) { l.On(name, Every(n), nodes, f) }

// Machine returns the lab's machine, compiling it if this is the first call.
func (l *Lab) Machine() (*graph.Machine, error) {
	if l.machine != nil {
		return l.machine, nil
	}
	opts := slices.Clone(l.options)
	for _, h := range l.hooks {
		opts = append(opts, graph.Observe(h.nodes...))
	}
	m, err := graph.New(l.graph, opts...)
	if err != nil {
		return nil, err
	}
	l.machine = m
	return m, nil
}

// Step runs the graph once, whatever is due, and calls the hooks that are due at the given update.
func (l *Lab) Step(update int) error {
	m, err := l.Machine()
	if err != nil {
		return err
	}
	if err := l.read(update, true); err != nil {
		return err
	}
	if err := m.RunAll(); err != nil {
		return fmt.Errorf("update %d: %w", update, err)
	}
	if err := l.read(update, false); err != nil {
		return err
	}
	return l.call(update)
}

// Probe runs the graph only if a hook is due at the given update, and calls the hooks that are due. A lab that probes observes
// the parameters that another machine trains, through its own graph.
func (l *Lab) Probe(update int) error {
	if !l.Due(update) {
		return nil
	}
	return l.Step(update)
}

// Due reports whether a hook is due at the given update.
func (l *Lab) Due(update int) bool {
	for _, h := range l.hooks {
		if h.schedule(update) {
			return true
		}
	}
	return false
}

// Close closes the lab's machine.
func (l *Lab) Close() error {
	if l.machine == nil {
		return nil
	}
	return l.machine.Close()
}

// read reads the inputs among the nodes of the hooks that are due, or the other nodes. Inputs are read before the graph
// runs, since running it may update them.
func (l *Lab) read(update int, inputs bool) error {
	for _, h := range l.hooks {
		if !h.schedule(update) {
			continue
		}
		for i, n := range h.nodes {
			if (n.Op() == nil) != inputs {
				continue
			}
			if err := h.values[i].read(n); err != nil {
				return h.failed(update, err)
			}
		}
	}
	return nil
}

func (h *attached) failed(update int, err error) error {
	return fmt.Errorf("hook %q at update %d: %w", h.name, update, err)
}

func (l *Lab) call(update int) error {
	var errs []error
	for _, h := range l.hooks {
		if !h.schedule(update) {
			continue
		}
		if err := h.f(Observation{Update: update, Values: h.values}); err != nil {
			errs = append(errs, h.failed(update, err))
		}
	}
	return errors.Join(errs...)
}

// read points v at the node's present value, or at a copy if the node is an input.
func (v *Value) read(n *G.Node) (err error) {
	value, input := n.Value(), n.Op() == nil
	if v.Data, err = own(graph.Float32s, value, v.Data, input); err != nil {
		return fmt.Errorf("%s: %w", graph.Describe(n), err)
	}
	if value.Dtype() != tensor.Float32 {
		if v.Exact, err = own(graph.Float64s, value, v.Exact, input); err != nil {
			return fmt.Errorf("%s: %w", graph.Describe(n), err)
		}
	}
	if v.Node == nil {
		v.Node, v.Name = n, graph.Name(n)
	}
	v.Shape = append(v.Shape[:0], n.Shape()...)
	return nil
}

// own returns the value's elements, in buf if they are to be a copy.
func own[T float32 | float64](read func(G.Value, []T) ([]T, error), v G.Value, buf []T, copied bool) ([]T, error) {
	x, err := read(v, buf)
	if err == nil && copied {
		x = append(buf[:0], x...)
	}
	return x, err
}

// Layers returns each of the parameters and its gradient, which it must have: what most hooks want to see. Their values are called
// by the parameters' names: w, dcost/dw.
func Layers(params ...*G.Node) G.Nodes {
	var nodes G.Nodes
	for _, p := range params {
		nodes = append(nodes, p, p.Deriv())
	}
	return nodes
}
