package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What another program wrote reaches a terminal without the characters that it would obey, and a run of glorot's with such a file stays one.
func TestRecordedTexts(t *testing.T) {
	dir := t.TempDir()
	write := func(src string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, RecordedFile), []byte(src), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"recorded": 1, "start": "2026-03-01T12:00:00Z", "program": "a\u001b[31mb", "network": "\u0007é", "config": {"lr": "\u001b]0;x\u0007fast"}}`)
	r, err := ReadRecorded(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.Program != "a[31mb" || r.Network != "é" || r.Value("config.lr") != "]0;xfast" {
		t.Errorf("%q %q %q", r.Program, r.Network, r.Value("config.lr"))
	}
	write(`{"recorded": 1, "start": "2026-03-01T12:00:00Z", "config": {"a\u001b": 1}}`)
	if _, err := ReadRecorded(dir); err == nil || !strings.Contains(err.Error(), `the key "a\x1b" of config`) {
		t.Errorf("error %v", err)
	}
	if !IsRecorded(dir) {
		t.Error("is not taken for a recorded run")
	}
	if err := os.WriteFile(filepath.Join(dir, ConfigFile), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if IsRecorded(dir) || !IsRun(dir) {
		t.Error("a run of glorot's is taken for a recorded one")
	}
}

// A run that does not say how many updates it will have, or whose files are damaged, has no known time left.
func TestNoTimeLeft(t *testing.T) {
	now := time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC)
	began := []Session{{Start: now.Add(-time.Hour), Update: 0}}
	for _, updates := range []int{0, 5, 10} {
		s := State{Status: Running, Manifest: Manifest{Sessions: began}}
		s.Update, s.Config.Train.Updates = 10, updates
		if left := s.Left(now); left != 0 {
			t.Errorf("10 of %d updates: %v left", updates, left)
		}
	}
	if left := (State{Status: Running}).Left(now); left != 0 {
		t.Errorf("without sessions %v left", left)
	}
	s := State{Status: Running, Manifest: Manifest{Sessions: began}}
	if s.Update, s.Config.Train.Updates = 10, 30; s.Left(now) != 2*time.Hour {
		t.Errorf("10 of 30 updates in an hour: %v left", s.Left(now))
	}
}
