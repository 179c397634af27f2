package kernel

import "math"

// tile64 is some rows of one panel of a float64 product: C[i,j] = fma(A[i,d], B[d,j], C[i,j]) for d in increasing order. A[i,d] is
// at a[d*rows+i], B[d,j] at b[d*panel+j]. The assembly knows this layout (gen/double.go).
type tile64 struct {
	c, a, b []float64
	cRow    int
	depth   int // at least 1
	resume  int // 0: chains start from +0, 1: from what C holds
}

// product64 is a product C[rows,cols] = A B, or C += alpha A B if resume is 1. A and B may lie transposed.
type product64 struct {
	c, a, b        []float64
	depth          int
	transA, transB bool
	alpha          float64
	resume         int
	split          split
}

const (
	plainRows  = 4        // rows of C below which B is read where it lies: packing it would cost more than it saves
	packSize64 = 24 << 10 // numbers of B in a packed block: 192 KB
)

// MatMul computes C[m,n] = A[m,k] B[k,n].
func (e *Engine64) MatMul(c, a, b []float64, m, k, n int) {
	need64("MatMul", "c", c, m, n)
	need64("MatMul", "a", a, m, k)
	need64("MatMul", "b", b, k, n)
	if m >= plainRows {
		e.run(product64{c: c, a: a, b: b, depth: k, alpha: 1}, m, n)
		return
	}
	clear(c[:m*n])
	for i := range m {
		for l := range k {
			e.Axpy(c[i*n:][:n], a[i*k+l], b[l*n:][:n])
		}
	}
}

// MatMulBias computes C[m,n] = A[m,k] B[k,n] + bias[n] on each row.
func (e *Engine64) MatMulBias(c, a, b, bias []float64, m, k, n int) {
	e.MatMul(c, a, b, m, k, n)
	e.AddRow(c, bias, m, n)
}

// MatMulTransB computes C[m,k] = A[m,n] B[k,n]ᵀ.
func (e *Engine64) MatMulTransB(c, a, b []float64, m, n, k int) {
	need64("MatMulTransB", "c", c, m, k)
	need64("MatMulTransB", "a", a, m, n)
	need64("MatMulTransB", "b", b, k, n)
	if m >= plainRows {
		e.run(product64{c: c, a: a, b: b, depth: n, alpha: 1, transB: true}, m, k)
		return
	}
	for i := range m {
		row := a[i*n:][:n]
		l := 0
		for ; l+4 <= k; l += 4 { // four chains at a time do not wait for each other
			b0, b1, b2, b3 := b[l*n:][:n], b[(l+1)*n:][:n], b[(l+2)*n:][:n], b[(l+3)*n:][:n]
			var s0, s1, s2, s3 float64
			for j, v := range row {
				s0, s1, s2, s3 = math.FMA(v, b0[j], s0), math.FMA(v, b1[j], s1), math.FMA(v, b2[j], s2), math.FMA(v, b3[j], s3)
			}
			c[i*k+l], c[i*k+l+1], c[i*k+l+2], c[i*k+l+3] = s0, s1, s2, s3
		}
		for ; l < k; l++ {
			var s float64
			for j, v := range row {
				s = math.FMA(v, b[l*n+j], s)
			}
			c[i*k+l] = s
		}
	}
}

// MatMulTransA computes C[k,n] = A[m,k]ᵀ B[m,n].
func (e *Engine64) MatMulTransA(c, a, b []float64, m, k, n int) {
	e.transA("MatMulTransA", product64{c: c, a: a, b: b, depth: m, alpha: 1, transA: true}, k, n)
}

// AddMatMulTransA computes C[k,n] += (alpha A[m,k])ᵀ B[m,n].
func (e *Engine64) AddMatMulTransA(c []float64, alpha float64, a, b []float64, m, k, n int) {
	e.transA("AddMatMulTransA", product64{c: c, a: a, b: b, depth: m, alpha: alpha, transA: true, resume: 1}, k, n)
}

