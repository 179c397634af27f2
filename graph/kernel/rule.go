package kernel

import "math"

// A Rule is an optimiser's formula: what becomes of each number w of a parameter, and of the numbers m and s that are kept for it,
// by its gradient g. All numbers are rounded to the parameter's type first, and each operation is one IEEE 754 operation:
//
//	g = min(max(g, -Limit), Limit) * Scale   where Limit > 0 or Scale != 1; a NaN stays
//	g = g + Decay*w                          where Decay != 0
//
//	Plain:    w = w - Rate*g
//	Velocity: m = Keep1*m + g;           w = w - Rate*m
//	Ahead:    m = Keep1*m + g;           w = w - Rate*(g + Keep1*m)
//	Scaled:   s = Keep2*s + Take2*(g*g); w = w - Rate*(g / (sqrt(s)*Correct + Epsilon))
//	Moments:  m = Keep1*m + Take1*g;     s = Keep2*s + Take2*(g*g);
//	          w = Shrink*w - Rate*(m / (sqrt(s)*Correct + Epsilon))
type Rule struct {
	Form                       Form
	Limit, Scale               float64 // a Limit of 0 is none
	Decay                      float64
	Rate                       float64
	Keep1, Take1, Keep2, Take2 float64
	Correct, Epsilon           float64
	Shrink                     float64
}

// A Form is one of the formulas of [Rule].
type Form int

// The forms of a rule.
const (
	Plain Form = iota
	Velocity
	Ahead
	Scaled
	Moments
	forms
)

// States returns how many numbers are kept for each number of a parameter: m, s, or m and s.
func (f Form) States() int { return [forms]int{Velocity: 1, Ahead: 1, Scaled: 1, Moments: 2}[f] }

// float is the type of a parameter.
type float interface{ float32 | float64 }

// ruleTile is a part of a parameter, of its gradient and its states, and the rule's numbers in the parameter's type. The assembly
// knows this layout (gen/rule.go).
type ruleTile[T float] struct {
	w, g, m, s      []T
	clipped, decays int // 0 or 1
	limit, scale, decay, rate,
	keep1, take1, keep2, take2,
	correct, epsilon, shrink T
}

func newRuleTile[T float](r Rule, w, g []T, states [][]T) ruleTile[T] {
	t := ruleTile[T]{
		w: w, g: g, limit: T(r.Limit), scale: T(r.Scale), decay: T(r.Decay), rate: T(r.Rate),
		keep1: T(r.Keep1), take1: T(r.Take1), keep2: T(r.Keep2), take2: T(r.Take2),
		correct: T(r.Correct), epsilon: T(r.Epsilon), shrink: T(r.Shrink),
	}
	if r.Limit == 0 {
		t.limit = T(math.Inf(1))
	}
	if r.Limit != 0 || r.Scale != 1 {
		t.clipped = 1
	}
	if r.Decay != 0 {
		t.decays = 1
	}
	switch r.Form {
	case Velocity, Ahead:
		t.m = states[0]
	case Scaled:
		t.s = states[0]
	case Moments:
		t.m, t.s = states[0], states[1]
	}
	return t
}

// part returns n numbers of the tile from i on.
func (t *ruleTile[T]) part(i, n int) ruleTile[T] {
	p := *t
	for _, x := range []*[]T{&p.w, &p.g, &p.m, &p.s} {
		if *x != nil {
			*x = (*x)[i : i+n]
		}
	}
	return p
}

// take returns the gradient g as the rule takes it for the number w.
func (t *ruleTile[T]) take(g, w T) T {
	if t.clipped != 0 {
		if g < -t.limit {
			g = -t.limit
		}
		if g > t.limit {
			g = t.limit
		}
		g *= t.scale
	}
	if t.decays != 0 {
		g += T(t.decay * w)
	}
	return g
}

// step is what is taken off a number, before the rate: the numerator over the root of the mean square.
func (t *ruleTile[T]) step(numerator, square T) T {
	return numerator / (T(T(math.Sqrt(float64(square)))*t.correct) + t.epsilon) // the root is that of T: 53 bits are more than twice 24
}

// portableRules are the loops that define the others.
func portableRules[T float]() [forms]func(*ruleTile[T]) {
	return [forms]func(*ruleTile[T]){
		Plain: func(t *ruleTile[T]) {
			for i, w := range t.w {
				t.w[i] = w - T(t.rate*t.take(t.g[i], w))
			}
		},
		Velocity: func(t *ruleTile[T]) {
			for i, w := range t.w {
				t.m[i] = T(t.keep1*t.m[i]) + t.take(t.g[i], w)
				t.w[i] = w - T(t.rate*t.m[i])
			}
		},
		Ahead: func(t *ruleTile[T]) {
			for i, w := range t.w {
				g := t.take(t.g[i], w)
				t.m[i] = T(t.keep1*t.m[i]) + g
				t.w[i] = w - T(t.rate*(g+T(t.keep1*t.m[i])))
			}
		},
		Scaled: func(t *ruleTile[T]) {
			for i, w := range t.w {
				g := t.take(t.g[i], w)
				t.s[i] = T(t.keep2*t.s[i]) + T(t.take2*T(g*g))
				t.w[i] = w - T(t.rate*t.step(g, t.s[i]))
			}
		},
		Moments: func(t *ruleTile[T]) {
			for i, w := range t.w {
				g := t.take(t.g[i], w)
				t.m[i] = T(t.keep1*t.m[i]) + T(t.take1*g)
				t.s[i] = T(t.keep2*t.s[i]) + T(t.take2*T(g*g))
				t.w[i] = T(t.shrink*w) - T(t.rate*t.step(t.m[i], t.s[i]))
			}
		},
	}
}
