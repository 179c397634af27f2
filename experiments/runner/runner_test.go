package runner

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/train"
	"glorot/graph/kernel"

	"pgregory.net/rapid"
)

// library is that of all tests: its images are made once.
var library = dataset.NewLibrary("")

// small is a run of a few milliseconds.
func small() run.Config {
	c := run.Default()
	c.Model.Hidden = []int{6, 5}
	c.Model.Init = "normalized"
	c.Train.Rate, c.Train.Updates, c.Train.Batch = 0.05, 40, 2
	c.Observe.Every, c.Observe.Examples, c.Observe.Images = 10, 20, 50
	c.Checkpoint = run.Checkpoint{Every: 7, Keep: 2, Digest: 5}
	c.Threads = 1
	return c
}

func do(t testing.TB, dir string, c run.Config) *run.Trace {
	t.Helper()
	trace, err := (&Runner{Data: library}).Do(context.Background(), dir, c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

func read(t testing.TB, path ...string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// equal compares what JSON says, in which NaN is NaN.
func equal(a, b *run.Trace) bool {
	x, err1 := run.Encode(a)
	y, err2 := run.Encode(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

// errKilled ends a training as a kill would: without a checkpoint.
var errKilled = errors.New("killed")

// disturb adds to a run until it is interrupted, killed or fails at an update.
func disturb(t *rapid.T, dir string, c run.Config, e *kernel.Engine, at int, kill bool) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r := &Runner{Data: library, Engine: e, Attach: func(l *train.Loop) error {
		l.On(func(u int) bool { return u == at }, func(context.Context, int) error {
			if kill {
				return errKilled
			}
			cancel()
			return nil
		})
		return nil
	}}
	_, err := r.Do(ctx, dir, c, nil)
	var interrupted *InterruptedError
	if err != nil && !errors.Is(err, errKilled) && !errors.As(err, &interrupted) {
		t.Fatal(err)
	}
}

func drawMeasures(t *rapid.T) []string {
	return rapid.SampledFrom([][]string{nil, {"dead", "confusion"}, {"rank", "update_ratio"}, {"grad_cosine"}, Allowed().Measures}).Draw(t, "measures")
}

func drawSpec(t *rapid.T) run.Config {
	c := small()
	c.Seed = rapid.Uint64Range(0, 5).Draw(t, "seed")
	c.Train.Optimizer = rapid.SampledFrom(Allowed().Optimizers).Draw(t, "optimizer")
	c.Train.CurvatureEvery = rapid.IntRange(1, 9).Draw(t, "curvature every")
	plain := true
	if c.Train.Optimizer != run.Hessian && c.Train.Optimizer != run.Variance {
		c.Model.Norm, c.Model.Dropout = rapid.SampledFrom(Allowed().Norms).Draw(t, "norm"), rapid.SampledFrom([]float64{0, 0.2}).Draw(t, "dropout")
		c.Train.Schedule, c.Train.ScheduleUpdates = rapid.SampledFrom(Allowed().Schedules).Draw(t, "schedule"), 40
		plain = c.Model.Norm == "none" && c.Model.Dropout == 0
	}
	if plain && rapid.Bool().Draw(t, "pretrained") {
		c.Pretrain.Updates, c.Pretrain.Rate = rapid.IntRange(1, 12).Draw(t, "pretraining"), 0.01
	}
	c.Observe.Layers = &run.Schedule{Every: rapid.IntRange(0, 12).Draw(t, "layers"), At: rapid.SampledFrom([][]int{nil, {3}, {0, 17}}).Draw(t, "layers at")}
	c.Observe.Histograms = &run.Schedule{At: []int{0}}
	c.Observe.Errors = &run.Schedule{Every: rapid.IntRange(0, 9).Draw(t, "errors")}
	c.Observe.Measures = drawMeasures(t)
	if plain {
		c.Observe.Jacobians = run.Schedule{At: rapid.SampledFrom([][]int{nil, {0, 20}}).Draw(t, "jacobians")}
	}
	c.Checkpoint = run.Checkpoint{Every: rapid.IntRange(1, 15).Draw(t, "checkpoint"), Keep: rapid.IntRange(1, 3).Draw(t, "keep"), Digest: rapid.IntRange(0, 8).Draw(t, "digest")}
	return c
}

// Whatever was interrupted, killed, resumed, moved or extended, on however many threads, with whichever kernels: the log is that of an undisturbed run, byte for byte, and
// so are the weights and the answer; a shorter run's log is a prefix of it.
func TestLogIsAPrefix(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		root, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		c := drawSpec(rt)
		forked := rapid.Bool().Draw(rt, "forked")
		straight, dir := filepath.Join(root, "straight"), filepath.Join(root, "a")
		if forked {
			parent := filepath.Join(root, "parent")
			do(t, parent, c)
			at := rapid.IntRange(0, 30).Draw(rt, "at")
			for _, out := range []string{straight, dir} {
				if c, err = (&Runner{Data: library}).Fork(context.Background(), parent, at, []string{"train.rate=0.02"}, out); err != nil {
					rt.Fatal(err)
				}
			}
		}
		last := rapid.IntRange(31, 60).Draw(rt, "updates")
		c.Train.Updates = last
		want := do(t, straight, c)
		moves := 0
		for range rapid.IntRange(3, 5).Draw(rt, "disturbances") {
			c.Train.Updates = rapid.IntRange(30, last).Draw(rt, "length")
			c.Threads = run.Threads(rapid.IntRange(1, 2).Draw(rt, "threads"))
			var e *kernel.Engine // of the fastest kernels here
			if rapid.Bool().Draw(rt, "portable") {
				e = kernel.Portable()
			}
			disturb(rt, dir, c, e, rapid.IntRange(0, 60).Draw(rt, "end"), rapid.Bool().Draw(rt, "kill"))
			if log := read(t, dir, run.LogFile); !bytes.HasPrefix(read(t, straight, run.LogFile), log) {
				rt.Fatalf("after a disturbance the log is no prefix of the undisturbed one:\n%s", log)
			}
			if rapid.Bool().Draw(rt, "move") {
				moves++
				if err := os.Rename(dir, dir+"m"); err != nil {
					rt.Fatal(err)
				}
				dir += "m"
			}
		}
		c.Train.Updates, c.Threads = last, 1
		got := do(t, dir, c)
		for _, file := range []string{run.LogFile, run.WeightsFile} {
			if !bytes.Equal(read(t, straight, file), read(t, dir, file)) {
				rt.Fatalf("%s differs from that of the undisturbed run", file)
			}
		}
		if got.Digests = want.Digests; !equal(got, want) {
			rt.Fatalf("the answer differs:\n%+v\n%+v", got, want)
		}
		verdict, err := (&Runner{Data: library}).Replay(context.Background(), opened(t, dir), ReplayOptions{From: -1, To: -1})
		if err != nil || !verdict.Identical {
			rt.Fatalf("%+v, %v", verdict, err)
		}
	})
}

// An answer is exactly what was asked for, whatever else the run has.
func TestAnswerDoesNotDependOnTheRun(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		root, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		c := small()
		c.Observe.Layers = &run.Schedule{Every: 10}
		c.Observe.Jacobians = run.Schedule{At: []int{0, 13}}
		c.Observe.Measures = drawMeasures(rt)
		c.Train.Updates = 25
		want := do(t, filepath.Join(root, "alone"), c)

		dir, other := filepath.Join(root, "other"), drawSpec(rt)
		other.Seed, other.Model, other.Train, other.Pretrain = c.Seed, c.Model, c.Train, c.Pretrain
		other.Train.Updates = rapid.IntRange(0, 50).Draw(rt, "other's updates")
		other.Observe.Examples = rapid.SampledFrom([]int{20, 30}).Draw(rt, "examples")
		other.Observe.Gradients = rapid.Bool().Draw(rt, "gradients")
		other.Observe.Images = rapid.SampledFrom([]int{50, 60}).Draw(rt, "images")
		do(t, dir, other)
		got := do(t, dir, c)
		if got.Digests = want.Digests; !equal(got, want) {
			rt.Fatalf("the answer differs:\n%+v\n%+v", got, want)
		}
	})
}

