// Package legacy turns trainings that earlier versions of the program kept for its figures, a JSON file for each, into archives of runs. Nothing is
// trained again.
package legacy

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/pretrain"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/train"
)

// file is what an earlier version kept of one training.
type file struct {
	path string
	Key  struct {
		Numbers int  `json:"numbers"`
		Spec    spec `json:"spec"`
	} `json:"key"`
	Value result `json:"value"`
}

// spec was the declaration of a training.
type spec struct {
	Data       string  `json:"data"`
	Checksum   string  `json:"checksum"`
	Hidden     []int   `json:"hidden"`
	Activation string  `json:"activation"`
	Init       string  `json:"init"`
	Cost       string  `json:"cost"`
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	Rate       float64 `json:"rate"`
	Batch      int     `json:"batch"`
	Updates    int     `json:"updates"`
	Seed       uint64  `json:"seed"`

	Pretraining *struct {
		Updates     int
		Rate, Noise float64
	} `json:"pretraining"`
	Curvature *struct {
		Method    string
		Mu, Decay float64
		Every     int
	} `json:"curvature"`
	Watch watch `json:"watch"`
}

// watch said what was recorded in addition to the layers and the errors at the end.
type watch struct {
	Every     int   `json:"every"`
	Examples  int   `json:"examples"`
	Gradients bool  `json:"gradients"`
	Jacobians []int `json:"jacobians"`
	Test      int   `json:"test"`
	Images    int   `json:"images"`
}

// result had the measurements of a training.
type result struct {
	Snapshots []train.Layers `json:"looks"`
	Tests     []struct {
		Update      int
		Valid, Test float64
	} `json:"tests"`
	Best      int    `json:"best"`
	Wrong     []byte `json:"wrong"`
	Jacobians []struct {
		Update int
		Values [][]float32
	} `json:"jacobians"`
	Diverged *struct {
		Update int
		Where  string
	} `json:"diverged"`
	Pretrained []pretrain.Layer `json:"pretrained"`
}

// Convert reads the trainings in the folder from, and writes one archive per trajectory into the folder to. Trainings of one trajectory with
// different lengths must have equal records. Other files are ignored. Convert returns the number of trainings and the number of archives. It does
// not need the stored data sets.
func Convert(ctx context.Context, from, to string) (trainings, archives int, err error) {
	paths, err := filepath.Glob(filepath.Join(from, "*.json"))
	if err != nil {
		return 0, 0, err
	}
	if len(paths) == 0 {
		return 0, 0, &run.UsageError{Place: run.Place{File: from}, Problem: "has no kept trainings, expected: a folder with NAME-HASH.json files"}
	}
	c := &converter{data: dataset.NewLibrary(""), runs: map[string][]*file{}}
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return 0, 0, err
		}
		if err := c.read(ctx, path); err != nil {
			return 0, 0, err
		}
	}
	merged := make([]*run.Run, len(c.order)) // before anything is written
	for i, id := range c.order {
		if merged[i], err = c.merge(ctx, c.runs[id]); err != nil {
			return 0, 0, err
		}
		trainings += len(c.runs[id])
	}
	if err := os.MkdirAll(to, 0o777); err != nil {
		return 0, 0, err
	}
	for _, a := range merged {
		if err := ctx.Err(); err != nil {
			return 0, 0, err
		}
		if err := atomicfile.Write(filepath.Join(to, a.ArchiveName()), a.WriteArchive); err != nil {
			return 0, 0, err
		}
	}
	return trainings, len(c.order), nil
}

