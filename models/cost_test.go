package models

import (
	"math"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// costs are the closed forms of one example's cost: logits s, target y.
var costs = map[string]func(s, y []float64) float64{
	"nll": func(s, y []float64) (c float64) {
		for k, p := range softmax(s) {
			c -= y[k] * math.Log(p)
		}
		return c
	},
	"quadratic": func(s, y []float64) (c float64) {
		for k, p := range softmax(s) {
			c += (p - y[k]) * (p - y[k])
		}
		return c
	},
}

func softmax(s []float64) []float64 {
	p := make([]float64, len(s))
	var sum float64
	for k, x := range s {
		p[k] = math.Exp(x)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// costOn returns the cost and its gradient at logits s and targets y, both [batch, classes].
func costOn(t *testing.T, c Cost, dt tensor.Dtype, s, y []float64, classes int) (cost float64, grad []float64) {
	t.Helper()
	g, batch := G.NewGraph(), len(s)/classes
	logits := G.NewMatrix(g, dt, G.WithShape(batch, classes), G.WithName("s"), G.WithValue(tensorOf(dt, s, batch, classes)))
	target := G.NewMatrix(g, dt, G.WithShape(batch, classes), G.WithName("y"), G.WithValue(tensorOf(dt, y, batch, classes)))
	n, err := c.Build(logits, target)
	if err != nil {
		t.Fatal(err)
	}
	grads, err := G.Grad(n, logits)
	if err != nil {
		t.Fatal(err)
	}
	m := compiled(t, g, graph.Observe(n, grads[0]))
	if m.Stats().Fallback != 0 {
		t.Errorf("%d steps have no kernel", m.Stats().Fallback)
	}
	run(t, m)
	return numbers(n.Value())[0], numbers(grads[0].Value())
}

// Every cost is its closed form, the mean over the batch, and its gradient the finite difference.
func TestCosts(t *testing.T) {
	const classes = 4
	s := []float64{0.3, -1, 2, 0, 5, 4, -3, 1, 0.1, 0.2, 0.3, 0.4}
	y := []float64{0, 0, 1, 0, 0.5, 0.25, 0.25, 0, 1, 0, 0, 0}
	if len(Costs()) != len(costs) {
		t.Errorf("%d costs, closed forms for %d", len(Costs()), len(costs))
	}
	for _, c := range Costs() {
		t.Run(c.Name, func(t *testing.T) {
			mean := func(s []float64) (sum float64) {
				for i := 0; i < len(s); i += classes {
					sum += costs[c.Name](s[i:i+classes], y[i:i+classes])
				}
				return sum / float64(len(s)/classes)
			}
			diff := make([]float64, len(s))
			for i, x := range s {
				const h = 1e-5
				s[i] = x + h
				up := mean(s)
				s[i] = x - h
				diff[i] = (up - mean(s)) / (2 * h)
				s[i] = x
			}
			got, grad := costOn(t, c, tensor.Float64, s, y, classes)
			near(t, c.Name, "float64", got, mean(s), 1e-14)
			allNear(t, "gradient", grad, diff, 1e-8)
			got, grad = costOn(t, c, tensor.Float32, s, y, classes)
			near(t, c.Name, "float32", got, mean(s), 1e-6)
			allNear(t, "float32 gradient", grad, diff, 1e-6)
		})
	}
}

// At logits of ±1e4 the cost is finite and right, and so is the gradient (p - y)/batch, where exp would overflow.
func TestLargeLogits(t *testing.T) {
	s := []float64{1e4, -1e4, 0, -1e4, 1e4, 1e4}
	y := []float64{0, 1, 0, 0, 1, 0}
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		cost, grad := costOn(t, byNameOrFail(t, CostByName, "nll"), dt, s, y, 3)
		near(t, "nll", dt, cost, (2e4+math.Log(2))/2, 1e-3) // the first example's is 2e4, the second's log 2
		allNear(t, "gradient", grad, []float64{0.5, -0.5, 0, 0, -0.25, 0.25}, 1e-6)
		cost, grad = costOn(t, byNameOrFail(t, CostByName, "quadratic"), dt, s, y, 3)
		near(t, "quadratic", dt, cost, (2+0.5)/2, 1e-6)
		// p is (1, 0, 0) and (0, 1/2, 1/2); the gradient of sum (p-y)² is 2 p (p-y - sum p (p-y)).
		allNear(t, "gradient", grad, []float64{0, 0, 0, 0, -0.25, 0.25}, 1e-6)
	}
}

func TestCostErrors(t *testing.T) {
	_, err := CostByName("hinge")
	message(t, err, `unknown cost "hinge"; want nll, quadratic`)
	for _, c := range Costs() {
		if d, err := CostByName(c.Name); err != nil || d.Formula != c.Formula || c.Formula == "" {
			t.Errorf("CostByName(%q) is %v, %v", c.Name, d, err)
		}
	}
	g := G.NewGraph()
	a := G.NewMatrix(g, tensor.Float32, G.WithShape(2, 3), G.WithName("a"))
	b := G.NewMatrix(g, tensor.Float32, G.WithShape(3, 2), G.WithName("b"))
	v := G.NewVector(g, tensor.Float32, G.WithShape(3), G.WithName("v"))
	k := G.NewMatrix(g, tensor.Int, G.WithShape(2, 3), G.WithName("k"))
	nll := byNameOrFail(t, CostByName, "nll")
	_, err = nll.Build(a, b)
	message(t, err, "logits of shape (2, 3) and targets of shape (3, 2); want [batch, classes] for both")
	_, err = nll.Build(v, v)
	message(t, err, "logits of shape (3) and targets of shape (3); want [batch, classes] for both")
	_, err = Cost{}.Build(a, a)
	message(t, err, "no cost; want nll, quadratic")
	_, err = LogSoftmax(v)
	message(t, err, "log-softmax of shape (3); want [batch, classes]")
	_, err = nll.Build(k, k)
	message(t, err, "logits of type int and targets of type int; want float32 or float64 for both")
}
