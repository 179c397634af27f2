package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// ymm is the tail and the dotsMachine of AVX2. Its masks are vectors, read anew at each use because registers are few.
type ymm struct {
	*program
	table operand.Mem // sixteen times -1, sixteen times 0
	mask  reg.GPVirtual
}

func (p *program) avx2() (map[string][]byte, error) {
	y := &ymm{program: p, table: p.StaticGlobal("mask")}
	p.DataAttributes(attr.NOPTR | attr.RODATA)
	for i := range 32 {
		p.AddDatum(4*i, operand.I32(i/16-1))
	}
	for rows := 1; rows <= 6; rows++ {
		k := &chainKernel{program: p, rows: rows, lanes: 8, vec: p.YMM, tail: y}
		k.stream()
		k.packed()
		(&dotsKernel{p, rows, 1, 2, p.YMM, y}).write()
		(&chainKernel{program: p, rows: rows, lanes: 4, vec: p.YMM}).double()
	}
	p.pack("packPanel", 2, 8, p.YMM)
	p.pack("packGroup", 1, 8, p.YMM)
	p.elementwise()
	p.rules(32, p.YMM)
	p.powers()
	p.bins()
	p.peak(12, p.YMM)
	p.sweep()
	p.pause()
	return p.files()
}

func (y *ymm) prepare(cols reg.Register) {
	y.mask = y.GP64()
	n := y.GP64()
	y.LEAQ(y.table.Offset(64), y.mask)
	y.MOVQ(cols, n)
	y.SHLQ(operand.U8(2), n)
	y.SUBQ(n, y.mask)
}

func (y *ymm) load(m operand.Mem, v int, x reg.VecVirtual) {
	y.VMOVUPS(operand.Mem{Base: y.mask, Disp: 32 * v}, x)
	y.VMASKMOVPS(m, x, x)
}

func (y *ymm) store(x reg.VecVirtual, v int, m operand.Mem) {
	mask := y.YMM()
	y.VMOVUPS(operand.Mem{Base: y.mask, Disp: 32 * v}, mask)
	y.VMASKMOVPS(x, mask, m)
}

func (y *ymm) loadA(m operand.Mem, x reg.VecVirtual, masked bool) {
	if masked {
		y.load(m, 0, x)
	} else {
		y.VMOVUPS(m, x)
	}
}

func (y *ymm) loadB(m operand.Mem, x reg.VecVirtual, masked bool) { y.loadA(m, x, masked) }

func (y *ymm) finish(acc [][]reg.VecVirtual, _ int, store func(reg.VecVirtual, bool)) {
	// (s0+s4, s1+s5, s2+s6, s3+s7) of the first row of B in the low half, of the second in the high half.
	t := vectors(len(acc), y.YMM)
	for i, a := range acc {
		low := y.YMM()
		y.VPERM2F128(operand.U8(0x20), a[1], a[0], low)
		y.VPERM2F128(operand.U8(0x31), a[1], a[0], t[i])
		y.VADDPS(t[i], low, t[i])
	}
	v := y.fold(t, y.YMM)
	high := y.XMM()
	y.VEXTRACTF128(operand.U8(1), v, high)
	pairs := []reg.VecVirtual{y.XMM(), y.XMM()}
	y.VUNPCKLPS(high, v.AsX(), pairs[0])
	if len(acc) > 2 {
		y.VUNPCKHPS(high, v.AsX(), pairs[1])
	}
	for i := range acc {
		store(pairs[i/2], i%2 == 1)
	}
}

// fold adds up the four lanes s of each 128-bit part of up to four vectors, (s[0]+s[2])+(s[1]+s[3]), and returns a
// vector with the sums of vector i in lane i of each part.
func (p *program) fold(t []reg.VecVirtual, vec func() reg.VecVirtual) reg.VecVirtual {
	var u []reg.VecVirtual
	for i := 0; i < len(t); i += 2 {
		other := t[min(i+1, len(t)-1)]
		x, y := vec(), vec()
		p.VUNPCKLPD(other, t[i], x)
		p.VUNPCKHPD(other, t[i], y)
		p.VADDPS(y, x, x)
		u = append(u, x)
	}
	other := u[len(u)-1]
	x, y := vec(), vec()
	p.VSHUFPS(operand.U8(0x88), other, u[0], x)
	p.VSHUFPS(operand.U8(0xdd), other, u[0], y)
	p.VADDPS(y, x, x)
	return x
}

func (y *ymm) write(sums reg.VecVirtual, high bool, m operand.Mem, resume bool) {
	x := sums
	if resume || high {
		x = y.XMM()
	}
	if high {
		y.VPERMILPD(operand.U8(1), sums, x)
	}
	if resume {
		old := y.XMM()
		y.VMOVSD(m, old)
		if high {
			y.VADDPS(old, x, x)
		} else {
			y.VADDPS(old, sums, x)
		}
	}
	y.VMOVLPS(x, m)
}

