package graph_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"glorot/graph"
	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// allRules are the rules with torch.optim's defaults, at a rate and with a decay.
var allRules = map[string]func(rate, decay float64) graph.Rule{
	"SGD":      func(rate, decay float64) graph.Rule { return &graph.SGD{Rate: rate, Decay: decay} },
	"Momentum": func(rate, decay float64) graph.Rule { return &graph.Momentum{Rate: rate, Mu: .9, Decay: decay} },
	"Nesterov": func(rate, decay float64) graph.Rule { return &graph.Nesterov{Rate: rate, Mu: .9, Decay: decay} },
	"AdaGrad":  func(rate, decay float64) graph.Rule { r := graph.NewAdaGrad(rate); r.Decay = decay; return r },
	"RMSProp":  func(rate, decay float64) graph.Rule { r := graph.NewRMSProp(rate); r.Decay = decay; return r },
	"Adam":     func(rate, decay float64) graph.Rule { r := graph.NewAdam(rate); r.Decay = decay; return r },
	"AdamW":    func(rate, decay float64) graph.Rule { r := graph.NewAdamW(rate); r.Decay = decay; return r },
}

// waves gives all inputs the numbers of testdata/optim.py.
func (p *perceptron) waves() {
	for k, n := range append(G.Nodes{p.x, p.y}, p.params...) {
		x := make([]float64, n.Shape().TotalSize())
		for i := range x {
			x[i] = math.Sin(float64(k + i))
		}
		let(n, x)
	}
}

// The rules against PyTorch's, in float64 over 100 updates, with and without decay and clipping; so are the states.
func TestRulesAgainstTorch(t *testing.T) {
	src, err := os.ReadFile("testdata/optim.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Rule, Clip string
			Decay      float64
			After      map[int][]float64
			States     map[string][]float64
		}
	}
	if err := json.Unmarshal(src, &file); err != nil {
		t.Fatal(err)
	}
	rates := map[string]float64{"SGD": .05, "Momentum": .05, "Nesterov": .05, "AdaGrad": .05, "RMSProp": .01, "Adam": .01, "AdamW": .01}
	own := map[string]graph.Rule{
		"AdamW, default decay":                graph.NewAdamW(.01),
		"Adam, beta 0.3 and 0.8, epsilon 0.1": &graph.Adam{Rate: .01, Beta1: .3, Beta2: .8, Epsilon: .1},
		"RMSProp, alpha 0.7, epsilon 0.1":     &graph.RMSProp{Rate: .01, Alpha: .7, Epsilon: .1},
		"AdaGrad, epsilon 0.1":                &graph.AdaGrad{Rate: .05, Epsilon: .1},
	}
	clips := map[string][]graph.Option{"": nil, "value": {graph.ClipValue(.05)}, "norm": {graph.ClipNorm(.2)}}
	if len(file.Cases) != len(allRules)*2*len(clips)+len(own) {
		t.Errorf("%d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		t.Run(fmt.Sprintf("%s decay %v clip %s", c.Rule, c.Decay, c.Clip), func(t *testing.T) {
			rule := own[c.Rule]
			if make, ok := allRules[c.Rule]; ok {
				rule = make(rates[c.Rule], c.Decay)
			}
			p := newPerceptronOf(tensor.Float64, 6, 4, 5, 3)
			p.waves()
			m := p.machine(t, rule, clips[c.Clip]...)
			for update := 1; update <= 100; update++ {
				run(t, m)
				if d := distance(p.bits(), c.After[update]); c.After[update] != nil && !(d <= 1e-12) {
					t.Fatalf("after %d updates the parameters are off by %g: %v, want %v", update, d, p.bits(), c.After[update])
				}
			}
			if m.Updates() != 100 {
				t.Errorf("%d updates", m.Updates())
			}
			got := make(map[string][]float64)
			for _, n := range p.params {
				for _, s := range m.States(n) {
					got[s.Name] = append(got[s.Name], elements(s.Dense)...)
				}
			}
			if len(got) != len(c.States) {
				t.Errorf("there are %d states, want %d", len(got), len(c.States))
			}
			for name, want := range c.States {
				if d := distance(got[name], want); !(d <= 1e-12) {
					t.Errorf("%s is %v, want %v", name, got[name], want)
				}
			}
		})
	}
}

