package main

import "fmt"

// neon writes the kernels of arm64. Vectors have four lanes of float32 or two of float64, and there are 32 of them: a tile has the
// same six rows and sixteen columns as with AVX2, in 24 registers. A number of A need not be broadcast: a multiply-add takes
// it from any lane.
func neon() (map[string][]byte, error) {
	p := &arm64{}
	for rows := 1; rows <= 6; rows++ {
		p.stream(rows)
		p.packed(rows)
		p.dots(rows)
		p.double(rows)
	}
	for steps := 1; steps <= 10; steps++ { // 20 registers of B, 8 of C, 4 of A
		p.update(steps)
	}
	p.pack("packPanel", 4)
	p.pack("packGroup", 2)
	p.elementwise()
	p.peak(24)
	p.sweep()
	p.function("pause", "()", "waits a little, in favour of the other threads of the core.", 0, 0)
	p.op("YIELD")
	p.op("RET")
	return p.files()
}

// A neonPart is how the columns of a row of a tile are taken: vectors of this number of bytes.
type neonPart struct {
	name    string
	vectors int
	bytes   int
}

// parts are a panel, and what is left of the last one: by vectors, then by columns.
var parts = []neonPart{{"panel", 4, 16}, {"vector", 1, 16}, {"column", 1, 4}}

func (x neonPart) width() int { return x.vectors * x.bytes } // in bytes

// move loads or stores the part of a row.
func (x neonPart) move(p *arm64, store bool, v []vreg, base greg, offset int) {
	if x.bytes < 16 {
		p.one(store, x.bytes, v[0], base, offset)
	} else {
		p.move(store, v, base, offset)
	}
}

// A neonChain is a kernel whose sums are chains while it is written.
type neonChain struct {
	*arm64
	rows int
	size int // bytes of an element
	acc  [][]vreg
	a    []vreg // numbers of A, as many of each row as a vector has lanes
	b    []vreg // as many of a row of B as there are registers for

	c, cRow, row greg // an address in C, its rows' distance, an address that walks the rows
}

// sums takes the registers of the sums of a part.
func (k *neonChain) sums(x neonPart) {
	k.acc = nil
	for range k.rows {
		k.acc = append(k.acc, k.vec(x.vectors))
	}
	k.a = k.vec(k.rows)
	k.b = k.vec(min(x.vectors, len(k.freeV)/2*2))
}

// eachRow walks the rows of C.
func (k *neonChain) eachRow(do func(i int)) {
	k.op("MOVD %v, %v", k.c, k.row)
	for i := range k.rows {
		do(i)
		if i < k.rows-1 {
			k.op("ADD %v, %v", k.cRow, k.row)
		}
	}
}

// multiply adds the product of a column of A, whose number of row i is in a lane of a register, and the row of B at the address.
func (k *neonChain) multiply(x neonPart, b greg, offset int, a func(i int) (vreg, int)) {
	for v := 0; v < x.vectors; v += len(k.b) {
		x.move(k.arm64, false, k.b, b, offset+16*v)
		for w, y := range k.b {
			for i := range k.rows {
				from, lane := a(i)
				k.fmla(k.size, k.acc[i][v+w], y, from, lane)
			}
		}
	}
}

// depth writes a loop of d > 0 steps, several at a time and the rest one by one. The registers of B and A are those of steps.
func (p *arm64) depth(prefix string, unroll int, d greg, steps func(n int)) {
	p.op("SUBS $%d, %v", unroll, d)
	p.op("BLT %s_few", prefix)
	p.label(prefix + "_many")
	steps(unroll)
	p.op("SUBS $%d, %v", unroll, d)
	p.op("BGE %s_many", prefix)
	p.label(prefix + "_few")
	p.op("ADDS $%d, %v", unroll, d)
	p.op("BEQ %s_summed", prefix)
	p.label(prefix + "_one")
	steps(1)
	p.op("SUBS $1, %v", d)
	p.op("BNE %s_one", prefix)
	p.label(prefix + "_summed")
}

// packedSteps writes the loop over the steps of packed blocks: A[d][row], and B[d][column] in rows of four vectors.
func (k *neonChain) packedSteps(prefix string, x neonPart, a, b, d greg) {
	const row = 64
	lanes := 16 / k.size
	k.depth(prefix, lanes, d, func(n int) {
		if n == 1 {
			for i := range k.rows {
				k.one(false, k.size, k.a[i], a, k.size*i)
			}
		} else {
			k.move(false, k.a, a, 0)
		}
		for u := range n {
			k.multiply(x, b, row*u, func(i int) (vreg, int) {
				if n == 1 {
					return k.a[i], 0
				}
				at := u*k.rows + i
				return k.a[at/lanes], at % lanes
			})
		}
		k.op("ADD $%d, %v", k.size*k.rows*n, a)
		k.op("ADD $%d, %v", row*n, b)
	})
}

