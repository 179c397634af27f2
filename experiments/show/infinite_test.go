package show

import (
	"encoding/json"
	"math"
	"testing"
)

// A fault whose number is infinite, as the ratio to a gradient of 0 is, can be written as JSON.
func TestInfiniteFault(t *testing.T) {
	var b faults
	b.add("exploding", 1, math.Inf(1), "%g times", math.Inf(1))
	b.add("chance", 0, 0.9, "%g", 0.9)
	text, err := json.Marshal(b.list)
	want := `[{"kind":"exploding","layer":1,"value":null,"text":"+Inf times"},{"kind":"chance","value":0.9,"text":"0.9"}]`
	if err != nil || string(text) != want {
		t.Errorf("got %s, %v, want %s", text, err, want)
	}
}
