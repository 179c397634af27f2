package train

import (
	"context"
	"errors"
	"fmt"

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
	Rate   float64        // of the optimizer after its warm-up, on the gradient of the mean cost over the mini-batch; above 0
	Engine *kernel.Engine // closed by the caller; probes and evaluators of the same goroutine may share it

	Optimizer Optimizer
	Curvature *Curvature // a rate for each parameter; instead of an Optimizer

	Schedule       Schedule // of the rate
	LabelSmoothing float64  // in [0, 1): share of the uniform distribution in the targets (Szegedy et al. 2016)
	Seed           uint64   // of the dropout
}

// A Loop trains a network.
type Loop struct {
	Net *models.MLP // the graph that trains

	source  Source
	feed    *feed
	params  *models.Parameters
	machine *graph.Machine
	second  *second // nil without a curvature
	dropout *dropout
	pace    func(done int) // sets the rate of the next update; nil with a curvature
	done    int            // updates
	calls   hook.Calls
	lab     *hook.Lab // observes Net
}

// New compiles the training graph. It fails if the parameters do not fit the model, or if the batch size or a number of the
// optimizer is out of range.
func New(o Options) (*Loop, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	net, err := o.Model.BuildTraining(o.Params, o.Batch)
	if err != nil {
		return nil, err
	}
	f, err := newFeed(net)
	if err != nil {
		return nil, err
	}
	f.smoothing = float32(o.LabelSmoothing)
	d, err := newDropout(o.Model, net, o.Seed)
	if err != nil {
		return nil, err
	}
	l := &Loop{Net: net, source: o.Source, feed: f, dropout: d, params: o.Params, lab: hook.NewLab(net.Graph, graph.WithEngine(o.Engine))}
	updates, err := l.updates(o)
	if err != nil {
		return nil, err
	}
	l.machine, err = graph.New(net.Graph, append(updates, graph.WithEngine(o.Engine), graph.Guard(net.Cost))...)
	if err != nil {
		return nil, err
	}
	return l, nil
}

// On calls do after u = 0, 1, … updates of the parameters, whenever s is due at u: before the first update, between two updates,
// and after the last one of a Run. Hooks are called in the order of On, once for each u.
func (l *Loop) On(s hook.Schedule, do func(ctx context.Context, update int) error) {
	l.calls.On(s, do)
}

// Watch calls f with the values of nodes of Net, which may be gradients, whenever s is due at u, the number of updates so far.
// The values are computed on the mini-batch of the next update, with the parameters before it. At the end of a Run there is no
// next mini-batch, so f is not called. If f fails, the error contains the hook's name, and the Run ends after that update.
//
// A separate machine computes the watched values only when they are due, so that watching changes no weight and costs
// nothing in between. Attach all hooks before the first Run; Watch panics once a hook has been called.
func (l *Loop) Watch(name string, s hook.Schedule, nodes G.Nodes, f hook.Func) {
	l.lab.On(name, s, nodes, f)
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
		if err := l.calls.At(ctx, l.done); err != nil {
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

// Step makes one update and calls only the hooks of Watch. Run is Step with the hooks of On around it and a check of every
// parameter at the end; use Step to time updates. It fails with the same errors as Run.
func (l *Loop) Step() error {
	if err := l.next(); err != nil {
		return err
	}
	l.dropout.draw(l.done)
	watched := l.lab.Probe(l.done) // before the update, which is made even if a hook fails, as its mini-batch is used up
	if err := l.update(); err != nil {
		return err
	}
	return watched
}

// next takes the source's next mini-batch.
func (l *Loop) next() error {
	if err := l.source.Next(&l.feed.b); err != nil {
		return fmt.Errorf("update %d: training batch: %w", l.done, err)
	}
	if err := l.feed.target(); err != nil {
		return fmt.Errorf("update %d: training batch: %w", l.done, err)
	}
	return nil
}

// update changes the parameters by the mini-batch's gradient.
func (l *Loop) update() error {
	if l.second != nil {
		if err := l.second.refresh(l.done); err != nil {
			return fmt.Errorf("update %d: curvature: %w", l.done, err)
		}
	}
	if l.pace != nil {
		l.pace(l.done)
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

// A DivergedError says that training met a NaN or an infinity. No parameter was changed after that. If Node is a parameter, the last
// update made it non-finite; otherwise all parameters are still finite.
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
// pass can be computed again.
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

// finite returns a *DivergedError that names the first parameter that is not finite. A finite cost is not enough at the end: the last
// update may have made a weight infinite, and an infinite weight may hide behind a saturated unit.
func (l *Loop) finite() error {
	for _, p := range l.params.List() {
		x := p.Value.Float32s()
		if k := measure.FirstNonFinite(x); k >= 0 {
			return &DivergedError{Update: l.done, Layer: p.Layer, Node: fmt.Sprintf("input %q", p.Name), Value: float64(x[k])}
		}
	}
	return nil
}

// Batch returns the mini-batch of the last update. The next update overwrites it.
func (l *Loop) Batch() *dataset.Batch { return &l.feed.b }
