package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The layout of kernel.tile64.
const (
	doubleC      = 0
	doubleA      = 24
	doubleB      = 48
	doubleCRow   = 72
	doubleDepth  = 80
	doubleResume = 88
)

// double writes the kernel of float64: the sums of some rows of one panel of two vectors stay in registers, while a step of the
// depth loads two vectors of B and one broadcast number of A a row, both from where they lie in the order of reading.
func (k *chainKernel) double() {
	const unroll = 4
	k.function(fmt.Sprintf("double%d", k.rows), "(t *tile64)", fmt.Sprintf("is the float64 kernel of %d rows.", k.rows))
	t := k.Load(k.Param("t"), k.GP64())
	c, a, b, cRow := k.loadField(t, doubleC), k.loadField(t, doubleA), k.loadField(t, doubleB), k.loadField(t, doubleCRow)
	k.SHLQ(operand.U8(3), cRow)
	eachRow := func(do func(acc reg.VecVirtual, m operand.Mem), acc []reg.VecVirtual) {
		row := k.GP64()
		k.MOVQ(c, row)
		for i := range k.rows {
			for v := range 2 {
				do(acc[2*i+v], operand.Mem{Base: row, Disp: 8 * k.lanes * v})
			}
			if i < k.rows-1 {
				k.ADDQ(cRow, row)
			}
		}
	}
	acc := vectors(2*k.rows, k.vec)
	k.CMPQ(field(t, doubleResume), operand.U8(0))
	k.JNE(operand.LabelRef("resume"))
	k.clear(acc...)
	k.JMP(operand.LabelRef("start"))
	k.Label("resume")
	eachRow(func(x reg.VecVirtual, m operand.Mem) { k.VMOVUPD(m, x) }, acc)
	k.Label("start")
	k.depth(func(s string) string { return s }, unroll, k.loadField(t, doubleDepth), func(n int) {
		for u := range n {
			w := vectors(2, k.vec)
			for v := range w {
				k.VMOVUPD(operand.Mem{Base: b, Disp: 8 * k.lanes * (2*u + v)}, w[v])
			}
			for i := range k.rows {
				x := k.vec()
				k.VBROADCASTSD(operand.Mem{Base: a, Disp: 8 * (u*k.rows + i)}, x)
				for v := range w {
					k.VFMADD231PD(w[v], x, acc[2*i+v])
				}
			}
		}
		k.ADDQ(operand.U32(16*k.lanes*n), b)
		k.ADDQ(operand.U32(8*k.rows*n), a)
	})
	eachRow(func(x reg.VecVirtual, m operand.Mem) { k.VMOVUPD(x, m) }, acc)
	k.VZEROUPPER()
	k.RET()
}
