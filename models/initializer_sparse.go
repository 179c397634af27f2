package models

import "math/rand/v2"

// perUnit is how many inputs of a unit have a weight that is not 0.
const perUnit = 15

func sparse() Initializer {
	return Initializer{
		Name: "sparse", Formula: "N(0, scale²) for 15 random inputs of each unit, 0 for its other inputs, scale = 1",
		Source: "Martens 2010", Scale: 1,
		Draw: func(r *rand.Rand, l Layer) (func() float64, error) {
			n, w := gaussian{r: r}, make([]float64, l.In*l.Out)
			inputs := make([]int, l.In)
			for i := range inputs {
				inputs[i] = i
			}
			for unit := range l.Out {
				for k := range min(perUnit, l.In) { // the beginning of a shuffle
					j := k + r.IntN(l.In-k)
					inputs[k], inputs[j] = inputs[j], inputs[k]
					w[inputs[k]*l.Out+unit] = l.Scale * n.next()
				}
			}
			return inOrder(w), nil
		},
	}
}

func inOrder(w []float64) func() float64 {
	i := -1
	return func() float64 { i++; return w[i] }
}
