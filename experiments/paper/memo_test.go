package paper

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"glorot/experiments/paper/results"
)

// A changed digit of a measurement is noticed, in the key as in the value, and is another error in what the program carries.
func TestMemoDamage(t *testing.T) {
	m := memo{dir: t.TempDir()}
	if err := m.put("x", 1, 0.25); err != nil {
		t.Fatal(err)
	}
	_, file, err := locate("x", 1)
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(filepath.Join(m.dir, file))
	if err != nil {
		t.Fatal(err)
	}
	carried := memo{dir: t.TempDir(), kept: fstest.MapFS{file: {Data: src}}}
	var got float64
	for _, from := range []memo{m, carried} {
		if ok, err := from.get("x", 1, &got); !ok || err != nil || got != 0.25 {
			t.Errorf("%v %v %v", ok, err, got)
		}
	}
	changed := bytes.Replace(src, []byte("0.25"), []byte("0.26"), 1)
	if err := os.WriteFile(filepath.Join(m.dir, file), changed, 0o666); err != nil {
		t.Fatal(err)
	}
	carried.kept = fstest.MapFS{file: {Data: changed}}
	for _, from := range []memo{m, carried} {
		ok, err := from.get("x", 1, &got)
		if ok || err == nil || !strings.Contains(err.Error(), file+" is damaged: its SHA-256 is ") || errors.Is(err, errCarried) != (from.kept != nil) {
			t.Errorf("%v %v", ok, err)
		}
	}
}

// All measurements that the program carries have sums, and these fit.
func TestCarriedMeasurements(t *testing.T) {
	files, err := fs.Glob(results.FS, "initial-*.json")
	if err != nil || len(files) < 30 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		src, err := fs.ReadFile(results.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		var m measurement
		if err := json.Unmarshal(src, &m); err != nil || m.Sum == "" || m.Sum != sumOf(m.Key, m.Value) {
			t.Errorf("%s: %v, sum %s", file, err, m.Sum)
		}
	}
}
