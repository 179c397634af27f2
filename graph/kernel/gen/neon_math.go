package main

import (
	"fmt"
	"math"
)

// A group is registers that the same is done to: the eight elements of a turn of a loop, two vectors of float32 or four of float64.
type group []vreg

// each writes an instruction for each register of d, with the register of each operand at the same place, or its only one.
func (p *arm64) each(name string, d group, operands ...group) {
	for i := range d {
		v := []vreg{d[i]}
		for _, o := range operands {
			v = append(v, o[min(i, len(o)-1)])
		}
		p.v(name, v...)
	}
}

// eachOp does the same with an instruction of Go's assembler, whose operands are in the opposite order.
func (p *arm64) eachOp(name, arrangement string, d group, operands ...group) {
	for i, x := range d {
		text := name + " "
		for _, o := range operands {
			text += fmt.Sprintf("V%d.%s, ", o[min(i, len(o)-1)], arrangement)
		}
		p.op("%sV%d.%s", text, x, arrangement)
	}
}

// set loads a constant to registers.
func (p *arm64) set(d group, u uint64) group {
	for _, x := range d {
		p.op("FMOVQ %d(%v), %v", p.constant(u), p.table(), x)
	}
	return d
}

func (p *arm64) setDouble(d group, x float64) group { return p.set(d, math.Float64bits(x)) }

func (p *arm64) setSingle(d group, x float32) group { return p.set(d, single(x)) }

// table is the register with the address of the constants, in a function that began with loadTable.
func (p *arm64) table() greg { return 0 }

func (p *arm64) loadTable() { p.op("MOVD $constants<>(SB), %v", p.reg()) }

// elementwise writes the loops over slices of a multiple of eight elements.
func (p *arm64) elementwise() {
	loop := func(n greg, body func()) {
		p.op("LSR $3, %v", n)
		p.op("CBZ %v, done", n)
		p.label("loop")
		body()
		p.op("SUBS $1, %v", n)
		p.op("BNE loop")
		p.label("done")
		p.op("RET")
	}
	read := func(v group, from greg) { p.op("FLDPQ.P 32(%v), (%v, %v)", from, v[0], v[1]) }
	write := func(v group, to greg) { p.op("FSTPQ.P (%v, %v), 32(%v)", v[0], v[1], to) }

	for _, op := range []struct {
		name, sig, doc string
		args           int
	}{
		{"axpy", "(y, x []float32, alpha float32)", "computes y = fma(alpha, x, y).", 52},
		{"add", "(y, x []float32)", "computes y += x.", 48},
	} {
		p.function(op.name, op.sig, op.doc, 0, op.args)
		y, x, n := p.load("y_base", 0), p.load("x_base", 24), p.load("x_len", 32)
		sum, term, alpha := p.vec(2), p.vec(2), p.vec(1)
		if op.name == "axpy" {
			p.op("FMOVS alpha+48(FP), %v", alpha[0])
		}
		loop(n, func() {
			p.move(false, sum, y, 0)
			read(term, x)
			for i := range sum {
				if op.name == "axpy" {
					p.fmla(4, sum[i], term[i], alpha[0], 0)
				} else {
					p.v("fadd.4s", sum[i], sum[i], term[i])
				}
			}
			write(sum, y)
		})
	}
	gradients := map[string]func(p *arm64, z, dz, t group){"tanh": neonTanhGrad, "sigmoid": neonSigmoidGrad, "softsign": neonSoftsignGrad, "relu": neonReluGrad}
	for _, g := range grads {
		body, ok := gradients[g.name]
		if !ok {
			continue // the set has the portable one
		}
		p.function(g.name+"Grad", "(dst, z, dz []float32)", "computes "+g.doc+".", 0, 72)
		p.loadTable()
		dst, from, factor, n := p.load("dst_base", 0), p.load("z_base", 24), p.load("dz_base", 48), p.load("z_len", 32)
		z, dz, t := p.vec(2), p.vec(2), p.vec(2)
		loop(n, func() {
			read(z, from)
			read(dz, factor)
			body(p, z, dz, t)
			write(t, dst)
		})
	}
	bodies := map[string]func(p *arm64, x group){
		"tanh": neonHalves(neonTanh), "sigmoid": neonHalves(neonSigmoid), "exp": neonHalves(neonExp), "log": neonHalves(neonLog),
		"softsign": neonSoftsign, "relu": neonRelu,
	}
	for _, f := range functions {
		body, ok := bodies[f.name]
		if !ok {
			continue // the set has the portable one
		}
		p.function(f.name, "(dst, src []float32)", "computes "+f.name+" elementwise.", 0, 48)
		p.loadTable()
		dst, src, n := p.load("dst_base", 0), p.load("src_base", 24), p.load("src_len", 32)
		x := p.vec(2)
		loop(n, func() {
			read(x, src)
			body(p, x)
			write(x, dst)
		})
	}
}

