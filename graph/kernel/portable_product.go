package kernel

import "math"

// A way is how the portable products multiply and add with one rounding, where fusedTiles does not.
type way int

const (
	// quick is in float64, four products at a time, until a sum may round to the wrong float32. Those four are done again with fma. It is
	// right for the operands for which wayFor returns it.
	quick way = iota
	// careful is with fma.
	careful
)

// wayFor returns the fastest way that is right for numbers of A and B whose least exponents are these.
//
// A number whose exponent is e has 23 bits behind its first, so it is a multiple of 2^(e-23). With exponents that add up to -103 or more, all
// products are multiples of 2^(-103-46) = 2^-149, as all float32 are. So are the sums, and one that is below 2^-126 is a float32 and
// exact. No other sum may round to the wrong float32 but where tie says so.
func wayFor(a, b int) way {
	if a+b >= -103 {
		return quick
	}
	return careful
}

// steps adds depth products to each of the sums c: c[j] = fma(a[d*aStep], b[d*bDepth+j], c[j]).
func (w way) steps(c, a []float32, aStep int, b []float32, bDepth, depth int) {
	if w == quick {
		quickSteps(c, a, aStep, b, bDepth, depth)
		return
	}
	carefulSteps(c, a, aStep, b, bDepth, depth)
}

// lanes returns the lanes of a dot product of a and b, whose length is a multiple of dotLanes. Wide is a in float64, for quick.
func (w way) lanes(a, b []float32, wide []float64) [dotLanes]float32 {
	if w == quick {
		return quickLanes(a, b, wide)
	}
	return carefulLanes(a, b)
}

// leastOf returns the least exponent of the numbers that are not zero, or 128 if there are none. Subnormals have that of 2^-126.
func leastOf(x []float32) int {
	m := ^uint32(0)
	for ; len(x) >= 4; x = x[4:] { // the magnitude less one, so that zero becomes the largest
		u0, u1 := math.Float32bits(x[0])<<1-1, math.Float32bits(x[1])<<1-1
		u2, u3 := math.Float32bits(x[2])<<1-1, math.Float32bits(x[3])<<1-1
		m = min(m, min(min(u0, u1), min(u2, u3)))
	}
	for _, v := range x {
		m = min(m, math.Float32bits(v)<<1-1)
	}
	if m == ^uint32(0) {
		return 128
	}
	return max(int((m+1)>>24), 1) - 127
}

// rowKernels returns the kernels of 1, 2 and more rows.
func rowKernels[T any](kernel func(t *T, rows int)) []func(*T) {
	k := make([]func(*T), portableRows+1)
	for rows := 1; rows < len(k); rows++ {
		k[rows] = func(t *T) { kernel(t, rows) }
	}
	return k
}

func packedRows(t *chainTile, rows int) { chainRows(t, rows, 1, rows, portablePanel) }

func streamRows(t *chainTile, rows int) { chainRows(t, rows, t.aRow, 1, t.bDepth) }

// chainRows computes a tile whose A[i,d] is at a[i*aRow+d*aStep] and whose rows of B are bDepth apart.
func chainRows(t *chainTile, rows, aRow, aStep, bDepth int) {
	if canFuse {
		fusedChain(t, rows, aRow, aStep, bDepth)
		return
	}
	least := 128
	for i := range rows {
		for d := range t.depth {
			least = min(least, leastOf(t.a[i*aRow+d*aStep:][:1]))
		}
	}
	for j := 0; j < t.cols; j += portablePanel {
		n, b, leastB := min(portablePanel, t.cols-j), t.b[j/portablePanel*t.bPanel:], 128
		for d := range t.depth {
			leastB = min(leastB, leastOf(b[d*bDepth:][:n]))
		}
		w := wayFor(least, leastB)
		for i := range rows {
			c := t.c[i*t.cRow+j:][:n]
			if t.resume == 0 {
				clear(c)
			}
			w.steps(c, t.a[i*aRow:], aStep, b, bDepth, t.depth)
			if len(t.bias) > 0 {
				for j, v := range t.bias[j:][:n] {
					c[j] += v
				}
			}
		}
	}
}

// dotsRows computes a tile of a product of rows with rows.
func dotsRows(t *dotTile, rows int) {
	if canFuse {
		fusedDots(t, rows)
		return
	}
	var wide [dotBlock]float64
	var leastB [dotStrip]int
	for k := range leastB[:t.groups] {
		leastB[k] = leastOf(t.b[k*t.bRow:][:t.cols])
	}
	for i := range rows {
		a := t.a[i*t.aRow:][:t.cols]
		least := leastOf(a)
		for j, v := range a {
			wide[j] = float64(v)
		}
		for k := range t.groups {
			s := wayFor(least, leastB[k]).dot(a, t.b[k*t.bRow:][:t.cols], wide[:])
			if t.resume != 0 {
				s += t.c[i*t.cRow+k]
			}
			t.c[i*t.cRow+k] = s
		}
	}
}

