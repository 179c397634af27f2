package train

import (
	"math"
	"math/rand/v2"
	"testing"

	"glorot/experiments/dataset"
	"glorot/graph/kernel"
	"glorot/models"
)

// plain is a network written out in float64 loops, one example at a time: what the graphs are held to. It shares nothing with them,
// not even the activations' derivatives, which are those of the textbook in s.
type plain struct {
	activation, cost string
	sizes            []int
	w                [][]float64 // [in, out] row-major
	b                [][]float64
}

// plainOf copies the network's parameters.
func plainOf(c models.Config, p *models.Parameters) *plain {
	n := &plain{activation: c.Activation.Name, cost: c.Cost.Name, sizes: c.Sizes()}
	for i := range p.W {
		n.w = append(n.w, floats(p.W[i].Float32s()))
		n.b = append(n.b, floats(p.B[i].Float32s()))
	}
	return n
}

func floats(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// f returns the activation and its derivative at s.
func (n *plain) f(s float64) (z, slope float64) {
	switch n.activation {
	case "sigmoid":
		e := math.Exp(-s)
		return 1 / (1 + e), e / ((1 + e) * (1 + e))
	case "tanh":
		return math.Tanh(s), 1 / (math.Cosh(s) * math.Cosh(s))
	case "softsign":
		return s / (1 + math.Abs(s)), 1 / ((1 + math.Abs(s)) * (1 + math.Abs(s)))
	case "relu":
		if s > 0 {
			return s, 1
		}
		return 0, 0
	}
	return modern(n.activation, s)
}

// modern is f of the activations that the paper has not.
func modern(activation string, s float64) (z, slope float64) {
	e := math.Exp(s)
	sigmoid, normal := e/(1+e), math.Erfc(-s/math.Sqrt2)/2
	switch activation {
	case "leaky_relu":
		if s <= 0 {
			return s / 100, 0.01
		}
	case "elu":
		if s <= 0 {
			return e - 1, e
		}
	case "selu":
		if s <= 0 {
			return 1.0507009873554805 * 1.6732632423543772 * (e - 1), 1.0507009873554805 * 1.6732632423543772 * e
		}
		return 1.0507009873554805 * s, 1.0507009873554805
	case "gelu":
		return s * normal, normal + s*math.Exp(-s*s/2)/math.Sqrt(2*math.Pi)
	case "gelu_tanh":
		c := math.Sqrt(2 / math.Pi)
		t := math.Tanh(c * (s + 0.044715*s*s*s))
		return s * (1 + t) / 2, (1+t)/2 + s/2*(1-t*t)*c*(1+3*0.044715*s*s)
	case "silu":
		return s * sigmoid, sigmoid * (1 + s*(1-sigmoid))
	case "softplus":
		return math.Log1p(e), sigmoid
	case "hard_tanh":
		if math.Abs(s) >= 1 {
			return math.Copysign(1, s), 0
		}
	case "mish":
		t := math.Tanh(math.Log1p(e))
		return s * t, t + s*(1-t*t)*sigmoid
	}
	return s, 1 // identity, and what is linear in the middle
}

// forward returns the layers' arguments s and outputs z, the last of which is the softmax; z[0] is x.
func (n *plain) forward(x []float64) (s, z [][]float64) {
	z = [][]float64{x}
	for l, w := range n.w {
		in, out := n.sizes[l], n.sizes[l+1]
		sl, zl := make([]float64, out), make([]float64, out)
		sum := 0.0
		for j := range out {
			sl[j] = n.b[l][j]
			for i := range in {
				sl[j] += z[l][i] * w[i*out+j]
			}
			if l < len(n.w)-1 {
				zl[j], _ = n.f(sl[j])
				continue
			}
			zl[j] = math.Exp(sl[j])
			sum += zl[j]
		}
		if l == len(n.w)-1 {
			for j := range zl {
				zl[j] /= sum
			}
		}
		s, z = append(s, sl), append(z, zl)
	}
	return s, z
}

// price returns the example's cost.
func (n *plain) price(p []float64, label int) float64 {
	if n.cost == "nll" {
		return -math.Log(p[label])
	}
	sum := 0.0
	for k := range p {
		d := p[k] - oneHot(k, label)
		sum += d * d
	}
	return sum
}

func oneHot(k, label int) float64 {
	if k == label {
		return 1
	}
	return 0
}

// backward returns dCost/ds of every layer for one example, not averaged over anything, and the layers' outputs.
func (n *plain) backward(x []float64, label int) (ds, z [][]float64) {
	s, z := n.forward(x)
	p := z[len(z)-1]
	ds = make([][]float64, len(n.w))
	top := make([]float64, len(p))
	for j := range p {
		if n.cost == "nll" {
			top[j] = p[j] - oneHot(j, label)
			continue
		}
		for k := range p { // dp_k/da_j = p_k (1[j=k] - p_j)
			top[j] += 2 * (p[k] - oneHot(k, label)) * p[k] * (oneHot(j, k) - p[j])
		}
	}
	ds[len(ds)-1] = top
	for l := len(ds) - 2; l >= 0; l-- {
		width, out := n.sizes[l+1], n.sizes[l+2]
		ds[l] = make([]float64, width)
		for i := range width {
			sum := 0.0
			for j := range out {
				sum += n.w[l+1][i*out+j] * ds[l+1][j]
			}
			_, slope := n.f(s[l][i])
			ds[l][i] = sum * slope
		}
	}
	return ds, z
}

// gradients returns dCost/dW and dCost/db of the cost summed over the examples x [labels, inputs].
func (n *plain) gradients(x []float64, labels []uint8) (dw, db [][]float64) {
	for l := range n.w {
		dw, db = append(dw, make([]float64, len(n.w[l]))), append(db, make([]float64, len(n.b[l])))
	}
	for k, label := range labels {
		ds, z := n.backward(x[k*n.sizes[0]:(k+1)*n.sizes[0]], int(label))
		for l := range ds {
			for j, d := range ds[l] {
				db[l][j] += d
				for i, zi := range z[l] {
					dw[l][i*len(ds[l])+j] += zi * d
				}
			}
		}
	}
	return dw, db
}

// update is a step of SGD on the mean gradient.
func (n *plain) update(x []float64, labels []uint8, rate float64) {
	dw, db := n.gradients(x, labels)
	step := rate / float64(len(labels))
	for l := range n.w {
		for i := range n.w[l] {
			n.w[l][i] -= step * dw[l][i]
		}
		for j := range n.b[l] {
			n.b[l][j] -= step * db[l][j]
		}
	}
}

// The plain network's gradients are those of its cost: central differences, of which the error is about 1e-10 at this step.
func TestPlainGradients(t *testing.T) {
	for _, cost := range []string{"nll", "quadratic"} {
		for _, activation := range []string{"sigmoid", "tanh", "softsign", "identity"} {
			c := small(t, activation, cost)
			n := plainOf(c, parameters(t, c))
			set := randomSet(5, c.Inputs, c.Classes)
			x := scaled(set, unit)
			dw, db := n.gradients(x, set.Labels)
			total := func() float64 {
				sum := 0.0
				for k, label := range set.Labels {
					_, z := n.forward(x[k*c.Inputs : (k+1)*c.Inputs])
					sum += n.price(z[len(z)-1], int(label))
				}
				return sum
			}
			check := func(name string, at *float64, got float64) {
				const h = 1e-5
				was := *at
				*at = was + h
				up := total()
				*at = was - h
				down := total()
				*at = was
				if want := (up - down) / (2 * h); math.Abs(got-want) > 1e-8 {
					t.Errorf("%s, %s: %s is %v, difference quotient %v", activation, cost, name, got, want)
				}
			}
			for l := range n.w {
				check("dCost/dW", &n.w[l][l+1], dw[l][l+1])
				check("dCost/db", &n.b[l][l], db[l][l])
			}
		}
	}
}

var unit = dataset.Scale{Low: 0, High: 1}

// small is a network of 6-5-4-3.
func small(t testing.TB, activation, cost string) models.Config {
	t.Helper()
	c := models.Config{Inputs: 6, Hidden: []int{5, 4}, Classes: 3}
	var err error
	if c.Activation, err = models.ActivationByName(activation); err != nil {
		t.Fatal(err)
	}
	if c.Init, err = models.InitializerByName("normalized"); err != nil {
		t.Fatal(err)
	}
	if c.Cost, err = models.CostByName(cost); err != nil {
		t.Fatal(err)
	}
	return c
}

// parameters draws the network's weights, and biases other than 0.
func parameters(t testing.TB, c models.Config) *models.Parameters {
	t.Helper()
	p, err := c.Parameters(7)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, b := range p.B {
		for i := range b.Float32s() {
			b.Float32s()[i] = r.Float32() - .5
		}
	}
	return p
}

// randomSet is n examples of random grey levels and labels.
func randomSet(n, features, classes int) *dataset.Set {
	r := rand.New(rand.NewPCG(3, uint64(n)))
	s := &dataset.Set{Name: "random", Features: features, Classes: classes}
	for range n * features {
		s.Images = append(s.Images, uint8(r.UintN(256)))
	}
	for range n {
		s.Labels = append(s.Labels, uint8(r.IntN(classes)))
	}
	return s
}

// scaled returns the set's images as inputs, grey level by grey level.
func scaled(s *dataset.Set, scale dataset.Scale) []float64 {
	x := make([]float64, len(s.Images))
	for i, g := range s.Images {
		x[i] = scale.Low + (scale.High-scale.Low)*float64(g)/255
	}
	return x
}

func engine(t testing.TB) *kernel.Engine {
	t.Helper()
	e, err := kernel.New(kernel.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// near fails unless got is want to within tolerance, element by element.
func near(t *testing.T, name string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d elements, want %d", name, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(float64(got[i])-want[i]) <= tolerance) {
			t.Fatalf("%s[%d] is %v, want %v", name, i, got[i], want[i])
		}
	}
}
