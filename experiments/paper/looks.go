package paper

import (
	"math"

	"glorot/experiments/run"
	"glorot/experiments/train"
)

// epochs is that many of 20,000 updates, the unit of Figures 2, 3, 9 and 10.
func epochs(n int) int { return n * train.Epoch }

// lookAt returns the look nearest to a number of updates; nil if none lies within half the distance between two looks there, as after the
// end of a shorter training, or if the training diverged before: what was not observed is unknown.
func lookAt(r *run.Trace, updates int) *train.Layers {
	if len(r.Snapshots) == 0 || r.Diverged != nil && r.Diverged.Update < updates {
		return nil
	}
	i := 0
	for j := range r.Snapshots {
		if apart(r.Snapshots[j].Update, updates) < apart(r.Snapshots[i].Update, updates) {
			i = j
		}
	}
	interval := 0
	switch {
	case updates < r.Snapshots[i].Update && i > 0:
		interval = r.Snapshots[i].Update - r.Snapshots[i-1].Update
	case updates > r.Snapshots[i].Update && i+1 < len(r.Snapshots):
		interval = r.Snapshots[i+1].Update - r.Snapshots[i].Update
	case len(r.Snapshots) > 1: // outside of all looks: as far apart as the last two, or the first two
		near := min(max(i, 1), len(r.Snapshots)-1)
		interval = r.Snapshots[near].Update - r.Snapshots[near-1].Update
	}
	if 2*apart(r.Snapshots[i].Update, updates) > interval {
		return nil
	}
	return &r.Snapshots[i]
}

func apart(a, b int) int { return max(a-b, b-a) }

// lastLook returns the look at the end of a training; nil if there is none, or it diverged.
func lastLook(r *run.Trace) *train.Layers {
	if len(r.Snapshots) == 0 || r.Diverged != nil {
		return nil
	}
	return &r.Snapshots[len(r.Snapshots)-1]
}

// looksWithin returns the looks from one number of updates to another, ends included; none if the training was not observed from the one to
// the other.
func looksWithin(r *run.Trace, from, to int) []train.Layers {
	if lookAt(r, from) == nil || lookAt(r, to) == nil {
		return nil
	}
	var all []train.Layers
	for _, l := range r.Snapshots {
		if l.Update >= from && l.Update <= to {
			all = append(all, l)
		}
	}
	return all
}

// A reading is one number of a layer.
type reading func(l train.Layer) float64

func meanOf(l train.Layer) float64  { return l.Z.Mean }
func stdOf(l train.Layer) float64   { return l.Z.Std }
func stdDSOf(l train.Layer) float64 { return l.DS.Std }
func stdDWOf(l train.Layer) float64 { return l.DW.Std }

// p99Of is the 99th percentile of the activations, on both sides of 0: half the distance from the 1st to the 99th.
func p99Of(l train.Layer) float64 { return (l.Z.P99 - l.Z.P01) / 2 }

// at reads hidden layer k = 1..d; NaN if there is no look.
func (f reading) at(l *train.Layers, k int) float64 {
	if l == nil {
		return math.NaN()
	}
	return f(l.Layers[k-1])
}

// mean averages the readings of layer k over looks; NaN if there are none.
func (f reading) mean(looks []train.Layers, k int) float64 {
	sum := 0.0
	for _, l := range looks {
		sum += f(l.Layers[k-1])
	}
	return sum / float64(len(looks))
}

// least and most return the smallest and the largest reading of layer k over looks; NaN if there are none, or one of them is.
func (f reading) least(looks []train.Layers, k int) float64 {
	if len(looks) == 0 {
		return math.NaN()
	}
	least := math.Inf(1)
	for _, l := range looks {
		least = math.Min(least, f(l.Layers[k-1]))
	}
	return least
}

func (f reading) most(looks []train.Layers, k int) float64 {
	return -reading(func(l train.Layer) float64 { return -f(l) }).least(looks, k)
}

// looksSince returns the looks from a number of updates on.
func looksSince(r *run.Trace, from int) []train.Layers {
	if len(r.Snapshots) == 0 {
		return nil
	}
	return looksWithin(r, from, r.Snapshots[len(r.Snapshots)-1].Update)
}
