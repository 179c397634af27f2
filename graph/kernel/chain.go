package kernel

// The products whose sums are chains, MatMul, MatMulTransA and AddMatMulTransA, in three ways.
//
//   - Stream, for a thin batch: B, the weights, is read from memory once, in blocks of streamDepth of its rows, from
//     left to right, so that a block touches few pages and its lines are prefetched some panels ahead. The first group of
//     rows of A brings the block to the second cache, where the other groups find it.
//   - Thick, for MatMul with more rows: a block of B of packDepth rows and some columns is copied to where it is read
//     in order and stays in the second cache, while all rows of A pass by.
//   - Packed, for the transposed A: the block of A is copied so that the numbers of a step lie together, and the block
//     of B too, multiplied by alpha. C, the weights or their gradient, is read and written once a block, while its rows
//     that come next are prefetched.
//
// A chain that is longer than a block continues through C, or in a stream through sums that lie in whole cache lines. AddMatMulTransA of a thin batch is rather done as in dots.go,
// where the kernel set can.
const (
	thin        = 48       // rows up to which a batch is thin
	streamDepth = 32       // rows of B in a block
	oneChain    = 256      // steps that a sum of MatMul makes in one chain; of more it makes two
	streamAhead = 96       // columns between what is read and what is prefetched
	packDepth   = 256      // steps in a packed block
	packSize    = 48 << 10 // numbers of B in a packed block: 192 KB
	packedAhead = 12       // rows of C between what is read and what is prefetched
)

func doStream(w *worker, part int) {
	j := &w.e.job
	if j.deep {
		w.streamChain(part%2, part/2)
		return
	}
	w.streamChain(0, part)
	if j.second < j.chain.depth {
		w.streamChain(1, part)
	}
}

// streamChain computes the first or the second chain of a part's sums, into the engine's.
func (w *worker) streamChain(chain, part int) {
	j := &w.e.job
	i0, i1, j0, j1 := j.split.part(part)
	from, to := 0, j.second
	if chain == 1 {
		from, to = j.second, j.chain.depth
	}
	stride := accRow(j.chain.cols)
	acc := w.e.acc[chain][i0*stride:]
	// The last columns of a block prefetch the first ones of the next.
	turn := j0 + max(0, j1-j0-streamAhead)/w.e.set.panel*w.e.set.panel
	for d := from; d < to; d += streamDepth {
		t := streamTile{c: acc, stride: stride, d: d, depth: min(streamDepth, to-d), resume: d > from}
		r := take(i1-i0, len(w.e.set.stream)-1)
		w.streamBlock(t, i0, 0, r, j0, turn, streamAhead)
		w.streamBlock(t, i0, 0, r, turn, j1, streamDepth*j.chain.bDepth-(turn-j0))
		w.streamBlock(t, i0, r, i1-i0, j0, j1, 0)
	}
}

// streamTile is a block of B of depth rows from row d, and the sums that it goes into.
type streamTile struct {
	c        []float32 // rows of the given stride, for all columns
	stride   int
	d, depth int
	resume   bool // whether the sums have begun
}

// streamBlock adds to rows r0..r1 of the sums, which are those from i0 of A, and to columns j0..j1.
func (w *worker) streamBlock(s streamTile, i0, r0, r1, j0, j1, prefetch int) {
	t := w.chainBlock(j0, j1, s.d, s.depth)
	t.b, t.cRow, t.prefetch = w.e.job.chain.b[s.d*t.bDepth+j0:], s.stride, prefetch
	t.resume = 0
	if s.resume {
		t.resume = 1
	}
	for r := r0; r < r1; {
		n := take(r1-r, len(w.e.set.stream)-1)
		w.streamRows(s.c[r*s.stride+j0:], i0+r, n, s.d)
		r += n
	}
}

func doThick(w *worker, part int) {
	j := &w.e.job
	i0, i1, j0, j1 := j.split.part(part)
	strip := w.e.set.strip(min(packDepth, j.chain.depth))
	for s := j0; s < j1; s += strip {
		s1 := min(s+strip, j1)
		c := &j.chain
		w.thickChain(c.c[i0*c.cRow+s:], c.cRow, i0, i1, s, s1, 0, j.second)
		if j.second == c.depth {
			continue
		}
		stride := accRow(s1 - s)
		w.acc = grow(w.acc, (i1-i0)*stride)
		w.thickChain(w.acc, stride, i0, i1, s, s1, j.second, c.depth)
		for i := i0; i < i1; i++ {
			row := c.c[i*c.cRow+s:][:s1-s]
			w.e.set.addTo(row, w.acc[(i-i0)*stride:][:s1-s])
			if len(c.bias) > 0 {
				w.e.set.addTo(row, c.bias[s:s1])
			}
		}
	}
}

