package models

import "math/rand/v2"

func identityMatrix() Initializer {
	return Initializer{
		Name: "identity", Aliases: []string{"eye"}, Formula: "1 from an input to the unit of the same number, else 0",
		Source: "Le, Jaitly & Hinton 2015",
		Draw: func(_ *rand.Rand, l Layer) (func() float64, error) {
			i := -1
			return func() float64 {
				i++
				if i/l.Out == i%l.Out {
					return 1
				}
				return 0
			}, nil
		},
	}
}
