package graph

import (
	"math"
	"strings"

	G "gorgonia.org/gorgonia"
)

// binary lowers an elementwise op of two arguments, one of which may be a scalar.
func binary[T float](n *G.Node, kids G.Nodes, text string) (unit, bool) {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return unit{}, false
	}
	both, left, right := arithmetic[T](fields[0])
	if both == nil {
		f := binaryFunc[T](fields[0], fields[1] == "true")
		if f == nil {
			return unit{}, false
		}
		both, left, right = loops(f)
		if fields[0] == ">=" {
			right = atLeast[T] // what Rectify is made of
		}
	}
	nx, ny, size := kids[0].Shape().TotalSize(), kids[1].Shape().TotalSize(), n.Shape().TotalSize()
	switch {
	case max(nx, ny) != size:
		return unit{}, false
	case nx == ny:
		return kernel2(kids, both), true
	case nx == 1:
		return kernel2(kids, func(dst, x, y []T) { left(dst, x[0], y) }), true
	case ny == 1:
		return kernel2(kids, func(dst, x, y []T) { right(dst, x, y[0]) }), true
	}
	return unit{}, false
}

// atLeast computes dst = 1 where x >= y, elsewhere 0.
func atLeast[T float](dst, x []T, y T) {
	for i, v := range x[:len(dst)] {
		dst[i] = T(bit(v >= y))
	}
}

// loops are those of arithmetic, with a call for every element.
func loops[T float](f func(a, b T) T) (both func(dst, x, y []T), left func(dst []T, x T, y []T), right func(dst, x []T, y T)) {
	both = func(dst, x, y []T) {
		for i, a := range x[:len(dst)] {
			dst[i] = f(a, y[i])
		}
	}
	left = func(dst []T, x T, y []T) {
		for i, c := range y[:len(dst)] {
			dst[i] = f(x, c)
		}
	}
	right = func(dst, x []T, y T) {
		for i, a := range x[:len(dst)] {
			dst[i] = f(a, y)
		}
	}
	return both, left, right
}

// binaryFunc returns the function with the given symbol, of those that arithmetic has not. Comparisons are kernels only where they return 0 and 1 in
// the arguments' own type.
func binaryFunc[T float](symbol string, sameType bool) func(a, b T) T {
	if symbol == "^" {
		return func(a, b T) T { return T(math.Pow(float64(a), float64(b))) }
	}
	if !sameType {
		return nil
	}
	var holds func(a, b T) bool
	switch symbol {
	case "<":
		holds = func(a, b T) bool { return a < b }
	case ">":
		holds = func(a, b T) bool { return a > b }
	case "<=":
		holds = func(a, b T) bool { return a <= b }
	case ">=":
		holds = func(a, b T) bool { return a >= b }
	case "==":
		holds = func(a, b T) bool { return a == b }
	case "!=":
		holds = func(a, b T) bool { return a != b }
	default:
		return nil
	}
	return func(a, b T) T {
		if holds(a, b) {
			return 1
		}
		return 0
	}
}

// unary lowers an elementwise op of one argument.
func unary[T float](k kernels[T], kid *G.Node, text string) (unit, bool) {
	switch text {
	case "tanh":
		return kernel1(kid, k.Tanh), true
	case "sigmoid":
		return kernel1(kid, k.Sigmoid), true
	case "exp":
		return kernel1(kid, k.Exp), true
	case "ln":
		return kernel1(kid, k.Log), true
	}
	f := unaryFunc[T](text)
	if f == nil {
		return unit{}, false
	}
	return kernel1(kid, func(dst, x []T) {
		for i, a := range x[:len(dst)] {
			dst[i] = f(a)
		}
	}), true
}

// unaryFunc returns the function with Gorgonia's name for it. Like Gorgonia's, sign is -1 where the sign bit is set
// and 1 elsewhere, zero included.
func unaryFunc[T float](name string) func(T) T {
	switch name {
	case "abs":
		return func(a T) T { return T(math.Abs(float64(a))) }
	case "sign":
		return func(a T) T { return T(math.Copysign(1, float64(a))) }
	case "neg":
		return func(a T) T { return -a }
	case "square":
		return func(a T) T { return a * a }
	case "cube":
		return func(a T) T { return T(a*a) * a }
	case "inv":
		return func(a T) T { return 1 / a }
	}
	wide := map[string]func(float64) float64{
		"ceil": math.Ceil, "floor": math.Floor, "sin": math.Sin, "cos": math.Cos, "log2": math.Log2, "sqrt": math.Sqrt,
		"log1p": math.Log1p, "expm1": math.Expm1,
		"invSqrt":  func(x float64) float64 { return 1 / math.Sqrt(x) },
		"softplus": func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) },
	}[name]
	if wide == nil {
		return nil
	}
	return func(a T) T { return T(wide(float64(a))) }
}
