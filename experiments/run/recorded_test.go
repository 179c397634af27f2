package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