// Whatever else ends a training is returned, and the manifest says that it failed, and why; then it can be resumed.
func TestFailed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	boom := errors.New("boom")
	r := &Runner{Data: library, Attach: func(l *train.Loop) error {
		l.On(func(u int) bool { return u == 25 }, func(context.Context, int) error { return boom })
		return nil
	}}
	if _, err := r.Do(context.Background(), dir, small(), nil); !errors.Is(err, boom) {
		t.Errorf("error %v, want %v", err, boom)
	}
	s, err := run.Peek(dir)
	if err != nil || s.Status != run.Failed || !strings.HasSuffix(s.Manifest.Reason, "boom") {
		t.Errorf("status %s because of %q, %v; want that it failed", s.Status, s.Manifest.Reason, err)
	}
	do(t, dir, small())
	do(t, filepath.Join(filepath.Dir(dir), "whole"), small())
	if !bytes.Equal(read(t, dir, run.LogFile), read(t, dir+"/../whole", run.LogFile)) {
		t.Error("the log is not that of a run that did not fail")
	}
}

// A request far beyond what is known is answered by its schedules, not by a list of what is missing.
func TestFarRequest(t *testing.T) {
	dir, c := filepath.Join(t.TempDir(), "run"), small()
	do(t, dir, c)
	c.Train.Updates, c.Observe.Layers = 1<<40, &run.Schedule{Every: 1}
	r, err := run.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Trace(c)
	var gap *run.GapError
	if !errors.As(err, &gap) || len(gap.Updates()) > 40 || gap.Last != 1<<40 {
		t.Errorf("%v", err)
	}
}

