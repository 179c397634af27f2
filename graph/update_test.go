package graph_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// perceptron is a network of two layers written with Gorgonia alone, its parameters and their gradients.
type perceptron struct {
	*bench
	x, y, cost    *G.Node
	params, grads G.Nodes
}

func newPerceptron(dt tensor.Dtype) *perceptron { return newPerceptronOf(dt, 5, 7, 6, 3) }

func newPerceptronOf(dt tensor.Dtype, batch, inputs, hidden, outputs int) *perceptron {
	b := &bench{G.NewGraph(), dt, rand.New(rand.NewPCG(3, 3))}
	p := &perceptron{bench: b, x: b.in("x", batch, inputs), y: b.in("y", batch, outputs)}
	w1, b1, w2, b2 := b.in("w1", inputs, hidden), b.in("b1", hidden), b.in("w2", hidden, outputs), b.in("b2", outputs)
	p.params = G.Nodes{w1, b1, w2, b2}
	z := must(G.Tanh(must(G.BroadcastAdd(must(G.Mul(p.x, w1)), b1, nil, []byte{0}))))
	out := must(G.BroadcastAdd(must(G.Mul(z, w2)), b2, nil, []byte{0}))
	p.cost = must(G.Mean(must(G.Square(must(G.Sub(out, p.y))))))
	var err error
	if p.grads, err = G.Grad(p.cost, p.params...); err != nil {
		panic(err)
	}
	return p
}

// bits returns all parameters' elements.
func (p *perceptron) bits() []float64 {
	var out []float64
	for _, n := range p.params {
		out = append(out, elements(n.Value())...)
	}
	return out
}

func (p *perceptron) machine(t testing.TB, rule graph.Rule, opts ...graph.Option) *graph.Machine {
	return newMachine(t, p.ExprGraph, append(opts, graph.Update(rule, p.params, p.grads))...)
}

// The parameters' bits after some updates do not depend on who looks, or on the number of threads.
func TestLookingChangesNothing(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		for name, rule := range map[string]func() graph.Rule{
			"SGD":      func() graph.Rule { return &graph.SGD{Rate: 0.1} },
			"momentum": func() graph.Rule { return &graph.Momentum{Rate: 0.1, Mu: 0.9} },
		} {
			t.Run(name, func(t *testing.T) {
				alone := newPerceptron(dt)
				m := alone.machine(t, rule())
				for range 5 {
					run(t, m)
				}
				for what, opts := range map[string]func(p *perceptron) graph.Option{
					"gradients": func(p *perceptron) graph.Option { return graph.Observe(p.grads...) },
					"cost":      func(p *perceptron) graph.Option { return graph.Guard(p.cost) },
					"all":       func(p *perceptron) graph.Option { return graph.Observe(p.AllNodes()...) },
					"threads":   func(p *perceptron) graph.Option { return graph.WithThreads(3) },
				} {
					watched := newPerceptron(dt)
					m := watched.machine(t, rule(), opts(watched))
					for range 5 {
						run(t, m)
					}
					if !slices.Equal(watched.bits(), alone.bits()) {
						t.Errorf("observing %s, the parameters are %v, want %v", what, watched.bits(), alone.bits())
					}
				}
			})
		}
	})
}

// The rules against what they say they do, with gradients that another machine observes at the same parameters.
func TestRules(t *testing.T) {
	const rate, mu = 0.1, 0.9
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, tol float64) {
		for name, c := range map[string]struct {
			rule graph.Rule
			step func(w, v, g float64) (float64, float64)
		}{
			"SGD":      {&graph.SGD{Rate: rate}, func(w, v, g float64) (float64, float64) { return w - rate*g, 0 }},
			"momentum": {&graph.Momentum{Rate: rate, Mu: mu}, func(w, v, g float64) (float64, float64) { return w - rate*(mu*v+g), mu*v + g }},
		} {
			t.Run(name, func(t *testing.T) {
				p := newPerceptron(dt)
				look := newMachine(t, p.ExprGraph, graph.Observe(p.grads...))
				m := p.machine(t, c.rule)
				v := make([]float64, len(p.bits()))
				for update := range 4 {
					run(t, look)
					var g []float64
					for _, n := range p.grads {
						g = append(g, elements(n.Value())...)
					}
					w := p.bits()
					for i := range w {
						w[i], v[i] = c.step(w[i], v[i], g[i])
					}
					run(t, m)
					if d := distance(p.bits(), w); !(d <= tol) {
						t.Fatalf("update %d: the parameters are %v, want %v", update, p.bits(), w)
					}
				}
			})
		}
	})
}

