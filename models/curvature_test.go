package models

import (
	"fmt"
	"math"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// curved builds a network of 4-4-3-3, or 4-3 without hidden layers, in float64, with biases that are not 0 and a batch of 5 bound, and
// observes the estimates and the gradients.
func curved(t *testing.T, method string, c Config) (p *Parameters, m *MLP, hw, hb []*G.Node, machine *graph.Machine) {
	t.Helper()
	c.Inputs, c.Classes = 4, 3
	if c.Cost.Name == "" {
		c.Cost = byNameOrFail(t, CostByName, "nll")
	}
	p, m = network(t, c, 3, 5)
	for i, b := range p.B {
		for j := 0; j < b.Shape()[0]; j++ {
			if c.Dtype == tensor.Float64 {
				b.Float64s()[j] = 0.2*float64(j) - 0.1*float64(i)
			}
		}
	}
	feed(t, m, 2)
	hw, hb, err := byNameOrFail(t, CurvatureByName, method).Build(c, m)
	if err != nil {
		t.Fatal(err)
	}
	machine = compiled(t, m.Graph, graph.Observe(hw...), graph.Observe(hb...), graph.Observe(m.DW...), graph.Observe(m.DB...), graph.Observe(m.Logits))
	if machine.Stats().Fallback != 0 {
		t.Errorf("%d steps have no kernel", machine.Stats().Fallback)
	}
	return p, m, hw, hb, machine
}

// quotient is the central difference by x[i] of what read returns after a run.
func quotient(t *testing.T, machine *graph.Machine, x []float64, i int, read func() []float64) []float64 {
	t.Helper()
	const h = 1e-5
	was := x[i]
	defer func() { x[i] = was }()
	x[i] = was + h
	run(t, machine)
	up := read()
	x[i] = was - h
	run(t, machine)
	for k, down := range read() {
		up[k] = (up[k] - down) / (2 * h)
	}
	return up
}

// Without hidden layers the hessian is the Hessian's diagonal: the difference quotient of the gradient, whose error is about 1e-10.
func TestHessianOfSoftmaxRegression(t *testing.T) {
	p, m, hw, hb, machine := curved(t, "hessian", Config{Dtype: tensor.Float64})
	for _, c := range []struct {
		x       []float64
		grad, h *G.Node
	}{{p.W[0].Float64s(), m.DW[0], hw[0]}, {p.B[0].Float64s(), m.DB[0], hb[0]}} {
		run(t, machine)
		got := numbers(c.h.Value())
		want := make([]float64, len(got))
		for i := range want {
			want[i] = quotient(t, machine, c.x, i, func() []float64 { return numbers(c.grad.Value()) })[i]
		}
		allNear(t, c.h.Name(), got, want, 1e-8)
	}
}

// Where every unit feeds one unit only, no term off the diagonal is dropped, and the hessian is the diagonal of the Gauss-Newton
// matrix Jᵀ (diag p - p pᵀ) J, the mean over the batch, with J the Jacobian of the logits, here by difference quotients.
func TestHessianIsGaussNewton(t *testing.T) {
	for _, a := range Activations() {
		if a.Learned() {
			continue // which have no curvature
		}
		p, m, hw, hb, machine := curved(t, "hessian", Config{Hidden: []int{4, 3}, Activation: a, Dtype: tensor.Float64})
		for l := 1; l < len(p.W); l++ {
			w, out := p.W[l].Float64s(), p.W[l].Shape()[1]
			for i := range w {
				if i%out != i/out%out {
					w[i] = 0
				}
			}
		}
		for l := range p.W {
			for _, c := range []struct {
				x []float64
				h *G.Node
			}{{p.W[l].Float64s(), hw[l]}, {p.B[l].Float64s(), hb[l]}} {
				run(t, machine)
				got, logits := numbers(c.h.Value()), numbers(m.Logits.Value())
				want := make([]float64, len(got))
				for i := range want {
					jacobian := quotient(t, machine, c.x, i, func() []float64 { return numbers(m.Logits.Value()) })
					want[i] = gaussNewtonTerm(logits, jacobian, 3)
				}
				allNear(t, a.Name+" "+c.h.Name(), got, want, 1e-8)
			}
		}
	}
}

// gaussNewtonTerm is the mean over the examples, rows of logits, of jᵀ (diag p - p pᵀ) j.
func gaussNewtonTerm(logits, jacobian []float64, classes int) float64 {
	total := 0.0
	for from := 0; from < len(logits); from += classes {
		p, j := softmax(logits[from:from+classes]), jacobian[from:from+classes]
		var square, mean float64
		for k := range p {
			square += p[k] * j[k] * j[k]
			mean += p[k] * j[k]
		}
		total += square - mean*mean
	}
	return total * float64(classes) / float64(len(logits))
}

// Both estimates are those of float64 loops that take one example at a time and average, for every activation.
func TestCurvaturesArePlain(t *testing.T) {
	for _, a := range Activations() {
		if a.Learned() {
			continue // which have no curvature
		}
		for _, method := range []string{"hessian", "variance"} {
			for dt, tol := range map[tensor.Dtype]float64{tensor.Float64: 1e-12, tensor.Float32: 1e-5} {
				t.Run(fmt.Sprint(a.Name, method, dt), func(t *testing.T) {
					p, m, hw, hb, machine := curved(t, method, Config{Hidden: []int{4, 3}, Activation: a, Dtype: dt})
					run(t, machine)
					w, b := make([][]float64, 3), make([][]float64, 3)
					x, y := numbers(m.X.Value()), numbers(m.Y.Value())
					const batch, inputs, classes = 5, 4, 3
					for e := range batch {
						z, q := plainCurvature(p, a.Name, method, x[e*inputs:(e+1)*inputs], y[e*classes:(e+1)*classes])
						for l := range q {
							if e == 0 {
								w[l], b[l] = make([]float64, len(z[l])*len(q[l])), make([]float64, len(q[l]))
							}
							for j := range q[l] {
								b[l][j] += q[l][j] / batch
								for i := range z[l] {
									w[l][i*len(q[l])+j] += z[l][i] * z[l][i] * q[l][j] / batch
								}
							}
						}
					}
					for l := range hw {
						allNear(t, hw[l].Name(), numbers(hw[l].Value()), w[l], tol)
						allNear(t, hb[l].Name(), numbers(hb[l].Value()), b[l], tol)
					}
				})
			}
		}
	}
}

// plainCurvature returns the inputs z of every layer and q of one example: what is back-propagated is squared for the hessian on its
// way, for the variance at the end.
func plainCurvature(p *Parameters, activation, method string, x, y []float64) (z, q [][]float64) {
	f, layers := closed[activation], len(p.W)
	z = [][]float64{x}
	var slope [][]float64
	for l := range layers {
		w, b := numbers(p.W[l]), numbers(p.B[l])
		next, df := make([]float64, len(b)), make([]float64, len(b))
		for j := range b {
			s := b[j]
			for i := range z[l] {
				s += z[l][i] * w[i*len(b)+j]
			}
			if next[j], df[j] = s, 1; l < layers-1 {
				next[j], df[j] = f.f(s), f.df(s)
			}
		}
		z, slope = append(z, next), append(slope, df)
	}
	probability := softmax(z[layers])
	power := map[string]float64{"hessian": 2, "variance": 1}[method]
	q = make([][]float64, layers)
	top := make([]float64, len(y))
	for k, pk := range probability {
		if top[k] = pk - y[k]; method == "hessian" {
			top[k] = pk * (1 - pk)
		}
	}
	q[layers-1] = top
	for l := layers - 2; l >= 0; l-- {
		w, out := numbers(p.W[l+1]), len(q[l+1])
		q[l] = make([]float64, len(slope[l]))
		for i := range q[l] {
			for j := range out {
				q[l][i] += math.Pow(w[i*out+j], power) * q[l+1][j]
			}
			q[l][i] *= math.Pow(slope[l][i], power)
		}
	}
	if method == "variance" {
		for l := range q {
			for j := range q[l] {
				q[l][j] *= q[l][j]
			}
		}
	}
	return z[:layers], q
}

func TestCurvatureRefuses(t *testing.T) {
	_, err := CurvatureByName("newton")
	message(t, err, `unknown curvature "newton"; want hessian, variance`)
	c := Config{Inputs: 4, Hidden: []int{3}, Classes: 2, Cost: byNameOrFail(t, CostByName, "quadratic")}
	_, m := network(t, c, 1, 2)
	_, _, err = byNameOrFail(t, CurvatureByName, "hessian").Build(c, m)
	message(t, err, "curvature hessian: it is for the cost nll, not quadratic")
	if _, _, err := byNameOrFail(t, CurvatureByName, "variance").Build(c, m); err != nil {
		t.Error(err)
	}
	c.Cost = byNameOrFail(t, CostByName, "nll")
	_, _, err = byNameOrFail(t, CurvatureByName, "hessian").Build(c, m)
	message(t, err, "curvature hessian: layer 1: no activation")
	_, _, err = Curvature{}.Build(c, m)
	message(t, err, "no curvature; want hessian, variance")
}
