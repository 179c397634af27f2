package score

import (
	"path/filepath"
	"testing"
	"time"

	"glorot/experiments/run"
)

// What is written is read, in pairs; of equal validation errors the first is the best.
func TestScores(t *testing.T) {
	r, err := run.Create(filepath.Join(t.TempDir(), "run"), run.Default(), run.Origin{Time: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, record := range []any{
		Score{Set: Valid, Update: 0, Error: 0.9}, Score{Set: Test, Update: 0, Examples: 10, Errors: 8, Error: 0.8, NLL: 2},
		map[string]any{"event": "look", "update": 5},
		Score{Set: Valid, Update: 10, Error: 0.5}, Score{Set: Test, Update: 10, Error: 0.6},
		Score{Set: Valid, Update: 20, Error: 0.5}, Score{Set: Test, Update: 20, Error: 0.4},
		Score{Set: Test, Update: 30, Error: 0.1}, // interrupted in between: no pair
		Score{Set: Valid, Update: 40, Error: 0.1},
	} {
		if err := r.Log(record); err != nil {
			t.Fatal(err)
		}
	}
	log, err := r.ReadLog()
	if err != nil {
		t.Fatal(err)
	}
	scores, err := Read(log)
	if err != nil || len(scores) != 8 || scores[1] != (Score{Test, 0, 10, 8, 0.8, 2}) {
		t.Fatalf("%+v, %v", scores, err)
	}
	pairs := Pairs(scores)
	if len(pairs) != 3 || pairs[2].Test.Error != 0.4 {
		t.Errorf("%+v", pairs)
	}
	if best, ok := Best(pairs); !ok || best.Update != 10 || best.Test.Error != 0.6 {
		t.Errorf("best %+v", best)
	}
	if _, ok := Best(nil); ok {
		t.Error("the best of nothing")
	}
}
