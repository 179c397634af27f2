package kernel

// PartSize is how many numbers a part of PartsMatMulTransA has, but for the last one. It stays in the second cache.
const PartSize = 32 << 10

// PartsMatMulTransA computes the rows of A[m,k]ᵀ B[m,n] with the bits of MatMulTransA, and instead of storing them calls f with one part of them
// after the other: from is the index of its first number, a multiple of PartSize. Each thread does so with its parts, and overwrites
// them afterwards.
func (e *Engine) PartsMatMulTransA(f func(from int, part []float32), a, b []float32, m, k, n int) {
	need("PartsMatMulTransA", "a", a, m, k)
	need("PartsMatMulTransA", "b", b, m, n)
	e.job.chain = chainTile{a: a[:m*k], b: b[:m*n], cRow: n, aRow: k, bDepth: n, depth: m, cols: n}
	e.job.rows, e.job.alpha, e.job.parts = k, 1, f
	e.pool.run(ceil(k*n, PartSize), doPart)
	e.job = job{}
}

// doPart computes the rows that a part is of, or pieces of rows that are longer than a part.
func doPart(w *worker, part int) {
	j := &w.e.job
	cols := j.chain.cols
	from, to := part*PartSize, min((part+1)*PartSize, j.rows*cols)
	k0, k1 := from/cols, ceil(to, cols)
	if cols > PartSize {
		w.grad32 = grow(w.grad32, PartSize)
		for k := k0; k < k1; k++ {
			begin, end := max(from, k*cols), min(to, (k+1)*cols)
			w.packGradient(begin-k*cols, end-k*cols)
			w.gradientRows(w.grad32[begin-from:end-from], k, k+1, begin-k*cols, end-k*cols)
		}
		j.parts(from, w.grad32[:to-from])
		return
	}
	w.packGradient(0, cols)
	w.grad32 = grow(w.grad32, (k1-k0)*cols)
	rows := w.grad32[:(k1-k0)*cols]
	w.gradientRows(rows, k0, k1, 0, cols)
	j.parts(from, rows[from-k0*cols:to-k0*cols])
}
