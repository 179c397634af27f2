// Package safetensors reads and writes tensors in the safetensors format: eight bytes with the
// length of a header, the header in JSON, which gives each tensor's type, shape and place, and then
// the tensors' little-endian bytes without gaps.
//
// The same tensors always give the same bytes.
//
// References:
//   - Format: https://github.com/huggingface/safetensors#format
package safetensors

import (
	"cmp"
	"fmt"
	"slices"
)

// A File is the content of a safetensors file.
type File struct {
	Metadata map[string]string // may be nil
	Tensors  []Tensor
}

// A Tensor is a named array of any number of dimensions, row-major.
type Tensor struct {
	Name  string
	Shape []int // empty for a scalar
	// Data is a []float32, []float64, []int64 or []uint8 with as many elements as the
	// product of Shape.
	Data any
}

// Element is the set of element types: F32, F64, I64 and U8 in the file.
type Element interface {
	float32 | float64 | int64 | uint8
}

// Get returns the data of the tensor of that name. It is an error if there is none, or if its
// element type or its shape differs from the one asked for.
func Get[T Element](f File, name string, shape ...int) ([]T, error) {
	i := slices.IndexFunc(f.Tensors, func(t Tensor) bool { return t.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no tensor %q", name)
	}
	t := f.Tensors[i]
	data, ok := t.Data.([]T)
	if !ok || !slices.Equal(t.Shape, shape) {
		return nil, fmt.Errorf("tensor %q: got %s %v, expected: %s %v", name, dtypeOf(t.Data).name, t.Shape, dtypeOf(data).name, shape)
	}
	return data, nil
}

// A dtype is an element type.
type dtype struct {
	name string
	size int // bytes
	make func(n int) any
}

var dtypes = []dtype{
	{"F32", 4, func(n int) any { return make([]float32, n) }},
	{"F64", 8, func(n int) any { return make([]float64, n) }},
	{"I64", 8, func(n int) any { return make([]int64, n) }},
	{"U8", 1, func(n int) any { return make([]uint8, n) }},
}

// dtypeOf returns the element type of a slice; its size is 0 if the type is not supported.
func dtypeOf(data any) dtype {
	switch data.(type) {
	case []float32:
		return dtypes[0]
	case []float64:
		return dtypes[1]
	case []int64:
		return dtypes[2]
	case []uint8:
		return dtypes[3]
	}
	return dtype{name: fmt.Sprintf("%T", data)}
}

// length returns the number of elements of a slice of one of the dtypes.
func length(data any) int {
	switch d := data.(type) {
	case []float32:
		return len(d)
	case []float64:
		return len(d)
	case []int64:
		return len(d)
	case []uint8:
		return len(d)
	}
	return 0
}

// sorted returns the tensors in their order in a file: larger elements first, so
// that each tensor is aligned, and otherwise in the given order.
func sorted(tensors []Tensor) []Tensor {
	s := slices.Clone(tensors)
	slices.SortStableFunc(s, func(a, b Tensor) int {
		return cmp.Compare(dtypeOf(b.Data).size, dtypeOf(a.Data).size)
	})
	return s
}

// elements returns the product of a shape, and whether the shape is valid: no dimension is
// negative, and the number of bytes does not overflow.
func elements[D int | uint64](shape []D, size int) (int, bool) {
	const most = 1 << 62
	n := uint64(1)
	for _, d := range shape {
		if d < 0 || d != 0 && n > most/uint64(d) {
			return 0, false
		}
		n *= uint64(d)
	}
	return int(n), n <= most/uint64(size)
}
