package graph

import (
	"fmt"
	"reflect"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A cut is what gorgonia.Slice takes along an axis: blocks of inner elements; whole blocks lie along the axis. UnsafeLet may
// change which ones between two runs, so they are read at every run.
type cut struct {
	slice               *tensor.Slice
	outer, whole, inner int
}

// newCut returns the cut of op, the struct of a sliceOp, in a tensor of the given shape.
func newCut(op reflect.Value, shape tensor.Shape) (c cut, ok bool) {
	axis := int(op.FieldByName("along").Int())
	if axis >= len(shape) {
		return cut{}, false
	}
	c = cut{slice: (*tensor.Slice)(op.FieldByName("Slice").Addr().UnsafePointer()), outer: 1, whole: shape[axis], inner: 1}
	for d, n := range shape {
		if d < axis {
			c.outer *= n
		} else if d > axis {
			c.inner *= n
		}
	}
	return c, true
}

// now returns the places along the axis: the first, how many, and the step between them. The part that they make has size elements.
func (c *cut) now() (first, count, step, size int, err error) {
	first, count, step = 0, c.whole, 1
	if s := *c.slice; s != nil && s.End() > s.Start() {
		first, step = s.Start(), max(1, s.Step())
		count = (s.End() - first + step - 1) / step
	}
	if first+(count-1)*step >= c.whole {
		err = fmt.Errorf("the slice takes %d from %d on, of %d", count, first, c.whole)
	}
	return first, count, step, c.outer * count * c.inner, err
}

// each calls f with the beginnings of the blocks in the whole and in the part.
func (c *cut) each(first, count, step int, f func(whole, part int)) {
	part := 0
	for o := range c.outer {
		for i := range count {
			f((o*c.whole+first+i*step)*c.inner, part)
			part += c.inner
		}
	}
}

// slice lowers gorgonia.Slice.
func slice[T float](n, kid *G.Node) (unit, bool) {
	c, ok := newCut(reflect.ValueOf(n.Op()).Elem(), kid.Shape())
	return unit{uses: G.Nodes{kid}, code: func(out *slot, in []*slot) func() error {
		dst, x := ref[T](out), ref[T](in[0])
		block := func(whole, part int) { copy((*dst)[part:][:c.inner], (*x)[whole:]) }
		return func() error {
			first, count, step, size, err := c.now()
			if err == nil && size != len(*dst) {
				err = fmt.Errorf("the slice has %d elements, and the graph is made for %d", size, len(*dst))
			}
			if err == nil {
				c.each(first, count, step, block)
			}
			return err
		}
	}}, ok
}

// sliceGrad lowers the derivative of gorgonia.Slice: zeros with the gradient, or a scalar, in the place of the slice.
func sliceGrad[T float](n *G.Node, kids G.Nodes) (unit, bool) {
	c, ok := newCut(reflect.ValueOf(n.Op()).Field(0).Elem(), kids[0].Shape())
	return unit{uses: kids, code: func(out *slot, in []*slot) func() error {
		dst, grad := ref[T](out), ref[T](in[1])
		block := func(whole, part int) {
			if d := *grad; len(d) > 1 {
				copy((*dst)[whole:][:c.inner], d[part:])
				return
			}
			for i := range c.inner {
				(*dst)[whole+i] = (*grad)[0]
			}
		}
		return func() error {
			first, count, step, size, err := c.now()
			if err == nil && len(*grad) != 1 && len(*grad) != size {
				err = fmt.Errorf("the slice has %d elements, and its gradient %d", size, len(*grad))
			}
			if err == nil {
				clear(*dst)
				c.each(first, count, step, block)
			}
			return err
		}
	}}, ok
}

// concat lowers gorgonia.Concat along the axis in the op's text ("Concat(axis=1)").
func concat[T float](n *G.Node, kids G.Nodes, text string) (unit, bool) {
	axis := numbers(text)
	if len(axis) != 1 || axis[0] >= n.Dims() {
		return unit{}, false
	}
	outer := 1
	for _, s := range n.Shape()[:axis[0]] {
		outer *= s
	}
	return unit{uses: kids, code: func(out *slot, in []*slot) func() error {
		dst, parts := ref[T](out), make([]*[]T, len(in))
		for i, s := range in {
			parts[i] = ref[T](s)
		}
		return func() error {
			to := *dst
			for o := range outer {
				for _, p := range parts {
					block := len(*p) / outer
					to = to[copy(to, (*p)[o*block:(o+1)*block]):]
				}
			}
			return nil
		}
	}}, true
}
