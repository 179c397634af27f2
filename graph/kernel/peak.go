package kernel

// FMALoop runs independent fused multiply-adds in the registers of every thread and returns how many floating-point
// operations that was, two an FMA: timed by the caller, it shows the most that any product can reach. A round is some
// twenty instructions.
func (e *Engine) FMALoop(rounds int) (flops int) {
	chunks := 16 * e.Threads()
	e.job.op = rounds/chunks + 1
	e.pool.run(chunks, func(w *worker, _ int) { w.flops += w.e.set.peak(w.e.job.op) })
	for _, w := range e.pool.workers {
		flops += w.flops
		w.flops = 0
	}
	e.job = job{}
	return flops
}

// ReadLoop reads x once, shared among the threads, and returns the number of bytes: timed by the caller, it shows the
// bandwidth of whatever memory x is in.
func (e *Engine) ReadLoop(x []float32) (bytes int) {
	e.job.x = x
	const chunk = 1 << 16
	e.pool.run(ceil(len(x), chunk), func(w *worker, i int) {
		x := w.e.job.x[i*chunk : min((i+1)*chunk, len(w.e.job.x))]
		w.sum = w.e.set.sweep(x[:len(x)/w.e.set.lanes*w.e.set.lanes])
	})
	e.job = job{}
	return 4 * len(x)
}
