package graph_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"glorot/graph"
	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// collected is what a stream has passed on.
type collected struct {
	sync.Mutex
	x     []float32
	count int // elements
}

func (c *collected) get(from int, part []float32) {
	c.Lock()
	defer c.Unlock()
	c.count += len(part)
	if from%kernel.PartSize != 0 || copy(c.x[from:], part) != len(part) {
		c.count = -1
	}
}

// A stream passes on what an observer reads, bit by bit, whether the gradient is stored or not, and on any number of threads.
func TestStream(t *testing.T) {
	for _, batch := range []int{1, 5, 10, kernel.FusedBatch, kernel.FusedBatch + 1} {
		for _, threads := range []int{1, 3} {
			for _, observed := range []bool{false, true} {
				p := newPerceptronOf(tensor.Float32, batch, 130, 700, 3) // 130 x 700 are not a whole number of parts
				look := newMachine(t, p.ExprGraph, graph.Observe(p.grads...))
				if err := look.RunAll(); err != nil {
					t.Fatal(err)
				}
				nodes := append(G.Nodes{p.cost}, p.grads...)
				parts, want, opts := make([]collected, len(nodes)), make([][]float32, len(nodes)), []graph.Option{graph.WithThreads(threads)}
				for i, n := range nodes {
					if i > 0 {
						x, err := graph.Float32s(n.Value(), nil)
						if err != nil {
							t.Fatal(err)
						}
						want[i] = append(want[i], x...)
					}
					parts[i].x = make([]float32, n.Shape().TotalSize())
					opts = append(opts, graph.Stream(n, parts[i].get))
				}
				if observed {
					opts = append(opts, graph.Observe(p.grads[0]))
				}
				m := newMachine(t, p.ExprGraph, opts...)
				for range 2 {
					for i := range parts {
						parts[i].count = 0
					}
					if err := m.RunAll(); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := m.FirstNonFinite(); err != nil { // passes nothing on
					t.Fatal(err)
				}
				for i := range parts {
					name := fmt.Sprintf("batch %d, %d threads, observed %v: %s", batch, threads, observed, graph.Describe(nodes[i]))
					if parts[i].count != len(parts[i].x) {
						t.Errorf("%s: %d elements, want %d", name, parts[i].count, len(parts[i].x))
					}
					for j, w := range want[i] {
						if parts[i].x[j] != w {
							t.Fatalf("%s: element %d is %v, want %v", name, j, parts[i].x[j], w)
						}
					}
				}
				var plan strings.Builder
				if err := m.WritePlan(&plan); err != nil {
					t.Fatal(err)
				}
				fused := strings.Count(plan.String(), "stream of Aᵀ × B")
				want2 := map[bool]int{false: 2, true: 1}[observed]
				if batch > kernel.FusedBatch {
					want2 = 0
				}
				if fused != want2 {
					t.Errorf("batch %d, observed %v: %d gradients that are not stored, want %d", batch, observed, fused, want2)
				}
			}
		}
	}
}

// A machine that trains passes on the gradients of the old parameters, and trains to the same bits.
func TestStreamOfUpdate(t *testing.T) {
	weights := func(opts func(p *perceptron) []graph.Option) (string, *perceptron) {
		p := newPerceptronOf(tensor.Float32, 5, 7, 6, 3)
		m := newMachine(t, p.ExprGraph, append(opts(p), graph.Update(&graph.SGD{Rate: 0.1}, p.params, p.grads))...)
		for range 3 {
			if err := m.RunAll(); err != nil {
				t.Fatal(err)
			}
		}
		return fmt.Sprint(p.params[0].Value(), p.params[2].Value()), p
	}
	got := collected{x: make([]float32, 42)}
	plain, _ := weights(func(*perceptron) []graph.Option { return nil })
	streamed, _ := weights(func(p *perceptron) []graph.Option { return []graph.Option{graph.Stream(p.grads[0], got.get)} })
	_, p := weights(func(p *perceptron) []graph.Option { return []graph.Option{graph.Observe(p.grads[0])} })
	want, err := graph.Float32s(p.grads[0].Value(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if plain != streamed || fmt.Sprint(got.x) != fmt.Sprint(want) || got.count != 3*42 {
		t.Errorf("streaming changes the training, or the gradient: %v, want %v", got.x, want)
	}
}

func TestStreamRefuses(t *testing.T) {
	p, foreign := newPerceptron(tensor.Float32), newPerceptron(tensor.Float32)
	double := newPerceptron(tensor.Float64)
	get := func(int, []float32) {}
	for want, c := range map[string]struct {
		g    *perceptron
		opts []graph.Option
	}{
		"not a value of the machine's graph": {p, []graph.Option{graph.Stream(foreign.cost, get)}},
		"a nil node":                         {p, []graph.Option{graph.Stream(nil, get)}},
		"twice":                              {p, []graph.Option{graph.Stream(p.cost, get), graph.Stream(p.cost, get)}},
		"float64, want float32":              {double, []graph.Option{graph.Stream(double.cost, get)}},
	} {
		if _, err := graph.New(c.g.ExprGraph, c.opts...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
