package graph

import (
	"errors"
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
)

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
//
// Of several inputs it returns the one that the plan reads last: after an update that was not finite, that is the
// parameter whose gradient was computed first. Random nodes and dropout draw anew; the running statistics of batch
// normalisation stay as they are.
func (m *Machine) FirstNonFinite() (*NonFiniteError, error) {
	if m.closed {
		return nil, errors.New("graph: FirstNonFinite of a closed machine")
	}
	p := m.plan
	if err := p.load(); err != nil {
		return nil, fmt.Errorf("graph: %w", err)
	}
	for i := len(p.inputs) - 1; i >= 0; i-- {
		if e := p.inputs[i].nonFinite(); e != nil {
			return e, nil
		}
	}
	search := func() error {
		return p.run(false, func(s *step) error {
			if e := s.out.nonFinite(); e != nil {
				return e
			}
			return nil
		})
	}
	for i := range p.modes {
		next := search
		search = func() error { return p.modes[i].keep(next) }
	}
	err := search()
	var found *NonFiniteError
	if errors.As(err, &found) {
		return found, nil
	}
	if err != nil {
		return nil, fmt.Errorf("graph: %w", err)
	}
	return nil, nil
}

// guard makes the step that checks s.
func guard(s *slot) step {
	return step{kind: stepGuard, what: "guard", node: s.node, in: []*slot{s}, run: func() error {
		if e := s.nonFinite(); e != nil {
			return e
		}
		return nil
	}}
}

// nonFinite returns the slot's first element that is a NaN or an infinity, or nil.
func (s *slot) nonFinite() *NonFiniteError {
	i, x := firstNonFinite(s.f32)
	if i < 0 {
		i, x = firstNonFinite(s.f64)
	}
	if i < 0 {
		return nil
	}
	return &NonFiniteError{Node: s.node, Index: i, Value: x}
}

func firstNonFinite[T float](x []T) (int, float64) {
	for i, v := range x {
		if y := float64(v); math.IsNaN(y) || math.IsInf(y, 0) {
			return i, y
		}
	}
	return -1, 0
}
