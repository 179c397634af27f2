package paper

import (
	"slices"
	"testing"

	"glorot/experiments/cache"
	"glorot/experiments/trial"
)

// What is found without a search is what the kept search found.
func TestFound(t *testing.T) {
	scale, err := ScaleByName("300000")
	if err != nil {
		t.Fatal(err)
	}
	kept := cache.Open("../../results")
	for _, sub := range on(trial.Shapeset, five...) {
		var want []Cell
		for _, c := range grid() {
			spec := sub.spec(c, scale.Width, scale.searched(0), 1, scale.search(scale.searched(0)))
			var r trial.Result
			if ok, err := kept.Get(spec.Name(), spec.Key(), &r); !ok || err != nil {
				t.Fatalf("%s is not kept: %v", spec.Name(), err)
			}
			want = append(want, Cell{c, r.Last().Valid, r.Last().Test})
		}
		if got := found(sub); !slices.Equal(got, want) {
			t.Errorf("%v: found %v, the kept search has %v", sub, got, want)
		}
	}
}
