package models

import (
	"errors"
	"math"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// own is tanh made of Gorgonia's ops.
func own(t *testing.T) Activation {
	t.Helper()
	a, err := NewActivation("own", "tanh(s)", func(s *G.Node) (*G.Node, error) { return G.Tanh(s) })
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// An activation of Gorgonia's ops trains and measures like the one that is built in: the same derivative, the same gradients of a
// network, the same curvature.
func TestNewActivation(t *testing.T) {
	mine, built := own(t), byNameOrFail(t, ActivationByName, "tanh")
	for _, s := range points {
		near(t, "Derivative", s, mine.Derivative(s, math.NaN()), built.Derivative(s, math.Tanh(s)), 1e-15)
	}
	results := map[string][][]float64{}
	for _, a := range []Activation{mine, built} {
		_, m, hw, hb, machine := curved(t, "hessian", Config{Hidden: []int{4, 3}, Activation: a, Dtype: tensor.Float64})
		run(t, machine)
		for _, nodes := range [][]*G.Node{hw, hb, m.DW, m.DB} {
			for _, n := range nodes {
				results[a.Name] = append(results[a.Name], numbers(n.Value()))
			}
		}
	}
	for i, want := range results["tanh"] {
		allNear(t, "result", results["own"][i], want, 1e-12)
	}
}

func TestNewActivationRefuses(t *testing.T) {
	same := func(s *G.Node) (*G.Node, error) { return s, nil }
	_, err := NewActivation("", "s", same)
	message(t, err, "an activation needs a name and a function")
	_, err = NewActivation("mine", "s", nil)
	message(t, err, "an activation needs a name and a function")
	_, err = NewActivation("mine", "s", func(*G.Node) (*G.Node, error) { return nil, errors.New("no such op") })
	message(t, err, "activation mine: no such op")
	_, err = NewActivation("mine", "sum s", func(s *G.Node) (*G.Node, error) { return G.Sum(s) })
	message(t, err, "activation mine: f(s) is float64 () for s of float64 (1); want the same")
	flat := &graph.Func{Name: "flat", Args: 1}
	if _, err := NewActivation("mine", "flat", func(s *G.Node) (*G.Node, error) { return flat.Apply(s) }); err == nil {
		t.Error("a function without a derivative is accepted")
	}
	if a, err := NewActivation("mine", "s", same); err != nil || a.Derivative(3, 3) != 1 {
		t.Errorf("the identity is refused: %v", err)
	}
}
