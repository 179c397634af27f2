package dataset

import (
	"fmt"
	"math"
)

// Set is a stored set of labelled examples, whose features are the grey levels of images or real numbers. The pixels of Shapeset are
// stored column by column, those of data sets in files row by row.
type Set struct {
	Name     string
	Images   []uint8   // [Len, Features] row-major, levels 0 to 255; nil if the features are real numbers
	Values   []float32 // [Len, Features] row-major, finite; nil if the features are levels
	Labels   []uint8   // [Len], each below Classes
	Features int       // pixels of an image, or colours of all pixels
	Classes  int

	standard *standard // replaces the Scale of batches; nil if the features are not standardised
}

// Len returns the number of images.
func (s *Set) Len() int { return len(s.Labels) }

// Head returns the first n images, or all if there are fewer, sharing the set's memory.
func (s *Set) Head(n int) *Set { return s.part(s.Name, 0, min(n, s.Len())) }

// Batch fills into with the inputs of the examples from to to-1: scaled levels, real numbers as they are, or either of them standardised
// (see [Data.Standardize]). It panics if they are not in the set. It allocates only if into is too small.
func (s *Set) Batch(scale Scale, from, to int, into *Batch) {
	into.resize(to-from, s.Features)
	table := scale.Table()
	s.inputs(&table, into.X, from, to)
	copy(into.Labels, s.Labels[from:to])
}

// inputs writes the inputs of the examples from to to-1.
func (s *Set) inputs(table *[256]float32, dst []float32, from, to int) {
	from, to = from*s.Features, to*s.Features
	switch {
	case s.standard != nil && s.Values != nil:
		standardize(s.standard, dst, s.Values[from:to])
	case s.standard != nil:
		standardize(s.standard, dst, s.Images[from:to])
	case s.Values != nil:
		copy(dst, s.Values[from:to])
	default:
		apply(table, dst, s.Images[from:to])
	}
}

// Batch is a mini-batch in the form of a network's input.
type Batch struct {
	X           []float32 // [N, Features] row-major
	Labels      []uint8   // [N]
	N, Features int
}

// resize sets the batch's shape, and keeps its memory if that is large enough.
func (b *Batch) resize(n, features int) {
	if cap(b.X) < n*features {
		b.X = make([]float32, n*features)
	}
	if cap(b.Labels) < n {
		b.Labels = make([]uint8, n)
	}
	b.X, b.Labels = b.X[:n*features], b.Labels[:n]
	b.N, b.Features = n, features
}

// Scale maps the grey levels 0 to 255 to Low to High. The paper does not say
// which range it used: the authors' scripts have 0 to 1, their demonstration -1
// to 1.
type Scale struct{ Low, High float64 }

// Validate returns an error unless Low and High are finite and Low < High.
func (s Scale) Validate() error {
	if !(s.Low < s.High) || math.IsInf(s.Low, 0) || math.IsInf(s.High, 0) {
		return fmt.Errorf("scale is %v to %v, must rise and be finite", s.Low, s.High)
	}
	return nil
}

// Table returns the input of every grey level g, Low + (High-Low) g/255.
func (s Scale) Table() [256]float32 {
	var table [256]float32
	for g := range table {
		table[g] = float32(s.Low + float64((s.High-s.Low)*float64(g))/255)
	}
	return table
}

func apply(table *[256]float32, dst []float32, src []uint8) {
	dst = dst[:len(src)]
	for i, g := range src {
		dst[i] = table[g]
	}
}
