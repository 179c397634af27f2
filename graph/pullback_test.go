package graph_test

import (
	"math"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// The derivative of s² sin(s) + s may be made again and again, after Gorgonia's own gradient and with other dz.
func TestPullback(t *testing.T) {
	x := []float64{-2, -0.5, 0, 1, 3}
	g := G.NewGraph()
	s := G.NewVector(g, tensor.Float64, G.WithShape(len(x)), G.WithName("s"), G.WithValue(tensor.New(tensor.WithBacking(x))))
	z := G.Must(G.Add(G.Must(G.HadamardProd(G.Must(G.Square(s)), G.Must(G.Sin(s)))), s))
	first, err := G.Grad(G.Must(G.Sum(z)), s)
	if err != nil {
		t.Fatal(err)
	}
	observed := G.Nodes{first[0]}
	for dz, n := first[0], 0; n < 2; n++ {
		if dz, err = graph.Pullback(z, dz, s); err != nil {
			t.Fatal(err)
		}
		observed = append(observed, dz)
	}
	m, err := graph.New(g, graph.Observe(observed...))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
	for k, n := range observed {
		for i, v := range n.Value().(*tensor.Dense).Float64s() {
			want := math.Pow(2*x[i]*math.Sin(x[i])+x[i]*x[i]*math.Cos(x[i])+1, float64(k+1))
			if math.Abs(v-want) > 1e-12*math.Max(1, math.Abs(want)) {
				t.Errorf("power %d of the derivative at %v is %v, want %v", k+1, x[i], v, want)
			}
		}
	}
}

func TestPullbackRefuses(t *testing.T) {
	g := G.NewGraph()
	s, other := G.NewVector(g, tensor.Float64, G.WithShape(2), G.WithName("s")), G.NewVector(g, tensor.Float64, G.WithShape(2), G.WithName("other"))
	z := G.Must(G.Sin(s))
	if same, err := graph.Pullback(s, z, s); err != nil || same != z {
		t.Errorf("the derivative of s by itself is %v, %v", same, err)
	}
	if _, err := graph.Pullback(z, z, other); err == nil {
		t.Error("a derivative by a node that z does not depend on")
	}
	flat := &graph.Func{Name: "flat", Args: 1}
	n, err := flat.Apply(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := graph.Pullback(n, n, s); err == nil {
		t.Error("a derivative of an op that has none")
	}
}
