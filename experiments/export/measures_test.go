package export

import (
	"fmt"
	"math"
	"testing"

	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// Measures are quantities of their layers and classes of their tests. In arrays, whose rows are the snapshots and the tests, they are NaN and matrices
// of zeros where they were not recorded.
func TestMeasures(t *testing.T) {
	layer := func(v measure.Values) []train.Layer { return []train.Layer{{Layer: 1, Measures: v}} }
	r := &Run{
		Name:      "a",
		Scores:    []run.Score{{Event: run.TestEvent, Update: 0}, {Event: run.TestEvent, Update: 5, Confusion: train.Confusion{{3, 1}, {4, 0}}}},
		Snapshots: []train.Layers{{Update: 0, Layers: layer(nil)}, {Update: 5, Layers: layer(measure.Values{"rank": 2.5, "dead": math.NaN()})}},
	}
	var rows []string
	for _, x := range newTable([]*Run{r}, nil).rows {
		rows = append(rows, fmt.Sprint(x.update, x.layer, " ", x.quantity, " ", x.value))
	}
	want := "[0 0 test/error 0 0 0 test/nll 0 5 0 test/error 0 5 0 test/nll 0 5 0 test/one_class 0.875 5 0 test/worst_class 1 5 0 test/class0/error 0.25 " +
		"5 0 test/class1/error 1 5 1 dead NaN 5 1 rank 2.5]"
	if got := fmt.Sprint(rows); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	list, err := arrays([]*Run{r})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, a := range list {
		got[a.name] = fmt.Sprint(a.shape, a.data)
	}
	for name, want := range map[string]string{
		"a/test/confusion": "[2 2 2] [0 0 0 0 3 1 4 0]", "a/test/one_class": "[2] [NaN 0.875]", "a/test/class1/error": "[2] [NaN 1]",
		"a/layer1/rank": "[2] [NaN 2.5]", "a/layer1/dead": "[2] [NaN NaN]",
	} {
		if got[name] != want {
			t.Errorf("%s is %s, want %s", name, got[name], want)
		}
	}
	if r.Scores[0].Confusion != nil || r.Snapshots[0].Layers[0].Measures != nil {
		t.Error("making arrays has changed the run")
	}
}