// elementwise writes the loops over slices of a multiple of eight elements.
func (p *program) elementwise() {
	loop := func(n reg.Register, body func(disp int), pointers ...reg.Register) {
		p.SHRQ(operand.U8(3), n)
		p.JZ(operand.LabelRef("done"))
		p.Label("loop")
		body(0)
		for _, q := range pointers {
			p.ADDQ(operand.U8(32), q)
		}
		p.DECQ(n)
		p.JNZ(operand.LabelRef("loop"))
		p.Label("done")
		p.VZEROUPPER()
		p.RET()
	}
	for _, op := range []struct{ name, sig, doc string }{
		{"axpy", "(y, x []float32, alpha float32)", "computes y = fma(alpha, x, y)."},
		{"add", "(y, x []float32)", "computes y += x."},
	} {
		p.function(op.name, op.sig, op.doc)
		y, _ := p.slice("y")
		x, n := p.slice("x")
		alpha := p.YMM()
		if op.name != "add" {
			m, err := p.Param("alpha").Resolve()
			if err != nil {
				panic(err)
			}
			p.VBROADCASTSS(m.Addr, alpha)
		}
		loop(n, func(int) {
			v := p.YMM()
			switch op.name {
			case "axpy":
				p.VMOVUPS(operand.Mem{Base: y}, v)
				p.VFMADD231PS(operand.Mem{Base: x}, alpha, v)
			case "add":
				p.VMOVUPS(operand.Mem{Base: y}, v)
				p.VADDPS(operand.Mem{Base: x}, v, v)
			}
			p.VMOVUPS(v, operand.Mem{Base: y})
		}, y, x)
	}
	for _, g := range grads {
		p.function(g.name+"Grad", "(dst, z, dz []float32)", "computes "+g.doc+".")
		dst, _ := p.slice("dst")
		z, n := p.slice("z")
		dz, _ := p.slice("dz")
		loop(n, func(int) {
			x := p.YMM()
			p.VMOVUPS(operand.Mem{Base: z}, x)
			p.VMOVUPS(g.body(p, x, operand.Mem{Base: dz}), operand.Mem{Base: dst})
		}, dst, z, dz)
	}
	for _, f := range functions {
		p.function(f.name, "(dst, src []float32)", "computes "+f.name+" elementwise.")
		dst, _ := p.slice("dst")
		src, n := p.slice("src")
		loop(n, func(int) { f.body(p, dst, src) }, dst, src)
	}
}

// peak writes a loop of independent FMAs in registers.
func (p *program) peak(n int, vec func() reg.VecVirtual) {
	p.function("peak", "(rounds int)", fmt.Sprintf("does %d independent FMAs of whole vectors a round.", n))
	rounds := p.Load(p.Param("rounds"), p.GP64())
	acc := vectors(n, vec)
	x, y := vec(), vec()
	p.clear(acc...)
	p.clear(x, y)
	p.Label("loop")
	for _, a := range acc {
		p.VFMADD231PS(x, y, a)
	}
	p.DECQ(rounds)
	p.JNZ(operand.LabelRef("loop"))
	p.VZEROUPPER()
	p.RET()
}

// sweep writes a loop that reads a slice.
func (p *program) sweep() {
	p.function("sweep", "(x []float32) float32", "reads x, whose length is a multiple of eight, and returns something of it.")
	x, n := p.slice("x")
	s := p.YMM()
	p.clear(s)
	p.SHRQ(operand.U8(3), n)
	p.JZ(operand.LabelRef("done"))
	p.Label("loop")
	p.VORPS(operand.Mem{Base: x}, s, s)
	p.ADDQ(operand.U8(32), x)
	p.DECQ(n)
	p.JNZ(operand.LabelRef("loop"))
	p.Label("done")
	p.Store(s.AsX(), p.ReturnIndex(0))
	p.VZEROUPPER()
	p.RET()
}

// pause writes a short wait.
func (p *program) pause() {
	p.function("pause", "()", "waits some tens of cycles, in favour of the other thread of the core.")
	p.PAUSE()
	p.RET()
}

// pack writes the copying of count blocks of n vectors each.
func (p *program) pack(name string, n, lanes int, vec func() reg.VecVirtual) {
	p.function(name, "(dst, src []float32, alpha float32, count, srcStep, dstStep int)",
		fmt.Sprintf("multiplies count > 0 blocks of %d numbers by alpha; the steps are between blocks.", n*lanes))
	dst, _ := p.slice("dst")
	src, _ := p.slice("src")
	m, err := p.Param("alpha").Resolve()
	if err != nil {
		panic(err)
	}
	alpha := vec()
	p.VBROADCASTSS(m.Addr, alpha)
	count := p.Load(p.Param("count"), p.GP64())
	srcStep, dstStep := p.Load(p.Param("srcStep"), p.GP64()), p.Load(p.Param("dstStep"), p.GP64())
	p.SHLQ(operand.U8(2), srcStep)
	p.SHLQ(operand.U8(2), dstStep)
	p.Label("loop")
	for v := range n {
		x := vec()
		p.VMULPS(operand.Mem{Base: src, Disp: 4 * lanes * v}, alpha, x)
		p.VMOVUPS(x, operand.Mem{Base: dst, Disp: 4 * lanes * v})
	}
	p.ADDQ(srcStep, src)
	p.ADDQ(dstStep, dst)
	p.DECQ(count)
	p.JNZ(operand.LabelRef("loop"))
	p.VZEROUPPER()
	p.RET()
}