func neonTanhGrad(p *arm64, z, dz, t group) {
	p.setSingle(t, 1)
	p.eachOp("VFMLS", "S4", t, z, z)
	p.each("fmul.4s", t, dz, t)
}

func neonSigmoidGrad(p *arm64, z, dz, t group) {
	p.setSingle(t, 1)
	p.each("fsub.4s", t, t, z)
	p.each("fmul.4s", t, z, t)
	p.each("fmul.4s", t, dz, t)
}

func neonSoftsignGrad(p *arm64, z, dz, t group) {
	p.setSingle(t, 1)
	p.each("fabs.4s", z, z)
	p.each("fsub.4s", t, t, z)
	p.each("fmul.4s", t, t, t)
	p.each("fmul.4s", t, dz, t)
}

func neonReluGrad(p *arm64, z, dz, t group) {
	p.each("fcmgt zero.4s", t, z)
	p.eachOp("VAND", "B16", t, dz, t)
}

func neonSoftsign(p *arm64, x group) {
	a, d, c := p.vec(2), p.vec(2), p.vec(1)
	p.each("fabs.4s", a, x)
	p.each("fmin.4s", a, a, p.setSingle(c, math.MaxFloat32))
	p.each("fadd.4s", d, a, p.setSingle(c, 1))
	p.each("fdiv.4s", a, a, d)
	// The sign of x stays.
	p.eachOp("VBIT", "B16", x, p.set(c, 0x7fffffff7fffffff), a)
}

func neonRelu(p *arm64, x group) {
	below := p.vec(2)
	p.each("fcmlt zero.4s", below, x) // false for -0 and NaN, which stay
	p.each("bic.16b", x, x, below)
}

// neonHalves widens eight float32 to four vectors of two float64, applies f and rounds.
func neonHalves(f func(p *arm64, x group) group) func(*arm64, group) {
	return func(p *arm64, x group) {
		w := p.vec(4)
		for i := range x {
			p.v("fcvtl", w[2*i], x[i])
			p.v("fcvtl2", w[2*i+1], x[i])
		}
		y := f(p, w)
		for i := range x {
			p.v("fcvtn", x[i], y[2*i])
			p.v("fcvtn2", x[i], y[2*i+1])
		}
	}
}

// neonExp2 is kernel.exp2 of factor*x; it overwrites x.
func neonExp2(p *arm64, x group, factor float64) (scale, q group) {
	t, r, c := p.vec(4), p.vec(4), p.vec(1)
	p.each("fmul.2d", x, x, p.setDouble(c, factor))
	p.each("fadd.2d", t, x, p.setDouble(c, shift))
	p.each("fsub.2d", r, t, c)
	p.each("fsub.2d", r, x, r)
	q = neonHorner(p, r, exp2Poly)
	p.each("fmul.2d", q, r, q)
	p.eachOp("VADD", "D2", t, p.set(c, 1023), t)
	p.eachOp("VSHL $52,", "D2", t, t)
	p.give(r, c)
	return t, q
}

// neonHorner evaluates a polynomial: the next coefficient is where the multiply-add puts its result.
func neonHorner(p *arm64, x group, coefficients []float64) group {
	q, next := group(p.vec(4)), group(p.vec(4))
	last := len(coefficients) - 1
	p.setDouble(q, coefficients[last])
	for i := last - 1; i >= 0; i-- {
		p.setDouble(next, coefficients[i])
		p.eachOp("VFMLA", "D2", next, x, q)
		q, next = next, q
	}
	p.give(next)
	return q
}

// neonLimit bounds x; NaN stays.
func neonLimit(p *arm64, x group, low, high float64) {
	c := p.vec(1)
	p.each("fmax.2d", x, x, p.setDouble(c, low))
	p.each("fmin.2d", x, x, p.setDouble(c, high))
	p.give(c)
}

func neonExp(p *arm64, x group) group {
	neonLimit(p, x, -110, 90)
	scale, q := neonExp2(p, x, log2e)
	p.eachOp("VFMLA", "D2", scale, q, scale)
	return scale
}

func neonSigmoid(p *arm64, x group) group {
	neonLimit(p, x, -110, 110)
	scale, q := neonExp2(p, x, -log2e)
	p.eachOp("VFMLA", "D2", scale, q, scale)
	one := p.setDouble(p.vec(1), 1)
	p.each("fadd.2d", q, scale, one)
	p.each("fdiv.2d", q, one[:1], q)
	return q
}

func neonTanh(p *arm64, x group) group {
	a, c := group(p.vec(4)), group(p.vec(1))
	p.each("fabs.2d", a, x)
	p.each("fmin.2d", a, a, p.setDouble(c, 10))
	scale, q := neonExp2(p, a, 2*log2e)
	p.each("fsub.2d", a, scale, p.setDouble(c, 1))
	p.eachOp("VFMLA", "D2", a, q, scale)
	p.each("fadd.2d", q, a, p.setDouble(c, 2))
	p.each("fdiv.2d", a, a, q)
	p.eachOp("VBIT", "B16", a, p.set(c, 1<<63), x)
	return a
}

