package train

import (
	"context"
	"errors"
	"fmt"

	"glorot/experiments/dataset"
	"glorot/graph"
	"glorot/graph/hook"
	"glorot/graph/kernel"
	"glorot/models"
)

// Options declare a Loop.
type Options struct {
	Model  models.Config      // of type float32
	Params *models.Parameters // trained in place
	Source Source
	Batch  int            // examples of a mini-batch
	Rate   float64        // of SGD, on the mean gradient of the mini-batch
	Engine *kernel.Engine // may be shared with probes
}

// A Loop trains a network.
type Loop struct {
	Net *models.MLP // the graph that trains

	source  Source
	feed    *feed
	machine *graph.Machine
	done    int
	hooks   []scheduled
}

type scheduled struct {
	when hook.Schedule
	do   func(ctx context.Context, update int) error
}

// New compiles the training graph.
func New(o Options) (*Loop, error) {
	net, err := o.Model.Build(o.Params, o.Batch)
	if err != nil {
		return nil, err
	}
	f, err := newFeed(net)
	if err != nil {
		return nil, err
	}
	params, grads := net.Learnables()
	m, err := graph.New(net.Graph, graph.WithEngine(o.Engine), graph.Guard(net.Cost),
		graph.Update(&graph.SGD{Rate: o.Rate}, params, grads))
	if err != nil {
		return nil, err
	}
	return &Loop{Net: net, source: o.Source, feed: f, machine: m}, nil
}

// On calls do before update u whenever s is due at u, u = 0, 1, …, and after the last update of a Run if s is due then. Hooks
// are called in the order of On.
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
		for _, h := range l.hooks {
			if h.when(l.done) {
				if err := h.do(ctx, l.done); err != nil {
					return err
				}
			}
		}
		if l.done >= updates {
			return nil
		}
		if err := l.step(); err != nil {
			return err
		}
	}
}

func (l *Loop) step() error {
	if err := l.source.Next(&l.feed.b); err != nil {
		return fmt.Errorf("update %d: training batch: %w", l.done, err)
	}
	if err := l.feed.target(); err != nil {
		return fmt.Errorf("update %d: training batch: %w", l.done, err)
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

// A DivergedError says that training met a NaN or an infinity. The parameters are those before the update.
type DivergedError struct {
	Update int    // the parameters have had this many updates
	Layer  int    // 1 is the first hidden layer; 0 if the node has no layer
	Node   string // where it first arose
	Value  float64
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

// Batch returns the mini-batch that the last update saw.
func (l *Loop) Batch() *dataset.Batch { return &l.feed.b }
