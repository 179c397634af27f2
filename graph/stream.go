package graph

import (
	"fmt"

	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// stream is what gets a node's elements.
type stream struct {
	node *G.Node
	get  func(from int, part []float32)
}

// Stream calls get at every RunAll with the elements of a float32 node, row-major and in parts: from is the index of a part's first element, a
// multiple of kernel.PartSize. The machine's threads call get, several at a time and in any order, and overwrite a part after the call. The
// gradient of a weight matrix, xᵀ d of a small batch, is then never stored if nobody else reads it.
func Stream(node *G.Node, get func(from int, part []float32)) Option {
	return func(o *options) { o.streams = append(o.streams, stream{node, get}) }
}

// check says what is wrong with a stream.
func (s *stream) check(member, streamed map[*G.Node]bool) error {
	switch {
	case s.node == nil || !member[s.node] || isStatement(s.node):
		return fmt.Errorf("cannot stream %s: it is not a value of the machine's graph", Describe(s.node))
	case streamed[s.node]:
		return fmt.Errorf("cannot stream %s twice", Describe(s.node))
	case s.node.Dtype() != tensor.Float32:
		return fmt.Errorf("cannot stream %s: it is %v, want float32", Describe(s.node), s.node.Dtype())
	}
	return nil
}

// streamedProduct lowers a product that only a stream reads.
func (b *builder) streamedProduct(n *G.Node) (u unit, ok bool) {
	get := b.streamed[n]
	if get == nil || b.consumers == nil || b.consumers[n] > 0 || b.observed[n] || b.shown[n] || !isProduct(n, "Aᵀ × B") {
		return u, false
	}
	kids := children(n)
	batch, rows, cols := kids[0].Shape()[0], kids[0].Shape()[1], kids[1].Shape()[1]
	if batch > kernel.FusedBatch {
		return u, false
	}
	return unit{kind: stepStream, what: "stream of Aᵀ × B", node: n, uses: kids, code: func(_ *slot, in []*slot) func() error {
		x, d := ref[float32](in[0]), ref[float32](in[1])
		return func() error { b.engine32.PartsMatMulTransA(get, *x, *d, batch, rows, cols); return nil }
	}}, true
}

// streamOf passes on elements that are stored.
func streamOf(s *slot, get func(from int, part []float32)) step {
	return step{kind: stepStream, what: "stream", node: s.node, in: []*slot{s}, updating: func() error {
		for from := 0; from < len(s.f32); from += kernel.PartSize {
			get(from, s.f32[from:min(from+kernel.PartSize, len(s.f32))])
		}
		return nil
	}}
}
