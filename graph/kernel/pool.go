package kernel

import (
	"runtime"
	"sync/atomic"
)

// A pool is the fixed threads of an Engine: worker 0 is the caller, the others are goroutines that spin for a short
// while between two jobs, then park.
type pool struct {
	workers []*worker
	do      func(*worker, int) // the job's work on one chunk
	chunks  int64

	_       [64]byte // the words below are shared; each has a cache line of its own
	epoch   atomic.Int64
	_       [56]byte
	next    atomic.Int64 // the chunk that is handed out next
	_       [56]byte
	pending atomic.Int64 // workers that have not finished
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

// spins is how often a worker looks for work before it parks: some tens of microseconds.
const spins = 1000

func (p *pool) start(e *Engine, threads int) {
	for i := range threads {
		w := &worker{e: e, wake: make(chan struct{}, 1)}
		p.workers = append(p.workers, w)
		if i > 0 {
			go p.work(w)
		}
	}
}

func (p *pool) stop() {
	if len(p.workers) > 1 {
		p.closed.Store(true)
		p.announce()
		p.workers = p.workers[:1]
	}
}

// run calls do for the chunks 0..n-1, each on one of the threads, and returns when all are done.
func (p *pool) run(n int, do func(*worker, int)) {
	if len(p.workers) == 1 || n <= 1 {
		for i := range n {
			do(p.workers[0], i)
		}
		return
	}
	p.do, p.chunks = do, int64(n)
	p.next.Store(0)
	p.pending.Store(int64(len(p.workers) - 1))
	p.announce()
	p.share(p.workers[0])
	for i := 1; p.pending.Load() > 0; i++ {
		if i%spins == 0 {
			runtime.Gosched()
		}
		pause()
	}
}

// announce starts a new epoch and wakes those who sleep.
func (p *pool) announce() {
	p.epoch.Add(1)
	for _, w := range p.workers[1:] {
		if w.parked.CompareAndSwap(true, false) {
			w.wake <- struct{}{}
		}
	}
}

// share works on chunks until none is left.
func (p *pool) share(w *worker) {
	for {
		i := p.next.Add(1) - 1
		if i >= p.chunks {
			return
		}
		p.do(w, int(i))
	}
}

func (p *pool) work(w *worker) {
	for epoch := int64(0); ; {
		epoch = p.await(w, epoch)
		if p.closed.Load() {
			return
		}
		p.share(w)
		p.pending.Add(-1)
	}
}

// await returns the first epoch it sees after the given one.
func (p *pool) await(w *worker, epoch int64) int64 {
	for range spins {
		if now := p.epoch.Load(); now != epoch {
			return now
		}
		pause()
	}
	w.parked.Store(true)
	// A new epoch may have begun before parked was set, and its announcer may or may not have seen it set.
	if p.epoch.Load() == epoch || !w.parked.CompareAndSwap(true, false) {
		<-w.wake
	}
	return p.epoch.Load()
}