func (e *Engine64) transA(op string, p product64, k, n int) {
	need64(op, "c", p.c, k, n)
	need64(op, "a", p.a, p.depth, k)
	need64(op, "b", p.b, p.depth, n)
	e.run(p, k, n)
}

// MatMulTransBUpdate computes C[m,k] = D[m,n] W[k,n]ᵀ and then W[k,n] += (alpha A[m,k])ᵀ D[m,n].
func (e *Engine64) MatMulTransBUpdate(c, w []float64, alpha float64, a, d []float64, m, k, n int) {
	e.MatMulTransB(c, d, w, m, n, k)
	e.AddMatMulTransA(w, alpha, a, d, m, k, n)
}

// run has the threads do the product.
func (e *Engine64) run(p product64, rows, cols int) {
	if p.depth == 0 && p.resume == 0 {
		clear(p.c[:rows*cols])
	}
	if p.depth == 0 || rows == 0 || cols == 0 {
		return
	}
	e.share(p, rows, cols, doProduct64)
}

// share has the threads do the parts of the product.
func (e *Engine64) share(p product64, rows, cols int, do func(*worker, int)) {
	p.split = split{rows: rows, cols: cols, rowPart: rows, colPart: cols, wide: 1}
	if t := e.e.Threads(); t > 1 && rows*cols*p.depth >= parallel {
		panel := e.e.set.panel64
		if p.split.colPart = ceil(ceil(cols, t), panel) * panel; cols < t*panel {
			p.split.colPart, p.split.rowPart = cols, ceil(rows, t)
		}
		p.split.wide = ceil(cols, p.split.colPart)
	}
	e.e.product64 = p
	e.e.pool.run(ceil(rows, p.split.rowPart)*p.split.wide, do)
	e.e.product64 = product64{}
}

// doProduct64 does a part of the product by blocks: packed panels of B stay in the second cache, while the groups of rows of A
// pass by.
func doProduct64(w *worker, part int) {
	p, s := &w.e.product64, w.e.set
	i0, i1, j0, j1 := p.split.part(part)
	for d := 0; d < p.depth; d += packDepth {
		t := tile64{depth: min(packDepth, p.depth-d), resume: p.resume}
		if d > 0 {
			t.resume = 1
		}
		w.packA64(i0, i1, d, t.depth)
		strip := max(packSize64/t.depth/s.panel64, 1) * s.panel64
		for j := j0; j < j1; j += strip {
			end := min(j+strip, j1)
			w.packB64(j, end, d, t.depth)
			for i := i0; i < i1; {
				r := take(i1-i, len(s.double)-1)
				t.a = w.a64[(i-i0)*t.depth:]
				w.panels64(t, p.c[i*p.split.cols+j:], p.split.cols, r, j, end)
				i += r
			}
		}
	}
}

// panels64 computes r rows of c, whose columns are j0..j1 of C and whose panels of B are packed.
func (w *worker) panels64(t tile64, c []float64, cRow, r, j0, j1 int) {
	s := w.e.set
	panel := s.panel64
	for j := j0; j < j1; j += panel {
		t.b, t.c, t.cRow = w.b64[(j-j0)*t.depth:], c[j-j0:], cRow
		n := min(panel, j1-j)
		if n == panel {
			w.tile64 = t
			s.double[r](&w.tile64)
			continue
		}
		w.c64 = grow(w.c64, r*panel) // a panel that C has no room for
		for k := range r {
			copy(w.c64[k*panel:], t.c[k*cRow:][:n])
		}
		w.tile64 = t
		w.tile64.c, w.tile64.cRow = w.c64, panel
		s.double[r](&w.tile64)
		for k := range r {
			copy(t.c[k*cRow:][:n], w.c64[k*panel:])
		}
	}
}

// packA64 copies alpha times the steps d.. of the rows i0..i1 of A to w.a64: for each group of rows, step by step.
func (w *worker) packA64(i0, i1, d, depth int) {
	p, s := &w.e.product64, w.e.set
	w.a64 = grow(w.a64, (i1-i0)*depth)
	for i := i0; i < i1; {
		r := take(i1-i, len(s.double)-1)
		to := w.a64[(i-i0)*depth:][:r*depth]
		if p.transA {
			for l := range depth {
				for k, v := range p.a[(d+l)*p.split.rows+i:][:r] {
					to[l*r+k] = p.alpha * v
				}
			}
		} else {
			interleave(to, p.a[i*p.depth+d:], r, depth, p.depth, r)
		}
		i += r
	}
}

