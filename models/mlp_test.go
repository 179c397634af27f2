package models

import (
	"fmt"
	"slices"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Every node is there under its role, with its name and shape, for equal, shrinking and growing widths, no hidden layer, a
// batch of one and layers of one unit.
func TestRoles(t *testing.T) {
	for _, c := range []struct {
		hidden []int
		batch  int
	}{{[]int{5, 5}, 3}, {[]int{6, 4, 2}, 3}, {[]int{2, 4, 6}, 3}, {nil, 3}, {[]int{4}, 1}, {[]int{1, 1}, 2}, {nil, 1}} {
		for _, a := range Activations() {
			t.Run(fmt.Sprint(a.Name, c.hidden, c.batch), func(t *testing.T) {
				cfg := Config{Inputs: 7, Hidden: c.hidden, Classes: 3, Activation: a}
				_, m := network(t, cfg, 1, c.batch)
				sizes, d := cfg.Sizes(), len(c.hidden)
				check := func(n *G.Node, name string, layer int, shape ...int) {
					t.Helper()
					if !slices.Equal(n.Shape(), shape) || n.Name() != name || n.Dtype() != tensor.Float32 {
						t.Errorf("%s is %v %v, want %s %v", n.Name(), n.Dtype(), n.Shape(), name, shape)
					}
					if got := m.Layer(n); got != layer {
						t.Errorf("%s is of layer %d, want %d", name, got, layer)
					}
				}
				check(m.X, "X", 0, c.batch, 7)
				check(m.Y, "Y", 0, c.batch, 3)
				check(m.Cost, "cost", 0)
				check(m.Logits, "logits", d+1, c.batch, 3)
				if m.Logits != m.S[d] || len(m.S) != d+1 || len(m.Z) != d || len(m.W) != d+1 || len(m.B) != d+1 || len(m.DS) != d+1 || len(m.DW) != d+1 || len(m.DB) != d+1 {
					t.Fatalf("a node is missing")
				}
				for i := range d + 1 {
					k, in, out := i+1, sizes[i], sizes[i+1]
					check(m.W[i], fmt.Sprintf("W%d", k), k, in, out)
					check(m.B[i], fmt.Sprintf("b%d", k), k, out)
					check(m.DS[i], fmt.Sprintf("dCost/dS%d", k), k, c.batch, out)
					check(m.DW[i], fmt.Sprintf("dCost/dW%d", k), k, in, out)
					check(m.DB[i], fmt.Sprintf("dCost/db%d", k), k, out)
					if i < d {
						check(m.S[i], fmt.Sprintf("S%d", k), k, c.batch, out)
					}
					if i < d && a.Name != "identity" {
						check(m.Z[i], fmt.Sprintf("Z%d", k), k, c.batch, out)
					}
				}
				params, grads := m.Learnables()
				each := 2
				if a.Learned() { // alpha
					each = 3
				}
				if len(params) != each*d+2 || params[0] != m.W[0] || grads[1] != m.DB[0] || grads[each*d] != m.DW[d] {
					t.Error("Learnables are not weights, biases and slopes in order")
				}
				feed(t, m, 1)
				machine := compiled(t, m.Graph, graph.Observe(m.DS...), graph.Observe(m.DW...), graph.Observe(m.DB...))
				if machine.Stats().Fallback != 0 {
					t.Errorf("%d steps have no kernel", machine.Stats().Fallback)
				}
				run(t, machine)
			})
		}
	}
}

// The forward pass and the gradients are those of Glorot & Bengio 2010, section 4.2.1: s = z W + b, z = f(s),
// dCost/ds = f'(s) (dCost/ds of the next layer) Wᵀ (eq. 2), dCost/dW = zᵀ dCost/ds (eq. 3), and dCost/db is the sum of
// dCost/ds over the batch. The cost's own gradient is held in TestCosts.
func TestBackPropagation(t *testing.T) {
	for _, a := range Activations() {
		for _, c := range Costs() {
			t.Run(a.Name+"/"+c.Name, func(t *testing.T) {
				cfg := Config{Inputs: 6, Hidden: []int{5, 4}, Classes: 3, Activation: a, Cost: c, Dtype: tensor.Float64}
				p, m := network(t, cfg, 3, 4)
				for _, b := range p.B { // biases that are not 0
					for i := range b.Float64s() {
						b.Float64s()[i] = 0.1 * float64(i+1)
					}
				}
				feed(t, m, 2)
				machine := compiled(t, m.Graph, graph.Observe(m.S...), graph.Observe(m.Z...), graph.Observe(m.Cost),
					graph.Observe(m.DS...), graph.Observe(m.DW...), graph.Observe(m.DB...))
				run(t, machine)
				const batch = 4
				z, sizes := numbers(m.X.Value()), cfg.Sizes()
				for i := range m.S {
					in, out := sizes[i], sizes[i+1]
					w, b := p.W[i].Float64s(), p.B[i].Float64s()
					s, dw, db := make([]float64, batch*out), make([]float64, in*out), make([]float64, out)
					ds := numbers(m.DS[i].Value())
					for e := range batch {
						for j := range out {
							s[e*out+j] = b[j]
							db[j] += ds[e*out+j]
							for k := range in {
								s[e*out+j] += z[e*in+k] * w[k*out+j]
								dw[k*out+j] += z[e*in+k] * ds[e*out+j]
							}
						}
					}
					allNear(t, m.S[i].Name(), numbers(m.S[i].Value()), s, 1e-13)
					allNear(t, m.DW[i].Name(), numbers(m.DW[i].Value()), dw, 1e-13)
					allNear(t, m.DB[i].Name(), numbers(m.DB[i].Value()), db, 1e-13)
					if i == len(m.Z) {
						break
					}
					next, nextW, n := numbers(m.DS[i+1].Value()), p.W[i+1].Float64s(), sizes[i+2]
					want := make([]float64, batch*out)
					for at := range want {
						for k := range n {
							want[at] += next[at/out*n+k] * nextW[at%out*n+k]
						}
						want[at] *= closed[a.Name].df(s[at])
						s[at] = closed[a.Name].f(s[at])
					}
					allNear(t, m.Z[i].Name(), numbers(m.Z[i].Value()), s, 1e-13)
					allNear(t, m.DS[i].Name(), ds, want, 1e-12)
					z = s
				}
			})
		}
	}
}

// The weights' gradients are the finite differences of the cost, in float64.
func TestGradientsByDifferences(t *testing.T) {
	const h = 1e-5
	for _, a := range Activations() {
		p, m := network(t, Config{Inputs: 4, Hidden: []int{3, 3}, Classes: 3, Activation: a, Dtype: tensor.Float64}, 4, 5)
		feed(t, m, 5)
		params, grads := m.Learnables()
		machine := compiled(t, m.Graph, graph.Observe(m.Cost), graph.Observe(grads...))
		cost := func() float64 { run(t, machine); return numbers(m.Cost.Value())[0] }
		cost()
		for i, n := range grads {
			got := numbers(n.Value())
			x := params[i].Value().Data().([]float64)
			want := make([]float64, len(x))
			for j, x0 := range x {
				x[j] = x0 + h
				up := cost()
				x[j] = x0 - h
				want[j] = (up - cost()) / (2 * h)
				x[j] = x0
			}
			cost()
			allNear(t, a.Name+" "+n.Name(), got, want, 1e-6)
		}
		if len(p.W) != 3 {
			t.Errorf("%d weight matrices, want 3", len(p.W))
		}
	}
}

// Two graphs of different batch sizes over one Parameters: what one trains the other sees, and an example's values do
// not depend on the batch it is in.
func TestSharedParameters(t *testing.T) {
	cfg := Config{Inputs: 6, Hidden: []int{5}, Classes: 3}
	p, train := network(t, cfg, 1, 2)
	cfg.Activation, cfg.Cost = byNameOrFail(t, ActivationByName, "tanh"), byNameOrFail(t, CostByName, "nll")
	probe, err := cfg.Build(p, 7)
	if err != nil {
		t.Fatal(err)
	}
	params, grads := train.Learnables()
	trainer := compiled(t, train.Graph, graph.Observe(train.Logits), graph.Update(&graph.SGD{Rate: 0.1}, params, grads))
	looker := compiled(t, probe.Graph, graph.Observe(probe.Logits))
	feed(t, train, 1)
	feed(t, probe, 2)
	copy(probe.X.Value().Data().([]float32)[6:], train.X.Value().Data().([]float32)) // examples 1 and 2
	for range 3 {
		run(t, looker)
		run(t, trainer)
		if a, b := numbers(probe.Logits.Value())[3:9], numbers(train.Logits.Value()); !slices.Equal(a, b) {
			t.Errorf("the logits are %v for one graph and %v for the other", a, b)
		}
	}
}

func TestBuildErrors(t *testing.T) {
	good := Config{Inputs: 4, Hidden: []int{3}, Classes: 2, Activation: byNameOrFail(t, ActivationByName, "tanh"),
		Init: byNameOrFail(t, InitializerByName, "standard"), Cost: byNameOrFail(t, CostByName, "nll")}
	p, err := good.Parameters(1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		change func(c *Config, p *Parameters) (*Parameters, int)
		want   string
	}{
		{func(_ *Config, p *Parameters) (*Parameters, int) { return p, 0 }, "batch of 0; want at least 1"},
		{func(_ *Config, _ *Parameters) (*Parameters, int) { return nil, 1 }, "no parameters"},
		{func(c *Config, p *Parameters) (*Parameters, int) { c.Hidden = []int{-3}; return p, 1 }, "layer 1 has width -3; want at least 1"},
		{func(c *Config, p *Parameters) (*Parameters, int) { c.Hidden = nil; return p, 1 }, "parameters of 2 layers for a network of 1"},
		{func(c *Config, p *Parameters) (*Parameters, int) { c.Inputs = 5; return p, 1 }, "W1 is float32 (4, 3); want float32 (5, 3)"},
		{func(c *Config, p *Parameters) (*Parameters, int) { c.Dtype = tensor.Float64; return p, 1 }, "W1 is float32 (4, 3); want float64 (4, 3)"},
		{func(_ *Config, p *Parameters) (*Parameters, int) { return &Parameters{W: p.W, B: p.B[:1]}, 1 }, "parameters of 2 weight matrices and 1 biases; want equal numbers"},
		{func(_ *Config, p *Parameters) (*Parameters, int) {
			return &Parameters{W: p.W, B: []*tensor.Dense{p.B[1], p.B[1]}}, 1
		}, "b1 is float32 (2); want float32 (3)"},
		{func(c *Config, p *Parameters) (*Parameters, int) { c.Activation = Activation{}; return p, 1 }, "layer 1: no activation; want " + listed(Activations())},
		{func(c *Config, p *Parameters) (*Parameters, int) { c.Cost = Cost{}; return p, 1 }, "cost: no cost; want nll, quadratic"},
	} {
		cfg := good
		q, batch := c.change(&cfg, p)
		_, err := cfg.Build(q, batch)
		message(t, err, c.want)
	}
	good.Classes = 0
	_, err = good.Parameters(1)
	message(t, err, "layer 2 has width 0; want at least 1")
}
