package models

import (
	"errors"
	"slices"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
)

// A deep network is refused by its depth, before Gorgonia sees it.
func TestValidate(t *testing.T) {
	deep := Config{Inputs: 3, Hidden: slices.Repeat([]int{2}, MaxLayers), Classes: 2}
	if err := deep.Validate(); err == nil || err.Error() != "1000 hidden layers; want at most 999" {
		t.Error(err)
	}
	deep.Hidden = deep.Hidden[1:]
	if err := deep.Validate(); err != nil {
		t.Error(err)
	}
	deep.Hidden[7] = 0
	if err := deep.Validate(); err == nil || err.Error() != "layer 8 has width 0; want at least 1" {
		t.Error(err)
	}
}

// Counted by hand: 3 x 4 + 4 x 2 = 20 weights of four bytes, twice; batches of 10 times three of 5 values, and of two of 4.
func TestMemory(t *testing.T) {
	c := Config{Inputs: 3, Hidden: []int{4}, Classes: 2}
	if w, m := c.Weights(), c.Memory(10); w != 20 || m != 4*(40+10*(15+8)) {
		t.Errorf("%d weights, %d bytes", w, m)
	}
	// The largest that a configuration may ask for does not overflow.
	c.Hidden = slices.Repeat([]int{1_000_000}, MaxLayers-1)
	if m := c.Memory(1_000_000); m < 1e16 {
		t.Errorf("%d bytes", m)
	}
}

// What Gorgonia says of a graph that it cannot differentiate is cut short.
func TestBrief(t *testing.T) {
	g := G.NewGraph()
	x, y := G.NewScalar(g, G.Float32, G.WithName("x")), G.NewScalar(g, G.Float32, G.WithName("y"))
	cost := G.Must(G.Square(x))
	one := g.AddNode(constant(G.Float32, 1))
	_, err := G.Backpropagate(G.Nodes{cost}, G.Nodes{one}, G.Nodes{x, y})
	if err == nil {
		t.Fatal("the graph can be differentiated")
	}
	if got := brief(err).Error(); got != "gorgonia cannot differentiate this graph: Non Differentiable WRTs" {
		t.Error(got)
	}
	if got := brief(errors.New(strings.Repeat("é", 1000))).Error(); len([]rune(got)) > 300 {
		t.Errorf("%d characters", len([]rune(got)))
	}
	if short := errors.New("short"); brief(short) != short {
		t.Error("a short error is changed")
	}
}
