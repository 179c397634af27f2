package kernel

// The product of rows with rows, and the pass that updates B as it goes.
//
// A block of dotBlock columns of a thin A stays in the first cache, while the rows of B pass by once, a few at a time.
// A thick A is taken in blocks of dotRows rows that stay in the second cache. A is copied for it, rows that share a vector
// in bundles. In the fused pass a block of rows of W, as many as stay in the second cache, is first multiplied, then updated
// while the next block is prefetched: by kernels that keep alpha times the gradients of some columns in registers while the
// rows of W pass by, or, with too few registers, by the packed kernels.
const (
	dotBlock  = 512      // columns after which the lanes are added up
	dotRows   = 60       // rows of A in a block
	dotStrip  = 24       // rows of B that meet all rows of the block of A
	dotAhead  = 8        // rows of B between what is read and what is prefetched
	fusedSize = 48 << 10 // numbers of W that are multiplied, then updated: 192 KB
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

// doFused multiplies and updates the rows of W by blocks. Where there is nothing to multiply it only updates.
func doFused(w *worker, part int) {
	j := &w.e.job
	k0, k1, _, _ := j.split.part(part)
	w.padA(0, j.rows, k1-k0)
	if len(w.e.set.update) == 0 {
		w.packB(0, j.chain.cols, 0, j.chain.depth, j.alpha)
	}
	rows := max(fusedSize/j.chain.cols/12, 1) * 12 // a multiple of the rows of every kernel
	for k := k0; k < k1; k += rows {
		end := min(k+rows, k1)
		prefetch := rows * j.chain.cRow // the update prefetches the rows that are multiplied next
		if end == k1 {
			prefetch = 0
		}
		w.dotRange(0, j.rows, k, end)
		w.updateRows(j.chain.c[k*j.chain.cRow:], k, end, 0, j.chain.cols, prefetch)
	}
}

// updateRows adds the product to to, the columns j0..j1 of the rows k0..k1 of W.
func (w *worker) updateRows(to []float32, k0, k1, j0, j1, prefetch int) {
	c, p := &w.e.job.chain, w.e.set
	if len(p.update) == 0 {
		w.packA(k0, k1, 0, c.depth)
		w.packedRows(to, k0, k1, j0, j1, 0, c.depth, prefetch)
		return
	}
	w.chain = *c
	t := &w.chain
	t.c, t.rows, t.cols, t.alpha, t.prefetch = to, k1-k0, j1-j0, w.e.job.alpha, prefetch
	for d := 0; d < c.depth; {
		r := take(c.depth-d, len(p.update)-1)
		t.a, t.b = c.a[d*c.aRow+k0:], c.b[d*c.bDepth+j0:]
		p.update[r](t)
		t.prefetch = 0
		d += r
	}
}

// padA sets w.dot to the given rows of A, copied where they go in bundles or meet enough rows of B to pay for it: padded
// with +0, aligned, and an odd number of cache lines apart, so that rows do not compete for the same part of the cache.
func (w *worker) padA(i, rows, k int) {
	w.dot = w.e.job.dot
	n, bundle := w.dot.cols, w.e.set.bundle
	a := w.dot.a[i*n:]
	if bundle == 1 && k < 32 {
		w.dot.a = a
		return
	}
	w.dot.aRow = (n+31)/32*32*bundle + 16
	w.pad = grow(w.pad, ceil(rows, bundle)*w.dot.aRow)
	w.dot.a = w.pad
	for r := range ceil(rows, bundle) * bundle {
		var row []float32 // none where the last bundle has more room than rows
		if r < rows {
			row = a[r*n:][:n]
		}
		spread(w.pad[r/bundle*w.dot.aRow+r%bundle*dotLanes:], row, n, bundle*dotLanes)
	}
}

// spread copies x, padded with +0 to n numbers and more, to blocks of dotLanes numbers that begin step numbers apart.
func spread(to, x []float32, n, step int) {
	for ; len(x) >= dotLanes; n -= dotLanes {
		*(*[dotLanes]float32)(to) = *(*[dotLanes]float32)(x)
		to, x = to[step:], x[dotLanes:]
	}
	for ; n > 0; n -= dotLanes {
		clear(to[copy(to[:dotLanes], x):dotLanes])
		to, x = to[step:], nil
	}
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
		r := min(take(ceil(rows-g, p.bundle), (len(p.dots)-1)/p.bundle)*p.bundle, rows-g)
		t.a = w.dot.a[g/p.bundle*t.aRow+n*p.bundle:]
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
