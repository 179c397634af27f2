package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The layout of kernel.dotTile.
const (
	dotC        = 0
	dotA        = 24
	dotB        = 48
	dotCRow     = 72
	dotARow     = 80
	dotBRow     = 88
	dotCols     = 96
	dotGroups   = 104
	dotResume   = 112
	dotPrefetch = 120
)

// A dotsKernel writes the kernels of products of rows with rows. Each row of B has a register with each bundle of rows of
// A, whose lanes take the columns in turn; a tree adds the lanes up at the end.
type dotsKernel struct {
	*program
	rows   int
	bundle int // rows of A in a register, eight columns of each
	group  int // rows of B
	vec    func() reg.VecVirtual
	m      dotsMachine
}

// dotsMachine is how a set feeds the lanes.
type dotsMachine interface {
	// loadA loads eight columns of a bundle of rows of A, the last ones +0 where masked.
	loadA(m operand.Mem, x reg.VecVirtual, masked bool)
	// loadB loads eight columns of a row of B, once for each row of a bundle.
	loadB(m operand.Mem, x reg.VecVirtual, masked bool)
	// prepare computes the mask for 0 < cols < 8.
	prepare(cols reg.Register)
	// finish adds up the lanes of the registers of up to four rows of A and hands the sums of a row to store.
	finish(acc [][]reg.VecVirtual, rows int, store func(sums reg.VecVirtual, high bool))
	// write stores the group's sums of one row, added to what is there if resume.
	write(sums reg.VecVirtual, high bool, m operand.Mem, resume bool)
}

func (k *dotsKernel) write() {
	k.function(fmt.Sprintf("dots%d", k.rows), "(t *dotTile)", fmt.Sprintf("is the dots kernel of %d rows.", k.rows))
	t := k.Load(k.Param("t"), k.GP64())
	c, bStart := k.loadField(t, dotC), k.loadField(t, dotB)
	aRow, bRow := k.loadStride(t, dotARow), k.loadStride(t, dotBRow)

	k.Label("group")
	acc := make([][]reg.VecVirtual, (k.rows+k.bundle-1)/k.bundle)
	for i := range acc {
		acc[i] = vectors(k.group, k.vec)
		k.clear(acc[i]...)
	}
	a := k.program.rows(k.loadField(t, dotA), aRow, len(acc))
	first, cols := k.GP64(), k.loadField(t, dotCols)
	k.MOVQ(bStart, first)
	b := k.program.rows(first, bRow, k.group)

	step := func(disp int, masked bool) {
		w := vectors(k.group, k.vec)
		for v := range w {
			k.m.loadB(b.at(v, disp), w[v], masked)
		}
		for i := range acc {
			x := k.vec()
			k.m.loadA(a.at(i, disp*k.bundle), x, masked)
			for v := range w {
				k.VFMADD231PS(w[v], x, acc[i][v])
			}
		}
	}
	move := func(by int) {
		k.advance(a, operand.U32(by*k.bundle))
		k.advance(b, operand.U8(by))
	}

	k.SUBQ(operand.U8(16), cols)
	k.JL(operand.LabelRef("eight"))
	ahead := k.loadStride(t, dotPrefetch)
	k.ADDQ(first, ahead)
	lead := k.program.rows(ahead, bRow, k.group)
	k.Label("sixteen")
	for i := range k.group {
		k.PREFETCHT0(lead.at(i, 0))
	}
	step(0, false)
	step(32, false)
	move(64)
	k.advance(lead, operand.U8(64))
	k.SUBQ(operand.U8(16), cols)
	k.JGE(operand.LabelRef("sixteen"))
	k.Label("eight")
	k.TESTQ(operand.U32(8), cols)
	k.JZ(operand.LabelRef("rest"))
	step(0, false)
	move(32)
	k.Label("rest")
	k.ANDQ(operand.U8(7), cols)
	k.JZ(operand.LabelRef("sum"))
	k.m.prepare(cols)
	step(0, true)

	k.Label("sum")
	for _, resume := range []bool{false, true} {
		if !resume {
			k.CMPQ(field(t, dotResume), operand.U8(0))
			k.JNE(operand.LabelRef("resume"))
		} else {
			k.Label("resume")
		}
		row, cRow := k.GP64(), k.loadStride(t, dotCRow)
		k.MOVQ(c, row)
		for i := 0; i < k.rows; i += 4 {
			n := min(4, k.rows-i)
			k.m.finish(acc[i/k.bundle:(i+n+k.bundle-1)/k.bundle], n, func(sums reg.VecVirtual, high bool) {
				k.m.write(sums, high, operand.Mem{Base: row}, resume)
				k.ADDQ(cRow, row)
			})
		}
		if !resume {
			k.JMP(operand.LabelRef("next"))
		}
	}
	k.Label("next")
	k.ADDQ(operand.U8(4*k.group), c)
	for range k.group {
		k.ADDQ(bRow, bStart)
	}
	k.DECQ(field(t, dotGroups))
	k.JNZ(operand.LabelRef("group"))
	k.VZEROUPPER()
	k.RET()
}
