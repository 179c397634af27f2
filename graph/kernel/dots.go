package kernel

// The product of rows with rows, and the pass that updates B as it goes.
//
// A block of dotBlock columns of a thin A stays in the first cache, while the rows of B pass by once, a few at a time. A
// thick A is taken in blocks of dotRows rows that stay in the second cache. In the fused pass a few rows of W, as many as stay
// in the second cache, are first multiplied, then updated.
const (
	dotBlock  = 512      // columns after which the lanes are added up
	dotRows   = 60       // rows of A in a block
	dotStrip  = 24       // rows of B that meet all rows of the block of A
	dotAhead  = 2        // rows of B between what is read and what is prefetched
	fusedSize = 24 << 10 // numbers of W that are multiplied, then updated: 96 KB
)

func doDots(w *worker, part int) {
	k0, k1, _, _ := w.e.job.split.part(part)
	w.dotRange(k0, k1)
}

func doFused(w *worker, part int) {
	j := &w.e.job
	k0, k1, _, _ := j.split.part(part)
	w.packB(0, j.chain.cols, 0, j.chain.depth, j.alpha)
	// A multiple of the rows of every kernel. Meanwhile the update prefetches the rows that come next.
	rows := max(fusedSize/j.chain.cols/12, 1) * 12
	for k := k0; k < k1; k += rows {
		end := min(k+rows, k1)
		w.dotRange(k, end)
		w.packA(k, end, 0, j.chain.depth)
		w.packedRows(k, end, 0, j.chain.cols, 0, j.chain.depth, rows*j.chain.cRow)
	}
}

// dotRange computes the columns k0..k1 of C.
func (w *worker) dotRange(k0, k1 int) {
	j := &w.e.job
	for i := 0; i < j.rows; i += dotRows {
		for n := 0; n < j.dot.cols; n += dotBlock {
			for k := k0; k < k1; k += dotStrip {
				w.dotBlock(i, min(i+dotRows, j.rows), k, min(k+dotStrip, k1), n)
			}
		}
	}
}

// dotBlock adds to rows i0..i1 and columns k0..k1 of C the block of columns of A and B that begins at n.
func (w *worker) dotBlock(i0, i1, k0, k1, n int) {
	p, j, t := w.e.set, &w.e.job, &w.dot
	*t = j.dot
	t.cols = min(dotBlock, t.cols-n)
	if n > 0 {
		t.resume = 1
	}
	t.prefetch = dotAhead * t.bRow
	whole := (k1 - k0) / p.group
	for i := i0; i < i1; {
		r := take(i1-i, len(p.dots)-1)
		if t.groups = whole; whole > 0 {
			t.a, t.b, t.c = j.dot.a[i*t.aRow+n:], j.dot.b[k0*t.bRow+n:], j.dot.c[i*t.cRow+k0:]
			p.dots[r](t)
		}
		for k := k0 + whole*p.group; k < k1; k++ {
			w.dotOne(i, r, k, n)
		}
		t.prefetch = 0
		i += r
	}
}

// dotOne does the same for r rows and one column of C, where less than a group of rows of B is left: it computes a group
// of columns that are all the same.
func (w *worker) dotOne(i, r, k, n int) {
	p, c, t := w.e.set, w.e.job.dot.c, &w.last
	*t = w.dot
	t.a, t.b, t.c = w.e.job.dot.a[i*t.aRow+n:], w.e.job.dot.b[k*t.bRow+n:], w.column[:]
	t.cRow, t.bRow, t.groups, t.prefetch = p.group, 0, 1, 0
	for l := range r {
		w.column[l*p.group] = c[(i+l)*w.dot.cRow+k]
	}
	p.dots[r](t)
	for l := range r {
		c[(i+l)*w.dot.cRow+k] = w.column[l*p.group]
	}
}
