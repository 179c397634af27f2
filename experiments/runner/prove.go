package runner

import (
	"context"
	"fmt"

	"glorot/experiments/run"
)

// Prove trains a kept run again from its beginning to its first record after at least the given number of updates, compares all records up to there, and returns
// the digests on the way: one after each multiple of that number and, for machines that train slowly, some of the first updates. A run that was kept without
// digests can be verified by these: they are of weights that led to the same record. It is an error if a record differs, or if there is none.
func (r *Runner) Prove(ctx context.Context, source *run.Run, every int) (*run.History, error) {
	h, err := source.History()
	if err != nil {
		return nil, err
	}
	to := h.Reached + 1
	for _, l := range h.Layers {
		if l.Update >= every {
			to = min(to, l.Update)
		}
	}
	for _, e := range h.Errors() {
		if e.Update >= every {
			to = min(to, e.Update)
		}
	}
	if to > h.Reached {
		return nil, fmt.Errorf("%s: has no record after %d updates or more", source.Dir(), every)
	}
	proven := &run.History{Config: h.Config, Manifest: h.Manifest, Reached: to}
	v, err := r.Replay(ctx, source, ReplayOptions{From: -1, To: to, Observe: "digest", Every: every, At: []int{20, 100}, Records: true, Record: func(record any) error {
		proven.Digests = append(proven.Digests, record.(run.DigestRecord))
		return nil
	}})
	if err == nil && !v.Identical {
		err = fmt.Errorf("%s: after %d updates: %s", source.Dir(), v.Differences[0].Update, v.Differences[0].What)
	}
	return proven, err
}

// Archive writes the run at a path as an archive in a folder, and returns the path of the archive. If prove is above 0, it first proves the run, and
// adds digests that many updates apart.
func (r *Runner) Archive(ctx context.Context, path, to string, prove int) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	source, err := run.Open(path)
	if err != nil {
		return "", err
	}
	var proven []*run.History
	if prove > 0 {
		h, err := r.Prove(ctx, source, prove)
		if err != nil {
			return "", err
		}
		proven = append(proven, h)
	}
	return source.ArchiveIn(to, proven...)
}
