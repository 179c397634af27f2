package graph_test

import (
	"slices"
	"testing"

	"glorot/graph"
	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// bend is a Func of two arguments, a b² elementwise, and its gradient.
var bend = &graph.Func{
	Name: "bend", Args: 2,
	F32: func(_ *kernel.Engine, _ []int, out []float32, in [][]float32) {
		for i, a := range in[0] {
			out[i] = a * in[1][i] * in[1][i]
		}
	},
	F64: func(_ *kernel.Engine64, _ []int, out []float64, in [][]float64) {
		for i, a := range in[0] {
			out[i] = a * in[1][i] * in[1][i]
		}
	},
	Grad: func(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
		ab := must(G.HadamardProd(in[0], in[1]))
		return G.Nodes{
			must(G.HadamardProd(grad, must(G.Square(in[1])))),
			must(G.HadamardProd(grad, must(G.Add(ab, ab)))),
		}, nil
	},
}

// blunt is a Func without a derivative.
var blunt = &graph.Func{Name: "blunt", Args: 1, F32: func(_ *kernel.Engine, _ []int, out []float32, in [][]float32) { copy(out, in[0]) }}

// A Func has the same values and gradients on every machine, of scalars, vectors and matrices of any layout.
func TestFunc(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, tol float64) {
		for _, shape := range [][]int{nil, {3}, {2, 3}} {
			put := func() (b *built, y *G.Node, grads G.Nodes) {
				b = &built{graph: G.NewGraph()}
				b.inputs = G.Nodes{newInput(b.graph, dt, 0, shape), newInput(b.graph, dt, 1, shape)}
				y, err := bend.Apply(b.inputs...)
				if err != nil {
					t.Fatal(err)
				}
				cost := y
				if shape != nil {
					cost = must(G.Sum(y))
				}
				if grads, err = G.Grad(cost, b.inputs...); err != nil {
					t.Fatal(err)
				}
				b.bind(1)
				return b, y, grads
			}
			b, y, grads := put()
			m := newMachine(t, b.graph, graph.Observe(y), graph.Observe(grads...))
			run(t, m)
			if m.Stats().Fallback != 0 {
				t.Errorf("%d steps run through Do", m.Stats().Fallback)
			}
			va, vb := elements(b.inputs[0].Value()), elements(b.inputs[1].Value())
			for i, x := range va {
				w := vb[i]
				for n, want := range map[*G.Node]float64{y: x * w * w, grads[0]: w * w, grads[1]: 2 * x * w} {
					if got := elements(n.Value())[i]; !(distance([]float64{got}, []float64{want}) <= tol) {
						t.Errorf("%v is %v, want %v", n, got, want)
					}
				}
			}
			for name, values := range map[string]func(*built, G.Nodes) ([]G.Value, error){"tape": tapeValues, "lisp": lispValues} {
				o, oy, og := put()
				other, err := values(o, append(G.Nodes{oy}, og...))
				if err != nil {
					t.Fatalf("%s machine: %v", name, err)
				}
				for i, n := range append(G.Nodes{y}, grads...) {
					if d := distance(elements(n.Value()), elements(other[i])); !(d <= tol) {
						t.Errorf("%v is %v, on the %s machine %v", n, n.Value(), name, other[i])
					}
				}
			}
		}
	})
}

// Do takes arguments of any layout.
func TestFuncOfTransposed(t *testing.T) {
	x := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{1, 2, 3, 4}))
	if err := x.T(); err != nil {
		t.Fatal(err)
	}
	v, err := bend.Do(x, tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{1, 1, 2, 2})))
	if err != nil {
		t.Fatal(err)
	}
	if d := distance(elements(v), []float64{1, 3, 8, 16}); d != 0 {
		t.Errorf("got %v, want [1 3 8 16]", v)
	}
}

