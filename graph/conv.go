package graph

import (
	"reflect"

	G "gorgonia.org/gorgonia"
)

// ints returns the whole numbers in fields of a struct.
func ints(v reflect.Value, names ...string) []int {
	list := make([]int, len(names))
	for i, name := range names {
		list[i] = int(v.FieldByName(name).Int())
	}
	return list
}

// patches are the places of an image that a convolution multiplies by its filter.
type patches struct {
	batch, channels, height, width int // of the images
	rows, cols                     int // of patches
	h, w, padH, padW               int // of a patch
	strideH, strideW, dilH, dilW   int
}

// newPatches reads an im2colOp, or a col2imOp. Images has the shape of the images, columns that of the patches laid out in columns.
func newPatches(op reflect.Value, images, columns *G.Node) patches {
	f := ints(op, "h", "w", "padH", "padW", "strideH", "strideW", "dilationH", "dilationW")
	s, c := images.Shape(), columns.Shape()
	return patches{s[0], s[1], s[2], s[3], c[1], c[2], f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7]}
}

// each calls f with every run of numbers that lie side by side both in the images and in the columns, and outside with every run of
// the columns that lies outside an image.
func (p *patches) each(f func(image, column, n int), outside func(column, n int)) {
	column := 0
	for b := range p.batch {
		for r := range p.rows {
			for c := range p.cols {
				for ch := range p.channels {
					plane := (b*p.channels + ch) * p.height * p.width
					for i := range p.h {
						y := r*p.strideH - p.padH + i*p.dilH
						if y < 0 || y >= p.height {
							outside(column, p.w)
							column += p.w
							continue
						}
						p.row(plane+y*p.width, c*p.strideW-p.padW, column, f, outside)
						column += p.w
					}
				}
			}
		}
	}
}

// row does one row of a patch, which begins at x of the image's row.
func (p *patches) row(row, x, column int, f func(image, column, n int), outside func(column, n int)) {
	if p.dilW == 1 {
		left, right := min(max(0, -x), p.w), min(max(0, x+p.w-p.width), p.w)
		if left > 0 {
			outside(column, left)
		}
		if n := p.w - left - right; n > 0 {
			f(row+x+left, column+left, n)
		}
		if right > 0 {
			outside(column+p.w-right, right)
		}
		return
	}
	for j := range p.w {
		if at := x + j*p.dilW; at < 0 || at >= p.width {
			outside(column+j, 1)
		} else {
			f(row+at, column+j, 1)
		}
	}
}

// im2col lowers the laying out of patches in columns, and col2im its derivative, the adding up of columns where patches overlap.
func im2col[T float](n, kid *G.Node) (unit, bool) {
	p := newPatches(reflect.ValueOf(n.Op()), kid, n)
	return unit{uses: G.Nodes{kid}, code: func(out *slot, in []*slot) func() error {
		dst, x := ref[T](out), ref[T](in[0])
		inside := func(image, column, n int) { copy((*dst)[column:][:n], (*x)[image:]) }
		outside := func(column, n int) { clear((*dst)[column:][:n]) }
		return func() error { p.each(inside, outside); return nil }
	}}, true
}

func col2im[T float](n, kid *G.Node) (unit, bool) {
	p := newPatches(reflect.ValueOf(n.Op()).FieldByName("im2colOp"), n, kid)
	return unit{uses: G.Nodes{kid}, code: func(out *slot, in []*slot) func() error {
		dst, x := ref[T](out), ref[T](in[0])
		inside := func(image, column, n int) {
			to, from := (*dst)[image:][:n], (*x)[column:][:n]
			for i, v := range from {
				to[i] += v
			}
		}
		outside := func(int, int) {}
		return func() error { clear(*dst); p.each(inside, outside); return nil }
	}}, true
}

// windows are the places of an image, and a pooling takes the largest number of each.
type windows struct {
	planes, height, width, rows, cols int
	h, w, padH, padW                  int
	strideH, strideW                  int
}

// newWindows reads a maxPoolOp.
func newWindows(op reflect.Value, images, pooled *G.Node) windows {
	f := ints(op, "h", "w", "padNorth", "padWest", "strideH", "strideW", "padSouth", "padEast")
	if op.FieldByName("explicitPadding").Bool() {
		f[2], f[3] = f[6], f[7] // Gorgonia begins with these two
	}
	s, p := images.Shape(), pooled.Shape()
	return windows{s[0] * s[1], s[2], s[3], p[2], p[3], f[0], f[1], f[2], f[3], f[4], f[5]}
}

// largest calls f with the place of the first largest number of each window.
func largest[T float](p *windows, x []T, f func(window, at int)) {
	window := 0
	for plane := range p.planes {
		for r := range p.rows {
			for c := range p.cols {
				y0, x0 := r*p.strideH-p.padH, c*p.strideW-p.padW
				y1, x1 := min(y0+p.h, p.height), min(x0+p.w, p.width)
				y0, x0 = max(y0, 0), max(x0, 0)
				row := (plane*p.height + y0) * p.width
				at := row + x0
				top := x[at]
				for range y1 - y0 {
					for i, v := range x[row+x0 : row+x1] {
						if v > top {
							at, top = row+x0+i, v
						}
					}
					row += p.width
				}
				f(window, at)
				window++
			}
		}
	}
}

// maxPool lowers MaxPool2D, and maxPoolGrad its derivative, which looks for the largest numbers again.
func maxPool[T float](n, kid *G.Node) (unit, bool) {
	p := newWindows(reflect.ValueOf(n.Op()).Elem(), kid, n)
	return unit{uses: G.Nodes{kid}, code: func(out *slot, in []*slot) func() error {
		dst, x := ref[T](out), ref[T](in[0])
		take := func(window, at int) { (*dst)[window] = (*x)[at] }
		return func() error { largest(&p, *x, take); return nil }
	}}, true
}

func maxPoolGrad[T float](n *G.Node, kids G.Nodes) (unit, bool) {
	p := newWindows(reflect.ValueOf(n.Op()).Elem().Field(0), kids[0], kids[1])
	return unit{uses: G.Nodes{kids[0], kids[2]}, code: func(out *slot, in []*slot) func() error {
		dst, x, dy := ref[T](out), ref[T](in[0]), ref[T](in[1])
		give := func(window, at int) { (*dst)[at] += (*dy)[window] }
		return func() error { clear(*dst); largest(&p, *x, give); return nil }
	}}, true
}
