package train

import (
	"context"
	"errors"
	"fmt"
	"math"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/graph"
	"glorot/graph/hook"
	"glorot/graph/kernel"
	"glorot/models"

	G "gorgonia.org/gorgonia"
)

// Options declare a Loop.
type Options struct {
	Model  models.Config      // of type float32
	Params *models.Parameters // trained in place
	Source Source
	Batch  int            // examples of a mini-batch
	Rate   float64        // of SGD, on the gradient of the mean cost over the mini-batch; above 0
	Engine *kernel.Engine // closed by the caller; probes and evaluators used by the same goroutine may share it

	Curvature *Curvature // nil for plain SGD, one rate for all parameters
}

// A Loop trains a network.
type Loop struct {
	Net *models.MLP // the graph that trains

	source  Source
	feed    *feed
	params  *models.Parameters
	machine *graph.Machine
	second  *second // nil for plain SGD
	done    int     // updates
	seen    int     // the last update at which all hooks were called, -1 before
	hooks   []scheduled
}

type scheduled struct {
	when hook.Schedule
	do   func(ctx context.Context, update int) error
}

// New compiles the training graph. It fails when the parameters are not those of the model, or when the batch or the rate is out of
// its limits.
func New(o Options) (*Loop, error) {
	if !(o.Rate > 0) || math.IsInf(o.Rate, 1) {
		return nil, fmt.Errorf("a rate of %v; want a number above 0", o.Rate)
	}
	net, err := o.Model.Build(o.Params, o.Batch)
	if err != nil {
		return nil, err
	}
	f, err := newFeed(net)
	if err != nil {
		return nil, err
	}
	l := &Loop{Net: net, source: o.Source, feed: f, params: o.Params, seen: -1}
	params, grads := net.Learnables()
	updates := []graph.Option{graph.Update(&graph.SGD{Rate: o.Rate}, params, grads)}
	if o.Curvature != nil {
		if l.second, err = newSecond(o, net); err != nil {
			return nil, err
		}
		updates = l.second.updates(params, grads)
	}
	l.machine, err = graph.New(net.Graph, append(updates, graph.WithEngine(o.Engine), graph.Guard(net.Cost))...)
	if err != nil {
		return nil, err
	}
	return l, nil
}

// On calls do when the parameters have had u updates, u = 0, 1, …, whenever s is due at u: before the first update, between two,
// and after the last one of a Run. Hooks are called in the order of On, once for each u.
func (l *Loop) On(s hook.Schedule, do func(ctx context.Context, update int) error) {
	l.hooks = append(l.hooks, scheduled{s, do})
}

// Updates returns how many updates the parameters have had.
func (l *Loop) Updates() int { return l.done }

// Run trains until the parameters have had the given number of updates. It ends early, between two updates, with ctx's error when
// ctx is done, with a hook's or the source's error, or with a *DivergedError.
func (l *Loop) Run(ctx context.Context, updates int) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := l.look(ctx); err != nil {
			return err
		}
		if l.done >= updates {
			return l.finite()
		}
		if err := l.Step(); err != nil {
			return err
		}
	}
}

// look calls the hooks that are due, unless they were called at this update.
func (l *Loop) look(ctx context.Context) error {
	if l.seen == l.done {
		return nil
	}
	for _, h := range l.hooks {
		if h.when(l.done) {
			if err := h.do(ctx, l.done); err != nil {
				return err
			}
		}
	}
	l.seen = l.done
	return nil
}

// Step makes one update and calls no hooks. Run is Step with the hooks around it and a look at every parameter when it ends; whoever
// times updates wants Step. It fails as Run does.
func (l *Loop) Step() error {
	if err := l.source.Next(&l.feed.b); err != nil {
		return fmt.Errorf("update %d: training batch: %w", l.done, err)
	}
	if err := l.feed.target(); err != nil {
		return fmt.Errorf("update %d: training batch: %w", l.done, err)
	}
	if l.second != nil {
		if err := l.second.refresh(l.done); err != nil {
			return fmt.Errorf("update %d: curvature: %w", l.done, err)
		}
	}
	if err := l.machine.RunAll(); err != nil {
		var nf *graph.NonFiniteError
		if errors.As(err, &nf) {
			return l.diverged(nf)
		}
		return fmt.Errorf("update %d: %w", l.done, err)
	}
	l.done++
	return nil
}

// A DivergedError says that training met a NaN or an infinity. No parameter was changed after it was met: if Node is a parameter, the
// last update made it, otherwise the parameters are finite and the next update would have.
type DivergedError struct {
	Update int     // the parameters have had this many updates
	Layer  int     // 1 is the first hidden layer; 0 if the node has no layer
	Node   string  // where it first arose: its name and op
	Value  float64 // NaN or an infinity
}

func (e *DivergedError) Error() string {
	return fmt.Sprintf("training diverged: %v first arose at update %d, layer %d, in %s", e.Value, e.Update, e.Layer, e.Node)
}

// diverged finds where the first non-finite number arose. The machine stopped before changing any parameter, so the forward
// pass can be looked at again.
func (l *Loop) diverged(found *graph.NonFiniteError) error {
	first, err := l.machine.FirstNonFinite()
	if err != nil {
		return fmt.Errorf("update %d: %w", l.done, err)
	}
	if first == nil {
		first = found
	}
	return &DivergedError{Update: l.done, Layer: l.Net.Layer(first.Node), Node: graph.Describe(first.Node), Value: first.Value}
}

// finite returns a *DivergedError that names the first parameter that is not finite. The cost alone does not tell at the end: the last
// update may have made it, and an infinite weight may hide behind a saturated unit.
func (l *Loop) finite() error {
	for i := range l.params.W {
		for _, p := range []struct {
			node *G.Node
			x    []float32
		}{{l.Net.W[i], l.params.W[i].Float32s()}, {l.Net.B[i], l.params.B[i].Float32s()}} {
			if k := measure.FirstNonFinite(p.x); k >= 0 {
				return &DivergedError{Update: l.done, Layer: i + 1, Node: graph.Describe(p.node), Value: float64(p.x[k])}
			}
		}
	}
	return nil
}

// Batch returns the mini-batch that the last update saw. It is overwritten by the next.
func (l *Loop) Batch() *dataset.Batch { return &l.feed.b }
