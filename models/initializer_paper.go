package models

import "math"

func standard() Initializer {
	return Initializer{
		Name: "standard", Formula: "U[-a, a], a = 1/sqrt(in)", // in Var[W] = 1/3 (eq. 15)
		Source: "LeCun, Bottou, Orr & Müller 1998; Glorot & Bengio 2010, eq. 1",
		Limit:  func(_, _, in, _ int) float64 { return 1 / math.Sqrt(float64(in)) },
	}
}

func normalized() Initializer {
	return Initializer{
		Name: "normalized", Aliases: []string{"glorot_uniform", "glorot", "xavier_uniform", "xavier"},
		Formula: "U[-a, a], a = sqrt(6/(in+out))", // Var[W] = 2/(in+out) (eq. 12)
		Source:  "Glorot & Bengio 2010, eq. 16",
		Limit:   func(_, _, in, out int) float64 { return math.Sqrt(6 / float64(in+out)) },
	}
}

// figure reproduces the "normalized" panels of the paper's own Figures 6, 7, 9 and 10: they show the same activation variance
// in all layers, which a tanh network with eq. 16 everywhere cannot have.
func figure() Initializer {
	outer := standard().Limit
	return Initializer{
		Name: "figure", Formula: "U[-a, a], a = 1/sqrt(in) in the first and the output layer, sqrt(7.5/(in+out)) between hidden layers",
		Source: "Glorot & Bengio 2010, Figures 6, 7, 9 and 10: n Var[W] = 1.25 between hidden layers",
		Limit: func(layer, layers, in, out int) float64 {
			if layer == 0 || layer == layers-1 {
				return outer(layer, layers, in, out)
			}
			return math.Sqrt(6 * 1.25 / float64(in+out))
		},
	}
}
