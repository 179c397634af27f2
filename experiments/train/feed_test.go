package train

import (
	"slices"
	"strings"
	"testing"

	"glorot/experiments/dataset"
)

func newTestFeed(t *testing.T, batch int) *feed {
	t.Helper()
	c := small(t, "tanh", "nll")
	net, err := c.Build(parameters(t, c), batch)
	if err != nil {
		t.Fatal(err)
	}
	f, err := newFeed(net)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// The feed's images are the set's, scaled, and its targets one-hot rows, whatever was there before.
func TestFeedFrom(t *testing.T) {
	f, set := newTestFeed(t, 4), randomSet(10, 6, 3)
	scale := dataset.Scale{Low: -1, High: 1}
	want := scaled(set, scale)
	for from, begins := range map[int]int{0: 0, 4: 4, 6: 6, 8: 6} { // past the end the last images are repeated
		if err := f.from(set, scale, from); err != nil {
			t.Fatal(err)
		}
		near(t, "X", f.x, want[begins*6:(begins+4)*6], 1e-7)
		for i, label := range set.Labels[begins : begins+4] {
			row := make([]float32, 3)
			row[label] = 1
			if got := f.y[i*3 : i*3+3]; !slices.Equal(got, row) {
				t.Errorf("from %d: target %d is %v, label %d", from, i, got, label)
			}
		}
	}
}

// A source may bring memory of its own: the network reads its numbers all the same, then and later.
func TestFeedCopiesForeignMemory(t *testing.T) {
	f := newTestFeed(t, 2)
	for _, x := range [][]float32{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, {12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}} {
		f.b.X, f.b.Labels = slices.Clone(x), []uint8{0, 2}
		if err := f.target(); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(f.x, x) || &f.b.X[0] != &f.x[0] {
			t.Errorf("the network reads %v, want %v", f.x, x)
		}
	}
}

func TestFeedRefuses(t *testing.T) {
	for want, spoil := range map[string]func(b *dataset.Batch){
		"label 3 of example 1: the network has 3 classes":    func(b *dataset.Batch) { b.Labels[1] = 3 },
		"label 255 of example 0: the network has 3 classes":  func(b *dataset.Batch) { b.Labels[0] = 255 },
		"a batch of 3 examples of 6 features":                func(b *dataset.Batch) { randomSet(3, 6, 3).Batch(unit, 0, 3, b) },
		"a batch of 1 examples of 6 features":                func(b *dataset.Batch) { randomSet(3, 6, 3).Batch(unit, 0, 1, b) },
		"a batch of 2 examples of 7 features":                func(b *dataset.Batch) { randomSet(3, 7, 3).Batch(unit, 0, 2, b) },
		"a batch of 2 examples of 5 features":                func(b *dataset.Batch) { randomSet(3, 5, 3).Batch(unit, 0, 2, b) },
		"a batch of 3 examples of 4 features":                func(b *dataset.Batch) { randomSet(3, 4, 3).Batch(unit, 0, 3, b) },
		"(0 numbers, 2 labels); the network takes 2 of 6":    func(b *dataset.Batch) { b.X = nil },
		"(12 numbers, 0 labels); the network takes 2 of 6":   func(b *dataset.Batch) { b.Labels = nil },
		"(12 numbers, 1 labels); the network takes 2 of 6":   func(b *dataset.Batch) { b.Labels = b.Labels[:1] },
		"(600 numbers, 2 labels); the network takes 2 of 6.": func(b *dataset.Batch) { b.X = make([]float32, 600) },
	} {
		f := newTestFeed(t, 2)
		spoil(&f.b)
		if err := f.target(); err == nil || !strings.Contains(err.Error()+".", want) {
			t.Errorf("got %v, want %q", err, want)
		}
		// A right batch afterwards is taken.
		set := randomSet(2, 6, 3)
		set.Batch(unit, 0, 2, &f.b)
		if err := f.target(); err != nil {
			t.Errorf("after %q: %v", want, err)
		}
		near(t, "X", f.x, scaled(set, unit), 1e-7)
	}
}
