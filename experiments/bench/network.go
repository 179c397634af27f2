package bench

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// networks are what Compare measures, as people build them of Gorgonia's ops. Each returns its cost.
var networks = map[string]func(*net) *G.Node{
	"mlp": (*net).mlp, "autoencoder": (*net).autoencoder, "batchnorm": (*net).batchNorm, "convnet": (*net).convnet, "lstm": (*net).lstm,
	"charrnn": (*net).charRNN,
}

// Networks returns the names of the networks that Compare knows, in order.
func Networks() []string { return slices.Sorted(maps.Keys(networks)) }

// A Pair is a network and the type of its numbers.
type Pair struct {
	Network string
	Dtype   tensor.Dtype
}

// Pairs returns each of the networks, or all for the name "all", with each of the types. The error says what is allowed instead of an unknown name.
func Pairs(names, dtypes []string) (list []Pair, err error) {
	types := map[string]tensor.Dtype{"float32": tensor.Float32, "float64": tensor.Float64}
	for _, name := range names {
		if name != "all" && networks[name] == nil {
			return nil, fmt.Errorf("--network %q; want %s, or all", name, strings.Join(Networks(), ", "))
		}
	}
	if slices.Contains(names, "all") {
		names = Networks()
	}
	for _, name := range names {
		for _, d := range dtypes {
			if _, ok := types[d]; !ok {
				return nil, fmt.Errorf("--dtype %q; want float32 or float64", d)
			}
			list = append(list, Pair{name, types[d]})
		}
	}
	return list, nil
}

// A net is a network with its inputs bound and its gradients.
type net struct {
	graph  *G.ExprGraph
	dtype  tensor.Dtype
	cost   *G.Node
	params G.Nodes
	grads  G.Nodes
	bound  int // inputs that have values
}

// newNet declares the network. Gorgonia's own panics, and those of Must, become errors.
func newNet(name string, dtype tensor.Dtype) (n *net, err error) {
	build := networks[name]
	if build == nil {
		return nil, fmt.Errorf("bench: no network is called %q", name)
	}
	defer func() {
		if r := recover(); r != nil {
			n, err = nil, fmt.Errorf("bench: declaring %s: %v", name, r)
		}
	}()
	n = &net{graph: G.NewGraph(), dtype: dtype}
	n.cost = build(n)
	if n.grads, err = G.Grad(n.cost, n.params...); err != nil {
		return nil, fmt.Errorf("bench: differentiating %s: %w", name, err)
	}
	return n, nil
}

// data makes an input whose elements are a wave, the same ones in every process.
func (n *net) data(name string, shape ...int) *G.Node {
	n.bound++
	x := make([]float64, tensor.Shape(shape).TotalSize())
	for i := range x {
		x[i] = math.Sin(float64(100*n.bound + i))
	}
	return n.input(name, x, shape...)
}

// param makes a parameter with such elements, divided by the root of the inputs of a unit.
func (n *net) param(name string, inputs int, shape ...int) *G.Node {
	p := n.data(name, shape...)
	scale := 1 / math.Sqrt(float64(inputs))
	switch x := p.Value().Data().(type) {
	case []float32:
		for i := range x {
			x[i] *= float32(scale)
		}
	case []float64:
		for i := range x {
			x[i] *= scale
		}
	}
	n.params = append(n.params, p)
	return p
}

// labels makes a row for each example, 1 in the column of its class and 0 elsewhere.
func (n *net) labels(name string, examples, classes int) *G.Node {
	x := make([]float64, examples*classes)
	for i := range examples {
		x[i*classes+i*7%classes] = 1
	}
	return n.input(name, x, examples, classes)
}

func (n *net) input(name string, x []float64, shape ...int) *G.Node {
	backing := any(x)
	if n.dtype == tensor.Float32 {
		narrow := make([]float32, len(x))
		for i, v := range x {
			narrow[i] = float32(v)
		}
		backing = narrow
	}
	value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(backing))
	return G.NewTensor(n.graph, n.dtype, len(shape), G.WithName(name), G.WithShape(shape...), G.WithValue(value))
}

// affine is x w + b.
func (n *net) affine(name string, x *G.Node, out int) *G.Node {
	in := x.Shape()[1]
	return addRow(G.Must(G.Mul(x, n.param(name+"/w", in, in, out))), n.param(name+"/b", in, out))
}

func addRow(x, row *G.Node) *G.Node { return G.Must(G.BroadcastAdd(x, row, nil, []byte{0})) }

// classify is the negative log-likelihood of ten classes.
func (n *net) classify(x *G.Node) *G.Node {
	p := G.Must(G.LogSoftMax(n.affine("out", x, 10)))
	return G.Must(G.Neg(G.Must(G.Mean(G.Must(G.HadamardProd(p, n.labels("y", x.Shape()[0], 10)))))))
}

