package graph_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"glorot/graph"
	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func run(t testing.TB, m *graph.Machine) {
	t.Helper()
	if err := m.RunAll(); err != nil {
		t.Fatal(err)
	}
}

func want(t testing.TB, n *G.Node, x ...float64) {
	t.Helper()
	if got := elements(n.Value()); !(distance(got, x) <= 1e-6) {
		t.Errorf("%v is %v, want %v", n, got, x)
	}
}

// fails checks that an error has every part.
func fails(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", parts)
		return
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q lacks %q", err, p)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q has more than one line", err)
	}
}

// softsignGraph is s/(1+|s|) of one's own making, with all its nodes.
func softsignGraph(dt tensor.Dtype, x []float64) (g *G.ExprGraph, s, abs, sum, z *G.Node) {
	g = G.NewGraph()
	s = G.NewVector(g, dt, G.WithShape(len(x)), G.WithName("s"))
	let(s, x)
	abs = must(G.Abs(s))
	sum = must(G.Add(abs, one(s)))
	z = must(G.HadamardDiv(s, sum))
	return
}

// The interior nodes of a softsign hold their own numbers; on the tape machine, one of them holds another's.
func TestInteriorNodesHoldTheirOwn(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		g, _, abs, sum, z := softsignGraph(dt, []float64{-1, 3})
		run(t, newMachine(t, g, graph.Observe(abs, sum, z)))
		want(t, abs, 1, 3)
		want(t, sum, 2, 4)
		want(t, z, -0.5, 0.75)

		g, _, abs, sum, z = softsignGraph(dt, []float64{-1, 3})
		vm := G.NewTapeMachine(g)
		defer vm.Close()
		if err := vm.RunAll(); err != nil {
			t.Fatal(err)
		}
		if distance(elements(abs.Value()), []float64{1, 3}) == 0 && distance(elements(sum.Value()), []float64{2, 4}) == 0 && distance(elements(z.Value()), []float64{-0.5, 0.75}) == 0 {
			t.Error("the tape machine no longer reuses registers: doc.go and Observe say that it does")
		}
	})
}

// A gradient is written anew by every run.
func TestGradientIsNotAccumulated(t *testing.T) {
	g := G.NewGraph()
	x := G.NewScalar(g, tensor.Float64, G.WithName("x"), G.WithValue(3.0))
	cost := must(G.Square(x))
	grads, err := G.Grad(cost, x)
	if err != nil {
		t.Fatal(err)
	}
	m := newMachine(t, g, graph.Observe(grads...))
	for range 3 {
		run(t, m)
		want(t, grads[0], 6)
	}
}

// What a machine without options shows: see TestDefaults. With Observe, interior nodes of no interest stay unbound.
func TestOnlyObservedNodesAreBound(t *testing.T) {
	g, _, abs, _, z := softsignGraph(tensor.Float64, []float64{-1, 3})
	m := newMachine(t, g, graph.Observe(z))
	run(t, m)
	want(t, z, -0.5, 0.75)
	if abs.Value() != nil {
		t.Errorf("the interior node has the value %v, want none", abs.Value())
	}
	if m.Graph() != g {
		t.Error("Graph returns another graph")
	}
}

// What nobody needs is not computed.
func TestDeadNodesAreDropped(t *testing.T) {
	g, _, abs, _, _ := softsignGraph(tensor.Float64, []float64{-1, 3})
	m := newMachine(t, g, graph.Observe(abs))
	run(t, m)
	want(t, abs, 1, 3)
	if s := m.Stats(); s.Steps != 1 || s.Nodes != 5 || s.Bytes != 16 {
		t.Errorf("stats are %+v, want 1 step of 5 nodes, 16 bytes", s)
	}
}

// A subgraph is a graph, though its nodes call the whole one theirs.
func TestSubgraph(t *testing.T) {
	g, _, abs, sum, z := softsignGraph(tensor.Float64, []float64{-1, 3})
	m := newMachine(t, g.SubgraphRoots(sum))
	run(t, m)
	want(t, sum, 2, 4)
	want(t, abs, 1, 3)
	if z.Value() != nil {
		t.Errorf("the node outside is %v, want no value", z.Value())
	}
}

