package kernel

import "unsafe"

// A rule needs the gradient of each number once, so a gradient that is a product can be made by blocks that stay in the cache, and never
// be stored. Its bits are those of MatMulTransA. A block is some rows of the parameter, which are multiplied by the gradients of the layer
// just before, as in dots.go.
const applySize = 12 << 10 // numbers of a block

// FusedBatch is the largest batch for which ApplyMatMulTransA and MatMulTransBApply are faster than the products alone and then Apply. For
// larger ones it is better to let the product hide the memory.
const FusedBatch = thin

// ruleJob is what the threads need to know of an update.
type ruleJob[T float] struct {
	form Form
	tile ruleTile[T] // of the whole parameter
}

func newRuleJob[T float](r Rule, w, g []T, states [][]T) ruleJob[T] {
	return ruleJob[T]{r.Form, newRuleTile(r, w, g, states)}
}

// apply does the rule for n numbers from i on. If g is not nil it is their gradient.
func (j *ruleJob[T]) apply(t *ruleTile[T], loops, rest *[forms]func(*ruleTile[T]), bytes, i, n int, g []T) {
	whole := j.tile.part(i, n)
	if g != nil {
		whole.g = g[:n]
	}
	vectors := 0
	if bytes > 0 {
		lanes := bytes / int(unsafe.Sizeof(whole.rate))
		vectors = n / lanes * lanes
		*t = whole.part(0, vectors)
		loops[j.form](t)
	}
	if vectors < n {
		*t = whole.part(vectors, n-vectors)
		rest[j.form](t)
	}
}

func (w *worker) apply32(i, n int, g []float32) {
	w.e.rule32.apply(&w.rule32, &w.e.set.rules32, &portable.rules32, w.e.set.ruleBytes, i, n, g)
}

func (w *worker) apply64(i, n int, g []float64) {
	w.e.rule64.apply(&w.rule64, &w.e.set.rules64, &portable.rules64, w.e.set.ruleBytes, i, n, g)
}

// Apply changes the numbers of a parameter w by their gradients g. There are as many states as the rule's form has, of w's length.
func (e *Engine) Apply(r Rule, w, g []float32, states [][]float32) {
	need("Apply", "g", g, 1, len(w))
	e.rule32 = newRuleJob(r, w, g[:len(w)], states)
	e.pool.run(ceil(len(w), chunkLen), func(w *worker, chunk int) {
		i := chunk * chunkLen
		w.apply32(i, min(chunkLen, len(w.e.rule32.tile.w)-i), nil)
	})
	e.rule32 = ruleJob[float32]{}
}

// Apply changes the numbers of a parameter w by their gradients g.
func (e *Engine64) Apply(r Rule, w, g []float64, states [][]float64) {
	need64("Apply", "g", g, 1, len(w))
	e.e.rule64 = newRuleJob(r, w, g[:len(w)], states)
	e.e.pool.run(ceil(len(w), chunkLen), func(w *worker, chunk int) {
		i := chunk * chunkLen
		w.apply64(i, min(chunkLen, len(w.e.rule64.tile.w)-i), nil)
	})
	e.e.rule64 = ruleJob[float64]{}
}

// ApplyMatMulTransA changes W[k,n] by its gradient A[m,k]ᵀ B[m,n], the same bits as MatMulTransA and then Apply.
func (e *Engine) ApplyMatMulTransA(r Rule, w []float32, states [][]float32, a, b []float32, m, k, n int) {
	e.applyProduct(r, dotTile{}, w, states, a, b, m, k, n)
}

// MatMulTransBApply computes C[m,k] = D[m,n] W[k,n]ᵀ and then changes W by its gradient A[m,k]ᵀ D[m,n]: the back-propagation through
// a layer and its update. Where the batch is thin it reads W from memory once.
func (e *Engine) MatMulTransBApply(c []float32, r Rule, w []float32, states [][]float32, a, d []float32, m, k, n int) {
	need("MatMulTransBApply", "c", c, m, k)
	need("MatMulTransBApply", "w", w, k, n)
	need("MatMulTransBApply", "d", d, m, n)
	dot := dotTile{c: c[:m*k], a: d[:m*n], b: w[:k*n], cRow: k, aRow: n, bRow: n, cols: n}
	if m > thin || m == 0 || n == 0 {
		e.MatMulTransB(c, d, w, m, n, k)
		dot = dotTile{}
	}
	e.applyProduct(r, dot, w, states, a, d, m, k, n)
}

