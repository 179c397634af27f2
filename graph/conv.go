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

// padded returns the height and width of an image with its padding, and with what patches reach beyond that; it is as large as the image
// if there is nothing to pad.
func (p *patches) padded() (height, width int) {
	return max(p.padH+p.height, (p.rows-1)*p.strideH+(p.h-1)*p.dilH+1), max(p.padW+p.width, (p.cols-1)*p.strideW+(p.w-1)*p.dilW+1)
}

// sides calls f with the beginning of each row of an image, and of the same row of the padded image.
func (p *patches) sides(f func(image, padded int)) {
	height, width := p.padded()
	for ch := range p.channels {
		for y := range p.height {
			f((ch*p.height+y)*p.width, (ch*height+p.padH+y)*width+p.padW)
		}
	}
}

// runs returns where the numbers of a patch lie in a padded image, counted from the patch's first: the beginnings of runs of the given
// length, in the order of the columns.
func (p *patches) runs() (begin []int, length int) {
	height, width := p.padded()
	for ch := range p.channels {
		for i := range p.h {
			row := (ch*height + i*p.dilH) * width
			if p.dilW == 1 || p.w == 1 {
				begin = append(begin, row)
				continue
			}
			for j := range p.w {
				begin = append(begin, row+j*p.dilW)
			}
		}
	}
	return begin, p.channels * p.h * p.w / len(begin)
}

// each calls f with the beginning of each patch in a padded image.
func (p *patches) each(f func(patch int)) {
	_, width := p.padded()
	for r := range p.rows {
		for c := range p.cols {
			f(r*p.strideH*width + c*p.strideW)
		}
	}
}

// im2col lowers the laying out of patches in columns, and col2im its derivative, the adding up of columns where patches overlap. Both have
// a padded image in between, so that no patch has a special place.
func im2col[T float](n, kid *G.Node) (unit, bool) {
	p := newPatches(reflect.ValueOf(n.Op()), kid, n)
	height, width := p.padded()
	begin, length := p.runs()
	return unit{uses: G.Nodes{kid}, code: func(out *slot, in []*slot) func() error {
		dst, x, image := ref[T](out), ref[T](in[0]), make([]T, p.channels*height*width)
		var columns, from []T // what is left of dst, and this image
		enter := func(at, padded int) { copy(image[padded:][:p.width], from[at:]) }
		take := func(patch int) { columns = columns[takeRuns(columns, image[patch:], begin, length):] }
		return func() error {
			columns = *dst
			for b := range p.batch {
				from = (*x)[b*p.channels*p.height*p.width:]
				p.sides(enter)
				p.each(take)
			}
			return nil
		}
	}}, true
}

func col2im[T float](n, kid *G.Node) (unit, bool) {
	p := newPatches(reflect.ValueOf(n.Op()).FieldByName("im2colOp"), n, kid)
	height, width := p.padded()
	begin, length := p.runs()
	return unit{uses: G.Nodes{kid}, code: func(out *slot, in []*slot) func() error {
		dst, x, image := ref[T](out), ref[T](in[0]), make([]T, p.channels*height*width)
		var columns, to []T // what is left of x, and this image
		leave := func(at, padded int) { copy(to[at:][:p.width], image[padded:]) }
		add := func(patch int) { columns = columns[addRuns(image[patch:], columns, begin, length):] }
		return func() error {
			columns = *x
			for b := range p.batch {
				to = (*dst)[b*p.channels*p.height*p.width:]
				clear(image)
				p.each(add)
				p.sides(leave)
			}
			return nil
		}
	}}, true
}

// takeRuns copies the runs of an image that begin there to a column, and returns how many numbers that was. The usual filters' rows are
// arrays, for which no call is made.
func takeRuns[T float](column, image []T, begin []int, length int) (n int) {
	switch length {
	case 1:
		for i, at := range begin {
			column[i] = image[at]
		}
	case 3:
		for i, at := range begin {
			to, from := (*[3]T)(column[3*i:]), (*[3]T)(image[at:])
			to[0], to[1], to[2] = from[0], from[1], from[2]
		}
	case 5:
		for i, at := range begin {
			to, from := (*[5]T)(column[5*i:]), (*[5]T)(image[at:])
			to[0], to[1], to[2], to[3], to[4] = from[0], from[1], from[2], from[3], from[4]
		}
	default:
		for i, at := range begin {
			copy(column[i*length:][:length], image[at:])
		}
	}
	return len(begin) * length
}

