package pretrain

import (
	"context"
	"fmt"

	"glorot/graph/hook"
)

// A Stage pre-trains a network's hidden layers, the first one first. A layer's input is the uncorrupted forward pass through
// the layers below. A Stage can be stopped between any two updates and resumed from its Checkpoint with bit-identical
// results.
type Stage struct {
	o      Options
	done   int     // updates of all layers
	layer  *layer  // the current layer; nil between two layers
	costs  costs   // of the current layer
	layers []Layer // the finished ones
	calls  hook.Calls
	failed error // of an update
}

// costs are sums over a layer's updates.
type costs struct {
	First float64 `json:"first"` // over the first window
	Last  float64 `json:"last"`  // over the last window
}

// New checks the options. It does not train yet.
func New(o Options) (*Stage, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	return &Stage{o: o}, nil
}

// On calls do after u = 0, 1, …, All updates of all layers together, whenever s is due at u: before the first update, between
// two, and after the last. Hooks are called in the order of On, once for each u.
func (s *Stage) On(when hook.Schedule, do func(ctx context.Context, done int) error) {
	s.calls.On(when, do)
}

// Done returns how many updates have been made, in all layers together.
func (s *Stage) Done() int { return s.done }

// All returns how many updates there will be, in all layers together.
func (s *Stage) All() int { return len(s.o.Model.Hidden) * s.o.Updates }

// Layers returns how well the finished layers reconstruct.
func (s *Stage) Layers() []Layer { return s.layers }

// Run makes the remaining updates. It ends early, between two updates, with ctx's error when ctx is done, with a hook's or the source's
// error, or with a *train.DivergedError, whose update is counted within the layer. After ctx's, a hook's or the source's error Run can
// be called again; after a failed update, Run and Checkpoint return its error again.
func (s *Stage) Run(ctx context.Context) error {
	for {
		if s.failed != nil {
			return s.failed
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("pre-training layer %d: %w", s.number(), err)
		}
		if err := s.calls.At(ctx, s.done); err != nil {
			return err
		}
		if s.done == s.All() {
			return nil
		}
		if err := s.step(); err != nil {
			s.failed = fmt.Errorf("pre-training layer %d: %w", s.number(), err)
		}
	}
}

// number is the number of the layer whose update is next, or of the last layer; 1 is the first hidden layer.
func (s *Stage) number() int { return min(s.done/s.o.Updates+1, len(s.o.Model.Hidden)) }

// step makes the next update.
func (s *Stage) step() (err error) {
	u := s.done % s.o.Updates
	if s.layer == nil {
		if s.layer, err = newLayer(s.o, s.number()-1); err != nil {
			return err
		}
	}
	cost, err := s.layer.step(s.o.Source, u)
	if err != nil {
		return err
	}
	window := min(Window, s.o.Updates)
	if u < window {
		s.costs.First += cost
	}
	if u >= s.o.Updates-window {
		s.costs.Last += cost
	}
	if u == s.o.Updates-1 {
		if err := s.layer.finite(s.o.Updates); err != nil {
			return err
		}
		s.layers = append(s.layers, Layer{Layer: s.number(), First: s.costs.First / float64(window), Last: s.costs.Last / float64(window)})
		s.layer, s.costs = nil, costs{}
	}
	s.done++
	return nil
}
