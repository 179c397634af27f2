package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The layout of kernel.ruleTile; the rule's numbers follow one another from ruleNumbers on.
const (
	ruleW       = 0
	ruleLen     = 8
	ruleG       = 24
	ruleM       = 48
	ruleS       = 72
	ruleClipped = 96
	ruleDecays  = 104
	ruleNumbers = 112
)

// The places of the numbers among them.
const (
	ruleLimit = iota
	ruleScale
	ruleDecay
	ruleRate
	ruleKeep1
	ruleTake1
	ruleKeep2
	ruleTake2
	ruleCorrect
	ruleEpsilon
	ruleShrink
)

// A ruleKernel writes the loops of the optimisers' rules, one vector after the other, in one of the two types.
type ruleKernel struct {
	*program
	vec    func() reg.VecVirtual
	bytes  int // of a vector
	double bool

	t             operand.Mem
	loaded        map[int]reg.VecVirtual // the rule's numbers that stay in registers
	w, g, m, s, i reg.Register
}

// op is an instruction in both types.
func (k *ruleKernel) op(single, double func(...operand.Op), ops ...operand.Op) {
	if k.double {
		double(ops...)
	} else {
		single(ops...)
	}
}

func (k *ruleKernel) move(from, to operand.Op) { k.op(k.VMOVUPS, k.VMOVUPD, from, to) }

// The results of these are x + y, x * y, x - y and x / y.
func (k *ruleKernel) add(x, y, to operand.Op)    { k.op(k.VADDPS, k.VADDPD, y, x, to) }
func (k *ruleKernel) mul(x, y, to operand.Op)    { k.op(k.VMULPS, k.VMULPD, y, x, to) }
func (k *ruleKernel) sub(x, y, to operand.Op)    { k.op(k.VSUBPS, k.VSUBPD, y, x, to) }
func (k *ruleKernel) divide(x, y, to operand.Op) { k.op(k.VDIVPS, k.VDIVPD, y, x, to) }

// number returns a vector of one of the rule's numbers.
func (k *ruleKernel) number(n int) reg.VecVirtual {
	if x, ok := k.loaded[n]; ok {
		return x
	}
	x, size := k.vec(), 4
	if k.double {
		size = 8
	}
	k.op(k.VBROADCASTSS, k.VBROADCASTSD, operand.Mem{Base: k.t.Base, Disp: ruleNumbers + size*n}, x)
	return x
}

func (k *ruleKernel) at(base reg.Register) operand.Mem {
	return operand.Mem{Base: base, Index: k.i, Scale: 1}
}

// rules writes the loops of all rules, and of the sums of squares that clipping needs, in both types.
func (p *program) rules(bytes int, vec func() reg.VecVirtual) {
	for _, double := range []bool{false, true} {
		k := &ruleKernel{program: p, vec: vec, bytes: bytes, double: double}
		k.write("plain", []int{ruleRate}, func(w, g reg.VecVirtual) {
			k.mul(g, k.number(ruleRate), g)
			k.sub(w, g, w)
		})
		k.write("velocity", []int{ruleRate, ruleKeep1}, func(w, g reg.VecVirtual) {
			m := k.velocity(g)
			k.mul(m, k.number(ruleRate), m)
			k.sub(w, m, w)
		})
		k.write("ahead", []int{ruleRate, ruleKeep1}, func(w, g reg.VecVirtual) {
			m := k.velocity(g)
			k.mul(m, k.number(ruleKeep1), m)
			k.add(g, m, m)
			k.mul(m, k.number(ruleRate), m)
			k.sub(w, m, w)
		})
		k.write("scaled", []int{ruleRate, ruleKeep2, ruleTake2, ruleCorrect, ruleEpsilon}, func(w, g reg.VecVirtual) {
			k.step(w, g, k.square(g))
		})
		k.write("moments", []int{ruleRate, ruleKeep1, ruleTake1, ruleKeep2, ruleTake2, ruleCorrect, ruleEpsilon, ruleShrink}, func(w, g reg.VecVirtual) {
			m, x := k.vec(), k.vec()
			k.mul(k.number(ruleKeep1), k.at(k.m), m)
			k.mul(g, k.number(ruleTake1), x)
			k.add(m, x, m)
			k.move(m, k.at(k.m))
			s := k.square(g)
			k.mul(w, k.number(ruleShrink), w)
			k.step(w, m, s)
		})
		k.squares()
	}
}

