package kernel

import "fmt"

// A job is what the threads need to know of the work that they share.
type job struct {
	chain chainTile // of a whole product: its slices, strides and flags
	rows  int       // of C
	split split
	dot   dotTile // of a whole product of rows with rows
	alpha float32

	second int  // step at which the second chain of a sum begins, beyond the depth if there is none
	deep   bool // each part of the split is two: the first and the second chain

	x, y, z []float32 // elementwise
	op      int

	parts func(from int, part []float32) // gets the parts of a product

	piece Piece[float32] // of Map
	in    [][]float32
}

func need(op, name string, x []float32, rows, cols int) {
	if rows < 0 || cols < 0 || len(x) < rows*cols {
		panic(fmt.Sprintf("kernel: %s: %s has %d elements; want %d x %d", op, name, len(x), rows, cols))
	}
}

// MatMul computes C[m,n] = A[m,k] B[k,n].
func (e *Engine) MatMul(c, a, b []float32, m, k, n int) {
	e.matMul("MatMul", c, a, b, nil, m, k, n)
}

// MatMulBias computes C[m,n] = A[m,k] B[k,n] + bias[n] on each row, the same bits as MatMul and then AddRow.
func (e *Engine) MatMulBias(c, a, b, bias []float32, m, k, n int) {
	need("MatMulBias", "bias", bias, 1, n)
	e.matMul("MatMulBias", c, a, b, bias[:n], m, k, n)
}

func (e *Engine) matMul(op string, c, a, b, bias []float32, m, k, n int) {
	need(op, "c", c, m, n)
	need(op, "a", a, m, k)
	need(op, "b", b, k, n)
	if k == 0 {
		clear(c[:m*n])
		if len(bias) > 0 {
			e.AddRow(c, bias, m, n)
		}
		return
	}
	e.job.chain = chainTile{
		c: c[:m*n], a: a[:m*k], b: b[:k*n], bias: bias, cRow: n, aRow: k, bDepth: n, bPanel: e.set.panel, depth: k, cols: n,
	}
	e.job.rows, e.job.second = m, second(k)
	e.job.split = e.byColumns(m, n, m*k*n)
	if m <= thin && (m <= thin/2 || n%256 != 0) { // rows of B a power of two apart compete for the same part of the cache
		e.stream(bias)
	} else {
		e.run(doThick)
	}
}

// second returns the step at which the second chain of a sum over k steps begins: beyond k if there is none.
func second(k int) int {
	if k <= oneChain {
		return k
	}
	return ceil(k, 2*streamDepth) * streamDepth
}

// stream has the threads do the product of a thin batch: where a sum has two chains, both halves of B's rows at a time, so that a thread
// reads the same rows of the weights that it updated, and these rows whole.
func (e *Engine) stream(bias []float32) {
	c := e.job.chain
	m, chains := e.job.rows, 1
	if e.job.second < c.depth {
		chains = 2
		e.job.chain.bias = nil
		if t := e.Threads(); t > 1 && m*c.depth*c.cols >= parallel {
			e.job.split = e.columns(m, c.cols, ceil(t, 2))
			e.job.deep = true
		}
	}
	stride := accRow(c.cols)
	for i := range chains {
		e.acc[i] = grow(e.acc[i], m*stride)
	}
	e.run(doStream)
	if chains == 2 {
		e.set.addTo(e.acc[0][:m*stride], e.acc[1][:m*stride])
	}
	for i := range m {
		row := c.c[i*c.cRow:][:c.cols]
		copy(row, e.acc[0][i*stride:])
		if chains == 2 && len(bias) > 0 {
			e.set.addTo(row, bias)
		}
	}
}

// accRow is the length of a row of sums: whole cache lines, so that no vector lies across two and no two threads share one, and not so
// many that rows compete for the same part of the cache.
func accRow(cols int) int {
	const line = 16
	n := ceil(cols, line) * line
	if n%(16*line) == 0 {
		n += line
	}
	return n
}

// MatMulTransA computes C[k,n] = A[m,k]ᵀ B[m,n].
func (e *Engine) MatMulTransA(c, a, b []float32, m, k, n int) {
	e.transA("MatMulTransA", c, 1, a, b, m, k, n, 0)
}

// AddMatMulTransA computes C[k,n] += A[m,k]ᵀ (alpha B[m,n]): the update of plain SGD, with alpha the negative rate, A
// the layer's input and B the gradient of its pre-activation. The gradient of C is never stored.
func (e *Engine) AddMatMulTransA(c []float32, alpha float32, a, b []float32, m, k, n int) {
	e.transA("AddMatMulTransA", c, alpha, a, b, m, k, n, 1)
}

