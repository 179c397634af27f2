package paper

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/results"
	"glorot/experiments/paper/setup"
	"glorot/experiments/run"
)

// What is drawn is trained again, as far as asked for; a digest that differs ends the study, names the archive and the update.
func TestVerify(t *testing.T) {
	run1 := func(fsys fs.FS, verify int) (*Results, error) {
		scale, err := setup.ScaleByName("kept")
		if err != nil {
			t.Fatal(err)
		}
		s, err := NewStudy(plan.Options{Scale: scale, Seed: 1, Threads: 1, Only: []string{"fig10"}, Verify: verify, Store: run.NewStore("", run.Archives{FS: fsys, Name: "kept"})})
		if err != nil {
			t.Fatal(err)
		}
		return s.Run(context.Background())
	}
	r, err := run1(results.FS, 20)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Figures) != 1 || len(r.Trainings) != 1 || r.Trainings[0].Source != plan.Verified || r.Trainings[0].Verified != 20 {
		t.Errorf("%d figures, %+v", len(r.Figures), r.Trainings)
	}
	damaged := fstest.MapFS{}
	names, err := fs.Glob(results.FS, "shapeset-tanh-normalized-*.gz")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		src, err := fs.ReadFile(results.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		src[len(src)/2] ^= 4
		damaged[name] = &fstest.MapFile{Data: src}
	}
	if _, err := run1(damaged, 0); err == nil || !strings.Contains(err.Error(), "kept/shapeset-tanh-normalized-") || !strings.Contains(err.Error(), "is damaged") {
		t.Errorf("a bit was changed: %v", err)
	}
	for _, verify := range []int{0, 3} { // no digest of an update is compared
		if r, err = run1(results.FS, verify); err != nil || r.Trainings[0].Source != plan.Stored || r.Trainings[0].Note == "" {
			t.Errorf("%d updates: %+v, %v", verify, r.Trainings, err)
		}
	}
	changed := fstest.MapFS{}
	for _, name := range names {
		a, err := run.OpenArchive(results.FS, name, "kept")
		if err != nil {
			t.Fatal(err)
		}
		h, err := a.History()
		if err != nil {
			t.Fatal(err)
		}
		for i := range h.Digests {
			if r := &h.Digests[i]; r.Update == 20 {
				r.Tensors = maps.Clone(r.Tensors)
				r.SHA256, r.Tensors["W3"] = "0"+r.SHA256[1:]+"0", "0"
			}
		}
		a, err = run.NewArchive(run.Schedule{Every: 1}, h) // with all the histograms that it has
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := a.WriteArchive(&b); err != nil {
			t.Fatal(err)
		}
		changed[name] = &fstest.MapFile{Data: b.Bytes()}
	}
	_, err = run1(changed, 20)
	var differs *plan.DifferenceError
	if !errors.As(err, &differs) || differs.Update != 20 || !strings.Contains(differs.Archive, "shapeset-tanh-normalized") || !strings.Contains(differs.What, "W3") {
		t.Errorf("a digest was changed: %v", err)
	}
}