// squares writes the sums of squares: number i of x goes to sum i mod 16.
func (k *ruleKernel) squares() {
	name, kind := "squares", "float32"
	if k.double {
		name, kind = "squaresDouble", "float64"
	}
	k.function(name, "(x []"+kind+", sums *[squareLanes]float64)", "adds the squares of x, whose length is a multiple of sixteen.")
	x, n := k.slice("x")
	to := k.Load(k.Param("sums"), k.GP64())
	sums := vectors(16*8/k.bytes, k.vec)
	at := func(v int) operand.Mem { return operand.Mem{Base: to, Disp: k.bytes * v} }
	for v, s := range sums {
		k.VMOVUPD(at(v), s)
	}
	k.SHRQ(operand.U8(4), n)
	k.JZ(operand.LabelRef("done"))
	k.Label("loop")
	for v, s := range sums {
		y := k.vec()
		if k.double {
			k.VMOVUPD(operand.Mem{Base: x, Disp: k.bytes * v}, y)
		} else {
			k.VCVTPS2PD(operand.Mem{Base: x, Disp: k.bytes / 2 * v}, y)
		}
		k.VMULPD(y, y, y)
		k.VADDPD(y, s, s)
	}
	step := 16 * 4
	if k.double {
		step = 16 * 8
	}
	k.ADDQ(operand.U32(step), x)
	k.DECQ(n)
	k.JNZ(operand.LabelRef("loop"))
	k.Label("done")
	for v, s := range sums {
		k.VMOVUPD(s, at(v))
	}
	k.VZEROUPPER()
	k.RET()
}

// velocity is m = keep1*m + g.
func (k *ruleKernel) velocity(g reg.VecVirtual) reg.VecVirtual {
	m := k.vec()
	k.mul(k.number(ruleKeep1), k.at(k.m), m)
	k.add(m, g, m)
	k.move(m, k.at(k.m))
	return m
}

// square is s = keep2*s + take2*(g*g).
func (k *ruleKernel) square(g reg.VecVirtual) reg.VecVirtual {
	s, x := k.vec(), k.vec()
	k.mul(k.number(ruleKeep2), k.at(k.s), s)
	k.mul(g, g, x)
	k.mul(x, k.number(ruleTake2), x)
	k.add(s, x, s)
	k.move(s, k.at(k.s))
	return s
}

// step is w = w - rate*(x / (sqrt(s)*correct + epsilon)).
func (k *ruleKernel) step(w, x, s reg.VecVirtual) {
	k.op(k.VSQRTPS, k.VSQRTPD, s, s)
	k.mul(s, k.number(ruleCorrect), s)
	k.add(s, k.number(ruleEpsilon), s)
	k.divide(x, s, s)
	k.mul(s, k.number(ruleRate), s)
	k.sub(w, s, w)
}

func (k *ruleKernel) write(name string, resident []int, body func(w, g reg.VecVirtual)) {
	kind := "float32"
	if k.double {
		name, kind = name+"Double", "float64"
	}
	k.function(name, "(t *ruleTile["+kind+"])", "applies the rule to a tile whose length is a multiple of a vector's.")
	t := k.Load(k.Param("t"), k.GP64())
	k.t = operand.Mem{Base: t}
	k.w, k.g, k.m, k.s = k.loadField(t, ruleW), k.loadField(t, ruleG), k.loadField(t, ruleM), k.loadField(t, ruleS)
	n, i := k.loadField(t, ruleLen), k.GP64()
	k.i = i
	shift := 2
	if k.double {
		shift = 3
	}
	k.SHLQ(operand.U8(shift), n)
	k.JZ(operand.LabelRef("done"))
	k.XORQ(i, i)
	k.loaded = map[int]reg.VecVirtual{}
	for _, c := range resident {
		k.loaded[c] = k.number(c)
	}
	k.Label("loop")
	w, g := k.vec(), k.vec()
	k.move(k.at(k.w), w)
	k.move(k.at(k.g), g)
	k.CMPQ(field(t, ruleClipped), operand.U8(0))
	k.JE(operand.LabelRef("clipped"))
	bound, zero := k.number(ruleLimit), k.vec()
	k.op(k.VMINPS, k.VMINPD, g, bound, g) // the first operand is the result if one is NaN
	k.clear(zero)
	k.sub(zero, bound, bound)
	k.op(k.VMAXPS, k.VMAXPD, g, bound, g)
	k.mul(g, k.number(ruleScale), g)
	k.Label("clipped")
	k.CMPQ(field(t, ruleDecays), operand.U8(0))
	k.JE(operand.LabelRef("decayed"))
	x := k.number(ruleDecay)
	k.mul(x, w, x)
	k.add(g, x, g)
	k.Label("decayed")
	body(w, g)
	k.move(w, k.at(k.w))
	k.ADDQ(operand.U8(k.bytes), i)
	k.CMPQ(i, n)
	k.JL(operand.LabelRef("loop"))
	k.Label("done")
	k.VZEROUPPER()
	k.RET()
}
