package kernel

// The product of rows with rows, and the pass that updates B as it goes.
//
// A block of dotBlock columns of a thin A stays in the first cache, while the rows of B pass by once, a few at a time.
// A thick A is taken in blocks of dotRows rows that stay in the second cache. In the fused pass a few rows of W, as many
// as stay in the second cache, are first multiplied, then updated.
const (
	dotBlock  = 512      // columns after which the lanes are added up
	dotRows   = 60       // rows of A in a block
	dotStrip  = 24       // rows of B that meet all rows of the block of A
	dotAhead  = 8        // rows of B between what is read and what is prefetched
	fusedSize = 24 << 10 // numbers of W that are multiplied, then updated: 96 KB
)

func doDots(w *worker, part int) {
	j := &w.e.job
	k0, k1, _, _ := j.split.part(part)
	for i := 0; i < j.rows; i += dotRows {
		rows := min(dotRows, j.rows-i)
		w.padA(i, rows, k1-k0)
		w.dotRange(i, rows, k0, k1)
	}
}

func doFused(w *worker, part int) {
	j := &w.e.job
	k0, k1, _, _ := j.split.part(part)
	w.padA(0, j.rows, k1-k0)
	w.packB(0, j.chain.cols, 0, j.chain.depth, j.alpha)
	// A multiple of the rows of every kernel. The update prefetches the rows that are multiplied next.
	rows := max(fusedSize/j.chain.cols/12, 1) * 12
	for k := k0; k < k1; k += rows {
		end := min(k+rows, k1)
		w.dotRange(0, j.rows, k, end)
		w.packA(k, end, 0, j.chain.depth)
		w.packedRows(k, end, 0, j.chain.cols, 0, j.chain.depth, rows*j.chain.cRow)
	}
}

// padA sets w.dot to the given rows of A, copied if they meet enough rows of B to pay for it: aligned, and an odd number of
// cache lines apart, so that rows do not compete for the same part of the cache.
func (w *worker) padA(i, rows, k int) {
	w.dot = w.e.job.dot
	n := w.dot.cols
	w.dot.a = w.dot.a[i*n:]
	if k < 32 {
		return
	}
	w.dot.aRow = (n+31)/32*32 + 16
	w.pad = grow(w.pad, rows*w.dot.aRow)
	for r := range rows {
		copy(w.pad[r*w.dot.aRow:], w.dot.a[r*n:][:n])
	}
	w.dot.a = w.pad
}

// dotRange computes the columns k0..k1 of the given rows of C, whose rows of A are in w.dot.
func (w *worker) dotRange(i, rows, k0, k1 int) {
	for n := 0; n < w.dot.cols; n += dotBlock {
		for k := k0; k < k1; k += dotStrip {
			w.dotTile(i, rows, k, min(k+dotStrip, k1), n)
		}
	}
}

// dotTile adds to C the products of the block of columns of A and B that begins at n.
func (w *worker) dotTile(i, rows, k0, k1, n int) {
	p, c, t := w.e.set, w.e.job.dot.c, w.dot
	t.cols = min(dotBlock, t.cols-n)
	if n > 0 {
		t.resume = 1
	}
	t.prefetch = dotAhead * t.bRow
	whole := (k1 - k0) / p.group
	for g := 0; g < rows; {
		r := take(rows-g, len(p.dots)-1)
		t.a = w.dot.a[g*t.aRow+n:]
		if whole > 0 {
			t.b, t.c, t.groups = w.dot.b[k0*t.bRow+n:], c[(i+g)*t.cRow+k0:], whole
			w.tile = t
			p.dots[r](&w.tile)
		}
		for k := k0 + whole*p.group; k < k1; k++ {
			t.b, t.c = w.dot.b[k*t.bRow+n:], c[(i+g)*t.cRow+k:]
			w.dotOne(r, t)
		}
		t.prefetch = 0
		g += r
	}
}

// dotOne computes one column of r rows, where less than a group of rows of B is left: a group of columns that are all the
// same.
func (w *worker) dotOne(r int, t dotTile) {
	p := w.e.set
	w.tile = t
	w.tile.c, w.tile.cRow, w.tile.bRow, w.tile.groups, w.tile.prefetch = w.column[:], p.group, 0, 1, 0
	for l := range r {
		w.column[l*p.group] = t.c[l*t.cRow]
	}
	p.dots[r](&w.tile)
	for l := range r {
		t.c[l*t.cRow] = w.column[l*p.group]
	}
}
