package help

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"glorot/experiments/export"
	"glorot/experiments/live"
	"glorot/experiments/run"
)

// The example of the topic format is a run with the numbers that it says.
func TestFormatExample(t *testing.T) {
	_, text, _ := strings.Cut(text(t, "format"), "Example. recorded.json:\n\n")
	head, text, ok := strings.Cut(text, "log.jsonl:\n\n")
	records, _, ok2 := strings.Cut(text, "\n\n")
	if !ok || !ok2 {
		t.Fatal("there is no example")
	}
	var log, record bytes.Buffer
	for line := range strings.Lines(records + "\n") { // a record may be broken
		record.WriteString(strings.TrimSpace(line))
		if json.Valid(record.Bytes()) {
			log.WriteString(record.String() + "\n")
			record.Reset()
		}
	}
	dir := t.TempDir()
	for name, content := range map[string]string{run.RecordedFile: head, run.LogFile: log.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	f, err := live.Follow(dir, time.Now())
	if err != nil || f.Bad > 0 || record.Len() > 0 {
		t.Fatal(err, f.Bad, record.String())
	}
	if got := fmt.Sprintln(f.Head.Status, f.Head.Update, f.Layers.Depth, f.Layers.Name(1), f.Layers.Name(2), f.Layers.Rule(1), *f.Head.TestError); got != "running 100 2 conv1 head |z| > 0.95 0.75\n" {
		t.Error(got)
	}
	for name, want := range map[string]float64{"z/std": 0.5, "z/flat": 0.125, "dead": 0.25, "dcost_ds/std": 0.3} {
		if got := f.Layers.Value(0, 1, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if f.Train.NLL[0] != 2.1 || f.Train.Error[0] != 0.8 || f.Test.NLL[0] != 2.2 {
		t.Error(f.Train, f.Test)
	}
	s, err := f.Snapshot(0)
	if err != nil || s.Layers.Layers[0].Z.Histogram.Counts[1] != 600 || !math.IsNaN(s.Layers.Layers[0].Z.Kurtosis) {
		t.Error(s, err)
	}
	runs, err := export.Read([]string{dir})
	if err != nil || runs[0].Value("config.lr") != "0.1" || runs[0].Value("program") != "mine 1.0" || runs[0].Last() != 100 {
		t.Error(runs, err)
	}
	var table bytes.Buffer
	if err := export.CSV(&table, runs, []string{"config.lr"}); err != nil || !strings.Contains(table.String(), ",0.1,0,1,z/std,0.5\n") {
		t.Error(table.String(), err)
	}
}

// The topic format names what a recorded run may have.
func TestFormatIsWhole(t *testing.T) {
	shown := text(t, "format")
	src, err := json.Marshal(run.Recorded{Config: map[string]json.RawMessage{"a": nil}, ID: "a", Program: "a", Network: "a", Data: "a", Train: "a", Updates: 1,
		End: new(time.Time), Status: "a", Reason: "a"})
	var fields map[string]any
	if err == nil {
		err = json.Unmarshal(src, &fields)
	}
	if err != nil || len(fields) != 12 {
		t.Fatal(err, fields)
	}
	names := []string{run.LayersEvent, run.TrainEvent, run.ValidEvent, run.TestEvent, run.DivergedEvent, run.Done, run.Diverged, run.Interrupted, run.Failed}
	for name := range fields {
		names = append(names, name)
	}
	for _, name := range names {
		if !strings.Contains(shown, name) {
			t.Errorf("format does not name %s", name)
		}
	}
}
