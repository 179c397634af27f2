package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The layout of kernel.chainTile.
const (
	chainC        = 0
	chainA        = 24
	chainB        = 48
	chainBias     = 72
	chainBiasLen  = 80
	chainCRow     = 96
	chainARow     = 104
	chainADepth   = 112
	chainBDepth   = 120
	chainBPanel   = 128
	chainDepth    = 136
	chainCols     = 144
	chainResume   = 152
	chainPrefetch = 160
)

// A chainKernel writes the kernels of products whose sums are chains. A panel of two vectors of columns stays in
// registers for each of the rows, while a depth loop loads two vectors of B and one broadcast number of A a row.
type chainKernel struct {
	*program
	rows  int
	lanes int
	vec   func() reg.VecVirtual
	tail  tail
}

// tail is how a set loads and stores the columns that do not fill a panel.
type tail interface {
	// prepare computes the masks of two vectors for 0 < cols < 2*lanes.
	prepare(cols reg.Register)
	load(m operand.Mem, v int, x reg.VecVirtual)
	store(x reg.VecVirtual, v int, m operand.Mem)
}

func (k *chainKernel) write() {
	name := fmt.Sprintf("chain%d", k.rows)
	k.function(name, "(t *chainTile)", fmt.Sprintf("is the chain kernel of %d rows.", k.rows))
	t := k.Load(k.Param("t"), k.GP64())
	c, b, bias := k.loadField(t, chainC), k.loadField(t, chainB), k.loadField(t, chainBias)
	cols := k.loadField(t, chainCols)
	aRow, aDepth, bDepth := k.loadStride(t, chainARow), k.loadStride(t, chainADepth), k.loadStride(t, chainBDepth)
	cRow, prefetch := k.loadStride(t, chainCRow), k.loadStride(t, chainPrefetch)
	panel := 2 * k.lanes

	move := func(load bool) (func(operand.Mem, int, reg.VecVirtual), func(reg.VecVirtual, int, operand.Mem)) {
		if load {
			return k.tail.load, k.tail.store
		}
		return func(m operand.Mem, _ int, x reg.VecVirtual) { k.VMOVUPS(m, x) },
			func(x reg.VecVirtual, _ int, m operand.Mem) { k.VMOVUPS(x, m) }
	}
	for _, part := range []string{"panel", "tail"} {
		load, store := move(part == "tail")
		label := func(s string) string { return part + "_" + s }
		k.Label(part)
		if part == "panel" {
			k.CMPQ(cols, operand.U8(panel))
			k.JL(operand.LabelRef("tail"))
		} else {
			k.TESTQ(cols, cols)
			k.JZ(operand.LabelRef("done"))
			k.tail.prepare(cols)
		}
		acc := vectors(2*k.rows, k.vec)

		// The chains start from +0 or from C.
		k.CMPQ(field(t, chainResume), operand.U8(0))
		k.JNE(operand.LabelRef(label("resume")))
		k.clear(acc...)
		k.JMP(operand.LabelRef(label("start")))
		k.Label(label("resume"))
		row := k.GP64()
		k.MOVQ(c, row)
		for i := range k.rows {
			for v := range 2 {
				load(operand.Mem{Base: row, Disp: 4 * k.lanes * v}, v, acc[2*i+v])
			}
			k.ADDQ(cRow, row)
		}

		k.Label(label("start"))
		a := k.program.rows(k.loadField(t, chainA), aRow, k.rows)
		bp, d := k.GP64(), k.loadField(t, chainDepth)
		k.MOVQ(b, bp)
		k.Label(label("depth"))
		w := vectors(2, k.vec)
		for v := range w {
			load(operand.Mem{Base: bp, Disp: 4 * k.lanes * v}, v, w[v])
		}
		for line := 0; line < 4*panel; line += 64 {
			k.PREFETCHT0(operand.Mem{Base: bp, Index: prefetch, Scale: 1, Disp: line})
		}
		for i := range k.rows {
			x := k.vec()
			k.VBROADCASTSS(a.at(i, 0), x)
			for v := range w {
				k.VFMADD231PS(w[v], x, acc[2*i+v])
			}
		}
		k.advance(a, aDepth)
		k.ADDQ(bDepth, bp)
		k.DECQ(d)
		k.JNZ(operand.LabelRef(label("depth")))

		k.CMPQ(field(t, chainBiasLen), operand.U8(0))
		k.JE(operand.LabelRef(label("store")))
		for v := range w {
			load(operand.Mem{Base: bias, Disp: 4 * k.lanes * v}, v, w[v])
		}
		for i := range acc {
			k.VADDPS(w[i%2], acc[i], acc[i])
		}
		k.ADDQ(operand.U8(4*panel), bias)

		k.Label(label("store"))
		row = k.GP64()
		k.MOVQ(c, row)
		for i := range k.rows {
			for v := range 2 {
				store(acc[2*i+v], v, operand.Mem{Base: row, Disp: 4 * k.lanes * v})
			}
			k.ADDQ(cRow, row)
		}
		if part == "panel" {
			step := k.loadStride(t, chainBPanel)
			k.ADDQ(step, b)
			k.ADDQ(operand.U32(4*panel), c)
			k.SUBQ(operand.U8(panel), cols)
			k.JMP(operand.LabelRef("panel"))
		}
	}
	k.Label("done")
	k.VZEROUPPER()
	k.RET()
}
