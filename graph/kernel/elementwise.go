package kernel

// Tanh computes dst = tanh(src) elementwise; dst may be src.
func (e *Engine) Tanh(dst, src []float32) { e.unary("Tanh", opTanh, dst, src) }

// Sigmoid computes dst = 1/(1+exp(-src)) elementwise; dst may be src.
func (e *Engine) Sigmoid(dst, src []float32) { e.unary("Sigmoid", opSigmoid, dst, src) }

// Softsign computes dst = src/(1+|src|) elementwise (Bergstra et al. 2009); dst may be src.
func (e *Engine) Softsign(dst, src []float32) { e.unary("Softsign", opSoftsign, dst, src) }

// Relu computes dst = max(0, src) elementwise; dst may be src.
func (e *Engine) Relu(dst, src []float32) { e.unary("Relu", opRelu, dst, src) }

// Exp computes dst = e^src elementwise; dst may be src.
func (e *Engine) Exp(dst, src []float32) { e.unary("Exp", opExp, dst, src) }

// Log computes the natural logarithm elementwise; it is -Inf at ±0 and NaN below. dst may be src.
func (e *Engine) Log(dst, src []float32) { e.unary("Log", opLog, dst, src) }

// TanhGrad computes dst = dz*(1-z²), where z = tanh(s); dst may be dz.
func (e *Engine) TanhGrad(dst, z, dz []float32) { e.grad("TanhGrad", opTanhGrad, dst, z, dz) }

// SigmoidGrad computes dst = dz*z(1-z), where z = sigmoid(s); dst may be dz.
func (e *Engine) SigmoidGrad(dst, z, dz []float32) { e.grad("SigmoidGrad", opSigmoidGrad, dst, z, dz) }

// SoftsignGrad computes dst = dz*(1-|z|)², where z = softsign(s); dst may be dz.
func (e *Engine) SoftsignGrad(dst, z, dz []float32) {
	e.grad("SoftsignGrad", opSoftsignGrad, dst, z, dz)
}

// ReluGrad computes dst = dz where z > 0 and 0 elsewhere; dst may be dz.
func (e *Engine) ReluGrad(dst, z, dz []float32) { e.grad("ReluGrad", opReluGrad, dst, z, dz) }

// Axpy computes y += alpha*x, one rounding an element.
func (e *Engine) Axpy(y []float32, alpha float32, x []float32) {
	need("Axpy", "y", y, 1, len(x))
	e.job.x, e.job.y, e.job.alpha = x, y[:len(x)], alpha
	e.elements(len(x), doAxpy)
}

func doAxpy(w *worker, chunk int) {
	x, y := part(w.e.job.x, chunk), part(w.e.job.y, chunk)
	p, n := w.e.set, len(x)/w.e.set.lanes*w.e.set.lanes
	p.axpy(y[:n], x[:n], w.e.job.alpha)
	portable.axpy(y[n:], x[n:], w.e.job.alpha)
}

// AddRow computes C[m,n] += row[n] on each row.
func (e *Engine) AddRow(c, row []float32, m, n int) {
	need("AddRow", "c", c, m, n)
	need("AddRow", "row", row, 1, n)
	for i := range m {
		e.set.addTo(c[i*n:][:n], row[:n])
	}
}

// SumRows computes dst[n], the sum of the rows of A[m,n], in order.
func (e *Engine) SumRows(dst, a []float32, m, n int) {
	need("SumRows", "dst", dst, 1, n)
	need("SumRows", "a", a, m, n)
	clear(dst[:n])
	for i := range m {
		e.set.addTo(dst[:n], a[i*n:][:n])
	}
}

func (s *set) addTo(y, x []float32) {
	n := len(x) / s.lanes * s.lanes
	s.add(y[:n], x[:n])
	portable.add(y[n:], x[n:])
}

func (s *set) unaryTo(op unaryOp, dst, src []float32) {
	n := len(src) / s.lanes * s.lanes
	s.unary[op](dst[:n], src[:n])
	portable.unary[op](dst[n:], src[n:])
}

func (e *Engine) unary(name string, op unaryOp, dst, src []float32) {
	need(name, "dst", dst, 1, len(src))
	e.job.x, e.job.y, e.job.op = src, dst[:len(src)], int(op)
	e.elements(len(src), doUnary)
}

func doUnary(w *worker, chunk int) {
	j := &w.e.job
	w.e.set.unaryTo(unaryOp(j.op), part(j.y, chunk), part(j.x, chunk))
}

func (e *Engine) grad(name string, op gradOp, dst, z, dz []float32) {
	need(name, "dst", dst, 1, len(z))
	need(name, "dz", dz, 1, len(z))
	e.job.x, e.job.y, e.job.z, e.job.op = dz[:len(z)], dst[:len(z)], z, int(op)
	e.elements(len(z), doGrad)
}

func doGrad(w *worker, chunk int) {
	j := &w.e.job
	dst, z, dz := part(j.y, chunk), part(j.z, chunk), part(j.x, chunk)
	n := len(z) / w.e.set.lanes * w.e.set.lanes
	w.e.set.grad[j.op](dst[:n], z[:n], dz[:n])
	portable.grad[j.op](dst[n:], z[n:], dz[n:])
}

// chunkLen is how many elements one thread takes at a time: enough to be worth its while, small enough to share.
const chunkLen = 2048

func (e *Engine) elements(n int, do func(*worker, int)) {
	e.pool.run(ceil(n, chunkLen), do)
	e.job = job{}
}

// part returns a chunk of x.
func part[T float](x []T, chunk int) []T {
	return x[chunk*chunkLen : min((chunk+1)*chunkLen, len(x))]
}
