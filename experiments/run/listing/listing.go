// Package listing lists runs with their states, from their manifests and the ends of their logs.
package listing

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
)

// A Run says how far a run has come.
type Run struct {
	Path      string     `json:"run"`
	Status    string     `json:"status"`
	Reason    string     `json:"reason,omitempty"` // the reason of any other status than running, done and killed
	Update    int        `json:"update"`           // the last update with records
	Updates   int        `json:"updates"`          // its train.updates
	TestError *float64   `json:"test_error"`       // share, when last measured; null before the first measurement
	Start     time.Time  `json:"start"`
	End       *time.Time `json:"end,omitempty"`

	manifest run.Manifest
	config   *run.Config   // nil if damaged
	left     time.Duration // of a running run; 0 if unknown
}

// Progress returns the recorded updates and the total, such as "500/1000 50%".
func (r Run) Progress() string {
	if r.Updates == 0 {
		return strconv.Itoa(r.Update)
	}
	return fmt.Sprintf("%d/%d %3d%%", r.Update, r.Updates, 100*r.Update/r.Updates)
}

// Percent returns the last measured test error, or "-" if there is none yet.
func (r Run) Percent() string {
	if r.TestError == nil {
		return "-"
	}
	return fmt.Sprintf("%.2f %%", 100**r.TestError)
}

func (r Run) timeLeft() string {
	if r.left == 0 {
		return "-"
	}
	return report.Duration(r.left)
}

// Age returns the time since the run began, in days from two days on.
func (r Run) Age(now time.Time) string {
	if r.Start.IsZero() {
		return "-"
	}
	d := now.Sub(r.Start)
	if days := int(d.Hours() / 24); days >= 2 {
		return fmt.Sprintf("%dd", days)
	}
	return report.Duration(d)
}

// Value returns the value of a key of the run, for queries.
func (r Run) Value(key string) string {
	switch key {
	case query.Run:
		return r.Path
	case query.ID:
		return r.manifest.ID
	case query.Fork:
		return query.ForkOf(r.manifest.Parent)
	case query.Program:
		return query.ProgramOf(r.Recorded())
	case query.Images:
		return query.ImagesOf(r.manifest.Data)
	case query.Status:
		return r.Status
	}
	if r.config == nil {
		return ""
	}
	value, _ := r.config.Value(key)
	return value
}

// Recorded returns what the run is if another program trained it, otherwise nil.
func (r Run) Recorded() *run.Recorded {
	if r.config == nil {
		return nil
	}
	return r.config.Recorded
}

// List returns the runs that the paths name and the filter keeps, in the order of [run.Find]. A run that cannot be read is listed as
// damaged.
func List(ctx context.Context, paths []string, filter query.Filter) ([]Run, error) {
	found, err := run.Find(paths...)
	if err != nil {
		return nil, err
	}
	list := []Run{}
	for _, path := range found {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if r := read(path); filter.Match(r) {
			list = append(list, r)
		}
	}
	return list, nil
}

// read reads how far a run has come. A run that cannot be read is listed as damaged.
func read(path string) Run {
	r := Run{Path: path}
	s, err := run.Peek(path)
	if err != nil {
		r.Status, r.Reason = "damaged", err.Error()
		return r
	}
	r.config, r.manifest = &s.Config, s.Manifest
	r.Status, r.Update, r.Updates, r.Reason = s.Status, s.Update, s.Config.Train.Updates, s.Manifest.Reason
	r.Start, r.End, r.left = s.Manifest.Start, s.Manifest.End, s.Left(time.Now())
	if s.TestError != nil {
		r.TestError = &s.TestError.Error
	}
	return r
}

// ByStart orders runs for slices.SortFunc: the oldest first, and by path if they began at the same time.
func ByStart(a, b Run) int {
	return cmp.Or(a.Start.Compare(b.Start), strings.Compare(a.Path, b.Path))
}

// WriteText writes a line for each run: its path, status, progress, error, the time left and its age.
func WriteText(w io.Writer, list []Run, now time.Time) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "RUN\tSTATUS\tPROGRESS\tERROR\tLEFT\tAGE")
	for _, r := range list {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Path, r.Status, r.Progress(), r.Percent(), r.timeLeft(), r.Age(now))
	}
	return t.Flush()
}