// A machine that is given the parameters and the states of another one continues with the same bits.
func TestStates(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		rule := &graph.Momentum{Rate: 0.1, Mu: 0.9}
		whole, again := newPerceptron(dt), newPerceptron(dt)
		m := whole.machine(t, rule)
		run(t, m)
		run(t, m)
		other := again.machine(t, rule)
		for i, n := range whole.params {
			from, to := m.States(n), other.States(again.params[i])
			if len(from) != 1 || !from[0].Shape().Eq(n.Shape()) || from[0].Dtype() != dt || slices.Max(elements(to[0].Dense)) != 0 {
				t.Fatalf("%s has the states %v, and %v before the first run; want one of its shape, 0 before", n.Name(), from, to)
			}
			for _, copied := range [][2]G.Value{{to[0].Dense, from[0].Dense}, {again.params[i].Value(), n.Value()}} {
				if err := tensor.Copy(copied[0].(*tensor.Dense), copied[1].(*tensor.Dense)); err != nil {
					t.Fatal(err)
				}
			}
		}
		run(t, m)
		run(t, other)
		if got, want := again.bits(), whole.bits(); !slices.Equal(got, want) {
			t.Errorf("the copy continues with %v, want %v", got, want)
		}
		sgd := newPerceptron(dt)
		plain := sgd.machine(t, &graph.SGD{Rate: 0.1})
		for _, n := range append(G.Nodes{sgd.x, nil}, sgd.params...) {
			if s := plain.States(n); s != nil {
				t.Errorf("SGD has the states %v", s)
			}
		}
	})
}

// The rate may change between two runs; a rate of 0 leaves the parameters alone.
func TestRateChanges(t *testing.T) {
	p := newPerceptron(tensor.Float64)
	sgd := &graph.SGD{}
	m := p.machine(t, sgd)
	before := p.bits()
	run(t, m)
	if !slices.Equal(p.bits(), before) {
		t.Error("a rate of 0 changed the parameters")
	}
	sgd.Rate = 0.1
	run(t, m)
	if slices.Equal(p.bits(), before) {
		t.Error("a rate of 0.1 changed nothing")
	}
}

// Adam, which knows nothing of Machines, against its definition (Kingma & Ba 2015, algorithm 1; the defaults of
// gorgonia are eta 0.001, beta 0.9 and 0.999, epsilon 1e-8).
func TestSolverOnObservedGradients(t *testing.T) {
	const eta, beta1, beta2, eps = 0.001, 0.9, 0.999, 1e-8
	p := newPerceptron(tensor.Float64)
	m := newMachine(t, p.ExprGraph, graph.Observe(p.grads...))
	solver := G.NewAdamSolver()
	w := p.bits()
	mean, square := make([]float64, len(w)), make([]float64, len(w))
	for k := 1; k <= 3; k++ {
		run(t, m)
		var g []float64
		for _, n := range p.grads {
			g = append(g, elements(n.Value())...)
		}
		for i := range w {
			mean[i] = beta1*mean[i] + (1-beta1)*g[i]
			square[i] = beta2*square[i] + (1-beta2)*g[i]*g[i]
			w[i] -= eta * (mean[i] / (1 - math.Pow(beta1, float64(k)))) / (math.Sqrt(square[i]/(1-math.Pow(beta2, float64(k)))) + eps)
		}
		if err := solver.Step(G.NodesToValueGrads(p.params)); err != nil {
			t.Fatal(err)
		}
		if d := distance(p.bits(), w); !(d <= 1e-9) {
			t.Fatalf("step %d: the parameters are %v, want %v", k, p.bits(), w)
		}
	}
}

// All gradients are those of the old parameters, also where one parameter is the other's gradient's factor:
// cost = sum(A B), dA = 1 Bᵀ, dB = Aᵀ 1.
func TestUpdatesWaitForEachOther(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		for _, order := range [][]int{{0, 1}, {1, 0}} {
			b := &bench{G.NewGraph(), dt, rand.New(rand.NewPCG(1, 1))}
			ab := G.Nodes{b.in("A", 2, 2), b.in("B", 2, 2)}
			let(ab[0], []float64{1, 2, 3, 4})
			let(ab[1], []float64{5, 6, 7, 8})
			grads, err := G.Grad(must(G.Sum(must(G.Mul(ab[0], ab[1])))), ab...)
			if err != nil {
				t.Fatal(err)
			}
			params := G.Nodes{ab[order[0]], ab[order[1]]}
			grads = G.Nodes{grads[order[0]], grads[order[1]]}
			run(t, newMachine(t, b.ExprGraph, graph.Update(&graph.SGD{Rate: 1}, params, grads)))
			want(t, ab[0], 1-11, 2-15, 3-11, 4-15)
			want(t, ab[1], 5-4, 6-4, 7-6, 8-6)
		}
	})
}

// The same where A's update, a decay, could come early: dB = Aᵀ 1 is of the old A.
func TestUpdateOfAFactor(t *testing.T) {
	b := &bench{G.NewGraph(), tensor.Float64, rand.New(rand.NewPCG(1, 1))}
	ab := G.Nodes{b.in("A", 2, 2), b.in("B", 2, 2)}
	let(ab[0], []float64{1, 2, 3, 4})
	let(ab[1], []float64{5, 6, 7, 8})
	grads, err := G.Grad(must(G.Sum(must(G.Mul(ab[0], ab[1])))), ab...)
	if err != nil {
		t.Fatal(err)
	}
	run(t, newMachine(t, b.ExprGraph, graph.Update(&graph.SGD{Rate: 1}, ab, G.Nodes{ab[0], grads[1]})))
	want(t, ab[0], 0, 0, 0, 0)
	want(t, ab[1], 5-4, 6-4, 7-6, 8-6)
}

