package graph_test

import (
	"fmt"
	"testing"
	"time"

	"glorot/graph"

	"golang.org/x/sys/unix"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// BenchmarkAgainstTape steps networks with a solver of Gorgonia's on a tape machine and on a Machine of one thread, and with Update
// on another. It reports CPU time of the process as ratios to the tape machine's, so that other programs on the computer
// matter little, and the allocations of a step with Update.
func BenchmarkAgainstTape(b *testing.B) {
	for name, build := range map[string]func(c *cage) *G.Node{
		"perceptron": func(c *cage) *G.Node { return c.classifier(c.hidden(c.given("x", 32, 256), 256, 256)) },
		"batch norm": func(c *cage) *G.Node {
			z := c.affine("hidden", c.given("x", 32, 256), 256)
			y, _, _, _, err := G.BatchNorm(z, c.in("scale", 1, 256), c.in("shift", 1, 256), .1, 1e-3)
			return c.classifier(must(G.Tanh(must(y, err))))
		},
		"auto-encoder": func(c *cage) *G.Node {
			x := c.given("x", 32, 256)
			return must(G.Mean(must(G.Square(must(G.Sub(c.affine("out", c.hidden(x, 64), 256), x))))))
		},
		"convnet": func(c *cage) *G.Node {
			conv := func(x *G.Node, name string, out int) *G.Node {
				w := c.in(name, out, x.Shape()[1], 3, 3)
				z := must(G.Rectify(must(G.Conv2d(x, w, tensor.Shape{3, 3}, []int{1, 1}, []int{1, 1}, []int{1, 1}))))
				return must(G.MaxPool2D(z, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
			}
			z := conv(conv(c.given("x", 8, 1, 16, 16), "w0", 8), "w1", 16)
			return c.classifier(must(G.Reshape(z, tensor.Shape{8, 256})))
		},
		"LSTM": lstm,
	} {
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			b.Run(fmt.Sprint(name, " ", dt), func(b *testing.B) { againstTape(b, animal{name, build}, dt) })
		}
	}
}

func againstTape(b *testing.B, a animal, dt tensor.Dtype) {
	itself := func(_ *cage, out *G.Node) *G.Node { return out }
	steps := make([]func(), 3)
	for i := range steps {
		s, err := a.put(dt, itself)
		if err != nil {
			b.Fatal(err)
		}
		var vm G.VM
		switch i {
		case 0:
			vm = G.NewTapeMachine(s.ExprGraph, G.BindDualValues(s.params...))
		case 1:
			vm = newMachine(b, s.ExprGraph)
		case 2:
			vm = newMachine(b, s.ExprGraph, graph.Observe(s.cost), graph.Update(&graph.SGD{Rate: 1e-4}, s.params, s.grads))
		}
		solver, params := G.NewVanillaSolver(G.WithLearnRate(1e-4)), G.NodesToValueGrads(s.params)
		steps[i] = func() {
			if err := vm.RunAll(); err != nil {
				b.Fatal(err)
			}
			if i < 2 {
				if err := solver.Step(params); err != nil {
					b.Fatal(err)
				}
			}
			vm.Reset()
		}
		steps[i]()
	}
	var spent [3]time.Duration
	for b.Loop() {
		for i, step := range steps {
			before := cpuTime(b)
			step()
			spent[i] += cpuTime(b) - before
		}
	}
	b.ReportMetric(float64(spent[0])/float64(spent[1]), "solver-ratio")
	b.ReportMetric(float64(spent[0])/float64(spent[2]), "update-ratio")
	b.ReportMetric(testing.AllocsPerRun(3, steps[2]), "allocs")
}

func cpuTime(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (c *cage) hidden(x *G.Node, widths ...int) *G.Node {
	for i, w := range widths {
		x = must(G.Tanh(c.affine(fmt.Sprint("hidden", i), x, w)))
	}
	return x
}

func (c *cage) classifier(x *G.Node) *G.Node {
	p := must(G.LogSoftMax(c.affine("out", x, 10)))
	return must(G.Neg(must(G.Mean(must(G.HadamardProd(p, c.given("y", x.Shape()[0], 10)))))))
}

// lstm has eight steps over a batch of 16, of 64 cells.
func lstm(c *cage) *G.Node {
	const batch, width, cells = 16, 32, 64
	h, cell := c.given("h", batch, cells), c.given("c", batch, cells)
	wx, wh, bias := c.in("wx", width, 4*cells), c.in("wh", cells, 4*cells), c.in("b", 4*cells)
	for i := range 8 {
		s := must(G.Add(must(G.Mul(c.given(fmt.Sprint("x", i), batch, width), wx)), must(G.Mul(h, wh))))
		s = must(G.BroadcastAdd(s, bias, nil, []byte{0}))
		gate := func(k int, f unaryFn) *G.Node { return must(f(must(G.Slice(s, nil, G.S(cells*k, cells*(k+1)))))) }
		cell = must(G.Add(must(G.HadamardProd(gate(1, G.Sigmoid), cell)), must(G.HadamardProd(gate(0, G.Sigmoid), gate(2, G.Tanh)))))
		h = must(G.HadamardProd(gate(3, G.Sigmoid), must(G.Tanh(cell))))
	}
	return c.classifier(h)
}
