package graph

import (
	"slices"
	"strconv"
	"strings"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// reduce lowers a reduction along the axes in the op's text ("Σ[0 1]"). Elements are folded in row-major order.
func reduce[T float](k kernels[T], n, kid *G.Node, text string, fold func(acc *T, x T, first bool)) (unit, bool) {
	shape, axes := kid.Shape(), numbers(text)
	for _, a := range axes {
		if a >= len(shape) {
			return unit{}, false
		}
	}
	if len(axes) == 0 {
		return unit{}, false
	}
	if len(shape) == 2 && len(axes) == 1 && axes[0] == 0 && text[0] == "Σ"[0] {
		return kernel1(kid, func(dst, x []T) { k.SumRows(dst, x, shape[0], shape[1]) }), true
	}
	kept := shape.Clone()
	for _, a := range axes {
		kept[a] = 1
	}
	if kept.TotalSize() != n.Shape().TotalSize() {
		return unit{}, false
	}
	to := make([]int32, shape.TotalSize())
	each(shape, func(at int, index []int) {
		j := 0
		for d, i := range index {
			if kept[d] == 1 {
				i = 0
			}
			j = j*kept[d] + i
		}
		to[at] = int32(j)
	})
	seen := make([]bool, kept.TotalSize())
	return kernel1(kid, func(dst, x []T) {
		clear(seen)
		for i, j := range to {
			fold(&dst[j], x[i], !seen[j])
			seen[j] = true
		}
	}), true
}

func addTo[T float](acc *T, x T, first bool) {
	if first {
		*acc = x
	} else {
		*acc += x
	}
}

// maxTo keeps the larger; a NaN stays.
func maxTo[T float](acc *T, x T, first bool) {
	if first || x > *acc || x != x {
		*acc = x
	}
}

// repeat lowers numpy's repeat of every element along the axis in the op's text ("Repeat1").
func repeat[T float](n, kid *G.Node, text string) (unit, bool) {
	axis := numbers(text)
	in, out := kid.Shape().Clone(), n.Shape()
	for len(in) < len(out) {
		in = append(in, 1)
	}
	if len(axis) != 1 || axis[0] >= len(out) || len(in) != len(out) {
		return unit{}, false
	}
	a := axis[0]
	for d := range out {
		if d != a && in[d] != out[d] {
			return unit{}, false
		}
	}
	if out[a]%in[a] != 0 {
		return unit{}, false
	}
	times, inner := out[a]/in[a], tensor.Shape(out[a+1:]).TotalSize()
	if a+1 == len(out) {
		inner = 1
	}
	return kernel1(kid, func(dst, x []T) {
		at := 0
		for i := 0; i+inner <= len(x); i += inner {
			for range times {
				at += copy(dst[at:], x[i:i+inner])
			}
		}
	}), true
}

// reshape shares its argument's memory, unless somebody observes it while the argument is an input, whose memory
// may change before the observer looks.
func reshape[T float](b *builder, n, kid *G.Node) (unit, bool) {
	if n.Shape().TotalSize() != kid.Shape().TotalSize() {
		return unit{}, false
	}
	if b.observed[n] || b.shown[n] && isInput(source(n)) {
		return kernel1(kid, func(dst, x []T) { copy(dst, x) }), true
	}
	return unit{kind: stepAlias, uses: G.Nodes{kid}, code: func(out *slot, in []*slot) func() error {
		dst, x := ref[T](out), ref[T](in[0])
		return func() error { *dst = *x; return nil }
	}}, true
}

// transpose lowers a permutation of axes; the op's text gives it ("Aᵀ{1, 0}").
func transpose[T float](n, kid *G.Node, text string) (unit, bool) {
	pattern, in, out := numbers(text), kid.Shape(), n.Shape()
	if len(pattern) != len(in) || len(out) != len(in) {
		return unit{}, false
	}
	if sorted := slices.Sorted(slices.Values(pattern)); len(sorted) == 0 || sorted[len(sorted)-1] != len(in)-1 {
		return unit{}, false
	}
	strides := make([]int, len(in))
	for d, s := len(in)-1, 1; d >= 0; d-- {
		strides[d] = s
		s *= in[d]
	}
	from := make([]int32, out.TotalSize())
	each(out, func(at int, index []int) {
		j := 0
		for d, i := range index {
			j += i * strides[pattern[d]]
		}
		from[at] = int32(j)
	})
	return kernel1(kid, func(dst, x []T) {
		for i, j := range from {
			dst[i] = x[j]
		}
	}), true
}

// sizeOf lowers a dimension's size, which Gorgonia knows when it builds the graph, to that number ("SizeOf=10").
func sizeOf[T float](text string) (unit, bool) {
	size, err := strconv.Atoi(strings.TrimPrefix(text, "SizeOf="))
	return unit{code: func(out *slot, _ []*slot) func() error {
		dst := ref[T](out)
		return func() error { (*dst)[0] = T(size); return nil }
	}}, err == nil
}

// each calls f for every index of shape, in row-major order.
func each(shape tensor.Shape, f func(at int, index []int)) {
	index := make([]int, len(shape))
	for at := range shape.TotalSize() {
		f(at, index)
		for d := len(shape) - 1; d >= 0; d-- {
			if index[d]++; index[d] < shape[d] {
				break
			}
			index[d] = 0
		}
	}
}
