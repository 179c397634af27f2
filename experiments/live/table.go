package live

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"glorot/experiments/run/query"
	"glorot/experiments/wording"
)

// List returns the heads of the runs that the paths name and the filter keeps, in the order of [run.Find].
func List(ctx context.Context, paths []string, filter query.Filter) ([]Head, error) {
	all, _, err := NewLister(paths...).List(ctx, time.Now())
	list := []Head{}
	for _, h := range all {
		if filter.Match(h) {
			list = append(list, h)
		}
	}
	return list, err
}

// Progress returns the recorded updates and the total, such as "500/1000 50%".
func (h Head) Progress() string {
	if h.Updates == 0 {
		return strconv.Itoa(h.Update)
	}
	return fmt.Sprintf("%d/%d %3d%%", h.Update, h.Updates, 100*h.Update/h.Updates)
}

// Percent returns the last measured test error, or "-" if there is none yet.
func (h Head) Percent() string {
	if h.TestError == nil {
		return "-"
	}
	return fmt.Sprintf("%.2f %%", 100**h.TestError)
}

func (h Head) timeLeft(now time.Time) string {
	if left := h.Left(now); left > 0 {
		return wording.Duration(left)
	}
	return "-"
}

// Age returns the time since the run began, in days from two days on.
func (h Head) Age(now time.Time) string {
	if h.Start.IsZero() {
		return "-"
	}
	d := now.Sub(h.Start)
	if days := int(d.Hours() / 24); days >= 2 {
		return fmt.Sprintf("%dd", days)
	}
	return wording.Duration(d)
}

// ByStart orders runs for slices.SortFunc: the oldest first, and by path if they began at the same time.
func ByStart(a, b Head) int {
	return cmp.Or(a.Start.Compare(b.Start), strings.Compare(a.Path, b.Path))
}

// resumable returns the Progress and, if it is another update, that from which a run that did not end continues.
func (h Head) resumable() string {
	if h.Resumes == nil || *h.Resumes == h.Update {
		return h.Progress()
	}
	return fmt.Sprintf("%s, continues from %d", h.Progress(), *h.Resumes)
}

// A Group is runs in a list that belong together, as those of a sweep do.
type Group struct {
	Path    string // "" for runs that belong to nothing
	Summary string // how many of them are done
	Runs    []Head
}

// WriteText writes a line for each run: its path, status, progress, error, the time left and its age. The runs of a group follow its path and summary.
func WriteText(w io.Writer, groups []Group, now time.Time) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "RUN\tSTATUS\tPROGRESS\tERROR\tLEFT\tAGE")
	for _, g := range groups {
		indent := ""
		if g.Path != "" {
			indent = "  "
			fmt.Fprintf(t, "%s\tsweep\t%s\t\t\t\n", g.Path, g.Summary)
		}
		for _, h := range g.Runs {
			fmt.Fprintf(t, "%s%s\t%s\t%s\t%s\t%s\t%s\n", indent, h.Path, h.Status, h.resumable(), h.Percent(), h.timeLeft(now), h.Age(now))
		}
	}
	return t.Flush()
}