func TestFuncErrors(t *testing.T) {
	g := G.NewGraph()
	x, y := G.NewVector(g, tensor.Float32, G.WithShape(2)), G.NewVector(g, tensor.Float32, G.WithShape(3), G.WithName("y"))
	_, err := bend.Apply(x, y)
	fails(t, err, "applying bend", "(2) and (3)")
	_, err = bend.Do(G.NewF32(1))
	fails(t, err, "bend: 1 arguments, want 2")
	_, err = bend.Do(G.NewI(1), G.NewI(1))
	fails(t, err, "bend: no kernel for int")
	_, err = bend.Do(G.NewF32(1), G.NewF64(1))
	fails(t, err, "bend: ", "float64")
	_, err = bend.Do(tensor.New(tensor.WithBacking([]float32{1, 2})), G.NewF32(1))
	fails(t, err, "bend: argument 1 has 1 elements, the result 2")

	z := must(blunt.Apply(x))
	if _, err = G.Grad(must(G.Sum(z)), x); err == nil {
		t.Error("a Func without Grad was differentiated")
	}
	_, err = blunt.SymDiff(nil, nil, nil)
	fails(t, err, "blunt is not differentiable")
	if blunt.DiffWRT(1)[0] || !bend.DiffWRT(2)[1] {
		t.Error("DiffWRT does not say whether there is a Grad")
	}
	if again := must(blunt.Apply(x)); again != z {
		t.Error("two equal applications make two nodes")
	}
}

func TestFloat32s(t *testing.T) {
	x := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{1, 2, 3, 4}))
	turned := x.Clone().(*tensor.Dense)
	if err := turned.T(); err != nil {
		t.Fatal(err)
	}
	ints := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]int{-1, -2, -3, 4}))
	if err := ints.T(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		v    G.Value
		want []float64
	}{
		{x, []float64{1, 2, 3, 4}}, {turned, []float64{1, 3, 2, 4}}, {G.NewF32(5), []float64{5}}, {G.NewF64(6), []float64{6}},
		{tensor.New(tensor.WithBacking([]float64{7, 8})), []float64{7, 8}}, {G.NewI(3), []float64{3}}, {G.NewB(true), []float64{1}},
		{tensor.New(tensor.WithBacking([]bool{true, false})), []float64{1, 0}}, {ints, []float64{-1, -3, -2, 4}},
		{tensor.New(tensor.WithBacking([]uint8{200, 1})), []float64{200, 1}},
	} {
		if got, err := graph.Float64s(c.v, make([]float64, 1)); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%v gives %v, %v; want %v", c.v, got, err, c.want)
		}
		got, err := graph.Float32s(c.v, nil)
		if err != nil || len(got) != len(c.want) {
			t.Fatalf("%v gives %v, %v; want %v", c.v, got, err, c.want)
		}
		for i := range got {
			if float64(got[i]) != c.want[i] {
				t.Errorf("%v gives %v, want %v", c.v, got, c.want)
			}
		}
	}
	if got, _ := graph.Float32s(x, nil); &got[0] != &x.Float32s()[0] {
		t.Error("a row-major float32 tensor was copied")
	}
	_, err := graph.Float32s(nil, nil)
	fails(t, err, "no value")
	_, err = graph.Float32s(tensor.New(tensor.WithBacking([]string{"a"})), nil)
	fails(t, err, "type string, want numbers or truth values")
	_, err = graph.Float32s(tensor.CSRFromCoord(tensor.Shape{1, 1}, []int{0}, []int{0}, []float64{1}), nil)
	fails(t, err, "*tensor.CS")
}

// After the first run, RunAll allocates nothing, with updates, with everything observed and with an input bound anew, nor in the
// networks that people build.
func TestNoAllocation(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		for name, opts := range map[string]func(p *perceptron) []graph.Option{
			"training":  func(p *perceptron) []graph.Option { return []graph.Option{graph.Guard(p.cost)} },
			"observing": func(p *perceptron) []graph.Option { return []graph.Option{graph.Observe(p.AllNodes()...)} },
		} {
			p := newPerceptron(dt)
			allocatesNothing(t, name, p.machine(t, &graph.SGD{Rate: 0.01}, opts(p)...))
		}
		for _, a := range networks() {
			switch a.name {
			case "classifier", "convolutions", "perceptron, batch normalised", "example: convnet", "example: batch normalisation", "perceptron, tanh", "perceptron, relu", "deep and tied", "tied auto-encoder", "two biases", "Elman network",
				"LSTM with two biases", "example: char RNN", "attention, one head", "weight decay":
				s, err := a.put(dt, costs["square"])
				if err != nil {
					t.Fatal(err)
				}
				allocatesNothing(t, a.name, newMachine(t, s.ExprGraph))
			}
		}
	})
}

func allocatesNothing(t *testing.T, name string, m *graph.Machine) {
	t.Helper()
	run(t, m)
	if n := testing.AllocsPerRun(20, func() {
		if err := m.RunAll(); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%s: %v allocations a run, want 0", name, n)
	}
}
