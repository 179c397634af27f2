package graph

import (
	"fmt"
	"strconv"
	"strings"

	"glorot/graph/kernel"

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
	MatMulTransBUpdate(c, w []T, alpha T, a, d []T, m, k, n int)
	Apply(r kernel.Rule, w, g []T, states [][]T)
	ApplyMatMulTransA(r kernel.Rule, w []T, states [][]T, a, b []T, m, k, n int)
	MatMulTransBApply(c []T, r kernel.Rule, w []T, states [][]T, a, d []T, m, k, n int)
	AddRow(c, row []T, m, n int)
	SumRows(dst, a []T, m, n int)
	Tanh(dst, src []T)
	Sigmoid(dst, src []T)
	Exp(dst, src []T)
	Log(dst, src []T)
	Softmax(dst, src []T, m, n int)
	LogSoftmax(dst, src []T, m, n int)
}

// lower chooses how n is computed. Gorgonia does not export its ops' types, so an op is known by the name of
// its type and by how it prints; an op that is not known runs through its own Do.
func (b *builder) lower(n *G.Node) (u unit, err error) {
	if isInput(n) || isConstant(n) {
		return unit{node: n}, nil
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
		if err != nil {
			err = fmt.Errorf("lowering %s: %w", Describe(n), err)
		}
	}()
	kids := children(n)
	if err := checkChildren(n, kids); err != nil {
		return unit{}, err
	}
	var ok bool
	switch commonType(append(G.Nodes{n}, kids...)) {
	case tensor.Float32:
		u, ok = lowerFloat(b, kernels[float32](b.engine32), n, kids)
	case tensor.Float64:
		u, ok = lowerFloat(b, kernels[float64](b.engine64), n, kids)
	}
	if !ok {
		u = fallback(n, kids)
	}
	u.node, u.after = n, b.memory.before(n)
	return u, nil
}

// commonType returns the nodes' type of element, or the zero Dtype if they differ.
func commonType(nodes G.Nodes) tensor.Dtype {
	t := nodes[0].Dtype()
	for _, n := range nodes[1:] {
		if n.Dtype() != t {
			return tensor.Dtype{}
		}
	}
	return t
}

func lowerFloat[T float](b *builder, k kernels[T], n *G.Node, kids G.Nodes) (unit, bool) {
	text := n.Op().String()
	switch opType(n) {
	case "*graph.Func":
		return b.function(n, kids), true
	case "gorgonia.elemBinOp":
		if u, ok := biasAdd(b, k, n, kids); ok {
			return u, true
		}
		return binary[T](n, kids, text)
	case "gorgonia.elemUnaryOp":
		return unary(k, kids[0], text)
	case "gorgonia.linAlgBinOp":
		return product(k, kids, text)
	case "gorgonia.sumOp":
		return reduce(k, n, kids[0], text, addTo[T])
	case "*gorgonia.maxOp":
		return reduce(k, n, kids[0], text, maxTo[T])
	case "*gorgonia.repeatOp":
		return repeat[T](n, kids[0], text)
	case "gorgonia.reshapeOp":
		return reshape[T](b, n, kids[0])
	case "gorgonia.transposeOp":
		return transpose[T](n, kids[0], text)
	case "gorgonia.sizeOp":
		return sizeOf[T](text)
	case "*gorgonia.softmaxOp":
		return softmax(k, n, kids[0])
	case "*gorgonia.softmaxDiffOp":
		return softmaxGrad(k, n, kids)
	case "*gorgonia.sliceOp":
		return slice[T](n, kids[0])
	case "gorgonia.sliceIncrOp":
		return sliceGrad[T](n, kids)
	case "gorgonia.concatOp":
		return concat[T](n, kids, text)
	case "gorgonia.im2colOp":
		return im2col[T](n, kids[0])
	case "gorgonia.col2imOp":
		return col2im[T](n, kids[0])
	case "*gorgonia.maxPoolOp":
		return maxPool[T](n, kids[0])
	case "*gorgonia.maxPoolDiffOp":
		return maxPoolGrad[T](n, kids)
	case "*gorgonia.BatchNormOp":
		return normalize[T](n, kids[0])
	case "*gorgonia.batchnormDiffOp":
		return normalizeGrad[T](n, kids)
	}
	return unit{}, false
}

// fallback runs the op's own Do.
func fallback(n *G.Node, kids G.Nodes) unit {
	return unit{kind: stepFallback, what: "Do of " + n.Op().String(), uses: kids, code: func(out *slot, in []*slot) func() error {
		args := make([]G.Value, len(in))
		spoils := opType(n) == "*gorgonia.yoloOp" // it writes its result over its argument
		return func() error {
			for i, s := range in {
				args[i] = s.asValue()
				if spoils {
					var err error
					if args[i], err = G.CloneValue(args[i]); err != nil {
						return err
					}
				}
			}
			v, err := n.Op().Do(args...)
			if err != nil {
				return err
			}
			for _, a := range args {
				if overlap(v, a) { // an argument, or a part of one, which may change before v is read
					if v, err = G.CloneValue(v); err != nil {
						return err
					}
					break
				}
			}
			if err := out.set(v); err != nil {
				return err
			}
			_, scalar := v.(G.Scalar)
			if out.copied || scalar && !n.IsScalar() {
				out.value, out.copied = nil, false // readers get a dense tensor instead
			}
			return nil
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
