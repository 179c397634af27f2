package kernel

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// EnvSet is the environment variable that names the kernel set when [Options] does not.
const EnvSet = "GLOROT_KERNELS"

// Options chooses how an [Engine] computes. It never changes what is computed.
type Options struct {
	Set     string // "avx512", "avx2", "neon" or "portable"; "" means GLOROT_KERNELS, or else the best the processor has
	Threads int    // 0 means runtime.NumCPU()
}

// An Engine runs one kernel set on a fixed number of threads. It owns scratch memory and goroutines, and is used by one
// goroutine at a time. Methods do not allocate, except for scratch memory at the first call of a size.
//
// All matrices are row-major and dense; the dimensions are arguments, and a slice may be longer than they say. A
// method panics if a slice is shorter or a dimension is negative. The destination does not overlap an input, except where a
// method says so.
type Engine struct {
	set     *set
	pool    pool
	job     job
	scratch []float32    // operands packed for all workers
	acc     [2][]float32 // sums of a thin product, first and second chains

	// What the threads work on.
	product64 product64
	rule32    ruleJob[float32]
	rule64    ruleJob[float64]
	partial   []float64 // sums of squares by chunk
}

// New returns an engine. The error names a set that is unknown or that this processor cannot run.
func New(o Options) (*Engine, error) {
	s, err := choose(o.Set)
	if err != nil {
		return nil, err
	}
	if o.Threads < 0 {
		return nil, fmt.Errorf("kernel: %d threads; want 1 or more, or 0 for one per processor", o.Threads)
	}
	if o.Threads == 0 {
		o.Threads = runtime.NumCPU()
	}
	e := &Engine{set: s}
	e.pool.start(e, o.Threads)
	return e, nil
}

// Portable returns an engine of the portable set on one thread. It needs no Close.
func Portable() *Engine {
	e := &Engine{set: &portable}
	e.pool.start(e, 1)
	return e
}

// Set returns the name of the kernel set: "avx512", "avx2", "neon" or "portable".
func (e *Engine) Set() string { return e.set.name }

// Threads returns the number of threads, the caller's included.
func (e *Engine) Threads() int { return len(e.pool.workers) }

// Close stops the engine's goroutines. Calls after it, also of Close, run on the caller's thread.
func (e *Engine) Close() { e.pool.stop() }

// Sets returns the names of the sets that this processor can run, best first.
func Sets() []string {
	var names []string
	for _, s := range sets() {
		if s.missing == "" {
			names = append(names, s.name)
		}
	}
	return names
}

// A candidate is a set and the instructions that this processor lacks for it.
type candidate struct {
	*set
	missing string
}

func choose(name string) (*set, error) {
	from := "kernel set"
	if name == "" {
		name = os.Getenv(EnvSet)
		from = EnvSet + ": kernel set"
	}
	for _, s := range sets() {
		switch {
		case name == "" && s.missing == "":
			return s.set, nil
		case name == s.name && s.missing != "":
			return nil, fmt.Errorf("%s %s needs %s, which this processor lacks; it can run %s",
				from, name, s.missing, strings.Join(Sets(), ", "))
		case name == s.name:
			return s.set, nil
		}
	}
	return nil, fmt.Errorf("%s %q is unknown; want avx512, avx2, neon or portable", from, name)
}
