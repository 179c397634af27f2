package plan

import (
	"math"
	"slices"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/claim"
	"glorot/experiments/paper/figure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/results"
	"glorot/experiments/paper/setup"
	"glorot/experiments/run"
)

// What is drawn is kept, at its length, with the first digests; and where a rate was chosen by validation error, that of the kept candidates at
// the same input scale is the lowest.
func TestDrawings(t *testing.T) {
	scale, err := setup.ScaleByName("kept")
	if err != nil {
		t.Fatal(err)
	}
	var n observed.Needs
	for _, f := range figure.All() {
		n.Add(f.Needs)
	}
	for _, g := range figure.Tables() {
		n.Add(g.Needs)
	}
	for _, c := range claim.All() {
		n.Add(c.Needs)
	}
	p, err := New(t.Context(), Options{Scale: scale, Seed: 1, Store: results.NewStore(""), KeptOnly: true}, dataset.NewLibrary(""), n, make(map[setup.Subject]*observed.Trained))
	if err != nil {
		t.Fatal(err)
	}
	left := slices.Clone(drawings())
	for _, sub := range setup.Union(p.needs.Trained, p.needs.Compared) {
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

func checkDrawing(t *testing.T, p *Plan, sub setup.Subject, d drawing) {
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
	least, found := math.Inf(1), setup.Choice{}
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
