package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// applier is what both engines do for an optimiser.
type applier[T float] interface {
	Apply(r Rule, w, g []T, states [][]T)
	ApplyMatMulTransA(r Rule, w []T, states [][]T, a, b []T, m, k, n int)
	MatMulTransBApply(c []T, r Rule, w []T, states [][]T, a, d []T, m, k, n int)
	MatMulTransA(c, a, b []T, m, k, n int)
	MatMulTransB(c, a, b []T, m, n, k int)
	SumSquares(x []T) float64
}

// rules are all forms, alone and with all options.
func rules() (list []Rule) {
	for f := range forms {
		r := Rule{Form: f, Scale: 1, Rate: .013, Keep1: .9, Take1: .1, Keep2: .99, Take2: .01, Correct: 1.7, Epsilon: 1e-8, Shrink: .998}
		list = append(list, r)
		r.Decay = .03
		list = append(list, r)
		r.Limit, r.Scale = .4, .7
		list = append(list, r)
		r.Limit, r.Decay = 0, 0
		list = append(list, r)
	}
	return list
}

// wantRule is the definition: every operation is made in float64 and rounded to T, which is one rounding for float32 too, as float64 has
// more than twice its digits (Figueroa, "When is double rounding innocuous?", 1995).
func wantRule[T float](r Rule, w, m, s, g T) (T, T, T) {
	round := func(x float64) float64 { return float64(T(x)) }
	keep1, take1, keep2, take2 := round(r.Keep1), round(r.Take1), round(r.Keep2), round(r.Take2)
	rate, x, y, z, d := round(r.Rate), float64(w), float64(m), float64(s), float64(g)
	if limit := round(r.Limit); limit > 0 && math.Abs(d) > limit {
		d = math.Copysign(limit, d)
	}
	d = round(d * round(r.Scale))
	if r.Decay != 0 {
		d = round(d + round(round(r.Decay)*x))
	}
	over := func(x float64) float64 {
		return round(x / round(round(round(math.Sqrt(z))*round(r.Correct))+round(r.Epsilon)))
	}
	if r.Form == Velocity || r.Form == Ahead {
		y = round(round(keep1*y) + d)
	}
	if r.Form == Moments {
		y = round(round(keep1*y) + round(take1*d))
		x = round(round(r.Shrink) * x)
	}
	if r.Form == Scaled || r.Form == Moments {
		z = round(round(keep2*z) + round(take2*round(d*d)))
	}
	step := map[Form]func() float64{
		Plain:    func() float64 { return d },
		Velocity: func() float64 { return y },
		Ahead:    func() float64 { return round(d + round(keep1*y)) },
		Scaled:   func() float64 { return over(d) },
		Moments:  func() float64 { return over(y) },
	}[r.Form]()
	return T(round(x - round(rate*step))), T(y), T(z)
}

// parameter is a parameter and its states, and what they become.
type parameter[T float] struct {
	w         []T
	states    [][]T
	wantW     []T
	wantState [][]T
}

func newParameter[T float](r *rand.Rand, rule Rule, g []T) *parameter[T] {
	draw := func() T { return T(r.NormFloat64()) }
	p := &parameter[T]{}
	for range rule.Form.States() {
		p.states, p.wantState = append(p.states, nil), append(p.wantState, nil)
	}
	for _, d := range g {
		w, m, s := draw(), draw(), T(math.Abs(float64(draw())))
		w2, m2, s2 := wantRule(rule, w, m, s, d)
		p.w, p.wantW = append(p.w, w), append(p.wantW, w2)
		have, want := [][2]T{{m, m2}, {s, s2}}, rule.Form.States()
		if rule.Form == Scaled {
			have = have[1:]
		}
		for i := range want {
			p.states[i], p.wantState[i] = append(p.states[i], have[i][0]), append(p.wantState[i], have[i][1])
		}
	}
	return p
}

// check does an update between memory that it may not write to, and compares the bits.
func (p *parameter[T]) check(t *testing.T, what string, update func(w []T, states [][]T)) {
	t.Helper()
	const canary = 12345
	copies := append([][]T{p.w}, p.states...)
	var whole [][]T
	for i, x := range copies {
		y := append(append(make([]T, 3), x...), 0, 0)
		y[2], y[len(x)+3] = canary, canary
		whole, copies[i] = append(whole, y), y[3:len(x)+3]
	}
	update(copies[0], copies[1:])
	for i, want := range append([][]T{p.wantW}, p.wantState...) {
		if whole[i][2] != canary || whole[i][len(want)+3] != canary {
			t.Fatalf("%s: wrote beyond slice %d", what, i)
		}
		for j, x := range want {
			if got := copies[i][j]; got != x && (got == got || x == x) {
				t.Fatalf("%s: number %d of slice %d is %v, want %v", what, j, i, got, x)
			}
		}
	}
}

// TestRules holds the rules of every set, of both types and on 1, 2 and 3 threads to their definition, bit for bit: by a gradient that is
// given, and by one that is a product.
func TestRules(t *testing.T) {
	engines(t, func(t *testing.T, e *Engine) {
		checkRules(t, applier[float32](e))
		checkRules(t, applier[float64](e.Float64()))
	})
}

