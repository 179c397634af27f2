package graph_test

import (
	"testing"

	"glorot/graph"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Tensors that do not lie in memory row by row are read in the order of their indices, at every run anew.
func TestLayouts(t *testing.T) {
	parts := func(x *tensor.Dense, s ...tensor.Slice) *tensor.Dense {
		v, err := x.Slice(s...)
		if err != nil {
			t.Fatal(err)
		}
		return v.(*tensor.Dense)
	}
	count := func(shape ...int) *tensor.Dense {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(tensor.Range(tensor.Float64, 0, tensor.Shape(shape).TotalSize())))
	}
	turned := count(3, 2)
	if err := turned.T(); err != nil {
		t.Fatal(err)
	}
	cube := count(2, 3, 4)
	if err := cube.T(2, 0, 1); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		value *tensor.Dense
		want  []float64
	}{
		"row-major":      {count(2, 3), []float64{0, 1, 2, 3, 4, 5}},
		"transposed":     {turned, []float64{0, 2, 4, 1, 3, 5}},
		"column-major":   {tensor.New(tensor.WithShape(2, 3), tensor.AsFortran([]float64{0, 1, 2, 3, 4, 5})), []float64{0, 1, 2, 3, 4, 5}}, // it turns its argument
		"rows":           {parts(count(4, 3), tensor.S(1, 3)), []float64{3, 4, 5, 6, 7, 8}},
		"columns":        {parts(count(2, 5), nil, tensor.S(1, 4)), []float64{1, 2, 3, 6, 7, 8}},
		"one column":     {parts(count(4, 3), nil, tensor.S(1)), []float64{1, 4, 7, 10}},
		"every other":    {parts(count(6), tensor.S(0, 6, 2)), []float64{0, 2, 4}},
		"turned cube":    {cube, []float64{0, 4, 8, 12, 16, 20, 1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23}},
		"fortran column": {tensor.New(tensor.WithShape(3, 1), tensor.AsFortran([]float64{7, 8, 9})), []float64{7, 8, 9}},
	} {
		t.Run(name, func(t *testing.T) {
			g := G.NewGraph()
			x := G.NewTensor(g, tensor.Float64, c.value.Dims(), G.WithShape(c.value.Shape()...), G.WithName("x"))
			if err := G.Let(x, c.value); err != nil {
				t.Fatal(err)
			}
			y, z := must(G.Neg(x)), must(G.Square(x))
			m := newMachine(t, g, graph.Observe(y, z))
			for range 2 {
				run(t, m)
				for i, v := range c.want {
					if a, b := elements(y.Value())[i], elements(z.Value())[i]; a != -v || b != v*v {
						t.Fatalf("element %d: -x is %v and x² is %v, want those of %v", i, a, b, v)
					}
				}
				if err := c.value.Memset(3.0); err != nil { // the tensor is the same, its elements are not
					t.Fatal(err)
				}
				for i := range c.want {
					c.want[i] = 3
				}
			}
		})
	}
}

// An input may be bound to another tensor, of another layout too, or to another scalar, between two runs.
func TestRebinding(t *testing.T) {
	g := G.NewGraph()
	x := G.NewMatrix(g, tensor.Float64, G.WithShape(2, 2), G.WithName("x"))
	k := G.NewScalar(g, tensor.Float64, G.WithName("k"))
	y := must(G.HadamardProd(x, k))
	flat := must(G.Reshape(x, tensor.Shape{4}))
	sum := must(G.Add(flat, flat))
	m := newMachine(t, g, graph.Observe(y, sum, flat))
	turned := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{1, 2, 3, 4}))
	if err := turned.T(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		x *tensor.Dense
		k any
		w []float64
	}{
		{tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{1, 2, 3, 4})), 2.0, []float64{1, 2, 3, 4}},
		{turned, 3.0, []float64{1, 3, 2, 4}},
		{tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{5, 6, 7, 8})), tensor.New(tensor.FromScalar(4.0)), []float64{5, 6, 7, 8}},
	} {
		if err := G.Let(x, c.x); err != nil {
			t.Fatal(err)
		}
		if err := G.Let(k, c.k); err != nil {
			t.Fatal(err)
		}
		run(t, m)
		f := elements(k.Value())[0]
		for i, w := range c.w {
			if a, b, d := elements(y.Value())[i], elements(sum.Value())[i], elements(flat.Value())[i]; a != f*w || b != 2*w || d != w {
				t.Errorf("element %d is %v, %v and %v; want %v times %v, 2 and 1", i, a, b, d, w, f)
			}
		}
	}
}

