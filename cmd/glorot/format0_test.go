package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every command reads runs that were made before the end of a run was in its manifest, and leaves them as they are; resumed they are as any other.
func TestFormat0(t *testing.T) {
	const from = "../../experiments/runner/testdata/format0"
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "old"), os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	prints := func(want []string, args ...string) {
		t.Helper()
		status, stdout, stderr := glorotAt(t, t.Context(), dir, args...)
		if status != 0 {
			t.Errorf("glorot %s: status %d, %s", strings.Join(args, " "), status, stderr)
		}
		for _, w := range want {
			if out := strings.Join(strings.Fields(stdout+stderr), " "); !strings.Contains(out, w) {
				t.Errorf("glorot %s prints %q, want %q", strings.Join(args, " "), out, w)
			}
		}
	}
	prints([]string{"old/finished done 40/40 100% 83.56 %", "old/seed2 done 40/40 100% 83.59 %", "old/child done 56/56 100% 83.59 %", "old/diverged diverged 1/40", "old/interrupted interrupted 5000/30000"},
		"runs", "DIR/old")
	prints([]string{"2 1, 2", "test/error - "}, "compare", "DIR/old/finished", "DIR/old/seed2", "--metric", "test/error")
	prints([]string{"5 runs in", "diverged diverged: its numbers end at update 0 of 40"}, "export", "DIR/old", "--out", "DIR/a.csv")
	table, err := os.ReadFile(filepath.Join(dir, "a.csv"))
	if err != nil || !strings.Contains(string(table), ",40,0,test/error,0.8356\n") {
		t.Errorf("%v: no error of update 40 in the table of %d bytes", err, len(table))
	}
	for _, name := range []string{"finished", "seed2", "child", "diverged", "interrupted"} {
		prints([]string{"identical: "}, "replay", "DIR/old/"+name)
	}
	for _, file := range []string{"finished/manifest.json", "finished/log.jsonl", "interrupted/manifest.json", "interrupted/log.jsonl"} {
		a, err1 := os.ReadFile(filepath.Join(dir, "old", file))
		b, err2 := os.ReadFile(filepath.Join(from, file))
		if err1 != nil || err2 != nil || string(a) != string(b) {
			t.Errorf("%s was changed (%v, %v)", file, err1, err2)
		}
	}
	prints([]string{"old/finished resumes at update 40", "60 updates, test error"}, "train", "--resume", "DIR/old/finished", "--set", "train.updates=60")
	prints([]string{"identical: "}, "replay", "DIR/old/finished")
	prints([]string{"old/interrupted resumes at update 5035", "30000 updates, test error"}, "train", "--resume", "DIR/old/interrupted")
	prints([]string{"60 updates, test error"}, "fork", "DIR/old/child", "--at", "50", "--set", "train.updates=60", "--out", "DIR/grandchild")
}
