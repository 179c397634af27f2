package train

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"math"
	"slices"

	"glorot/graph/hook"

	G "gorgonia.org/gorgonia"
)

// A Tracker computes the requested measures that depend on the last updates. Its state goes into checkpoints, so that it measures the same after
// an interruption.
type Tracker struct {
	loop                *Loop
	updates, successive []Measure
	due                 hook.Schedule
	first               int // the update with which the trajectory begins

	weights  copies  // before the last update
	gradient copies  // dCost/dW of the last update
	pending  numbers // known before the loop has called the hooks of their update: from the gradients, or restored
	now      numbers
}

// copies are vectors of each layer as they were after some updates.
type copies struct {
	update int
	layers [][]float32
}

// store copies vectors.
func (c *copies) store(update, layers int, of func(i int) []float32) {
	if c.layers == nil {
		c.layers = make([][]float32, layers)
	}
	c.update = update
	for i := range c.layers {
		c.layers[i] = append(c.layers[i][:0], of(i)...)
	}
}

// numbers are those of each layer by the measure's name, after some updates.
type numbers struct {
	update int
	of     map[string][]float64
}

// saved is the state of a tracker in a checkpoint.
type saved struct {
	Update   int
	Names    []string // of measures
	Numbers  [][]float64
	Gradient [][]float32
}

// Track makes a tracker of those of the requested measures that depend on the last updates, for the updates at which they are due. It returns nil if
// there are none. The trajectory begins with the update first. The loop may have been resumed from a checkpoint with the tracker's state, which is
// empty if there is none. Track must be called before the first Run.
func (l *Loop) Track(requested []string, due hook.Schedule, first int, state []byte) (*Tracker, error) {
	t := &Tracker{loop: l, due: due, first: first, weights: copies{update: -1}, gradient: copies{update: -1}, pending: numbers{update: -1}, now: numbers{update: -1}}
	for _, m := range requestedMeasures(requested) {
		switch {
		case m.update != nil:
			t.updates = append(t.updates, m)
		case m.successive != nil:
			t.successive = append(t.successive, m)
		}
	}
	if len(t.updates)+len(t.successive) == 0 {
		return nil, nil
	}
	if err := t.restore(state); err != nil {
		return nil, err
	}
	if len(t.updates) > 0 {
		l.On(func(u int) bool { return due(u) || due(u+1) }, func(_ context.Context, u int) error {
			if t.compute(u); due(u + 1) {
				t.weights.store(u, len(l.params.W), t.present)
			}
			return nil
		})
	}
	if len(t.successive) > 0 {
		l.Watch("gradients of successive updates", func(u int) bool { return due(u+1) || due(u+2) }, G.Nodes(l.Net.DW), t.compare)
	}
	return t, nil
}

// present returns the weights of a layer.
func (t *Tracker) present(i int) []float32 { return t.loop.params.W[i].Float32s() }

// compare gets the gradients of the update that follows.
func (t *Tracker) compare(o hook.Observation) error {
	next := o.Update + 1
	if t.due(next) && t.knows(t.gradient, o.Update-1) {
		t.pending = numbers{next, map[string][]float64{}}
		for _, m := range t.successive {
			for i, last := range o.Values {
				t.pending.of[m.Name] = append(t.pending.of[m.Name], m.successive(t.gradient.layers[i], last.Data))
			}
		}
	}
	if t.due(next + 1) {
		t.gradient.store(o.Update, len(o.Values), func(i int) []float32 { return o.Values[i].Data })
	}
	return nil
}

// knows reports whether it has the vectors of an update.
func (t *Tracker) knows(c copies, update int) bool { return update >= 0 && c.update == update }

// compute computes the numbers after an update, unless it has them.
func (t *Tracker) compute(u int) {
	if t.now.update == u {
		return
	}
	t.now = numbers{u, map[string][]float64{}}
	undefined := slices.Repeat([]float64{math.NaN()}, len(t.loop.params.W))
	for _, m := range slices.Concat(t.updates, t.successive) {
		known, isKnown := t.pending.of[m.Name]
		switch {
		case t.pending.update == u && isKnown:
			t.now.of[m.Name] = known
		case u <= t.first || m.successive != nil && u == t.first+1:
			t.now.of[m.Name] = undefined
		case m.update != nil && t.knows(t.weights, u-1):
			for i, before := range t.weights.layers {
				t.now.of[m.Name] = append(t.now.of[m.Name], m.update(before, t.present(i)))
			}
		}
	}
}

// At returns the numbers of each layer by the measure's name, now that the loop has made a number of updates at which they are due: those of the last
// updates, NaN if there are not enough of them. A name is missing if the tracker does not know the updates before it began.
func (t *Tracker) At(u int) map[string][]float64 {
	if t == nil {
		return nil
	}
	t.compute(u)
	return t.now.of
}

// TrackedCopies returns how many copies of all weights, or of their gradients, a tracker of the requested measures holds.
func TrackedCopies(requested []string) int {
	weights, gradients := 0, 0
	for _, m := range requestedMeasures(requested) {
		switch {
		case m.update != nil:
			weights = 1
		case m.successive != nil:
			gradients = 1
		}
	}
	return weights + gradients
}

// UpdatesBefore returns how many updates before a snapshot the requested measures depend on.
func UpdatesBefore(requested []string) (n int) {
	for _, m := range requestedMeasures(requested) {
		switch {
		case m.update != nil:
			n = max(n, 1)
		case m.successive != nil:
			n = max(n, 2)
		}
	}
	return n
}

// State returns the tracker's state after the loop's updates, for a checkpoint. It is nil if nothing of it will be needed.
func (t *Tracker) State() ([]byte, error) {
	if t == nil {
		return nil, nil
	}
	s := saved{Update: t.loop.done}
	if t.due(s.Update) {
		known := t.At(s.Update)
		for _, m := range slices.Concat(t.updates, t.successive) {
			if layers, ok := known[m.Name]; ok {
				s.Names, s.Numbers = append(s.Names, m.Name), append(s.Numbers, layers)
			}
		}
	}
	if t.due(s.Update+1) && t.knows(t.gradient, s.Update-1) {
		s.Gradient = t.gradient.layers
	}
	if s.Names == nil && s.Gradient == nil {
		return nil, nil
	}
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(s)
	return b.Bytes(), err
}

// restore takes a state that a tracker of the same network saved at this update, perhaps for other measures.
func (t *Tracker) restore(state []byte) error {
	if len(state) == 0 {
		return nil
	}
	var s saved
	if err := gob.NewDecoder(bytes.NewReader(state)).Decode(&s); err != nil {
		return fmt.Errorf("the state of the measures: %w", err)
	}
	layers := len(t.loop.params.W)
	fits := s.Update == t.loop.done && len(s.Names) == len(s.Numbers) && (s.Gradient == nil || len(s.Gradient) == layers)
	for _, n := range s.Numbers {
		fits = fits && len(n) == layers
	}
	for i, g := range s.Gradient {
		fits = fits && len(g) == len(t.present(i))
	}
	if !fits {
		return fmt.Errorf("the state of the measures, of update %d, does not fit the network after %d updates", s.Update, t.loop.done)
	}
	if s.Names != nil {
		t.pending = numbers{s.Update, map[string][]float64{}}
		for i, name := range s.Names {
			t.pending.of[name] = s.Numbers[i]
		}
	}
	if s.Gradient != nil {
		t.gradient = copies{s.Update - 1, s.Gradient}
	}
	return nil
}
