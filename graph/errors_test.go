package graph_test

import (
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"testing"

	"glorot/graph"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// An op that this package does not know runs by its own Do. Its error, and its panic, name the node.
func TestUnknownOp(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(x []float64) error
		want string
	}{
		"right": {func(x []float64) error { x[0] = 7; return nil }, ""},
		"error": {func([]float64) error { return errors.New("no luck") }, "no luck"},
		"panic": {func([]float64) error { panic("bad luck") }, "panic: bad luck"},
	} {
		t.Run(name, func(t *testing.T) {
			g := G.NewGraph()
			x := G.NewVector(g, tensor.Float64, G.WithShape(2), G.WithName("x"))
			let(x, []float64{1, 2})
			y := must(G.ApplyOp(strange{c.do}, must(G.Square(x))))
			G.WithName("odd")(y)
			z := must(G.Neg(y))
			m := newMachine(t, g, graph.Observe(z))
			if m.Stats().Fallback != 1 {
				t.Errorf("%d steps by Do, want 1", m.Stats().Fallback)
			}
			if err := m.RunAll(); c.want != "" {
				fails(t, err, "odd", "strange", c.want)
			} else {
				want(t, z, -7, -4)
			}
		})
	}
}

// strange is an op that only its Do knows.
type strange struct{ do func([]float64) error }

func (strange) Arity() int { return 1 }
func (strange) Type() hm.Type {
	t := G.TensorType{Dims: 1, Of: hm.TypeVariable('a')}
	return hm.NewFnType(t, t)
}
func (strange) InferShape(s ...G.DimSizer) (tensor.Shape, error) { return s[0].(tensor.Shape), nil }
func (strange) ReturnsPtr() bool                                 { return true }
func (strange) CallsExtern() bool                                { return false }
func (strange) OverwritesInput() int                             { return -1 }
func (s strange) WriteHash(h hash.Hash)                          { fmt.Fprint(h, s.String()) }
func (s strange) Hashcode() uint32                               { h := fnv.New32a(); s.WriteHash(h); return h.Sum32() }
func (strange) String() string                                   { return "strange" }
func (s strange) Do(in ...G.Value) (G.Value, error) {
	out, err := G.CloneValue(in[0])
	if err != nil {
		return nil, err
	}
	return out, s.do(out.Data().([]float64))
}

// New names what is wrong.
func TestNewErrors(t *testing.T) {
	g, s, _, _, z := softsignGraph(tensor.Float64, []float64{-1, 3})
	other := G.NewGraph()
	foreign := must(G.Neg(G.NewScalar(other, tensor.Float64)))
	G.WithName("elsewhere")(foreign)
	for name, c := range map[string]struct {
		g    *G.ExprGraph
		opt  graph.Option
		want string
	}{
		"no graph":      {nil, graph.EvalMode(), "empty graph"},
		"empty graph":   {G.NewGraph(), graph.EvalMode(), "empty graph"},
		"inputs only":   {func() *G.ExprGraph { g := G.NewGraph(); G.NewScalar(g, tensor.Float64); return g }(), graph.EvalMode(), "no node to compute"},
		"foreign":       {g, graph.Observe(foreign), "elsewhere"},
		"nil":           {g, graph.Observe(nil), "a nil node"},
		"guard foreign": {g, graph.Guard(foreign), "not a value of the machine's graph"},
		"no gradient":   {g, graph.Update(&graph.SGD{}, G.Nodes{s}, nil), `input "s": its gradient a nil node`},
		"no parameter":  {g, graph.Update(&graph.SGD{}, nil, G.Nodes{z}), "update by *graph.SGD of a nil node: the parameter is not an input"},
		"no rule":       {g, graph.Update(nil, G.Nodes{s}, G.Nodes{z}), `input "s": no rule`},
		"not an input":  {g, graph.Update(&graph.SGD{}, G.Nodes{z}, G.Nodes{z}), "is not an input"},
		"twice":         {g, graph.Update(&graph.SGD{}, G.Nodes{s, s}, G.Nodes{z, z}), `input "s": it is updated twice`},
		"size":          {g, graph.Update(&graph.SGD{}, G.Nodes{s}, G.Nodes{must(G.Sum(z))}), "want the same"},
		"threads":       {g, graph.WithThreads(-1), "-1 threads"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := graph.New(c.g, c.opt)
			fails(t, err, "graph: ", c.want)
		})
	}
}

func TestClosedMachine(t *testing.T) {
	g, _, _, _, _ := softsignGraph(tensor.Float64, []float64{-1, 3})
	m := newMachine(t, g)
	m.Reset()
	run(t, m)
	for range 2 {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
	fails(t, m.RunAll(), "closed machine")
	_, err := m.FirstNonFinite()
	fails(t, err, "closed machine")
}
