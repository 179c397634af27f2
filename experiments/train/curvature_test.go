package train

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"glorot/graph/kernel"
	"glorot/models"
)

// curvature returns the network's h of every weight and bias on a batch, the mean over its examples.
func (n *plain) curvature(method string, x []float64, labels []uint8) (hw, hb [][]float64) {
	for l := range n.w {
		hw, hb = append(hw, make([]float64, len(n.w[l]))), append(hb, make([]float64, len(n.b[l])))
	}
	for k, label := range labels {
		example := x[k*n.sizes[0] : (k+1)*n.sizes[0]]
		q, z := n.backward(example, int(label))
		for l := range q {
			for j := range q[l] {
				q[l][j] *= q[l][j]
			}
		}
		if method == "hessian" {
			q = n.hessian(example)
		}
		for l := range q {
			for j, d := range q[l] {
				hb[l][j] += d / float64(len(labels))
				for i, zi := range z[l] {
					hw[l][i*len(q[l])+j] += zi * zi * d / float64(len(labels))
				}
			}
		}
	}
	return hw, hb
}

// hessian returns the second derivatives by s that "Efficient BackProp" back-propagates, for one example.
func (n *plain) hessian(x []float64) [][]float64 {
	s, z := n.forward(x)
	q := make([][]float64, len(n.w))
	for _, p := range z[len(z)-1] {
		q[len(q)-1] = append(q[len(q)-1], p*(1-p))
	}
	for l := len(q) - 2; l >= 0; l-- {
		out := n.sizes[l+2]
		for i := range n.sizes[l+1] {
			sum := 0.0
			for j := range out {
				w := n.w[l+1][i*out+j]
				sum += w * w * q[l+1][j]
			}
			_, slope := n.f(s[l][i])
			q[l] = append(q[l], sum*slope*slope)
		}
	}
	return q
}

// curvedLoop is newLoop with a rate for every parameter.
func curvedLoop(t *testing.T, c models.Config, rate float64, curvature *Curvature) (*Loop, *models.Parameters) {
	t.Helper()
	p := parameters(t, c)
	l, err := New(Options{Model: c, Params: p, Source: &turns{set: randomSet(40, c.Inputs, c.Classes), batch: testBatch}, Batch: testBatch,
		Rate: rate, Engine: engine(t), Curvature: curvature})
	if err != nil {
		t.Fatal(err)
	}
	return l, p
}

// Training with curvature is w -= rate mu/(h+mu) dCost/dw, with h the running average of the curvatures of every 7th mini-batch: the
// plain network, given the same, ends at the same weights.
func TestCurvatureIsPlain(t *testing.T) {
	const updates, rate, mu, every, decay = 60, 0.5, 0.02, 7, 0.6
	for _, method := range []string{"hessian", "variance"} {
		for _, activation := range []string{"sigmoid", "tanh", "softsign"} {
			c := small(t, activation, "nll")
			l, p := curvedLoop(t, c, rate, &Curvature{Method: method, Mu: mu, Every: every, Decay: decay})
			n, set := plainOf(c, p), randomSet(40, c.Inputs, c.Classes)
			x := scaled(set, unit)
			var hw, hb [][]float64
			average := func(h, now [][]float64) [][]float64 {
				for l := range h {
					for i := range h[l] {
						now[l][i] = decay*h[l][i] + (1-decay)*now[l][i]
					}
				}
				return now
			}
			least := 1.0
			step := func(w, dw, h []float64) {
				for i := range w {
					share := mu / (h[i] + mu)
					least = min(least, share)
					w[i] -= rate * share * dw[i] / testBatch
				}
			}
			for u := range updates {
				from := u * testBatch % set.Len()
				batch, labels := x[from*c.Inputs:(from+testBatch)*c.Inputs], set.Labels[from:from+testBatch]
				if u%every == 0 {
					w, b := n.curvature(method, batch, labels)
					hw, hb = average(hw, w), average(hb, b)
				}
				dw, db := n.gradients(batch, labels)
				for l := range n.w {
					step(n.w[l], dw[l], hw[l])
					step(n.b[l], db[l], hb[l])
				}
			}
			if least > 0.3 {
				t.Errorf("%s %s: the lowest rate is %v of the highest: the test tests little", method, activation, least)
			}
			if err := l.Run(context.Background(), updates); err != nil {
				t.Fatal(err)
			}
			for i := range p.W {
				near(t, fmt.Sprint(method, activation, l.Net.W[i].Name()), p.W[i].Float32s(), n.w[i], 1e-4)
				near(t, fmt.Sprint(method, activation, l.Net.B[i].Name()), p.B[i].Float32s(), n.b[i], 1e-4)
			}
		}
	}
}

