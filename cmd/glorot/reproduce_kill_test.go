package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"glorot/experiments/run"
)

// smallScale makes a file, as --scale takes it, of a scale of that many updates with small networks.
func smallScale(t *testing.T, path string, updates int) {
	t.Helper()
	scale := fmt.Sprintf(`{"Width": 8, "Seeds": 1, "Updates": %d, "Stored": 100, "Trained": 1, "Search": true, "Observe": %d, "Test": %d, "Images": 100}`, updates, updates/20, updates/6)
	if err := os.WriteFile(path, []byte(scale), 0o666); err != nil {
		t.Fatal(err)
	}
}

// pageData is what a page says, but for when and where it was made, and its figures.
func pageData(t *testing.T, dir string) map[string]string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(dir, "results.json"))
	var results map[string]json.RawMessage
	if err == nil {
		err = json.Unmarshal(src, &results)
	}
	if err != nil {
		t.Fatal(err)
	}
	data := map[string]string{}
	for key, value := range results {
		if key != "command" && key != "seconds" {
			data[key] = string(value)
		}
	}
	figures, err := filepath.Glob(filepath.Join(dir, "figures", "*"))
	if err != nil || len(figures) == 0 {
		t.Fatalf("%d figures, %v", len(figures), err)
	}
	for _, path := range figures {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[filepath.Base(path)] = string(src)
	}
	return data
}

// samePage fails unless two pages say the same.
func samePage(t *testing.T, got, want string) {
	t.Helper()
	a, b := pageData(t, got), pageData(t, want)
	for key := range b {
		if a[key] != b[key] {
			t.Errorf("%s of %s is not that of %s (%d and %d bytes)", key, got, want, len(a[key]), len(b[key]))
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d parts of %s, %d of %s", len(a), got, len(b), want)
	}
}

// storedStates are those of the runs in a store, by their directories.
func storedStates(t *testing.T, store string) map[string]run.State {
	t.Helper()
	states := map[string]run.State{}
	if _, err := os.Stat(store); err != nil {
		return states // nothing was begun
	}
	paths, err := run.Find(store)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		s, err := run.Peek(path)
		if err != nil {
			t.Fatal(err)
		}
		states[path] = s
	}
	return states
}

// trainedOnce fails if the sessions of a store's runs trained an update twice that had lasted.
func trainedOnce(t *testing.T, states map[string]run.State) {
	t.Helper()
	for path, s := range states {
		at := 0
		for _, session := range s.Manifest.Sessions {
			if session.Update < at || session.To < session.Update {
				t.Errorf("%s: sessions %+v; an update was trained again", path, s.Manifest.Sessions)
			}
			at = session.To
		}
		if at != s.Config.Train.Updates && s.Status != run.Diverged {
			t.Errorf("%s: trained up to %d of %d updates", path, at, s.Config.Train.Updates)
		}
	}
}

// A study that is killed at random moments, each followed by the same command, ends in the same page as the undisturbed one, bit by bit. No
// kill costs more than a checkpoint interval, a twentieth of a training.
func TestReproduceKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for half a minute: not with -short")
	}
	const updates = 3000
	kills := 3
	if *long {
		kills = 10
	}
	dir := t.TempDir()
	smallScale(t, filepath.Join(dir, "small.json"), updates)
	command := func(name string) []string {
		return []string{"reproduce", "fig3", "fig11", "--scale", "DIR/small.json", "--store", "DIR/" + name, "--out", "DIR/page-" + name}
	}
	begin := time.Now()
	trained(t, dir, command("whole")...)
	share := time.Since(begin) / time.Duration(kills)
	trainedOnce(t, storedStates(t, filepath.Join(dir, "whole")))

	type interruption struct {
		path              string
		sessions, reached int
	}
	var interrupted []interruption
	random := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	store := filepath.Join(dir, "killed")
	for range kills {
		c, stderr := process(t, dir, command("killed")...)
		time.Sleep(share/2 + time.Duration(random.Int64N(int64(share/2))))
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := c.Wait(); err == nil || !bytes.Contains([]byte(err.Error()), []byte("killed")) {
			t.Logf("the process ended before it was killed: %v, %s", err, stderr)
		}
		for path, s := range storedStates(t, store) {
			if s.Status == run.Killed {
				interrupted = append(interrupted, interruption{path, len(s.Manifest.Sessions), s.Update})
			}
		}
	}
	trained(t, dir, command("killed")...)
	if len(interrupted) == 0 {
		t.Error("no training was killed")
	}
	states := storedStates(t, store)
	trainedOnce(t, states)
	for _, i := range interrupted {
		const interval = updates / 20
		sessions := states[i.path].Manifest.Sessions
		if len(sessions) > i.sessions && sessions[i.sessions].Update < i.reached-interval {
			t.Errorf("%s was killed after %d updates, and continued from %d", i.path, i.reached, sessions[i.sessions].Update)
		}
	}
	samePage(t, filepath.Join(dir, "page-killed"), filepath.Join(dir, "page-whole"))
}