// The parameters' bits do not depend on the kernel set, the number of threads, or whether somebody observes the gradients; nor
// do they where a machine takes over from another one.
func TestRulesKeepTheirBits(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		for name, rule := range allRules {
			for clip, options := range map[string][]graph.Option{"": nil, " clip value": {graph.ClipValue(.01)}, " clip norm": {graph.ClipNorm(.1)}} {
				t.Run(name+clip, func(t *testing.T) {
					const updates = 4
					train := func(opts func(p *perceptron) []graph.Option) []float64 {
						p := newPerceptronOf(dt, 10, 40, 50, 30)
						m := p.machine(t, rule(.01, .02), append(opts(p), options...)...)
						for range updates {
							run(t, m)
						}
						return p.bits()
					}
					want := train(func(*perceptron) []graph.Option { return nil })
					for _, set := range kernel.Sets() {
						for _, threads := range []int{1, 3} {
							e, err := kernel.New(kernel.Options{Set: set, Threads: threads})
							if err != nil {
								t.Fatal(err)
							}
							defer e.Close()
							if got := train(func(*perceptron) []graph.Option { return []graph.Option{graph.WithEngine(e)} }); !slices.Equal(got, want) {
								t.Errorf("other bits with %s on %d threads", set, threads)
							}
						}
					}
					if got := train(func(p *perceptron) []graph.Option { return []graph.Option{graph.Observe(p.grads...)} }); !slices.Equal(got, want) {
						t.Error("other bits where the gradients are observed")
					}
					if got := takeOver(t, dt, updates, func() graph.Rule { return rule(.01, .02) }, options); !slices.Equal(got, want) {
						t.Error("other bits where a machine takes over")
					}
				})
			}
		}
	})
}

// takeOver makes each update on a machine of its own that is given the parameters, the states and the number of the last update.
func takeOver(t *testing.T, dt tensor.Dtype, updates int, rule func() graph.Rule, options []graph.Option) []float64 {
	p := newPerceptronOf(dt, 10, 40, 50, 30)
	m := p.machine(t, rule(), options...)
	run(t, m)
	for range updates - 1 {
		next := newPerceptronOf(dt, 10, 40, 50, 30)
		other := next.machine(t, rule(), options...)
		other.SetUpdates(m.Updates())
		for i, n := range p.params {
			let(next.params[i], elements(n.Value()))
			for k, s := range other.States(next.params[i]) {
				if err := tensor.Copy(s.Dense, m.States(n)[k].Dense); err != nil {
					t.Fatal(err)
				}
			}
		}
		p, m = next, other
		run(t, m)
	}
	return p.bits()
}

// A gradient that is a product is neither stored nor a step, unless somebody reads it.
func TestRulesAreFused(t *testing.T) {
	for name, rule := range allRules {
		stats := func(opts func(p *perceptron) []graph.Option) graph.Stats {
			p := newPerceptronOf(tensor.Float32, 10, 40, 50, 30)
			return p.machine(t, rule(.01, .02), opts(p)...).Stats()
		}
		alone := stats(func(*perceptron) []graph.Option { return nil })
		for what, other := range map[string]graph.Stats{
			"observed":        stats(func(p *perceptron) []graph.Option { return []graph.Option{graph.Observe(p.grads...)} }),
			"clipped by norm": stats(func(*perceptron) []graph.Option { return []graph.Option{graph.ClipNorm(1)} }),
		} {
			if least := int64(4 * (40*50 + 50*30)); other.Bytes < alone.Bytes+least || other.Fused != alone.Fused-3 {
				t.Errorf("%s: %+v, and %+v where the gradients are %s; want three fusions less and %d bytes more", name, alone, other, what, least)
			}
		}
	}
}

// A step of any rule allocates nothing.
func TestRulesDoNotAllocate(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		for name, rule := range allRules {
			for clip, options := range map[string][]graph.Option{"": nil, " clip value": {graph.ClipValue(1)}, " clip norm": {graph.ClipNorm(1)}} {
				p := newPerceptronOf(dt, 10, 40, 50, 30)
				m := p.machine(t, rule(.01, .02), append(options, graph.WithThreads(2))...)
				run(t, m)
				if n := testing.AllocsPerRun(5, func() { run(t, m) }); n != 0 {
					t.Errorf("%s%s allocates %v times", name, clip, n)
				}
			}
		}
	})
}

// nudge is a rule of one's own: it takes the gradient times the number of the update off the parameter, and keeps it.
type nudge struct{ update int }

func (r *nudge) States() int                            { return 1 }
func (r *nudge) Number(update int)                      { r.update = update }
func (r *nudge) Update32(w, g []float32, s [][]float32) { nudgeBy(r, w, g, s[0]) }
func (r *nudge) Update64(w, g []float64, s [][]float64) { nudgeBy(r, w, g, s[0]) }

func nudgeBy[T float32 | float64](r *nudge, w, g, s []T) {
	for i, d := range g {
		w[i] -= d * T(r.update)
		s[i] = d
	}
}

