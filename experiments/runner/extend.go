package runner

import (
	"fmt"
	"slices"
	"strings"

	"glorot/experiments/run"
)

// extensible are the keys that may change when a run is continued.
var extensible = []string{"train.updates", "train.patience", "checkpoint.every", "checkpoint.keep", "checkpoint.at", "observe.measures", "threads", "data.path"}

// Extended returns the configuration with which [Runner.Do] continues the run in a directory after the assignments KEY=VALUE. If nothing is left to
// do, done says why, and what continues it. The error is a [*run.UsageError] for a key of something else than the length and the recording.
func Extended(dir string, sets []string) (cfg run.Config, done string, err error) {
	last := len(extensible) - 1
	for _, set := range sets {
		if key, _, _ := strings.Cut(set, "="); !slices.Contains(extensible, strings.TrimSpace(key)) {
			return cfg, "", &run.UsageError{Problem: fmt.Sprintf("--resume with --set %s; want %s, or %s for data that were moved; glorot fork changes the others",
				set, strings.Join(extensible[:last], ", "), extensible[last])}
		}
	}
	r, err := run.Open(dir)
	if err == nil {
		err = r.MustBeOwn()
	}
	if err != nil {
		return cfg, "", err
	}
	old, m := r.Config(), r.Manifest()
	cfg = r.Config()
	if err := cfg.SetAll(sets, Allowed()); err != nil {
		return cfg, "", err
	}
	measured := !slices.Equal(cfg.Observe.Measures, old.Observe.Measures) // otherwise a finished run has nothing to do
	switch {
	case cfg.Train.Updates < old.Train.Updates:
		return cfg, "", &run.UsageError{Key: "train.updates", Problem: fmt.Sprintf("got %d, allowed: at least %d, which %s already has", cfg.Train.Updates, old.Train.Updates, dir)}
	case m.Exit == run.Diverged:
		return cfg, "", fmt.Errorf("%s: the run is finished: it diverged", dir)
	case m.Stopped() && cfg.Train.Patience == old.Train.Patience && !measured:
		done = fmt.Sprintf("the run is done: %s; --set train.patience=N, or 0, continues it", m.Reason)
	case m.Exit == run.Done && cfg.Train.Updates == old.Train.Updates && !measured:
		done = fmt.Sprintf("the run is done after %d updates; --set train.updates=N extends it", cfg.Train.Updates)
	}
	return cfg, done, nil
}
