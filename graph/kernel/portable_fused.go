package kernel

// The portable products in float32, for compilers that make one instruction, with one rounding, of a*b+c: those for arm64, ppc64, riscv64,
// s390x, loong64, and for amd64 with GOAMD64=v3. The language permits that and does not promise it, so fuses tries the very loop.
//
// All products are sums of that loop, fusedTiles: those of a dot product are eight chains, one for each lane.
const (
	fusedRows = 2 // of a tile, whose eight sums and six operands fit in the registers of amd64 and s390x, which have sixteen
	fusedCols = 4
)

var canFuse = fuses()

// fuses reports whether every multiply-add of fusedTiles rounds once. x*x - y is 2^-24 then, and 0 if the product is rounded to y first.
func fuses() bool {
	const x, y = 1 + 0x1p-12, 1 + 0x1p-11
	for step := range 2 {
		var sums [fusedRows * fusedCols]float32
		var a [2 * fusedRows]float32
		var b [2 * fusedCols]float32
		for i := range sums {
			sums[i] = -y
		}
		for i := range fusedRows {
			a[step*fusedRows+i] = x
		}
		for j := range fusedCols {
			b[step*fusedCols+j] = x
		}
		fusedTiles(tileRows(sums[:], fusedCols), a[:], fusedRows, b[:], fusedCols)
		for _, s := range sums {
			if s != 0x1p-24 {
				return false
			}
		}
	}
	return true
}

// tileRows cuts x into rows of that many columns.
func tileRows(x []float32, cols int) (c [fusedRows][]float32) {
	for i := range c {
		c[i] = x[i*cols:][:cols]
	}
	return c
}

// fusedTiles adds products to the rows of C, whose columns are a multiple of fusedCols:
// C[i][j] = A[d*aStep+i] * B[d*bStep+j] + C[i][j] for d in increasing order, as long as there is an A.
//
// It is not inlined: each copy would have to be tried by fuses.
//
//go:noinline
func fusedTiles(c [fusedRows][]float32, a []float32, aStep int, b []float32, bStep int) {
	c0, c1 := c[0], c[1][:len(c[0])]
	for j := 0; j+3 < len(c0); j += fusedCols {
		s0, s1, s2, s3 := c0[j], c0[j+1], c0[j+2], c0[j+3]
		t0, t1, t2, t3 := c1[j], c1[j+1], c1[j+2], c1[j+3]
		k := j
		for i := 0; i < len(a)-1; i += aStep {
			y := b[k : k+4 : k+4]
			x0, x1, y0, y1, y2, y3 := a[i], a[i+1], y[0], y[1], y[2], y[3]
			s0, s1, s2, s3 = x0*y0+s0, x0*y1+s1, x0*y2+s2, x0*y3+s3
			t0, t1, t2, t3 = x1*y0+t0, x1*y1+t1, x1*y2+t2, x1*y3+t3
			k += bStep
		}
		c0[j], c0[j+1], c0[j+2], c0[j+3] = s0, s1, s2, s3
		c1[j], c1[j+1], c1[j+2], c1[j+3] = t0, t1, t2, t3
	}
}

// fusedChain computes a tile whose A[i,d] is at a[i*aRow+d*aStep] and whose rows of B are bDepth apart.
func fusedChain(t *chainTile, rows, aRow, aStep, bDepth int) {
	var a [packDepth * fusedRows]float32
	if t.resume == 0 {
		for i := range rows {
			clear(t.c[i*t.cRow:][:t.cols])
		}
	}
	for d := 0; d < t.depth; d += packDepth {
		depth := min(packDepth, t.depth-d)
		for i := 0; i < rows; i += fusedRows {
			n := min(fusedRows, rows-i)
			for l := range n {
				for s := range depth {
					a[s*fusedRows+l] = t.a[(i+l)*aRow+(d+s)*aStep]
				}
			}
			fusedBlock(t, i, n, a[:depth*fusedRows], d*bDepth, bDepth)
		}
	}
	if len(t.bias) > 0 {
		for i := range rows {
			c := t.c[i*t.cRow:][:t.cols]
			for j, v := range t.bias[:t.cols] {
				c[j] += v
			}
		}
	}
}

