package paper

import (
	"context"
	"testing"

	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/results"
	"glorot/experiments/svm"
)

// The support vector machine is trained once, kept, and judged against the network on the same test images.
func TestStudySVM(t *testing.T) {
	if _, err := svm.Find(); err != nil {
		t.Skip(err)
	}
	scale := tiny
	scale.SVM = 60
	o := plan.Options{Scale: scale, Seed: 1, Only: []string{"C38"}, Store: results.NewStore(t.TempDir())}
	first := newStudy(t, o)
	r, err := first.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	got := first.obs.SVM
	if got == nil || got.Images != 60 || got.Wrong.Len() != scale.Images || got.Wrong.Count() == 0 || got.Wrong.Count() == scale.Images || got.SupportVectors < 9 || got.SupportVectors > 60 || got.C == 0 {
		t.Fatalf("%+v", got)
	}
	o.KeptOnly = true
	again, err := newStudy(t, o).Run(context.Background())
	if err != nil || fingerprint(t, again) != fingerprint(t, r) {
		t.Errorf("what was kept is another machine: %v", err)
	}
}

// A scale without a support vector machine, or one that keeps none and trains nothing, leaves its claim open.
func TestStudyWithoutSVM(t *testing.T) {
	for _, images := range []int{0, 60} {
		scale := tiny
		scale.SVM = images
		s := newStudy(t, plan.Options{Scale: scale, Seed: 1, Only: []string{"C38"}, KeptOnly: images > 0})
		s.obs = s.observations()
		if j, wanted := s.svmJob(); wanted || s.obs.SVM != nil {
			t.Errorf("%d images: a job %q", images, j.Name)
		}
	}
}
