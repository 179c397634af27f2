package graph

import (
	"fmt"
	"hash"
	"hash/fnv"

	"glorot/graph/kernel"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A Func declares a Gorgonia op by what it does to slices, with a symbolic derivative. All arguments and the result have one shape
// and one type. It runs on every Gorgonia machine, and on a Machine without allocation.
//
// F32 and F64 write out from in; shape is that of out, row-major. They must not keep or change in. Two Funcs with the
// same Name are the same op to Gorgonia, which merges equal nodes.
type Func struct {
	Name string
	Args int // number of arguments
	F32  func(e *kernel.Engine, shape []int, out []float32, in [][]float32)
	F64  func(e *kernel.Engine64, shape []int, out []float64, in [][]float64)

	// Grad returns dCost/dinput for every input, given output and grad = dCost/doutput, as nodes of the same graph.
	// A nil Grad makes an op that is not differentiable.
	Grad func(inputs G.Nodes, output, grad *G.Node) (G.Nodes, error)
}

var (
	_ G.SDOp            = (*Func)(nil)
	_ G.UsePreallocDoer = (*Func)(nil)
)

// Apply makes the node f(args...).
func (f *Func) Apply(args ...*G.Node) (*G.Node, error) {
	n, err := G.ApplyOp(f, args...)
	if err != nil {
		return nil, fmt.Errorf("applying %s: %w", f.Name, err)
	}
	return n, nil
}

// Arity is part of gorgonia.Op, like the methods that follow.
func (f *Func) Arity() int { return f.Args }

// Type says that all arguments and the result are of one type.
func (f *Func) Type() hm.Type {
	types := make([]hm.Type, f.Args+1)
	for i := range types {
		types[i] = hm.TypeVariable('a')
	}
	return hm.NewFnType(types...)
}

// InferShape fails when the arguments' shapes differ.
func (f *Func) InferShape(in ...G.DimSizer) (tensor.Shape, error) {
	first, ok := in[0].(tensor.Shape)
	if !ok {
		return nil, fmt.Errorf("%s: the first argument has no shape", f.Name)
	}
	for _, d := range in[1:] {
		if s, ok := d.(tensor.Shape); !ok || !s.Eq(first) {
			return nil, fmt.Errorf("%s: arguments of shapes %v and %v; want one shape", f.Name, first, d)
		}
	}
	return first.Clone(), nil
}

// Do runs the op on any machine, with the portable kernels.
func (f *Func) Do(in ...G.Value) (G.Value, error) {
	if len(in) != f.Args {
		return nil, fmt.Errorf("%s: %d arguments, want %d", f.Name, len(in), f.Args)
	}
	if t, ok := in[0].(*tensor.Dense); ok {
		return f.UsePreallocDo(tensor.New(tensor.Of(t.Dtype()), tensor.WithShape(t.Shape().Clone()...)), in...)
	}
	out, err := G.CloneValue(in[0])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	return f.UsePreallocDo(out, in...)
}

// UsePreallocDo writes the result into out, which is dense and row-major.
func (f *Func) UsePreallocDo(out G.Value, in ...G.Value) (G.Value, error) {
	var err error
	switch out.Dtype() {
	case tensor.Float32:
		e := kernel.Portable()
		err = apply(out, in, func(shape []int, dst []float32, src [][]float32) { f.F32(e, shape, dst, src) })
	case tensor.Float64:
		e := kernel.NewEngine64()
		err = apply(out, in, func(shape []int, dst []float64, src [][]float64) { f.F64(e, shape, dst, src) })
	default:
		err = fmt.Errorf("no kernel for %v", out.Dtype())
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	return out, nil
}

func apply[T float](out G.Value, in []G.Value, f func([]int, []T, [][]T)) error {
	dst, err := valueSlice[T](out)
	if err != nil {
		return err
	}
	src := make([][]T, len(in))
	for i, v := range in {
		if src[i], err = valueSlice[T](v); err != nil {
			return err
		}
		if len(src[i]) != len(dst) {
			return fmt.Errorf("argument %d has %d elements, the result %d", i, len(src[i]), len(dst))
		}
	}
	f(out.Shape(), dst, src)
	return nil
}

// ReturnsPtr and the next two tell Gorgonia's machines that the result is memory of its own.
func (f *Func) ReturnsPtr() bool { return true }

// CallsExtern is false: there is no foreign code.
func (f *Func) CallsExtern() bool { return false }

// OverwritesInput is -1: inputs are only read.
func (f *Func) OverwritesInput() int { return -1 }

// DiffWRT says whether the op is differentiable.
func (f *Func) DiffWRT(inputs int) []bool {
	d := make([]bool, inputs)
	for i := range d {
		d[i] = f.Grad != nil
	}
	return d
}

// SymDiff returns Grad's nodes.
func (f *Func) SymDiff(inputs G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	if f.Grad == nil {
		return nil, fmt.Errorf("%s is not differentiable", f.Name)
	}
	return f.Grad(inputs, output, grad)
}

// WriteHash makes Funcs equal by name.
func (f *Func) WriteHash(h hash.Hash) { fmt.Fprintf(h, "glorot.Func %s/%d", f.Name, f.Args) }

// Hashcode is the hash of WriteHash.
func (f *Func) Hashcode() uint32 {
	h := fnv.New32a()
	f.WriteHash(h)
	return h.Sum32()
}

// String returns the op's name.
func (f *Func) String() string { return f.Name }
