package graph

import (
	"reflect"

	G "gorgonia.org/gorgonia"
)

// softmax lowers the soft maximum, or its logarithm, of every row. Gorgonia turns the one into the other when it meets a logarithm
// later, so which it is is read at every run.
func softmax[T float](k kernels[T], n, kid *G.Node) (unit, bool) {
	op := reflect.ValueOf(n.Op()).Elem()
	rows, cols, ok := softmaxRows(n, op)
	if !ok {
		return unit{}, false
	}
	isLog := (*bool)(op.FieldByName("isLog").Addr().UnsafePointer())
	return kernel1(kid, func(dst, x []T) {
		if *isLog {
			k.LogSoftmax(dst, x, rows, cols)
		} else {
			k.Softmax(dst, x, rows, cols)
		}
	}), true
}

// softmaxGrad lowers its derivative: dx = y (dy - Σ dy y) of y = softmax(x), or dy - exp(y) Σ dy of the logarithm.
func softmaxGrad[T float](k kernels[T], n *G.Node, kids G.Nodes) (unit, bool) {
	op := reflect.ValueOf(n.Op()).Elem().Field(0).Elem() // the softmax's own
	rows, cols, ok := softmaxRows(n, op)
	if !ok {
		return unit{}, false
	}
	isLog := (*bool)(op.FieldByName("isLog").Addr().UnsafePointer())
	return kernel2(kids[1:], func(dst, y, dy []T) {
		if *isLog {
			k.Exp(dst, y)
		}
		for i := range rows {
			out, y, dy := dst[i*cols:][:cols], y[i*cols:][:cols], dy[i*cols:][:cols]
			var sum T
			if *isLog {
				for _, d := range dy {
					sum += d
				}
				for j, p := range out {
					out[j] = dy[j] - T(p*sum)
				}
				continue
			}
			for j, d := range dy {
				sum += T(d * y[j])
			}
			for j, p := range y {
				out[j] = p * (dy[j] - sum)
			}
		}
	}), true
}

// softmaxRows returns the rows that op normalises, if that is what it does: its axis is the last one.
func softmaxRows(n *G.Node, op reflect.Value) (rows, cols int, ok bool) {
	shape := n.Shape()
	axis := int(op.FieldByName("axis").Int())
	last := len(shape) - 1
	if last < 0 || axis != -1 && axis != last || shape.IsColVec() {
		return 0, 0, false
	}
	return shape.TotalSize() / shape[last], shape[last], true
}
