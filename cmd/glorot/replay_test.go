package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/experiments/train"
)

// replayed runs `glorot replay --json` on DIR/run.
func replayed(t *testing.T, dir string, args ...string) (status int, v runner.Verdict, stderr string) {
	t.Helper()
	status, stdout, stderr := glorotAt(t, t.Context(), dir, append([]string{"replay", "DIR/run", "--data", "DIR/data", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(stdout), &v); err != nil {
		t.Fatalf("%v: %q, %s", err, stdout, stderr)
	}
	return status, v, stderr
}

// A single flipped bit in any stored set of weights is found, and where it is; what is not damaged is identical.
func TestReplayFindsAFlippedBit(t *testing.T) {
	dir := t.TempDir()
	storedSet(t, dir)
	trained(t, dir, append([]string{"train", "--out", "DIR/run"}, settings(3000)...)...)
	status, v, stderr := replayed(t, dir)
	if !v.Identical || status != 0 || stderr != "" || v.Digests != 13 || v.Stored != 4 || v.Begin != 0 || v.To != 3000 {
		t.Errorf("status %d, %+v, %q; want 13 digests and 4 stored sets of weights identical", status, v, stderr)
	}
	r := rand.New(rand.NewPCG(2, 3))
	const inputs, hidden, classes = 1369, 16, 3
	const floats = inputs*hidden + hidden + hidden*classes + classes
	for name, update := range map[string]int{
		run.CheckpointFile(1000): 1000, run.CheckpointFile(2000): 2000, run.CheckpointFile(3000): 3000, run.WeightsFile: 3000,
	} {
		path := filepath.Join(dir, "run", name)
		k, bit := r.IntN(inputs*hidden), r.IntN(32) // an element of W1, which is the first
		flip := func(b []byte) []byte {
			at := b[len(b)-4*floats+4*k:]
			binary.LittleEndian.PutUint32(at, binary.LittleEndian.Uint32(at)^1<<bit)
			return b
		}
		change(t, path, flip)
		status, v, stderr := replayed(t, dir)
		want := fmt.Sprintf("%s: W1[%d %d] is ", path, k/hidden, k%hidden)
		if status != exitFailure || v.Identical || len(v.Differences) != 1 || v.Differences[0].Update != update ||
			!strings.HasPrefix(v.Differences[0].What, want) || v.Digests != 13 {
			t.Errorf("status %d, %+v; want one difference at update %d, %s", status, v, update, want)
		}
		if want := fmt.Sprintf("glorot: %s/run differs from its replay, first at update %d\n", dir, update); stderr != want {
			t.Errorf("stderr %q, want %q", stderr, want)
		}
		if _, v, _ := replayed(t, dir, "--from", "2500"); (len(v.Differences) == 1) != (update >= 2000) || v.Begin != map[bool]int{false: 2000, true: 1000}[update == 2000] {
			t.Errorf("%+v from update 2500 on, with a bit flipped in %s", v, name)
		}
		change(t, path, flip)
	}
}

// Weights that changed in memory, so that the run went on with them, are found by the first digest after it, and in which tensor.
func TestReplayFindsAChangeInMemory(t *testing.T) {
	dir := t.TempDir()
	storedSet(t, dir)
	trained(t, dir, append([]string{"train", "--out", "DIR/run"}, settings(2000)...)...)
	path := filepath.Join(dir, "run", run.CheckpointFile(1000))
	c, err := train.ReadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	last := c.Tensors[len(c.Tensors)-1].Data.([]float32)
	last[1] = math.Nextafter32(last[1], 1)
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	change(t, path, func([]byte) []byte { return b.Bytes() })
	// The run continues from there.
	if err := os.Remove(filepath.Join(dir, "run", run.CheckpointFile(2000))); err != nil {
		t.Fatal(err)
	}
	change(t, filepath.Join(dir, "run", run.ManifestFile), func(b []byte) []byte {
		return bytes.Replace(b, []byte(`"exit": "done"`), []byte(`"exit": "interrupted"`), 1)
	})
	trained(t, dir, "train", "--resume", "DIR/run", "--data", "DIR/data")
	status, v, stderr := replayed(t, dir)
	const want = "tensor b2 differs, after update 750, where all tensors are the same: its SHA-256 in the log is "
	if status != exitFailure || len(v.Differences) != 1 || v.Differences[0].Update != 1000 || !strings.HasPrefix(v.Differences[0].What, want) {
		t.Errorf("status %d, %+v, %s; want a difference at update 1000, %s", status, v, stderr, want)
	}
	if status, v, stderr := replayed(t, dir, "--from", "1000"); status != 0 || !v.Identical || v.Digests != 5 {
		t.Errorf("status %d, %+v, %s; from the changed weights on all is identical", status, v, stderr)
	}
}

// What a replay observes is what the run would have: the records are those of a run that looked, byte by byte.
func TestReplayObserves(t *testing.T) {
	dir := t.TempDir()
	storedSet(t, dir)
	trained(t, dir, append([]string{"train", "--out", "DIR/run"}, append(settings(3000), "--set", "observe.every=0")...)...)
	trained(t, dir, append([]string{"train", "--out", "DIR/looked"}, append(settings(3000), "--set", "observe.every=100")...)...)
	want := map[string]string{}
	log, err := os.ReadFile(filepath.Join(dir, "looked", run.LogFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []int{1300, 1500, 1700, 1800} {
		for line := range strings.Lines(string(log)) {
			for event, what := range map[string]string{"look": "look", "valid": "error", "test": "error"} {
				if strings.HasPrefix(line, fmt.Sprintf(`{"event":%q,"update":%d,`, event, u)) {
					want[what] += line
				}
			}
		}
	}
	for _, what := range []string{"look", "error"} {
		out := filepath.Join(dir, what+".jsonl")
		status, v, stderr := replayed(t, dir, "--observe", what, "--from", "1300", "--to", "1800", "--every", "200", "--examples", "5", "--records", out)
		if status != 0 || v.Begin != 1000 || v.To != 1800 || v.Digests != 4 || v.Stored != 0 {
			t.Errorf("status %d, %+v, %s; want 4 digests from update 1000 on", status, v, stderr)
		}
		if got, err := os.ReadFile(out); err != nil || string(got) != want[what] || want[what] == "" {
			t.Errorf("%s: observed %s, want %s (%v)", what, got, want[what], err)
		}
	}
	out := filepath.Join(dir, "jacobian.jsonl")
	if status, _, stderr := replayed(t, dir, "--observe", "jacobian", "--from", "3000", "--records", out); status != 0 {
		t.Error(stderr)
	}
	var got runner.JacobianRecord
	b, err := os.ReadFile(out)
	if err != nil || json.Unmarshal(b, &got) != nil || got.Update != 3000 || len(got.Mean) != 0 { // one hidden layer has none
		t.Errorf("observed %s (%v)", b, err)
	}
}
