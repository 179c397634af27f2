package bench

import (
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"text/tabwriter"
	"time"

	"glorot/graph"
	"glorot/graph/kernel"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A Comparison is the time of training steps of one network on Gorgonia's tape machine and on graph.Machine, all with Adam.
type Comparison struct {
	Network string `json:"network"`
	Dtype   string `json:"dtype"`
	Kernels string `json:"kernels"`
	Threads int    `json:"threads"`
	Clock   string `json:"clock"` // CPU for the time of one thread, wall for that of several and where no CPU time is to be had

	Tape   Times `json:"tape_machine"` // with Gorgonia's solver
	Solver Times `json:"solver"`       // graph.Machine with Gorgonia's solver
	Update Times `json:"update"`       // graph.Machine with the update in its plan

	SolverRatio float64 `json:"solver_ratio"` // of the shortest times
	UpdateRatio float64 `json:"update_ratio"`
	Allocs      float64 `json:"allocs_per_update"`
}

const adamRate = 1e-4

// contestant is a network on one machine.
type contestant struct {
	vm     G.VM
	solver G.Solver // nil if the plan has the update
	params []G.ValueGrad
	clock  clock
}

func (c *contestant) step() error {
	if err := c.vm.RunAll(); err != nil {
		return err
	}
	defer c.vm.Reset() // gives the tape machine's memory away, that of the gradients too
	if c.solver == nil {
		return nil
	}
	return c.solver.Step(c.params)
}

// Compare measures the network called name, in turns in this process, with as many threads for Gorgonia as for the kernels. Of the options
// it reads Set, Threads and Rounds.
func Compare(ctx context.Context, name string, dtype tensor.Dtype, o Options) (c Comparison, err error) {
	o = o.defaults()
	if o.Threads < 1 || o.Rounds < 1 {
		return c, fmt.Errorf("bench: threads %d, rounds %d; want both at least 1", o.Threads, o.Rounds)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(o.Threads)) // gonum's products run on as many
	engine, err := kernel.New(kernel.Options{Set: o.Set, Threads: o.Threads})
	if err != nil {
		return c, err
	}
	defer engine.Close()
	var all [3]*contestant
	for i, prepare := range []func(*net, *kernel.Engine) (*contestant, error){onTape, withSolver, withUpdate} {
		n, err := newNet(name, dtype)
		if err != nil {
			return c, err
		}
		if all[i], err = prepare(n, engine); err != nil {
			return c, err
		}
		defer all[i].vm.Close()
	}
	timer, now := spentClock, spent
	if o.Threads > 1 { // their CPU times add up
		begin := time.Now()
		timer, now = "wall", func() time.Duration { return time.Since(begin) }
	}
	if err := race(ctx, all[:], o.Rounds, now); err != nil {
		return c, fmt.Errorf("bench: %s: %w", name, err)
	}
	c = Comparison{Network: name, Dtype: dtype.String(), Kernels: engine.Set(), Threads: engine.Threads(), Clock: timer,
		Tape: all[0].clock.times(), Solver: all[1].clock.times(), Update: all[2].clock.times()}
	c.SolverRatio, c.UpdateRatio = c.Tape.Min/c.Solver.Min, c.Tape.Min/c.Update.Min
	c.Allocs = math.Inf(1)
	for range 5 { // the minimum, because the runtime's own goroutines allocate now and then
		n, err := allocations(all[2].step)
		if err != nil {
			return c, err
		}
		c.Allocs = min(c.Allocs, n)
	}
	return c, nil
}

// race has the contestants take turns: each round is ten steps of each, after one that fills caches and memory.
func race(ctx context.Context, all []*contestant, rounds int, now func() time.Duration) error {
	for round := range rounds + 1 {
		for _, c := range all {
			for range 10 {
				if err := ctx.Err(); err != nil {
					return err
				}
				before := now()
				if err := c.step(); err != nil {
					return err
				}
				c.clock.ms = append(c.clock.ms, float64(now()-before)/float64(time.Millisecond))
			}
			if round == 0 {
				c.clock = clock{}
			}
		}
		runtime.GC() // so that nobody pays for the tape machine's garbage of the round
	}
	return nil
}

func onTape(n *net, _ *kernel.Engine) (*contestant, error) {
	return &contestant{vm: G.NewTapeMachine(n.graph, G.BindDualValues(n.params...)), solver: adam(), params: G.NodesToValueGrads(n.params)}, nil
}

func withSolver(n *net, e *kernel.Engine) (*contestant, error) {
	m, err := graph.New(n.graph, graph.WithEngine(e))
	return &contestant{vm: m, solver: adam(), params: G.NodesToValueGrads(n.params)}, err
}

func withUpdate(n *net, e *kernel.Engine) (*contestant, error) {
	m, err := graph.New(n.graph, graph.WithEngine(e), graph.Observe(n.cost), graph.Update(graph.NewAdam(adamRate), n.params, n.grads))
	return &contestant{vm: m}, err
}

func adam() G.Solver { return G.NewAdamSolver(G.WithLearnRate(adamRate)) }

// WriteComparisons writes a table for readers.
func WriteComparisons(w io.Writer, list []Comparison) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "network\ttype\ttape machine\tMachine, solver\tMachine, Update\ttape/solver\ttape/Update\tallocations\t")
	for _, c := range list {
		fmt.Fprintf(t, "%s\t%s\t%.3f\t%.3f\t%.3f\t%.2f\t%.2f\t%.0f\t\n", c.Network, c.Dtype, c.Tape.Min, c.Solver.Min, c.Update.Min,
			c.SolverRatio, c.UpdateRatio, c.Allocs)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	c := list[0]
	_, err := fmt.Fprintf(w, "The least %s time in ms of %d steps with Adam; threads: %d, kernels: %s.\n", c.Clock, c.Update.Runs, c.Threads, c.Kernels)
	return err
}