// UnsafeLet may give a slice another place, which its gradient takes too, but not another size.
func TestSliceMoves(t *testing.T) {
	forBothTypes(t, func(t *testing.T, dt tensor.Dtype, _ float64) {
		b := newBench(dt)
		x := b.in("x", 4, 2)
		let(x, []float64{1, 2, 3, 4, 5, 6, 7, 8})
		y := must(G.Slice(x, G.S(0, 2)))
		dx := b.grad(must(G.Sum(must(G.Square(y)))), x)[0]
		m := newMachine(t, b.ExprGraph)
		run(t, m)
		want(t, y, 1, 2, 3, 4)
		want(t, dx, 2, 4, 6, 8, 0, 0, 0, 0)
		for _, s := range []struct {
			s       tensor.Slice
			y, want []float64
		}{
			{G.S(2, 4), []float64{5, 6, 7, 8}, []float64{0, 0, 0, 0, 10, 12, 14, 16}},
			{G.S(1, 4, 2), []float64{3, 4, 7, 8}, []float64{0, 0, 6, 8, 0, 0, 14, 16}},
		} {
			if err := G.UnsafeLet(y, s.s); err != nil {
				t.Fatal(err)
			}
			run(t, m)
			want(t, y, s.y...)
			want(t, dx, s.want...)
		}
		for s, text := range map[tensor.Slice]string{G.S(0, 3): "the slice has 6 elements", G.S(3, 5): "takes 2 from 3 on, of 4"} {
			if err := G.UnsafeLet(y, s); err != nil {
				t.Fatal(err)
			}
			fails(t, m.RunAll(), text)
		}
	})
}

// Inputs that cannot be read are named.
func TestInputErrors(t *testing.T) {
	matrix := func(shape ...int) *tensor.Dense {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(make([]float64, tensor.Shape(shape).TotalSize())))
	}
	for name, c := range map[string]struct {
		value any
		want  string
	}{
		"unbound": {nil, `input "x" has no value`},
		"shape":   {matrix(3, 2), `input "x" holds shape (3, 2), want (2, 3)`},
		"size":    {matrix(2, 2), `input "x" holds shape (2, 2), want (2, 3)`},
		"sparse":  {tensor.CSRFromCoord(tensor.Shape{2, 3}, []int{0}, []int{1}, []float64{1}), `input "x" holds a *tensor.CS, want a scalar or a *tensor.Dense`},
		"scalar":  {1.0, `input "x" holds shape (), want (2, 3)`},
		"type":    {float32(1), `input "x" holds shape (), want (2, 3)`},
	} {
		t.Run(name, func(t *testing.T) {
			g := G.NewGraph()
			x := G.NewMatrix(g, tensor.Float64, G.WithShape(2, 3), G.WithName("x"))
			y := must(G.Neg(x))
			if v, ok := c.value.(tensor.Tensor); ok {
				G.WithValue(v)(x) // Let would refuse it
			} else if c.value != nil {
				if err := G.UnsafeLet(x, c.value); err != nil {
					t.Fatal(err)
				}
			}
			m := newMachine(t, g, graph.Observe(y))
			fails(t, m.RunAll(), "graph: "+c.want)
			if err := G.Let(x, matrix(2, 3)); err != nil {
				t.Fatal(err)
			}
			run(t, m) // it recovers
			want(t, y, 0, 0, 0, 0, 0, 0)
		})
	}

	g := G.NewGraph()
	x := G.NewScalar(g, tensor.Float64, G.WithName("x"))
	m := newMachine(t, g, graph.Observe(must(G.Neg(x))))
	if err := G.UnsafeLet(x, float32(1)); err != nil {
		t.Fatal(err)
	}
	fails(t, m.RunAll(), `graph: input "x" holds float32, want float64`)
}

// Values of other types than floats pass through: truth values here.
func TestBooleans(t *testing.T) {
	g := G.NewGraph()
	x := G.NewVector(g, tensor.Float32, G.WithShape(3), G.WithName("x"))
	let(x, []float64{-1, 0, 1})
	k := G.NewScalar(g, tensor.Float32, G.WithName("k"), G.WithValue(float32(0)))
	above := must(G.Gt(x, k, false))
	one := must(G.Gt(k, k, false))
	m := newMachine(t, g, graph.Guard(above), graph.Observe(above, one))
	run(t, m)
	want(t, above, 0, 0, 1)
	want(t, one, 0)
}
