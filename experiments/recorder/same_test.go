package recorder_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/measure"
	"glorot/experiments/recorder"
	"glorot/experiments/run"
	"glorot/experiments/runner"
)

var update = flag.Bool("update", false, "record the network of the tests again with PyTorch")

// The statistics that PyTorch's recording has of a 6-layer network in the course of 500 updates are those of a run of glorot with the same initial
// weights and the same examples. A mini-batch has all training examples, so that their order does not matter but for rounding.
func TestSameAsPyTorch(t *testing.T) {
	folder, own := trainedHere(t)
	t.Run("kept", func(t *testing.T) { same(t, own, filepath.Join("testdata", "pytorch")) })
	t.Run("now", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "recorded")
		python(t, "testdata/same.py", folder, out)
		same(t, own, out)
		if *update {
			for _, name := range []string{run.RecordedFile, run.LogFile} {
				src, err := os.ReadFile(filepath.Join(out, name))
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join("testdata", "pytorch", name), src, 0o666); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// trainedHere trains the network, and returns a folder with its examples and initial weights, and the run.
func trainedHere(t *testing.T) (folder, dir string) {
	t.Helper()
	folder = t.TempDir()
	random := uint32(1)
	uniform := func() float64 { // numerical recipes' generator: the same numbers everywhere
		random = random*1664525 + 1013904223
		return float64(random>>8) / (1 << 24)
	}
	for name, n := range map[string]int{"train": 32, "valid": 12, "test": 40} {
		random = uint32(n)
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		rows := [][]string{{"a", "b", "c", "d", "e", "f", "label"}}
		for range n {
			var row []string
			sum := 0.0
			for range 6 {
				v := float32(2*uniform() - 1)
				sum += float64(v)
				row = append(row, fmt.Sprint(v))
			}
			rows = append(rows, append(row, fmt.Sprint(min(2, max(0, int(math.Floor(sum+1.5)))))))
		}
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".csv"), b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	r := &runner.Runner{Data: dataset.NewLibrary("")}
	for _, c := range []struct {
		dir     string
		updates int
	}{{filepath.Join(folder, "initial"), 0}, {filepath.Join(folder, "run"), 500}} {
		config, err := run.Load("", []string{
			"data.path=" + folder, "data.standardize=none", "model.hidden=[16,16,16,16,16]", "train.batch=32", "train.rate=0.05",
			fmt.Sprint("train.updates=", c.updates), "observe.every=100", "observe.examples=40",
		}, runner.Allowed())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Do(context.Background(), c.dir, config, nil); err != nil {
			t.Fatal(err)
		}
		dir = c.dir
	}
	if err := os.Rename(filepath.Join(folder, "initial", run.WeightsFile), filepath.Join(folder, run.WeightsFile)); err != nil {
		t.Fatal(err)
	}
	return folder, dir
}

// python runs a script with the recorder in its path. It skips the test if there is no Python with PyTorch.
func python(t *testing.T, args ...string) {
	t.Helper()
	program := os.Getenv("GLOROT_PYTHON")
	if program == "" {
		program = "python3"
	}
	if err := exec.Command(program, "-c", "import torch").Run(); err != nil {
		t.Skipf("%s has no torch (%v); GLOROT_PYTHON may name another Python", program, err)
	}
	modules := t.TempDir()
	if err := os.WriteFile(filepath.Join(modules, "glorot_hook.py"), []byte(recorder.PyTorch), 0o666); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, args...)
	c.Env = append(os.Environ(), "PYTHONPATH="+modules, "PYTHONDONTWRITEBYTECODE=1", "OMP_NUM_THREADS=1")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

const tolerance = 1e-5

// same compares the statistics of two runs.
func same(t *testing.T, own, recorded string) {
	t.Helper()
	a, b := history(t, own), history(t, recorded)
	if len(a.Layers) != 6 || len(b.Layers) != 6 || len(a.Scores) != 12 || len(b.Scores) != 12 {
		t.Fatalf("%d and %d snapshots, %d and %d tests", len(a.Layers), len(b.Layers), len(a.Scores), len(b.Scores))
	}
	worst := 0.0
	near := func(what string, got, want, scale float64) {
		t.Helper()
		if d := math.Abs(got-want) / max(scale, math.Abs(want)); !(d <= tolerance) {
			t.Errorf("%s: PyTorch has %v, glorot %v", what, got, want)
		} else {
			worst = max(worst, d)
		}
	}
	for i, x := range a.Layers {
		y := b.Layers[i]
		if x.Update != 100*i || y.Update != x.Update || len(x.Layers.Layers) != 6 || len(y.Layers.Layers) != 6 || y.Examples != x.Examples {
			t.Fatalf("snapshot %d: after %d and %d updates, %d and %d layers, of %d and %d examples", i, x.Update, y.Update,
				len(x.Layers.Layers), len(y.Layers.Layers), x.Examples, y.Examples)
		}
		for k, l := range x.Layers.Layers {
			m, at := y.Layers.Layers[k], fmt.Sprintf("update %d, layer %d", x.Update, k+1)
			if z := l.Z; z != nil {
				if m.Z == nil || m.Z.N != z.N || m.SaturationRule != l.SaturationRule {
					t.Fatalf("%s: activations %+v", at, m)
				}
				near(at+" z/mean", m.Z.Mean, z.Mean, z.Std)
				near(at+" z/std", m.Z.Std, z.Std, 0)
				near(at+" z/kurtosis", m.Z.Kurtosis, z.Kurtosis, 0)
				for j, p := range [][2]float64{{m.Z.P01, z.P01}, {m.Z.P02, z.P02}, {m.Z.P98, z.P98}, {m.Z.P99, z.P99}} {
					near(fmt.Sprint(at, " percentile ", j), p[0], p[1], z.Std)
				}
				near(at+" z/flat", m.Z.Saturated, z.Saturated, 1)
			}
			for name, g := range map[string][2]*measure.GradientStats{"dcost_ds": {m.DS, l.DS}, "dcost_dw": {m.DW, l.DW}} {
				if g[0] == nil || g[0].N != g[1].N {
					t.Fatalf("%s: %s %+v", at, name, g[0])
				}
				near(at+" "+name+"/mean", g[0].Mean, g[1].Mean, g[1].Std)
				near(at+" "+name+"/std", g[0].Std, g[1].Std, 0)
				near(at+" "+name+"/kurtosis", g[0].Kurtosis, g[1].Kurtosis, 0)
			}
		}
	}
	for i, s := range a.Scores {
		r := b.Scores[i]
		if r.Event != s.Event || r.Update != s.Update || r.Examples != s.Examples {
			t.Fatalf("score %+v, want %+v", r, s)
		}
		near(fmt.Sprint(s.Event, " error after ", s.Update), r.Error, s.Error, 1)
		near(fmt.Sprint(s.Event, " cost after ", s.Update), r.NLL, s.NLL, 0)
	}
	if a.Scores[11].NLL >= a.Scores[1].NLL {
		t.Errorf("the network did not learn: test cost %v, then %v", a.Scores[1].NLL, a.Scores[11].NLL)
	}
	t.Logf("the largest relative difference is %.2g", worst)
}

func history(t *testing.T, dir string) *run.History {
	t.Helper()
	r, err := run.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	h, err := r.History()
	if err != nil {
		t.Fatal(err)
	}
	return h
}