// A trajectory that has an archive is held against it while it is trained again: other numbers are an error.
func TestGetMeetsTheArchive(t *testing.T) {
	c, kept := small(), t.TempDir()
	dir := filepath.Join(t.TempDir(), "run")
	do(t, dir, c)
	r, err := run.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	write := func(r *run.Run) {
		var b bytes.Buffer
		a, err := r.Archive(run.Schedule{})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(a.WriteArchive(&b), os.WriteFile(filepath.Join(kept, r.ArchiveName()), b.Bytes(), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	write(r)
	store := func() *run.Store {
		return run.NewStore(t.TempDir(), run.Archives{FS: os.DirFS(kept), Name: "kept"})
	}
	ctx, runs := context.Background(), &Runner{Data: library}
	c.Observe.Histograms = &run.Schedule{}
	s := store()
	if _, err := runs.Get(ctx, s, c, nil); err != nil {
		t.Fatal(err)
	}
	if made, err := os.ReadDir(s.Dir); err != nil || len(made) != 0 {
		t.Errorf("%d runs were made, %v; want none, as the archive knows everything", len(made), err)
	}
	longer := c
	longer.Train.Updates = 50
	if _, err := runs.Get(ctx, s, longer, nil); err != nil {
		t.Error(err)
	}
	// The same with an archive that has one digest otherwise.
	log := read(t, dir, run.LogFile)
	h, err := r.History()
	if err != nil {
		t.Fatal(err)
	}
	bad := bytes.ReplaceAll(log, []byte(h.Digests[3].SHA256), []byte(strings.Repeat("0", 64)))
	manifest := bytes.ReplaceAll(read(t, dir, run.ManifestFile), fmt.Appendf(nil, "%x", sha256.Sum256(log)), fmt.Appendf(nil, "%x", sha256.Sum256(bad)))
	if err := errors.Join(os.WriteFile(r.Path(run.LogFile), bad, 0o666), os.WriteFile(r.Path(run.ManifestFile), manifest, 0o666)); err != nil {
		t.Fatal(err)
	}
	if r, err = run.Open(dir); err != nil {
		t.Fatal(err)
	}
	write(r)
	if _, err := runs.Get(ctx, store(), longer, nil); err == nil || !strings.Contains(err.Error(), "after 15 updates the weights have the SHA-256 ") {
		t.Errorf("%v; want that the digest of update 15 is another", err)
	}
}

// A request that ends between a run's last record and the checkpoint at which it was interrupted is answered, and changes no log.
func TestRequestBehindAnInterrupt(t *testing.T) {
	c, dir := small(), filepath.Join(t.TempDir(), "a")
	c.Train.Updates = 46
	ctx, cancel := context.WithCancel(context.Background())
	r := &Runner{Data: library, Attach: func(l *train.Loop) error {
		l.On(func(u int) bool { return u == 31 }, func(context.Context, int) error { cancel(); return nil })
		return nil
	}}
	var interrupted *InterruptedError
	if _, err := r.Do(ctx, dir, c, nil); !errors.As(err, &interrupted) || interrupted.Update != 32 {
		t.Fatalf("%v; want an interrupt at 32", err)
	}
	log := read(t, dir, run.LogFile)
	short := c
	short.Train.Updates = 31
	got, want := do(t, dir, short), do(t, filepath.Join(t.TempDir(), "b"), short)
	if got.Digests = want.Digests; !equal(got, want) || !bytes.Equal(read(t, dir, run.LogFile), log) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// An interrupt says whether anything was kept of the work: a training that ends before its first update is where it was.
func TestInterruptKeeps(t *testing.T) {
	c, dir := small(), filepath.Join(t.TempDir(), "a")
	for i, want := range []InterruptedError{{Update: 10, Kept: true}, {Update: 10}, {Update: 20, Kept: true}} {
		ctx, cancel := context.WithCancel(context.Background())
		r := &Runner{Data: library, Attach: func(l *train.Loop) error {
			if i == 1 {
				cancel()
			}
			l.On(func(u int) bool { return u == 10*(i/2+1) }, func(context.Context, int) error { cancel(); return nil })
			return nil
		}}
		var got *InterruptedError
		if _, err := r.Do(ctx, dir, c, nil); !errors.As(err, &got) || got.Update != want.Update || got.Kept != want.Kept {
			t.Errorf("interrupt %d: %v, %+v; want %+v", i, err, got, want)
		}
		cancel()
	}
}

func opened(t *testing.T, dir string) *run.Run {
	t.Helper()
	r, err := run.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
