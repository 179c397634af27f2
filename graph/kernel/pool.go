package kernel

import (
	"runtime"
	"sync/atomic"
)

// A pool is the fixed threads of an Engine: worker 0 is the caller, the others are goroutines that spin for a short
// while between two jobs, then park. The caller waits for chunks, not for workers: one that the system does not run costs nothing, unless it has begun a
// chunk; then the caller parks too, after some time, and leaves it the processor.
type pool struct {
	workers []*worker
	caller  *worker            // workers[0]
	do      func(*worker, int) // the job's work on one chunk; read by whoever has taken a chunk, and so not changed before that is done
	chunks  int64

	_       [64]byte     // the words below are shared; each has a cache line of its own
	left    atomic.Int64 // chunks that nobody has taken; none if it is not positive
	_       [56]byte
	pending atomic.Int64 // chunks that are not done
	_       [56]byte
	closed  atomic.Bool
}

// A worker is what one thread of the pool owns.
type worker struct {
	e      *Engine
	chain  chainTile
	dot    dotTile     // of the product, with A where padA put it
	tile   dotTile     // of the kernel that runs
	column [64]float32 // what dotOne computes
	a, b   []float32   // packed blocks
	pad    []float32   // rows of A
	acc    []float32   // sums of the second chain of a strip of a thick product
	flops  int         // of FMALoop

	in  [][]float32 // of Map
	tmp []float32

	tile64        tile64
	a64, b64, c64 []float64 // packed blocks, a panel of C

	rule32  ruleTile[float32] // of the kernel that runs
	rule64  ruleTile[float64]
	grad32  []float32 // a block of the gradient
	grad64  []float64
	squares [squareLanes]float64

	sum    float32 // of ReadLoop, kept so that the reading is not idle
	parked atomic.Bool
	wake   chan struct{} // capacity 1, so that waking never waits
	_      [64]byte
}

const (
	// workerSpins is how often a worker looks for work before it parks: some tens of microseconds.
	workerSpins = 1000
	// callerSpins is how often the caller looks whether the last chunks are done before it parks: longer than a chunk takes whose worker runs, since
	// waking costs more than the end of most jobs.
	callerSpins = 100 * workerSpins
)

func (p *pool) start(e *Engine, threads int) {
	for range threads {
		w := &worker{e: e, wake: make(chan struct{}, 1)}
		p.workers = append(p.workers, w)
	}
	p.caller = p.workers[0]
	for _, w := range p.workers[1:] {
		go p.work(w)
	}
}

func (p *pool) stop() {
	if len(p.workers) > 1 {
		p.closed.Store(true)
		p.announce(len(p.workers))
		p.workers = p.workers[:1]
	}
}

// run calls do for the chunks 0..n-1, each on one of the threads, and returns when all are done.
func (p *pool) run(n int, do func(*worker, int)) {
	if len(p.workers) == 1 || n <= 1 {
		for i := range n {
			do(p.caller, i)
		}
		return
	}
	p.do, p.chunks = do, int64(n)
	p.pending.Store(int64(n))
	p.left.Store(int64(n))
	p.announce(n)
	p.share(p.caller)
	p.caller.await(callerSpins, func() bool { return p.pending.Load() == 0 })
}

// announce wakes as many as n chunks need besides the caller.
func (p *pool) announce(n int) {
	for _, w := range p.workers[1:min(n, len(p.workers))] {
		w.unpark()
	}
}

// share works on chunks until none is left.
func (p *pool) share(w *worker) {
	for {
		left := p.left.Add(-1)
		if left < 0 {
			return
		}
		p.do(w, int(p.chunks-1-left))
		if p.pending.Add(-1) == 0 {
			p.caller.unpark()
		}
	}
}

func (p *pool) work(w *worker) {
	for !p.closed.Load() {
		p.share(w)
		w.await(workerSpins, func() bool { return p.left.Load() > 0 || p.closed.Load() })
	}
}

// await returns when a condition holds: it spins, then parks. Whoever makes the condition hold calls [worker.unpark].
func (w *worker) await(spins int, holds func() bool) {
	for i := 1; !holds(); i++ {
		if i%workerSpins == 0 {
			runtime.Gosched()
		}
		if pause(); i%spins != 0 {
			continue
		}
		w.parked.Store(true)
		// The condition may have become true before parked was set, and then unpark may or may not have seen it set.
		if !holds() || !w.parked.CompareAndSwap(true, false) {
			<-w.wake // also for an earlier condition, so that this one may not hold
		}
	}
}

// unpark wakes a worker that has parked.
func (w *worker) unpark() {
	if w.parked.Load() && w.parked.CompareAndSwap(true, false) {
		w.wake <- struct{}{}
	}
}
