package graph_test

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// layerAnimals are the ops that are a layer of a network.
func layerAnimals() (zoo []animal) {
	add := func(name string, build func(c *cage) *G.Node) { zoo = append(zoo, animal{name, build}) }
	for name, f := range map[string]func(*G.Node, ...int) (*G.Node, error){"SoftMax": G.SoftMax, "LogSoftMax": G.LogSoftMax, "Sparsemax": G.Sparsemax} {
		add(name+" of a vector", func(c *cage) *G.Node { return must(f(c.in("x", 4))) })
		add(name, func(c *cage) *G.Node { return must(f(c.in("x", 3, 4))) })
		add(name+" of a column", func(c *cage) *G.Node { return must(f(c.in("x", 3, 1))) })
		add(name+" of a row", func(c *cage) *G.Node { return must(f(c.in("x", 1, 4))) })
		add(name+" along 0", func(c *cage) *G.Node { return must(f(c.in("x", 3, 4), 0)) })
		add(name+" along 1", func(c *cage) *G.Node { return must(f(c.in("x", 3, 4), 1)) })
		add(name+" of a tensor", func(c *cage) *G.Node { return must(f(c.in("x", 2, 3, 4), 2)) })
	}
	add("Log of SoftMax", func(c *cage) *G.Node { return must(G.Log(must(G.SoftMax(c.in("x", 3, 4))))) })
	two, one, none := []int{2, 2}, []int{1, 1}, []int{0, 0}
	for name, s := range map[string]struct{ pad, stride, dilation []int }{
		"": {none, one, one}, ", padded": {one, one, one}, ", strided": {none, two, one}, ", padded and strided": {one, two, one},
		", dilated": {none, one, two},
	} {
		add("Conv2d"+name, func(c *cage) *G.Node {
			return must(G.Conv2d(c.in("x", 2, 2, 5, 5), c.in("w", 3, 2, 2, 2), tensor.Shape{2, 2}, s.pad, s.stride, s.dilation))
		})
		add("Im2Col"+name, func(c *cage) *G.Node {
			return must(G.Im2Col(c.in("x", 2, 2, 5, 5), tensor.Shape{2, 2}, s.pad, s.stride, s.dilation))
		})
	}
	add("Conv1d", func(c *cage) *G.Node { return must(G.Conv1d(c.in("x", 2, 3, 1, 6), c.in("w", 2, 3, 1, 3), 3, 1, 1, 1)) })
	for name, f := range map[string]func(*G.Node, tensor.Shape, []int, []int) (*G.Node, error){"MaxPool2D": G.MaxPool2D, "AveragePool2D": G.AveragePool2D} {
		add(name, func(c *cage) *G.Node { return must(f(c.in("x", 2, 2, 4, 4), tensor.Shape{2, 2}, none, two)) })
		add(name+", overlapping", func(c *cage) *G.Node { return must(f(c.in("x", 1, 2, 4, 5), tensor.Shape{3, 2}, none, one)) })
		add(name+", padded", func(c *cage) *G.Node { return must(f(c.in("x", 1, 2, 4, 4), tensor.Shape{2, 2}, one, two)) })
		add(name+", padded unevenly", func(c *cage) *G.Node {
			return must(f(c.in("x", 1, 2, 4, 4), tensor.Shape{2, 2}, []int{0, 1, 0, 1}, one))
		})
	}
	add("MaxPool1D", func(c *cage) *G.Node { return must(G.MaxPool1D(c.in("x", 2, 2, 1, 6), 2, 0, 2)) })
	add("AveragePool1D", func(c *cage) *G.Node { return must(G.AveragePool1D(c.in("x", 2, 2, 1, 6), 2, 0, 2)) })
	add("GlobalAveragePool2D", func(c *cage) *G.Node { return must(G.GlobalAveragePool2D(c.in("x", 2, 3, 2, 2))) })
	add("Upsample2D", func(c *cage) *G.Node { return must(G.Upsample2D(c.in("x", 1, 2, 2, 3), 2)) })
	for name, shape := range map[string][]int{"of a matrix": {5, 3}, "of images": {3, 2, 2, 2}} {
		affine := append([]int{1, shape[1]}, []int{1, 1}[:len(shape)-2]...)
		add("BatchNorm "+name, func(c *cage) *G.Node {
			y, _, _, _, err := G.BatchNorm(c.in("x", shape...), c.in("scale", affine...), c.in("bias", affine...), .1, 1e-3)
			return must(y, err)
		})
	}
	add("GroupNorm", func(c *cage) *G.Node {
		return must(G.GroupNorm(c.in("x", 2, 4, 2, 2), c.in("scale", 1, 4, 1, 1), c.in("bias", 1, 4, 1, 1), 2, 4, 1e-3))
	})
	add("GroupNorm of one group", func(c *cage) *G.Node {
		return must(G.GroupNorm(c.in("x", 2, 4, 1, 2), c.in("scale", 1, 4, 1, 1), c.in("bias", 1, 4, 1, 1), 1, 4, 1e-3))
	})
	for i, reduction := range []G.Reduction{G.ReductionMean, G.ReductionSum} {
		add(fmt.Sprintf("CTCLoss, %s", []string{"mean", "sum"}[i]), func(c *cage) *G.Node {
			targets := c.ints("targets", tensor.Shape{2, 2}, 1, 2, 2, 1)
			return must(G.CTCLoss(must(G.LogSoftMax(c.in("x", 5, 2, 3), 2)), targets, c.ints("in", tensor.Shape{2}, 5, 5), c.ints("len", tensor.Shape{2}, 2, 2), reduction))
		})
	}
	add("Dropout of nothing", func(c *cage) *G.Node { return must(G.Dropout(c.in("x", 3, 4), 0)) })
	add("YOLOv3", func(c *cage) *G.Node {
		return must(G.YOLOv3(c.in("x", 1, 18, 2, 2), []float32{10, 13, 16, 30, 33, 23}, []int{0, 1, 2}, 32, 1, .7))
	})
	return zoo
}