// panels writes the loop over panels and the columns that are left, and returns from the function. Sums is the work on one
// panel, from the address of B and the sums so far to the sums.
func (k *neonChain) panels(t greg, prefetch bool, sums func(b greg, x neonPart)) {
	b, cols := k.field(t, chainB), k.field(t, chainCols)
	k.c, k.cRow, k.row = k.field(t, chainC), k.stride(t, chainCRow, 2), k.reg()
	resume, bPanel := k.field(t, chainResume), k.stride(t, chainBPanel, 2)
	var ahead, line greg
	if prefetch {
		ahead, line = k.stride(t, chainPrefetch, 2), k.reg()
	}
	for n, x := range parts {
		next := "done"
		if n+1 < len(parts) {
			next = parts[n+1].name
		}
		k.label(x.name)
		k.op("CMP $%d, %v", x.width()/4, cols)
		k.op("BLT %s", next)
		k.sums(x)
		k.op("CBNZ %v, %s_resume", resume, x.name)
		for _, acc := range k.acc {
			k.clear(acc...)
		}
		k.op("B %s_start", x.name)
		k.label(x.name + "_resume")
		k.eachRow(func(i int) {
			if prefetch {
				k.op("ADD %v, %v, %v", ahead, k.row, line)
				k.op("PRFM (%v), PLDL1KEEP", line)
			}
			x.move(k.arm64, false, k.acc[i], k.row, 0)
		})
		k.label(x.name + "_start")
		sums(b, x)
		k.eachRow(func(i int) { x.move(k.arm64, true, k.acc[i], k.row, 0) })
		k.op("ADD $%d, %v", x.width(), k.c)
		if x.name == "panel" {
			k.op("ADD %v, %v", bPanel, b)
		} else {
			k.op("ADD $%d, %v", x.width(), b)
		}
		k.op("SUB $%d, %v", x.width()/4, cols)
		k.op("B %s", x.name)
		k.give(k.b, k.a)
		k.give(k.acc...)
	}
	k.label("done")
	k.op("RET")
}

// stream writes the kernel that reads A and B where they are, and prefetches B.
func (p *arm64) stream(rows int) {
	const unroll = 4
	k := &neonChain{arm64: p, rows: rows, size: 4}
	p.function(fmt.Sprintf("stream%d", rows), "(t *chainTile)", fmt.Sprintf("is the stream kernel of %d rows.", rows), 0, 8)
	t := p.load("t", 0)
	aRow, bDepth, lead := p.stride(t, chainARow, 2), p.stride(t, chainBDepth, 2), p.stride(t, chainPrefetch, 2)
	row, ahead, d := p.reg(), p.reg(), p.reg()
	a := make([]greg, rows)
	for i := range a {
		a[i] = p.reg()
	}
	k.panels(t, false, func(b greg, x neonPart) {
		k.op("MOVD %v, %v", b, row)
		k.op("ADD %v, %v, %v", lead, b, ahead)
		k.op("MOVD %d(%v), %v", chainDepth, t, d)
		k.op("MOVD %d(%v), %v", chainA, t, a[0])
		for i := 1; i < rows; i++ {
			k.op("ADD %v, %v, %v", aRow, a[i-1], a[i])
		}
		k.depth(x.name, unroll, d, func(n int) {
			for i, from := range a {
				k.op("%s.P %d(%v), %v", map[int]string{1: "FMOVS", unroll: "FMOVQ"}[n], 4*n, from, k.a[i])
			}
			for u := range n {
				k.multiply(x, row, 0, func(i int) (vreg, int) { return k.a[i], u })
				k.op("ADD %v, %v", bDepth, row)
				if x.name == "panel" {
					k.op("PRFM (%v), PLDL1KEEP", ahead)
					k.op("ADD %v, %v", bDepth, ahead)
				}
			}
		})
		// The bias of the columns is as far from its begin as they are from that of C.
		k.op("MOVD %d(%v), %v", chainBiasLen, t, d)
		k.op("CBZ %v, %s_unbiased", d, x.name)
		k.op("MOVD %d(%v), %v", chainBias, t, row)
		k.op("MOVD %d(%v), %v", chainC, t, d)
		k.op("SUB %v, %v, %v", d, k.c, d)
		k.op("ADD %v, %v", d, row)
		bias := k.a
		if x.vectors > 1 {
			bias = k.b
		}
		for v := 0; v < x.vectors; v += len(k.b) {
			x.move(k.arm64, false, bias[:len(k.b)], row, 16*v)
			for w, y := range bias[:len(k.b)] {
				for i := range k.acc {
					k.v("fadd.4s", k.acc[i][v+w], k.acc[i][v+w], y)
				}
			}
		}
		k.label(x.name + "_unbiased")
	})
}

// packed writes the kernel that reads A and B from where they lie in the order of reading, in whole panels of B. It prefetches C.
func (p *arm64) packed(rows int) {
	k := &neonChain{arm64: p, rows: rows, size: 4}
	p.function(fmt.Sprintf("packed%d", rows), "(t *chainTile)", fmt.Sprintf("is the packed kernel of %d rows.", rows), 0, 8)
	t := p.load("t", 0)
	a, row, d := p.reg(), p.reg(), p.reg()
	k.panels(t, true, func(b greg, x neonPart) {
		k.op("MOVD %d(%v), %v", chainA, t, a)
		k.op("MOVD %v, %v", b, row)
		k.op("MOVD %d(%v), %v", chainDepth, t, d)
		k.packedSteps(x.name, x, a, row, d)
	})
}

// double writes the kernel of float64 for one panel of four vectors.
func (p *arm64) double(rows int) {
	k := &neonChain{arm64: p, rows: rows, size: 8}
	p.function(fmt.Sprintf("double%d", rows), "(t *tile64)", fmt.Sprintf("is the float64 kernel of %d rows.", rows), 0, 8)
	t := p.load("t", 0)
	k.c, k.cRow, k.row = p.field(t, doubleC), p.stride(t, doubleCRow, 3), p.reg()
	a, b, d, resume := p.field(t, doubleA), p.field(t, doubleB), p.field(t, doubleDepth), p.field(t, doubleResume)
	x := parts[0]
	k.sums(x)
	k.op("CBNZ %v, resume", resume)
	for _, acc := range k.acc {
		k.clear(acc...)
	}
	k.op("B start")
	k.label("resume")
	k.eachRow(func(i int) { x.move(p, false, k.acc[i], k.row, 0) })
	k.label("start")
	k.packedSteps("panel", x, a, b, d)
	k.eachRow(func(i int) { x.move(p, true, k.acc[i], k.row, 0) })
	k.op("RET")
}
