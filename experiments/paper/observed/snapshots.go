package observed

import (
	"math"

	"glorot/experiments/run"
	"glorot/experiments/train"
)

// Epochs returns the updates of n epochs of 20,000, the unit of Figures 2, 3, 9 and 10.
func Epochs(n int) int { return n * train.Epoch }

// SnapshotAt returns the snapshot nearest to a number of updates. It returns nil if none lies within half the interval between snapshots there,
// for instance after the end of a shorter training, or if the training diverged before: what was not observed is unknown.
func SnapshotAt(r *run.Trace, updates int) *train.Layers {
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
	case len(r.Snapshots) > 1: // before the first or after the last snapshot: the interval between the two nearest
		near := min(max(i, 1), len(r.Snapshots)-1)
		interval = r.Snapshots[near].Update - r.Snapshots[near-1].Update
	}
	if 2*apart(r.Snapshots[i].Update, updates) > interval {
		return nil
	}
	return &r.Snapshots[i]
}

func apart(a, b int) int { return max(a-b, b-a) }

// LastSnapshot returns the snapshot at the end of a training; nil if there is none or the training diverged.
func LastSnapshot(r *run.Trace) *train.Layers {
	if len(r.Snapshots) == 0 || r.Diverged != nil {
		return nil
	}
	return &r.Snapshots[len(r.Snapshots)-1]
}

// SnapshotsWithin returns the snapshots from one number of updates to another, both included; none if the training was not observed over that
// whole range.
func SnapshotsWithin(r *run.Trace, from, to int) []train.Layers {
	if SnapshotAt(r, from) == nil || SnapshotAt(r, to) == nil {
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

// A reading is one statistic of a layer.
type Reading func(l train.Layer) float64

// MeanOf is the mean of the activations.
func MeanOf(l train.Layer) float64 { return l.Z.Mean }

// StdOf is the standard deviation of the activations.
func StdOf(l train.Layer) float64 { return l.Z.Std }

// StdDSOf is the standard deviation of the back-propagated gradients.
func StdDSOf(l train.Layer) float64 { return l.DS.Std }

// StdDWOf is the standard deviation of the weight gradients.
func StdDWOf(l train.Layer) float64 { return l.DW.Std }

// P99Of is the 99th percentile of the activations, averaged over both sides of 0: half the distance from the 1st to the 99th.
func P99Of(l train.Layer) float64 { return (l.Z.P99 - l.Z.P01) / 2 }

// At reads hidden layer k = 1..d; NaN if there is no snapshot.
func (f Reading) At(l *train.Layers, k int) float64 {
	if l == nil {
		return math.NaN()
	}
	return f(l.Layers[k-1])
}

// Mean averages the reading of layer k over snapshots; NaN if there are none.
func (f Reading) Mean(snapshots []train.Layers, k int) float64 {
	sum := 0.0
	for _, l := range snapshots {
		sum += f(l.Layers[k-1])
	}
	return sum / float64(len(snapshots))
}

// Least returns the smallest reading of layer k over snapshots; NaN if there are none or a reading is NaN.
func (f Reading) Least(snapshots []train.Layers, k int) float64 {
	if len(snapshots) == 0 {
		return math.NaN()
	}
	least := math.Inf(1)
	for _, l := range snapshots {
		least = math.Min(least, f(l.Layers[k-1]))
	}
	return least
}

// Most returns the largest.
func (f Reading) Most(snapshots []train.Layers, k int) float64 {
	return -Reading(func(l train.Layer) float64 { return -f(l) }).Least(snapshots, k)
}

// SnapshotsSince returns the snapshots from a number of updates to the end.
func SnapshotsSince(r *run.Trace, from int) []train.Layers {
	if len(r.Snapshots) == 0 {
		return nil
	}
	return SnapshotsWithin(r, from, r.Snapshots[len(r.Snapshots)-1].Update)
}