func (n *net) mlp() *G.Node {
	x := n.data("x", 32, 256)
	for i := range 2 {
		x = G.Must(G.Tanh(n.affine(fmt.Sprint("hidden", i), x, 256)))
	}
	return n.classify(x)
}

func (n *net) autoencoder() *G.Node {
	x := n.data("x", 32, 256)
	out := n.affine("out", G.Must(G.Tanh(n.affine("hidden", x, 64))), 256)
	return G.Must(G.Mean(G.Must(G.Square(G.Must(G.Sub(out, x))))))
}

func (n *net) batchNorm() *G.Node {
	x := n.data("x", 32, 256)
	for i := range 2 {
		name := fmt.Sprint("hidden", i)
		y, _, _, _, err := G.BatchNorm(n.affine(name, x, 256), n.param(name+"/scale", 1, 1, 256), n.param(name+"/shift", 1, 1, 256), .1, 1e-3)
		x = G.Must(G.Tanh(G.Must(y, err)))
	}
	return n.classify(x)
}

// convnet has two convolutions of 3 x 3, each rectified and pooled.
func (n *net) convnet() *G.Node {
	x := n.data("x", 8, 1, 28, 28)
	for i, out := range []int{8, 16} {
		in := x.Shape()[1]
		w := n.param(fmt.Sprint("w", i), 9*in, out, in, 3, 3)
		x = G.Must(G.Conv2d(x, w, tensor.Shape{3, 3}, []int{1, 1}, []int{1, 1}, []int{1, 1}))
		x = G.Must(G.MaxPool2D(G.Must(G.Rectify(x)), tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
	}
	return n.classify(G.Must(G.Reshape(x, tensor.Shape{8, 16 * 7 * 7})))
}

// lstm reads eight steps of a batch of 16 and classifies its last state.
func (n *net) lstm() *G.Node {
	const batch, width, cells, steps = 16, 32, 64, 8
	h, c := n.data("h", batch, cells), n.data("c", batch, cells)
	wx, wh, b := n.param("wx", width, width, 4*cells), n.param("wh", cells, cells, 4*cells), n.param("b", cells, 4*cells)
	for i := range steps {
		s := addRow(G.Must(G.Add(G.Must(G.Mul(n.data(fmt.Sprint("x", i), batch, width), wx)), G.Must(G.Mul(h, wh)))), b)
		part := func(k int) *G.Node { return G.Must(G.Slice(s, nil, G.S(k*cells, (k+1)*cells))) }
		h, c = lstmCell(part(0), part(1), part(2), part(3), c)
	}
	return n.classify(h)
}

// lstmCell returns the next hidden state and cell by the sums of the input gate, the forget gate, the new content and the output gate.
func lstmCell(in, forget, content, out, c *G.Node) (h, next *G.Node) {
	add := G.Must(G.HadamardProd(G.Must(G.Sigmoid(in)), G.Must(G.Tanh(content))))
	next = G.Must(G.Add(G.Must(G.HadamardProd(G.Must(G.Sigmoid(forget)), c)), add))
	return G.Must(G.HadamardProd(G.Must(G.Sigmoid(out)), G.Must(G.Tanh(next)))), next
}

// charRNN reads sixteen letters one by one, each a row of an embedding, and predicts the next; all is matrices times vectors.
func (n *net) charRNN() *G.Node {
	const letters, width, cells, steps = 64, 32, 64, 16
	embedding, decode := n.param("embedding", 1, letters, width), n.param("decode", cells, letters, cells)
	bias := n.param("bias", cells, letters)
	h, c := n.data("h", cells), n.data("c", cells)
	var wx, wh, b [4]*G.Node
	for k := range b {
		wx[k], wh[k] = n.param(fmt.Sprint("wx", k), width, cells, width), n.param(fmt.Sprint("wh", k), cells, cells, cells)
		b[k] = n.param(fmt.Sprint("b", k), cells, cells)
	}
	var cost *G.Node
	for i := range steps {
		x := G.Must(G.Slice(embedding, G.S(i*7%letters)))
		var s [4]*G.Node
		for k := range s {
			s[k] = G.Must(G.Add(G.Must(G.Add(G.Must(G.Mul(wx[k], x)), G.Must(G.Mul(wh[k], h)))), b[k]))
		}
		h, c = lstmCell(s[0], s[1], s[2], s[3], c)
		p := G.Must(G.SoftMax(G.Must(G.Add(G.Must(G.Mul(decode, h)), bias))))
		loss := G.Must(G.Slice(G.Must(G.Neg(G.Must(G.Log(p)))), G.S((i+1)*7%letters)))
		if cost != nil {
			loss = G.Must(G.Add(cost, loss))
		}
		cost = loss
	}
	return cost
}