// The update's product is that of its own gradient, though the parameter's last reader is a product of another one:
// here w is moved along the gradient of v.
func TestUpdateAlongAnotherGradient(t *testing.T) {
	b := &bench{G.NewGraph(), tensor.Float64, rand.New(rand.NewPCG(1, 1))}
	x, w, u, v := b.in("x", 2, 2), b.in("w", 2, 2), b.in("u", 2, 2), b.in("v", 2, 2)
	cost := must(G.Add(must(G.Sum(must(G.Mul(u, v)))), must(G.Sum(must(G.Square(must(G.Mul(x, w))))))))
	grads, err := G.Grad(cost, v, x)
	if err != nil {
		t.Fatal(err)
	}
	old := elements(w.Value())
	run(t, newMachine(t, b.ExprGraph, graph.Observe(grads...), graph.Update(&graph.SGD{Rate: 1}, G.Nodes{w}, grads[:1])))
	for i, g := range elements(grads[0].Value()) {
		old[i] -= g
	}
	want(t, w, old...)
}

// Where one parameter is another's gradient itself, no order is right, and New says so. It may be its own.
func TestParameterAsGradient(t *testing.T) {
	b := &bench{G.NewGraph(), tensor.Float64, rand.New(rand.NewPCG(1, 1))}
	v, w := b.in("v", 2), b.in("w", 2)
	let(w, []float64{2, 4})
	_ = must(G.Add(v, w))
	for _, g := range (G.Nodes{w, must(G.Reshape(w, tensor.Shape{2, 1}))}) {
		_, err := graph.New(b.ExprGraph, graph.Update(&graph.SGD{Rate: 1}, G.Nodes{v, w}, G.Nodes{g, v}))
		fails(t, err, `input "v": its gradient is the parameter input "w"`)
	}
	run(t, newMachine(t, b.ExprGraph, graph.Update(&graph.SGD{Rate: 0.25}, G.Nodes{w}, G.Nodes{w})))
	want(t, w, 1.5, 3)
}

// Two inputs over one tensor: the update of one waits for the readers of the other. Here a and b are one tensor, and the
// gradient of c, 2 c b², is computed after that of a.
func TestSharedTensorInOneGraph(t *testing.T) {
	g := G.NewGraph()
	shared := tensor.New(tensor.WithBacking([]float64{1, 2}))
	a := G.NewVector(g, tensor.Float64, G.WithShape(2), G.WithName("a"), G.WithValue(shared))
	b := G.NewVector(g, tensor.Float64, G.WithShape(2), G.WithName("b"), G.WithValue(shared))
	c := G.NewVector(g, tensor.Float64, G.WithShape(2), G.WithName("c"))
	let(c, []float64{1, 1})
	cost := must(G.Add(must(G.Sum(must(G.Square(a)))), must(G.Sum(must(G.Square(must(G.HadamardProd(b, c))))))))
	grads, err := G.Grad(cost, a, c)
	if err != nil {
		t.Fatal(err)
	}
	run(t, newMachine(t, g, graph.Update(&graph.SGD{Rate: 0.5}, G.Nodes{a, c}, grads)))
	want(t, a, 0, 0)
	want(t, c, 0, -3)
}

// A machine that trains and one that looks share the parameters by sharing tensors, over two graphs.
func TestSharedParameters(t *testing.T) {
	p, q := newPerceptron(tensor.Float32), newPerceptron(tensor.Float32)
	for i, n := range q.params {
		if err := G.Let(n, p.params[i].Value()); err != nil {
			t.Fatal(err)
		}
	}
	train := p.machine(t, &graph.SGD{Rate: 0.1}, graph.Observe(p.cost))
	look := newMachine(t, q.ExprGraph, graph.Observe(q.cost))
	for range 3 {
		run(t, look)
		run(t, train)
		if a, b := elements(q.cost.Value())[0], elements(p.cost.Value())[0]; a != b {
			t.Errorf("the cost is %v to the one that looks, %v to the one that trains", a, b)
		}
	}
}

// A parameter's tensor must be what the kernels can write to, and the machine says so before it updates anything.
func TestParameterThatIsNotRowMajor(t *testing.T) {
	p := newPerceptron(tensor.Float64)
	turned := tensor.New(tensor.WithShape(3, 6), tensor.WithBacking(make([]float64, 18)))
	if err := turned.T(); err != nil {
		t.Fatal(err)
	}
	m := p.machine(t, &graph.SGD{Rate: 0.1})
	if err := G.Let(p.params[2], turned); err != nil {
		t.Fatal(err)
	}
	before := p.bits()
	fails(t, m.RunAll(), `cannot update input "w2"`, "not dense and row-major")
	if !slices.Equal(p.bits(), before) {
		t.Error("a parameter was updated")
	}
}
