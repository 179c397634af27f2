package main

import (
	"strings"
	"testing"
)

// The command of a hint has the folders and the seed of this one, and follows the one that fetches its data to a folder that it names.
func TestHintCommands(t *testing.T) {
	t.Setenv("GLOROT_DATA", "")
	for args, wants := range map[string][]string{
		"--data DIR/d --seed 7": {"; glorot data fetch mnist --data DIR/d brings it; ", "; then glorot reproduce fig12 --scale quick --data DIR/d --seed 7 --store DIR/c runs it\n"},
		"":                      {"; glorot data fetch mnist --data data brings it; ", "; then glorot reproduce fig12 --scale quick --store DIR/c --data data runs it\n"},
	} {
		dir := t.TempDir()
		status, stdout, stderr := glorotAt(t, t.Context(), dir, strings.Fields("reproduce fig12 --scale quick --kept --cache DIR/c --out DIR/p "+args)...)
		if status != 0 {
			t.Fatalf("status %d, %s", status, stderr)
		}
		for _, want := range wants {
			if want = strings.ReplaceAll(want, "DIR", dir); !strings.Contains(stdout, want) {
				t.Errorf("reproduce %s does not say %q:\n%s", args, want, stdout)
			}
		}
	}
}