// As mu grows the rates come to be one rate, and training plain SGD. The order of sums differs, so the last bits may.
func TestLargeMuIsPlainSGD(t *testing.T) {
	for _, method := range []string{"hessian", "variance"} {
		for _, mu := range []float64{1e9, 1e300} {
			c := small(t, "tanh", "nll")
			plain, p, _ := newLoop(t, c, 0.5)
			curved, q := curvedLoop(t, c, 0.5, &Curvature{Method: method, Mu: mu})
			for _, l := range []*Loop{plain, curved} {
				if err := l.Run(context.Background(), 60); err != nil {
					t.Fatal(err)
				}
			}
			for i := range p.W {
				near(t, method, q.W[i].Float32s(), floats(p.W[i].Float32s()), 1e-5)
				near(t, method, q.B[i].Float32s(), floats(p.B[i].Float32s()), 1e-5)
			}
		}
	}
}

// Training with curvature ends in the same bits with every kernel set and number of threads, and allocates nothing.
func TestCurvatureSameBits(t *testing.T) {
	for _, method := range []string{"hessian", "variance"} {
		seen := make(map[string]string)
		for _, set := range kernel.Sets() {
			for _, threads := range []int{1, 2, 3} {
				e, err := kernel.New(kernel.Options{Set: set, Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				defer e.Close()
				c := small(t, "tanh", "nll")
				c.Inputs, c.Hidden, c.Classes = 300, []int{70, 50}, 9
				p := parameters(t, c)
				l, err := New(Options{Model: c, Params: p, Source: &turns{set: randomSet(40, 300, 9), batch: 10}, Batch: 10, Rate: 0.1,
					Engine: e, Curvature: &Curvature{Method: method, Every: 4}})
				if err != nil {
					t.Fatal(err)
				}
				if err := l.Run(context.Background(), 25); err != nil {
					t.Fatal(err)
				}
				seen[parametersDigest(p)] = fmt.Sprintf("%s on %d threads", set, threads)
				if n := testing.AllocsPerRun(8, func() { l.Step() }); n != 0 {
					t.Errorf("%s: %v allocations an update", method, n)
				}
			}
		}
		if len(seen) != 1 {
			t.Errorf("%s: different weights: %v", method, seen)
		}
	}
}

// A step that diverges says so with curvature too, and not in the graph that estimates.
func TestCurvatureDiverges(t *testing.T) {
	l, _ := curvedLoop(t, small(t, "identity", "nll"), 1e30, &Curvature{Method: "hessian", Mu: 1e9, Every: 1})
	err := l.Run(context.Background(), 200)
	if _, ok := err.(*DivergedError); !ok {
		t.Errorf("got %v, want a *DivergedError", err)
	}
}

func TestCurvatureRefuses(t *testing.T) {
	for want, c := range map[string]Curvature{
		`unknown curvature "newton"; want hessian, variance`:       {Method: "newton"},
		"curvature: mu of -1; want a number above 1e-38":           {Method: "hessian", Mu: -1},
		"curvature: mu of 1e-40; want a number above 1e-38":        {Method: "hessian", Mu: 1e-40},
		"curvature: mu of +Inf; want a number above 1e-38":         {Method: "hessian", Mu: math.Inf(1)},
		"curvature: mu of NaN; want a number above 1e-38":          {Method: "hessian", Mu: math.NaN()},
		"curvature: an estimate every -1 updates; want at least 1": {Method: "hessian", Every: -1},
		"curvature: a decay of 1; want it in [0, 1)":               {Method: "hessian", Decay: 1},
		"curvature hessian: it is for the cost nll, not quadratic": {Method: "hessian"},
	} {
		m := small(t, "tanh", "quadratic")
		_, err := New(Options{Model: m, Params: parameters(t, m), Source: &turns{}, Batch: testBatch, Rate: 0.1, Engine: engine(t), Curvature: &c})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// BenchmarkCurvature is an update of the paper's network, 1024-1000x5-9, batch 10: by plain SGD, with a rate for every parameter that is
// never estimated again, with the default of an estimate every 100 updates, and with one at every update.
func BenchmarkCurvature(b *testing.B) {
	for name, c := range map[string]*Curvature{
		"plain":                 nil,
		"once":                  {Method: "hessian", Every: 1 << 40},
		"hessian every 100":     {Method: "hessian"},
		"hessian every update":  {Method: "hessian", Every: 1},
		"variance every update": {Method: "variance", Every: 1},
	} {
		b.Run(name, func(b *testing.B) {
			m := small(b, "tanh", "nll")
			m.Inputs, m.Hidden, m.Classes = 1024, []int{1000, 1000, 1000, 1000, 1000}, 9
			l, err := New(Options{Model: m, Params: parameters(b, m), Source: &turns{set: randomSet(40, 1024, 9), batch: 10}, Batch: 10,
				Rate: 0.01, Engine: engine(b), Curvature: c})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if err := l.Step(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
