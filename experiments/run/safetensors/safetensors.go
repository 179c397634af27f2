// Package safetensors reads and writes tensors in the safetensors format: eight bytes
// with the length of a header, the header in JSON, which gives each tensor's type, shape
// and place, and then the tensors' little-endian bytes without a gap.
//
// The same tensors make the same bytes.
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

// Element are the types of elements: F32, F64, I64 and U8 in the file.
type Element interface {
	float32 | float64 | int64 | uint8
}

// Get is the data of the tensor of that name; it is an error if there is none, or if
// its elements or its shape are others than asked for.
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

// A dtype is a type of elements.
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

// dtypeOf is the type of a slice's elements; its size is 0 if there is none.
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

// length is the number of elements of a slice of one of the dtypes.
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

// sorted are the tensors as they lie in a file: larger elements first, so that each
// tensor is aligned, and otherwise in the order given.
func sorted(tensors []Tensor) []Tensor {
	s := slices.Clone(tensors)
	slices.SortStableFunc(s, func(a, b Tensor) int {
		return cmp.Compare(dtypeOf(b.Data).size, dtypeOf(a.Data).size)
	})
	return s
}

// elements is the product of a shape, and whether it is one: no dimension is negative,
// and the bytes of that many elements can be counted.
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