// dot is the sum of one block.
func (w way) dot(a, b []float32, wide []float64) float32 {
	n := len(a) / dotLanes * dotLanes
	s := w.lanes(a[:n], b[:n], wide)
	if n < len(a) {
		var x, y [dotLanes]float32 // the padding
		copy(x[:], a[n:])
		copy(y[:], b[n:])
		for l := range s {
			s[l] = fma(x[l], y[l], s[l])
		}
	}
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

func carefulSteps(c, a []float32, aStep int, b []float32, bDepth, depth int) {
	for d := range depth {
		a, b := float64(a[d*aStep]), b[d*bDepth:][:len(c)]
		for j, v := range b { // fma
			p, q := a*float64(v), float64(c[j])
			s := p + q
			if suspect(s) {
				s = sumToOdd(p, q)
			}
			c[j] = float32(s)
		}
	}
}

func carefulLanes(a, b []float32) (s [dotLanes]float32) {
	for i, v := range a {
		s[i%dotLanes] = fma(v, b[i], s[i%dotLanes])
	}
	return s
}

func quickSteps(c, a []float32, aStep int, b []float32, bDepth, depth int) {
	for ; depth >= 4; depth -= 4 {
		a0, a1, a2, a3 := a[0], a[aStep], a[2*aStep], a[3*aStep]
		b0, b1, b2, b3 := b[:len(c)], b[bDepth:][:len(c)], b[2*bDepth:][:len(c)], b[3*bDepth:][:len(c)]
		for j := 0; j < len(c); j++ {
			j += quickFour(c[j:], b0[j:], b1[j:], b2[j:], b3[j:], float64(a0), float64(a1), float64(a2), float64(a3))
			if j < len(c) {
				c[j] = fma(a3, b3[j], fma(a2, b2[j], fma(a1, b1[j], fma(a0, b0[j], c[j]))))
			}
		}
		if depth > 4 {
			a, b = a[4*aStep:], b[4*bDepth:]
		}
	}
	carefulSteps(c, a, aStep, b, bDepth, depth)
}

// quickFour does four steps, up to the first sum that meets a tie, and returns the place of that.
func quickFour(c, b0, b1, b2, b3 []float32, a0, a1, a2, a3 float64) int {
	b0, b1, b2, b3 = b0[:len(c)], b1[:len(c)], b2[:len(c)], b3[:len(c)]
	for j := range c {
		s := a0*float64(b0[j]) + float64(c[j])
		if tie(s) {
			return j
		}
		s = a1*float64(b1[j]) + float64(float32(s))
		if tie(s) {
			return j
		}
		s = a2*float64(b2[j]) + float64(float32(s))
		if tie(s) {
			return j
		}
		s = a3*float64(b3[j]) + float64(float32(s))
		if tie(s) {
			return j
		}
		c[j] = float32(s)
	}
	return len(c)
}

// turn is the products that quickTurn adds to the lanes at a time.
const turn = 4 * dotLanes

func quickLanes(a, b []float32, wide []float64) (s [dotLanes]float32) {
	for ; len(a) >= turn; a, b, wide = a[turn:], b[turn:], wide[turn:] {
		x, y := (*[turn]float32)(a), (*[turn]float32)(b)
		for l := 0; l < dotLanes; l++ {
			if l = quickTurn(&s, (*[turn]float64)(wide), y, l); l < dotLanes {
				s[l] = fma(x[24+l], y[24+l], fma(x[16+l], y[16+l], fma(x[8+l], y[8+l], fma(x[l], y[l], s[l]))))
			}
		}
	}
	for i, v := range a {
		s[i%dotLanes] = fma(v, b[i], s[i%dotLanes])
	}
	return s
}

// quickTurn adds four products to each lane from l on, up to the first that meets a tie, and returns that lane.
func quickTurn(s *[dotLanes]float32, x *[turn]float64, y *[turn]float32, l int) int {
	for ; uint(l) < dotLanes; l++ {
		v := x[l]*float64(y[l]) + float64(s[l])
		if tie(v) {
			return l
		}
		v = x[8+l]*float64(y[8+l]) + float64(float32(v))
		if tie(v) {
			return l
		}
		v = x[16+l]*float64(y[16+l]) + float64(float32(v))
		if tie(v) {
			return l
		}
		v = x[24+l]*float64(y[24+l]) + float64(float32(v))
		if tie(v) {
			return l
		}
		s[l] = float32(v)
	}
	return l
}
