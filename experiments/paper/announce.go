package paper

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"glorot/experiments/bench"
	"glorot/experiments/paper/results"
	"glorot/experiments/paper/setup"
	"glorot/experiments/run"
	"glorot/experiments/run/legacy"
	"glorot/experiments/wording"
	"glorot/experiments/work"
)

// OpenStore opens the folder of runs, or glorot in the user's cache folder for "". It is backed by the kept trainings unless fresh ones are asked for.
// For a Scale with Drawn it is the kept trainings alone. The error is a [*run.UsageError].
func OpenStore(dir string, scale setup.Scale, fresh bool) (*run.Store, error) {
	if scale.Drawn {
		return results.NewStore(""), nil
	}
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return nil, &run.UsageError{Problem: fmt.Sprintf("--store: there is no user's cache folder here (%v); name one", err)}
		}
		dir = filepath.Join(user, "glorot")
	}
	if fresh {
		return run.NewStore(dir), nil
	}
	return results.NewStore(dir), nil
}

// WarnOfEarlier writes that trainings of an earlier version in a store are not read, and which command converts them.
func WarnOfEarlier(w io.Writer, store string) error {
	paths, err := legacy.Unconverted(store)
	if err != nil || len(paths) == 0 {
		return err
	}
	_, err = fmt.Fprintf(w, "glorot: %s: %s of an earlier version are not read; glorot runs convert %s --to %s converts them\n",
		store, wording.Plural(len(paths), "training"), work.Quote(store), work.Quote(store))
	return err
}

// Announce says how long the study will take on this machine, in a line; "" if that is less than a second.
func (s *Study) Announce(ctx context.Context, threads int) (string, error) {
	update, err := bench.UpdateTime(ctx)
	if err != nil {
		return "", err
	}
	units, err := s.Work(ctx)
	if err != nil {
		return "", err
	}
	total := time.Duration(units * float64(update) / float64(threads))
	if total < time.Second {
		return "", nil
	}
	return fmt.Sprintf("this takes about %s on %s\n", wording.Duration(total), wording.Plural(threads, "thread")), nil
}
