package train

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// A matrix is read as it was written; one that is not square is an error, not a panic of what reads it.
func TestConfusionJSON(t *testing.T) {
	for src, want := range map[string]Confusion{`[[1,2],[0,3]]`: {{1, 2}, {0, 3}}, `[]`: {}, `null`: nil} {
		var got Confusion
		if err := json.Unmarshal([]byte(src), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v", src, got, err)
		}
	}
	for src, want := range map[string]string{`[[1,2],[1]]`: "2 classes has 1 predictions for class 1", `[[1,2,5],[1,2,3]]`: "2 classes has 3 predictions for class 0", `[1]`: "cannot unmarshal"} {
		var got Confusion
		if err := json.Unmarshal([]byte(src), &got); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want %s", src, got, err, want)
		}
	}
}
