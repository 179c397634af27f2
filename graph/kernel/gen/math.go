package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The constants of kernel/math.go.
const (
	shift = 0x1.8p52
	log2e = 0x1.71547652b82fep+0
	ln2   = 0x1.62e42fefa39efp-1
)

var exp2Poly = []float64{
	0x1.62e42fefa39efp-1, 0x1.ebfbe045f4d3cp-3, 0x1.c6b08d883dca1p-5, 0x1.3b2a1b7152befp-7,
	0x1.5d879ead06a82p-10, 0x1.443fffc90db59p-13, 0x1.00a581594758ep-16,
}

var cdfPoly = []float64{
	0x1.988728d51c121p-2, 0x1.b1bce69252bcap+0, 0x1.b792bbcc9da6ap+2, 0x1.7b37ade5cc15fp+4,
	0x1.f1a8d82c1c039p+6, -0x1.c2093dca4f21bp+7, 0x1.5a7c7ce329ef7p+12, -0x1.efd9b7d6bbc20p+14,
	0x1.34adc348756cdp+17, -0x1.dc7b09c834b43p+18, 0x1.7616587b246b6p+19, -0x1.d71cb4e8dc89ap+18,
}

var logPoly = []float64{
	0x1.0000000004988p+1, 0x1.555554db6d410p-1, 0x1.999a9bbfcf938p-2, 0x1.2432ec97e26d1p-2, 0x1.e3a9bc9e83906p-3,
}

// A function computes eight elements of dst from eight of src.
type function struct {
	name string
	body func(p *program, dst, src reg.Register)
}

var functions = []function{
	{"tanh", halves(tanh)}, {"sigmoid", halves(sigmoid)}, {"exp", halves(exp)}, {"log", halves(logarithm)},
	{"normalCDF", halves(normalCDF)}, {"softsign", softsign}, {"relu", relu},
}

// A grad computes eight derivatives from z and the memory of dz.
type grad struct {
	name, doc string
	body      func(p *program, z reg.VecVirtual, dz operand.Mem) reg.VecVirtual
}

var grads = []grad{
	{"tanh", "dst = dz*fma(-z, z, 1)", func(p *program, z reg.VecVirtual, dz operand.Mem) reg.VecVirtual {
		t := p.YMM()
		p.VMOVUPS(p.singles(1), t)
		p.VFNMADD231PS(z, z, t)
		p.VMULPS(dz, t, t)
		return t
	}},
	{"sigmoid", "dst = dz*(z*(1-z))", func(p *program, z reg.VecVirtual, dz operand.Mem) reg.VecVirtual {
		t := p.YMM()
		p.VMOVUPS(p.singles(1), t)
		p.VSUBPS(z, t, t)
		p.VMULPS(z, t, t)
		p.VMULPS(dz, t, t)
		return t
	}},
	{"softsign", "dst = dz*((1-|z|)*(1-|z|))", func(p *program, z reg.VecVirtual, dz operand.Mem) reg.VecVirtual {
		t := p.YMM()
		p.VANDPS(p.bits(1<<31-1), z, z)
		p.VMOVUPS(p.singles(1), t)
		p.VSUBPS(z, t, t)
		p.VMULPS(t, t, t)
		p.VMULPS(dz, t, t)
		return t
	}},
	{"relu", "dst = dz where z > 0, else 0", func(p *program, z reg.VecVirtual, dz operand.Mem) reg.VecVirtual {
		t := p.YMM()
		p.clear(t)
		p.VCMPPS(operand.U8(0x1e), t, z, t) // z > 0, false for NaN
		p.VANDPS(dz, t, t)
		return t
	}},
}

// quads returns the memory of four times the same 64 bits, singles and bits that of eight times the same 32.
func (p *program) quads(u uint64) operand.Mem {
	return p.constant(operand.U64(u), operand.U64(u), operand.U64(u), operand.U64(u))
}

func (p *program) doubles(x float64) operand.Mem { return p.quads(math.Float64bits(x)) }

func (p *program) bits(u uint32) operand.Mem { return p.quads(uint64(u)<<32 | uint64(u)) }

func (p *program) singles(x float32) operand.Mem { return p.bits(math.Float32bits(x)) }

// halves widens eight float32 to two vectors of four float64, applies f and rounds.
func halves(f func(p *program, x reg.VecVirtual) reg.VecVirtual) func(*program, reg.Register, reg.Register) {
	return func(p *program, dst, src reg.Register) {
		for h := range 2 {
			x, y := p.YMM(), p.XMM()
			p.VCVTPS2PD(operand.Mem{Base: src, Disp: 16 * h}, x)
			p.VCVTPD2PSY(f(p, x), y)
			p.VMOVUPS(y, operand.Mem{Base: dst, Disp: 16 * h})
		}
	}
}

// limit bounds x; as in a comparison that is false, NaN stays.
func limit(p *program, x reg.VecVirtual, low, high float64) {
	bound := p.YMM()
	if low != high {
		p.VMOVUPD(p.doubles(low), bound)
		p.VMAXPD(x, bound, x)
	}
	p.VMOVUPD(p.doubles(high), bound)
	p.VMINPD(x, bound, x)
}

// horner evaluates a polynomial.
func horner(p *program, x reg.VecVirtual, coefficients []float64) reg.VecVirtual {
	q := p.YMM()
	last := len(coefficients) - 1
	p.VMOVUPD(p.doubles(coefficients[last]), q)
	for i := last - 1; i >= 0; i-- {
		p.VFMADD213PD(p.doubles(coefficients[i]), x, q)
	}
	return q
}