// networks are what people build of the ops.
func networks() (zoo []animal) {
	for _, e := range examples() {
		zoo = append(zoo, animal{"example: " + e.name, func(c *cage) *G.Node {
			shown, cost, params := e.build(c.bench)
			if cost == nil {
				return must(G.Tanh(shown[0]))
			}
			c.params = params
			return cost
		}})
	}
	add := func(name string, build func(c *cage) *G.Node) { zoo = append(zoo, animal{name, build}) }
	for name, f := range map[string]unaryFn{"tanh": G.Tanh, "sigmoid": G.Sigmoid, "relu": G.Rectify, "mish": G.Mish, "softplus": G.Softplus} {
		add("perceptron, "+name, func(c *cage) *G.Node { return c.affine("out", must(f(c.affine("hidden", c.in("x", 4, 3), 5))), 2) })
	}
	add("perceptron, batch normalised", func(c *cage) *G.Node {
		y, _, _, _, err := G.BatchNorm(c.affine("hidden", c.in("x", 5, 3), 4), c.in("scale", 1, 4), c.in("shift", 1, 4), .1, 1e-3)
		return c.affine("out", must(G.Tanh(must(y, err))), 2)
	})
	add("classifier", func(c *cage) *G.Node {
		p := must(G.LogSoftMax(c.affine("out", must(G.Tanh(c.affine("hidden", c.in("x", 4, 3), 5))), 3)))
		return must(G.Neg(must(G.Mean(must(G.HadamardProd(p, c.given("y", 4, 3)))))))
	})
	add("deep and tied", func(c *cage) *G.Node {
		z, w := c.in("x", 4, 3), c.in("w", 3, 3)
		for range 5 {
			z = must(G.Tanh(must(G.Mul(z, w))))
		}
		return z
	})
	add("tied auto-encoder", func(c *cage) *G.Node {
		x, w := c.in("x", 4, 5), c.in("w", 5, 2)
		return must(G.Sub(must(G.Mul(must(G.Tanh(must(G.Mul(x, w)))), must(G.Transpose(w)))), x))
	})
	add("weight decay", func(c *cage) *G.Node {
		w := c.in("w", 3, 2)
		return must(G.Add(must(G.Mean(must(G.Square(must(G.Mul(c.in("x", 4, 3), w)))))), must(G.Mul(c.constant(.1), must(G.Sum(must(G.Square(w))))))))
	})
	add("two biases", func(c *cage) *G.Node {
		return must(G.Tanh(must(G.Add(must(G.Mul(c.in("w", 3, 2), c.in("x", 2))), must(G.Add(c.in("b1", 3), c.in("b2", 3)))))))
	})
	add("gradient that is an input", func(c *cage) *G.Node { return must(G.Sum(must(G.HadamardProd(c.in("x", 3), c.in("y", 3))))) })
	add("gradient that is a constant", func(c *cage) *G.Node { return must(G.Add(c.in("x"), must(G.Add(c.in("y"), c.in("z"))))) })
	add("Elman network", func(c *cage) *G.Node {
		h, w, u := c.in("h", 2, 3), c.in("w", 3, 3), c.in("u", 2, 3)
		for i := range 3 {
			h = must(G.Tanh(must(G.Add(must(G.Mul(h, w)), must(G.Mul(c.given(fmt.Sprint("x", i), 2, 2), u))))))
		}
		return h
	})
	add("LSTM with two biases", func(c *cage) *G.Node {
		h, cell := c.in("h", 2, 3), c.in("c", 2, 3)
		wx, wh, bx, bh := c.in("wx", 2, 12), c.in("wh", 3, 12), c.in("bx", 12), c.in("bh", 12)
		for i := range 2 {
			s := must(G.Add(must(G.Mul(c.given(fmt.Sprint("x", i), 2, 2), wx)), must(G.Mul(h, wh))))
			s = must(G.BroadcastAdd(must(G.BroadcastAdd(s, bx, nil, []byte{0})), bh, nil, []byte{0}))
			gate := func(k int, f unaryFn) *G.Node { return must(f(must(G.Slice(s, nil, G.S(3*k, 3*k+3))))) }
			cell = must(G.Add(must(G.HadamardProd(gate(1, G.Sigmoid), cell)), must(G.HadamardProd(gate(0, G.Sigmoid), gate(2, G.Tanh)))))
			h = must(G.HadamardProd(gate(3, G.Sigmoid), must(G.Tanh(cell))))
		}
		return h
	})
	add("attention", func(c *cage) *G.Node {
		q, k, v := c.in("q", 2, 3, 4), c.in("k", 2, 3, 4), c.in("v", 2, 3, 4)
		return must(G.BatchedMatMul(must(G.SoftMax(must(G.BatchedMatMul(q, k, false, true)), 2)), v))
	})
	add("attention, one head", func(c *cage) *G.Node {
		q, k, v := c.in("q", 5, 4), c.in("k", 6, 4), c.in("v", 6, 3)
		return must(G.Mul(must(G.SoftMax(must(G.Mul(q, must(G.Transpose(k)))))), v))
	})
	add("attention of eight rows", func(c *cage) *G.Node {
		q, k, v := c.in("q", 2, 8, 4), c.in("k", 2, 8, 4), c.in("v", 2, 8, 3)
		return must(G.BatchedMatMul(must(G.Tanh(must(G.BatchedMatMul(q, k, false, true)))), v))
	})
	add("embedding", func(c *cage) *G.Node {
		rows := must(G.ByIndices(c.in("table", 5, 3), c.ints("words", tensor.Shape{4}, 1, 4, 1, 0), 0))
		return c.affine("out", rows, 2)
	})
	add("convolutions", func(c *cage) *G.Node {
		conv := func(x, w *G.Node) *G.Node {
			return must(G.Rectify(must(G.Conv2d(x, w, tensor.Shape{3, 3}, []int{1, 1}, []int{1, 1}, []int{1, 1}))))
		}
		z := must(G.MaxPool2D(conv(c.in("x", 2, 1, 4, 4), c.in("w0", 2, 1, 3, 3)), tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
		z = conv(z, c.in("w1", 3, 2, 3, 3))
		return c.affine("out", must(G.Reshape(z, tensor.Shape{2, 12})), 2)
	})
	add("maxout", func(c *cage) *G.Node {
		x := c.in("x", 4, 3)
		return must(G.MaxBetween(c.affine("left", x, 2), c.affine("right", x, 2)))
	})
	add("second derivative of Square", func(c *cage) *G.Node { return c.grad(must(G.Sum(must(G.Square(c.in("x", 3))))), c.params...)[0] })
	add("gradient penalty", func(c *cage) *G.Node {
		x, w := c.in("x", 4, 3), c.in("w", 3, 2)
		inner := c.grad(must(G.Sum(must(G.Tanh(must(G.Mul(x, w)))))), x)[0]
		return must(G.Sum(must(G.Square(inner))))
	})
	add("second derivative of Cube", func(c *cage) *G.Node { return c.grad(must(G.Sum(must(G.Cube(c.in("x", 3))))), c.params...)[0] })
	return zoo
}

// affine is x w + b.
func (c *cage) affine(name string, x *G.Node, out int) *G.Node {
	w, b := c.in(name+" w", x.Shape()[1], out), c.in(name+" b", out)
	return must(G.BroadcastAdd(must(G.Mul(x, w)), b, nil, []byte{0}))
}

// flaws are what Gorgonia v0.9.18 gets wrong.
var flaws = func() map[string]flaw {
	m := map[string]flaw{
		"At":                             noGradient | wrongOnTape,
		"SoftMax of a column":            wrongGradient,
		"LogSoftMax of a column":         wrongGradient,
		"AveragePool2D":                  wrongGradient, // that of one element of each patch
		"AveragePool2D, padded":          wrongGradient,
		"AveragePool2D, padded unevenly": wrongGradient,
		"ByIndices of columns":           wrongGradient,               // that of the first columns
		"CTCLoss, mean":                  wrongOnTape | wrongGradient, // a tensor where a scalar should be; the gradient of the sum
		"CTCLoss, sum":                   wrongOnTape,
		"ConvType to int":                noGradient,
		"DiagFlat":                       noGradient,
		"Dropout of nothing":             wrongGradient, // 0
		"GlobalAveragePool2D":            noGradient,
		"OuterProd":                      neverRuns | listed, // its gradient, which takes each argument for the other
		"Sparsemax along 0":              wrongGradient,
		"Sparsemax of a tensor":          neverRuns,
		"YOLOv3":                         noGradient | neverRuns, // in float64
		"gradient penalty":               wrongGradient,          // the derivative by what was differentiated by before
		"identity":                       noGradient,
		"AveragePool2D, overlapping":     listed, // TestFlaws
		"second derivative of Square":    listed, // it has one term
		"second derivative of Cube":      wrongGradient,
	}
	for _, shape := range []string{"scalar", "vector", "matrix"} {
		for _, op := range []string{"Sign", "Floor", "Ceil"} {
			m[op+" of "+shape] = noGradient
		}
		for _, op := range []string{"Log2", "InverseSqrt"} {
			m[op+" of "+shape] = wrongGradient
		}
	}
	for _, op := range []string{"Lt", "Gt", "Lte", "Gte", "Eq", "Ne"} {
		m[op+", true"], m[op+", false"], m["Broadcast"+op] = noGradient, noGradient, noGradient
	}
	return m
}()
