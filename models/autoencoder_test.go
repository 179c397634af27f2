package models

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// plainAutoencoder is the auto-encoder in float64 loops, one example at a time, with formulas other than those of the graph: the
// cross entropy from the logarithms of the reconstruction, tanh itself for inputs in [-1, 1].
type plainAutoencoder struct {
	activation string
	low, high  float64
	w, b, c    []float64 // [in, out], [out], [in]
}

// example returns the code, the reconstruction, the cost, and adds the gradients of the cost by the tied weights and the biases.
func (p *plainAutoencoder) example(x, mask, dw, db, dc []float64) (z, r []float64, cost float64) {
	in, out := len(p.c), len(p.b)
	f, seen := closed[p.activation], make([]float64, in)
	z, r = make([]float64, out), make([]float64, in)
	slope, dz := make([]float64, out), make([]float64, out)
	for i := range x {
		seen[i] = x[i] * mask[i]
	}
	for j := range z {
		s := p.b[j]
		for i := range seen {
			s += seen[i] * p.w[i*out+j]
		}
		z[j], slope[j] = f.f(s), f.df(s)
	}
	for i := range r {
		s := p.c[i]
		for j := range z {
			s += z[j] * p.w[i*out+j]
		}
		gain := 1.0
		if r[i] = 1 / (1 + math.Exp(-s)); p.low == -1 {
			r[i], gain = math.Tanh(s), 2
		}
		t, q := (x[i]-p.low)/(p.high-p.low), (r[i]-p.low)/(p.high-p.low)
		cost -= t*math.Log(q) + (1-t)*math.Log(1-q)
		ds := gain * (q - t)
		dc[i] += ds
		for j := range z {
			dw[i*out+j] += ds * z[j]
			dz[j] += ds * p.w[i*out+j]
		}
	}
	for j := range z {
		db[j] += dz[j] * slope[j]
		for i := range seen {
			dw[i*out+j] += seen[i] * dz[j] * slope[j]
		}
	}
	return z, r, cost
}

// autoencoder builds one of 7 inputs and 5 codes over random parameters, with a random batch of 4 bound.
func autoencoder(t testing.TB, activation string, low float64, dt tensor.Dtype) (*plainAutoencoder, *Autoencoder) {
	t.Helper()
	const in, out, batch = 7, 5, 4
	r := rand.New(rand.NewPCG(5, 6))
	draw := func(n int, low, high float64) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = low + (high-low)*r.Float64()
		}
		return x
	}
	p := &plainAutoencoder{activation: activation, low: low, high: 1, w: draw(in*out, -1, 1), b: draw(out, -.5, .5), c: draw(in, -.5, .5)}
	c := AutoencoderConfig{Activation: byNameOrFail(t, ActivationByName, activation), Low: low, High: 1}
	a, err := c.Build(tensorOf(dt, p.w, in, out), tensorOf(dt, p.b, out), tensorOf(dt, p.c, in), batch)
	if err != nil {
		t.Fatal(err)
	}
	mask := draw(batch*in, 0, 1)
	for i := range mask {
		mask[i] = math.Round(mask[i] + .2)
	}
	for n, x := range map[*G.Node][]float64{a.X: draw(batch*in, low, 1), a.Mask: mask} {
		if err := G.Let(n, tensorOf(dt, x, batch, in)); err != nil {
			t.Fatal(err)
		}
	}
	return p, a
}

// batch runs the plain auto-encoder over what is bound to a, and returns means over the batch.
func (p *plainAutoencoder) batch(a *Autoencoder) (z, r []float64, cost float64, dw, db, dc []float64) {
	x, mask := numbers(a.X.Value()), numbers(a.Mask.Value())
	dw, db, dc = make([]float64, len(p.w)), make([]float64, len(p.b)), make([]float64, len(p.c))
	in, n := len(p.c), float64(len(x)/len(p.c))
	for e := 0; e < len(x); e += in {
		ze, re, ce := p.example(x[e:e+in], mask[e:e+in], dw, db, dc)
		z, r, cost = append(z, ze...), append(r, re...), cost+ce
	}
	for _, d := range [][]float64{dw, db, dc} {
		for i := range d {
			d[i] /= n
		}
	}
	return z, r, cost / n, dw, db, dc
}