// packB64 copies the steps d.. of the columns j0..j1 of B to w.b64, panel by panel. What is beyond the last column is never stored
// in C.
func (w *worker) packB64(j0, j1, d, depth int) {
	p, panel := &w.e.product64, w.e.set.panel64
	w.b64 = grow(w.b64, ceil(j1-j0, panel)*panel*depth)
	for j := j0; j < j1; j += panel {
		to, n := w.b64[(j-j0)*depth:], min(panel, j1-j)
		if p.transB {
			interleave(to, p.b[j*p.depth+d:], n, depth, p.depth, panel)
			continue
		}
		for l := range depth {
			copy(to[l*panel:][:n], p.b[(d+l)*p.split.cols+j:])
		}
	}
}

// interleave copies n rows of the given length, which begin stride apart, so that the numbers of a column lie together and columns
// step apart.
func interleave(to, from []float64, n, length, stride, step int) {
	k := 0
	for ; k+4 <= n; k += 4 {
		x0, x1, x2, x3 := from[k*stride:][:length], from[(k+1)*stride:][:length], from[(k+2)*stride:][:length], from[(k+3)*stride:][:length]
		at := k
		for l, v := range x0 {
			t := to[at : at+4]
			t[0], t[1], t[2], t[3] = v, x1[l], x2[l], x3[l]
			at += step
		}
	}
	for ; k < n; k++ {
		for l, v := range from[k*stride:][:length] {
			to[l*step+k] = v
		}
	}
}

// doubleRows is the portable float64 kernel. It keeps two rows of four columns in registers where math.FMA is an instruction, as it is where
// canFuse is true. Elsewhere it may be a call, before which registers would be stored.
func doubleRows(t *tile64, rows int) {
	a := t.a[:rows*t.depth]
	for i := 0; i < rows; i++ {
		c := t.c[i*t.cRow:][:portablePanel64]
		if t.resume == 0 {
			clear(c)
		}
		if canFuse && i+1 < rows {
			i++
			next := t.c[i*t.cRow:][:portablePanel64]
			if t.resume == 0 {
				clear(next)
			}
			for j := 0; j < portablePanel64; j += 4 {
				doubleTile((*[4]float64)(c[j:]), (*[4]float64)(next[j:]), a[i-1:], rows, t.b[j:])
			}
			continue
		}
		for d := range t.depth {
			x := a[d*rows+i]
			for j, v := range t.b[d*portablePanel64:][:portablePanel64] {
				c[j] = math.FMA(x, v, c[j])
			}
		}
	}
}

// doubleTile adds to the sums of two rows, whose numbers of A lie side by side, and those of a step rows behind those of the step before.
func doubleTile(c0, c1 *[4]float64, a []float64, rows int, b []float64) {
	s0, s1, s2, s3 := c0[0], c0[1], c0[2], c0[3]
	t0, t1, t2, t3 := c1[0], c1[1], c1[2], c1[3]
	k := 0
	for i := 0; i < len(a)-1; i += rows {
		y := b[k : k+4 : k+4]
		x0, x1 := a[i], a[i+1]
		s0, s1, s2, s3 = math.FMA(x0, y[0], s0), math.FMA(x0, y[1], s1), math.FMA(x0, y[2], s2), math.FMA(x0, y[3], s3)
		t0, t1, t2, t3 = math.FMA(x1, y[0], t0), math.FMA(x1, y[1], t1), math.FMA(x1, y[2], t2), math.FMA(x1, y[3], t3)
		k += portablePanel64
	}
	c0[0], c0[1], c0[2], c0[3] = s0, s1, s2, s3
	c1[0], c1[1], c1[2], c1[3] = t0, t1, t2, t3
}
