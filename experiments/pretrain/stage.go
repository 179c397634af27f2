package pretrain

import (
	"context"
	"fmt"

	"glorot/graph/hook"
)

// A Stage pre-trains a network's hidden layers, the first one first. The layers below are run forward, uncorrupted, to make a
// layer's input. It can be stopped between any two updates and resumed from its Checkpoint with the same bits.
type Stage struct {
	o      Options
	done   int     // updates of all layers
	layer  *layer  // the present one; nil between two
	costs  costs   // of the present layer
	layers []Layer // those that are done
	calls  hook.Calls
	failed error // of an update
}

// costs are sums over a layer's updates.
type costs struct {
	First float64 `json:"first"` // over the first window
	Last  float64 `json:"last"`  // over the last window
}

// New checks the options, and trains nothing.
func New(o Options) (*Stage, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	return &Stage{o: o}, nil
}

// On calls do when u updates of all layers together are made, u = 0, 1, …, All, whenever s is due at u: before the first update,
// between two, and after the last. Hooks are called in the order of On, once for each u.
func (s *Stage) On(when hook.Schedule, do func(ctx context.Context, done int) error) {
	s.calls.On(when, do)
}

// Done returns how many updates are made, of all layers together.
func (s *Stage) Done() int { return s.done }

// All returns how many updates there are in all, of all layers together.
func (s *Stage) All() int { return len(s.o.Model.Hidden) * s.o.Updates }

// Layers returns how well the layers that are done reconstruct.
func (s *Stage) Layers() []Layer { return s.layers }

// Run makes the updates that are left. It ends early, between two updates, with ctx's error when ctx is done, with a hook's or the
// source's error, or with a *train.DivergedError, whose update is the layer's. After the first two the stage can be run further; after an
// update failed, Run and Checkpoint return its error again.
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

// number is that of the layer whose update is next, or of the last one; 1 is the first hidden layer.
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
