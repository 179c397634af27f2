package models

import (
	"math"
	"math/rand/v2"
)

const kerasSource = "a plain distribution, whose default scale is that of Keras"

func uniform() Initializer {
	return Initializer{
		Name: "uniform", Aliases: []string{"random_uniform"}, Formula: "U[-scale, scale], scale = 0.05",
		Source: kerasSource, Scale: 0.05,
		Draw: func(r *rand.Rand, l Layer) (func() float64, error) { return within(r, l.Scale), nil },
	}
}

func normal() Initializer {
	return Initializer{
		Name: "normal", Aliases: []string{"random_normal", "gaussian"}, Formula: "N(0, scale²), scale = 0.05",
		Source: kerasSource, Scale: 0.05,
		Draw: func(r *rand.Rand, l Layer) (func() float64, error) {
			n := gaussian{r: r}
			return func() float64 { return l.Scale * n.next() }, nil
		},
	}
}

func truncatedNormal() Initializer {
	return Initializer{
		Name: "truncated_normal", Aliases: []string{"trunc_normal"},
		Formula: "N(0, scale²), drawn again where it is beyond 2 scale, scale = 0.05",
		Source:  kerasSource, Scale: 0.05,
		Draw: func(r *rand.Rand, l Layer) (func() float64, error) {
			n := gaussian{r: r}
			return func() float64 {
				x := n.next()
				for math.Abs(x) > 2 {
					x = n.next()
				}
				return l.Scale * x
			}, nil
		},
	}
}
