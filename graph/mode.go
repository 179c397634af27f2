package graph

import (
	"errors"
	"fmt"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// mode sets an op that differs between training and evaluation. The op has one mode, and perhaps several machines that run it.
type mode struct {
	node           *G.Node
	op             G.TrainModeOp
	norm           *G.BatchNormOp // nil if the op is another one
	mean, variance tensor.Tensor  // the running statistics of norm at the start of a run
}

// modes returns those of the graph's ops that have a mode.
func modes(g *G.ExprGraph) (list []mode, err error) {
	for _, n := range g.AllNodes() {
		op, ok := n.Op().(G.TrainModeOp)
		if !ok {
			continue
		}
		m := mode{node: n, op: op}
		if m.norm, ok = op.(*G.BatchNormOp); ok {
			mean, variance := m.norm.Stats()
			m.mean, m.variance = mean.Clone().(tensor.Tensor), variance.Clone().(tensor.Tensor)
		} else if _, ok := op.(interface {
			Stats() (tensor.Tensor, tensor.Tensor)
		}); ok {
			continue // the derivative of a BatchNormOp, which has the mode of that
		}
		list = append(list, m)
	}
	return list, nil
}

// pristine reports whether the running statistics were never set: Gorgonia sets the variances to 1 before the first training.
func (m *mode) pristine() bool {
	_, v := m.norm.Stats()
	x, err := Float32s(v, nil)
	return err == nil && !slices.ContainsFunc(x, func(y float32) bool { return y != 0 })
}

// enter sets the op's mode. Gorgonia's batch normalisation forgets its running statistics whenever it is set to training; here
// it keeps them, and they are remembered for leave.
func (m *mode) enter(training bool) error {
	if m.norm != nil {
		if training && m.pristine() {
			if err := m.op.SetTraining(true); err != nil {
				return fmt.Errorf("%s: %w", Describe(m.node), err)
			}
		}
		mean, variance := m.norm.Stats()
		if err := errors.Join(tensor.Copy(m.mean, mean), tensor.Copy(m.variance, variance)); err != nil {
			return fmt.Errorf("%s: %w", Describe(m.node), err)
		}
	}
	if err := m.op.SetTraining(training); err != nil {
		return fmt.Errorf("%s: %w", Describe(m.node), err)
	}
	return m.leave()
}

// leave restores the running statistics that enter found.
func (m *mode) leave() error {
	if m.norm == nil {
		return nil
	}
	if err := m.norm.SetStats(m.mean, m.variance); err != nil {
		return fmt.Errorf("%s: %w", Describe(m.node), err)
	}
	return nil
}
