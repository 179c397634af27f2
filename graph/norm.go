package graph

import (
	"math"
	"reflect"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A batchNorm is what Gorgonia's batch normalisation knows: x is batch x channels x spatial, normalised by channel. The op keeps the
// batch's mean and sum of squares for its derivative, and running statistics for evaluation.
type batchNorm[T float] struct {
	batch, channels, spatial int
	momentum, epsilon        float64
	training                 *bool
	mean, squares            []T // of the batch
	runningMean, runningVar  []T
}

// newBatchNorm reads a BatchNormOp.
func newBatchNorm[T float](op reflect.Value, shape tensor.Shape) batchNorm[T] {
	elements := func(name string) []T {
		d := (*tensor.Dense)(op.FieldByName(name).UnsafePointer())
		x, _ := d.Data().([]T)
		return x
	}
	return batchNorm[T]{
		batch: shape[0], channels: shape[1], spatial: shape.TotalSize() / shape[0] / shape[1],
		momentum: op.FieldByName("momentum").Float(), epsilon: op.FieldByName("epsilon").Float(),
		training: (*bool)(op.FieldByName("training").Addr().UnsafePointer()),
		mean:     elements("saveMean"), squares: elements("saveVariance"),
		runningMean: elements("runningMean"), runningVar: elements("runningVariance"),
	}
}

func (b *batchNorm[T]) valid() bool {
	for _, x := range [][]T{b.mean, b.squares, b.runningMean, b.runningVar} {
		if len(x) != b.channels {
			return false
		}
	}
	return true
}

// each calls f with the beginning of each run of a channel's elements.
func (b *batchNorm[T]) each(channel int, f func(at int)) {
	for s := range b.batch {
		f((s*b.channels + channel) * b.spatial)
	}
}

// moments finds a channel's mean and sum of squares, and lets the running statistics follow.
func (b *batchNorm[T]) moments(x []T, c int) {
	var sum, squares float64
	n := float64(b.batch * b.spatial)
	b.each(c, func(at int) {
		for _, v := range x[at:][:b.spatial] {
			sum += float64(v)
		}
	})
	mean := sum / n
	b.each(c, func(at int) {
		for _, v := range x[at:][:b.spatial] {
			d := float64(v) - mean
			squares += float64(d * d)
		}
	})
	b.mean[c], b.squares[c] = T(mean), T(squares)
	m := b.momentum
	b.runningMean[c] = T(float64(m*mean) + float64((1-m)*float64(b.runningMean[c])))
	b.runningVar[c] = T(float64(m*squares/(n-1)) + float64((1-m)*float64(b.runningVar[c])))
}

// scale returns what a channel is moved and multiplied by.
func (b *batchNorm[T]) scale(c int) (mean, factor float64) {
	if *b.training {
		return float64(b.mean[c]), 1 / math.Sqrt(float64(b.squares[c])/float64(b.batch*b.spatial)+b.epsilon)
	}
	return float64(b.runningMean[c]), 1 / math.Sqrt(float64(b.runningVar[c])+b.epsilon)
}

// forward computes y = (x - mean) factor.
func (b *batchNorm[T]) forward(y, x []T) {
	for c := range b.channels {
		if *b.training {
			b.moments(x, c)
		}
		mean, factor := b.scale(c)
		b.each(c, func(at int) {
			to := y[at:][:b.spatial]
			for i, v := range x[at:][:b.spatial] {
				to[i] = T((float64(v) - mean) * factor)
			}
		})
	}
}

// backward computes dx = factor (dy - mean(dy) - (x - mean) factor² mean((x - mean) dy)), and factor dy in evaluation.
func (b *batchNorm[T]) backward(dx, x, dy []T) {
	n := float64(b.batch * b.spatial)
	for c := range b.channels {
		mean, factor := b.scale(c)
		var sum, dot float64
		if *b.training {
			b.each(c, func(at int) {
				x := x[at:][:b.spatial]
				for i, d := range dy[at:][:b.spatial] {
					sum += float64(d)
					dot += float64((float64(x[i]) - mean) * float64(d))
				}
			})
		}
		sum, dot = sum/n, dot*factor*factor/n
		b.each(c, func(at int) {
			x, dx := x[at:][:b.spatial], dx[at:][:b.spatial]
			for i, d := range dy[at:][:b.spatial] {
				dx[i] = T((float64(d) - sum - float64((float64(x[i])-mean)*dot)) * factor)
			}
		})
	}
}

// normalize lowers the op that gorgonia.BatchNorm begins with, and normalizeGrad its derivative.
func normalize[T float](n, kid *G.Node) (unit, bool) {
	b := newBatchNorm[T](reflect.ValueOf(n.Op()).Elem(), n.Shape())
	return kernel1(kid, b.forward), b.valid()
}

func normalizeGrad[T float](n *G.Node, kids G.Nodes) (unit, bool) {
	b := newBatchNorm[T](reflect.ValueOf(n.Op()).Elem().Field(0).Elem(), n.Shape())
	return kernel2(kids, b.backward), b.valid()
}
