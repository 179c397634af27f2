package models

import (
	"fmt"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Mini-batches at once have the bits that they have one by one, and In[i]ᵀ DA[i] is DW[i].
func TestBatchesAtOnce(t *testing.T) {
	const batch, batches = 5, 6 // no powers of two: a gradient that is scaled in two steps has other bits
	for _, norm := range []string{"none", "layer", "rms", "rms_torch"} {
		for _, cost := range Costs() {
			c := Config{Inputs: 7, Hidden: []int{6, 6}, Classes: 3, Cost: cost, Residual: 1,
				Activation: byNameOrFail(t, ActivationByName, "tanh"), Init: byNameOrFail(t, InitializerByName, "normalized"), Norm: byNameOrFail(t, NormByName, norm)}
			p, err := c.Parameters(1)
			if err != nil {
				t.Fatal(err)
			}
			all, err := c.BuildBatches(p, batch, batches)
			if err != nil {
				t.Fatal(err)
			}
			feed(t, all, 2)
			one, err := c.BuildTraining(p, batch)
			if err != nil {
				t.Fatal(err)
			}
			rows := func(x []float32, k int) []float32 { return x[k*len(x)/batches : (k+1)*len(x)/batches] }
			watched := func(m *MLP) G.Nodes { return append(append(append(G.Nodes{}, m.Z...), m.DS...), m.DA...) }
			run(t, compiled(t, all.Graph, graph.Observe(watched(all)...)))
			machine := compiled(t, one.Graph, graph.Observe(append(append(watched(one), one.In[1:]...), one.DW...)...))
			for k := range batches {
				for _, n := range [][2]*G.Node{{one.X, all.X}, {one.Y, all.Y}} {
					x := rows(elements(t, n[1]), k)
					if err := G.Let(n[0], tensor.New(tensor.WithShape(n[0].Shape()...), tensor.WithBacking(append([]float32{}, x...)))); err != nil {
						t.Fatal(err)
					}
				}
				run(t, machine)
				for i, n := range watched(one) {
					if got, want := rows(elements(t, watched(all)[i]), k), elements(t, n); fmt.Sprint(got) != fmt.Sprint(want) {
						t.Fatalf("%s, %s, mini-batch %d: %s is %v, want %v", norm, cost.Name, k, n.Name(), got, want)
					}
				}
				for i, dw := range one.DW {
					in, da := elements(t, one.In[i]), elements(t, one.DA[i])
					rows, cols := len(in)/batch, len(da)/batch
					want := make([]float32, rows*cols)
					machine.Engine().MatMulTransA(want, in, da, batch, rows, cols)
					if got := elements(t, dw); fmt.Sprint(got) != fmt.Sprint(want) {
						t.Fatalf("%s, %s: dCost/dW%d is %v, want %v", norm, cost.Name, i+1, got, want)
					}
				}
			}
		}
	}
	c := Config{Inputs: 7, Hidden: []int{6}, Classes: 3, Cost: Costs()[0], Activation: byNameOrFail(t, ActivationByName, "tanh"),
		Init: byNameOrFail(t, InitializerByName, "normalized"), Norm: byNameOrFail(t, NormByName, "batch")}
	p, err := c.Parameters(1)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.BuildBatches(p, 5, 2)
	message(t, err, "2 mini-batches at once with norm batch; want one")
}

func elements(t *testing.T, n *G.Node) []float32 {
	t.Helper()
	x, err := graph.Float32s(n.Value(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