// thickChain computes the sums over the steps from..to of rows i0..i1 of A and columns j0..j1 into c, whose rows have the given stride.
// A bias is added if these are all steps.
func (w *worker) thickChain(c []float32, stride, i0, i1, j0, j1, from, to int) {
	for d := from; d < to; d += packDepth {
		depth := min(packDepth, to-d)
		w.packB(j0, j1, d, depth, 1)
		t := w.chainBlock(j0, j1, d, depth)
		t.b, t.bDepth, t.bPanel, t.cRow = w.b, w.e.set.panel, depth*w.e.set.panel, stride
		t.resume = 0
		if d > from {
			t.resume = 1
		}
		if w.e.job.second < w.e.job.chain.depth {
			t.bias = nil
		}
		for i := i0; i < i1; {
			r := take(i1-i, len(w.e.set.stream)-1)
			w.streamRows(c[(i-i0)*stride:], i, r, d)
			i += r
		}
	}
}

// strip returns how many columns of B, in whole panels, make a packed block.
func (s *set) strip(depth int) int { return max(packSize/depth/s.panel, 1) * s.panel }

// streamRows computes r rows of c, which are those from i of A, of the block of w.chain, which begins at step d.
func (w *worker) streamRows(c []float32, i, r, d int) {
	j := &w.e.job.chain
	w.chain.c, w.chain.a = c, j.a[i*j.aRow+d:]
	w.e.set.stream[r](&w.chain)
}

func doPacked(w *worker, part int) {
	j := &w.e.job
	i0, i1, j0, j1 := j.split.part(part)
	for d := 0; d < j.chain.depth; d += packDepth {
		depth := min(packDepth, j.chain.depth-d)
		strip := w.e.set.strip(depth)
		w.packA(i0, i1, d, depth)
		for s := j0; s < j1; s += strip {
			s1 := min(s+strip, j1)
			w.packB(s, s1, d, depth, j.alpha)
			w.packedRows(j.chain.c[i0*j.chain.cRow+s:], i0, i1, s, s1, d, depth, packedAhead*j.chain.cRow)
		}
	}
}

// packedRows computes c, the rows i0..i1 of columns j0..j1, from the packed blocks of A and B.
func (w *worker) packedRows(c []float32, i0, i1, j0, j1, d, depth, prefetch int) {
	t := w.chainBlock(j0, j1, d, depth)
	t.b, t.bPanel, t.prefetch = w.b, depth*w.e.set.panel, prefetch
	for i := i0; i < i1; {
		r := take(i1-i, len(w.e.set.packed)-1)
		t.c, t.a = c[(i-i0)*t.cRow:], w.a[(i-i0)*depth:]
		w.e.set.packed[r](t)
		i += r
	}
}

// chainBlock returns the tile of columns j0..j1 and at most depth steps from d on.
func (w *worker) chainBlock(j0, j1, d, depth int) *chainTile {
	t := &w.chain
	*t = w.e.job.chain
	t.cols, t.depth = j1-j0, min(depth, t.depth-d)
	if d > 0 {
		t.resume = 1
	}
	if len(t.bias) > 0 {
		t.bias = t.bias[j0:j1]
		if d+t.depth < w.e.job.chain.depth {
			t.bias = nil
		}
	}
	return t
}

// packA copies the block of A, whose rows are the steps, to w.a: for each group of rows of C, step by step.
func (w *worker) packA(i0, i1, d, depth int) {
	a, p := &w.e.job.chain, w.e.set
	w.a = grow(w.a, (i1-i0)*depth+p.gather)
	for i := i0; i < i1; {
		r := take(i1-i, len(p.packed)-1)
		from, to := a.a[d*a.aRow+i:], w.a[(i-i0)*depth:]
		// A block of packGroup has more numbers than rows. The next step overwrites the rest, unless it is beyond A.
		n := 0
		if len(from) >= p.gather {
			n = min(depth, (len(from)-p.gather)/a.aRow+1)
			p.packGroup(to, from, 1, n, a.aRow, r)
		}
		for ; n < depth; n++ {
			copy(to[n*r:(n+1)*r], from[n*a.aRow:])
		}
		i += r
	}
}

// packB copies alpha times the block of B to w.b, panel by panel. What is beyond the last column is never stored in C.
func (w *worker) packB(j0, j1, d, depth int, alpha float32) {
	b, p := &w.e.job.chain, w.e.set
	whole, rest := (j1-j0)/p.panel, (j1-j0)%p.panel
	w.b = grow(w.b, (whole+1)*p.panel*depth)
	for s := range depth {
		from, to := b.b[(d+s)*b.bDepth+j0:], w.b[s*p.panel:]
		if whole > 0 {
			p.packPanel(to, from, alpha, whole, p.panel, depth*p.panel)
		}
		if rest > 0 {
			to := to[whole*depth*p.panel:][:p.panel]
			for j, v := range from[whole*p.panel:][:rest] {
				to[j] = alpha * v
			}
		}
	}
}

// take returns how many of n rows to take next, at most most, so that the last two groups are about the same size.
func take(n, most int) int {
	if n >= 2*most {
		return most
	}
	return ceil(n, ceil(n, most))
}
