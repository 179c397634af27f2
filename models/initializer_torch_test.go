package models

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"testing"

	"glorot/graph"
	"glorot/graph/kernel"

	"gorgonia.org/tensor"
)

var updateInitial = flag.Bool("update-initial", false, "write testdata/initial.json, which testdata/initializers.py reads")

// initialCases are all initialisers, and the options that change what they draw.
func initialCases() map[string]InitOptions {
	cases := map[string]InitOptions{
		"normalized gain 2": {Gain: 2}, "he_normal zero_last": {ZeroLast: true}, "orthogonal bias 0.1": {Bias: 0.1},
		"he_uniform bias uniform": {Biases: TorchLimit}, "torch bias 0": {Biases: NoLimit},
	}
	for _, i := range Initializers() {
		cases[i.Name] = InitOptions{}
	}
	return cases
}

// From the weights of every initialiser, and with every option, 200 updates have PyTorch's parameters to 1e-9 in float64; see
// testdata/initializers.py.
func TestInitializersAgainstTorch(t *testing.T) {
	wave := func(phase float64) *tensor.Dense {
		x := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(8, 4))
		for i, d := 0, x.Float64s(); i < len(d); i++ {
			d[i] = math.Sin(phase + float64(i))
		}
		return x
	}
	y := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(8, 3))
	for i := range 8 {
		y.Float64s()[3*i+i%3] = 1
	}
	all, initial := map[string]*Parameters{}, map[string]map[string][]float64{}
	cfg := Config{
		Inputs: 4, Hidden: []int{5}, Classes: 3, Dtype: tensor.Float64,
		Activation: byNameOrFail(t, ActivationByName, "tanh"), Cost: byNameOrFail(t, CostByName, "nll"),
	}
	for name, options := range initialCases() {
		var known string
		if _, err := fmt.Sscan(name, &known); err != nil {
			t.Fatal(err)
		}
		var err error
		if cfg.Init, err = byNameOrFail(t, InitializerByName, known).With(options); err != nil {
			t.Fatal(err)
		}
		p, err := cfg.Parameters(1)
		if err != nil {
			t.Fatal(err)
		}
		if cfg.Init.Fit != nil {
			if err := cfg.Init.Fit(cfg, p, wave(20), kernel.Portable()); err != nil {
				t.Fatal(err)
			}
		}
		all[name], initial[name] = p, map[string][]float64{}
		for _, v := range p.List() {
			initial[name][v.Name] = v.Value.Float64s()
		}
	}
	if *updateInitial {
		text, err := json.Marshal(initial)
		if err == nil {
			err = os.WriteFile("testdata/initial.json", text, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var file struct {
		After map[string]map[string][]float64
	}
	text, err := os.ReadFile("testdata/initializers.json")
	if err == nil {
		err = json.Unmarshal(text, &file)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range all {
		t.Run(name, func(t *testing.T) {
			net, err := cfg.BuildTraining(p, 8)
			if err != nil {
				t.Fatal(err)
			}
			params, grads := net.Learnables()
			m := compiled(t, net.Graph, graph.Update(&graph.SGD{Rate: 0.05}, params, grads))
			for step := range 200 {
				bind(t, net, wave(float64(20+step%4)), y)
				run(t, m)
			}
			for _, v := range p.List() {
				want := file.After[name][v.Name]
				if len(want) != len(v.Value.Float64s()) {
					t.Fatalf("torch has %d numbers of %s", len(want), v.Name)
				}
				for i, x := range v.Value.Float64s() {
					near(t, v.Name, i, x, want[i], 1e-9*math.Max(1, math.Abs(want[i])))
				}
			}
		})
	}
}
