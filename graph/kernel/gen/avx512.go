package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// zmm is the tail and the dotsMachine of AVX-512. A vector has room for eight columns of two rows of B, so that the
// products of rows with rows have the same eight lanes as with AVX2.
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
		(&dotsKernel{p, rows, 4, p.ZMM, z}).write()
	}
	p.pack("packPanel", 2, 16, p.ZMM)
	p.pack("packGroup", 1, 16, p.ZMM)
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

// A masked load of a whole vector touches nothing beyond the mask, whose upper half is empty here.

func (z *zmm) loadA(m operand.Mem, x reg.VecVirtual, masked bool) {
	if masked {
		z.load(m, 0, x)
		z.VINSERTF64X4(operand.U8(1), x.AsY(), x, x)
	} else {
		z.VBROADCASTF64X4(m, x)
	}
}

func (z *zmm) loadB(b rowPointers, disp int, w []reg.VecVirtual, masked bool) {
	for i, x := range w {
		first, second := b.at(2*i, disp), b.at(2*i+1, disp)
		if masked {
			y := z.ZMM()
			z.load(first, 0, x)
			z.load(second, 0, y)
			z.VINSERTF64X4(operand.U8(1), y.AsY(), x, x)
		} else {
			z.VBROADCASTF64X4(first, x)
			z.VINSERTF64X4(operand.U8(1), second, x, x)
		}
	}
}

func (z *zmm) finish(acc [][]reg.VecVirtual, store func(int, reg.VecVirtual, bool)) {
	// (s0+s4, s1+s5, s2+s6, s3+s7) of the four rows of B, a quarter of the vector each.
	t := vectors(len(acc), z.ZMM)
	for i, a := range acc {
		low := z.ZMM()
		z.VSHUFF32X4(operand.U8(0x88), a[1], a[0], low)
		z.VSHUFF32X4(operand.U8(0xdd), a[1], a[0], t[i])
		z.VADDPS(t[i], low, t[i])
	}
	v := z.fold(t, z.ZMM)
	q := []reg.VecVirtual{v, z.XMM(), z.XMM(), z.XMM()}
	for i := 1; i < 4; i++ {
		z.VEXTRACTF32X4(operand.U8(i), v, q[i])
	}
	for i := 0; i < len(acc); i += 2 {
		unpack := z.VUNPCKLPS
		if i == 2 {
			unpack = z.VUNPCKHPS
		}
		x, y := z.XMM(), z.XMM()
		unpack(q[1], q[0].AsX(), x)
		unpack(q[3], q[2], y)
		row := z.XMM()
		z.VUNPCKLPD(y, x, row)
		store(i, row, false)
		if i+1 < len(acc) {
			row := z.XMM()
			z.VUNPCKHPD(y, x, row)
			store(i+1, row, false)
		}
	}
}

func (z *zmm) write(sums reg.VecVirtual, _ bool, m operand.Mem, resume bool) {
	if resume {
		z.VADDPS(m, sums, sums)
	}
	z.VMOVUPS(sums, m)
}
