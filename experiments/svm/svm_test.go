package svm

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/models/stream"
)

// Zeros are left out, pixels count from 1, and an image of zeros is its label.
func TestFormat(t *testing.T) {
	s := &dataset.Set{
		Images: []uint8{0, 7, 255, 0, 0, 0, 1, 0, 10},
		Labels: []uint8{3, 0, 12}, Features: 3, Classes: 13,
	}
	path := filepath.Join(t.TempDir(), "train")
	if err := createSet(path, s); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if want := "3 2:7 3:255\n0\n12 1:1 3:10\n"; err != nil || string(text) != want {
		t.Errorf("%q, %v; want %q", text, err, want)
	}
}

func TestFormatErrors(t *testing.T) {
	full := errors.New("disk full")
	if err := writeSet(failing{full}, set("", []uint8{1}, []uint8{1})); !errors.Is(err, full) {
		t.Errorf("%v, want %v", err, full)
	}
	o := options(t)
	o.Dir = filepath.Join(o.Dir, "missing")
	if _, err := new(Program).Evaluate(context.Background(), o); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v, want no such directory", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestValidate(t *testing.T) {
	grid := Grid{C: []float64{1}, Gamma: []float64{1}}
	none := set("test", nil, nil)
	wide := &dataset.Set{Name: "test", Images: make([]uint8, 2), Labels: make([]uint8, 1), Features: 2}
	for _, c := range []struct {
		change func(o *Options)
		want   string
	}{
		{func(o *Options) { o.Train = nil }, "svm: no training images"},
		{func(o *Options) { o.Train = none }, "svm: no training images"},
		{func(o *Options) { o.Test = none }, "svm: no images in test"},
		{func(o *Options) { o.Test = wide }, "svm: images of test have 2 features, training images 1"},
		{func(o *Options) { o.CacheMB = -1 }, "svm: cache is -1 MB, must be 0 or more"},
		{func(o *Options) { o.Scale = dataset.Scale{} }, "svm: scale is 0 to 0, must rise and be finite"},
	} {
		o := options(t)
		c.change(&o)
		if _, err := new(Program).Evaluate(context.Background(), o); err == nil || err.Error() != c.want {
			t.Errorf("%v, want %q", err, c.want)
		}
		if _, _, err := new(Program).Search(context.Background(), o, grid); err == nil || err.Error() != c.want {
			t.Errorf("search: %v, want %q", err, c.want)
		}
	}
	for _, v := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		o := options(t)
		o.C = v
		if err := o.Validate(); err == nil || !strings.Contains(err.Error(), "svm: C is") {
			t.Errorf("C %v: %v", v, err)
		}
		o.C, o.Gamma = 1, v
		if err := o.Validate(); err == nil || !strings.Contains(err.Error(), "svm: gamma is") {
			t.Errorf("gamma %v: %v", v, err)
		}
	}
}

func TestGridErrors(t *testing.T) {
	for want, g := range map[string]Grid{
		"svm: grid of 0 values of C and 1 of gamma, must be 1 or more": {Gamma: []float64{1}},
		"svm: grid of 1 values of C and 0 of gamma, must be 1 or more": {C: []float64{1}},
		"svm: C is -1, must be positive and finite":                    {C: []float64{1, -1}, Gamma: []float64{1}},
		"svm: gamma is 0, must be positive and finite":                 {C: []float64{1}, Gamma: []float64{1, 0}},
	} {
		if _, _, err := new(Program).Search(context.Background(), options(t), g); err == nil || err.Error() != want {
			t.Errorf("%v, want %q", err, want)
		}
	}
	o := options(t)
	o.Valid = nil
	_, _, err := new(Program).Search(context.Background(), o, Grid{C: []float64{1}, Gamma: []float64{1}})
	if err == nil || err.Error() != "svm: no validation images to choose C and gamma on" {
		t.Error(err)
	}
}

// installed returns LIBSVM, or skips the test.
func installed(t *testing.T) *Program {
	t.Helper()
	p, err := Find()
	if err != nil {
		t.Skip(err)
	}
	return p
}

// Two images of one pixel, u = 0 and 1, have the machine with both as support
// vectors and its border halfway, for every gamma.
func TestTwoImages(t *testing.T) {
	o := Options{
		Train: set("training", []uint8{0, 255}, []uint8{0, 1}),
		Test:  set("test", []uint8{0, 100, 127, 128, 200, 255}, []uint8{0, 0, 0, 1, 1, 1}),
		Scale: dataset.Scale{Low: 0, High: 1}, C: 10, Gamma: 1, Dir: t.TempDir(),
	}
	r, err := installed(t).Evaluate(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if r.SupportVectors != 2 || r.TestWrong.Count() != 0 || r.TestWrong.Len() != 6 {
		t.Errorf("%+v", r)
	}
	empty(t, o.Dir)
}

// rings are points of a square around the grey level 127.5: class 0 within the
// radius 40, class 1 from 60 to 80, class 2 from 100 on. No line parts them.
func rings(name string, n int) *dataset.Set {
	src := stream.New(1, name)
	s := &dataset.Set{Name: name, Features: 2, Classes: 3}
	for s.Len() < n {
		x, y := uint8(src.Uint64()), uint8(src.Uint64())
		switch r := math.Hypot(float64(x)-127.5, float64(y)-127.5); {
		case r < 40:
			s.Labels = append(s.Labels, 0)
		case r > 60 && r < 80:
			s.Labels = append(s.Labels, 1)
		case r > 100:
			s.Labels = append(s.Labels, 2)
		default:
			continue
		}
		s.Images = append(s.Images, x, y)
	}
	return s
}

// With a kernel as wide as the gaps all rings are learned; the search leaves
// one that is far too wide, which cannot tell the classes apart.
func TestRings(t *testing.T) {
	o := Options{
		Train: rings("train", 400), Valid: rings("valid", 200), Test: rings("test", 300),
		Scale: dataset.Scale{Low: 0, High: 1}, Dir: t.TempDir(),
	}
	best, all, err := installed(t).Search(context.Background(), o, Grid{C: []float64{100}, Gamma: []float64{1e-6, 20}})
	if err != nil {
		t.Fatal(err)
	}
	if best.Gamma != 20 || best.ValidWrong.Count() > 4 || best.TestWrong.Count() > 6 {
		t.Errorf("gamma %v: %d and %d errors", best.Gamma, best.ValidWrong.Count(), best.TestWrong.Count())
	}
	if n := all[0].ValidWrong.Count(); n < 60 {
		t.Errorf("gamma %v: %d errors", all[0].Gamma, n)
	}
}

func TestShapeset(t *testing.T) {
	o, err := Shapeset(context.Background(), 4, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct {
		set *dataset.Set
		n   int
	}{{o.Train, 4}, {o.Valid, 3}, {o.Test, 3}} {
		if s.set.Len() != s.n || s.set.Features != 1024 || s.set.Classes != 9 {
			t.Errorf("%s: %d images of %d pixels, %d classes", s.set.Name, s.set.Len(), s.set.Features, s.set.Classes)
		}
	}
	if o.Train.Name != "shapeset seed 1" || o.Valid.Name != "shapeset seed 4294967295" || o.Test.Name != "shapeset seed 0" {
		t.Errorf("%s, %s, %s", o.Train.Name, o.Valid.Name, o.Test.Name)
	}
	if o.Scale != (dataset.Scale{Low: 0, High: 1}) {
		t.Errorf("scale %v", o.Scale)
	}
	if _, err := Shapeset(context.Background(), 0, 3); err == nil {
		t.Error("no error for 0 training images")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Shapeset(ctx, 4, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want a cancelled context", err)
	}
}