// applyProduct has the threads do the product of the tile, if there is one, and the update.
func (e *Engine) applyProduct(r Rule, dot dotTile, w []float32, states [][]float32, a, b []float32, m, k, n int) {
	need("ApplyMatMulTransA", "w", w, k, n)
	need("ApplyMatMulTransA", "a", a, m, k)
	need("ApplyMatMulTransA", "b", b, m, n)
	e.rule32 = newRuleJob(r, w[:k*n], nil, states)
	e.job.dot, e.job.rows, e.job.alpha = dot, m, 1
	e.job.chain = chainTile{a: a[:m*k], b: b[:m*n], cRow: n, aRow: k, bDepth: n, depth: m, cols: n}
	e.job.split = e.byRows(k, 2*m*k*n)
	e.run(doApplyRows)
	e.rule32 = ruleJob[float32]{}
}

// doApplyRows multiplies and updates the rows of W by blocks.
func doApplyRows(w *worker, part int) {
	j := &w.e.job
	k0, k1, _, _ := j.split.part(part)
	cols := j.chain.cols
	if j.dot.cols > 0 {
		w.padA(0, j.rows, k1-k0)
	}
	w.packGradient(0, cols)
	rows := max(applySize/cols/12, 1) * 12 // a multiple of the rows of every kernel
	w.grad32 = grow(w.grad32, rows*cols)
	for k := k0; k < k1; k += rows {
		end := min(k+rows, k1)
		if j.dot.cols > 0 {
			w.dotRange(0, j.rows, k, end)
		}
		g := w.grad32[:(end-k)*cols]
		w.gradientRows(g, k, end, 0, cols)
		w.apply32(k*cols, len(g), g)
	}
}

// packGradient packs the columns j0..j1 of B for gradientRows, if the kernels want it.
func (w *worker) packGradient(j0, j1 int) {
	if depth := w.e.job.chain.depth; depth > 0 && len(w.e.set.update) == 0 {
		w.packB(j0, j1, 0, depth, 1)
	}
}

// gradientRows computes the rows k0..k1 of the gradient, all columns or, of one row, the columns j0..j1.
func (w *worker) gradientRows(g []float32, k0, k1, j0, j1 int) {
	switch c := &w.e.job.chain; {
	case c.depth == 0:
		clear(g)
	case len(w.e.set.update) == 0:
		w.packA(k0, k1, 0, c.depth)
		w.packedRows(g, k0, k1, j0, j1, 0, c.depth, 0)
	default:
		clear(g)
		w.updateRows(g, k0, k1, j0, j1, 0)
	}
}

// ApplyMatMulTransA changes W[k,n] by its gradient A[m,k]ᵀ B[m,n], the same bits as MatMulTransA and then Apply.
func (e *Engine64) ApplyMatMulTransA(r Rule, w []float64, states [][]float64, a, b []float64, m, k, n int) {
	need64("ApplyMatMulTransA", "w", w, k, n)
	need64("ApplyMatMulTransA", "a", a, m, k)
	need64("ApplyMatMulTransA", "b", b, m, n)
	e.e.rule64 = newRuleJob(r, w[:k*n], nil, states)
	e.share(product64{a: a, b: b, depth: m, alpha: 1, transA: true}, k, n, doApply64)
	e.e.rule64 = ruleJob[float64]{}
}

// MatMulTransBApply computes C[m,k] = D[m,n] W[k,n]ᵀ and then changes W by its gradient A[m,k]ᵀ D[m,n].
func (e *Engine64) MatMulTransBApply(c []float64, r Rule, w []float64, states [][]float64, a, d []float64, m, k, n int) {
	e.MatMulTransB(c, d, w, m, n, k)
	e.ApplyMatMulTransA(r, w, states, a, d, m, k, n)
}

// doApply64 does a part of an update by groups of rows of the strip of columns whose packed B stays in the second cache.
func doApply64(w *worker, part int) {
	p, s := &w.e.product64, w.e.set
	i0, i1, j0, j1 := p.split.part(part)
	depth, most := p.depth, len(s.double)-1
	strip := max(packSize64/max(depth, 1)/s.panel64, 1) * s.panel64
	w.packA64(i0, i1, 0, depth)
	w.grad64 = grow(w.grad64, most*min(strip, p.split.cols))
	for j := j0; j < j1; j += strip {
		end := min(j+strip, j1)
		w.packB64(j, end, 0, depth)
		for i := i0; i < i1; {
			r := take(i1-i, most)
			if depth == 0 {
				clear(w.grad64)
			} else {
				w.panels64(tile64{depth: depth, a: w.a64[(i-i0)*depth:]}, w.grad64, end-j, r, j, end)
			}
			if end-j == p.split.cols { // the rows lie one after the other
				w.apply64(i*p.split.cols, r*p.split.cols, w.grad64)
			} else {
				for l := range r {
					w.apply64((i+l)*p.split.cols+j, end-j, w.grad64[l*(end-j):])
				}
			}
			i += r
		}
	}
}
