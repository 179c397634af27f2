package paper

import (
	"slices"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/train"
)

// Figure 4 has the histograms before training as a frame, of both networks and without the paper's points, which are of the end; and none at times
// at which one network has no histogram.
func TestFigure4Frames(t *testing.T) {
	o := &Observations{Trained: make(map[Subject]*Trained)}
	end := measure.NewHistogram(-1, 1, 3)
	end.Counts[1] = 10
	for _, sub := range shapeset(tanhStandard, softsignStandard) {
		c := long(sub.Network, 20, 1)
		for _, epoch := range []int{4, 8} { // between the first and the end
			l := train.Layers{Update: epochs(epoch)}
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
	give := func(net Network, epoch int) {
		for _, r := range o.Trained[Subject{net, dataset.ShapesetName}].Runs {
			for k := range layers {
				snapshotAt(r, epochs(epoch)).Layers[k].Z.Histogram = *end
			}
		}
	}
	give(tanhStandard, 0)
	give(softsignStandard, 0)
	give(tanhStandard, 4)
	give(softsignStandard, 8)
	give(tanhStandard, 20)
	give(softsignStandard, 20)
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
