package graph_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A torchCase is a layer with its values and gradients by PyTorch; testdata/layers.py has the definitions.
type torchCase struct {
	Name   string
	Inputs []struct {
		Name  string
		Shape []int
	}
	Settings settings
	Runs     []struct {
		Mode    string
		Outputs [][]float64
		Grads   map[string][]float64
	}
}

type settings struct {
	Kernel, Pad, Stride, Dilation []int
	Momentum, Epsilon             float64
	Heads                         int
	Targets                       [][]int
	Steps, Lengths                []int
	Reduction                     string
}

// A layer is a torchCase as a graph.
type layer struct {
	*cage
	settings
	x    map[string]*G.Node
	cost *G.Node
}

// The cases whose gradients Gorgonia gets wrong; see Flaws.
var wrongAgainstTorch = []string{"CTC, sum, of several lengths", "CTC, mean", "CTC, mean, a letter twice", "CTC, mean, of several lengths"}

// Layers have PyTorch's values and gradients in both types, batch after batch, in training and evaluation.
func TestLayersAgainstTorch(t *testing.T) {
	src, err := os.ReadFile("testdata/layers.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []torchCase }
	if err := json.Unmarshal(src, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 27 {
		t.Errorf("%d cases, want 27", len(file.Cases))
	}
	for _, c := range file.Cases {
		for dt, tol := range map[tensor.Dtype]float64{tensor.Float64: 1e-10, tensor.Float32: 2e-5} {
			t.Run(fmt.Sprint(c.Name, " ", dt), func(t *testing.T) { c.compare(t, dt, tol) })
		}
	}
}

func (c *torchCase) compare(t *testing.T, dt tensor.Dtype, tol float64) {
	l := &layer{cage: newCage(dt), settings: c.Settings, x: make(map[string]*G.Node)}
	for _, in := range c.Inputs {
		l.x[in.Name] = l.in(in.Name, in.Shape...)
	}
	family, _, _ := strings.Cut(c.Name, ",")
	outputs := map[string]func(*layer) G.Nodes{
		"convolution": (*layer).convolution, "max pooling": (*layer).maxPooling, "LSTM": (*layer).lstm, "GRU": (*layer).gru,
		"batch normalisation of rows": (*layer).batchNorm, "batch normalisation of images": (*layer).batchNorm,
		"attention": (*layer).attention, "attention of two heads": (*layer).heads, "CTC": (*layer).ctc,
	}[family](l)
	l.weigh(outputs)
	grads := l.grad(l.cost, l.params...)
	wrong := slices.Contains(wrongAgainstTorch, c.Name)
	if f := graph.Flaws(l.ExprGraph); (len(f) > 0) != wrong {
		t.Errorf("the listed flaws are %v", f)
	}
	machines := map[string]*graph.Machine{"train": newMachine(t, l.ExprGraph), "eval": newMachine(t, l.ExprGraph, graph.EvalMode())}
	for r, want := range c.Runs {
		for k, n := range l.params {
			let(n, wave(math.Sin, float64(100*r+10*k), n.Shape()))
		}
		run(t, machines[want.Mode])
		for i, n := range outputs {
			if d := distance(elements(n.Value()), want.Outputs[i]); !(d <= tol) {
				t.Errorf("run %d: output %d is %v off PyTorch's", r, i, d)
			}
		}
		for i, n := range l.params {
			d := distance(elements(grads[i].Value()), want.Grads[n.Name()])
			if (d <= tol) == wrong {
				t.Errorf("run %d: the gradient of %s is %v off PyTorch's", r, n.Name(), d)
			}
		}
	}
}

// weigh makes the cost of the outputs: each element times cos(i).
func (l *layer) weigh(outputs G.Nodes) {
	for i, n := range outputs {
		w := l.given(fmt.Sprint("weights", i), n.Shape()...)
		let(w, wave(math.Cos, 0, n.Shape()))
		term := total(must(G.HadamardProd(n, w)))
		if l.cost != nil {
			term = must(G.Add(l.cost, term))
		}
		l.cost = term
	}
}

func wave(f func(float64) float64, phase float64, shape tensor.Shape) []float64 {
	x := make([]float64, shape.TotalSize())
	for i := range x {
		x[i] = f(phase + float64(i))
	}
	return x
}

func (l *layer) convolution() G.Nodes {
	return G.Nodes{must(G.Conv2d(l.x["x"], l.x["w"], l.Kernel, l.Pad, l.Stride, l.Dilation))}
}

func (l *layer) maxPooling() G.Nodes {
	return G.Nodes{must(G.MaxPool2D(l.x["x"], l.Kernel, l.Pad, l.Stride))}
}

func (l *layer) batchNorm() G.Nodes {
	y, _, _, _, err := G.BatchNorm(l.x["x"], l.x["scale"], l.x["bias"], l.Momentum, l.Epsilon)
	return G.Nodes{must(y, err)}
}

// linear is x wᵀ + b.
func linear(x, w, b *G.Node) *G.Node {
	return must(G.BroadcastAdd(must(G.Mul(x, must(G.Transpose(w)))), b, nil, []byte{0}))
}

// gate cuts the columns of gate k, each of width cells.
func gate(s *G.Node, k, cells int) *G.Node { return must(G.Slice(s, nil, G.S(k*cells, (k+1)*cells))) }

// unroll returns all hidden states, where step makes the next one of a step's input and the last one.
func (l *layer) unroll(step func(x, h *G.Node) *G.Node) *G.Node {
	var all G.Nodes
	h := l.x["h"]
	for i := range l.x["x"].Shape()[0] {
		h = step(must(G.Slice(l.x["x"], G.S(i))), h)
		all = append(all, must(G.Reshape(h, append(tensor.Shape{1}, h.Shape()...))))
	}
	return must(G.Concat(0, all...))
}

func (l *layer) lstm() G.Nodes {
	cell, cells := l.x["c"], l.x["c"].Shape()[1]
	out := l.unroll(func(x, h *G.Node) *G.Node {
		s := must(G.Add(linear(x, l.x["weight_ih"], l.x["bias_ih"]), linear(h, l.x["weight_hh"], l.x["bias_hh"])))
		add := must(G.HadamardProd(must(G.Sigmoid(gate(s, 0, cells))), must(G.Tanh(gate(s, 2, cells)))))
		cell = must(G.Add(must(G.HadamardProd(must(G.Sigmoid(gate(s, 1, cells))), cell)), add))
		return must(G.HadamardProd(must(G.Sigmoid(gate(s, 3, cells))), must(G.Tanh(cell))))
	})
	return G.Nodes{out, cell}
}

func (l *layer) gru() G.Nodes {
	cells := l.x["h"].Shape()[1]
	return G.Nodes{l.unroll(func(x, h *G.Node) *G.Node {
		a, b := linear(x, l.x["weight_ih"], l.x["bias_ih"]), linear(h, l.x["weight_hh"], l.x["bias_hh"])
		both := func(k int) *G.Node { return must(G.Sigmoid(must(G.Add(gate(a, k, cells), gate(b, k, cells))))) }
		reset, keep := both(0), both(1)
		fresh := must(G.Tanh(must(G.Add(gate(a, 2, cells), must(G.HadamardProd(reset, gate(b, 2, cells)))))))
		return must(G.Add(fresh, must(G.HadamardProd(keep, must(G.Sub(h, fresh))))))
	})}
}

// attend is softmax(q kᵀ / √width) v, of each matrix that the last two axes make.
func (l *layer) attend(q, k, v *G.Node) *G.Node {
	scale := l.constant(1 / math.Sqrt(float64(q.Shape()[2])))
	scores := must(G.Mul(must(G.BatchedMatMul(q, k, false, true)), scale))
	return must(G.BatchedMatMul(must(G.SoftMax(scores, 2)), v))
}

func (l *layer) attention() G.Nodes { return G.Nodes{l.attend(l.x["q"], l.x["k"], l.x["v"])} }

// heads projects, attends with each head's columns, and projects again.
func (l *layer) heads() G.Nodes {
	width := l.x["q"].Shape()[2]
	part := func(name string, k int, shape ...int) *G.Node {
		return must(G.Reshape(must(G.Slice(l.x[name], G.S(k*width, (k+1)*width))), shape))
	}
	project := func(x *G.Node, k int) *G.Node {
		batch, steps := x.Shape()[0], x.Shape()[1]
		y := linear(must(G.Reshape(x, tensor.Shape{batch * steps, width})), part("in_weight", k, width, width), part("in_bias", k, width))
		y = must(G.Reshape(y, tensor.Shape{batch, steps, l.Heads, width / l.Heads}))
		return must(G.Reshape(must(G.Transpose(y, 0, 2, 1, 3)), tensor.Shape{batch * l.Heads, steps, width / l.Heads}))
	}
	q, kv := l.x["q"], l.x["kv"]
	batch, steps := q.Shape()[0], q.Shape()[1]
	y := l.attend(project(q, 0), project(kv, 1), project(kv, 2))
	y = must(G.Transpose(must(G.Reshape(y, tensor.Shape{batch, l.Heads, steps, width / l.Heads})), 0, 2, 1, 3))
	y = linear(must(G.Reshape(y, tensor.Shape{batch * steps, width})), l.x["out_weight"], l.x["out_bias"])
	return G.Nodes{must(G.Reshape(y, q.Shape()))}
}

func (l *layer) ctc() G.Nodes {
	var targets []int
	for _, t := range l.Targets {
		targets = append(targets, t...)
	}
	batch := len(l.Targets)
	reduction := map[string]G.Reduction{"sum": G.ReductionSum, "mean": G.ReductionMean}[l.Reduction]
	return G.Nodes{must(G.CTCLoss(must(G.LogSoftMax(l.x["x"], 2)), l.ints("targets", tensor.Shape{batch, len(targets) / batch}, targets...),
		l.ints("steps", tensor.Shape{batch}, l.Steps...), l.ints("lengths", tensor.Shape{batch}, l.Lengths...), reduction))}
}
