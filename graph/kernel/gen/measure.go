package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// powers writes the sums of powers of eight blocks: a block is a lane, so that its sums are taken in order.
func (p *program) powers() {
	p.function("powers", "(x []float32, block int, sums []float64)",
		"sums the powers of eight blocks, whose length is a multiple of four, into sums, by power and block.")
	x, _ := p.slice("x")
	block := p.Load(p.Param("block"), p.GP64())
	to, _ := p.slice("sums")
	const groups, lanes = 2, 4
	stride, first := p.GP64(), make([]reg.GPVirtual, groups)
	p.MOVQ(block, stride)
	p.SHLQ(operand.U8(2), stride)
	sums, shift := make([][]reg.VecVirtual, groups), make([]reg.VecVirtual, groups)
	three := p.GP64() // three rows on
	p.LEAQ(operand.Mem{Base: stride, Index: stride, Scale: 2}, three)
	row := func(g, l int) operand.Mem {
		m := operand.Mem{Base: first[g]}
		switch l {
		case 1, 2:
			m.Index, m.Scale = stride, uint8(l)
		case 3:
			m.Index, m.Scale = three, 1
		}
		return m
	}
	for g := range groups {
		first[g], shift[g], sums[g] = p.GP64(), p.YMM(), vectors(4, p.YMM)
		if g == 0 {
			p.MOVQ(x, first[g])
		} else {
			p.LEAQ(operand.Mem{Base: first[g-1], Index: stride, Scale: lanes}, first[g])
		}
		p.clear(sums[g]...)
		s := p.XMM()
		p.VMOVSS(row(g, 0), s)
		for l := 1; l < lanes; l++ {
			p.VINSERTPS(operand.U8(l<<4), row(g, l), s, s)
		}
		p.VCVTPS2PD(s, shift[g])
	}
	p.SHRQ(operand.U8(2), block)
	p.JZ(operand.LabelRef("done"))
	p.Label("loop")
	for g := range groups {
		for _, v := range p.columns(func(l int) operand.Mem { return row(g, l) }) {
			d, d2 := p.YMM(), p.YMM()
			p.VCVTPS2PD(v, d)
			p.VSUBPD(shift[g], d, d)
			p.VMULPD(d, d, d2)
			p.VADDPD(d, sums[g][0], sums[g][0])
			p.VADDPD(d2, sums[g][1], sums[g][1])
			p.VMULPD(d2, d, d)
			p.VMULPD(d2, d2, d2)
			p.VADDPD(d, sums[g][2], sums[g][2])
			p.VADDPD(d2, sums[g][3], sums[g][3])
		}
		p.ADDQ(operand.U8(4*lanes), first[g])
	}
	p.DECQ(block)
	p.JNZ(operand.LabelRef("loop"))
	p.Label("done")
	for g := range groups {
		for power, s := range sums[g] {
			p.VMOVUPD(s, operand.Mem{Base: to, Disp: 8 * lanes * (groups*power + g)})
		}
	}
	p.VZEROUPPER()
	p.RET()
}

// columns returns the columns of the four by four numbers whose rows are given.
func (p *program) columns(row func(l int) operand.Mem) []reg.VecVirtual {
	r, pairs, c := vectors(4, p.XMM), vectors(4, p.XMM), vectors(4, p.XMM)
	for l := range r {
		p.VMOVUPS(row(l), r[l])
	}
	for i := range 2 { // the rows 2i and 2i+1, number by number
		p.VUNPCKLPS(r[2*i+1], r[2*i], pairs[i])
		p.VUNPCKHPS(r[2*i+1], r[2*i], pairs[2+i])
	}
	for i := range 2 {
		p.VMOVLHPS(pairs[2*i+1], pairs[2*i], c[2*i])
		p.VMOVHLPS(pairs[2*i], pairs[2*i+1], c[2*i+1])
	}
	return c
}

// bins writes the counting of a histogram by pairs of numbers.
func (p *program) bins() {
	p.function("bins", "(x []float32, pairs *[1 << 16]uint32, low, perUnit, end float64) (done int)",
		"counts the numbers of x by pairs, eight at a time, until eight are not all in bins.")
	const lanes, step = 4, 8 // of a vector; numbers
	x, n := p.slice("x")
	pairs := p.Load(p.Param("pairs"), p.GP64())
	broadcast := func(name string) reg.VecVirtual {
		a, err := p.Param(name).Resolve()
		if err != nil {
			panic(err)
		}
		v := p.YMM()
		p.VBROADCASTSD(a.Addr, v)
		return v
	}
	low, perUnit, end := broadcast("low"), broadcast("perUnit"), broadcast("end")
	minus := p.YMM()
	p.VPCMPEQQ(minus, minus, minus)
	done := p.GP64()
	p.XORQ(done, done)
	p.SUBQ(operand.U8(step), n)
	p.JL(operand.LabelRef("done"))
	p.Label("loop")
	all, t, i := p.YMM(), vectors(2, p.YMM), vectors(2, p.XMM)
	for v, t := range t {
		inside := p.YMM()
		p.VCVTPS2PD(operand.Mem{Base: x, Index: done, Scale: 4, Disp: 4 * lanes * v}, t)
		p.VSUBPD(low, t, t)
		p.VMULPD(perUnit, t, t)
		// From 0 on, numbers are in the order of their bits, and negative ones are negative integers.
		p.VPCMPGTQ(minus, t, inside)
		if v == 0 {
			p.VMOVAPD(inside, all)
		} else {
			p.VPAND(inside, all, all)
		}
		p.VPCMPGTQ(t, end, inside)
		p.VPAND(inside, all, all)
	}
	mask := p.GP32()
	p.VMOVMSKPD(all, mask)
	p.CMPL(mask, operand.U8(1<<lanes-1))
	p.JNE(operand.LabelRef("done"))
	for v, t := range t {
		p.VCVTTPD2DQY(t, i[v])
	}
	p.VPACKSSDW(i[1], i[0], i[0])
	p.VPACKUSWB(i[0], i[0], i[0]) // a bin is a byte
	bytes := p.GP64()
	p.VMOVQ(i[0], bytes)
	for pair := range step / 2 {
		i := p.GP64()
		p.MOVWQZX(bytes.As16(), i)
		p.INCL(operand.Mem{Base: pairs, Index: i, Scale: 4})
		if pair < step/2-1 {
			p.SHRQ(operand.U8(16), bytes)
		}
	}
	p.ADDQ(operand.U8(step), done)
	p.CMPQ(done, n)
	p.JLE(operand.LabelRef("loop"))
	p.Label("done")
	p.Store(done, p.ReturnIndex(0))
	p.VZEROUPPER()
	p.RET()
}
