package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// A recipe is a random graph that can be built any number of times: inputs of some shapes, then ops on earlier nodes.
type recipe struct {
	shapes [][]int // of the inputs; nil is a scalar
	ops    []op
	smooth bool // only differentiable ops, so that a finite difference tells their gradient
}

type op struct {
	name  string
	args  []int // nodes: the inputs first, then the ops
	apply func(x []*G.Node) (*G.Node, error)
	bound float64 // no element of the result is larger
}

// String lists the ops, numbered like their args.
func (r recipe) String() string {
	s := fmt.Sprint("inputs ", r.shapes)
	b := r.build(tensor.Float64)
	for i, o := range r.ops {
		s += fmt.Sprintf("\n%d: %s of %v, %v %v", i+len(r.shapes), o.name, o.args, b.nodes[i].Shape(), b.nodes[i].Op())
	}
	return s
}

// kitchen is what there is to draw from while a recipe is written.
type kitchen struct {
	*rapid.T
	recipe
	graph  *G.ExprGraph
	nodes  []*G.Node
	bounds []float64
}

// drawRecipe draws a graph of at most most ops. Values stay below 8, so that tolerances are meaningful: a result that
// might be larger is followed by a tanh.
func drawRecipe(t *rapid.T, most int, smooth bool) recipe {
	k := &kitchen{T: t, graph: G.NewGraph(), recipe: recipe{smooth: smooth}}
	dim := func(name string) int { return rapid.IntRange(1, 3).Draw(t, name) }
	m, n, l := dim("m"), dim("n"), dim("l")
	for _, s := range [][]int{{m, n}, {n, l}, {n}, {}, {m, n, l}, {m, n}} {
		k.nodes = append(k.nodes, newInput(k.graph, tensor.Float64, len(k.shapes), s))
		k.bounds = append(k.bounds, 1)
		k.shapes = append(k.shapes, s)
	}
	k.add(unaryOp("sigmoid", G.Sigmoid, 0, 1))
	for range rapid.IntRange(1, most).Draw(t, "ops") {
		k.add(dishes[rapid.IntRange(0, len(dishes)-1).Draw(t, "dish")](k))
	}
	return k.recipe
}

// add appends the op if Gorgonia accepts it.
func (k *kitchen) add(o op) {
	if o.apply == nil {
		return
	}
	var x []*G.Node
	for _, a := range o.args {
		x = append(x, k.nodes[a])
	}
	n, err := accepted(o.apply, x)
	if err != nil || n == nil || n.Shape().TotalSize() > 64 {
		return
	}
	k.nodes, k.bounds, k.ops = append(k.nodes, n), append(k.bounds, o.bound), append(k.ops, o)
	if o.bound > 8 {
		k.add(unaryOp("tanh", G.Tanh, len(k.nodes)-1, 1))
	}
}

// accepted applies an op; Gorgonia panics on some arguments that it does not like.
func accepted(apply func([]*G.Node) (*G.Node, error), x []*G.Node) (n *G.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return apply(x)
}

// pick draws a node that ok accepts, or -1.
func (k *kitchen) pick(name string, ok func(*G.Node) bool) int {
	var fit []int
	for i, n := range k.nodes {
		if n.Dtype() == tensor.Float64 && ok(n) {
			fit = append(fit, i)
		}
	}
	if len(fit) == 0 {
		return -1
	}
	// The newest are the likeliest, so that graphs become deep.
	i := max(rapid.IntRange(0, len(fit)-1).Draw(k.T, name), rapid.IntRange(0, len(fit)-1).Draw(k.T, name))
	return fit[i]
}

func (k *kitchen) input(name string, ok func(*G.Node) bool) int {
	return k.pick(name, func(n *G.Node) bool { return n.Op() == nil && ok(n) })
}

func anyNode(*G.Node) bool          { return true }
func dims(d int) func(*G.Node) bool { return func(n *G.Node) bool { return n.Dims() == d } }
func tensorNode(n *G.Node) bool     { return n.Dims() > 0 }
func wide(n *G.Node) bool           { return n.Dims() >= 2 }