func neonLog(p *arm64, x group) group {
	const sqrtHalf, one = 0x3fe6a09e667f3bcd, 1023 << 52
	e, m, k, c := group(p.vec(4)), group(p.vec(4)), group(p.vec(4)), group(p.vec(1))
	p.eachOp("VSUB", "D2", e, p.set(c, sqrtHalf), x)
	p.eachOp("VADD", "D2", e, p.set(c, one), e)
	p.eachOp("VUSHR $52,", "D2", e, e)
	p.eachOp("VSHL $52,", "D2", m, e)
	p.eachOp("VSUB", "D2", m, m, x)
	p.eachOp("VADD", "D2", m, p.set(c, one), m)
	p.eachOp("VORR", "B16", k, p.set(c, 0x433<<52), e)
	p.each("fsub.2d", k, k, p.setDouble(c, 1<<52+1023))
	f := e
	p.each("fadd.2d", f, m, p.setDouble(c, 1))
	p.each("fsub.2d", m, m, c)
	p.each("fdiv.2d", f, m, f)
	s := m
	p.each("fmul.2d", s, f, f)
	y := neonHorner(p, s, logPoly)
	p.each("fmul.2d", y, f, y)
	p.eachOp("VFMLA", "D2", y, p.setDouble(c, ln2), k)

	// The edges: +Inf stays, below zero and NaN give NaN, ±0 give -Inf.
	edge := s
	p.each("fcmeq.2d", edge, x, p.setDouble(c, math.Inf(1)))
	p.eachOp("VBIT", "B16", y, edge, x)
	p.each("fcmge zero.2d", edge, x)
	p.eachOp("VBIF", "B16", y, edge, p.setDouble(c, math.NaN()))
	p.each("fcmeq zero.2d", edge, x)
	p.eachOp("VBIT", "B16", y, edge, p.setDouble(c, math.Inf(-1)))
	return y
}

// pack writes the copying of count blocks of n vectors each.
func (p *arm64) pack(name string, n int) {
	p.function(name, "(dst, src []float32, alpha float32, count, srcStep, dstStep int)",
		fmt.Sprintf("multiplies count > 0 blocks of %d numbers by alpha; the steps are between blocks.", 4*n), 0, 80)
	dst, src, count := p.load("dst_base", 0), p.load("src_base", 24), p.load("count", 56)
	srcStep, dstStep := p.load("srcStep", 64), p.load("dstStep", 72)
	x, alpha := group(p.vec(n)), group(p.vec(1))
	p.op("FMOVS alpha+48(FP), %v", alpha[0])
	p.op("VDUP V%d.S[0], V%d.S4", alpha[0], alpha[0])
	p.label("loop")
	p.move(false, x, src, 0)
	p.each("fmul.4s", x, x, alpha)
	p.move(true, x, dst, 0)
	p.op("ADD %v<<2, %v", srcStep, src)
	p.op("ADD %v<<2, %v", dstStep, dst)
	p.op("SUBS $1, %v", count)
	p.op("BNE loop")
	p.op("RET")
}

// peak writes a loop of independent FMAs in registers.
func (p *arm64) peak(n int) {
	p.function("peak", "(rounds int)", fmt.Sprintf("does %d independent FMAs of whole vectors a round.", n), 0, 8)
	rounds := p.load("rounds", 0)
	acc, x := p.vec(n), p.vec(2)
	p.clear(acc...)
	p.clear(x...)
	p.label("loop")
	for _, a := range acc {
		p.fmla(4, a, x[0], x[1], 0)
	}
	p.op("SUBS $1, %v", rounds)
	p.op("BNE loop")
	p.op("RET")
}

// sweep writes a loop that reads a slice.
func (p *arm64) sweep() {
	p.function("sweep", "(x []float32) float32", "reads x, whose length is a multiple of eight, and returns something of it.", 0, 28)
	x, n := p.load("x_base", 0), p.load("x_len", 8)
	v, s := group(p.vec(2)), group(p.vec(2))
	p.clear(s...)
	p.op("LSR $3, %v", n)
	p.op("CBZ %v, done", n)
	p.label("loop")
	p.op("FLDPQ.P 32(%v), (%v, %v)", x, v[0], v[1])
	p.eachOp("VORR", "B16", s, v, s)
	p.op("SUBS $1, %v", n)
	p.op("BNE loop")
	p.label("done")
	p.eachOp("VORR", "B16", s[:1], s[1:], s[:1])
	p.op("FMOVS %v, ret+24(FP)", s[0])
	p.op("RET")
}
