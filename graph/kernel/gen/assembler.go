package main

import (
	"bytes"
	"fmt"
	"go/format"
	"math"
	"strings"
)

// An arm64 is the assembly of a kernel set for arm64 as it is being written. Registers are named by hand: reg hands out
// general registers and vec vector registers, both until the end of a function.
type arm64 struct {
	asm, stubs strings.Builder
	constants  []uint64 // each is the two halves of a vector
	nextR      int
	freeV      []vreg
}

// A greg is a general register, a vreg a vector register.
type (
	greg int
	vreg int
)

func (r greg) String() string { return fmt.Sprintf("R%d", int(r)) }

// String is the name of the register in loads and stores.
func (v vreg) String() string { return fmt.Sprintf("F%d", int(v)) }

// encodings are the instructions that Go's assembler lacks, by name and arrangement: the word for registers 0, 0, 0, and how
// GNU's assembler writes it.
var encodings = map[string]struct {
	word uint32
	text string
}{
	"fadd.4s":  {0x4e20d400, "fadd v%d.4s, v%d.4s, v%d.4s"},
	"fadd.2d":  {0x4e60d400, "fadd v%d.2d, v%d.2d, v%d.2d"},
	"fsub.4s":  {0x4ea0d400, "fsub v%d.4s, v%d.4s, v%d.4s"},
	"fsub.2d":  {0x4ee0d400, "fsub v%d.2d, v%d.2d, v%d.2d"},
	"fmul.4s":  {0x6e20dc00, "fmul v%d.4s, v%d.4s, v%d.4s"},
	"fmul.2d":  {0x6e60dc00, "fmul v%d.2d, v%d.2d, v%d.2d"},
	"fdiv.4s":  {0x6e20fc00, "fdiv v%d.4s, v%d.4s, v%d.4s"},
	"fdiv.2d":  {0x6e60fc00, "fdiv v%d.2d, v%d.2d, v%d.2d"},
	"fmin.4s":  {0x4ea0f400, "fmin v%d.4s, v%d.4s, v%d.4s"},
	"fmin.2d":  {0x4ee0f400, "fmin v%d.2d, v%d.2d, v%d.2d"},
	"fmax.2d":  {0x4e60f400, "fmax v%d.2d, v%d.2d, v%d.2d"},
	"faddp.4s": {0x6e20d400, "faddp v%d.4s, v%d.4s, v%d.4s"},
	"fcmeq.2d": {0x4e60e400, "fcmeq v%d.2d, v%d.2d, v%d.2d"},
	"bic.16b":  {0x4e601c00, "bic v%d.16b, v%d.16b, v%d.16b"},

	"fabs.4s":       {0x4ea0f800, "fabs v%d.4s, v%d.4s"},
	"fabs.2d":       {0x4ee0f800, "fabs v%d.2d, v%d.2d"},
	"fcmlt zero.4s": {0x4ea0e800, "fcmlt v%d.4s, v%d.4s, #0.0"},
	"fcmgt zero.4s": {0x4ea0c800, "fcmgt v%d.4s, v%d.4s, #0.0"},
	"fcmge zero.2d": {0x6ee0c800, "fcmge v%d.2d, v%d.2d, #0.0"},
	"fcmeq zero.2d": {0x4ee0d800, "fcmeq v%d.2d, v%d.2d, #0.0"},
	"fcvtl":         {0x0e617800, "fcvtl v%d.2d, v%d.2s"},
	"fcvtl2":        {0x4e617800, "fcvtl2 v%d.2d, v%d.4s"},
	"fcvtn":         {0x0e616800, "fcvtn v%d.2s, v%d.2d"},
	"fcvtn2":        {0x4e616800, "fcvtn2 v%d.4s, v%d.2d"},
}

// encode returns the word of an instruction of the table, and how GNU's assembler writes it. The registers are in the order
// of that assembler, the destination first.
func encode(name string, v ...vreg) (word uint32, text string) {
	e, ok := encodings[name]
	if !ok || len(v) != strings.Count(e.text, "%d") {
		panic(fmt.Sprintf("no instruction %s of %d registers", name, len(v)))
	}
	args := make([]any, len(v))
	for i, r := range v {
		e.word |= uint32(r) << [...]int{0, 5, 16}[i]
		args[i] = int(r)
	}
	return e.word, fmt.Sprintf(e.text, args...)
}

// encodeElement returns the word of an instruction whose last operand is a lane of m, of elements of the given bytes.
func encodeElement(name string, size int, d, n, m vreg, lane int) (word uint32, text string) {
	word = map[string]uint32{"fmla": 0x4f801000, "fmul": 0x4f809000}[name] | uint32(lane&1)<<21 | uint32(lane>>1)<<11
	arrangement, element := "4s", "s"
	if size == 8 {
		word = word&^(1<<21) | 1<<22 | uint32(lane)<<11
		arrangement, element = "2d", "d"
	}
	return word | uint32(d) | uint32(n)<<5 | uint32(m)<<16,
		fmt.Sprintf("%s v%d.%s, v%d.%s, v%d.%s[%d]", name, d, arrangement, n, arrangement, m, element, lane)
}

