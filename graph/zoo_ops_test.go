package graph_test

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

type (
	unaryFn     = func(*G.Node) (*G.Node, error)
	binaryFn    = func(a, b *G.Node) (*G.Node, error)
	compareFn   = func(a, b *G.Node, same bool) (*G.Node, error)
	broadcastFn = func(a, b *G.Node, l, r []byte) (*G.Node, error)
)

// opAnimals are the elementwise ops, of scalars, vectors and matrices.
func opAnimals() (zoo []animal) {
	shapes := map[string][]int{"scalar": nil, "vector": {4}, "matrix": {2, 3}}
	for name, f := range map[string]unaryFn{
		"Abs": G.Abs, "Sign": G.Sign, "Ceil": G.Ceil, "Floor": G.Floor, "Sin": G.Sin, "Cos": G.Cos, "Exp": G.Exp, "Neg": G.Neg,
		"Square": G.Square, "Cube": G.Cube, "Tanh": G.Tanh, "Sigmoid": G.Sigmoid, "Expm1": G.Expm1, "Softplus": G.Softplus, "Mish": G.Mish,
		"Rectify": G.Rectify, "LeakyRelu": func(x *G.Node) (*G.Node, error) { return G.LeakyRelu(x, .1) },
	} {
		for shape, s := range shapes {
			zoo = append(zoo, animal{name + " of " + shape, func(c *cage) *G.Node { return must(f(c.in("x", s...))) }})
		}
	}
	for name, f := range map[string]unaryFn{"Log": G.Log, "Log2": G.Log2, "Sqrt": G.Sqrt, "Inverse": G.Inverse, "InverseSqrt": G.InverseSqrt, "Log1p": G.Log1p} {
		for shape, s := range shapes {
			zoo = append(zoo, animal{name + " of " + shape, func(c *cage) *G.Node { return must(f(c.pos("x", s...))) }})
		}
	}
	for name, f := range map[string]binaryFn{
		"Add": G.Add, "Sub": G.Sub, "HadamardProd": G.HadamardProd, "HadamardDiv": G.HadamardDiv, "Div": G.Div, "Pow": G.Pow,
	} {
		for shape, s := range shapes {
			zoo = append(zoo, animal{name + " of " + shape, func(c *cage) *G.Node { return must(f(c.pos("x", s...), c.pos("y", s...))) }})
		}
		zoo = append(zoo,
			animal{name + " of scalar and matrix", func(c *cage) *G.Node { return must(f(c.pos("x"), c.pos("y", 2, 3))) }},
			animal{name + " of matrix and scalar", func(c *cage) *G.Node { return must(f(c.pos("x", 2, 3), c.pos("y"))) }},
			animal{name + " of itself", func(c *cage) *G.Node { x := c.pos("x", 3); return must(f(x, x)) }})
	}
	for name, f := range map[string]compareFn{"Lt": G.Lt, "Gt": G.Gt, "Lte": G.Lte, "Gte": G.Gte, "Eq": G.Eq, "Ne": G.Ne} {
		for _, same := range []bool{true, false} {
			zoo = append(zoo, animal{fmt.Sprintf("%s, %v", name, same), func(c *cage) *G.Node {
				return must(f(c.in("x", 2, 3), c.in("y", 2, 3), same))
			}})
		}
	}
	for name, f := range map[string]broadcastFn{
		"BroadcastAdd": G.BroadcastAdd, "BroadcastSub": G.BroadcastSub, "BroadcastHadamardProd": G.BroadcastHadamardProd,
		"BroadcastHadamardDiv": G.BroadcastHadamardDiv, "BroadcastPow": G.BroadcastPow,
	} {
		zoo = append(zoo,
			animal{name + " of a row", func(c *cage) *G.Node { return must(f(c.pos("x", 2, 3), c.pos("v", 3), nil, []byte{0})) }},
			animal{name + " of a column", func(c *cage) *G.Node { return must(f(c.pos("v", 2), c.pos("x", 2, 3), []byte{1}, nil)) }},
			animal{name + ", Auto", func(c *cage) *G.Node { return must(G.Auto(f, c.pos("v", 1, 2, 1), c.pos("x", 3, 2, 2))) }})
	}
	for name, f := range map[string]func(a, b *G.Node, same bool, l, r []byte) (*G.Node, error){
		"BroadcastLt": G.BroadcastLt, "BroadcastGt": G.BroadcastGt, "BroadcastLte": G.BroadcastLte, "BroadcastGte": G.BroadcastGte,
		"BroadcastEq": G.BroadcastEq, "BroadcastNe": G.BroadcastNe,
	} {
		zoo = append(zoo, animal{name, func(c *cage) *G.Node { return must(f(c.in("x", 2, 3), c.in("v", 3), true, nil, []byte{0})) }})
	}
	return append(zoo,
		animal{"MinBetween", func(c *cage) *G.Node { return must(G.MinBetween(c.in("x", 2, 3), c.in("y", 2, 3))) }},
		animal{"MaxBetween", func(c *cage) *G.Node { return must(G.MaxBetween(c.in("x", 2, 3), c.in("y", 2, 3))) }},
		animal{"BinaryXent", func(c *cage) *G.Node {
			return must(G.BinaryXent(must(G.Inverse(c.pos("x", 4))), must(G.Inverse(c.pos("target", 4)))))
		}},
		animal{"BinaryXent of inputs", func(c *cage) *G.Node {
			return must(G.BinaryXent(must(G.Sigmoid(c.in("x", 4))), must(G.Sigmoid(c.given("target", 4)))))
		}},
		animal{"ReduceAdd", func(c *cage) *G.Node { return must(G.ReduceAdd(G.Nodes{c.in("x", 3), c.in("y", 3), c.in("z", 3)})) }},
		animal{"ReduceMul", func(c *cage) *G.Node { return must(G.ReduceMul(G.Nodes{c.in("x", 3), c.in("y", 3), c.in("z", 3)})) }},
		animal{"constant vector", func(c *cage) *G.Node {
			return must(G.HadamardProd(c.in("x", 3), G.OneHotVector(1, 3, c.dt, G.WithName("hot"))))
		}},
		animal{"ConvType to int", func(c *cage) *G.Node { return must(G.ConvType(c.in("x", 3), c.dt, tensor.Int)) }},
		animal{"ConvType from int", func(c *cage) *G.Node {
			return must(G.HadamardProd(c.in("x", 3), must(G.ConvType(c.ints("i", tensor.Shape{3}, 4, 5, 6), tensor.Int, c.dt))))
		}},
		animal{"identity", func(c *cage) *G.Node {
			x := c.in("x", 3)
			return must(G.Square(must(G.ApplyOp(G.Iop{}, x))))
		}},
	)
}

