package graph_test

import (
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// dishes are the kinds of op that a recipe draws from. A dish that finds no arguments is skipped.
var dishes = []func(*kitchen) op{
	smoothUnary, positiveUnary, stepUnary, sameShape, withScalar, quotient, compare, broadcast,
	matrixProduct, matrixVector, dot, outer, batched, sumAxes, sumAll, maxAxes, reshape, transpose, slice, concat, softmax, softsign,
}

func smoothUnary(k *kitchen) op {
	x := k.pick("x", anyNode)
	b := k.bounds[x]
	kinds := []op{
		unaryOp("tanh", G.Tanh, x, 1), unaryOp("sigmoid", G.Sigmoid, x, 1), unaryOp("neg", G.Neg, x, b),
		unaryOp("square", G.Square, x, b*b), unaryOp("cube", G.Cube, x, b*b*b), unaryOp("sin", G.Sin, x, 1),
		unaryOp("cos", G.Cos, x, 1), unaryOp("softplus", G.Softplus, x, b+1),
		unaryOp("exp", G.Exp, x, math.Exp(b)), unaryOp("expm1", G.Expm1, x, math.Exp(b)),
	}
	o := rapid.SampledFrom(kinds).Draw(k.T, "unary")
	if o.bound > 3000 {
		return op{}
	}
	return o
}

// positiveUnary applies a function that wants arguments above zero to x² + 1, which is never below.
func positiveUnary(k *kitchen) op {
	x := k.pick("x", anyNode)
	b := k.bounds[x]*k.bounds[x] + 1
	kinds := map[string]func(*G.Node) (*G.Node, error){
		"log": G.Log, "log2": G.Log2, "sqrt": G.Sqrt, "inv": G.Inverse, "invSqrt": G.InverseSqrt, "log1p": G.Log1p,
	}
	name := rapid.SampledFrom([]string{"log", "log2", "sqrt", "inv", "invSqrt", "log1p"}).Draw(k.T, "positive")
	if k.smooth && (name == "log2" || name == "invSqrt") {
		return op{} // Gorgonia's derivatives of these two are wrong: x/ln 2 for 1/(x ln 2), -1/(2y³) for -y³/2
	}
	return unaryOp(name, func(x *G.Node) (*G.Node, error) {
		x = G.Must(G.Add(G.Must(G.Square(x)), one(x)))
		return kinds[name](x)
	}, x, b)
}

// stepUnary takes an input, whose bits are the same on every machine, so that no rounding moves it over a step.
func stepUnary(k *kitchen) op {
	x := k.input("x", anyNode)
	if k.smooth {
		return unaryOp("abs", G.Abs, x, 1)
	}
	return rapid.SampledFrom([]op{
		unaryOp("abs", G.Abs, x, 1), unaryOp("sign", G.Sign, x, 1), unaryOp("ceil", G.Ceil, x, 1), unaryOp("floor", G.Floor, x, 1),
	}).Draw(k.T, "step")
}

func sameShape(k *kitchen) op {
	x := k.pick("x", anyNode)
	y := k.pick("y", func(n *G.Node) bool { return same(n, k.nodes[x]) })
	bx, by := k.bounds[x], k.bounds[y]
	return rapid.SampledFrom([]op{
		binaryOp("add", G.Add, x, y, bx+by), binaryOp("sub", G.Sub, x, y, bx+by),
		binaryOp("hadamard", G.HadamardProd, x, y, bx*by),
	}).Draw(k.T, "binary")
}

func withScalar(k *kitchen) op {
	x, y := k.pick("x", tensorNode), k.pick("y", dims(0))
	if rapid.Bool().Draw(k.T, "scalar left") {
		x, y = y, x
	}
	bx, by := k.bounds[x], k.bounds[y]
	return rapid.SampledFrom([]op{
		binaryOp("add scalar", G.Add, x, y, bx+by), binaryOp("sub scalar", G.Sub, x, y, bx+by),
		binaryOp("mul scalar", G.HadamardProd, x, y, bx*by),
	}).Draw(k.T, "scalar op")
}

// quotient divides by y² + 1, or raises x² + 1 to the power of y.
func quotient(k *kitchen) op {
	x := k.pick("x", anyNode)
	y := k.pick("y", func(n *G.Node) bool { return same(n, k.nodes[x]) })
	bx, by := k.bounds[x], k.bounds[y]
	if rapid.Bool().Draw(k.T, "power") {
		return op{"pow", []int{x, y}, func(v []*G.Node) (*G.Node, error) {
			return G.Pow(G.Must(G.Add(G.Must(G.Square(v[0])), one(v[0]))), v[1])
		}, math.Pow(bx*bx+1, by)}
	}
	return op{"div", []int{x, y}, func(v []*G.Node) (*G.Node, error) {
		return G.HadamardDiv(v[0], G.Must(G.Add(G.Must(G.Square(v[1])), one(v[1]))))
	}, bx}
}

// compare takes inputs, for the same reason as stepUnary.
func compare(k *kitchen) op {
	if k.smooth {
		return op{}
	}
	x := k.input("x", anyNode)
	y := k.input("y", func(n *G.Node) bool { return same(n, k.nodes[x]) || n.Dims() == 0 })
	f := rapid.SampledFrom([]func(a, b *G.Node, same bool) (*G.Node, error){G.Lt, G.Gt, G.Lte, G.Gte, G.Eq, G.Ne}).Draw(k.T, "compare")
	numbers := rapid.Bool().Draw(k.T, "as numbers")
	return op{"compare", []int{x, y}, func(v []*G.Node) (*G.Node, error) { return f(v[0], v[1], numbers) }, 1}
}

func broadcast(k *kitchen) op {
	x, v := k.pick("x", dims(2)), k.pick("v", dims(1))
	if x < 0 || v < 0 || k.nodes[v].Shape().TotalSize() == 1 {
		return op{} // for one element, the lisp machine trips over the shapes (1) and (1, 1)
	}
	axis := byte(1)
	if k.nodes[v].Shape()[0] == k.nodes[x].Shape()[1] {
		axis = 0
	}
	bx, bv := k.bounds[x], k.bounds[v]
	kind := rapid.IntRange(0, 2).Draw(k.T, "broadcast")
	f := []func(a, b *G.Node, l, r []byte) (*G.Node, error){G.BroadcastAdd, G.BroadcastSub, G.BroadcastHadamardProd}[kind]
	bound := []float64{bx + bv, bx + bv, bx * bv}[kind]
	if rapid.Bool().Draw(k.T, "vector left") {
		return op{"broadcast left", []int{v, x}, func(n []*G.Node) (*G.Node, error) { return f(n[0], n[1], []byte{axis}, nil) }, bound}
	}
	return op{"broadcast right", []int{x, v}, func(n []*G.Node) (*G.Node, error) { return f(n[0], n[1], nil, []byte{axis}) }, bound}
}

func matrixProduct(k *kitchen) op {
	x, y := k.pick("x", dims(2)), k.pick("y", dims(2))
	return binaryOp("mul", G.Mul, x, y, 3*k.bounds[x]*k.bounds[y])
}

func matrixVector(k *kitchen) op {
	x := k.pick("x", dims(2))
	y := k.pick("y", func(n *G.Node) bool { return n.Dims() == 1 && n.Shape()[0] == k.nodes[x].Shape()[1] })
	if y < 0 {
		return op{}
	}
	return binaryOp("mul vector", G.Mul, x, y, 3*k.bounds[x]*k.bounds[y])
}

func dot(k *kitchen) op {
	x := k.pick("x", dims(1))
	y := k.pick("y", func(n *G.Node) bool { return same(n, k.nodes[x]) })
	return binaryOp("dot", G.Mul, x, y, 3*k.bounds[x]*k.bounds[y])
}

func outer(k *kitchen) op {
	if k.smooth {
		return op{} // Gorgonia's derivative of it is wrong: it multiplies each argument by the gradient, not by the other
	}
	x, y := k.pick("x", dims(1)), k.pick("y", dims(1))
	return binaryOp("outer", G.OuterProd, x, y, k.bounds[x]*k.bounds[y])
}

func batched(k *kitchen) op {
	x, y := k.pick("x", dims(3)), k.pick("y", dims(3))
	ta, tb := rapid.Bool().Draw(k.T, "ta"), rapid.Bool().Draw(k.T, "tb")
	inner := func(n *G.Node, trans bool) int {
		if trans {
			return n.Shape()[1]
		}
		return n.Shape()[2]
	}
	if inner(k.nodes[x], ta) != inner(k.nodes[y], !tb) {
		return op{} // Gorgonia does not check it
	}
	return op{"batched", []int{x, y}, func(v []*G.Node) (*G.Node, error) { return G.BatchedMatMul(v[0], v[1], ta, tb) }, 3 * k.bounds[x] * k.bounds[y]}
}

func sumAxes(k *kitchen) op {
	x := k.pick("x", wide)
	axes := k.axes(k.nodes[x].Dims())
	return unaryOp("sum", func(n *G.Node) (*G.Node, error) { return G.Sum(n, axes...) }, x, 9*k.bounds[x])
}

func sumAll(k *kitchen) op {
	x := k.pick("x", tensorNode)
	return unaryOp("mean", func(n *G.Node) (*G.Node, error) { return G.Mean(n) }, x, k.bounds[x])
}

// maxAxes takes an input, where no two elements are equal: at a tie there is no gradient to compare with.
func maxAxes(k *kitchen) op {
	x := k.input("x", wide)
	axes := k.axes(k.nodes[x].Dims())
	return unaryOp("max", func(n *G.Node) (*G.Node, error) { return G.Max(n, axes...) }, x, 1)
}

func (k *kitchen) axes(dims int) []int {
	axes := []int{rapid.IntRange(0, dims-1).Draw(k.T, "axis")}
	if rapid.Bool().Draw(k.T, "all axes") {
		axes = nil
		for a := range dims {
			axes = append(axes, a)
		}
	}
	return axes
}

func reshape(k *kitchen) op {
	x := k.pick("x", tensorNode)
	size := k.nodes[x].Shape().TotalSize()
	shape := rapid.SampledFrom([]tensor.Shape{{size}, {1, size}, {size, 1}, {1, 1, size}}).Draw(k.T, "shape")
	if s := k.nodes[x].Shape(); len(s) > 2 && rapid.Bool().Draw(k.T, "merge") {
		shape = tensor.Shape{s[0] * s[1], s[2]}
	}
	return unaryOp("reshape", func(n *G.Node) (*G.Node, error) { return G.Reshape(n, shape) }, x, k.bounds[x])
}

func transpose(k *kitchen) op {
	x := k.pick("x", wide)
	pattern := rapid.Permutation([]int{0, 1, 2}[:k.nodes[x].Dims()]).Draw(k.T, "pattern")
	return unaryOp("transpose", func(n *G.Node) (*G.Node, error) { return G.Transpose(n, pattern...) }, x, k.bounds[x])
}

func slice(k *kitchen) op {
	x := k.pick("x", tensorNode)
	s := k.nodes[x].Shape()
	axis := rapid.IntRange(0, len(s)-1).Draw(k.T, "axis")
	from := rapid.IntRange(0, s[axis]-1).Draw(k.T, "from")
	to := rapid.IntRange(from+1, s[axis]).Draw(k.T, "to")
	if len(s) > 1 && s.TotalSize()/s[axis]*(to-from) == 1 {
		return op{} // a scalar where Gorgonia's types say a tensor
	}
	cuts := make([]tensor.Slice, len(s))
	cuts[axis] = G.S(from, to)
	return unaryOp("slice", func(n *G.Node) (*G.Node, error) { return G.Slice(n, cuts...) }, x, k.bounds[x])
}

func concat(k *kitchen) op {
	x := k.pick("x", tensorNode)
	y := k.pick("y", func(n *G.Node) bool { return n.Dims() == k.nodes[x].Dims() })
	axis := rapid.IntRange(0, k.nodes[x].Dims()-1).Draw(k.T, "axis")
	return op{"concat", []int{x, y}, func(v []*G.Node) (*G.Node, error) { return G.Concat(axis, v...) }, max(k.bounds[x], k.bounds[y])}
}

func softmax(k *kitchen) op {
	x := k.pick("x", dims(2))
	if k.smooth && k.nodes[x].Shape()[1] == 1 {
		return op{} // Gorgonia's derivative takes a column for a row
	}
	return unaryOp("softmax", func(n *G.Node) (*G.Node, error) { return G.SoftMax(n) }, x, 1)
}

// softsign is the graph on which a machine that reuses registers is easily caught.
func softsign(k *kitchen) op {
	x := k.pick("x", tensorNode)
	return unaryOp("softsign", func(n *G.Node) (*G.Node, error) {
		return G.HadamardDiv(n, G.Must(G.Add(G.Must(G.Abs(n)), one(n))))
	}, x, 1)
}

func binaryOp(name string, f func(a, b *G.Node) (*G.Node, error), x, y int, bound float64) op {
	return op{name, []int{x, y}, func(v []*G.Node) (*G.Node, error) { return f(v[0], v[1]) }, bound}
}

func same(a, b *G.Node) bool { return a.Dims() == b.Dims() && a.Shape().Eq(b.Shape()) }

// one is the constant 1 of n's type.
func one(n *G.Node) *G.Node {
	if n.Dtype() == tensor.Float32 {
		return G.NewConstant(float32(1))
	}
	return G.NewConstant(1.0)
}
