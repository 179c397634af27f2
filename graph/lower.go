package graph

import (
	"strconv"
	"strings"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// kernels is what the plan asks of an engine: kernel.Engine over float32, kernel.Engine64 over float64.
type kernels[T float] interface {
	MatMul(c, a, b []T, m, k, n int)
	MatMulBias(c, a, b, bias []T, m, k, n int)
	MatMulTransB(c, a, b []T, m, n, k int)
	MatMulTransA(c, a, b []T, m, k, n int)
	AddMatMulTransA(c []T, alpha T, a, b []T, m, k, n int)
	AddRow(c, row []T, m, n int)
	SumRows(dst, a []T, m, n int)
	Tanh(dst, src []T)
	Sigmoid(dst, src []T)
	Exp(dst, src []T)
	Log(dst, src []T)
}

// lower chooses how n is computed. Gorgonia does not export its ops' types, so an op is known by the name of
// its type and by how it prints; an op that is not known runs through its own Do.
func (b *builder) lower(n *G.Node) unit {
	if n.Op() == nil {
		return unit{node: n}
	}
	kids := children(n)
	if isConstant(n) {
		return unit{node: n}
	}
	for _, k := range append(kids, n) {
		if t := k.Dtype(); t != n.Dtype() || t != tensor.Float32 && t != tensor.Float64 {
			return fallback(n, kids)
		}
	}
	var u unit
	var ok bool
	if n.Dtype() == tensor.Float32 {
		u, ok = lowerFloat(b, b.f32, n, kids)
	} else {
		u, ok = lowerFloat(b, b.f64, n, kids)
	}
	if !ok {
		return fallback(n, kids)
	}
	u.node = n
	return u
}

func lowerFloat[T float](b *builder, k kernels[T], n *G.Node, kids G.Nodes) (unit, bool) {
	text := n.Op().String()
	switch opType(n) {
	case "*graph.Func":
		return b.function(n, kids), true
	case "gorgonia.elemBinOp":
		if u, ok := biasAdd(b, k, n, kids, text); ok {
			return u, true
		}
		return binary[T](n, kids, text)
	case "gorgonia.elemUnaryOp":
		return unary(k, kids, text)
	case "gorgonia.linAlgBinOp":
		return product(k, kids, text)
	case "gorgonia.sumOp":
		return reduce(k, n, kids[0], text, addTo[T])
	case "*gorgonia.maxOp", "gorgonia.maxOp":
		return reduce(k, n, kids[0], text, maxTo[T])
	case "*gorgonia.repeatOp", "gorgonia.repeatOp":
		return repeat[T](n, kids[0], text)
	case "gorgonia.reshapeOp", "*gorgonia.reshapeOp":
		return reshape[T](b, n, kids[0])
	case "gorgonia.transposeOp", "*gorgonia.transposeOp":
		return transpose[T](n, kids[0], text)
	case "gorgonia.sizeOp", "*gorgonia.sizeOp":
		return sizeOf[T](kids[0], text)
	}
	return unit{}, false
}

// fallback runs the op's own Do.
func fallback(n *G.Node, kids G.Nodes) unit {
	return unit{kind: stepFallback, node: n, uses: kids, code: func(out *slot, in []*slot) func() error {
		args := make([]G.Value, len(in))
		return func() error {
			for i, s := range in {
				args[i] = s.asValue()
			}
			v, err := n.Op().Do(args...)
			if err != nil {
				return err
			}
			for _, s := range in {
				if s.node.Op() == nil && v == s.value { // an identity: the parameter may be updated later in the plan
					if v, err = G.CloneValue(v); err != nil {
						return err
					}
				}
			}
			return out.set(v)
		}
	}}
}

// function lowers an op that this package declares.
func (b *builder) function(n *G.Node, kids G.Nodes) unit {
	f := n.Op().(*Func)
	return unit{uses: kids, code: func(out *slot, in []*slot) func() error {
		if out.dtype == tensor.Float32 {
			return functionCode(out, in, func(shape []int, dst []float32, src [][]float32) {
				f.F32(b.engine32, shape, dst, src)
			})
		}
		return functionCode(out, in, func(shape []int, dst []float64, src [][]float64) {
			f.F64(b.engine64, shape, dst, src)
		})
	}}
}

func functionCode[T float](out *slot, in []*slot, f func([]int, []T, [][]T)) func() error {
	dst := ref[T](out)
	src := make([]*[]T, len(in))
	for i, s := range in {
		src[i] = ref[T](s)
	}
	args := make([][]T, len(in))
	return func() error {
		for i := range src {
			args[i] = *src[i]
		}
		f(out.shape, *dst, args)
		return nil
	}
}

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
		return unit{}, false
	}
	return kernel2(kids, f), true
}

// biasAdd lowers the addition of a row to every row of a matrix, which Gorgonia builds as matrix + Repeat0(row),
// without repeating the row; and together with the matrix product before it, if nobody else reads that.
func biasAdd[T float](b *builder, k kernels[T], n *G.Node, kids G.Nodes, text string) (unit, bool) {
	if text != "+ false" {
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
	row := children(rep)[0]
	shape := n.Shape()
	rows, cols := shape[0], shape[1]
	if opType(a) == "gorgonia.linAlgBinOp" && a.Op().String() == "A × B" && b.sole(a) {
		xw := children(a)
		inner := xw[0].Shape()[1]
		return unit{uses: G.Nodes{xw[0], xw[1], row}, code: func(out *slot, in []*slot) func() error {
			dst, x, w, bias := ref[T](out), ref[T](in[0]), ref[T](in[1]), ref[T](in[2])
			return func() error { k.MatMulBias(*dst, *x, *w, *bias, rows, inner, cols); return nil }
		}}, true
	}
	return kernel2(G.Nodes{a, row}, func(dst, x, bias []T) {
		copy(dst, x)
		k.AddRow(dst, bias, rows, cols)
	}), true
}

func isRowRepeat(rep, sum *G.Node) bool {
	if opType(rep) != "*gorgonia.repeatOp" || rep.Op().String() != "Repeat0" {
		return false
	}
	row, out := children(rep)[0].Shape(), sum.Shape()
	return len(out) == 2 && len(row) == 2 && row[0] == 1 && row[1] == out[1] && rep.Shape().Eq(out)
}

// kernel1 and kernel2 make units of kernels with one and two arguments.
func kernel1[T float](kid *G.Node, f func(dst, x []T)) unit {
	return unit{uses: G.Nodes{kid}, code: func(out *slot, in []*slot) func() error {
		dst, x := ref[T](out), ref[T](in[0])
		return func() error { f(*dst, *x); return nil }
	}}
}

func kernel2[T float](kids G.Nodes, f func(dst, x, y []T)) unit {
	return unit{uses: kids, code: func(out *slot, in []*slot) func() error {
		dst, x, y := ref[T](out), ref[T](in[0]), ref[T](in[1])
		return func() error { f(*dst, *x, *y); return nil }
	}}
}

// numbers returns the integers in an op's text: the axes of "Σ[0 1]", the pattern of "Aᵀ{1, 0}".
func numbers(text string) []int {
	var out []int
	for _, f := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if i, err := strconv.Atoi(f); err == nil {
			out = append(out, i)
		}
	}
	return out
}
