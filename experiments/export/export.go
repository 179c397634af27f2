// Package export writes what runs have logged for other programs: tables of scalars as CSV and Parquet, arrays with histograms as
// numpy's .npz and safetensors, and TensorBoard's event files.
//
// The same runs always give the same bytes.
package export

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/run/score"
	"glorot/experiments/train"
)

// A Run is what is exported of one: its configuration and what was measured, in the order of the updates.
type Run struct {
	Name     string // unique among those that are read together
	Dir      string // as it was named
	Config   run.Config
	Manifest run.Manifest
	Status   string // with which it ended, run.Done or another; "" of one that did not
	Scores   []score.Score
	Looks    []train.Layers
}

// Read reads the runs in the directories. Each is named by the last parts of its path, as few as make all names different. It is an
// error, that of [run.Open], if a directory is no run, if one is named twice, or if a log is damaged.
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

func read(dir string) (*Run, error) {
	src, err := run.Open(dir)
	if err != nil {
		return nil, err
	}
	m, err := src.Manifest()
	if err != nil {
		return nil, err
	}
	log, err := src.ReadLog()
	if err != nil {
		return nil, err
	}
	r := &Run{Dir: dir, Config: src.Config(), Manifest: m}
	r.Status, _ = log.Status()
	if r.Scores, err = score.Read(log); err != nil {
		return nil, err
	}
	for _, record := range log.Records {
		if record.Event != "look" {
			continue
		}
		var l train.Layers
		if err := record.Decode(&l); err != nil {
			return nil, err
		}
		r.Looks = append(r.Looks, l)
	}
	return r, nil
}

// names are the last parts of the paths, as few as make them different.
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

// Differing are the configuration keys in which the runs are not all the same, in the order of [run.Keys].
func Differing(runs []*Run) []string {
	var keys []string
	for _, k := range run.Keys(run.Allowed{}) {
		for _, r := range runs[1:] {
			if r.Value(k.Name) != runs[0].Value(k.Name) {
				keys = append(keys, k.Name)
				break
			}
		}
	}
	return keys
}

// Value is the value of a configuration key as YAML, "" if there is no such key.
func (r *Run) Value(key string) string {
	v, _ := r.Config.Value(key)
	return v
}

// A scalar is a number that describes a layer.
type scalar struct {
	name  string // "z/std"
	value float64
}

// A shape is a histogram, and the moments of the values that it counts.
type shape struct {
	name      string // "z"
	n         int64
	mean, std float64
	histogram measure.Histogram
}

// scalars are the numbers logged of a layer: of activations z, of back-propagated gradients dCost/ds and of weight gradients dCost/dW.
func scalars(l train.Layer) []scalar {
	var list []scalar
	if z := l.Z; z != nil {
		list = append(list, scalar{"z/mean", z.Mean}, scalar{"z/std", z.Std}, scalar{"z/kurtosis", z.Kurtosis},
			scalar{"z/p01", z.P01}, scalar{"z/p02", z.P02}, scalar{"z/p98", z.P98}, scalar{"z/p99", z.P99},
			scalar{"z/flat", z.Flat}, scalar{"z/non_finite", float64(z.NonFinite)})
	}
	for _, g := range gradients(l) {
		list = append(list, scalar{g.name + "/mean", g.Mean}, scalar{g.name + "/std", g.Std}, scalar{g.name + "/kurtosis", g.Kurtosis},
			scalar{g.name + "/non_finite", float64(g.NonFinite)})
	}
	return list
}

// shapes are the histograms logged of a layer.
func shapes(l train.Layer) []shape {
	var list []shape
	if z := l.Z; z != nil && len(z.Histogram.Counts) > 0 {
		list = append(list, shape{"z", z.N, z.Mean, z.Std, z.Histogram})
	}
	for _, g := range gradients(l) {
		if len(g.Histogram.Counts) > 0 {
			list = append(list, shape{g.name, g.N, g.Mean, g.Std, g.Histogram})
		}
	}
	return list
}

type gradient struct {
	name string
	*measure.Spread
}

func gradients(l train.Layer) []gradient {
	return slices.DeleteFunc([]gradient{{"dcost_ds", l.DS}, {"dcost_dw", l.DW}}, func(g gradient) bool { return g.Spread == nil })
}