// Code, reconstruction, cost and gradients are those of the plain loops, for every activation and both ranges of inputs.
func TestAutoencoder(t *testing.T) {
	for _, act := range Activations() {
		for _, low := range []float64{0, -1} {
			for dt, tol := range map[tensor.Dtype]float64{tensor.Float64: 1e-12, tensor.Float32: 3e-6} {
				t.Run(fmt.Sprint(act.Name, low, dt), func(t *testing.T) {
					p, a := autoencoder(t, act.Name, low, dt)
					m := compiled(t, a.Graph, graph.Observe(a.Corrupted, a.Code, a.Reconstruction, a.Cost, a.DTied, a.DB, a.DC))
					if m.Stats().Fallback != 0 {
						t.Errorf("%d steps have no kernel", m.Stats().Fallback)
					}
					run(t, m)
					z, r, cost, dw, db, dc := p.batch(a)
					allNear(t, "code", numbers(a.Code.Value()), z, tol)
					allNear(t, "reconstruction", numbers(a.Reconstruction.Value()), r, tol)
					allNear(t, "cost", numbers(a.Cost.Value()), []float64{cost}, tol)
					allNear(t, "dCost/dW", numbers(a.DTied.Value()), dw, tol)
					allNear(t, "dCost/db", numbers(a.DB.Value()), db, tol)
					allNear(t, "dCost/dc", numbers(a.DC.Value()), dc, tol)
				})
			}
		}
	}
}

// The gradients are the difference quotients of the graph's own cost. Moving a weight moves it in the encoder and in the decoder,
// so that only tied weights pass. The error of a central difference at this step is about 1e-9.
func TestAutoencoderGradientByDifference(t *testing.T) {
	for _, act := range []string{"sigmoid", "tanh", "softsign"} {
		for _, low := range []float64{0, -1} {
			_, a := autoencoder(t, act, low, tensor.Float64)
			m := compiled(t, a.Graph, graph.Observe(a.Cost, a.DTied, a.DB, a.DC))
			for param, grad := range map[*G.Node]*G.Node{a.W: a.DTied, a.B: a.DB, a.C: a.DC} {
				run(t, m)
				want := numbers(grad.Value())
				x := param.Value().(*tensor.Dense).Float64s()
				got := make([]float64, len(x))
				for i := range x {
					const h = 1e-5
					was := x[i]
					x[i] = was + h
					run(t, m)
					got[i] = numbers(a.Cost.Value())[0]
					x[i] = was - h
					run(t, m)
					got[i] = (got[i] - numbers(a.Cost.Value())[0]) / (2 * h)
					x[i] = was
				}
				allNear(t, act+" "+grad.Name(), got, want, 1e-8)
			}
		}
	}
}

// An update of the two nodes of the tied weights changes their one tensor by the sum of both gradients, each that of the weights
// before it, and takes both matrix products in without storing them.
func TestDecoderIsTied(t *testing.T) {
	const rate = 0.25
	p, a := autoencoder(t, "tanh", -1, tensor.Float64)
	_, _, _, dw, db, dc := p.batch(a)
	params, grads := a.Learnables()
	m := compiled(t, a.Graph, graph.Update(&graph.SGD{Rate: rate}, params, grads), graph.Guard(a.Cost))
	run(t, m)
	if a.V.Value().Uintptr() != a.W.Value().Uintptr() {
		t.Error("encoder and decoder have tensors of their own")
	}
	for _, c := range []struct {
		node         *G.Node
		before, grad []float64
	}{{a.W, p.w, dw}, {a.V, p.w, dw}, {a.B, p.b, db}, {a.C, p.c, dc}} {
		want := make([]float64, len(c.before))
		for i := range want {
			want[i] = c.before[i] - rate*c.grad[i]
		}
		allNear(t, c.node.Name(), numbers(c.node.Value()), want, 1e-13)
	}
	if s := m.Stats(); s.Fallback != 0 || s.Fused != 3 { // the code's bias, and both products with the update
		t.Errorf("%d steps have no kernel and %d are fused, want 0 and 3", s.Fallback, s.Fused)
	}
	if n := testing.AllocsPerRun(10, func() { run(t, m) }); n != 0 {
		t.Errorf("%v allocations an update, want 0", n)
	}
}

