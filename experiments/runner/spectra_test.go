package runner

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"glorot/experiments/run"
)

// The spectra that are measured afterwards are those that a run with observe.jacobians logs, bit by bit: from the beginning, from a checkpoint, of
// an archive, after a pre-training. Nothing in the run changes. If the time has passed, they are those of the nearest checkpoint.
func TestSpectrumAt(t *testing.T) {
	c, dir := small(), t.TempDir()
	c.Pretrain.Updates, c.Pretrain.Rate = 3, 0.01
	asked := c
	asked.Observe.Jacobians = run.Schedule{At: []int{0, 13, 35, 37, 40}}
	want := map[int]run.Spectrum{}
	for _, s := range do(t, filepath.Join(dir, "asked"), asked).Spectra {
		want[s.Update] = s
	}
	do(t, filepath.Join(dir, "plain"), c)
	plain, archive := opened(t, filepath.Join(dir, "plain")), archived(t, filepath.Join(dir, "plain"))
	before := read(t, plain.Path(run.LogFile))
	over := make(chan struct{})
	close(over)
	for _, x := range []struct {
		source     *run.Run
		update, at int
		enough     chan struct{}
	}{
		{plain, 0, 0, nil}, {plain, 13, 13, nil}, {plain, 37, 37, nil}, {plain, 40, 40, nil}, {archive, 13, 13, nil},
		{plain, 37, 35, over}, {plain, 13, 0, over},
	} {
		got, err := (&Runner{Data: library}).SpectrumAt(context.Background(), x.source, 1, x.update, x.enough)
		if err != nil || !reflect.DeepEqual(got, want[x.at]) {
			t.Errorf("%s at %d: %+v, want %+v, %v", x.source.Dir(), x.update, got, want[x.at], err)
		}
	}
	if !bytes.Equal(before, read(t, plain.Path(run.LogFile))) {
		t.Error("the log has changed")
	}
	if _, err := os.Stat(plain.Path(run.ExtraFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was measured: %v", err)
	}
	ended, stop := context.WithCancel(context.Background())
	stop()
	if _, err := (&Runner{Data: library}).SpectrumAt(ended, plain, 1, 37, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of the context: %v", err)
	}
}

// A run that has not come so far and one whose Jacobians are not defined say so.
func TestSpectrumAtRefuses(t *testing.T) {
	c, dir := small(), t.TempDir()
	do(t, filepath.Join(dir, "plain"), c)
	c.Model.Norm = "batch"
	do(t, filepath.Join(dir, "norm"), c)
	for name, want := range map[string]string{"plain": "has reached 40", "norm": "eq. 17"} {
		update := 20
		if name == "plain" {
			update = 41
		}
		if _, err := (&Runner{Data: library}).SpectrumAt(context.Background(), opened(t, filepath.Join(dir, name)), 1, update, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

// archived writes the archive of a run beside it.
func archived(t *testing.T, dir string) *run.Run {
	t.Helper()
	h, err := opened(t, dir).History()
	if err != nil {
		t.Fatal(err)
	}
	a, err := run.NewArchive(run.Schedule{}, h)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	path := filepath.Join(filepath.Dir(dir), a.ArchiveName())
	if err := errors.Join(a.WriteArchive(&b), os.WriteFile(path, b.Bytes(), 0o666)); err != nil {
		t.Fatal(err)
	}
	return opened(t, path)
}
