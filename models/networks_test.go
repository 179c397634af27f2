package models

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Networks of every activation, with every norm, and with residual connections, have PyTorch's parameters after 200 updates to 1e-9,
// and its logits in an evaluation to 1e-8, in float64; see testdata/networks.py.
func TestNetworksAgainstTorch(t *testing.T) {
	text, err := os.ReadFile("testdata/networks.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Activation, Norm string
			Residual         int
			Adam             bool
			Smoothing        float64
			After            map[string][]float64
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	wave := func(phase, factor float64, shape ...int) *tensor.Dense {
		x := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(shape...))
		for i, d := 0, x.Float64s(); i < len(d); i++ {
			d[i] = factor * math.Sin(phase+float64(i))
		}
		return x
	}
	tried := map[string]bool{}
	for _, c := range file.Cases {
		tried[c.Activation], tried[c.Norm] = true, true
		t.Run(fmt.Sprintf("%s/%s/residual %d/adam %t/smoothing %v", c.Activation, c.Norm, c.Residual, c.Adam, c.Smoothing), func(t *testing.T) {
			cfg := Config{
				Inputs: 4, Hidden: []int{6, 6, 6}, Classes: 3, Dtype: tensor.Float64, Residual: c.Residual,
				Activation: byNameOrFail(t, ActivationByName, c.Activation), Norm: byNameOrFail(t, NormByName, c.Norm),
				Init: byNameOrFail(t, InitializerByName, "standard"), Cost: byNameOrFail(t, CostByName, "nll"),
			}
			p, err := cfg.Parameters(1)
			if err != nil {
				t.Fatal(err)
			}
			for k := range p.W {
				copy(p.W[k].Float64s(), wave(float64(k), 0.7, p.W[k].Shape()...).Float64s())
				if p.B[k] != nil {
					copy(p.B[k].Float64s(), wave(float64(10+k), 0.1, p.B[k].Shape()...).Float64s())
				}
			}
			net, err := cfg.BuildTraining(p, 8)
			if err != nil {
				t.Fatal(err)
			}
			var rule graph.Rule = &graph.SGD{Rate: 0.05}
			if c.Adam {
				rule = graph.NewAdam(0.01)
			}
			params, grads := net.Learnables()
			options := []graph.Option{graph.Update(rule, params, grads)}
			if running, values := net.Running(); len(running) > 0 {
				options = append(options, graph.Update(graph.Assign{}, running, values))
			}
			y := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(8, 3))
			for i, d := 0, y.Float64s(); i < len(d); i++ {
				if d[i] = c.Smoothing / 3; i/3%3 == i%3 {
					d[i] += 1 - c.Smoothing
				}
			}
			m := compiled(t, net.Graph, options...)
			for step := range 200 {
				bind(t, net, wave(float64(20+step%4), 1, 8, 4), y)
				run(t, m)
			}
			evaluated, err := cfg.Build(p, 8)
			if err != nil {
				t.Fatal(err)
			}
			e := compiled(t, evaluated.Graph, graph.Observe(evaluated.Logits))
			bind(t, evaluated, wave(20, 1, 8, 4), y)
			run(t, e)
			got := map[string][]float64{"logits": numbers(evaluated.Logits.Value())}
			for _, v := range p.List() {
				got[v.Name] = v.Value.Float64s()
			}
			if len(got) != len(c.After) {
				t.Errorf("%d tensors, torch has %d", len(got), len(c.After))
			}
			for name, want := range c.After {
				tolerance := 1e-9
				if name == "logits" { // in which the differences of all parameters add up
					tolerance = 1e-8
				}
				for i, x := range want {
					near(t, name, i, got[name][i], x, tolerance*math.Max(1, math.Abs(x)))
				}
			}
		})
	}
	for _, a := range Activations() {
		if !tried[a.Name] {
			t.Errorf("no case of %s", a.Name)
		}
	}
	for _, n := range Norms() {
		if !tried[n.Name] {
			t.Errorf("no case of the norm %s", n.Name)
		}
	}
}

func bind(t *testing.T, net *MLP, x, y *tensor.Dense) {
	t.Helper()
	if err := G.Let(net.X, x); err != nil {
		t.Fatal(err)
	}
	if err := G.Let(net.Y, y); err != nil {
		t.Fatal(err)
	}
}