// exp2 is kernel.exp2 of factor*x; it overwrites x.
func exp2(p *program, x reg.VecVirtual, factor float64) (scale, q reg.VecVirtual) {
	t, r := p.YMM(), p.YMM()
	p.VMULPD(p.doubles(factor), x, x)
	p.VADDPD(p.doubles(shift), x, t)
	p.VSUBPD(p.doubles(shift), t, r)
	p.VSUBPD(r, x, r)
	q = horner(p, r, exp2Poly)
	p.VMULPD(r, q, q)
	p.VPADDQ(p.quads(1023), t, t)
	p.VPSLLQ(operand.U8(52), t, t)
	return t, q
}

func exp(p *program, x reg.VecVirtual) reg.VecVirtual {
	limit(p, x, -110, 90)
	scale, q := exp2(p, x, log2e)
	p.VFMADD213PD(scale, scale, q)
	return q
}

func sigmoid(p *program, x reg.VecVirtual) reg.VecVirtual {
	limit(p, x, -110, 110)
	scale, q := exp2(p, x, -log2e)
	p.VFMADD213PD(scale, scale, q)
	one := p.YMM()
	p.VMOVUPD(p.doubles(1), one)
	p.VADDPD(one, q, q)
	p.VDIVPD(q, one, q)
	return q
}

func tanh(p *program, x reg.VecVirtual) reg.VecVirtual {
	a := p.YMM()
	p.VANDPD(p.quads(1<<63-1), x, a)
	limit(p, a, 10, 10)
	scale, q := exp2(p, a, 2*log2e)
	m := p.YMM()
	p.VSUBPD(p.doubles(1), scale, m)
	p.VFMADD231PD(q, scale, m)
	p.VADDPD(p.doubles(2), m, q)
	p.VDIVPD(q, m, m)
	p.VANDPD(p.quads(1<<63), x, x)
	p.VORPD(x, m, m)
	return m
}

func normalCDF(p *program, x reg.VecVirtual) reg.VecVirtual {
	a, y, u, one := p.YMM(), p.YMM(), p.YMM(), p.YMM()
	p.VANDPD(p.quads(1<<63-1), x, a)
	limit(p, a, 14.25, 14.25)
	p.VMULPD(a, a, y)
	scale, e := exp2(p, y, -log2e/2)
	p.VFMADD213PD(scale, scale, e)
	p.VADDPD(p.doubles(4.25), a, u)
	p.VMOVUPD(p.doubles(1), one)
	p.VDIVPD(u, one, u)
	tail := horner(p, u, cdfPoly)
	p.VMULPD(tail, u, tail)
	p.VMULPD(tail, e, tail)
	p.VSUBPD(tail, one, one)
	p.VBLENDVPD(x, tail, one, one) // by the sign of x
	return one
}

func logarithm(p *program, x reg.VecVirtual) reg.VecVirtual {
	const sqrtHalf, one = 0x3fe6a09e667f3bcd, 1023 << 52
	e, m, k, f := p.YMM(), p.YMM(), p.YMM(), p.YMM()
	p.VPSUBQ(p.quads(sqrtHalf), x, e)
	p.VPADDQ(p.quads(one), e, e)
	p.VPSRLQ(operand.U8(52), e, e)
	p.VPSLLQ(operand.U8(52), e, m)
	p.VPSUBQ(m, x, m)
	p.VPADDQ(p.quads(one), m, m)
	p.VPOR(p.quads(0x433<<52), e, k)
	p.VSUBPD(p.doubles(1<<52+1023), k, k)
	p.VADDPD(p.doubles(1), m, f)
	p.VSUBPD(p.doubles(1), m, m)
	p.VDIVPD(f, m, f)
	s := p.YMM()
	p.VMULPD(f, f, s)
	y := horner(p, s, logPoly)
	p.VMULPD(y, f, y)
	p.VFMADD231PD(p.doubles(ln2), k, y)

	// The edges: +Inf stays, below zero and NaN give NaN, ±0 give -Inf.
	edge := p.YMM()
	p.VCMPPD(operand.U8(0), p.doubles(math.Inf(1)), x, edge)
	p.VBLENDVPD(edge, x, y, y)
	zero := p.YMM()
	p.clear(zero)
	p.VCMPPD(operand.U8(9), zero, x, edge) // not (x >= 0)
	p.VBLENDVPD(edge, p.doubles(math.NaN()), y, y)
	p.VCMPPD(operand.U8(0), zero, x, edge)
	p.VBLENDVPD(edge, p.doubles(math.Inf(-1)), y, y)
	return y
}

func softsign(p *program, dst, src reg.Register) {
	x, a, d := p.YMM(), p.YMM(), p.YMM()
	p.VMOVUPS(operand.Mem{Base: src}, x)
	p.VANDPS(p.bits(1<<31-1), x, a)
	p.VMOVUPS(p.singles(math.MaxFloat32), d)
	p.VMINPS(a, d, a)
	p.VADDPS(p.singles(1), a, d)
	p.VDIVPS(d, a, a)
	p.VANDPS(p.bits(1<<31), x, x)
	p.VORPS(x, a, a)
	p.VMOVUPS(a, operand.Mem{Base: dst})
}

// relu keeps the second operand of MAXPS, x, where it is NaN or a zero.
func relu(p *program, dst, src reg.Register) {
	x, zero := p.YMM(), p.YMM()
	p.VMOVUPS(operand.Mem{Base: src}, x)
	p.clear(zero)
	p.VMAXPS(x, zero, x)
	p.VMOVUPS(x, operand.Mem{Base: dst})
}
