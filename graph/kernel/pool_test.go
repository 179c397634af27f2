package kernel

import (
	"sync/atomic"
	"testing"
)

// Each chunk of each job is done once, with more threads than processors and fewer chunks than threads, and also by workers that come late.
func TestPoolDoesEachChunkOnce(t *testing.T) {
	for _, threads := range []int{1, 2, 3, 9} {
		var p pool
		p.start(nil, threads)
		var done [12]atomic.Int32
		for job := range 2000 {
			n := job % (len(done) + 1)
			p.run(n, func(_ *worker, i int) { done[i].Add(1) })
			for i := range done {
				if got := done[i].Swap(0); got != 1 && i < n || got != 0 && i >= n {
					t.Fatalf("%d threads, job %d: chunk %d of %d was done %d times", threads, job, i, n, got)
				}
			}
		}
		p.stop()
		p.run(3, func(w *worker, _ int) { done[0].Add(1) })
		if done[0].Load() != 3 {
			t.Errorf("after stop %d chunks of 3", done[0].Load())
		}
	}
}

// A worker that the system does not run is not waited for: the caller does its chunks.
func TestPoolWithoutItsWorkers(t *testing.T) {
	p := pool{workers: []*worker{{}, {}, {}}}
	p.caller = p.workers[0]
	done := 0
	p.run(5, func(w *worker, _ int) {
		if w == p.caller {
			done++
		}
	})
	if done != 5 {
		t.Errorf("the caller did %d chunks of 5", done)
	}
}

// While a worker is not done with a chunk, the caller parks, so that the worker can have its processor.
func TestPoolCallerParks(t *testing.T) {
	var p pool
	p.start(nil, 2)
	defer p.stop()
	var begun, parked atomic.Bool
	p.run(2, func(w *worker, _ int) {
		if w == p.caller {
			for !begun.Load() { // until the other one has a chunk
				pause()
			}
			return
		}
		begun.Store(true)
		for !p.caller.parked.Load() {
			pause()
		}
		parked.Store(true)
	})
	if !parked.Load() {
		t.Error("the caller returned before the worker was done")
	}
}
