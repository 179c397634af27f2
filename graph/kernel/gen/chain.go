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
	chainBDepth   = 112
	chainBPanel   = 120
	chainDepth    = 128
	chainCols     = 136
	chainResume   = 144
	chainPrefetch = 152
	chainRows     = 160
	chainAlpha    = 168
)

// A chainKernel writes the kernels of products whose sums are chains. For each panel of two vectors of columns, the
// sums of all rows stay in registers; a step of the depth loads two vectors of B and one broadcast number of A a row.
type chainKernel struct {
	*program
	rows      int
	lanes     int
	vec       func() reg.VecVirtual
	tail      tail
	c         reg.GPVirtual // the panel's address in C
	prefetchC bool          // whether rows of C that come later are prefetched
}

// tail is how a set loads and stores the columns that do not fill a panel.
type tail interface {
	// prepare computes the masks of two vectors for 0 < cols < 2*lanes.
	prepare(cols reg.Register)
	load(m operand.Mem, v int, x reg.VecVirtual)
	store(x reg.VecVirtual, v int, m operand.Mem)
}

// A loader loads vector v of a row of a panel, a labeler makes a label unique to whole panels or to the tail.
type (
	loader  func(m operand.Mem, v int, x reg.VecVirtual)
	labeler func(string) string
)

// stream writes the kernel that reads A and B where they are, and prefetches B.
func (k *chainKernel) stream() {
	const unroll = 4
	k.prefetchC = false
	k.function(fmt.Sprintf("stream%d", k.rows), "(t *chainTile)", fmt.Sprintf("is the stream kernel of %d rows.", k.rows))
	t := k.Load(k.Param("t"), k.GP64())
	aRow, bDepth, bDepth3 := k.loadStride(t, chainARow), k.loadStride(t, chainBDepth), k.GP64()
	k.LEAQ(operand.Mem{Base: bDepth, Index: bDepth, Scale: 2}, bDepth3)
	k.panels(t, func(b reg.Register, acc []reg.VecVirtual, load loader, label labeler) {
		a := k.program.rows(k.loadField(t, chainA), aRow, k.rows)
		row, ahead, d := k.GP64(), k.loadStride(t, chainPrefetch), k.loadField(t, chainDepth)
		k.MOVQ(b, row)
		k.ADDQ(b, ahead)
		// at is the memory u rows of B below one of the two pointers.
		at := func(base reg.Register, u, disp int) operand.Mem {
			m := operand.Mem{Base: base, Disp: disp}
			switch u {
			case 1, 2:
				m.Index, m.Scale = bDepth, uint8(u)
			case 3:
				m.Index, m.Scale = bDepth3, 1
			}
			return m
		}
		k.depth(label, unroll, d, func(n int) {
			for u := range n {
				w := vectors(2, k.vec)
				for v := range w {
					load(at(row, u, 4*k.lanes*v), v, w[v])
				}
				for line := 0; line < 8*k.lanes; line += 64 {
					k.PREFETCHT0(at(ahead, u, line))
				}
				k.multiply(acc, w, func(i int) operand.Mem { return a.at(i, 4*u) })
			}
			k.advance(a, operand.U8(4*n))
			for _, b := range []reg.Register{row, ahead} {
				if n == 1 {
					k.ADDQ(bDepth, b)
				} else {
					k.LEAQ(operand.Mem{Base: b, Index: bDepth, Scale: 4}, b)
				}
			}
		})
		k.CMPQ(field(t, chainBiasLen), operand.U8(0))
		k.JE(operand.LabelRef(label("unbiased")))
		bias, w := k.loadField(t, chainBias), vectors(2, k.vec)
		k.SUBQ(field(t, chainC), bias)
		for v := range w {
			load(operand.Mem{Base: bias, Index: k.c, Scale: 1, Disp: 4 * k.lanes * v}, v, w[v])
		}
		for i := range acc {
			k.VADDPS(w[i%2], acc[i], acc[i])
		}
		k.Label(label("unbiased"))
	})
}

// packed writes the kernel that reads A and B from where they lie in the order of reading: A[d][row] and, by panels,
// B[d][column], in whole panels. It prefetches C.
func (k *chainKernel) packed() {
	const unroll = 5
	k.prefetchC = true
	k.function(fmt.Sprintf("packed%d", k.rows), "(t *chainTile)", fmt.Sprintf("is the packed kernel of %d rows.", k.rows))
	t := k.Load(k.Param("t"), k.GP64())
	k.panels(t, func(b reg.Register, acc []reg.VecVirtual, _ loader, label labeler) {
		a, row, d := k.loadField(t, chainA), k.GP64(), k.loadField(t, chainDepth)
		k.MOVQ(b, row)
		k.depth(label, unroll, d, func(n int) {
			for u := range n {
				w := vectors(2, k.vec)
				for v := range w {
					k.VMOVUPS(operand.Mem{Base: row, Disp: 4 * k.lanes * (2*u + v)}, w[v])
				}
				k.multiply(acc, w, func(i int) operand.Mem { return operand.Mem{Base: a, Disp: 4 * (u*k.rows + i)} })
			}
			k.ADDQ(operand.U32(8*k.lanes*n), row)
			k.ADDQ(operand.U32(4*k.rows*n), a)
		})
	})
}

