package models

import (
	"math"
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
