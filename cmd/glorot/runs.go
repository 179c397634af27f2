package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"glorot/experiments/run"

	"github.com/urfave/cli/v2"
)

func runsCommand() *cli.Command {
	return &cli.Command{
		Name:      "runs",
		Usage:     "list runs with their status, progress, error and age",
		ArgsUsage: "[DIR…]",
		Description: "Lists all runs below the folders, without one below runs, the oldest first. The status is running, done, diverged,\n" +
			"interrupted, failed, killed (nobody writes to it and it did not end; glorot train --resume goes on) or damaged. Progress is in\n" +
			"updates; the error is the test error when it was last measured; the age is the time since the run began.\n\n" +
			"--where keeps the runs whose configuration has that value; of several all must hold.\n\n" +
			"Example:\n   glorot runs runs --where model.init=normalized --where model.hidden=[100,100]",
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "where", Usage: "only runs with `KEY=VALUE` in their configuration; may be repeated"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			filters, err := parseFilters(c.StringSlice("where"))
			if err != nil {
				return err
			}
			dirs := c.Args().Slice()
			if len(dirs) == 0 {
				dirs = []string{"runs"}
			}
			list, err := listRuns(dirs, filters)
			if err != nil {
				return err
			}
			if c.Bool("json") {
				return printJSON(c, list)
			}
			if len(list) == 0 {
				fmt.Fprintf(c.App.ErrWriter, "glorot: no such runs below %s\n", strings.Join(dirs, ", "))
				return nil
			}
			w := tabwriter.NewWriter(c.App.Writer, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "RUN\tSTATUS\tPROGRESS\tERROR\tAGE")
			for _, r := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Run, r.Status, r.progress(), r.percent(), r.age(now()))
			}
			return w.Flush()
		},
	}
}

// listed is one line of `glorot runs`.
type listed struct {
	Run       string     `json:"run"`
	Status    string     `json:"status"`
	Reason    string     `json:"reason,omitempty"` // of a status besides running, done and killed
	Update    int        `json:"update"`           // up to which there are records
	Updates   int        `json:"updates"`          // there are to be
	TestError *float64   `json:"test_error"`       // share, when last measured; null before
	Start     time.Time  `json:"start"`
	End       *time.Time `json:"end,omitempty"`
}

func (r listed) progress() string {
	if r.Updates == 0 {
		return strconv.Itoa(r.Update)
	}
	return fmt.Sprintf("%d/%d %3d%%", r.Update, r.Updates, 100*r.Update/r.Updates)
}

func (r listed) percent() string {
	if r.TestError == nil {
		return "-"
	}
	return fmt.Sprintf("%.2f %%", 100**r.TestError)
}

func (r listed) age(now time.Time) string {
	if r.Start.IsZero() {
		return "-"
	}
	d := now.Sub(r.Start)
	if days := int(d.Hours() / 24); days >= 2 {
		return fmt.Sprintf("%dd", days)
	}
	return short(d)
}

// listRuns lists the runs in and below the folders that pass the filters, the oldest first.
func listRuns(dirs []string, filters []filter) ([]listed, error) {
	list := []listed{}
	for _, dir := range dirs {
		if info, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
			return nil, wrongUse("%s is no folder; want one with runs below it", dir)
		}
		err := eachRun(dir, func(dir string) {
			if r, ok := listedRun(dir, filters); ok {
				list = append(list, r)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b listed) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return strings.Compare(a.Run, b.Run)
	})
	return slices.CompactFunc(list, func(a, b listed) bool { return a.Run == b.Run }), nil
}

// eachRun calls f with dir if it is a run, or else with the runs below it. It does not look into runs, where there are many files.
func eachRun(dir string, f func(dir string)) error {
	dir = filepath.Clean(dir)
	if _, err := os.Lstat(filepath.Join(dir, run.ConfigFile)); err == nil {
		f(dir)
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := eachRun(filepath.Join(dir, e.Name()), f); err != nil {
				return err
			}
		}
	}
	return nil
}

