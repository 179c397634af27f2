package kernel

import (
	"fmt"
	"math"
)

// An Engine64 has the methods of [Engine] over float64. Products run on the threads and the kernel set of an Engine, and are the
// same bits on all: each sum is one chain, from +0 or the number that is added to, s = fma(A[i,k], B[k,j], s) for k in
// increasing order. The functions are the math package's.
type Engine64 struct{ e *Engine }

// NewEngine64 returns an engine of the portable set on one thread. It needs no Close.
func NewEngine64() *Engine64 { return &Engine64{Portable()} }

// Float64 returns an engine that shares e's kernel set, threads and scratch memory.
func (e *Engine) Float64() *Engine64 { return &Engine64{e} }

func need64(op, name string, x []float64, rows, cols int) {
	if rows < 0 || cols < 0 || len(x) < rows*cols {
		panic(fmt.Sprintf("kernel: %s: %s has %d elements; want %d x %d", op, name, len(x), rows, cols))
	}
}

// AddRow computes C[m,n] += row[n] on each row.
func (e *Engine64) AddRow(c, row []float64, m, n int) {
	need64("AddRow", "c", c, m, n)
	need64("AddRow", "row", row, 1, n)
	for i := range m {
		e.Axpy(c[i*n:][:n], 1, row[:n])
	}
}

// SumRows computes dst[n], the sum of the rows of A[m,n].
func (e *Engine64) SumRows(dst, a []float64, m, n int) {
	need64("SumRows", "dst", dst, 1, n)
	need64("SumRows", "a", a, m, n)
	clear(dst[:n])
	for i := range m {
		e.Axpy(dst[:n], 1, a[i*n:][:n])
	}
}

// Axpy computes y += alpha*x.
func (e *Engine64) Axpy(y []float64, alpha float64, x []float64) {
	need64("Axpy", "y", y, 1, len(x))
	for i, v := range x {
		y[i] = math.FMA(alpha, v, y[i])
	}
}

func each64(name string, dst, src []float64, f func(float64) float64) {
	need64(name, "dst", dst, 1, len(src))
	for i, x := range src {
		dst[i] = f(x)
	}
}

// Tanh computes dst = tanh(src) elementwise; dst may be src.
func (e *Engine64) Tanh(dst, src []float64) { each64("Tanh", dst, src, math.Tanh) }

// Sigmoid computes dst = 1/(1+exp(-src)) elementwise; dst may be src.
func (e *Engine64) Sigmoid(dst, src []float64) {
	each64("Sigmoid", dst, src, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) })
}

// Softsign computes dst = src/(1+|src|) elementwise; dst may be src.
func (e *Engine64) Softsign(dst, src []float64) {
	each64("Softsign", dst, src, func(x float64) float64 {
		if math.IsInf(x, 0) {
			return math.Copysign(1, x)
		}
		return x / (1 + math.Abs(x))
	})
}

// Relu computes dst = max(0, src) elementwise; dst may be src.
func (e *Engine64) Relu(dst, src []float64) {
	each64("Relu", dst, src, func(x float64) float64 {
		if x < 0 {
			return 0
		}
		return x
	})
}

// Exp computes dst = e^src elementwise; dst may be src.
func (e *Engine64) Exp(dst, src []float64) { each64("Exp", dst, src, math.Exp) }

// Log computes the natural logarithm elementwise; dst may be src.
func (e *Engine64) Log(dst, src []float64) { each64("Log", dst, src, math.Log) }

// NormalCDF computes the standard normal distribution's mass below src elementwise; dst may be src.
func (e *Engine64) NormalCDF(dst, src []float64) {
	each64("NormalCDF", dst, src, func(x float64) float64 { return math.Erfc(x*-math.Sqrt2/2) / 2 })
}

func eachGrad64(name string, dst, z, dz []float64, f func(z float64) float64) {
	need64(name, "dst", dst, 1, len(z))
	need64(name, "dz", dz, 1, len(z))
	for i, v := range z {
		dst[i] = dz[i] * f(v)
	}
}

// TanhGrad computes dst = dz*(1-z²), where z = tanh(s); dst may be dz.
func (e *Engine64) TanhGrad(dst, z, dz []float64) {
	eachGrad64("TanhGrad", dst, z, dz, func(z float64) float64 { return math.FMA(-z, z, 1) })
}

// SigmoidGrad computes dst = dz*z(1-z), where z = sigmoid(s); dst may be dz.
func (e *Engine64) SigmoidGrad(dst, z, dz []float64) {
	eachGrad64("SigmoidGrad", dst, z, dz, func(z float64) float64 { return z * (1 - z) })
}

// SoftsignGrad computes dst = dz*(1-|z|)², where z = softsign(s); dst may be dz.
func (e *Engine64) SoftsignGrad(dst, z, dz []float64) {
	eachGrad64("SoftsignGrad", dst, z, dz, func(z float64) float64 {
		t := 1 - math.Abs(z)
		return t * t
	})
}

// ReluGrad computes dst = dz where z > 0 and 0 elsewhere; dst may be dz.
func (e *Engine64) ReluGrad(dst, z, dz []float64) {
	need64("ReluGrad", "dst", dst, 1, len(z))
	need64("ReluGrad", "dz", dz, 1, len(z))
	for i, v := range z {
		if v > 0 {
			dst[i] = dz[i]
		} else {
			dst[i] = 0
		}
	}
}

// Softmax computes softmax over each row of src[m,n]; dst may be src.
func (e *Engine64) Softmax(dst, src []float64, m, n int) {
	e.LogSoftmax(dst, src, m, n)
	e.Exp(dst[:m*n], dst[:m*n])
}

// LogSoftmax computes x - max - log(sum exp(x - max)) over each row of src[m,n]; dst may be src.
func (e *Engine64) LogSoftmax(dst, src []float64, m, n int) {
	need64("LogSoftmax", "dst", dst, m, n)
	need64("LogSoftmax", "src", src, m, n)
	for i := range m {
		row, out := src[i*n:][:n], dst[i*n:][:n]
		top := math.Inf(-1)
		for _, x := range row {
			top = max(top, x)
		}
		var sum float64
		for _, x := range row {
			sum += math.Exp(x - top)
		}
		l := math.Log(sum)
		for j, x := range row {
			out[j] = (x - top) - l
		}
	}
}
