package graph

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// mode sets an op that differs between training and evaluation. The op has one mode, and perhaps several machines that run it.
type mode struct {
	node           *G.Node
	op             G.TrainModeOp
	norm           *G.BatchNormOp // nil if the op is another one
	training       *bool          // of norm
	mean, variance tensor.Tensor  // running statistics of norm that are to be restored
}

// modes returns those of the graph's ops that have a mode.
func modes(g *G.ExprGraph, training bool) (list []mode, err error) {
	for _, n := range g.AllNodes() {
		op, ok := n.Op().(G.TrainModeOp)
		if !ok {
			continue
		}
		m := mode{node: n, op: op}
		if m.norm, ok = op.(*G.BatchNormOp); ok {
			m.training = (*bool)(reflect.ValueOf(op).Elem().FieldByName("training").Addr().UnsafePointer())
			mean, variance := m.norm.Stats()
			m.mean, m.variance = mean.Clone().(tensor.Tensor), variance.Clone().(tensor.Tensor)
			if training && allZero(variance) {
				err = m.norm.Reset() // the statistics were never set; variances begin with 1
			}
		} else if _, ok := op.(interface {
			Stats() (tensor.Tensor, tensor.Tensor)
		}); ok {
			continue // the derivative of a BatchNormOp, which has the mode of that
		}
		if err == nil {
			err = m.enter(training)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// enter sets the op's mode. Gorgonia's batch normalisation forgets its running statistics whenever it is set to training; here
// it keeps them.
func (m *mode) enter(training bool) error {
	if m.norm == nil {
		return m.wrap(m.op.SetTraining(training))
	}
	if *m.training == training {
		return nil
	}
	return m.keep(func() error { return m.op.SetTraining(training) })
}

// keep calls f, and restores the running statistics to what they were before.
func (m *mode) keep(f func() error) error {
	if m.norm == nil {
		return f()
	}
	mean, variance := m.norm.Stats()
	if err := errors.Join(tensor.Copy(m.mean, mean), tensor.Copy(m.variance, variance)); err != nil {
		return m.wrap(err)
	}
	return errors.Join(f(), m.wrap(m.norm.SetStats(m.mean, m.variance)))
}

func (m *mode) wrap(err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", Describe(m.node), err)
	}
	return nil
}

func allZero(v G.Value) bool {
	x, err := Float32s(v, nil)
	return err == nil && !slices.ContainsFunc(x, func(y float32) bool { return y != 0 })
}
