package sweep

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"glorot/experiments/live"
	"glorot/experiments/wording"
	"glorot/experiments/work"
)

// Groups divides a list of runs into those of each sweep or study, and those of none, in the order of their first runs.
func Groups(ctx context.Context, list []live.Head) ([]live.Group, error) {
	var groups []live.Group
	place := map[string]int{}
	for _, h := range list {
		dir := sweepOf(h.Path)
		i, known := place[dir]
		if !known || dir == "" && i != len(groups)-1 { // runs of no sweep stay where they are
			i = len(groups)
			place[dir] = i
			groups = append(groups, live.Group{Path: dir})
		}
		groups[i].Runs = append(groups[i].Runs, h)
	}
	for i := range groups {
		g := &groups[i]
		if g.Path == "" {
			continue
		}
		p, err := Read(g.Path)
		if err != nil {
			g.Summary = live.Damaged
			continue
		}
		list, err := p.Statuses(ctx, g.Path)
		if err != nil {
			return nil, err
		}
		n := work.Count(list)
		g.Summary = fmt.Sprintf("%d of %s done", n[work.Done], wording.Plural(len(list), "cell"))
		if delete(n, work.Done); len(n) > 0 {
			g.Summary += ", " + n.String()
		}
	}
	return groups, nil
}

// sweepOf returns the directory of the sweep one of whose runs is at a path, or "". In that directory a run is in runs, or in cells/N if an earlier
// version made it. Other folders have files of this name, too, and do not make sweeps of what is below them.
func sweepOf(path string) string {
	dir := filepath.Dir(path)
	if filepath.Base(path) == "run" && filepath.Base(filepath.Dir(dir)) == "cells" {
		dir = filepath.Dir(dir)
	} else if filepath.Base(dir) != "runs" {
		return ""
	}
	dir = filepath.Dir(dir)
	if _, err := os.Stat(filepath.Join(dir, PlanFile)); err != nil {
		return ""
	}
	return dir
}