func unaryOp(name string, f func(*G.Node) (*G.Node, error), arg int, bound float64) op {
	return op{name, []int{arg}, func(x []*G.Node) (*G.Node, error) { return f(x[0]) }, bound}
}

// built is one graph of a recipe.
type built struct {
	graph  *G.ExprGraph
	inputs G.Nodes
	nodes  G.Nodes // the interior ones
}

// build makes the recipe's graph with elements of the given type. The inputs have no values.
func (r recipe) build(dtype tensor.Dtype) *built {
	b := &built{graph: G.NewGraph()}
	var all G.Nodes
	for i, s := range r.shapes {
		all = append(all, newInput(b.graph, dtype, i, s))
	}
	b.inputs = all
	for _, o := range r.ops {
		var x []*G.Node
		for _, a := range o.args {
			x = append(x, all[a])
		}
		n := G.Must(o.apply(x))
		all, b.nodes = append(all, n), append(b.nodes, n)
	}
	return b
}

// cost adds a scalar that every node contributes to, so that all have gradients.
func (b *built) cost() *G.Node {
	var cost *G.Node
	for _, n := range append(append(G.Nodes{}, b.inputs...), b.nodes...) {
		if n.Dtype() != b.inputs[0].Dtype() {
			continue
		}
		if n.Dims() > 0 {
			n = G.Must(G.Sum(n))
		}
		n = G.Must(G.Tanh(n))
		if cost == nil {
			cost = n
		} else {
			cost = G.Must(G.Add(cost, n))
		}
	}
	return cost
}

func newInput(g *G.ExprGraph, dtype tensor.Dtype, i int, shape []int) *G.Node {
	name := G.WithName(fmt.Sprintf("x%d", i))
	if len(shape) == 0 {
		return G.NewScalar(g, dtype, name)
	}
	return G.NewTensor(g, dtype, len(shape), G.WithShape(shape...), name)
}

// bind gives all inputs fresh values in [-1, 1].
func (b *built) bind(seed uint64) {
	r := rand.New(rand.NewPCG(seed, 1))
	for _, n := range b.inputs {
		letRandom(n, r)
	}
}

func letRandom(n *G.Node, r *rand.Rand) {
	x := make([]float64, n.Shape().TotalSize())
	for i := range x {
		x[i] = math.Round(2000*r.Float64()-1000)/1000 + 0.0001
	}
	let(n, x)
}

// let binds the node to a new value of its type with the elements x.
func let(n *G.Node, x []float64) {
	var err error
	switch {
	case n.IsScalar() && n.Dtype() == tensor.Float64:
		err = G.Let(n, x[0])
	case n.IsScalar():
		err = G.Let(n, float32(x[0]))
	case n.Dtype() == tensor.Float64:
		err = G.Let(n, tensor.New(tensor.WithShape(n.Shape()...), tensor.WithBacking(append([]float64{}, x...))))
	default:
		y := make([]float32, len(x))
		for i := range x {
			y[i] = float32(x[i])
		}
		err = G.Let(n, tensor.New(tensor.WithShape(n.Shape()...), tensor.WithBacking(y)))
	}
	if err != nil {
		panic(err)
	}
}

// elements returns a value's elements in row-major order. It is written without the package under test.
func elements(v G.Value) []float64 {
	switch t := v.(type) {
	case *G.F64:
		return []float64{float64(*t)}
	case *G.F32:
		return []float64{float64(*t)}
	case *G.B:
		return []float64{map[bool]float64{true: 1}[bool(*t)]}
	case *tensor.Dense:
		var out []float64
		it := t.Iterator()
		for i, err := it.Start(); err == nil; i, err = it.Next() {
			switch x := t.Data().(type) {
			case []float64:
				out = append(out, x[i])
			case []float32:
				out = append(out, float64(x[i]))
			case []bool:
				out = append(out, map[bool]float64{true: 1}[x[i]])
			case float64:
				out = append(out, x)
			case float32:
				out = append(out, float64(x))
			}
		}
		return out
	}
	return nil
}
