package kernel

// squareLanes is the number of sums that the squares of a chunk go to.
const squareLanes = 16

// SumSquares returns the sum of the squares of x in float64. A chunk of 2048 numbers has sixteen sums, from +0: the square of number i is
// added to sum i mod 16, and those are added up by halves, l and l+8, then l and l+4, and so on. The chunks' sums are added in order.
func (e *Engine) SumSquares(x []float32) float64 {
	e.rule32.tile.g = x
	s := e.sumChunks(len(x), func(w *worker, chunk int) {
		w.e.partial[chunk] = sumSquares(part(w.e.rule32.tile.g, chunk), w.e.set.squares32, w.e.set.ruleBytes, &w.squares)
	})
	e.rule32.tile.g = nil
	return s
}

// SumSquares returns the sum of the squares of x, added in the order of [Engine.SumSquares].
func (e *Engine64) SumSquares(x []float64) float64 {
	e.e.rule64.tile.g = x
	s := e.e.sumChunks(len(x), func(w *worker, chunk int) {
		w.e.partial[chunk] = sumSquares(part(w.e.rule64.tile.g, chunk), w.e.set.squares64, w.e.set.ruleBytes, &w.squares)
	})
	e.e.rule64.tile.g = nil
	return s
}

// sumChunks adds what do leaves in partial for each chunk of n numbers.
func (e *Engine) sumChunks(n int, do func(*worker, int)) (s float64) {
	chunks := ceil(n, chunkLen)
	e.partial = grow(e.partial, chunks)
	e.pool.run(chunks, do)
	for _, p := range e.partial[:chunks] {
		s += p
	}
	return s
}

func sumSquares[T float](x []T, loop func([]T, *[squareLanes]float64), bytes int, sums *[squareLanes]float64) float64 {
	clear(sums[:])
	whole := 0
	if bytes > 0 {
		whole = len(x) / squareLanes * squareLanes
		loop(x[:whole], sums)
	}
	squares(x[whole:], sums)
	for half := squareLanes / 2; half > 0; half /= 2 {
		for l := range half {
			sums[l] += sums[l+half]
		}
	}
	return sums[0]
}

// squares adds the square of number i to sum i mod squareLanes.
func squares[T float](x []T, sums *[squareLanes]float64) {
	for i, v := range x {
		y := float64(v)
		sums[i%squareLanes] += float64(y * y)
	}
}
