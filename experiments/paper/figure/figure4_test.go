package figure

import (
	"slices"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/setup"
	"glorot/experiments/train"
)

// Figure 4 has the histograms before training as a frame, of both networks and without the paper's points, which are of the end; and none at times
// at which one network has no histogram.
func TestFigure4Frames(t *testing.T) {
	o := &observed.Observations{Trained: make(map[setup.Subject]*observed.Trained)}
	end := measure.NewHistogram(-1, 1, 3)
	end.Counts[1] = 10
	for _, sub := range setup.Shapeset(setup.TanhStandard, setup.SoftsignStandard) {
		c := long(sub.Network, 30, 1)
		for _, epoch := range []int{4, 8, 20} { // between the first and the end
			l := train.Layers{Update: observed.Epochs(epoch)}
			for k := range sub.Depth {
				l.Layers = append(l.Layers, train.Layer{Layer: k + 1, Z: &measure.Summary{}})
			}
			c.Runs[0].Snapshots = append(c.Runs[0].Snapshots, l)
		}
		slices.SortFunc(c.Runs[0].Snapshots, func(a, b train.Layers) int { return a.Update - b.Update })
		o.Trained[sub] = c
	}
	f, err := figure4(o)
	if err != nil {
		t.Fatal(err)
	}
	if f.Time != "at the end" || len(f.Panels) != 2 || len(f.Frames) != 0 {
		t.Fatalf("at %q: %d panels, %d frames", f.Time, len(f.Panels), len(f.Frames))
	}
	give := func(net setup.Network, epoch int) {
		for _, r := range o.Trained[net.On(dataset.ShapesetName)].Runs {
			for k := range setup.Layers {
				observed.SnapshotAt(r, observed.Epochs(epoch)).Layers[k].Z.Histogram = *end
			}
		}
	}
	give(setup.TanhStandard, 0)
	give(setup.SoftsignStandard, 0)
	give(setup.TanhStandard, 4)
	give(setup.SoftsignStandard, 8)
	give(setup.TanhStandard, 20)
	give(setup.SoftsignStandard, 20)
	f, err = figure4(o)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Frames) != 2 || f.Frames[0].Time != "before training" || f.Frames[1].Time != "after 20 epochs" {
		t.Fatalf("%d frames: %+v", len(f.Frames), f.Frames)
	}
	for _, frame := range f.Frames {
		if len(frame.Panels) != 2 {
			t.Errorf("%s: %d panels", frame.Time, len(frame.Panels))
		}
		for _, p := range frame.Panels {
			for _, s := range p.Series {
				if s.Printed {
					t.Errorf("%s: the paper's points", frame.Time)
				}
			}
		}
	}
}
