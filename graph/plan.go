package graph

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	G "gorgonia.org/gorgonia"
)

type stepKind uint8

const (
	stepKernel   stepKind = iota // writes planned memory
	stepAlias                    // shares the memory of its input
	stepFallback                 // runs the op's Do, which makes its own memory
	stepGuard                    // checks that a node is finite
	stepNorm                     // measures the gradients
	stepUpdate                   // changes a parameter
)

type step struct {
	kind     stepKind
	what     string // for WritePlan
	node     *G.Node
	out      *slot // nil for a guard
	in       []*slot
	run      func() error // nil for an update
	updating func() error // runs instead of run where parameters are updated; nil if there is no difference
}

// plan is a compiled graph.
type plan struct {
	steps     []step
	inputs    []*slot
	observed  []*slot // without inputs and constants
	reads     []read
	gradients []gradient
	modes     []mode
	training  bool // the mode
	updates   []update
	progress  progress
	stats     Stats
}

// load reads the inputs' values.
func (p *plan) load() error {
	for _, s := range p.inputs {
		if err := s.load(); err != nil {
			return err
		}
	}
	return nil
}

// run loads the inputs and does the steps, calling after, if there is one, after each that has a result.
func (p *plan) run(updates bool, after func(*step) error) (err error) {
	if err := p.load(); err != nil {
		return err
	}
	if err := p.enter(); err != nil {
		return err
	}
	at := 0
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: panic: %v", Describe(p.steps[at].node), r)
		}
	}()
	for ; at < len(p.steps); at++ {
		s := &p.steps[at]
		f := s.run
		if updates && s.updating != nil {
			f = s.updating
		}
		if f == nil {
			continue
		}
		if err := f(); err != nil {
			var found *NonFiniteError
			if errors.As(err, &found) {
				return err // it names the node
			}
			return fmt.Errorf("%s: %w", Describe(s.node), err)
		}
		if after != nil && s.out != nil {
			if err := after(s); err != nil {
				return err
			}
		}
	}
	return nil
}

// publish makes the observed nodes' Values right and executes the gorgonia.Read statements.
func (p *plan) publish() error {
	if err := p.bind(); err != nil {
		return err
	}
	for i := range p.gradients {
		if err := p.gradients[i].give(); err != nil {
			return err
		}
	}
	for _, r := range p.reads {
		if err := r.copy(); err != nil {
			return err
		}
	}
	return nil
}

// enter sets the mode of the ops that have one, which another machine may have changed.
func (p *plan) enter() error {
	for i := range p.modes {
		if err := p.modes[i].enter(p.training); err != nil {
			return err
		}
	}
	return nil
}

// bind makes the observed nodes' Values those of their slots.
func (p *plan) bind() error {
	for _, s := range p.observed {
		v := s.asValue()
		if v == nil {
			continue // before the first run of an op that makes its own memory
		}
		if !v.Shape().Eq(s.shape) && (s.f32 != nil || s.f64 != nil) {
			s.value = nil // an op's Do has returned the right elements in another shape
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

// write prints a line for every step.
func (p *plan) write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "step\twhat\tnode\tshape\tmemory\treads")
	number := func(s *slot) string { return fmt.Sprintf("%%%x", s.node.ID()) }
	for i := range p.steps {
		s := &p.steps[i]
		shape, memory, reads := "", "", ""
		if s.out != nil {
			shape = fmt.Sprint(s.out.shape)
			switch b := s.out.base; {
			case b.buffer > 0:
				memory = fmt.Sprintf("buffer %d", b.buffer)
			case isInput(b.node):
				memory = b.node.Name()
			default:
				memory = "its own"
			}
		}
		for _, in := range s.in {
			reads += " " + number(in)
		}
		fmt.Fprintf(t, "%d\t%s\t%%%x %s\t%s\t%s\t%s\n", i, s.what, s.node.ID(), Name(s.node), shape, memory, reads)
	}
	return t.Flush()
}
