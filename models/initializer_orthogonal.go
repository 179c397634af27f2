package models

import (
	"math"
	"math/rand/v2"

	"glorot/graph/kernel"
)

func orthogonal() Initializer {
	return Initializer{
		Name: "orthogonal", Aliases: []string{"orthonormal"}, Formula: "a random matrix with orthonormal columns, or rows if there are fewer",
		Source: "Saxe, McClelland & Ganguli 2014",
		Draw:   drawOrthogonal,
	}
}

// drawOrthogonal draws from the uniform (Haar) distribution: it orthonormalises numbers of N(0, 1), which is their QR
// decomposition with positive diagonal of R.
func drawOrthogonal(r *rand.Rand, l Layer) (func() float64, error) {
	e, err := kernel.New(kernel.Options{Threads: 1})
	if err != nil {
		return nil, err
	}
	defer e.Close()
	g, rows, cols := gaussian{r: r}, min(l.In, l.Out), max(l.In, l.Out)
	q := make([]float64, rows*cols)
	for i := range q {
		q[i] = g.next()
	}
	orthonormalize(e.Float64(), q, rows, cols)
	if l.In <= l.Out {
		return inOrder(q), nil
	}
	i := -1 // W is the transpose
	return func() float64 { i++; return q[i%rows*cols+i/rows] }, nil
}

// orthonormalize makes the rows of q orthonormal by Gram and Schmidt's method, block by block so that nearly all of it is
// matrix products, and twice, which is enough (Giraud, Langou & Rozložník 2005): Each block loses its projection on the rows
// above it, and then each of its rows that on the rows above it in the block.
func orthonormalize(e *kernel.Engine64, q []float64, rows, cols int) {
	const block = 32
	along, shadow := make([]float64, block*rows), make([]float64, block*cols)
	for from := 0; from < rows; from += block {
		n := min(block, rows-from)
		above, b := q[:from*cols], q[from*cols:(from+n)*cols]
		for range 2 {
			e.MatMulTransB(along, b, above, n, cols, from)
			e.MatMul(shadow, along, above, n, from, cols)
			e.Axpy(b, -1, shadow[:len(b)])
			for i := range n {
				row := b[i*cols:][:cols]
				for k := range i {
					other := b[k*cols:][:cols]
					e.Axpy(row, -inner(row, other), other)
				}
				norm := math.Sqrt(inner(row, row))
				for j := range row {
					row[j] /= norm
				}
			}
		}
	}
}

func inner(x, y []float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum = math.FMA(v, y[i], sum)
	}
	return sum
}
