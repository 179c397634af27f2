// Package export writes what runs have logged for other programs: tables of scalars as CSV and Parquet, arrays with histograms as
// numpy's .npz and safetensors, and TensorBoard's event files.
//
// The same runs always give the same bytes.
package export

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/live"
	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/train"
)

// A Run is what is exported of a run: its configuration and measurements, in the order of the updates.
type Run struct {
	Name      string // unique among those that are read together
	Dir       string // the path by which it was named
	Config    run.Config
	Manifest  run.Manifest
	Status    string // one of query.Statuses; "" for a run that did not end and may be running
	Scores    []run.Score
	Snapshots []train.Layers
}

// Read reads the runs in the directories. Each is named by the end of its path, with as many parts as make all names different. It
// returns an error if a directory is not a run (see [run.Open]), if one is named twice, or if a log is damaged.
func Read(dirs []string) ([]*Run, error) {
	names, err := names(dirs)
	if err != nil {
		return nil, err
	}
	var runs []*Run
	for i, dir := range dirs {
		r, err := read(dir)
		if err != nil {
			return nil, err
		}
		r.Name = names[i]
		runs = append(runs, r)
	}
	return runs, nil
}

// ReadHeads is [Read] for runs of a list, which knows whether a run that has not ended is running.
func ReadHeads(list []live.Head) ([]*Run, error) {
	paths := make([]string, len(list))
	for i, h := range list {
		paths[i] = h.Path
	}
	runs, err := Read(paths)
	for i, r := range runs {
		r.Status = list[i].Status
	}
	return runs, err
}

func read(dir string) (*Run, error) {
	src, err := run.Open(dir)
	if err != nil {
		return nil, err
	}
	h, err := src.History()
	if err != nil {
		return nil, err
	}
	r := &Run{Dir: dir, Config: src.Config(), Manifest: src.Manifest(), Status: src.Manifest().Exit, Scores: h.Scores}
	for _, l := range h.Layers {
		r.Snapshots = append(r.Snapshots, l.Layers)
	}
	return r, nil
}

// names returns the ends of the paths, with as many parts as make them different.
func names(dirs []string) ([]string, error) {
	paths := make([][]string, len(dirs))
	most := 0
	for i, dir := range dirs {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		paths[i] = strings.Split(strings.Trim(filepath.ToSlash(abs), "/"), "/")
		most = max(most, len(paths[i]))
	}
	for parts := 1; parts <= most; parts++ {
		list := make([]string, len(dirs))
		for i, p := range paths {
			list[i] = strings.Join(p[max(0, len(p)-parts):], "/")
		}
		if different(list) {
			return list, nil
		}
	}
	for i, dir := range dirs {
		if j := slices.IndexFunc(paths, func(p []string) bool { return slices.Equal(p, paths[i]) }); j < i {
			return nil, &run.UsageError{Place: run.Place{File: dir}, Problem: "is named twice, expected: each run once"}
		}
	}
	return nil, fmt.Errorf("no runs")
}

func different(list []string) bool {
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) == len(list)
}

// Value returns the value of a key of the run, for queries; see [query.Subject].
func (r *Run) Value(key string) string {
	switch key {
	case query.Run:
		return r.Name
	case query.ID:
		return r.Manifest.ID
	case query.Fork:
		return query.ForkOf(r.Manifest.Parent)
	case query.Program:
		return query.ProgramOf(r.Recorded())
	case query.Images:
		return query.ImagesOf(r.Manifest.Data)
	case query.Status:
		return r.Status
	}
	v, _ := r.Config.Value(key)
	return v
}

// Recorded returns what the run is if another program trained it, otherwise nil.
func (r *Run) Recorded() *run.Recorded { return r.Config.Recorded }

// Last returns the last update for which the run has numbers.
func (r *Run) Last() int {
	last := 0
	for _, s := range r.Scores {
		last = max(last, s.Update)
	}
	for _, snapshot := range r.Snapshots {
		last = max(last, snapshot.Update)
	}
	return last
}