// listedRun reads a run's manifest and the end of its log, and tells whether it passes the filters. A run that cannot be read is
// listed as damaged, unless there are filters.
func listedRun(dir string, filters []filter) (listed, bool) {
	r := listed{Run: dir}
	damaged := func(err error) (listed, bool) {
		r.Status, r.Reason = "damaged", err.Error()
		return r, len(filters) == 0
	}
	src, err := os.ReadFile(filepath.Join(dir, run.ManifestFile))
	if err != nil {
		return damaged(err)
	}
	var m struct {
		Config map[string]json.RawMessage `json:"config"`
		Start  time.Time                  `json:"start"`
		End    *time.Time                 `json:"end"`
		Exit   string                     `json:"exit"`
		Reason string                     `json:"reason"`
	}
	if err := json.Unmarshal(src, &m); err != nil {
		return damaged(fmt.Errorf("%s: is no manifest: %w", filepath.Join(dir, run.ManifestFile), err))
	}
	for _, f := range filters {
		if !f.passes(m.Config) {
			return r, false
		}
	}
	r.Start, r.End, r.Status, r.Reason = m.Start, m.End, m.Exit, m.Reason
	if err := json.Unmarshal(m.Config["train.updates"], &r.Updates); err != nil {
		return damaged(fmt.Errorf("%s: the configuration has no train.updates", filepath.Join(dir, run.ManifestFile)))
	}
	if err := r.readTail(filepath.Join(dir, run.LogFile)); err != nil {
		return damaged(err)
	}
	return r, true
}

// readTail fills in what the end of the log says: progress, error, and a status that the manifest has not.
func (r *listed) readTail(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if r.Status == "" {
		r.Status = stateOf(f)
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	size := info.Size()
	for tail := int64(4 << 10); ; tail *= 4 { // a look at large layers is longer than a digest
		src := make([]byte, min(tail, size))
		if _, err := f.ReadAt(src, size-int64(len(src))); err != nil {
			return err
		}
		if r.tail(src) || tail >= size {
			return nil
		}
	}
}

// tail reads records from the last to the first, and tells whether a test was among them, before which there is nothing to learn.
func (r *listed) tail(src []byte) bool {
	for last := true; ; last = false {
		src = src[:bytes.LastIndexByte(src, '\n')+1] // without a line that is being written
		if len(src) == 0 {
			return false
		}
		src = src[:len(src)-1]
		var record struct {
			Event  string   `json:"event"`
			Update int      `json:"update"`
			Error  *float64 `json:"error"`
			Status string   `json:"status"`
		}
		if json.Unmarshal(src[bytes.LastIndexByte(src, '\n')+1:], &record) != nil {
			continue // the end of a line whose front is not here
		}
		if last && record.Event == "finish" && r.End == nil { // killed between the log and the manifest
			r.Status = record.Status
		}
		r.Update = max(r.Update, record.Update)
		if record.Event == "test" && record.Error != nil {
			r.TestError = record.Error
			return true
		}
	}
}

// A filter is one --where.
type filter struct{ key, value string }

func parseFilters(args []string) ([]filter, error) {
	var filters []filter
	for _, arg := range args {
		key, value, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, wrongUse("--where %s; want KEY=VALUE, such as model.init=normalized", arg)
		}
		key = strings.TrimSpace(key)
		if _, known := run.Default().Value(key); !known {
			return nil, wrongUse("--where %s: unknown key %q; see glorot train --help", arg, key)
		}
		filters = append(filters, filter{key, plainValue(value)})
	}
	return filters, nil
}

// passes compares values as text, and numbers such as 0.01 and 1e-2 also as what they are.
func (f filter) passes(config map[string]json.RawMessage) bool {
	value := plainValue(string(config[f.key]))
	if value == f.value {
		return true
	}
	a, err1 := strconv.ParseFloat(value, 64)
	b, err2 := strconv.ParseFloat(f.value, 64)
	return err1 == nil && err2 == nil && a == b && strings.ContainsAny(value+f.value, ".eE") // large integers would round
}

// plainValue is a value of YAML or JSON without quotes and space.
func plainValue(s string) string {
	return strings.Trim(strings.Join(strings.Fields(s), ""), `"'`)
}
