package graph_test

import (
	"math/rand/v2"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// An example is a graph like one of Gorgonia's own examples, made small: nodes to look at, and if it trains something, the
// cost and what it trains.
type example struct {
	name  string
	build func(b *bench) (shown G.Nodes, cost *G.Node, params G.Nodes)
}

// bench is where an example is put together.
type bench struct {
	*G.ExprGraph
	dt tensor.Dtype
	r  *rand.Rand
}

// in makes an input with random elements.
func (b *bench) in(name string, shape ...int) *G.Node {
	var n *G.Node
	if len(shape) == 0 {
		n = G.NewScalar(b.ExprGraph, b.dt, G.WithName(name))
	} else {
		n = G.NewTensor(b.ExprGraph, b.dt, len(shape), G.WithShape(shape...), G.WithName(name))
	}
	letRandom(n, b.r)
	return n
}

func (b *bench) constant(x float64) *G.Node {
	if b.dt == tensor.Float32 {
		return G.NewConstant(float32(x))
	}
	return G.NewConstant(x)
}

func must(n *G.Node, err error) *G.Node { return G.Must(n, err) }

// put assembles the example and its gradients.
func (e example) put(dt tensor.Dtype) (b *bench, shown G.Nodes, params G.Nodes) {
	b = &bench{G.NewGraph(), dt, rand.New(rand.NewPCG(7, 7))}
	shown, cost, params := e.build(b)
	if cost != nil {
		grads, err := G.Grad(cost, params...)
		if err != nil {
			panic(err)
		}
		shown = append(append(shown, cost), grads...)
	}
	return b, shown, params
}

func forBothTypes(t *testing.T, f func(t *testing.T, dt tensor.Dtype, tol float64)) {
	t.Run("float64", func(t *testing.T) { f(t, tensor.Float64, 1e-10) })
	t.Run("float32", func(t *testing.T) { f(t, tensor.Float32, 2e-4) })
}

// Gorgonia's examples have the same values and gradients on the Machine as on the tape machine.
func TestExamples(t *testing.T) {
	for _, e := range examples() {
		t.Run(e.name, func(t *testing.T) {
			forBothTypes(t, func(t *testing.T, dt tensor.Dtype, tol float64) {
				onTape, shownOnTape, _ := e.put(dt)
				want, err := tapeValues(&built{graph: onTape.ExprGraph}, shownOnTape)
				if err != nil {
					t.Fatal(err)
				}
				b, shown, _ := e.put(dt)
				m := newMachine(t, b.ExprGraph, graph.Observe(shown...))
				for run := range 2 {
					if err := m.RunAll(); err != nil {
						t.Fatal(err)
					}
					for i, n := range shown {
						if d := distance(elements(n.Value()), elements(want[i])); !(d <= tol) {
							t.Errorf("run %d, %v:\n%v, on the tape machine\n%v", run, n, n.Value(), want[i])
						}
						if !n.Value().Shape().Eq(n.Shape()) {
							t.Errorf("%v has a value of shape %v, want %v", n, n.Value().Shape(), n.Shape())
						}
					}
				}
			})
		})
	}
}

// Trained by a solver of Gorgonia's, the examples end with the same parameters. The Machine is put where the tape
// machine was, without any option; on the tape machine, gradients are added up in BindDualValues until the solver
// clears them.
func TestExamplesTrained(t *testing.T) {
	const steps, rate = 3, 0.05
	for _, e := range examples() {
		t.Run(e.name, func(t *testing.T) {
			forBothTypes(t, func(t *testing.T, dt tensor.Dtype, tol float64) {
				onTape, _, want := e.put(dt)
				if want == nil {
					t.Skip("it trains nothing")
				}
				b, _, got := e.put(dt)
				train(t, G.NewTapeMachine(onTape.ExprGraph, G.BindDualValues(want...)), want, steps, rate)
				train(t, newMachine(t, b.ExprGraph), got, steps, rate)
				for i, n := range got {
					if d := distance(elements(n.Value()), elements(want[i].Value())); !(d <= tol) {
						t.Errorf("%v: %v, on the tape machine %v", n, n.Value(), want[i].Value())
					}
				}
			})
		})
	}
}

func train(t *testing.T, vm G.VM, params G.Nodes, steps int, rate float64) {
	t.Helper()
	solver := G.NewVanillaSolver(G.WithLearnRate(rate))
	for range steps {
		if err := vm.RunAll(); err != nil {
			t.Fatal(err)
		}
		if err := solver.Step(G.NodesToValueGrads(params)); err != nil {
			t.Fatal(err)
		}
		vm.Reset()
	}
}

func examples() []example {
	return []example{
		{"basic", func(b *bench) (G.Nodes, *G.Node, G.Nodes) {
			x, y := b.in("x"), b.in("y")
			return nil, must(G.HadamardProd(x, must(G.Add(x, y)))), G.Nodes{x, y}
		}},
		{"linear regression", linearRegression},
		{"iris", func(b *bench) (G.Nodes, *G.Node, G.Nodes) {
			x, y, theta := b.in("x", 7, 4), b.in("y", 7), b.in("theta", 4)
			pred := must(G.Mul(x, theta))
			return G.Nodes{pred}, must(G.Mean(must(G.Square(must(G.Sub(pred, y)))))), G.Nodes{theta}
		}},
		{"logistic regression", logisticRegression},
		{"concurrent training", func(b *bench) (G.Nodes, *G.Node, G.Nodes) {
			x, y := b.in("x", 5, 3), b.in("y", 5)
			z := must(G.Mul(must(G.Transpose(x)), y))
			return G.Nodes{z}, must(G.Sum(z)), G.Nodes{x, y}
		}},
		{"broadcast", broadcastExample},
		{"tensordot", func(b *bench) (G.Nodes, *G.Node, G.Nodes) {
			x, y := b.in("x", 2, 3, 4), b.in("y", 3, 2, 5)
			return G.Nodes{must(G.Tensordot([]int{0, 1}, []int{1, 0}, x, y))}, nil, nil
		}},
		{"batched product", func(b *bench) (G.Nodes, *G.Node, G.Nodes) {
			x, y := b.in("x", 2, 4, 3, 5), b.in("y", 2, 4, 3, 5)
			z := must(G.BatchedMatMul(x, y, false, true))
			return G.Nodes{z}, must(G.Sum(z)), G.Nodes{x, y}
		}},
		{"softmax along axes", func(b *bench) (G.Nodes, *G.Node, G.Nodes) {
			return G.Nodes{must(G.SoftMax(b.in("x", 2, 3))), must(G.SoftMax(b.in("y", 2, 3), 0)), must(G.SoftMax(b.in("z", 2, 2, 3)))}, nil, nil
		}},
		{"concat", func(b *bench) (G.Nodes, *G.Node, G.Nodes) {
			x, y := b.in("x", 2, 3, 4), b.in("y", 2, 2, 4)
			z := must(G.Concat(1, x, y))
			parts, err := G.Unconcat(z, 2, 2)
			if err != nil {
				panic(err)
			}
			return append(parts, z), must(G.Mean(must(G.Tanh(z)))), G.Nodes{x, y}
		}},
		{"char RNN", charRNN}, {"convnet", convnet}, {"residual network", residual}, {"stacked autoencoder", autoencoder},
		{"batch normalisation", func(b *bench) (G.Nodes, *G.Node, G.Nodes) {
			x, scale, bias := b.in("x", 4, 2, 3, 3), b.in("scale", 1, 2, 1, 1), b.in("bias", 1, 2, 1, 1)
			y, _, _, _, err := G.BatchNorm(x, scale, bias, 0.1, 1e-5)
			if err != nil {
				panic(err)
			}
			return G.Nodes{y}, must(G.Sum(must(G.HadamardProd(y, b.in("weights", 4, 2, 3, 3))))), G.Nodes{x, scale, bias}
		}},
	}
}

func linearRegression(b *bench) (G.Nodes, *G.Node, G.Nodes) {
	x, y, m, c := b.in("x", 6), b.in("y", 6), b.in("m"), b.in("c")
	pred := must(G.Add(must(G.Mul(x, m)), c))
	return G.Nodes{pred}, must(G.Mean(must(G.Square(must(G.Sub(pred, y)))))), G.Nodes{m, c}
}

// logisticRegression updates its weights inside the graph, and reads a prediction of truth values.
func logisticRegression(b *bench) (G.Nodes, *G.Node, G.Nodes) {
	x, y, w, bias := b.in("x", 6, 3), b.in("y", 6), b.in("w", 3), b.in("b")
	one := b.constant(1)
	prob := must(G.Sigmoid(must(G.Add(must(G.Mul(x, w)), bias))))
	pred := must(G.Gt(prob, b.constant(0.5), false))
	first := must(G.HadamardProd(must(G.Neg(y)), must(G.Log(prob))))
	second := must(G.HadamardProd(must(G.Sub(one, y)), must(G.Log(must(G.Sub(one, prob))))))
	loss := must(G.Mean(must(G.Sub(first, second))))
	cost := must(G.Add(loss, must(G.Mul(b.constant(0.01), must(G.Sum(must(G.Square(w))))))))
	grads, err := G.Grad(cost, w, bias)
	if err != nil {
		panic(err)
	}
	rate := b.constant(0.1)
	wNext := must(G.Sub(w, must(G.Mul(rate, grads[0]))))
	bNext := must(G.Sub(bias, must(G.Mul(rate, grads[1]))))
	return G.Nodes{prob, pred, loss, cost, grads[0], grads[1], wNext, bNext}, nil, nil
}

// broadcastExample makes triangular matrices, and adds a vector along either axis.
func broadcastExample(b *bench) (G.Nodes, *G.Node, G.Nodes) {
	col, row := b.in("col", 3, 1), b.in("row", 1, 4)
	x, v := b.in("x", 2, 2), b.in("v", 2)
	return G.Nodes{
		must(G.BroadcastGte(col, row, true, []byte{1}, []byte{0})), must(G.BroadcastLt(col, row, true, []byte{1}, []byte{0})),
		must(G.BroadcastAdd(v, x, []byte{1}, nil)), must(G.BroadcastAdd(x, v, nil, []byte{1})), must(G.BroadcastAdd(x, v, nil, []byte{0})),
	}, nil, nil
}

// charRNN is an LSTM cell unrolled over three characters, with slices of an embedding as inputs.
func charRNN(b *bench) (G.Nodes, *G.Node, G.Nodes) {
	const letters, width, hidden = 5, 4, 3
	embedding, decode, bias := b.in("embedding", letters, width), b.in("decode", letters, hidden), b.in("bias", letters)
	params := G.Nodes{embedding, decode, bias}
	gate := make(map[string]func(x, h *G.Node) *G.Node)
	for _, name := range []string{"input", "forget", "output", "cell"} {
		wx, wh, c := b.in(name+" wx", hidden, width), b.in(name+" wh", hidden, hidden), b.in(name+" b", hidden)
		params = append(params, wx, wh, c)
		f := G.Sigmoid
		if name == "cell" {
			f = G.Tanh
		}
		gate[name] = func(x, h *G.Node) *G.Node {
			return must(f(must(G.Add(must(G.Add(must(G.Mul(wx, x)), must(G.Mul(wh, h)))), c))))
		}
	}
	h, cell := b.in("h", hidden), b.in("c", hidden)
	var cost *G.Node
	for i, letter := range []int{1, 4, 2} {
		x := must(G.Slice(embedding, G.S(letter)))
		keep := must(G.HadamardProd(gate["forget"](x, h), cell))
		cell = must(G.Add(keep, must(G.HadamardProd(gate["input"](x, h), gate["cell"](x, h)))))
		h = must(G.HadamardProd(gate["output"](x, h), must(G.Tanh(cell))))
		probs := must(G.SoftMax(must(G.Add(must(G.Mul(decode, h)), bias))))
		loss := must(G.Slice(must(G.Neg(must(G.Log(probs)))), G.S((letter+i)%letters)))
		if cost == nil {
			cost = loss
		} else {
			cost = must(G.Add(cost, loss))
		}
	}
	return G.Nodes{h, cell}, cost, params
}

// convnet convolves, rectifies, pools and classifies. Gorgonia's drops out too; what its dropout does is in TestDropout.
func convnet(b *bench) (G.Nodes, *G.Node, G.Nodes) {
	x, y := b.in("x", 2, 1, 6, 6), b.in("y", 2, 3)
	w0, w1, w2 := b.in("w0", 3, 1, 3, 3), b.in("w1", 27, 5), b.in("w2", 5, 3)
	c := must(G.Conv2d(x, w0, tensor.Shape{3, 3}, []int{1, 1}, []int{1, 1}, []int{1, 1}))
	p := must(G.MaxPool2D(must(G.Rectify(c)), tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
	flat := must(G.Reshape(p, tensor.Shape{2, 27}))
	out := must(G.SoftMax(must(G.Mul(must(G.Rectify(must(G.Mul(flat, w1)))), w2))))
	losses := must(G.HadamardProd(must(G.Neg(must(G.Log(out)))), y))
	return G.Nodes{c, p, out}, must(G.Mean(losses)), G.Nodes{w0, w1, w2}
}

// residual adds a reshaped product back to a convolution.
func residual(b *bench) (G.Nodes, *G.Node, G.Nodes) {
	x, w0, w1 := b.in("x", 2, 1, 4, 4), b.in("w0", 2, 1, 3, 3), b.in("w1", 8, 32)
	c := must(G.Conv2d(x, w0, tensor.Shape{3, 3}, []int{1, 1}, []int{1, 1}, []int{1, 1}))
	p := must(G.MaxPool2D(must(G.Rectify(c)), tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
	r := must(G.Mul(must(G.Reshape(p, tensor.Shape{2, 8})), w1))
	sum := must(G.Add(c, must(G.Reshape(r, c.Shape()))))
	return G.Nodes{p, sum}, must(G.Mean(must(G.Square(sum)))), G.Nodes{w0, w1}
}

// autoencoder corrupts its input (with a probability of 1 of staying as it is), has tied weights, and the binary
// cross-entropy as cost.
func autoencoder(b *bench) (G.Nodes, *G.Node, G.Nodes) {
	x, w, bh, bo := must(G.Sigmoid(b.in("x", 4, 6))), b.in("w", 6, 3), b.in("bh", 4, 3), b.in("bo", 4, 6)
	corrupted := must(G.HadamardProd(G.BinomialRandomNode(b.ExprGraph, b.dt, 1, 1), x))
	h := must(G.Sigmoid(must(G.Add(must(G.Mul(corrupted, w)), bh))))
	out := must(G.Sigmoid(must(G.Add(must(G.Mul(h, must(G.Transpose(w)))), bo))))
	return G.Nodes{h, out}, must(G.Mean(must(G.BinaryXent(out, x)))), G.Nodes{w, bh, bo}
}
