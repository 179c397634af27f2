package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// updateRows is the number of rows of C whose chains an update kernel interleaves.
const updateRows = 4

// update writes the kernel that adds a product of few steps to many rows of C: for each panel, alpha times all of B stays
// in registers, while the rows of C pass by. With every row it prefetches as much as it reads of it, in the order of memory.
func (k *chainKernel) update(steps int) {
	k.function(fmt.Sprintf("update%d", steps), "(t *chainTile)", fmt.Sprintf("is the update kernel of %d steps.", steps))
	t := k.Load(k.Param("t"), k.GP64())
	b, cols, ahead := k.loadField(t, chainB), k.loadField(t, chainCols), k.loadStride(t, chainPrefetch)
	aRow, cRow := k.loadStride(t, chainARow), k.loadStride(t, chainCRow)
	k.c = k.loadField(t, chainC)
	k.ADDQ(k.c, ahead)
	whole := loader(func(m operand.Mem, _ int, x reg.VecVirtual) { k.VMOVUPS(m, x) })
	for _, part := range []struct {
		name string
		vecs int
	}{{"panel", 2}, {"rest", 1}} {
		width := part.vecs * k.lanes
		load, store := whole, func(x reg.VecVirtual, _ int, m operand.Mem) { k.VMOVUPS(x, m) }
		k.Label(part.name)
		if part.vecs == 2 {
			k.CMPQ(cols, operand.U8(width))
			k.JL(operand.LabelRef("rest"))
		} else {
			k.CMPQ(cols, operand.U8(0))
			k.JLE(operand.LabelRef("done"))
			k.tail.prepare(cols)
			load, store = k.tail.load, k.tail.store
		}
		w := k.scaled(t, b, steps, part.vecs, load)
		a := k.program.rows(k.loadField(t, chainA), aRow, steps)
		first, left := k.GP64(), k.loadField(t, chainRows)
		k.MOVQ(k.c, first)
		c := k.program.rows(first, cRow, updateRows)
		k.depth(func(s string) string { return part.name + "_" + s }, updateRows, left, func(n int) {
			acc := make([][]reg.VecVirtual, n)
			for i := range acc {
				acc[i] = vectors(part.vecs, k.vec)
				for v := range acc[i] {
					load(c.at(i, 4*k.lanes*v), v, acc[i][v])
				}
			}
			for line := 0; line < n*4*width; line += 64 {
				k.PREFETCHT1(operand.Mem{Base: ahead, Disp: line})
			}
			for d := range w {
				for i := range acc {
					x := k.vec()
					k.VBROADCASTSS(a.at(d, 4*i), x)
					for v := range acc[i] {
						k.VFMADD231PS(w[d][v], x, acc[i][v])
					}
				}
			}
			for i := range acc {
				for v := range acc[i] {
					store(acc[i][v], v, c.at(i, 4*k.lanes*v))
				}
			}
			k.ADDQ(operand.U32(n*4*width), ahead)
			k.advance(a, operand.U8(4*n))
			for range n {
				k.advance(c, cRow)
			}
		})
		k.ADDQ(operand.U32(4*width), b)
		k.ADDQ(operand.U32(4*width), k.c)
		k.SUBQ(operand.U8(width), cols)
		k.JMP(operand.LabelRef(part.name))
	}
	k.Label("done")
	k.VZEROUPPER()
	k.RET()
}

// scaled loads some columns of all rows of B, times alpha.
func (k *chainKernel) scaled(t, b reg.Register, steps, vecs int, load loader) [][]reg.VecVirtual {
	alpha, row, bDepth := k.vec(), k.GP64(), k.loadStride(t, chainBDepth)
	k.VBROADCASTSS(field(t, chainAlpha), alpha)
	k.MOVQ(b, row)
	w := make([][]reg.VecVirtual, steps)
	for d := range w {
		w[d] = vectors(vecs, k.vec)
		for v, x := range w[d] {
			load(operand.Mem{Base: row, Disp: 4 * k.lanes * v}, v, x)
			k.VMULPS(x, alpha, x)
		}
		k.ADDQ(bDepth, row)
	}
	return w
}
