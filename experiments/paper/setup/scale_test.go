package setup

import (
	"slices"
	"testing"

	"glorot/experiments/dataset"
)

// The scales are whole, and as long as they say; a number of updates is one.
func TestScales(t *testing.T) {
	for _, s := range Scales() {
		got, err := ScaleByName(s.Name)
		if err != nil || got != s {
			t.Errorf("%s: %+v, %v", s.Name, got, err)
		}
		if err := s.Validate(); err != nil {
			t.Error(err)
		}
		if s.Width != 1000 {
			t.Errorf("%s has width %d, the paper's is 1000", s.Name, s.Width)
		}
	}
	if s, _ := ScaleByName("paper"); s.Updates != 2_500_000 { // Figure 11: 2.5e7 examples in mini-batches of 10
		t.Errorf("paper has %d updates", s.Updates)
	}
	if _, err := ScaleByName("huge"); err == nil || err.Error() != `unknown scale "huge"; want kept, smoke, quick, paper or a number of updates` {
		t.Errorf("got %v", err)
	}
	n, err := ScaleByName("300000")
	if err != nil || n.Updates != 300_000 || n.Observe != 4_000 || n.Test != 10_000 || fifth(n.Updates) != 60_000 || !n.Search || !n.Side {
		t.Errorf("300000: %+v, %v", n, err)
	}
	if err := n.Validate(); err != nil {
		t.Error(err)
	}
	n.Passes = 20
	if n.Length(0) != 300_000 || n.Length(50_000) != 100_000 { // MNIST's 50,000 images 20 times, by tens
		t.Errorf("%d updates on endless data, %d on 50,000 images", n.Length(0), n.Length(50_000))
	}
	if n.SearchLength(0) != 60_000 || n.SearchLength(50_000) != 20_000 { // a fifth
		t.Errorf("the search has %d updates on endless data, %d on 50,000 images", n.SearchLength(0), n.SearchLength(50_000))
	}
	n.Short = 1
	if n.SearchLength(0) != 60_000 || n.SearchLength(50_000) != 5_000 {
		t.Errorf("the search has %d updates on endless data, %d on 50,000 images once", n.SearchLength(0), n.SearchLength(50_000))
	}
	if o := n.Whole(TanhStandard.On("mnist"), 100_000, true); o.Layers.Every != 1250 || o.Errors.Every != 4000 || o.Gradients || o.Jacobians.At != nil {
		t.Errorf("recorded on MNIST: %+v", o)
	}
	if o := n.Whole(TanhStandard.On(dataset.ShapesetName), 300_000, true); o.Layers.Every != 4000 || o.Errors.Every != 10_000 || !o.Gradients || !slices.Equal(o.Jacobians.At, []int{0, 20_000, 80_000, 300_000}) {
		t.Errorf("recorded on Shapeset: %+v", o)
	}
	if got := jacobianTimes(PaperUpdates); !slices.Equal(got, []int{0, 160_000, 620_000, PaperUpdates}) {
		t.Errorf("Jacobians of the paper's length at %v", got)
	}
	if got := jacobianTimes(3); !slices.Equal(got, []int{0, 1, 3}) {
		t.Errorf("Jacobians of 3 updates at %v", got)
	}
}

// Pre-training is as long beside the fine-tuning as 30 epochs of 100,000 images are beside the paper's 2.5e7 examples, and has a search of
// its own, as every depth has; variants have the choice of what they are compared with.
func TestPreTrainingAndRepresentatives(t *testing.T) {
	if got := pretraining(PaperUpdates); got != 300_000 {
		t.Errorf("%d updates a layer, want 300000", got)
	}
	if got := pretraining(1); got != 1 {
		t.Errorf("%d updates a layer, want 1", got)
	}
	shallow, growing, sigmoid := TanhNormalized.WithDepth(3), TanhNormalized.WithWidths(Growing), Network{Activation: "sigmoid", Init: "standard", Depth: 2}
	for _, c := range []struct{ net, want Network }{
		{TanhPreTrained, TanhPreTrained}, {SigmoidPreTrained, SigmoidPreTrained}, {TanhQuadratic, TanhQuadratic},
		{TanhNormalized.WithMethod(Hessian), TanhNormalized.WithMethod(Hessian)}, {Sigmoid4, Sigmoid4}, {Sigmoid5, Sigmoid5},
		{TanhFigure, TanhNormalized}, {shallow, shallow}, {growing, TanhNormalized}, {sigmoid, sigmoid},
	} {
		if got := (c.net.On("mnist")).Representative(); got != (c.want.On("mnist")) {
			t.Errorf("%v has the rate of %v, want that of %v", c.net, got, c.want)
		}
	}
	// A scale without a search takes what was found of the same network without pre-training.
	if got := KeptSearchOf(TanhPreTrained); got != TanhNormalized {
		t.Errorf("found as %v", got)
	}
}