// shapeAnimals are products, reductions and what moves elements about.
func shapeAnimals() (zoo []animal) {
	add := func(name string, build func(c *cage) *G.Node) { zoo = append(zoo, animal{name, build}) }
	add("Mul of matrices", func(c *cage) *G.Node { return must(G.Mul(c.in("x", 2, 3), c.in("y", 3, 4))) })
	add("Mul of matrix and vector", func(c *cage) *G.Node { return must(G.Mul(c.in("x", 2, 3), c.in("y", 3))) })
	add("Mul of vector and matrix", func(c *cage) *G.Node { return must(G.Mul(c.in("x", 2), c.in("y", 2, 3))) })
	add("Mul of vectors", func(c *cage) *G.Node { return must(G.Mul(c.in("x", 3), c.in("y", 3))) })
	add("Mul of scalar and matrix", func(c *cage) *G.Node { return must(G.Mul(c.in("x"), c.in("y", 3, 2))) })
	add("Mul with a transpose", func(c *cage) *G.Node { return must(G.Mul(c.in("x", 2, 3), must(G.Transpose(c.in("y", 4, 3))))) })
	add("OuterProd", func(c *cage) *G.Node { return must(G.OuterProd(c.in("x", 2), c.in("y", 3))) })
	for _, trans := range [][]bool{{false, false}, {true, false}, {false, true}, {true, true}} {
		add(fmt.Sprint("BatchedMatMul ", trans), func(c *cage) *G.Node {
			x, y := c.in("x", 2, 3, 3), c.in("y", 2, 3, 3)
			return must(G.BatchedMatMul(x, y, trans...))
		})
	}
	add("Tensordot", func(c *cage) *G.Node { return must(G.Tensordot([]int{1}, []int{0}, c.in("x", 2, 3), c.in("y", 3, 4))) })
	add("Tensordot of two axes", func(c *cage) *G.Node {
		return must(G.Tensordot([]int{0, 1}, []int{1, 0}, c.in("x", 2, 3, 4), c.in("y", 3, 2, 5)))
	})
	for _, axes := range [][]int{nil, {0}, {1}, {2}, {0, 2}, {1, 2}} {
		add(fmt.Sprint("Sum along ", axes), func(c *cage) *G.Node { return must(G.Sum(c.in("x", 2, 3, 2), axes...)) })
		add(fmt.Sprint("Mean along ", axes), func(c *cage) *G.Node { return must(G.Mean(c.in("x", 2, 3, 2), axes...)) })
		add(fmt.Sprint("Max along ", axes), func(c *cage) *G.Node { return must(G.Max(c.in("x", 2, 3, 2), axes...)) })
	}
	add("Sum of a vector", func(c *cage) *G.Node { return must(G.Sum(c.in("x", 3))) })
	add("Norm 1", func(c *cage) *G.Node { return must(G.Norm(c.pos("x", 2, 3), 1, 1)) })
	add("Norm 2", func(c *cage) *G.Node { return must(G.Norm(c.pos("x", 2, 3), 0, 2)) })
	add("Norm 3", func(c *cage) *G.Node { return must(G.Norm(c.pos("x", 4), 0, 3)) })
	add("LogSumExp", func(c *cage) *G.Node { return must(G.LogSumExp(c.in("x", 4), 0)) })
	add("KeepDims", func(c *cage) *G.Node {
		return must(G.KeepDims(c.in("x", 2, 3), false, func(x *G.Node) (*G.Node, error) { return G.Sum(x, 1) }))
	})
	add("SizeOf", func(c *cage) *G.Node { x := c.in("x", 2, 3); return must(G.HadamardProd(x, must(G.SizeOf(1, x)))) })
	add("At", func(c *cage) *G.Node { return must(G.At(c.in("x", 2, 3), 1, 2)) })
	for name, s := range map[string][]tensor.Slice{
		"rows": {G.S(1, 3)}, "one row": {G.S(1)}, "columns": {nil, G.S(0, 2)}, "one column": {nil, G.S(1)}, "block": {G.S(0, 2), G.S(1, 3)},
		"element": {G.S(1), G.S(2)}, "every other row": {G.S(0, 4, 2)},
	} {
		add("Slice, "+name, func(c *cage) *G.Node { return must(G.Slice(c.in("x", 4, 3), s...)) })
	}
	add("Slice of a vector", func(c *cage) *G.Node { return must(G.Slice(c.in("x", 4), G.S(1, 3))) })
	add("Slice of a tensor", func(c *cage) *G.Node { return must(G.Slice(c.in("x", 3, 2, 4), nil, nil, G.S(1, 3))) })
	add("two slices", func(c *cage) *G.Node {
		x := c.in("x", 4, 2)
		return must(G.HadamardProd(must(G.Slice(x, G.S(0, 2))), must(G.Slice(x, G.S(1, 3)))))
	})
	add("Transpose", func(c *cage) *G.Node { return must(G.Transpose(c.in("x", 2, 3))) })
	add("Transpose of a tensor", func(c *cage) *G.Node { return must(G.Transpose(c.in("x", 2, 3, 4), 2, 0, 1)) })
	add("Transpose of four axes", func(c *cage) *G.Node { return must(G.Transpose(c.in("x", 2, 3, 1, 2), 0, 3, 1, 2)) })
	for axis := range 3 {
		add(fmt.Sprint("Concat along ", axis), func(c *cage) *G.Node {
			shape := []int{2, 3, 2}
			shape[axis] = 1
			return must(G.Concat(axis, c.in("x", 2, 3, 2), c.in("y", shape...), c.in("z", 2, 3, 2)))
		})
		add(fmt.Sprint("Unconcat along ", axis), func(c *cage) *G.Node {
			parts, err := G.Unconcat(c.in("x", 4, 4, 4), axis, 2)
			if err != nil {
				panic(err)
			}
			return must(G.HadamardProd(parts[0], parts[1]))
		})
	}
	add("Concat of vectors", func(c *cage) *G.Node { return must(G.Concat(0, c.in("x", 2), c.in("y", 3))) })
	add("Concat of one twice", func(c *cage) *G.Node { x := c.in("x", 2, 2); return must(G.Concat(0, x, x)) })
	add("Reshape", func(c *cage) *G.Node { return must(G.Reshape(c.in("x", 2, 3), tensor.Shape{3, 2})) })
	add("Reshape of a sum", func(c *cage) *G.Node {
		return must(G.Reshape(must(G.Add(c.in("x", 2, 3), c.in("y", 2, 3))), tensor.Shape{6, 1}))
	})
	add("Ravel", func(c *cage) *G.Node { return must(G.Ravel(c.in("x", 2, 3, 2))) })
	add("ByIndices", func(c *cage) *G.Node {
		return must(G.ByIndices(c.in("x", 4, 3), c.ints("i", tensor.Shape{3}, 2, 0, 2), 0))
	})
	add("ByIndices of columns", func(c *cage) *G.Node {
		return must(G.ByIndices(c.in("x", 3, 4), c.ints("i", tensor.Shape{2}, 3, 1), 1))
	})
	add("DiagFlat", func(c *cage) *G.Node { return must(G.DiagFlat(c.in("x", 3))) })
	return zoo
}
