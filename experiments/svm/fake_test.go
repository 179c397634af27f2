package svm

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"glorot/experiments/dataset"
)

// fake writes two shell scripts in the place of LIBSVM.
func fake(t *testing.T, train, predict string) *Program {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the scripts are for a Unix shell")
	}
	dir := t.TempDir()
	p := &Program{Train: filepath.Join(dir, "svm-train"), Predict: filepath.Join(dir, "svm-predict")}
	for path, script := range map[string]string{p.Train: train, p.Predict: predict} {
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// fakeTrain makes a model of which C, its seventh argument, is the number of
// support vectors; fakePredict says that all images are of that class.
const (
	fakeTrain   = `for last; do :; done; printf 'svm_type c_svc\ntotal_sv %s\nSV\n' "$7" >"$last"`
	fakePredict = `class=$(sed -n 's/total_sv //p' "$3"); sed "s/.*/$class/" "$2" >"$4"`
)

// options are of one pixel: training images of classes 1 and 2, and others of 2
// and 3.
func options(t *testing.T) Options {
	return Options{
		Train: set("training", []uint8{0, 255}, []uint8{1, 2}),
		Valid: set("validation", []uint8{1, 2, 3}, []uint8{2, 3, 2}),
		Test:  set("test", []uint8{4, 5, 6, 7}, []uint8{3, 2, 3, 3}),
		Scale: dataset.Scale{Low: -1, High: 1},
		C:     2, Gamma: 0.25,
		Dir: t.TempDir(),
	}
}

// set is images of one pixel.
func set(name string, images, labels []uint8) *dataset.Set {
	return &dataset.Set{Name: name, Images: images, Labels: labels, Features: 1, Classes: 4}
}

// empty fails the test unless all temporary files are gone.
func empty(t *testing.T, dir string) {
	t.Helper()
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("files left: %v, %v", files, err)
	}
}

func TestEvaluate(t *testing.T) {
	// 0.25 (2/255)² = 1/65025 is gamma of grey levels for inputs from -1 to 1.
	const args = "-q -s 0 -t 2 -c 2 -g 1.5378700499807768e-05 -m 7"
	p := fake(t, `case "$*" in "`+args+` "*/train" "*/model) ;; *) echo "$*" >&2; exit 1;; esac
`+fakeTrain, fakePredict)
	o := options(t)
	o.CacheMB = 7
	r, err := p.Evaluate(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if r.SupportVectors != 2 || r.ValidWrong.Len() != 3 || r.ValidWrong.Count() != 1 || !r.ValidWrong.Get(1) ||
		r.TestWrong.Len() != 4 || r.TestWrong.Count() != 3 || r.TestWrong.Get(1) {
		t.Errorf("%+v", r)
	}
	if !(r.TrainSeconds >= 0 && r.TrainSeconds < 5 && r.PredictSeconds >= 0 && r.PredictSeconds < 5) {
		t.Errorf("seconds %v and %v", r.TrainSeconds, r.PredictSeconds)
	}
	empty(t, o.Dir)

	o.Valid, o.Test = nil, nil
	r, err = p.Evaluate(context.Background(), o)
	if err != nil || r.SupportVectors != 2 || r.ValidWrong.Len() != 0 || r.TestWrong.Len() != 0 {
		t.Errorf("without images to predict: %+v, %v", r, err)
	}
}

// Class 2 is that of two of three validation images: C = 2 is best, and the
// first of the two gammas. It has one of four test images right.
func TestSearch(t *testing.T) {
	p := fake(t, fakeTrain, fakePredict)
	o := options(t)
	best, all, err := p.Search(context.Background(), o, Grid{C: []float64{1, 2, 3}, Gamma: []float64{5, 6}})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		c, gamma float64
		errors   int
	}{{1, 5, 3}, {1, 6, 3}, {2, 5, 1}, {2, 6, 1}, {3, 5, 2}, {3, 6, 2}}
	for i, w := range want {
		if a := all[i]; a.C != w.c || a.Gamma != w.gamma || a.ValidWrong.Count() != w.errors ||
			a.SupportVectors != int(w.c) || (a.TestWrong.Len() > 0) != (i == 2) {
			t.Errorf("candidate %d: %+v, want %+v", i, a, w)
		}
	}
	if len(all) != len(want) || best.C != 2 || best.Gamma != 5 || best.TestWrong.Count() != 3 {
		t.Errorf("%d candidates, best %+v", len(all), best)
	}
	empty(t, o.Dir)
}

// What goes wrong in a program is in the error, and its files are removed.
func TestProgramErrors(t *testing.T) {
	for _, c := range []struct{ train, predict, want string }{
		{`echo 'no memory' >&2; exit 3`, fakePredict, "svm: C 2, gamma 0.25: svm-train: exit status 3: no memory"},
		{`exit 3`, fakePredict, "svm: C 2, gamma 0.25: svm-train: exit status 3"},
		{`exit 0`, fakePredict, "model: no such file"},
		{`for last; do :; done; printf 'SV\ntotal_sv 1\n' >"$last"`, fakePredict, "model: no line total_sv in the header"},
		{`for last; do :; done; printf 'total_sv x\nSV\n' >"$last"`, fakePredict, `model: total_sv is "x", want a number`},
		{fakeTrain, `exit 1`, "svm: prediction of validation: svm-predict: exit status 1"},
		{fakeTrain, `exit 0`, "labels: no such file"},
		{fakeTrain, `echo 1 >"$4"`, "labels: 1 predictions of 3 images"},
		{fakeTrain, `printf '1\n1.5\n' >"$4"`, `labels: line 2 is "1.5", want a label`},
	} {
		o := options(t)
		_, err := fake(t, c.train, c.predict).Evaluate(context.Background(), o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
		empty(t, o.Dir)
	}
}

// The end of the context kills the program, and is the error.
func TestCancel(t *testing.T) {
	started := filepath.Join(t.TempDir(), "started")
	p := fake(t, "echo >'"+started+"'; exec sleep 60", fakePredict)
	ctx, cancel := context.WithCancelCause(context.Background())
	stopped := errors.New("stopped by the test")
	go func() {
		defer cancel(stopped)
		for range 500 {
			if _, err := os.Stat(started); err == nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	begun := time.Now()
	o := options(t)
	_, err := p.Evaluate(ctx, o)
	if !errors.Is(err, stopped) {
		t.Errorf("%v, want %v", err, stopped)
	}
	if waited := time.Since(begun); waited > 30*time.Second {
		t.Errorf("the program ran on for %v", waited)
	}
	empty(t, o.Dir)
}

func TestFind(t *testing.T) {
	p := fake(t, fakeTrain, fakePredict)
	t.Setenv("PATH", filepath.Dir(p.Train))
	found, err := Find()
	if err != nil || *found != *p {
		t.Errorf("%+v, %v; want %+v", found, err, p)
	}
	for _, program := range []string{"svm-predict", "svm-train"} {
		if err := os.Remove(filepath.Join(filepath.Dir(p.Train), program)); err != nil {
			t.Fatal(err)
		}
		_, err := Find()
		var missing *NotInstalledError
		if !errors.As(err, &missing) || missing.Program != program || !errors.Is(err, exec.ErrNotFound) ||
			!strings.Contains(err.Error(), "apt-get install libsvm-tools") {
			t.Errorf("without %s: %v", program, err)
		}
	}
}
