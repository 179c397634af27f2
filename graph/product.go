package graph

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// product lowers matrix and vector products.
func product[T float](k kernels[T], kids G.Nodes, text string) (unit, bool) {
	a, c := kids[0].Shape(), kids[1].Shape()
	matrices := len(a) == 2 && len(c) == 2
	matVec := len(a) == 2 && len(c) == 1
	vectors := len(a) == 1 && len(c) == 1
	var f func(dst, x, y []T)
	switch {
	case matrices && text == "A × B":
		f = func(dst, x, y []T) { k.MatMul(dst, x, y, a[0], a[1], c[1]) }
	case matrices && text == "A × Bᵀ":
		f = func(dst, x, y []T) { k.MatMulTransB(dst, x, y, a[0], a[1], c[0]) }
	case matrices && text == "Aᵀ × B":
		f = func(dst, x, y []T) { k.MatMulTransA(dst, x, y, a[0], a[1], c[1]) }
	case matVec && text == "A × b":
		f = func(dst, x, y []T) { k.MatMulTransB(dst, y, x, 1, a[1], a[0]) }
	case matVec && text == "Aᵀ × b":
		f = func(dst, x, y []T) { k.MatMul(dst, y, x, 1, a[0], a[1]) }
	case vectors && text == "a ⋅ b":
		f = func(dst, x, y []T) { k.MatMulTransB(dst, x, y, 1, a[0], 1) }
	case vectors && text == "a ⊗ b":
		f = func(dst, x, y []T) { k.MatMulTransA(dst, x, y, 1, a[0], c[0]) }
	default:
		f = batched(k, a, c, text)
	}
	return kernel2(kids, f), f != nil
}

// batched returns the products of the matrices that the last two axes make, or nil if it is not that.
func batched[T float](k kernels[T], a, c tensor.Shape, text string) func(dst, x, y []T) {
	last := len(a) - 2
	if len(a) != len(c) || last < 1 || !a[:last].Eq(c[:last]) {
		return nil
	}
	rows, inner, cols := a[last], a[last+1], c[last+1]
	multiply, height := k.MatMul, rows // of the product
	switch text {
	case "A ××× B":
	case "A ××× Bᵀ":
		multiply, cols = k.MatMulTransB, c[last]
	case "Aᵀ ××× B":
		multiply, height = k.MatMulTransA, inner
	default:
		return nil
	}
	batch, other := a[:last].TotalSize(), c[last]*c[last+1]
	return func(dst, x, y []T) {
		for i := range batch {
			multiply(dst[i*height*cols:], x[i*rows*inner:], y[i*other:], rows, inner, cols)
		}
	}
}

// biasAdd lowers the addition of a row to every row of a matrix, which Gorgonia builds as matrix + Repeat0(row),
// without repeating the row; and together with the matrix product before it, if nobody else reads that.
func biasAdd[T float](b *builder, k kernels[T], n *G.Node, kids G.Nodes) (unit, bool) {
	if n.Op().String() != "+ false" {
		return unit{}, false
	}
	a, rep := kids[0], kids[1]
	if !isRowRepeat(rep, n) {
		if a, rep = rep, a; !isRowRepeat(rep, n) {
			return unit{}, false
		}
	}
	if a == rep || !a.Shape().Eq(n.Shape()) {
		return unit{}, false
	}
	row := source(children(rep)[0])
	rows, cols := n.Shape()[0], n.Shape()[1]
	if isProduct(a, "A × B") && b.sole(a) {
		xw := children(a)
		inner := xw[0].Shape()[1]
		return unit{what: "A × B + row", uses: G.Nodes{xw[0], xw[1], row}, code: func(out *slot, in []*slot) func() error {
			dst, x, w, bias := ref[T](out), ref[T](in[0]), ref[T](in[1]), ref[T](in[2])
			return func() error { k.MatMulBias(*dst, *x, *w, *bias, rows, inner, cols); return nil }
		}}, true
	}
	u := kernel2(G.Nodes{a, row}, func(dst, x, bias []T) {
		copy(dst, x)
		k.AddRow(dst, bias, rows, cols)
	})
	u.what = "A + row"
	return u, true
}

// isRowRepeat reports whether rep repeats a row [1, n] along the batch, to the shape of sum.
func isRowRepeat(rep, sum *G.Node) bool {
	if opType(rep) != "*gorgonia.repeatOp" || rep.Op().String() != "Repeat0" {
		return false
	}
	row, out := children(rep)[0].Shape(), sum.Shape()
	return len(out) == 2 && len(row) == 2 && row[0] == 1 && row[1] == out[1] && rep.Shape().Eq(out)
}
