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
	node   *G.Node
	shape  tensor.Shape
	dtype  tensor.Dtype
	f32    []float32
	f64    []float64
	value  G.Value
	copied bool // the slice is a row-major copy of value, not its memory

	base   *slot // the slot whose memory this one shares (a reshape, an input bound to the same tensor), or itself
	buffer int   // number of the planned buffer, from 1; 0 if the memory is not planned
	fixed  bool  // observed: its memory is never given to another slot
	made   int   // the step that makes the slot
	to     int   // the last step that touches the memory; kept in base
	param  bool  // an update writes it
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

// load reads an input node's value.
func (s *slot) load() error {
	v := s.node.Value()
	if v == nil {
		return fmt.Errorf("%s has no value", Describe(s.node))
	}
	if v == s.value && s.over(v) {
		return nil // as in the last run
	}
	if !v.Shape().Eq(s.shape) && (s.size() != 1 || v.Shape().TotalSize() != 1) {
		return fmt.Errorf("%s holds shape %v, want %v", Describe(s.node), v.Shape(), s.shape)
	}
	if err := s.set(v); err != nil {
		return err
	}
	if s.param && s.copied {
		return fmt.Errorf("cannot update %s: its tensor is not dense and row-major", Describe(s.node))
	}
	if s.param {
		hugePages(s.f32)
		hugePages(s.f64)
	}
	return nil
}

// set makes v the slot's value. Elements that are not dense and row-major are copied.
func (s *slot) set(v G.Value) error {
	switch {
	case v == nil:
		return fmt.Errorf("%s has no value", Describe(s.node))
	case v.Dtype() != s.dtype:
		return fmt.Errorf("%s holds %v, want %v", Describe(s.node), v.Dtype(), s.dtype)
	case v.Shape().TotalSize() != s.size():
		return fmt.Errorf("%s holds shape %v, want %v", Describe(s.node), v.Shape(), s.shape)
	}
	s.value = v
	switch t := v.(type) {
	case *G.F32:
		s.f32, s.copied = unsafe.Slice((*float32)(t), 1), false
	case *G.F64:
		s.f64, s.copied = unsafe.Slice((*float64)(t), 1), false
	case *tensor.Dense:
		switch s.dtype {
		case tensor.Float32:
			s.f32, s.copied = flat(t, t.Float32s(), s.f32, s.copied)
		case tensor.Float64:
			s.f64, s.copied = flat(t, t.Float64s(), s.f64, s.copied)
		}
	default:
		if s.dtype == tensor.Float32 || s.dtype == tensor.Float64 {
			return fmt.Errorf("%s holds a %T, want a scalar or a *tensor.Dense", Describe(s.node), v)
		}
	}
	return nil
}

// flat returns t's elements in row-major order: its memory d if it is laid out so, else a copy of it, made in old if
// that is a copy already.
func flat[T float](t *tensor.Dense, d, old []T, oldIsCopy bool) (x []T, copied bool) {
	if rowMajor(t) {
		return d, false
	}
	shape, strides := t.Shape(), t.Strides()
	if x = old; !oldIsCopy || len(x) != shape.TotalSize() {
		x = make([]T, shape.TotalSize())
	}
	if len(strides) < len(shape) { // tensor gives a column-major vector of two dimensions one stride
		for i := range x {
			x[i] = d[i*strides[0]]
		}
		return x, true
	}
	each(shape, func(at int, index []int) {
		from := 0
		for k, i := range index {
			from += i * strides[k]
		}
		x[at] = d[from]
	})
	return x, true
}

// rowMajor reports whether t's elements lie in memory one after the other, the last index running fastest. Its strides
// say so for sure; its flags do not.
func rowMajor(t *tensor.Dense) bool {
	shape, strides := t.Shape(), t.Strides()
	if shape.TotalSize() == 1 {
		return true
	}
	if len(strides) < len(shape) {
		return strides[0] == 1
	}
	for k, want := len(shape)-1, 1; k >= 0; k-- {
		if shape[k] != 1 && strides[k] != want {
			return false
		}
		want *= shape[k]
	}
	return true
}

// asValue returns a gorgonia.Value over the slot's present memory, making it only when the memory has changed.
func (s *slot) asValue() G.Value {
	if s.f32 == nil && s.f64 == nil || s.copied || s.value != nil && s.over(s.value) {
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

// over reports whether v is laid out over the slot's slice.
func (s *slot) over(v G.Value) bool {
	if d, ok := v.(*tensor.Dense); ok && !rowMajor(d) {
		return false
	}
	if s.dtype == tensor.Float32 {
		return v.Uintptr() == uintptr(unsafe.Pointer(unsafe.SliceData(s.f32)))
	}
	return v.Uintptr() == uintptr(unsafe.Pointer(unsafe.SliceData(s.f64)))
}

// overlap reports whether two values share memory.
func overlap(a, b G.Value) bool {
	if a == nil || b == nil {
		return false
	}
	return a.Uintptr() < b.Uintptr()+b.MemSize() && b.Uintptr() < a.Uintptr()+a.MemSize()
}