// Unconverted lists, in the order of their names, the files of kept trainings in a folder for which the folder has no archive of the same name.
// Other files are ignored, and so is a folder that does not exist.
func Unconverted(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	converted := map[string]bool{}
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), run.ArchiveSuffix); ok {
			converted[name[:max(0, strings.LastIndexByte(name, '-'))]] = true // without its id
		}
	}
	var paths []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".json" {
			continue
		}
		path := filepath.Join(dir, e.Name())
		f, ok, err := readKey(path)
		if err != nil {
			return nil, err
		}
		if ok && !converted[f.config().Name()] {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// readKey reads the declaration of a training from the first line of a file, and reports whether the file is a training.
func readKey(path string) (f file, ok bool, err error) {
	r, err := os.Open(path)
	if err != nil {
		return f, false, err
	}
	defer r.Close()
	line, err := bufio.NewReader(r).ReadBytes('\n')
	if err != nil && err != io.EOF {
		return f, false, err
	}
	line = append(bytes.TrimSuffix(line, []byte(",\n")), '}')
	if json.Unmarshal(line, &f) != nil || f.Key.Spec.Data == "" {
		return f, false, nil
	}
	return f, f.config().Validate(run.Allowed{}) == nil, nil
}

// A converter sorts kept trainings by their trajectories.
type converter struct {
	data  *dataset.Library
	order []string
	runs  map[string][]*file // by id
}

func (c *converter) read(ctx context.Context, path string) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	f := &file{path: path}
	d := json.NewDecoder(bytes.NewReader(src))
	if err := d.Decode(f); err != nil {
		return fmt.Errorf("%s: is not a kept training: %w", path, err)
	}
	if f.Key.Spec.Data == "" { // measurements of untrained networks, or of images
		return nil
	}
	if err := f.config().Validate(run.Allowed{}); err != nil {
		return fmt.Errorf("%s: is not a kept training: %w", path, err)
	}
	if f.Key.Spec.Data == "shapeset100k" { // its checksum did not include the training images
		f.Key.Spec.Checksum = ""
	}
	o, err := c.origin(ctx, f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	id := f.config().ID(o)
	if c.runs[id] == nil {
		c.order = append(c.order, id)
	}
	c.runs[id] = append(c.runs[id], f)
	return nil
}

// sizes of the validation, test and training sets of stored data, split as in the paper (section 2.2).
var sizes = map[string]run.Images{
	"mnist":         {Train: 50_000, Valid: 10_000, Test: 10_000},
	"cifar10":       {Train: 40_000, Valid: 10_000, Test: 10_000},
	"smallimagenet": {Train: 18_000, Valid: 2_000, Test: 2_000},
}

// origin returns the origin of the run.
func (c *converter) origin(ctx context.Context, f *file) (run.Origin, error) {
	s := f.Key.Spec
	o := run.Origin{Numbers: f.Key.Numbers, Seeds: map[string]uint64{"weights": s.Seed}}
	if images, ok := sizes[s.Data]; ok {
		o.Data, o.Seeds["order"] = images, s.Seed
		o.Data.Checksum = s.Checksum
		return o, nil
	}
	d, err := c.data.Open(ctx, s.Data)
	if err != nil {
		return o, err
	}
	o.Data = run.Images{Checksum: d.Checksum(), Valid: d.Valid.Len(), Test: d.Test.Len()}
	if d.Train != nil {
		o.Data.Train, o.Seeds["order"] = d.Train.Len(), s.Seed
	} else {
		o.Seeds["training images"], o.Seeds["validation images"], o.Seeds["test images"] = uint64(dataset.ImageSeed(s.Seed)), math.MaxUint32, 0
	}
	return o, nil
}

// config returns the configuration of the run.
func (f *file) config() run.Config {
	s, c := f.Key.Spec, run.Default()
	c.Seed, c.Threads = s.Seed, 1
	c.Model.Hidden, c.Model.Activation, c.Model.Init, c.Model.Cost = s.Hidden, s.Activation, s.Init, s.Cost
	c.Data = run.Data{Name: s.Data, Low: s.Low, High: s.High}
	c.Train.Updates, c.Train.Batch, c.Train.Rate = s.Updates, s.Batch, s.Rate
	if p := s.Pretraining; p != nil {
		c.Pretrain = run.Pretrain{Updates: p.Updates, Rate: p.Rate, Noise: p.Noise}
	}
	if k := s.Curvature; k != nil {
		c.Train.Optimizer, c.Train.CurvatureMu, c.Train.CurvatureEvery, c.Train.CurvatureDecay = k.Method, k.Mu, k.Every, k.Decay
	}
	c.Observe = f.observe()
	return c
}

// observe returns the recording: the schedules and the end.
func (f *file) observe() run.Observe {
	w, end := f.Key.Spec.Watch, f.Key.Spec.Updates
	o := run.Observe{Examples: w.Examples, Images: w.Images, Gradients: w.Gradients, Wrong: true, Jacobians: run.Schedule{At: w.Jacobians}}
	if w.Examples == 0 { // no layers were recorded
		o.Examples = run.Default().Observe.Examples
	}
	o.Layers, o.Histograms, o.Errors = &run.Schedule{}, &run.Schedule{}, &run.Schedule{}
	if w.Every > 0 {
		*o.Layers = run.Schedule{Every: w.Every}.With(end)
		*o.Histograms = run.Schedule{At: []int{0, end}}
	}
	if w.Test > 0 {
		o.Errors.Every, o.Errors.From = w.Test, 1
	}
	*o.Errors = o.Errors.With(end)
	return o
}

// merge makes one archive from the trainings of a trajectory. The longest one decides what was recorded.
func (c *converter) merge(ctx context.Context, files []*file) (*run.Run, error) {
	slices.SortStableFunc(files, func(a, b *file) int { return b.Key.Spec.Updates - a.Key.Spec.Updates })
	var parts []*run.History
	for _, f := range files {
		o, err := c.origin(ctx, f)
		if err != nil {
			return nil, err
		}
		h, err := f.history(o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.path, err)
		}
		parts = append(parts, h)
	}
	return run.NewArchive(*parts[0].Config.Observe.Histograms, parts...)
}

// history returns the measurements of the training.
func (f *file) history(o run.Origin) (*run.History, error) {
	v, c, exit := f.Value, f.config(), run.Done
	if v.Diverged != nil {
		exit = run.Diverged
	}
	h := &run.History{Config: c, Manifest: run.NewManifest(c, o, exit), Pretrained: v.Pretrained}
	for _, l := range v.Snapshots {
		h.Layers = append(h.Layers, run.LayersRecord{Event: run.LayersEvent, Examples: c.Observe.Examples, Layers: l})
	}
	for i, t := range v.Tests {
		valid, err1 := score(run.ValidEvent, t.Update, t.Valid, c.Observe.Tested(o.Data.Valid))
		test, err2 := score(run.TestEvent, t.Update, t.Test, c.Observe.Tested(o.Data.Test))
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		if i == v.Best {
			test.Wrong = v.Wrong
		}
		h.Scores = append(h.Scores, valid, test)
	}
	for _, j := range v.Jacobians {
		h.Spectra = append(h.Spectra, run.Spectrum{Event: run.JacobianEvent, Update: j.Update, Values: j.Values})
	}
	if d := v.Diverged; d != nil {
		h.Diverged = &run.Divergence{Event: run.DivergedEvent, Update: d.Update, Node: d.Where, Value: math.NaN()}
	}
	return h, nil
}

// score turns a share of errors into a record with a whole number of images.
func score(event string, update int, share float64, images int) (run.Score, error) {
	n := math.Round(share * float64(images))
	if n/float64(images) != share {
		return run.Score{}, fmt.Errorf("update %d: %v of %d images is not a whole number", update, share, images)
	}
	return run.Score{Event: event, Update: update, Examples: images, Errors: int(n), Error: share, NLL: math.NaN()}, nil
}
