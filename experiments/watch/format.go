package watch

import (
	"fmt"
	"math"
	"strings"
	"time"

	"glorot/experiments/live"
	"glorot/experiments/run"
	"glorot/experiments/show"
	"glorot/experiments/wording"
)

// count writes a number of updates: 500, 12k, 2.5M.
func count(updates float64) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1e6, "M"}, {1e3, "k"}} {
		if updates >= 10*unit.size || updates >= unit.size && math.Mod(updates, unit.size/10) == 0 {
			return strings.TrimSuffix(fmt.Sprintf("%.1f", updates/unit.size), ".0") + unit.name
		}
	}
	return fmt.Sprintf("%.0f", updates)
}

// percent writes a share.
func percent(share float64) string {
	switch v := 100 * share; {
	case math.IsNaN(share):
		return "-"
	case v < 1:
		return fmt.Sprintf("%.2f %%", v)
	default:
		return fmt.Sprintf("%.1f %%", v)
	}
}

// number writes a number in 7 columns at most.
func number(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return "-"
	case a != 0 && (a < 1e-3 || a >= 1e4):
		return fmt.Sprintf("%.0e", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

// progress is a bar and a percentage.
func progress(h live.Head, width int) string {
	if h.Updates == 0 {
		return ""
	}
	share := float64(h.Update) / float64(h.Updates)
	return fmt.Sprintf("%-*s %3.0f %%", width, show.Bar(share, width), math.Floor(100*share))
}

func errorOf(h live.Head) string {
	if h.TestError == nil {
		return "-"
	}
	return percent(*h.TestError)
}

func left(h live.Head, now time.Time) string {
	if d := h.Left(now); d > 0 {
		return wording.Duration(d)
	}
	return ""
}

// statusInk is the ink of a status.
func statusInk(status string) ink {
	switch status {
	case run.Running:
		return seriesInks[3]
	case run.Done:
		return ink{}
	case run.Diverged, run.Failed, live.Damaged:
		return seriesInks[4]
	}
	return seriesInks[1]
}

// shorten cuts a path at its beginning, where paths are alike.
func shorten(path string, width int) string {
	letters := []rune(path)
	if len(letters) <= width || width < 2 {
		return path
	}
	return "…" + string(letters[len(letters)-width+1:])
}