// The cross entropy is finite and right where its textbook form is not: at large logits it is |a| or 0, by the side.
func TestCrossEntropyOfLargeLogits(t *testing.T) {
	logits := []float64{-1e30, -200, -90, -1, 0, 1, 90, 200, 1e30}
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		for _, target := range []float64{0, 0.25, 1} {
			g := G.NewGraph()
			vector := func(name string, x []float64) *G.Node {
				return G.NewVector(g, dt, G.WithShape(len(x)), G.WithName(name), G.WithValue(tensorOf(dt, x, len(x))))
			}
			targets := make([]float64, len(logits))
			for i := range targets {
				targets[i] = target
			}
			a, y := vector("a", logits), vector("t", targets)
			cost, err := logisticCrossEntropy.Apply(a, y)
			if err != nil {
				t.Fatal(err)
			}
			grads, err := G.Grad(G.Must(G.Sum(cost)), a, y)
			if err != nil {
				t.Fatal(err)
			}
			m := compiled(t, g, graph.Observe(cost, grads[0], grads[1]))
			run(t, m)
			c, da, dy := numbers(cost.Value()), numbers(grads[0].Value()), numbers(grads[1].Value())
			for i, l := range logits {
				want := math.Log1p(math.Exp(-math.Abs(l))) + math.Max(l, 0) - target*l
				near(t, "cost", l, c[i], want, 3e-7*(1+math.Abs(want)))
				near(t, "its derivative", l, da[i], closed["sigmoid"].f(l)-target, 1e-7)
				near(t, "its derivative by the target", l, dy[i], -l, 1e-6*math.Abs(l))
			}
		}
	}
}

// The layers of a network are pre-trained on inputs in the range of the network's input and then of the activation.
func TestAutoencoderOfLayer(t *testing.T) {
	for name, want := range map[string][2]float64{"sigmoid": {0, 1}, "tanh": {-1, 1}, "softsign": {-1, 1}} {
		c := Config{Hidden: []int{4, 3}, Activation: byNameOrFail(t, ActivationByName, name)}
		for layer, bounds := range [][2]float64{{-2, 3}, want} {
			a, err := c.Autoencoder(layer, -2, 3)
			if err != nil || a.Low != bounds[0] || a.High != bounds[1] || a.Activation.Name != name {
				t.Errorf("layer %d of %s: inputs in [%v, %v], %v; want %v", layer, name, a.Low, a.High, err, bounds)
			}
		}
	}
}

func TestAutoencoderRefuses(t *testing.T) {
	relu := Config{Hidden: []int{4, 3}, Activation: byNameOrFail(t, ActivationByName, "relu")}
	_, err := relu.Autoencoder(1, 0, 1)
	message(t, err, "an auto-encoder of inputs in [0, +Inf]; want finite bounds in ascending order")
	_, err = relu.Autoencoder(2, 0, 1)
	message(t, err, "no hidden layer 3 in a network of 2")

	c := AutoencoderConfig{Activation: relu.Activation, High: 1}
	dense := func(dt tensor.Dtype, shape ...int) *tensor.Dense {
		return tensor.New(tensor.Of(dt), tensor.WithShape(shape...))
	}
	f := tensor.Float32
	_, err = c.Build(dense(f, 3, 2), dense(f, 2), dense(f, 3), 0)
	message(t, err, "batch of 0; want at least 1")
	_, err = c.Build(dense(f, 3, 2), dense(f, 3), dense(f, 3), 1)
	message(t, err, "an auto-encoder with W of shape (3, 2), b of (3) and c of (3); want [in, out], [out] and [in]")
	_, err = c.Build(dense(f, 3, 2), dense(f, 2), dense(tensor.Float64, 3), 1)
	message(t, err, "an auto-encoder with W of float32, b of float32 and c of float64; want all float32 or all float64")
	_, err = c.Build(dense(f, 3, 2), nil, dense(f, 3), 1)
	message(t, err, "an auto-encoder without weights or biases")
	_, err = AutoencoderConfig{High: 1}.Build(dense(f, 3, 2), dense(f, 2), dense(f, 3), 1)
	message(t, err, "code: no activation; want "+listed(Activations()))
	_, err = AutoencoderConfig{Activation: relu.Activation}.Build(dense(f, 3, 2), dense(f, 2), dense(f, 3), 1)
	message(t, err, "an auto-encoder of inputs in [0, 0]; want finite bounds in ascending order")
}