// Warning returns nil if the run reached its end. Otherwise it says so, and at which update its numbers end.
func (r *Run) Warning() error {
	switch {
	case r.Status == run.Done:
		return nil
	case r.Config.Train.Updates == 0 && r.Recorded() != nil:
		return fmt.Errorf("%s has not reached its end (%s): its numbers end at update %d", r.Name, cmp.Or(r.Status, "no status"), r.Last())
	case r.Status == run.Diverged:
		return fmt.Errorf("%s diverged: its numbers end at update %d of %d", r.Name, r.Last(), r.Config.Train.Updates)
	}
	return fmt.Errorf("%s has not reached its end (%s): its numbers end at update %d of %d", r.Name, cmp.Or(r.Status, "no status"), r.Last(), r.Config.Train.Updates)
}

// A scalar is a number that describes a layer.
type scalar struct {
	name  string // "z/std"
	value float64
}

// A shape is a histogram with the moments of its values.
type shape struct {
	name      string // "z"
	n         int64
	mean, std float64
	histogram measure.Histogram
}

// scalars returns the logged numbers of a layer: of its activations z, its back-propagated gradients dCost/ds and its weight gradients
// dCost/dW.
func scalars(l train.Layer) []scalar {
	var list []scalar
	for _, s := range activations(l) {
		list = append(list, scalar{s.name + "/mean", s.Mean}, scalar{s.name + "/std", s.Std}, scalar{s.name + "/kurtosis", s.Kurtosis},
			scalar{s.name + "/p01", s.P01}, scalar{s.name + "/p02", s.P02}, scalar{s.name + "/p98", s.P98}, scalar{s.name + "/p99", s.P99},
			scalar{s.name + "/flat", s.Saturated}, scalar{s.name + "/non_finite", float64(s.NonFinite)})
	}
	for _, g := range gradients(l) {
		list = append(list, scalar{g.name + "/mean", g.Mean}, scalar{g.name + "/std", g.Std}, scalar{g.name + "/kurtosis", g.Kurtosis},
			scalar{g.name + "/non_finite", float64(g.NonFinite)})
	}
	for _, m := range train.Measures() {
		if v, ok := l.Measures[m.Name]; ok {
			list = append(list, scalar{m.Name, v})
		}
	}
	return list
}

// ofSet returns the logged numbers of a test on one set of images.
func ofSet(s run.Score) []scalar {
	list := []scalar{{s.Event + "/error", s.Error}, {s.Event + "/nll", s.NLL}}
	if s.Confusion == nil {
		return list
	}
	for _, m := range train.Measures() {
		if of := m.OfClasses(); of != nil {
			list = append(list, scalar{s.Event + "/" + m.Name, of(s.Confusion)})
		}
	}
	for k, e := range s.Confusion.ClassErrors() {
		list = append(list, scalar{fmt.Sprintf("%s/class%d/error", s.Event, k), e})
	}
	return list
}

// shapes returns the logged histograms of a layer.
func shapes(l train.Layer) []shape {
	var list []shape
	for _, s := range activations(l) {
		if len(s.Histogram.Counts) > 0 {
			list = append(list, shape{s.name, s.N, s.Mean, s.Std, s.Histogram})
		}
	}
	for _, g := range gradients(l) {
		if len(g.Histogram.Counts) > 0 {
			list = append(list, shape{g.name, g.N, g.Mean, g.Std, g.Histogram})
		}
	}
	return list
}

type activation struct {
	name string
	*measure.Summary
}

// activations returns the statistics of a layer's activations and, in some runs of other programs, of its pre-activations.
func activations(l train.Layer) []activation {
	return slices.DeleteFunc([]activation{{"z", l.Z}, {"s", l.S}}, func(a activation) bool { return a.Summary == nil })
}

type gradient struct {
	name string
	*measure.GradientStats
}

func gradients(l train.Layer) []gradient {
	return slices.DeleteFunc([]gradient{{"dcost_ds", l.DS}, {"dcost_dw", l.DW}}, func(g gradient) bool { return g.GradientStats == nil })
}
