package kernel

// Softmax computes softmax over each row of src[m,n]; dst may be src.
func (e *Engine) Softmax(dst, src []float32, m, n int) {
	e.softmax("Softmax", dst, src, m, n, func(dst, d, x []float32, sum float64) {
		for j, v := range x {
			dst[j] = float32(float64(v) / sum)
		}
	})
}

// LogSoftmax computes x - max - log(sum exp(x - max)) over each row of src[m,n]; dst may be src.
func (e *Engine) LogSoftmax(dst, src []float32, m, n int) {
	e.softmax("LogSoftmax", dst, src, m, n, func(dst, d, x []float32, sum float64) {
		l := log(sum)
		for j, v := range d {
			dst[j] = float32(float64(v) - l)
		}
	})
}

// softmax hands each row to finish: its differences d from the maximum, their exponentials x and the sum of those.
func (e *Engine) softmax(op string, dst, src []float32, m, n int, finish func(dst, d, x []float32, sum float64)) {
	need(op, "dst", dst, m, n)
	need(op, "src", src, m, n)
	e.scratch = grow(e.scratch, 2*n)
	d, x := e.scratch[:n], e.scratch[n:2*n]
	for i := range m {
		row := src[i*n:][:n]
		top := maximum(row)
		for j, v := range row {
			d[j] = v - top
		}
		e.set.unaryTo(opExp, x, d)
		var sum float64
		for _, v := range x {
			sum += float64(v)
		}
		finish(dst[i*n:][:n], d, x, sum)
	}
}

func maximum(row []float32) float32 {
	if len(row) == 0 {
		return 0
	}
	top := row[0]
	for _, v := range row[1:] {
		if v > top {
			top = v
		}
	}
	return top
}
