package main

import "fmt"

// update writes the kernel that adds a product of few steps to many rows of C: for some columns, alpha times all of B stays in registers
// while the rows of C pass by, four at a time, whose numbers of A are the lanes of one register a step.
func (p *arm64) update(steps int) {
	const together = 4
	p.function(fmt.Sprintf("update%d", steps), "(t *chainTile)", fmt.Sprintf("is the update kernel of %d steps.", steps), 0, 8)
	t := p.load("t", 0)
	c, b, cols, ahead := p.field(t, chainC), p.field(t, chainB), p.field(t, chainCols), p.stride(t, chainPrefetch, 2)
	cRow, left := p.stride(t, chainCRow, 2), p.reg()
	p.op("ADD %v, %v", c, ahead)
	row, a := make([]greg, together), make([]greg, steps)
	for i := range row {
		row[i] = p.reg()
	}
	for d := range a {
		a[d] = p.reg()
	}
	for n, x := range []neonPart{{"panel", 2, 16}, {"vector", 1, 16}, {"column", 1, 4}} {
		next := [...]string{"vector", "column", "done"}[n]
		p.label(x.name)
		p.op("CMP $%d, %v", x.width()/4, cols)
		p.op("BLT %s", next)
		w, acc := make([][]vreg, steps), make([][]vreg, together)
		for d := range w {
			w[d] = p.vec(x.vectors)
		}
		for i := range acc {
			acc[i] = p.vec(x.vectors)
		}
		turns := p.vec(min(4, len(p.freeV)))

		p.one(false, 4, turns[0], t, chainAlpha)
		p.op("MOVD %v, %v", b, row[0])
		p.op("MOVD %d(%v), %v", chainBDepth, t, row[1])
		for d := range w {
			x.move(p, false, w[d], row[0], 0)
			for _, y := range w[d] {
				p.fmul(y, y, turns[0], 0)
			}
			p.op("ADD %v<<2, %v", row[1], row[0])
		}
		p.op("MOVD %d(%v), %v", chainARow, t, row[1])
		p.op("MOVD %d(%v), %v", chainA, t, a[0])
		for d := 1; d < steps; d++ {
			p.op("ADD %v<<2, %v, %v", row[1], a[d-1], a[d])
		}
		p.op("MOVD %v, %v", c, row[0])
		p.op("MOVD %d(%v), %v", chainRows, t, left)
		p.depth(x.name, together, left, func(n int) {
			for i := range n {
				if i > 0 {
					p.op("ADD %v, %v, %v", cRow, row[i-1], row[i])
				}
				x.move(p, false, acc[i], row[i], 0)
			}
			for d := range w {
				from := turns[d%len(turns)]
				p.op("%s.P %d(%v), %v", map[int]string{1: "FMOVS", together: "FMOVQ"}[n], 4*n, a[d], from)
				for i := range n {
					for v := range acc[i] {
						p.fmla(4, acc[i][v], w[d][v], from, i)
					}
				}
			}
			for i := range n {
				x.move(p, true, acc[i], row[i], 0)
			}
			for line := 0; line < n*x.width(); line += 64 {
				p.op("PRFM %d(%v), PLDL2KEEP", line, ahead)
			}
			p.op("ADD $%d, %v", n*x.width(), ahead)
			p.op("ADD %v, %v, %v", cRow, row[n-1], row[0])
		})
		p.op("ADD $%d, %v", x.width(), b)
		p.op("ADD $%d, %v", x.width(), c)
		p.op("SUB $%d, %v", x.width()/4, cols)
		p.op("B %s", x.name)
		p.give(turns)
		p.give(w...)
		p.give(acc...)
	}
	p.label("done")
	p.op("RET")
}