// addRuns adds a column to the runs.
func addRuns[T float](image, column []T, begin []int, length int) (n int) {
	if length == 3 {
		for i, at := range begin {
			to, from := (*[3]T)(image[at:]), (*[3]T)(column[3*i:])
			to[0] += from[0]
			to[1] += from[1]
			to[2] += from[2]
		}
		return 3 * len(begin)
	}
	for i, at := range begin {
		to := image[at:][:length]
		for j, v := range column[i*length:][:length] {
			to[j] += v
		}
	}
	return len(begin) * length
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

// full reports whether every window has a number that is not padding. Where one has none, Gorgonia's own op decides.
func (p *windows) full() bool {
	return p.padH < p.h && p.padW < p.w && (p.rows-1)*p.strideH-p.padH < p.height && (p.cols-1)*p.strideW-p.padW < p.width
}

// largest writes to places where the first largest number of each window is. No processor could foresee which one it is, so there are
// no branches.
func largest[T float](p *windows, x []T, places []int32) {
	for plane := range p.planes {
		for r := range p.rows {
			y0 := r*p.strideH - p.padH
			y1 := min(y0+p.h, p.height)
			row, end := (plane*p.height+max(y0, 0))*p.width, (plane*p.height+y1)*p.width
			if y0 >= 0 && y1 == y0+2 && p.w == 2 && p.padW == 0 && (p.cols-1)*p.strideW+2 <= p.width {
				largestOfFour(places[:p.cols], x[row:end], row, p.strideW)
			} else {
				largestOfRow(p, places[:p.cols], x, row, end)
			}
			places = places[p.cols:]
		}
	}
}

// largestOfRow does a row of windows, which lie in the rows of x from row to end.
func largestOfRow[T float](p *windows, places []int32, x []T, row, end int) {
	for c := range places {
		x0, x1 := c*p.strideW-p.padW, min(c*p.strideW-p.padW+p.w, p.width)
		x0 = max(x0, 0)
		at := row + x0
		for k := row; k < end; k += p.width {
			for i := k + x0; i < k+x1; i++ {
				at += (i - at) & -bit(x[i] > x[at])
			}
		}
		places[c] = int32(at)
	}
}

// largestOfFour does a row of windows of two by two numbers that lie whole in the two rows of x, which begin at row.
func largestOfFour[T float](places []int32, x []T, row, stride int) {
	width := len(x) / 2
	for c := range places {
		i := c * stride
		at := i + bit(x[i+1] > x[i])
		at += (i + width - at) & -bit(x[i+width] > x[at])
		at += (i + width + 1 - at) & -bit(x[i+width+1] > x[at])
		places[c] = int32(row + at)
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// maxPool lowers MaxPool2D, and leaves the places of the largest numbers to its derivative.
func maxPool[T float](b *builder, n, kid *G.Node) (unit, bool) {
	p := newWindows(reflect.ValueOf(n.Op()).Elem(), kid, n)
	return unit{uses: G.Nodes{kid}, code: func(out *slot, in []*slot) func() error {
		dst, x, places := ref[T](out), ref[T](in[0]), b.pooled(n)
		return func() error {
			largest(&p, *x, places)
			for i, at := range places {
				(*dst)[i] = (*x)[at]
			}
			return nil
		}
	}}, p.full()
}

// maxPoolGrad lowers the derivative, whose second argument is what maxPool lowers.
func maxPoolGrad[T float](b *builder, n *G.Node, kids G.Nodes) (unit, bool) {
	p := newWindows(reflect.ValueOf(n.Op()).Elem().Field(0), kids[0], kids[1])
	return unit{uses: G.Nodes{kids[2]}, after: kids[1:2], code: func(out *slot, in []*slot) func() error {
		dst, dy, places := ref[T](out), ref[T](in[0]), b.pooled(kids[1])
		return func() error {
			clear(*dst)
			for i, at := range places {
				(*dst)[at] += (*dy)[i]
			}
			return nil
		}
	}}, p.full() && opType(kids[1]) == "*gorgonia.maxPoolOp"
}

// pooled returns the memory for the places that n, a pooling, takes its numbers from.
func (b *builder) pooled(n *G.Node) []int32 {
	if b.places[n] == nil {
		b.places[n] = make([]int32, n.Shape().TotalSize())
	}
	return b.places[n]
}
