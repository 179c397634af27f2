package compare

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"glorot/experiments/export"
	"glorot/experiments/train"
)

// named is a run whose layers have names; "" is a run of glorot's, which has none.
func named(names ...string) *export.Run {
	layers := make([]train.Layer, len(names))
	for i, name := range names {
		layers[i] = train.Layer{Layer: i + 1, Name: name}
	}
	return &export.Run{Snapshots: []train.Layers{{Layers: layers}}}
}

// Layers have the names that their runs recorded, where these agree, otherwise numbers.
func TestLayerNames(t *testing.T) {
	for _, x := range []struct {
		runs []*export.Run
		want string
	}{
		{[]*export.Run{named("conv1", "fc"), named("conv1", "fc", "out")}, "conv1 fc out"},
		{[]*export.Run{named("conv1", "fc"), named("conv1", "head")}, "conv1 2"},
		{[]*export.Run{named("conv1", "fc"), named("", "")}, "1 2"},
		{[]*export.Run{named("", ""), {}}, "1 2"},
	} {
		c := &Comparison{Groups: []*Group{{Runs: x.runs}}}
		if got := strings.Join(c.layerNames(), " "); got != x.want {
			t.Errorf("got %s, want %s", got, x.want)
		}
	}
	names := []string{"", "conv1", "conv2", "conv3", "fc"}
	if got := layerList([]int{1, 2, 3, 4}, func(layer int) string { return names[layer] }); got != "layers conv1 to fc" {
		t.Errorf("got %s", got)
	}
	pairs := make([]Pair, 4)
	for i := range pairs {
		pairs[i] = Pair{Metric: "z/std", Layer: i + 1, Named: names[i+1], A: "a", B: "b", Verdict: Differs, Difference: float64(i), Ratio: [3]float64{math.NaN()}}
	}
	pairs[1].Verdict = NotShown
	if got := sentenceOf(pairs); !strings.Contains(got, " in layers conv1, conv3 and fc of 4, ") || !strings.Contains(got, "most in layer fc,") {
		t.Errorf("got %s", got)
	}
	if j, err := json.Marshal(Metric{Name: "z/std", Layer: 2, Named: "conv2"}.json()); err != nil || !strings.Contains(string(j), `"layer":2,"layer_name":"conv2"`) {
		t.Errorf("got %s, %v", j, err)
	}
	p := Pair{Metric: "z/std", Layer: 2, Named: "conv2", A: "a", B: "b", Verdict: Differs}
	if got := p.Sentence(); !strings.HasPrefix(got, "The standard deviation of the activations in layer conv2 of b is ") {
		t.Errorf("got %s", got)
	}
}
