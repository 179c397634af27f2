package dataset

import (
	"context"
	"fmt"
	"math"
)

// The seeds and the size of the authors' fixed sets, from the experiment scripts
// released with their generator in 2010: seed -1, taken modulo 2^32, makes the
// validation set.
const (
	TestSeed  uint32 = 0
	ValidSeed uint32 = 4294967295
	FixedLen         = 10_000
)

// Range is a closed interval.
type Range struct{ Low, High float64 }

// Deformation says how an object differs from a regular polygon.
type Deformation int

// The three kinds of objects, the authors' poly_type 0, 1 and 2.
const (
	Regular   Deformation = iota // equilateral triangle, square, circle
	Stretched                    // isosceles triangle, rectangle, ellipse
	Affine                       // any triangle, parallelogram, ellipse
)

// Shapeset holds the constants of the generator. Start from [DefaultShapeset]
// and change some of them; lengths and positions are relative to Size.
type Shapeset struct {
	Size        int   // side of the square image in pixels
	Vertices    []int // vertex count of each shape; many vertices make an ellipse
	Deformation Deformation

	Background Range   // grey of the background, 0 black to 1 white
	Foreground Range   // grey of the objects
	Swap       float64 // probability that the two ranges change places

	Angles   int   // number of rotations in a full circle
	Rotation Range // of the whole object, as a share of the circle
	Scales   Range // lengths of an object's two axes
	Position Range // of an object's centre, on each axis

	MinObjects, MaxObjects int

	// Overlap is the largest share of the first object's area that the second
	// is allowed to cover, as estimated by [Generator.NextScene]; +Inf allows all.
	Overlap float64
	// RejectionMax is the number of rejected positions after which an image has
	// only one object.
	RejectionMax int
}

// DefaultShapeset returns the constants of Shapeset-3x2 from the authors'
// released generator (github.com/glorotxa/Shapeset, simpleexemple.py): 32x32
// images of one or two triangles, parallelograms and 20-gons for ellipses.
// Figure 1 of the paper shows the same images with Size 64.
func DefaultShapeset() Shapeset {
	return Shapeset{
		Size:         32,
		Vertices:     []int{3, 4, 20},
		Deformation:  Affine,
		Background:   Range{0, .45},
		Foreground:   Range{.55, 1},
		Swap:         .5,
		Angles:       255,
		Rotation:     Range{0, 1},
		Scales:       Range{.2, .8},
		Position:     Range{0, 1},
		MinObjects:   1,
		MaxObjects:   2,
		Overlap:      .5,
		RejectionMax: 50,
	}
}

// Features returns the number of pixels of an image.
func (s Shapeset) Features() int { return s.Size * s.Size }

// Classes returns the number of labels: V for one object of V shapes, and
// V(V-1)/2 mixed and V equal pairs more if there can be two; 9 for Shapeset-3x2.
func (s Shapeset) Classes() int {
	v := len(s.Vertices)
	if s.MaxObjects < 2 {
		return v
	}
	return v + v*(v-1)/2 + v
}

// labels returns the label of one object of shape i at [i][V], and of a pair at
// [i][j]. Single objects come first, then mixed pairs by the distance of their
// indices and then by the first index, then equal pairs. With triangle T,
// parallelogram P and ellipse E: T P E TP PE TE TT PP EE.
func (s Shapeset) labels() [][]uint8 {
	v := len(s.Vertices)
	table := make([][]uint8, v)
	label := uint8(0)
	for i := range table {
		table[i] = make([]uint8, v+1)
		table[i][v] = label
		label++
	}
	for distance := 1; distance < v; distance++ {
		for i := 0; i+distance < v; i++ {
			table[i][i+distance] = label
			table[i+distance][i] = label
			label++
		}
	}
	for i := range table {
		table[i][i] = label
		label++
	}
	return table
}

// Limits of the constants: labels are bytes, and the tables stay small.
const (
	maxSize   = 1024
	maxShapes = 21 // 252 classes
	maxAngles = 65535
)

// Validate returns an error that names the first constant that is out of range.
func (s Shapeset) Validate() error {
	v := validator{}
	v.integer("size", s.Size, 3, maxSize)
	v.integer("number of shapes", len(s.Vertices), 1, maxShapes)
	v.integer("angles", s.Angles, 3, maxAngles)
	for i, n := range s.Vertices {
		v.integer(fmt.Sprintf("vertex count %d", i), n, 3, s.Angles)
	}
	v.integer("deformation", int(s.Deformation), int(Regular), int(Affine))
	v.unit("background grey", s.Background)
	v.unit("foreground grey", s.Foreground)
	v.unit("swap probability", Range{s.Swap, s.Swap})
	v.unit("rotation", s.Rotation)
	v.unit("scales", s.Scales)
	v.unit("position", s.Position)
	v.integer("minimum of objects", s.MinObjects, 1, 2)
	v.integer("maximum of objects", s.MaxObjects, s.MinObjects, 2)
	v.integer("rejection maximum", s.RejectionMax, 1, math.MaxInt32)
	v.check(s.Overlap >= 0, "overlap is %v, must be 0 or more", s.Overlap)

	// An object keeps one pixel of margin on each side, wherever it is placed.
	v.check(s.Scales.Low > 0, "scales begin at %v, must be more than 0", s.Scales.Low)
	reach := s.Scales.High/2 + 1/float64(s.Size)
	v.check(reach <= .5, "scales end at %v: with its margin such an object does not fit into %d pixels",
		s.Scales.High, s.Size)
	v.check(s.Position.Low <= 1-reach && s.Position.High >= reach,
		"position is %v to %v: the largest object fits only if it can be as far in as %.4g and %.4g",
		s.Position.Low, s.Position.High, reach, 1-reach)
	return v.err
}

// validator keeps the first error.
type validator struct{ err error }

func (v *validator) check(ok bool, format string, args ...any) {
	if !ok && v.err == nil {
		v.err = fmt.Errorf("shapeset: "+format, args...)
	}
}

func (v *validator) integer(name string, n, low, high int) {
	v.check(low <= n && n <= high, "%s is %d, must be %d to %d", name, n, low, high)
}

func (v *validator) unit(name string, r Range) {
	v.check(0 <= r.Low && r.Low <= r.High && r.High <= 1,
		"%s is %v to %v, must rise within 0 to 1", name, r.Low, r.High)
}

// Set stores the first n images of a seed. It returns an error if a constant is
// out of range, if n is negative, or if ctx ends first.
func (s Shapeset) Set(ctx context.Context, seed uint32, n int) (*Set, error) {
	g, err := s.NewGenerator(seed)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, fmt.Errorf("shapeset: %d images asked for, must be 0 or more", n)
	}
	f := s.Features()
	set := &Set{
		Name:     fmt.Sprintf("shapeset seed %d", seed),
		Images:   make([]uint8, n*f),
		Labels:   make([]uint8, n),
		Features: f,
		Classes:  s.Classes(),
	}
	for i := range set.Labels {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, fmt.Errorf("shapeset: %d of %d images made: %w", i, n, context.Cause(ctx))
		}
		set.Labels[i] = g.Next(set.Images[i*f : (i+1)*f])
	}
	return set, nil
}

// TestSet stores the authors' test set, 10,000 images of seed 0.
func (s Shapeset) TestSet(ctx context.Context) (*Set, error) {
	return s.Set(ctx, TestSeed, FixedLen)
}

// ValidSet stores the authors' validation set, 10,000 images of seed 4294967295.
func (s Shapeset) ValidSet(ctx context.Context) (*Set, error) {
	return s.Set(ctx, ValidSeed, FixedLen)
}
