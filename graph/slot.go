package graph

import (
	"fmt"
	"unsafe"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// float is the element type of everything that has kernels.
type float interface{ float32 | float64 }

// slot holds the result of one live node: a flat row-major slice for float32 and float64, and a gorgonia.Value
// over the same memory for those who want one (ops run by Do, observers).
type slot struct {
	node  *G.Node
	shape tensor.Shape
	dtype tensor.Dtype
	f32   []float32
	f64   []float64
	value G.Value

	base  *slot // the slot whose memory this one shares (a reshape), or itself
	fixed bool  // its memory is its own for the machine's life: never given to another slot
	made  int   // the step that makes the slot
	to    int   // the last step that touches the memory; kept in base
}

func newSlot(n *G.Node) *slot {
	s := &slot{node: n, shape: n.Shape(), dtype: n.Dtype(), made: -1, to: -1}
	s.base = s
	return s
}

func (s *slot) size() int { return s.shape.TotalSize() }

// ref returns the address of the slot's slice of type T. Kernels keep the address and read the slice when they run,
// since an input may be bound to another tensor between two runs.
func ref[T float](s *slot) *[]T {
	if p, ok := any(&s.f32).(*[]T); ok {
		return p
	}
	return any(&s.f64).(*[]T)
}

// allocate gives the slot memory of its own.
func (s *slot) allocate() {
	switch s.dtype {
	case tensor.Float32:
		s.f32 = alignedFloats[float32](s.size())
	case tensor.Float64:
		s.f64 = alignedFloats[float64](s.size())
	}
}

// alignedFloats returns n zeros that start at a multiple of 64 bytes, a cache line, which vector loads like.
func alignedFloats[T float](n int) []T {
	var t T
	pad := 64 / int(unsafe.Sizeof(t))
	b := make([]T, n+pad)
	off := 0
	for uintptr(unsafe.Pointer(&b[off]))%64 != 0 {
		off++
	}
	return b[off : off+n : off+n]
}

// set makes v the slot's value. Memory that is not dense and row-major is copied.
func (s *slot) set(v G.Value) error {
	switch t := v.(type) {
	case nil:
		return fmt.Errorf("%s has no value", Describe(s.node))
	case *G.F32:
		s.f32 = unsafe.Slice((*float32)(t), 1)
	case *G.F64:
		s.f64 = unsafe.Slice((*float64)(t), 1)
	case *tensor.Dense:
		switch t.Dtype() {
		case tensor.Float32:
			s.f32 = flat(t, (*tensor.Dense).Float32s)
		case tensor.Float64:
			s.f64 = flat(t, (*tensor.Dense).Float64s)
		}
	}
	if v.Dtype() != s.dtype {
		return fmt.Errorf("%s holds %v, want %v", Describe(s.node), v.Dtype(), s.dtype)
	}
	if n := v.Shape().TotalSize(); n != s.size() {
		return fmt.Errorf("%s holds shape %v, want %v", Describe(s.node), v.Shape(), s.shape)
	}
	s.value = v
	return nil
}

// flat returns t's elements in row-major order: t's own memory if it is laid out so, else a copy.
func flat[T float](t *tensor.Dense, data func(*tensor.Dense) []T) []T {
	d := data(t)
	if t.DataOrder().IsRowMajor() && !t.RequiresIterator() {
		return d
	}
	out := make([]T, 0, t.Shape().TotalSize())
	shape, strides := t.Shape(), t.Strides()
	index := make([]int, len(shape))
	for {
		at := 0
		for k, i := range index {
			at += i * strides[k]
		}
		out = append(out, d[at])
		k := len(index) - 1
		for ; k >= 0; k-- {
			if index[k]++; index[k] < shape[k] {
				break
			}
			index[k] = 0
		}
		if k < 0 {
			return out
		}
	}
}

// asValue returns a gorgonia.Value over the slot's present memory, making it only when the memory has changed.
func (s *slot) asValue() G.Value {
	if s.f32 == nil && s.f64 == nil || s.value != nil && s.sameMemory(s.value) {
		return s.value
	}
	scalar := s.node.IsScalar()
	switch {
	case s.dtype == tensor.Float32 && scalar:
		s.value = (*G.F32)(&s.f32[0])
	case s.dtype == tensor.Float64 && scalar:
		s.value = (*G.F64)(&s.f64[0])
	case s.dtype == tensor.Float32:
		s.value = tensor.New(tensor.WithShape(s.shape...), tensor.WithBacking(s.f32))
	default:
		s.value = tensor.New(tensor.WithShape(s.shape...), tensor.WithBacking(s.f64))
	}
	return s.value
}

func (s *slot) sameMemory(v G.Value) bool {
	if d, ok := v.(*tensor.Dense); ok && (!d.DataOrder().IsRowMajor() || d.RequiresIterator()) {
		return true // s.f32 is a copy of it; the value itself is what a reader wants
	}
	if s.dtype == tensor.Float32 {
		return v.Uintptr() == uintptr(unsafe.Pointer(unsafe.SliceData(s.f32)))
	}
	return v.Uintptr() == uintptr(unsafe.Pointer(unsafe.SliceData(s.f64)))
}

func (s *slot) nonFinite() *NonFiniteError {
	for i, x := range s.f32 {
		if y := float64(x); !finite(y) {
			return &NonFiniteError{Node: s.node, Index: i, Value: y}
		}
	}
	for i, x := range s.f64 {
		if !finite(x) {
			return &NonFiniteError{Node: s.node, Index: i, Value: x}
		}
	}
	return nil
}