// fusedBlock adds the products of a with the rows of B that begin at from to n rows of the tile from row i on.
func fusedBlock(t *chainTile, i, n int, a []float32, from, bDepth int) {
	var spare [portablePanel]float32 // in place of a row that is not there
	for j := 0; j < t.cols; j += portablePanel {
		width := min(portablePanel, t.cols-j)
		var c [fusedRows][]float32
		for l := range c {
			c[l] = spare[:width]
			if l < n {
				c[l] = t.c[(i+l)*t.cRow+j:][:width]
			}
		}
		fusedPanel(c, a, t.b[j/portablePanel*t.bPanel+from:], bDepth)
	}
}

// fusedPanel is fusedTiles for any number of columns.
func fusedPanel(c [fusedRows][]float32, a, b []float32, bDepth int) {
	n := len(c[0])
	whole := n / fusedCols * fusedCols
	fusedTiles(c, a, fusedRows, b, bDepth)
	if whole == n {
		return
	}
	var sums [fusedRows * fusedCols]float32
	var last [packDepth * fusedCols]float32
	for i, row := range c {
		copy(sums[i*fusedCols:], row[whole:])
	}
	for d := range len(a) / fusedRows {
		copy(last[d*fusedCols:], b[d*bDepth+whole:][:n-whole])
	}
	fusedTiles(tileRows(sums[:], fusedCols), a, fusedRows, last[:], fusedCols)
	for i, row := range c {
		copy(row[whole:], sums[i*fusedCols:])
	}
}

// fusedDots computes a tile of a product of rows with rows.
func fusedDots(t *dotTile, rows int) {
	var packed [portableRows * dotBlock]float32
	var b [fusedCols * dotBlock]float32
	n := ceil(t.cols, dotLanes) * dotLanes // what is beyond the columns stays +0
	for i := range rows {
		a := packed[i/fusedRows*fusedRows*n:][:fusedRows*n]
		for j, v := range t.a[i*t.aRow:][:t.cols] {
			a[j*fusedRows+i%fusedRows] = v
		}
	}
	for k := 0; k < t.groups; k += fusedCols {
		width := min(fusedCols, t.groups-k)
		row := func(w int) []float32 { return t.b[(k+min(w, width-1))*t.bRow:][:t.cols] }
		b1, b2, b3 := row(1), row(2), row(3)
		for j, v := range row(0) {
			column := (*[fusedCols]float32)(b[fusedCols*j:])
			column[0], column[1], column[2], column[3] = v, b1[j], b2[j], b3[j]
		}
		for i := 0; i < rows; i += fusedRows {
			var lanes [dotLanes][fusedRows * fusedCols]float32
			for l := range lanes {
				a := packed[i*n:][:fusedRows*n][l*fusedRows:]
				fusedTiles(tileRows(lanes[l][:], fusedCols), a, fusedRows*dotLanes, b[l*fusedCols:], fusedCols*dotLanes)
			}
			for r := range min(fusedRows, rows-i) {
				for w := range width {
					at := r*fusedCols + w
					s := ((lanes[0][at] + lanes[4][at]) + (lanes[2][at] + lanes[6][at])) +
						((lanes[1][at] + lanes[5][at]) + (lanes[3][at] + lanes[7][at]))
					c := &t.c[(i+r)*t.cRow+k+w]
					if t.resume != 0 {
						s += *c
					}
					*c = s
				}
			}
		}
	}
}

// portablePeak does multiply-adds that do not wait for each other, fused if they can be, and returns the number of operations.
func portablePeak(rounds int) int {
	const steps = 128 // so many that calls hardly count
	var sums [fusedRows * fusedCols]float32
	if canFuse {
		var a [steps * fusedRows]float32
		var b [steps * fusedCols]float32
		calls := ceil(rounds, steps)
		for range calls {
			fusedTiles(tileRows(sums[:], fusedCols), a[:], fusedRows, b[:], fusedCols)
		}
		return 2 * len(sums) * steps * calls
	}
	for range rounds {
		for l := range sums {
			sums[l] = fma(sums[l], 0.5, 1)
		}
	}
	return 2 * len(sums) * rounds
}
