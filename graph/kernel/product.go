package kernel

import "fmt"

// A job is the work that the threads share, as they need to see it.
type job struct {
	chain chainTile // of the whole product: its slices, strides and flags
	rows  int
	depth int // block of the depth
	strip int // columns that are walked before the next rows
	dot   dotTile
	dotK  int // rows of B

	rowChunk, colChunk, colChunks int

	x, y, z []float32 // elementwise
	alpha   float32
	op      int
	cols    int
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
	e.job.chain = chainTile{
		c: c[:m*n], a: a[:m*k], b: b[:k*n], bias: bias,
		cRow: n, aRow: k, aDepth: 1, bDepth: n, bPanel: e.set.panel, depth: k, cols: n,
	}
	e.chain(m, 32, 128)
}

// MatMulTransA computes C[k,n] = A[m,k]ᵀ B[m,n].
func (e *Engine) MatMulTransA(c, a, b []float32, m, k, n int) {
	need("MatMulTransA", "c", c, k, n)
	need("MatMulTransA", "a", a, m, k)
	need("MatMulTransA", "b", b, m, n)
	e.job.chain = chainTile{
		c: c[:k*n], a: a[:m*k], b: b[:m*n],
		cRow: n, aRow: 1, aDepth: k, bDepth: n, bPanel: e.set.panel, depth: m, cols: n,
	}
	e.chain(k, 256, n)
}

// AddMatMulTransA computes C[k,n] += A[m,k]ᵀ (alpha B[m,n]): the update of plain SGD, with alpha the negative rate, A
// the layer's input and B the gradient of its pre-activation. The gradient of C is never stored.
func (e *Engine) AddMatMulTransA(c []float32, alpha float32, a, b []float32, m, k, n int) {
	need("AddMatMulTransA", "c", c, k, n)
	need("AddMatMulTransA", "a", a, m, k)
	need("AddMatMulTransA", "b", b, m, n)
	e.scratch = grow(e.scratch, m*n)
	e.set.scaleTo(e.scratch[:m*n], b[:m*n], alpha)
	e.job.chain = chainTile{
		c: c[:k*n], a: a[:m*k], b: e.scratch[:m*n],
		cRow: n, aRow: 1, aDepth: k, bDepth: n, bPanel: e.set.panel, depth: m, cols: n, resume: 1,
	}
	e.chain(k, 256, n)
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
	e.job.rows, e.job.dotK = m, k
	chunks := 1
	if t := e.Threads(); t > 1 {
		chunks = max(min(4*t, ceil(k, 8)), 1)
	}
	e.job.rowChunk = roundUp(k, chunks, 4)
	e.pool.run(ceil(k, e.job.rowChunk), doDots)
	e.job = job{}
}

// MatMulTransBUpdate computes C[m,k] = D[m,n] W[k,n]ᵀ and then W[k,n] += A[m,k]ᵀ (alpha D[m,n]), reading W once: the
// back-propagation through a layer and its update, the same bits as MatMulTransB and then AddMatMulTransA.
func (e *Engine) MatMulTransBUpdate(c, w []float32, alpha float32, a, d []float32, m, k, n int) {
	e.MatMulTransB(c, d, w, m, n, k)
	e.AddMatMulTransA(w, alpha, a, d, m, k, n)
}

// chain runs the product in e.job.chain over the given number of rows.
func (e *Engine) chain(rows, depth, strip int) {
	j := &e.job
	if j.chain.depth == 0 {
		e.empty()
		return
	}
	j.rows, j.depth, j.strip = rows, depth, roundUp(strip, 1, e.set.panel)
	j.rowChunk, j.colChunk = max(rows, 1), max(j.chain.cols, 1)
	if t := e.Threads(); t > 1 {
		if j.chain.cols >= 2*t*e.set.panel {
			j.colChunk = roundUp(j.chain.cols, t, e.set.panel)
		} else {
			j.rowChunk = roundUp(rows, t, 1)
		}
	}
	j.colChunks = ceil(j.chain.cols, j.colChunk)
	e.pool.run(ceil(rows, j.rowChunk)*j.colChunks, doChain)
	e.job = job{}
}

