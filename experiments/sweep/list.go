package sweep

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"glorot/experiments/live"
	"glorot/experiments/report"
	"glorot/experiments/work"
)

// Groups divides a list of runs into those of each sweep or study, and those of none, in the order of their first runs.
func Groups(ctx context.Context, list []live.Head) ([]live.Group, error) {
	var groups []live.Group
	place, sweeps := map[string]int{}, map[string]string{}
	for _, h := range list {
		dir := sweepAbove(filepath.Dir(h.Path), sweeps)
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
		g.Summary = fmt.Sprintf("%d of %s done", n[work.Done], report.Plural(len(list), "cell"))
		if delete(n, work.Done); len(n) > 0 {
			g.Summary += ", " + n.String()
		}
	}
	return groups, nil
}

// sweepAbove returns the nearest folder at or above a folder that is a sweep, or "". It remembers what it found.
func sweepAbove(dir string, known map[string]string) string {
	if found, ok := known[dir]; ok {
		return found
	}
	found := ""
	if _, err := os.Stat(filepath.Join(dir, PlanFile)); err == nil {
		found = dir
	} else if up := filepath.Dir(dir); up != dir {
		found = sweepAbove(up, known)
	}
	known[dir] = found
	return found
}
