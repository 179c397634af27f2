package show

import (
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/live"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// The table is that of the last matrix up to the update, also of one that was measured later; of more than ten classes there is none.
func TestConfusion(t *testing.T) {
	r, err := run.Create(filepath.Join(t.TempDir(), "r"), run.Default(), run.Origin{Numbers: 1, Time: noon, Data: run.Images{Checksum: "0", Valid: 8, Test: 8}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	put := func(log func(any) error, update int, c train.Confusion) {
		if err := log(run.Score{Event: run.TestEvent, Update: update, Examples: 8, Confusion: c}); err != nil {
			t.Fatal(err)
		}
	}
	put(r.Log, 0, train.Confusion{{1, 2, 0}, {0, 5, 0}, {0, 0, 0}})
	put(r.Log, 10, nil)
	eleven := make(train.Confusion, 11)
	for i := range eleven {
		eleven[i] = make([]int, len(eleven))
	}
	put(r.Log, 20, eleven)
	put(r.LogExtra, 10, train.Confusion{{3, 0, 0}, {0, 5, 0}, {0, 0, 0}})
	f, err := live.Follow(r.Dir(), noon)
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[int]string{
		5: `
  predictions of the test images of each class after 0 updates
  class    0  1  2    error
  0        1  2  .   66.7 %
  1        .  5  .    0.0 %
  2        .  .  .        -
`,
		15: `
  predictions of the test images of each class after 10 updates
  class    0  1  2    error
  0        3  .  .    0.0 %
  1        .  5  .    0.0 %
  2        .  .  .        -
`,
		20: "",
	} {
		s, err := New(f, at)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := s.WriteText(&b, 80); err != nil || !strings.Contains(b.String(), want) || want == "" && strings.Contains(b.String(), "class ") {
			t.Errorf("at %d: %v\n%s", at, err, b.String())
		}
	}
}
