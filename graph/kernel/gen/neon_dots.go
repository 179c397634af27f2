package main

import "fmt"

// dots writes the kernel of products of rows with rows: a pair of registers for the eight lanes of each row of A with each of two
// rows of B. Columns that do not fill the lanes are first copied to the stack, where +0 follows them.
func (p *arm64) dots(rows int) {
	const group, lanes, slot = 2, 8, 32 // of bytes
	buffer := slot * (rows + group)
	p.function(fmt.Sprintf("dots%d", rows), "(t *dotTile)", fmt.Sprintf("is the dots kernel of %d rows.", rows), buffer, 8)
	t := p.load("t", 0)
	c, bStart, groups := p.field(t, dotC), p.field(t, dotB), p.field(t, dotGroups)
	aRow, bRow, lead := p.stride(t, dotARow, 2), p.stride(t, dotBRow, 2), p.stride(t, dotPrefetch, 2)
	cols, tmp, padded := p.reg(), p.reg(), p.reg()
	row := make([]greg, rows+group) // those of A, then those of B
	for i := range row {
		row[i] = p.reg()
	}
	ahead := [group]greg{p.reg(), p.reg()}
	acc := make([][]vreg, rows*group)
	for i := range acc {
		acc[i] = p.vec(2)
	}
	b := [group][]vreg{p.vec(2), p.vec(2)}
	var a [][]vreg // take turns
	for len(p.freeV) > 1 && len(a) < 2 {
		a = append(a, p.vec(2))
	}
	step := func(at []greg, offset []int) {
		for v := range b {
			p.move(false, b[v], at[rows+v], offset[rows+v])
		}
		for i := range rows {
			x := a[i%len(a)]
			p.move(false, x, at[i], offset[i])
			for v := range b {
				for h := range 2 {
					p.op("VFMLA V%d.S4, V%d.S4, V%d.S4", x[h], b[v][h], acc[i*group+v][h])
				}
			}
		}
	}
	same := func(offset int) []int {
		o := make([]int, len(row))
		for i := range o {
			o[i] = offset
		}
		return o
	}
	move := func(by int, all []greg) {
		for _, r := range all {
			p.op("ADD $%d, %v", by, r)
		}
	}

	p.op("MOVD $buffer-%d(SP), %v", buffer, padded)
	p.clear(acc[0]...)
	for i := range row {
		p.move(true, acc[0], padded, slot*i)
	}
	p.label("group")
	for _, x := range acc {
		p.clear(x...)
	}
	p.op("MOVD %d(%v), %v", dotA, t, row[0])
	for i := 1; i < rows; i++ {
		p.op("ADD %v, %v, %v", aRow, row[i-1], row[i])
	}
	p.op("MOVD %v, %v", bStart, row[rows])
	p.op("ADD %v, %v, %v", bRow, row[rows], row[rows+1])
	for i := range ahead {
		p.op("ADD %v, %v, %v", lead, row[rows+i], ahead[i])
	}
	p.op("MOVD %d(%v), %v", dotCols, t, cols)
	p.op("SUBS $%d, %v", 2*lanes, cols)
	p.op("BLT eight")
	p.label("sixteen")
	for _, r := range ahead {
		p.op("PRFM (%v), PLDL1KEEP", r)
	}
	step(row, same(0))
	step(row, same(slot))
	move(2*slot, row)
	move(2*slot, ahead[:])
	p.op("SUBS $%d, %v", 2*lanes, cols)
	p.op("BGE sixteen")
	p.label("eight")
	p.op("TBZ $3, %v, rest", cols)
	step(row, same(0))
	move(slot, row)
	p.label("rest")
	p.op("ANDS $%d, %v", lanes-1, cols)
	p.op("BEQ sum")
	p.op("MOVD %v, %v", padded, tmp)
	p.label("copy")
	for i, r := range row {
		p.op("FMOVS.P 4(%v), %v", r, a[0][0])
		p.one(true, 4, a[0][0], tmp, slot*i)
	}
	p.op("ADD $4, %v", tmp)
	p.op("SUBS $1, %v", cols)
	p.op("BNE copy")
	at, offset := make([]greg, len(row)), make([]int, len(row))
	for i := range at {
		at[i], offset[i] = padded, slot*i
	}
	step(at, offset)

	p.label("sum")
	p.op("MOVD %v, %v", c, tmp)
	resume, cRow := row[0], row[1]
	p.op("MOVD %d(%v), %v", dotResume, t, resume)
	p.op("MOVD %d(%v), %v", dotCRow, t, cRow)
	p.op("LSL $2, %v", cRow)
	for i := range rows {
		p.tree(acc[i*group], acc[i*group+1])
	}
	p.op("CBZ %v, store", resume)
	p.op("MOVD %v, %v", tmp, row[2])
	for i := range rows {
		p.one(false, 8, b[0][0], row[2], 0)
		p.v("fadd.4s", acc[i*group][0], b[0][0], acc[i*group][0])
		p.op("ADD %v, %v", cRow, row[2])
	}
	p.label("store")
	for i := range rows {
		p.one(true, 8, acc[i*group][0], tmp, 0)
		p.op("ADD %v, %v", cRow, tmp)
	}
	p.op("ADD $%d, %v", 4*group, c)
	p.op("ADD %v<<1, %v", bRow, bStart)
	p.op("SUBS $1, %v", groups)
	p.op("BNE group")
	p.op("RET")
}

// tree adds up the eight lanes s of x, ((s0+s4)+(s2+s6))+((s1+s5)+(s3+s7)), to lane 0 of x, and those of y to lane 1.
func (p *arm64) tree(x, y []vreg) {
	p.v("fadd.4s", x[0], x[0], x[1])
	p.v("fadd.4s", y[0], y[0], y[1])
	p.op("VZIP1 V%d.D2, V%d.D2, V%d.D2", y[0], x[0], x[1])
	p.op("VZIP2 V%d.D2, V%d.D2, V%d.D2", y[0], x[0], y[1])
	p.v("fadd.4s", x[0], x[1], y[1])
	p.v("faddp.4s", x[0], x[0], x[0])
}
