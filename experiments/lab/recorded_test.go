package lab

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"glorot/experiments/run"
)

// A run that another program records can be tagged, and renamed and deleted when it has ended, but what trains is refused in one line.
func TestRecordedRun(t *testing.T) {
	l := open(t)
	path := filepath.Join(l.dir, "mine")
	r := run.Recorded{Format: 1, Program: "mine 1.0", Start: time.Now()}
	if err := r.Create(path); err != nil {
		t.Fatal(err)
	}
	s := serve(t, l)
	at := 0
	for _, name := range []string{"fork", "pause", "stop", "continue", "extend"} {
		if status, answer := order(t, s, name, Order{Run: "mine", Updates: 5, At: &at}); status != http.StatusBadRequest || !strings.Contains(answer["error"], "was trained by mine 1.0") {
			t.Errorf("%s: %d, %v", name, status, answer)
		}
	}
	if status, answer := order(t, s, "rename", Order{Run: "mine", Name: "other"}); status != http.StatusConflict || !strings.Contains(answer["error"], "is being recorded") {
		t.Errorf("rename while it runs: %d, %v", status, answer)
	}
	if status, answer := order(t, s, "tag", Order{Run: "mine", Tags: []string{"a"}}); status != http.StatusOK {
		t.Errorf("tag: %d, %v", status, answer)
	}
	old := time.Now().Add(-time.Hour)
	for _, name := range []string{run.RecordedFile, run.LogFile} {
		if err := os.Chtimes(filepath.Join(path, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	if status, answer := order(t, s, "rename", Order{Run: "mine", Name: "other"}); status != http.StatusOK || answer["run"] != "other" {
		t.Errorf("rename: %d, %v", status, answer)
	}
	if status, answer := order(t, s, "delete", Order{Run: "other"}); status != http.StatusOK {
		t.Errorf("delete: %d, %v", status, answer)
	}
}