func checkRules[T float](t *testing.T, e applier[T]) {
	r := rand.New(rand.NewPCG(21, 22))
	numbers := func(n int) []T {
		x := make([]T, n)
		for i := range x {
			x[i] = T(r.NormFloat64())
		}
		return x
	}
	for _, n := range []int{0, 1, 15, 16, 37, 5003} {
		for _, rule := range rules() {
			g := numbers(n)
			if n > 5 {
				g[3], g[4], g[5] = 0, T(math.NaN()), T(math.Inf(-1))
			}
			newParameter(r, rule, g).check(t, fmt.Sprintf("%T: Apply of %+v to %d", g, rule, n), func(w []T, s [][]T) { e.Apply(rule, w, g, s) })
		}
	}
	list := rules()
	for i, s := range [][3]int{{1, 1, 1}, {10, 40, 70}, {3, 130, 9}, {13, 61, 140}, {50, 37, 33}, {300, 25, 200}, {10, 30, 600}, {60, 90, 501}, {0, 3, 3}} {
		m, k, n := s[0], s[1], s[2]
		a, d, g := numbers(m*k), numbers(m*n), make([]T, k*n)
		e.MatMulTransA(g, a, d, m, k, n)
		for l := range 5 {
			rule := list[(i+4*l+l)%len(list)]
			what := fmt.Sprintf("%T: %+v by a product of %v", g, rule, s)
			p := newParameter(r, rule, g)
			p.check(t, what, func(w []T, s [][]T) { e.ApplyMatMulTransA(rule, w, s, a, d, m, k, n) })
			got, want := make([]T, m*k), make([]T, m*k)
			e.MatMulTransB(want, d, p.w, m, n, k)
			p.check(t, what, func(w []T, s [][]T) { e.MatMulTransBApply(got, rule, w, s, a, d, m, k, n) })
			for j := range got {
				if got[j] != want[j] {
					t.Fatalf("%s: the product is %v at %d, want %v", what, got[j], j, want[j])
				}
			}
		}
	}
}

// TestSumSquares holds the sum to its definition, bit for bit.
func TestSumSquares(t *testing.T) {
	engines(t, func(t *testing.T, e *Engine) {
		r := rand.New(rand.NewPCG(23, 24))
		for _, n := range []int{0, 1, 16, 2047, 2048, 10_001} {
			x, y := make([]float64, n), make([]float32, n)
			for i := range x {
				x[i] = r.NormFloat64()
				y[i] = float32(x[i])
			}
			wide := make([]float64, n)
			for i, v := range y {
				wide[i] = float64(v)
			}
			if got, want := e.Float64().SumSquares(x), wantSquares(x); got != want {
				t.Errorf("the sum of %d squares in float64 is %v, want %v", n, got, want)
			}
			if got, want := e.SumSquares(y), wantSquares(wide); got != want {
				t.Errorf("the sum of %d squares in float32 is %v, want %v", n, got, want)
			}
		}
	})
}

func wantSquares(x []float64) (s float64) {
	for from := 0; from < len(x); from += 2048 {
		var sums [16]float64
		for i, v := range x[from:min(from+2048, len(x))] {
			sums[i%16] += float64(v * v)
		}
		s += wantFold(sums[:])
	}
	return s
}

// wantFold adds up by halves.
func wantFold(x []float64) float64 {
	if len(x) == 1 {
		return x[0]
	}
	half := len(x) / 2
	y := make([]float64, half)
	for l := range y {
		y[l] = x[l] + x[l+half]
	}
	return wantFold(y)
}

// BenchmarkRules measures the update of ten million numbers whose gradients are given, in bytes read and written.
func BenchmarkRules(b *testing.B) {
	for f := range forms {
		b.Run([forms]string{"plain", "velocity", "ahead", "scaled", "moments"}[f], func(b *testing.B) {
			benchmarkEngines(b, func(b *testing.B, e *Engine) {
				x := make([][]float32, 4)
				for i := range x {
					x[i] = make([]float32, 10_000_000)
					for j := range x[i] {
						x[i][j] = float32(j%13) / 13
					}
				}
				rule := rules()[4*f]
				b.SetBytes(int64(4 * len(x[0]) * (3 + 2*f.States())))
				for b.Loop() {
					e.Apply(rule, x[0], x[1], x[2:2+f.States()])
				}
			})
		})
	}
}

// BenchmarkApply measures the back-propagation through a layer of 1000 to 1000 and its update, by Adam's formula and by plain SGD.
func BenchmarkApply(b *testing.B) {
	const width = 1000
	for _, batch := range []int{10, 128} {
		x := make([][]float32, 3)
		for i := range x {
			x[i] = make([]float32, width*width)
			for j := range x[i] {
				x[i][j] = float32(j%13) / 2000
			}
		}
		a, d, c := make([]float32, batch*width), make([]float32, batch*width), make([]float32, batch*width)
		for i := range a {
			a[i], d[i] = float32(i%7)/8, float32(i%5)*1e-6
		}
		r := Rule{Form: Moments, Scale: 1, Rate: 1e-9, Keep1: .9, Take1: .1, Keep2: .999, Take2: .001, Correct: 1, Epsilon: 1e-8, Shrink: 1}
		for name, do := range map[string]func(e *Engine){
			"adam": func(e *Engine) { e.MatMulTransBApply(c, r, x[0], x[1:], a, d, batch, width, width) },
			"sgd":  func(e *Engine) { e.MatMulTransBUpdate(c, x[0], -1e-9, a, d, batch, width, width) },
		} {
			b.Run(fmt.Sprintf("%s/batch%d", name, batch), func(b *testing.B) {
				benchmarkEngines(b, func(b *testing.B, e *Engine) {
					for b.Loop() {
						do(e)
					}
				})
			})
		}
	}
}