// gorgonia.Read statements are executed, after the first run into a value that is there already.
func TestReadStatements(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		g, s, abs, _, z := softsignGraph(dt, []float64{-1, 3})
		total := must(G.Sum(z))
		var seen, sum, input G.Value
		G.Read(abs, &seen)
		G.Read(total, &sum)
		G.Read(s, &input)
		m := newMachine(t, g, graph.Observe(z))
		if seen != nil {
			t.Error("the value was read before the first run")
		}
		run(t, m)
		first := seen
		let(s, []float64{1, -4})
		run(t, m)
		if d := distance(elements(seen), []float64{1, 4}); d != 0 || seen != first {
			t.Errorf("read %v, want [1 4] in the same value", seen)
		}
		if d := distance(elements(sum), []float64{0.5 - 0.8}); !(d < 1e-6) {
			t.Errorf("read %v, want -0.3", sum)
		}
		if d := distance(elements(input), []float64{1, -4}); d != 0 {
			t.Errorf("read %v, want [1 -4]", input)
		}
		want(t, z, 0.5, -0.8)
	})
}

// A read statement's value has a type of its own; a wrong one is an error that names the node.
func TestReadIntoAnotherType(t *testing.T) {
	g, _, abs, _, _ := softsignGraph(tensor.Float64, []float64{-1, 3})
	var seen G.Value = G.NewF64(0)
	G.Read(abs, &seen)
	fails(t, newMachine(t, g).RunAll(), "reading node", "abs")
}

// Random nodes are drawn once a run, and all their readers see the same numbers.
func TestRandomNodes(t *testing.T) {
	g := G.NewGraph()
	u := G.UniformRandomNode(g, tensor.Float64, 2, 3, 4)
	v := G.GaussianRandomNode(g, tensor.Float32, 0, 1)
	twice := must(G.Add(u, u))
	also := must(G.Add(v, v))
	m := newMachine(t, g, graph.Observe(u, twice, v, also))
	var last []float64
	for range 3 {
		run(t, m)
		x := elements(u.Value())
		if slices.Equal(x, last) {
			t.Errorf("drew %v twice", x)
		}
		for i, x := range x {
			if x < 2 || x >= 3 || elements(twice.Value())[i] != 2*x {
				t.Errorf("drew %v, its double is %v; want one number in [2, 3)", x, elements(twice.Value())[i])
			}
		}
		if 2*elements(v.Value())[0] != elements(also.Value())[0] {
			t.Errorf("%v and its double %v", v.Value(), also.Value())
		}
		last = slices.Clone(x)
	}
}

// Dropout drops while training and passes everything on in evaluation.
func TestEvalMode(t *testing.T) {
	g := G.NewGraph()
	x := G.NewVector(g, tensor.Float64, G.WithShape(200), G.WithName("x"))
	ones := slices.Repeat([]float64{1}, 200)
	let(x, ones)
	y := must(G.Dropout(x, 0.5))
	run(t, newMachine(t, g))
	dropped := 0
	for _, v := range elements(y.Value()) {
		if v == 0 {
			dropped++
		} else if v != 2 {
			t.Errorf("dropout left %v of 1, want 1/(1-p) = 2", v)
		}
	}
	if dropped < 50 || dropped > 150 { // 100 ± 7; seven standard deviations
		t.Errorf("dropped %d of 200 with p = 0.5", dropped)
	}
	run(t, newMachine(t, g, graph.EvalMode()))
	want(t, y, ones...)
}

