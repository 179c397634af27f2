package paper

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
)

// What is drawn is kept, at its length, with the first digests; and where a rate was chosen by validation error, that of the kept candidates at
// the same input scale is the lowest.
func TestDrawings(t *testing.T) {
	scale, err := ScaleByName("kept")
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewStudy(Options{Scale: scale, Seed: 1, Store: NewStore("")})
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := s.begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	left := slices.Clone(drawings())
	for _, sub := range union(p.needs.trained, p.needs.compared) {
		for _, role := range []string{ownScale, commonScale} {
			d, ok := drawn(sub, role)
			if !ok {
				continue
			}
			left = slices.DeleteFunc(left, func(x drawing) bool { return x == d })
			checkDrawing(t, p, sub, d)
		}
	}
	for _, d := range left {
		t.Errorf("%s on %s: no figure or claim reads it", d.Network, d.Data)
	}
}

func checkDrawing(t *testing.T, p *plan, sub Subject, d drawing) {
	t.Helper()
	for k := range d.Seeds {
		c := p.request(sub, d.choice(), d.Updates, k, run.Observe{}, run.Observe{}).Config
		a, err := p.o.Store.Archived(c.ID(p.origins[sub.Data]))
		if err != nil || a == nil {
			t.Fatalf("%v: seed %d: %v", sub, k+1, err)
		}
		h, err := a.History()
		if err != nil {
			t.Fatal(err)
		}
		if n := h.Layers[len(h.Layers)-1].Update; n != d.Updates { // of a run that is still trained, how far it was observed
			t.Errorf("%v: seed %d was observed up to update %d, drawn up to %d", sub, k+1, n, d.Updates)
		}
		for _, u := range []int{0, 20, 100, 500} {
			if !slices.ContainsFunc(h.Digests, func(r run.DigestRecord) bool { return r.Update == u }) {
				t.Errorf("%v: seed %d has no digest at update %d", sub, k+1, u)
			}
		}
	}
	if d.Chosen == "" {
		t.Errorf("%v: how it was chosen is not said", sub)
	}
	if d.Compared == 0 {
		return
	}
	least, found := math.Inf(1), Choice{}
	cells, err := p.keptCells(sub, d.Compared)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cells {
		if c.Low == d.Low && c.Valid < least {
			least, found = c.Valid, c.Choice
		}
	}
	if found != d.choice() {
		t.Errorf("%v: after %d updates %v has the lowest validation error, drawn is %v", sub, d.Compared, found, d.choice())
	}
}

// What is drawn is trained again, as far as asked for; a digest that differs ends the study, names the archive and the update.
func TestVerify(t *testing.T) {
	run1 := func(fsys fs.FS, verify int) (*Results, error) {
		scale, err := ScaleByName("kept")
		if err != nil {
			t.Fatal(err)
		}
		s, err := NewStudy(Options{Scale: scale, Seed: 1, Threads: 1, Only: []string{"fig10"}, Verify: verify, Store: run.NewStore("", run.Archives{FS: fsys, Name: "kept"})})
		if err != nil {
			t.Fatal(err)
		}
		return s.Run(context.Background())
	}
	r, err := run1(Kept(), 20)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Figures) != 1 || len(r.Trainings) != 1 || r.Trainings[0].Source != Verified || r.Trainings[0].Verified != 20 {
		t.Errorf("%d figures, %+v", len(r.Figures), r.Trainings)
	}
	damaged := fstest.MapFS{}
	names, err := fs.Glob(Kept(), "shapeset-tanh-normalized-*.gz")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		src, err := fs.ReadFile(Kept(), name)
		if err != nil {
			t.Fatal(err)
		}
		src[len(src)/2] ^= 4
		damaged[name] = &fstest.MapFile{Data: src}
	}
	if _, err := run1(damaged, 0); err == nil || !strings.Contains(err.Error(), "kept/shapeset-tanh-normalized-") || !strings.Contains(err.Error(), "is damaged") {
		t.Errorf("a bit was changed: %v", err)
	}
	if r, err = run1(Kept(), 0); err != nil || r.Trainings[0].Source != Stored || r.Trainings[0].Note == "" {
		t.Errorf("%+v, %v", r.Trainings, err)
	}
	sub, d := Subject{tanhNormalized, dataset.ShapesetName}, drawing{}
	if d, _ = drawn(sub, ownScale); d.Seeds != 1 {
		t.Fatalf("%+v", d)
	}
	changed := fstest.MapFS{}
	for _, name := range names {
		a, err := run.OpenArchive(Kept(), name, "kept")
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
	var differs *DifferenceError
	if !errors.As(err, &differs) || differs.Update != 20 || !strings.Contains(differs.Archive, "shapeset-tanh-normalized") || !strings.Contains(differs.What, "W3") {
		t.Errorf("a digest was changed: %v", err)
	}
}
