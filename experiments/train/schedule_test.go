package train

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// Schedules give the rates of torch.optim.lr_scheduler (StepLR, LinearLR, CosineAnnealingLR), which models/testdata/networks.py recorded
// at a rate of 1: step by 0.5 every 6 updates, the others over 20.
func TestSchedulesAgainstTorch(t *testing.T) {
	text, err := os.ReadFile("../../models/testdata/networks.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Schedules map[string][]float64 }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for name, want := range file.Schedules {
		s := Schedule{Name: name, Updates: 20, Factor: 0.5}
		if name == "step" {
			s.Updates = 6
		}
		shape, err := s.shape()
		if err != nil {
			t.Fatal(err)
		}
		for done, x := range want {
			if got := s.factor(shape, done); math.Abs(got-x) > 1e-15*20 {
				t.Errorf("%s after %d updates: %v, torch has %v", name, done, got, x)
			}
		}
	}
	if len(file.Schedules) != 3 {
		t.Errorf("%d schedules of torch, want 3", len(file.Schedules))
	}
}

// A warm-up comes before the schedule and is not part of it; inverse and constant are as their formulas say.
func TestWarmup(t *testing.T) {
	for _, c := range []struct {
		s    Schedule
		done int
		want float64
	}{
		{Schedule{}, 1000, 1},
		{Schedule{Warmup: 4}, 0, 0.25}, {Schedule{Warmup: 4}, 3, 1}, {Schedule{Warmup: 4}, 4, 1},
		{Schedule{Name: "linear", Updates: 10, Warmup: 5}, 4, 1}, {Schedule{Name: "linear", Updates: 10, Warmup: 5}, 10, 0.5},
		{Schedule{Name: "inverse", Updates: 10}, 10, 0.5}, {Schedule{Name: "inverse", Updates: 10}, 30, 0.25},
	} {
		shape, err := c.s.shape()
		if err != nil {
			t.Fatal(err)
		}
		if got := c.s.factor(shape, c.done); got != c.want {
			t.Errorf("%+v after %d updates: %v, want %v", c.s, c.done, got, c.want)
		}
	}
	for _, bad := range []Schedule{{Name: "cubic"}, {Warmup: -1}, {Name: "cosine"}, {Name: "step", Updates: 1}} {
		if _, err := bad.shape(); err == nil {
			t.Errorf("%+v is possible", bad)
		}
	}
}
