package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// zmm is the tail and the dotsMachine of AVX-512. A vector has room for eight columns of two rows of A, a
// bundle, so that the products of rows with rows have the same eight lanes as with AVX2.
type zmm struct {
	*program
	mask [2]reg.OpmaskVirtual
}

func (p *program) avx512() (map[string][]byte, error) {
	z := &zmm{program: p}
	for rows := 1; rows <= 12; rows++ {
		k := &chainKernel{program: p, rows: rows, lanes: 16, vec: p.ZMM, tail: z}
		k.stream()
		k.packed()
		(&dotsKernel{p, rows, 2, 4, p.ZMM, z}).write()
		(&chainKernel{program: p, rows: rows, lanes: 8, vec: p.ZMM}).double()
	}
	for steps := 1; steps <= 10; steps++ { // 20 registers of B, 8 of C, 2 to take turns
		(&chainKernel{program: p, lanes: 16, vec: p.ZMM, tail: z}).update(steps)
	}
	p.pack("packPanel", 2, 16, p.ZMM)
	p.pack("packGroup", 1, 16, p.ZMM)
	p.rules(64, p.ZMM)
	p.peak(24, p.ZMM)
	return p.files()
}

func (z *zmm) prepare(cols reg.Register) {
	bits := z.GP64()
	z.MOVQ(operand.I32(1), bits)
	z.SHLXQ(cols, bits, bits)
	z.DECQ(bits)
	for v := range z.mask {
		z.mask[v] = z.K()
		z.KMOVW(bits.As32(), z.mask[v])
		z.SHRQ(operand.U8(16), bits)
	}
}

func (z *zmm) load(m operand.Mem, v int, x reg.VecVirtual) { z.VMOVUPS_Z(m, z.mask[v], x) }

func (z *zmm) store(x reg.VecVirtual, v int, m operand.Mem) { z.VMOVUPS(x, z.mask[v], m) }

func (z *zmm) loadA(m operand.Mem, x reg.VecVirtual, _ bool) { z.VMOVUPS(m, x) } // bundles are padded with +0

func (z *zmm) loadB(m operand.Mem, x reg.VecVirtual, masked bool) {
	if masked { // touches nothing beyond the mask, whose upper half is empty here
		z.load(m, 0, x)
		z.VINSERTF64X4(operand.U8(1), x.AsY(), x, x)
	} else {
		z.VBROADCASTF64X4(m, x)
	}
}

func (z *zmm) finish(acc [][]reg.VecVirtual, rows int, store func(reg.VecVirtual, bool)) {
	// (s0+s4, s1+s5, s2+s6, s3+s7) of two rows of A with two rows of B, a quarter of the vector each.
	var t []reg.VecVirtual
	for _, a := range acc {
		for i := 0; i < len(a); i += 2 {
			low, high := z.ZMM(), z.ZMM()
			z.VSHUFF32X4(operand.U8(0x88), a[i+1], a[i], low)
			z.VSHUFF32X4(operand.U8(0xdd), a[i+1], a[i], high)
			z.VADDPS(high, low, low)
			t = append(t, low)
		}
	}
	v := z.fold(t, z.ZMM)
	q := []reg.VecVirtual{v, z.XMM(), z.XMM(), z.XMM()}
	for i := 1; i < 4; i++ {
		z.VEXTRACTF32X4(operand.U8(i), v, q[i])
	}
	for i := range rows {
		row := z.XMM()
		if i < 2 {
			z.VUNPCKLPS(q[i+2], q[i].AsX(), row)
		} else {
			z.VUNPCKHPS(q[i], q[i-2].AsX(), row)
		}
		store(row, false)
	}
}

func (z *zmm) write(sums reg.VecVirtual, _ bool, m operand.Mem, resume bool) {
	if resume {
		z.VADDPS(m, sums, sums)
	}
	z.VMOVUPS(sums, m)
}