// A rule of one's own gets the number of the update, and gradients that are clipped. The cost is w0² + w1², its gradient 2 w.
func TestCustomRule(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		for _, c := range []struct {
			options []graph.Option
			after   [2]float64 // one update, the third
		}{
			{nil, [2]float64{3 - 3*6, 4 - 3*8}},
			{[]graph.Option{graph.ClipValue(7)}, [2]float64{3 - 3*6, 4 - 3*7}},
			{[]graph.Option{graph.ClipNorm(5)}, [2]float64{3 - 3*3, 4 - 3*4}},
			{[]graph.Option{graph.ClipNorm(11)}, [2]float64{3 - 3*6, 4 - 3*8}},
		} {
			b := &bench{G.NewGraph(), dt, nil}
			w := G.NewVector(b.ExprGraph, dt, G.WithShape(2), G.WithName("w"))
			let(w, []float64{3, 4})
			grads, err := G.Grad(must(G.Sum(must(G.Square(w)))), w)
			if err != nil {
				t.Fatal(err)
			}
			m := newMachine(t, b.ExprGraph, append(c.options, graph.Update(&nudge{}, G.Nodes{w}, grads))...)
			m.SetUpdates(2)
			run(t, m)
			if d := distance(elements(w.Value()), c.after[:]); !(d <= 1e-5) {
				t.Errorf("w is %v, want %v", w.Value(), c.after)
			}
			if s := m.States(w); len(s) != 1 || s[0].Name != "state0" || distance(elements(s[0].Dense), []float64{(3 - c.after[0]) / 3, (4 - c.after[1]) / 3}) > 1e-5 {
				t.Errorf("the states are %v", s)
			}
		}
	})
}

// A Set statement is not a gradient: it is neither clipped nor part of the norm.
func TestClippingLeavesSetAlone(t *testing.T) {
	for _, clip := range []graph.Option{graph.ClipValue(1), graph.ClipNorm(1)} {
		b := &bench{G.NewGraph(), tensor.Float64, nil}
		in := func(name string, x ...float64) *G.Node {
			n := G.NewVector(b.ExprGraph, tensor.Float64, G.WithShape(len(x)), G.WithName(name))
			let(n, x)
			return n
		}
		w, memory := in("w", .25, 0), in("memory", 0, 0)
		G.Set(memory, must(G.Add(in("x", 50, 70), memory)))
		grads, err := G.Grad(must(G.Sum(must(G.Square(w)))), w)
		if err != nil {
			t.Fatal(err)
		}
		run(t, newMachine(t, b.ExprGraph, clip, graph.Update(&graph.SGD{Rate: 1}, G.Nodes{w}, grads)))
		want(t, w, -.25, 0)
		want(t, memory, 50, 70)
	}
}

// Parameters of one machine may have a rule each.
func TestRuleByParameter(t *testing.T) {
	p, q := newPerceptron(tensor.Float64), newPerceptron(tensor.Float64)
	weights, biases := []int{0, 2}, []int{1, 3}
	pick := func(n G.Nodes, which []int) G.Nodes { return G.Nodes{n[which[0]], n[which[1]]} }
	decayed := graph.NewAdamW(.01)
	run(t, newMachine(t, p.ExprGraph, graph.Update(decayed, pick(p.params, weights), pick(p.grads, weights)),
		graph.Update(&graph.SGD{Rate: .1}, pick(p.params, biases), pick(p.grads, biases))))
	run(t, q.machine(t, decayed))
	for i, n := range p.params {
		if same := slices.Equal(elements(n.Value()), elements(q.params[i].Value())); same != (i%2 == 0) {
			t.Errorf("parameter %d is the same as with one rule: %v", i, same)
		}
	}
}

// What is wrong is said in one line that names it.
func TestWrongRules(t *testing.T) {
	p := newPerceptron(tensor.Float64)
	update := func(r graph.Rule) []graph.Option { return []graph.Option{graph.Update(r, p.params, p.grads)} }
	right := update(&graph.SGD{Rate: .1})
	var none *graph.Adam
	for _, c := range []struct {
		options []graph.Option
		parts   []string
	}{
		{update(&graph.SGD{Rate: -1}), []string{`update by *graph.SGD of input "w1"`, "Rate is -1; want a number of at least 0"}},
		{update(&graph.SGD{Rate: math.NaN()}), []string{"Rate is NaN"}},
		{update(&graph.Momentum{Mu: -.5}), []string{"Mu is -0.5"}},
		{update(&graph.Nesterov{Decay: -1}), []string{"*graph.Nesterov", "Decay is -1"}},
		{update(&graph.AdaGrad{Epsilon: -1}), []string{"Epsilon is -1"}},
		{update(&graph.RMSProp{Alpha: 1}), []string{"Alpha is 1; want a number below 1"}},
		{update(&graph.Adam{Beta1: 1.5}), []string{"Beta1 is 1.5; want a number below 1"}},
		{update(&graph.AdamW{Beta2: 1}), []string{"*graph.AdamW", "Beta2 is 1"}},
		{update(none), []string{"no rule"}},
		{update(stateless{}), []string{"neither one of this package nor a Custom"}},
		{append(right, graph.ClipNorm(0)), []string{"gradients are clipped to 0; want a number above 0"}},
		{append(right, graph.ClipValue(math.NaN())), []string{"clipped to NaN"}},
		{append(right, graph.ClipValue(1), graph.ClipNorm(1)), []string{"clipped twice; want one ClipValue or ClipNorm"}},
		{[]graph.Option{graph.ClipValue(1)}, []string{"clipped, but there is no Update"}},
	} {
		_, err := graph.New(p.ExprGraph, c.options...)
		fails(t, err, c.parts...)
	}
}

// stateless is not a rule of any kind.
type stateless struct{}

func (stateless) States() int { return 0 }
