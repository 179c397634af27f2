package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestUpToDate shows that the assembly beside this directory is what the generator writes.
func TestUpToDate(t *testing.T) {
	for name, generate := range sets {
		files, err := generate()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for file, want := range files {
			got, err := os.ReadFile(filepath.Join("..", file))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is not what the generator writes; run go run . in graph/kernel/gen", file)
			}
		}
	}
}
