package models

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"glorot/models/stream"

	"gorgonia.org/tensor"
)

// An Initializer draws weights W ~ U[-a, a]. Var[W] = a²/3. Biases start at 0 (Glorot & Bengio 2010, section 2.3).
type Initializer struct {
	Name    string
	Formula string // a

	// Limit returns a for weight matrix number layer of layers, layer = 0..layers-1, of fan-in `in` and fan-out `out`.
	Limit func(layer, layers, in, out int) float64
}

// Initializers returns the initialisers:
//
//   - standard: a = 1/sqrt(in), eq. 1, n Var[W] = 1/3 (eq. 15);
//   - normalized: a = sqrt(6/(in+out)), eq. 16, in every layer, Var[W] = 2/(in+out) (eq. 12);
//   - figure: eq. 1 for the first and the output layer and n Var[W] = 1.25 between hidden layers. It
//     reproduces the "normalized" panels of the paper's own Figures 6, 7, 9 and 10: they show the same activation variance in
//     all layers, which a tanh network with eq. 16 everywhere cannot have.
func Initializers() []Initializer {
	standard := func(in int) float64 { return 1 / math.Sqrt(float64(in)) }
	return []Initializer{
		{
			Name: "standard", Formula: "1/sqrt(in)",
			Limit: func(_, _, in, _ int) float64 { return standard(in) },
		},
		{
			Name: "normalized", Formula: "sqrt(6/(in+out))",
			Limit: func(_, _, in, out int) float64 { return math.Sqrt(6 / float64(in+out)) },
		},
		{
			Name: "figure", Formula: "1/sqrt(in) in the first and the output layer, sqrt(7.5/(in+out)) between hidden layers",
			Limit: func(layer, layers, in, out int) float64 {
				if layer == 0 || layer == layers-1 {
					return standard(in)
				}
				return math.Sqrt(6 * 1.25 / float64(in+out))
			},
		},
	}
}

// InitializerByName returns the initialiser called name, or an error that lists all names.
func InitializerByName(name string) (Initializer, error) {
	return byName("initialiser", name, Initializers(), initializerName)
}

func initializerName(i Initializer) string { return i.Name }

// Parameters are the weights W[i] [in, out] and biases B[i] [out] of a network. Graphs of different batch sizes made over the
// same Parameters share them.
type Parameters struct {
	W, B []*tensor.Dense
}

// NewParameters draws the parameters of a network whose layers have the given sizes, inputs first and classes last. Each
// weight matrix has its own random stream, named W1, W2, … in order, and is drawn row by row in float64, then rounded to
// dtype, which is Float32 or Float64.
func NewParameters(sizes []int, init Initializer, seed uint64, dtype tensor.Dtype) (*Parameters, error) {
	if err := checkSizes(sizes); err != nil {
		return nil, err
	}
	if init.Limit == nil {
		return nil, fmt.Errorf("no initialiser; want %s", strings.Join(names(Initializers(), initializerName), ", "))
	}
	if dtype != tensor.Float32 && dtype != tensor.Float64 {
		return nil, fmt.Errorf("parameters of type %v; want float32 or float64", dtype)
	}
	p := &Parameters{}
	layers := len(sizes) - 1
	for i := range layers {
		in, out := sizes[i], sizes[i+1]
		r := rand.New(stream.New(seed, fmt.Sprintf("W%d", i+1)))
		w := tensor.New(tensor.Of(dtype), tensor.WithShape(in, out))
		uniform(r, w, init.Limit(i, layers, in, out))
		p.W = append(p.W, w)
		p.B = append(p.B, tensor.New(tensor.Of(dtype), tensor.WithShape(out)))
	}
	return p, nil
}

func uniform(r *rand.Rand, t *tensor.Dense, a float64) {
	draw := func() float64 { return a * (2*r.Float64() - 1) }
	if t.Dtype() == tensor.Float32 {
		for i, w := 0, t.Float32s(); i < len(w); i++ {
			w[i] = float32(draw())
		}
		return
	}
	for i, w := 0, t.Float64s(); i < len(w); i++ {
		w[i] = draw()
	}
}

// Sizes returns the layers' sizes, inputs first.
func (p *Parameters) Sizes() []int {
	sizes := []int{p.W[0].Shape()[0]}
	for _, w := range p.W {
		sizes = append(sizes, w.Shape()[1])
	}
	return sizes
}

func checkSizes(sizes []int) error {
	if len(sizes) < 2 {
		return fmt.Errorf("a network of %d sizes; want at least inputs and classes", len(sizes))
	}
	for i, n := range sizes {
		if n < 1 {
			what := fmt.Sprintf("layer %d", i)
			if i == 0 {
				what = "the input"
			}
			return fmt.Errorf("%s has width %d; want at least 1", what, n)
		}
	}
	return nil
}