func (e *Engine) transA(op string, c []float32, alpha float32, a, b []float32, m, k, n, resume int) {
	need(op, "c", c, k, n)
	need(op, "a", a, m, k)
	need(op, "b", b, m, n)
	if m == 0 {
		if resume == 0 {
			clear(c[:k*n])
		}
		return
	}
	e.job.chain = chainTile{c: c[:k*n], a: a[:m*k], b: b[:m*n], cRow: n, aRow: k, bDepth: n, depth: m, cols: n, resume: resume}
	e.job.alpha = alpha
	if resume != 0 && m <= thin && n > 0 && len(e.set.update) > 0 {
		e.job.split = e.byRows(k, m*k*n)
		e.run(doFused)
		return
	}
	e.job.split = e.byColumns(k, n, m*k*n)
	e.run(doPacked)
}

// MatMulTransB computes C[m,k] = A[m,n] B[k,n]ᵀ.
func (e *Engine) MatMulTransB(c, a, b []float32, m, n, k int) {
	need("MatMulTransB", "c", c, m, k)
	need("MatMulTransB", "a", a, m, n)
	need("MatMulTransB", "b", b, k, n)
	if n == 0 {
		clear(c[:m*k])
		return
	}
	e.job.dot = dotTile{c: c[:m*k], a: a[:m*n], b: b[:k*n], cRow: k, aRow: n, bRow: n, cols: n}
	e.job.rows = m
	e.job.split = e.byRows(k, m*k*n)
	e.run(doDots)
}

// MatMulTransBUpdate computes C[m,k] = D[m,n] W[k,n]ᵀ and then W[k,n] += A[m,k]ᵀ (alpha D[m,n]): the back-propagation
// through a layer and its update, the same bits as MatMulTransB and then AddMatMulTransA. Where the batch is thin it
// reads W from memory once.
func (e *Engine) MatMulTransBUpdate(c, w []float32, alpha float32, a, d []float32, m, k, n int) {
	need("MatMulTransBUpdate", "c", c, m, k)
	need("MatMulTransBUpdate", "w", w, k, n)
	need("MatMulTransBUpdate", "a", a, m, k)
	need("MatMulTransBUpdate", "d", d, m, n)
	if m > thin || m == 0 || n == 0 {
		e.MatMulTransB(c, d, w, m, n, k)
		e.AddMatMulTransA(w, alpha, a, d, m, k, n)
		return
	}
	e.job.dot = dotTile{c: c[:m*k], a: d[:m*n], b: w[:k*n], cRow: k, aRow: n, bRow: n, cols: n}
	e.job.chain = chainTile{c: w[:k*n], a: a[:m*k], b: d[:m*n], cRow: n, aRow: k, bDepth: n, depth: m, cols: n, resume: 1}
	e.job.rows, e.job.alpha = m, alpha
	e.job.split = e.byRows(k, 2*m*k*n)
	e.run(doFused)
}

// A split cuts a matrix into the parts that the threads work on; each sum is in one part.
type split struct {
	rows, cols       int // of the matrix
	rowPart, colPart int // of a part
	wide             int // parts side by side
}

// parallel is the least work, in multiply-adds, that pays for waking a thread.
const parallel = 1 << 15

// byColumns cuts the columns into one part a thread, or the rows if the columns are few.
func (e *Engine) byColumns(rows, cols, work int) split {
	if t := e.Threads(); t > 1 && work >= parallel {
		return e.columns(rows, cols, t)
	}
	return e.columns(rows, cols, 1)
}

// columns cuts the columns into that number of parts, or the rows if the columns are few.
func (e *Engine) columns(rows, cols, parts int) split {
	s := split{rows: rows, cols: cols, rowPart: rows, colPart: cols}
	switch {
	case parts == 1:
	case cols >= 2*parts*e.set.panel:
		s.colPart = ceil(ceil(cols, parts), e.set.panel) * e.set.panel
	default:
		s.rowPart = ceil(rows, parts)
	}
	s.wide = ceil(cols, s.colPart)
	return s
}

// byRows cuts the rows of B, and of the weights that are updated, into one part a thread.
func (e *Engine) byRows(rows, work int) split {
	s := split{rows: rows, cols: 1, rowPart: rows, colPart: 1, wide: 1}
	if t := e.Threads(); t > 1 && work >= parallel {
		s.rowPart = ceil(ceil(rows, t), e.set.group) * e.set.group
	}
	return s
}

// run has the threads do all parts.
func (e *Engine) run(do func(*worker, int)) {
	s := e.job.split
	if s.rows > 0 && s.cols > 0 {
		parts := ceil(s.rows, s.rowPart) * s.wide
		if e.job.deep {
			parts *= 2
		}
		e.pool.run(parts, do)
	}
	e.job = job{}
}

// part returns the rows i0..i1 and columns j0..j1 of a part.
func (s split) part(n int) (i0, i1, j0, j1 int) {
	i0, j0 = n/s.wide*s.rowPart, n%s.wide*s.colPart
	return i0, min(i0+s.rowPart, s.rows), j0, min(j0+s.colPart, s.cols)
}

// ceil returns n/d rounded up, 0 if d is 0.
func ceil(n, d int) int {
	if d == 0 {
		return 0
	}
	return (n + d - 1) / d
}

// grow returns a slice of at least n elements, x if it is one.
func grow[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n)
	}
	return x[:cap(x)]
}
