package hook_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"glorot/graph"
	"glorot/graph/hook"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// parabola is cost = sum(w²) with w = (1, 2) and its gradient 2w; SGD of rate 1/4 halves w at every update.
func parabola(t testing.TB, dt tensor.Dtype) (g *G.ExprGraph, w, square, cost, grad *G.Node) {
	t.Helper()
	g = G.NewGraph()
	v := tensor.New(tensor.WithBacking([]float64{1, 2}))
	if dt == tensor.Float32 {
		v = tensor.New(tensor.WithBacking([]float32{1, 2}))
	}
	w = G.NewVector(g, dt, G.WithShape(2), G.WithName("w"), G.WithValue(v))
	square = G.Must(G.Square(w))
	cost = G.Must(G.Sum(square))
	grads, err := G.Grad(cost, w)
	if err != nil {
		t.Fatal(err)
	}
	return g, w, square, cost, grads[0]
}

func halving(w, grad *G.Node) graph.Option {
	return graph.Update(&graph.SGD{Rate: 0.25}, G.Nodes{w}, G.Nodes{grad})
}

// due lists the updates below n at which s is due.
func due(s hook.Schedule, n int) []int {
	var out []int
	for u := range n {
		if s(u) {
			out = append(out, u)
		}
	}
	return out
}

func TestSchedules(t *testing.T) {
	for _, c := range []struct {
		name string
		s    hook.Schedule
		want []int
	}{
		{"every 3", hook.Every(3), []int{0, 3, 6, 9}},
		{"every 0", hook.Every(0), nil},
		{"every -1", hook.Every(-1), nil},
		{"at", hook.At(7, 2, 2), []int{2, 7}},
		{"at none", hook.At(), nil},
		{"any", hook.Any(hook.At(1), hook.Every(4)), []int{0, 1, 4, 8}},
		{"any of none", hook.Any(), nil},
		{"logarithmic 0", hook.Logarithmic(0), nil},
		{"logarithmic 1", hook.Logarithmic(1), []int{0, 1}},
	} {
		if got := due(c.s, 10); !slices.Equal(got, c.want) {
			t.Errorf("%s is due at %v, want %v", c.name, got, c.want)
		}
	}
	// 10^(k/3) rounded, k = 0..12; 1, 2.15, 4.64, 10, …
	if got, want := due(hook.Logarithmic(3), 10001), []int{0, 1, 2, 5, 10, 22, 46, 100, 215, 464, 1000, 2154, 4642, 10000}; !slices.Equal(got, want) {
		t.Errorf("logarithmic 3 is due at %v, want %v", got, want)
	}
	// Where the steps are smaller than 1, every update is due.
	if got := due(hook.Logarithmic(100), 20); len(got) != 20 {
		t.Errorf("logarithmic 100 is due at %v, want all of 0..19", got)
	}
	if hook.Every(1)(-1) && hook.Logarithmic(3)(-1) {
		t.Error("due before training")
	}
}