// In evaluation, dropout's result is its argument, here a parameter's memory; the update of that must not reach
// observers.
func TestResultThatIsItsArgument(t *testing.T) {
	for _, observeFlat := range []bool{true, false} {
		g := G.NewGraph()
		w := G.NewMatrix(g, tensor.Float64, G.WithShape(2, 1), G.WithName("w"))
		let(w, []float64{1, 2})
		flat := must(G.Reshape(w, tensor.Shape{2}))
		y := must(G.Dropout(flat, 0.5))
		grads, err := G.Grad(must(G.Sum(must(G.Square(w)))), w)
		if err != nil {
			t.Fatal(err)
		}
		nodes := G.Nodes{y}
		if observeFlat {
			nodes = append(nodes, flat)
		}
		run(t, newMachine(t, g, graph.EvalMode(), graph.Observe(nodes...), graph.Update(&graph.SGD{Rate: 0.25}, G.Nodes{w}, grads)))
		for _, n := range nodes {
			want(t, n, 1, 2)
		}
		want(t, w, 0.5, 1)
	}
}

// Two machines over one graph, with engines shared or not, each make the nodes' values right.
func TestTwoMachinesOnOneGraph(t *testing.T) {
	g, s, abs, _, z := softsignGraph(tensor.Float32, []float64{-1, 3})
	e := kernel.Portable()
	a := newMachine(t, g, graph.Observe(abs, z), graph.WithEngine(e))
	b := newMachine(t, g, graph.Observe(z), graph.WithEngine(e))
	if a.Engine() != e || b.Engine() != e {
		t.Error("the machines do not use the engine they were given")
	}
	for i, m := range []*graph.Machine{a, b, a, b} {
		x := float64(i + 1)
		let(s, []float64{x, -x})
		run(t, m)
		want(t, z, x/(1+x), -x/(1+x))
	}
}

// A constant tensor, a scalar result and deep chains need nothing special.
func TestDeepGraph(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		g := G.NewGraph()
		x := G.NewVector(g, dt, G.WithShape(3), G.WithName("x"))
		let(x, []float64{1, 2, 3})
		three := tensor.New(tensor.WithBacking([]float64{1, 0, -1}))
		if dt == tensor.Float32 {
			three = tensor.New(tensor.WithBacking([]float32{1, 0, -1}))
		}
		c := G.NewConstant(three, G.WithName("step"))
		y := x
		const depth = 3000
		for range depth {
			y = must(G.Add(y, c))
		}
		m := newMachine(t, g, graph.Observe(y))
		run(t, m)
		want(t, y, 1+depth, 2, 3-depth)
		if s := m.Stats(); s.Bytes > 3*3*8 {
			t.Errorf("a chain takes %d bytes, want three vectors at most", s.Bytes)
		}
	})
}

// The plan of a small affine layer, as it is printed.
func TestWritePlan(t *testing.T) {
	g := G.NewGraph()
	b := &bench{g, tensor.Float32, rand.New(rand.NewPCG(1, 1))}
	x, w, bias := b.in("x", 2, 3), b.in("w", 3, 4), b.in("b", 4)
	s := must(G.BroadcastAdd(must(G.Mul(x, w)), bias, nil, []byte{0}))
	z := must(G.Tanh(s))
	sum := must(G.Sum(must(G.Softplus(z))))
	grads, err := G.Grad(sum, w, bias)
	if err != nil {
		t.Fatal(err)
	}
	m := newMachine(t, g, graph.Guard(sum), graph.Update(&graph.SGD{Rate: 1}, G.Nodes{w, bias}, grads))
	var text bytes.Buffer
	if err := m.WritePlan(&text); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(text.String()), "\n")
	if len(lines) != 1+m.Stats().Steps {
		t.Errorf("%d lines for %d steps:\n%s", len(lines), m.Stats().Steps, &text)
	}
	for _, part := range []string{"A × B + row", "guard", "update by *graph.SGD", "%1 w", "(2, 4)"} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("the plan lacks %q:\n%s", part, &text)
		}
	}
	if m.Stats().Fused != 2 { // the product and the gradient of w
		t.Errorf("%d nodes fused, want 2", m.Stats().Fused)
	}
	product := must(G.Mul(x, w)) // the same node again, but now somebody looks at it
	m = newMachine(t, g, graph.Observe(product), graph.Update(&graph.SGD{Rate: 1}, G.Nodes{w, bias}, grads))
	text.Reset()
	if err := m.WritePlan(&text); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), " A + row") || m.Stats().Fused != 1 {
		t.Errorf("the product is observed and fused nevertheless:\n%s", &text)
	}
}
