package graph_test

import (
	"fmt"
	"hash"
	"hash/fnv"
	"slices"
	"testing"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// twoFold is an op whose gradients come from one computation, like that of Gorgonia's example of Iop: the gradient of
// its first argument writes that of the second, an identity node, by the way.
type twoFold struct{ arity int }

func (op twoFold) Arity() int { return op.arity }
func (op twoFold) Type() hm.Type {
	t := G.TensorType{Dims: 1, Of: hm.TypeVariable('a')}
	return hm.NewFnType(slices.Repeat([]hm.Type{t}, op.arity+1)...)
}
func (op twoFold) InferShape(s ...G.DimSizer) (tensor.Shape, error) { return s[0].(tensor.Shape), nil }
func (op twoFold) ReturnsPtr() bool                                 { return true }
func (op twoFold) CallsExtern() bool                                { return false }
func (op twoFold) OverwritesInput() int                             { return -1 }
func (op twoFold) WriteHash(h hash.Hash)                            { fmt.Fprint(h, op.String()) }
func (op twoFold) Hashcode() uint32                                 { h := fnv.New32a(); op.WriteHash(h); return h.Sum32() }
func (op twoFold) String() string                                   { return fmt.Sprintf("twoFold %d", op.arity) }
func (op twoFold) DiffWRT(n int) []bool                             { return slices.Repeat([]bool{true}, n) }

func (op twoFold) Do(in ...G.Value) (G.Value, error) {
	if op.arity == 2 {
		return tensor.Add(in[0], in[1])
	}
	second := in[2].Data().([]float64)
	for i := range second {
		second[i] = 1000
	}
	return G.CloneValue(in[1])
}

func (op twoFold) SymDiff(in G.Nodes, _, _ *G.Node) (G.Nodes, error) {
	second := G.NewUniqueNode(G.WithType(in[1].Type()), G.WithShape(in[1].Shape()...), G.WithChildren(G.Nodes{in[1]}),
		G.In(in[1].Graph()), G.WithOp(G.Iop{}))
	first, err := G.ApplyOp(twoFold{3}, in[0], in[1], second)
	return G.Nodes{first, second}, err
}

// What an op writes into an argument made by Iop is seen by those who observe that, and not by the parameter it stands
// for.
func TestIop(t *testing.T) {
	b := &bench{ExprGraph: G.NewGraph(), dt: tensor.Float64}
	x := G.NewVector(b.ExprGraph, b.dt, G.WithShape(3), G.WithName("x"))
	y := G.NewVector(b.ExprGraph, b.dt, G.WithShape(3), G.WithName("y"))
	let(x, []float64{1, 2, 3})
	let(y, []float64{4, 5, 6})
	if _, err := G.Grad(must(G.Sum(must(G.ApplyOp(twoFold{2}, x, y)))), x, y); err != nil {
		t.Fatal(err)
	}
	m := newMachine(t, b.ExprGraph)
	for range 2 {
		run(t, m)
		want(t, x.Deriv(), 4, 5, 6)
		want(t, y.Deriv(), 1000, 1000, 1000)
		want(t, y, 4, 5, 6)
	}
}