// multiply adds the product of one column of A and one row of B to the sums.
func (k *chainKernel) multiply(acc, w []reg.VecVirtual, a func(row int) operand.Mem) {
	for i := range k.rows {
		x := k.vec()
		k.VBROADCASTSS(a(i), x)
		for v := range w {
			k.VFMADD231PS(w[v], x, acc[2*i+v])
		}
	}
}

// depth writes a loop of d > 0 steps, several at a time and the rest one by one.
func (k *chainKernel) depth(label labeler, unroll int, d reg.Register, steps func(n int)) {
	k.SUBQ(operand.U8(unroll), d)
	k.JL(operand.LabelRef(label("few")))
	k.Label(label("many"))
	steps(unroll)
	k.SUBQ(operand.U8(unroll), d)
	k.JGE(operand.LabelRef(label("many")))
	k.Label(label("few"))
	k.ADDQ(operand.U8(unroll), d)
	k.JZ(operand.LabelRef(label("summed")))
	k.Label(label("one"))
	steps(1)
	k.DECQ(d)
	k.JNZ(operand.LabelRef(label("one")))
	k.Label(label("summed"))
}

// panels writes the loop over panels and the columns that are left, and returns from the function. Sums is the work on
// one panel: from the address of B and the sums so far to the sums; load takes care of a masked panel.
func (k *chainKernel) panels(t reg.Register, sums func(reg.Register, []reg.VecVirtual, loader, labeler)) {
	panel := 2 * k.lanes
	b, cols := k.loadField(t, chainB), k.loadField(t, chainCols)
	k.c = k.loadField(t, chainC)
	for _, part := range []string{"panel", "tail"} {
		label := func(s string) string { return part + "_" + s }
		load := func(m operand.Mem, _ int, x reg.VecVirtual) { k.VMOVUPS(m, x) }
		store := func(x reg.VecVirtual, _ int, m operand.Mem) { k.VMOVUPS(x, m) }
		k.Label(part)
		if part == "panel" {
			k.CMPQ(cols, operand.U8(panel))
			k.JL(operand.LabelRef("tail"))
		} else {
			k.TESTQ(cols, cols)
			k.JZ(operand.LabelRef("done"))
			k.tail.prepare(cols)
			load, store = k.tail.load, k.tail.store
		}

		acc := vectors(2*k.rows, k.vec)
		k.CMPQ(field(t, chainResume), operand.U8(0))
		k.JNE(operand.LabelRef(label("resume")))
		k.clear(acc...)
		k.JMP(operand.LabelRef(label("start")))
		k.Label(label("resume"))
		ahead := k.loadStride(t, chainPrefetch)
		k.eachRow(t, func(i int, row reg.Register) {
			for line := 0; k.prefetchC && line < 4*panel; line += 64 {
				k.PREFETCHT0(operand.Mem{Base: row, Index: ahead, Scale: 1, Disp: line})
			}
			for v := range 2 {
				load(operand.Mem{Base: row, Disp: 4 * k.lanes * v}, v, acc[2*i+v])
			}
		})
		k.Label(label("start"))
		sums(b, acc, load, label)
		k.eachRow(t, func(i int, row reg.Register) {
			for v := range 2 {
				store(acc[2*i+v], v, operand.Mem{Base: row, Disp: 4 * k.lanes * v})
			}
		})
		if part == "panel" {
			step := k.loadStride(t, chainBPanel)
			k.ADDQ(step, b)
			k.ADDQ(operand.U32(4*panel), k.c)
			k.SUBQ(operand.U8(panel), cols)
			k.JMP(operand.LabelRef("panel"))
		}
	}
	k.Label("done")
	k.VZEROUPPER()
	k.RET()
}

// eachRow walks the rows of C.
func (k *chainKernel) eachRow(t reg.Register, do func(i int, row reg.Register)) {
	row, cRow := k.GP64(), k.loadStride(t, chainCRow)
	k.MOVQ(k.c, row)
	for i := range k.rows {
		do(i, row)
		if i < k.rows-1 {
			k.ADDQ(cRow, row)
		}
	}
}