// function begins a function; sig is its parameters in Go, args their bytes and frame those of its stack.
func (p *arm64) function(name, sig, doc string, frame, args int) {
	name += "NEON"
	fmt.Fprintf(&p.stubs, "\n// %s %s\n//\n//go:noescape\nfunc %s%s\n", name, doc, name, sig)
	fmt.Fprintf(&p.asm, "\n// func %s%s\nTEXT ·%s(SB), NOSPLIT, $%d-%d\n", name, sig, name, frame, args)
	p.nextR = 0
	p.freeV = p.freeV[:0]
	for v := 31; v >= 0; v-- {
		p.freeV = append(p.freeV, vreg(v))
	}
}

// op writes an instruction of Go's assembler.
func (p *arm64) op(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	name, operands, _ := strings.Cut(text, " ")
	p.asm.WriteString(strings.TrimRight("\t"+name+"\t"+operands, "\t") + "\n")
}

func (p *arm64) label(name string) { fmt.Fprintf(&p.asm, "%s:\n", name) }

func (p *arm64) word(word uint32, text string) {
	fmt.Fprintf(&p.asm, "\tWORD\t$0x%08x // %s\n", word, text)
}

// v writes an instruction that Go's assembler lacks, the destination first.
func (p *arm64) v(name string, v ...vreg) { p.word(encode(name, v...)) }

// fmla adds n*m[lane] to d.
func (p *arm64) fmla(size int, d, n, m vreg, lane int) {
	p.word(encodeElement("fmla", size, d, n, m, lane))
}

// fmul sets d to n*m[lane], of float32.
func (p *arm64) fmul(d, n, m vreg, lane int) { p.word(encodeElement("fmul", 4, d, n, m, lane)) }

// reg hands out a general register that neither Go nor the system has a use for.
func (p *arm64) reg() greg {
	r := p.nextR
	p.nextR++
	if r > 15 {
		r += 3 // the linker's, and that of the system
	}
	if r > 26 {
		panic("out of general registers")
	}
	return greg(r)
}

// vec hands out n vector registers, give takes them back.
func (p *arm64) vec(n int) []vreg {
	if n > len(p.freeV) {
		panic("out of vector registers")
	}
	v := make([]vreg, n)
	for i := range v {
		v[i] = p.freeV[len(p.freeV)-1-i]
	}
	p.freeV = p.freeV[:len(p.freeV)-n]
	return v
}

func (p *arm64) give(vs ...[]vreg) {
	for _, v := range vs {
		p.freeV = append(p.freeV, v...)
	}
}

// load returns a register with a parameter of eight bytes.
func (p *arm64) load(param string, offset int) greg {
	r := p.reg()
	p.op("MOVD %s+%d(FP), %v", param, offset, r)
	return r
}

// field returns a register with a field of a tile, stride with one that counts elements of 1<<shift bytes, in bytes.
func (p *arm64) field(t greg, offset int) greg {
	r := p.reg()
	p.op("MOVD %d(%v), %v", offset, t, r)
	return r
}

func (p *arm64) stride(t greg, offset, shift int) greg {
	r := p.field(t, offset)
	p.op("LSL $%d, %v", shift, r)
	return r
}

// clear sets registers to +0.
func (p *arm64) clear(v ...vreg) {
	for _, x := range v {
		p.op("VMOVI $0, V%d.B16", x)
	}
}

// move loads or stores registers that follow one another in memory, pairs of them at a time.
func (p *arm64) move(store bool, v []vreg, base greg, offset int) {
	for ; len(v) > 1; v, offset = v[2:], offset+32 {
		if store {
			p.op("FSTPQ (%v, %v), %d(%v)", v[0], v[1], offset, base)
		} else {
			p.op("FLDPQ %d(%v), (%v, %v)", offset, base, v[0], v[1])
		}
	}
	if len(v) == 1 {
		p.one(store, 16, v[0], base, offset)
	}
}

// one loads or stores a register of 4, 8 or 16 bytes.
func (p *arm64) one(store bool, bytes int, v vreg, base greg, offset int) {
	name := map[int]string{4: "FMOVS", 8: "FMOVD", 16: "FMOVQ"}[bytes]
	if store {
		p.op("%s %v, %d(%v)", name, v, offset, base)
	} else {
		p.op("%s %d(%v), %v", name, offset, base, v)
	}
}

// constant returns the offset in the table of constants of a vector whose halves are u.
func (p *arm64) constant(u uint64) int {
	for i, c := range p.constants {
		if c == u {
			return 16 * i
		}
	}
	p.constants = append(p.constants, u)
	return 16 * (len(p.constants) - 1)
}

func single(x float32) uint64 { return uint64(math.Float32bits(x))<<32 | uint64(math.Float32bits(x)) }

func (p *arm64) files() (map[string][]byte, error) {
	const generated = "// Code generated by graph/kernel/gen. DO NOT EDIT.\n"
	stubs, err := format.Source([]byte(generated + "\npackage kernel\n" + p.stubs.String()))
	if err != nil {
		return nil, err
	}
	var asm bytes.Buffer
	asm.WriteString(generated + "\n#include \"textflag.h\"\n\n")
	for i, c := range p.constants {
		fmt.Fprintf(&asm, "DATA constants<>+%d(SB)/8, $0x%016x\nDATA constants<>+%d(SB)/8, $0x%016x\n", 16*i, c, 16*i+8, c)
	}
	fmt.Fprintf(&asm, "GLOBL constants<>(SB), RODATA|NOPTR, $%d\n", 16*len(p.constants))
	asm.WriteString(p.asm.String())
	return map[string][]byte{"neon_arm64.s": asm.Bytes(), "neon_arm64.go": stubs}, nil
}
