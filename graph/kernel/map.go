package kernel

// Functions are the elementary functions of one type, over slices of one length, on one thread. dst may be src.
type Functions[T float32 | float64] interface {
	Exp(dst, src []T)
	Log(dst, src []T)
	Tanh(dst, src []T)
	Sigmoid(dst, src []T)
	NormalCDF(dst, src []T)
}

// A Piece computes out elementwise from in, for a piece of a few thousand elements that stays in the first cache. tmp is
// scratch memory of the same length. Where a product is added to something, it is converted to T first, which keeps the
// compiler from fusing the two: then the result has the same bits on every machine.
type Piece[T float32 | float64] func(f Functions[T], out, tmp []T, in [][]T)

// Map computes out elementwise by f from slices of the same length, none of which may be out. The threads share the pieces.
func (e *Engine) Map(f Piece[float32], out []float32, in [][]float32) {
	for _, x := range in {
		need("Map", "in", x, 1, len(out))
	}
	e.job.y, e.job.piece, e.job.in = out, f, in
	e.elements(len(out), doMap)
}

func doMap(w *worker, chunk int) {
	j := &w.e.job
	w.in = w.in[:0]
	for _, x := range j.in {
		w.in = append(w.in, part(x[:len(j.y)], chunk))
	}
	w.tmp = grow(w.tmp, chunkLen)
	out := part(j.y, chunk)
	j.piece(unthreaded{w.e.set}, out, w.tmp[:len(out)], w.in)
}

// unthreaded are the float32 functions of a set.
type unthreaded struct{ *set }

func (f unthreaded) Exp(dst, src []float32)       { f.unaryTo(opExp, dst, src) }
func (f unthreaded) Log(dst, src []float32)       { f.unaryTo(opLog, dst, src) }
func (f unthreaded) Tanh(dst, src []float32)      { f.unaryTo(opTanh, dst, src) }
func (f unthreaded) Sigmoid(dst, src []float32)   { f.unaryTo(opSigmoid, dst, src) }
func (f unthreaded) NormalCDF(dst, src []float32) { f.unaryTo(opNormalCDF, dst, src) }

// Map computes out elementwise by f from slices of the same length, none of which may be out.
func (e *Engine64) Map(f Piece[float64], out []float64, in [][]float64) {
	for _, x := range in {
		need64("Map", "in", x, 1, len(out))
	}
	w := e.e.pool.workers[0]
	w.c64 = grow(w.c64, len(out))
	f(e, out, w.c64[:len(out)], in)
}