// A hook sees values, names and shapes, at the updates it asked for; all of them with the parameters of that update, the
// parameters themselves too, though the step updates them.
func TestStep(t *testing.T) {
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		t.Run(dt.String(), func(t *testing.T) {
			g, w, square, cost, grad := parabola(t, dt)
			lab := hook.NewLab(g, halving(w, grad))
			defer lab.Close()
			var seen []string
			lab.Every("look", 2, G.Nodes{w, square, cost}, func(o hook.Observation) error {
				for _, v := range o.Values {
					seen = append(seen, fmt.Sprint(o.Update, v.Shape, v.Data))
				}
				if o.Values[0].Name != "w" {
					t.Errorf("the first node is called %q, want w", o.Values[0].Name)
				}
				return nil
			})
			lab.On("look", hook.At(1), G.Nodes{grad}, func(o hook.Observation) error {
				seen = append(seen, fmt.Sprint("gradient ", o.Values[0].Data))
				return nil
			})
			for u := range 4 {
				if err := lab.Step(u); err != nil {
					t.Fatal(err)
				}
			}
			want := []string{"0 [2] [1 2]", "0 [2] [1 4]", "0 [] [5]", "gradient [1 2]", "2 [2] [0.25 0.5]", "2 [2] [0.0625 0.25]", "2 [] [0.3125]"}
			if !slices.Equal(seen, want) {
				t.Errorf("the hooks saw\n%s\nwant\n%s", strings.Join(seen, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// Hooks change nothing: the parameters have the same bits after some updates with hooks on everything as with none.
func TestHooksChangeNothing(t *testing.T) {
	final := func(hooks bool) []float32 {
		g, w, square, cost, grad := parabola(t, tensor.Float32)
		lab := hook.NewLab(g, graph.Update(&graph.SGD{Rate: 0.1}, G.Nodes{w}, G.Nodes{grad}))
		defer lab.Close()
		if hooks {
			lab.Every("look", 1, G.Nodes{w, square, cost, grad}, func(hook.Observation) error { return nil })
		}
		for u := range 9 {
			if err := lab.Step(u); err != nil {
				t.Fatal(err)
			}
		}
		return w.Value().Data().([]float32)
	}
	if a, b := final(true), final(false); !slices.Equal(a, b) {
		t.Errorf("with hooks %v, without %v", a, b)
	}
}

// Probe runs the graph only when something is due.
func TestProbe(t *testing.T) {
	g, w, square, _, _ := parabola(t, tensor.Float32)
	lab := hook.NewLab(g)
	calls := 0
	lab.On("look", hook.At(3), G.Nodes{square}, func(o hook.Observation) error {
		if calls++; !slices.Equal(o.Values[0].Data, []float32{9, 16}) {
			t.Errorf("the hook saw %v, want [9 16]", o.Values[0].Data)
		}
		return nil
	})
	for u := range 6 {
		if u == 3 {
			copy(w.Value().Data().([]float32), []float32{3, 4})
		}
		if err := lab.Probe(u); err != nil {
			t.Fatal(err)
		}
		if got := lab.Due(u); got != (u == 3) {
			t.Errorf("due at %d is %v", u, got)
		}
		if u < 3 && square.Value() != nil {
			t.Errorf("the graph ran at update %d", u)
		}
	}
	if calls != 1 {
		t.Errorf("%d calls, want 1", calls)
	}
	if err := lab.Close(); err != nil {
		t.Error(err)
	}
}

// A value that the hook looks at may lie in memory in any order; the hook gets it row by row.
func TestLayoutOfInputs(t *testing.T) {
	turned := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{1, 2, 3, 4}))
	if err := turned.T(); err != nil {
		t.Fatal(err)
	}
	g := G.NewGraph()
	x := G.NewMatrix(g, tensor.Float32, G.WithShape(2, 2), G.WithName("x"))
	if err := G.Let(x, turned); err != nil {
		t.Fatal(err)
	}
	y := G.Must(G.Neg(x))
	lab := hook.NewLab(g)
	defer lab.Close()
	lab.Every("look", 1, G.Nodes{x, y}, func(o hook.Observation) error {
		if !slices.Equal(o.Values[0].Data, []float32{1, 3, 2, 4}) || !slices.Equal(o.Values[1].Data, []float32{-1, -3, -2, -4}) {
			t.Errorf("the hook saw %v", o.Values)
		}
		return nil
	})
	for u := range 2 {
		if err := lab.Step(u); err != nil {
			t.Fatal(err)
		}
	}
}

func TestErrors(t *testing.T) {
	contains := func(err error, parts ...string) {
		t.Helper()
		for _, p := range parts {
			if err == nil || !strings.Contains(err.Error(), p) {
				t.Errorf("the error is %v, want one with %q", err, p)
			}
		}
	}
	nothing := func(hook.Observation) error { return nil }

	// All hooks are called, and their errors joined.
	g, _, square, cost, _ := parabola(t, tensor.Float32)
	lab, oops, other := hook.NewLab(g), errors.New("oops"), errors.New("other")
	lab.Every("squares", 1, G.Nodes{square}, func(hook.Observation) error { return oops })
	lab.Every("cost", 1, G.Nodes{cost}, func(hook.Observation) error { return other })
	err := lab.Step(4)
	if !errors.Is(err, oops) || !errors.Is(err, other) {
		t.Errorf("the error is %v, want oops and other", err)
	}
	contains(err, `hook "squares" at update 4: oops`, `hook "cost" at update 4: other`)
	func() {
		defer func() {
			if r := recover(); r != "hook: On after the first run" {
				t.Errorf("On after the first run panics with %v", r)
			}
		}()
		lab.Every("look", 1, G.Nodes{square}, nothing)
	}()
	lab.Close()

	// A node of another graph, and a lab without a machine.
	lab = hook.NewLab(g)
	lab.Every("look", 1, G.Nodes{G.NewScalar(G.NewGraph(), tensor.Float32, G.WithName("elsewhere"))}, nothing)
	contains(lab.Step(0), "elsewhere")
	if err := lab.Close(); err != nil {
		t.Error(err)
	}

	// An input without a value, seen before the run and by it.
	g = G.NewGraph()
	x := G.NewVector(g, tensor.Float32, G.WithShape(2), G.WithName("x"))
	y := G.Must(G.Neg(x))
	lab = hook.NewLab(g)
	lab.Every("look", 2, G.Nodes{x, y}, nothing)
	contains(lab.Step(2), `hook "look" at update 2`, `input "x"`, "no value")
	contains(lab.Step(3), "update 3", `input "x" has no value`)
	lab.Close()
}

// Nodes of every type are seen, exactly too, with the node itself; inputs as they were before the step.
func TestTypes(t *testing.T) {
	g, w, square, cost, grad := parabola(t, tensor.Float64)
	small := G.NewVector(g, tensor.Float32, G.WithShape(2), G.WithValue(tensor.New(tensor.WithBacking([]float32{3, 4}))))
	which := G.NewVector(g, tensor.Int, G.WithShape(2), G.WithValue(tensor.New(tensor.WithBacking([]int{1, 0}))), G.WithName("which"))
	nodes := G.Nodes{w, square, cost, G.Must(G.Gt(square, cost, false)), G.Must(G.Gt(square, w, false)), which,
		G.Must(G.ByIndices(w, which, 0)), small, G.Must(G.Neg(small))}
	lab := hook.NewLab(g, halving(w, grad))
	defer lab.Close()
	third := 1.0 / 3
	w.Value().Data().([]float64)[0] = third
	calls := 0
	lab.Every("look", 1, nodes, func(o hook.Observation) error {
		want := [][]float64{{third, 2}, {third * third, 4}, {third*third + 4}, {0, 0}, {0, 1}, {1, 0}, {2, third}, nil, nil}
		data := [][]float32{{float32(third), 2}, {float32(third * third), 4}, {float32(third*third + 4)}, {0, 0}, {0, 1}, {1, 0}, {2, float32(third)}, {3, 4}, {-3, -4}}
		for i, v := range o.Values {
			if v.Node != nodes[i] || !slices.Equal(v.Exact, want[i]) || !slices.Equal(v.Data, data[i]) {
				t.Errorf("%v is seen as %v, exactly %v; want %v", nodes[i], v.Data, v.Exact, want[i])
			}
		}
		calls++
		return nil
	})
	for u := range 2 {
		if err := lab.Step(u); err != nil {
			t.Fatal(err)
		}
		copy(w.Value().Data().([]float64), []float64{third, 2})
	}
	if calls != 2 {
		t.Errorf("%d calls, want 2", calls)
	}
}

// The gradients of parameters are called by the parameters' names, unless they have one of their own.
func TestLayers(t *testing.T) {
	g := G.NewGraph()
	vector := func(name string, x ...float32) *G.Node {
		return G.NewVector(g, tensor.Float32, G.WithShape(len(x)), G.WithName(name), G.WithValue(tensor.New(tensor.WithBacking(x))))
	}
	w, v := vector("W3", 1, 2), vector("b3", 3, 4)
	_, err := G.Grad(G.Must(G.Sum(G.Must(G.Square(G.Must(G.HadamardProd(w, v)))))), w, v)
	if err != nil {
		t.Fatal(err)
	}
	G.WithName("mine")(v.Deriv())
	lab := hook.NewLab(g)
	defer lab.Close()
	var seen []string
	lab.Every("look", 1, hook.Layers(w, v), func(o hook.Observation) error {
		for _, v := range o.Values {
			seen = append(seen, fmt.Sprint(v.Name, v.Data))
		}
		return nil
	})
	if err := lab.Step(0); err != nil {
		t.Fatal(err)
	}
	if want := []string{"W3[1 2]", "dcost/dW3[18 64]", "b3[3 4]", "mine[6 32]"}; !slices.Equal(seen, want) {
		t.Errorf("the hook saw %v, want %v", seen, want)
	}
}

// The options given to NewLab are the caller's own: another lab may use them too.
func TestOptionsAreNotShared(t *testing.T) {
	g, w, square, cost, grad := parabola(t, tensor.Float32)
	opts := append(make([]graph.Option, 0, 8), halving(w, grad))
	for _, n := range []*G.Node{square, cost} {
		lab := hook.NewLab(g, opts...)
		lab.Every("look", 1, G.Nodes{n}, func(hook.Observation) error { return nil })
		if _, err := lab.Machine(); err != nil {
			t.Fatal(err)
		}
		lab.Close()
	}
	if opts[:2][1] != nil {
		t.Error("a lab wrote into the caller's options")
	}
}