// empty finishes a product of depth 0.
func (e *Engine) empty() {
	if t := e.job.chain; t.resume == 0 {
		clear(t.c)
		for i := 0; len(t.bias) > 0 && i < len(t.c); i += t.cols {
			e.set.addTo(t.c[i:][:t.cols], t.bias)
		}
	}
	e.job = job{}
}

// doChain computes one chunk of a product: blocks of the depth, strips of columns, groups of rows.
func doChain(w *worker, chunk int) {
	j := &w.e.job
	i0 := chunk / j.colChunks * j.rowChunk
	i1 := min(i0+j.rowChunk, j.rows)
	j0 := chunk % j.colChunks * j.colChunk
	j1 := min(j0+j.colChunk, j.chain.cols)
	for d := 0; d < j.chain.depth; d += j.depth {
		for s := j0; s < j1; s += j.strip {
			w.chainStrip(i0, i1, s, min(s+j.strip, j1), d)
		}
	}
}

// chainStrip computes the rows i0..i1 of columns j0..j1 over the block of the depth that begins at d.
func (w *worker) chainStrip(i0, i1, j0, j1, d int) {
	p, j, t := w.e.set, &w.e.job, &w.chain
	*t = j.chain
	t.cols = j1 - j0
	t.depth = min(j.depth, j.chain.depth-d)
	t.b = t.b[j0/p.panel*t.bPanel+d*t.bDepth:]
	if d > 0 {
		t.resume = 1
	}
	if len(t.bias) > 0 {
		t.bias = t.bias[j0:j1]
		if d+t.depth < j.chain.depth {
			t.bias = nil
		}
	}
	for i := i0; i < i1; {
		r := even(i1-i, len(p.chain)-1)
		t.c = j.chain.c[i*t.cRow+j0:]
		t.a = j.chain.a[i*t.aRow+d*t.aDepth:]
		p.chain[r](t)
		i += r
	}
}

// doDots computes one chunk of the rows of B.
func doDots(w *worker, chunk int) {
	k0 := chunk * w.e.job.rowChunk
	k1 := min(k0+w.e.job.rowChunk, w.e.job.dotK)
	n := w.e.job.dot.cols
	for j := 0; j < n; j += dotBlock {
		for k := k0; k < k1; k += 8 {
			w.dotStrip(k, min(k+8, k1), j)
		}
	}
}

// dotStrip computes the columns k0..k1 of C over the block of columns of A and B that begins at j0.
func (w *worker) dotStrip(k0, k1, j0 int) {
	p, j, t := w.e.set, &w.e.job, &w.dot
	*t = j.dot
	t.cols = min(dotBlock, j.dot.cols-j0)
	if j0 > 0 {
		t.resume = 1
	}
	whole := (k1 - k0) / p.group
	for i := 0; i < j.rows; {
		r := even(j.rows-i, len(p.dots)-1)
		t.a = j.dot.a[i*t.aRow+j0:]
		t.c = j.dot.c[i*t.cRow+k0:]
		t.b = j.dot.b[k0*t.bRow+j0:]
		t.groups = whole
		if whole > 0 {
			p.dots[r](t)
		}
		for k := k0 + whole*p.group; k < k1; k++ {
			w.dotOne(r, i, k, j0)
		}
		i += r
	}
}

// dotOne computes r elements of column k of C where less than a group of rows of B is left.
func (w *worker) dotOne(r, i, k, j0 int) {
	p, j, t := w.e.set, &w.e.job, w.dot
	t.b = j.dot.b[k*t.bRow+j0:]
	t.c, t.cRow, t.bRow, t.groups = w.pair[:], p.group, 0, 1
	for l := range r {
		w.pair[l*p.group] = j.dot.c[(i+l)*j.dot.cRow+k]
	}
	w.last = t
	p.dots[r](&w.last)
	for l := range r {
		j.dot.c[(i+l)*j.dot.cRow+k] = w.pair[l*p.group]
	}
}

// even returns how many of n rows to take next so that all groups have about the same size, at most most.
func even(n, most int) int { return ceil(n, ceil(n, most)) }

func ceil(n, d int) int { return (n + d - 1) / d }

// roundUp returns the least multiple of unit that is at least n/parts.
func roundUp(n, parts, unit int) int { return max(ceil(ceil(n, parts), unit), 1) * unit }

// grow returns a slice of at least n elements, x if it is one.
func grow(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n)
	}
	return x[:cap(x)]
}
