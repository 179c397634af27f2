package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The list of packages in the documentation of experiments is that of the packages there are, and each imports only those below it.
func TestArchitecture(t *testing.T) {
	src, err := os.ReadFile(filepath.Join(repository(t), "experiments", "doc.go"))
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, m := range regexp.MustCompile(`(?m)^//\t(\S+)`).FindAllStringSubmatch(string(src), -1) {
		listed = append(listed, m[1])
	}
	imports := map[string][]string{}
	var module string
	for line := range strings.Lines(shell(t, repository(t), `go list -f '{{.Module.Path}} {{.ImportPath}}{{range .Imports}} {{.}}{{end}}' ./...`)) {
		words := strings.Fields(line)
		module = words[0] + "/"
		name := strings.TrimPrefix(words[1], module)
		imports[name] = nil
		for _, path := range words[2:] {
			if inside, ok := strings.CutPrefix(path, module); ok {
				imports[name] = append(imports[name], inside)
			}
		}
	}
	for _, fault := range houseFaults(listed, imports) {
		t.Error(fault)
	}
}

// What the README and RESULTS.md link to in the repository is there.
func TestLinks(t *testing.T) {
	links := regexp.MustCompile(`\]\(([^)#:]+)\)|<img src="([^":]+)"`)
	for _, name := range []string{"README.md", "RESULTS.md"} {
		src, err := os.ReadFile(filepath.Join(repository(t), name))
		if err != nil {
			t.Fatal(err)
		}
		found := links.FindAllStringSubmatch(string(src), -1)
		if len(found) == 0 {
			t.Errorf("%s has no links", name)
		}
		for _, m := range found {
			if _, err := os.Stat(filepath.Join(repository(t), filepath.FromSlash(m[1]+m[2]))); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// houseFaults says which packages a list lacks, has too many of, or has in an order against their imports.
func houseFaults(listed []string, imports map[string][]string) (faults []string) {
	for name, inside := range imports {
		place := slices.Index(listed, name)
		if place < 0 {
			faults = append(faults, "the list lacks "+name)
			continue
		}
		for _, other := range inside {
			if i := slices.Index(listed, other); i >= 0 && i <= place {
				faults = append(faults, fmt.Sprintf("%s imports %s, which is above it", name, other))
			}
		}
	}
	for i, name := range listed {
		if _, ok := imports[name]; !ok || slices.Index(listed, name) < i {
			faults = append(faults, fmt.Sprintf("the list has %s, which is no package, or twice", name))
		}
	}
	slices.Sort(faults)
	return faults
}

// A wrong list is refused: a package that is missing, unknown or twice, and an import upward.
func TestHouseFaults(t *testing.T) {
	imports := map[string][]string{"cmd": {"run", "graph"}, "run": {"graph"}, "graph": nil}
	for _, c := range []struct {
		listed string
		want   []string
	}{
		{"cmd run graph", nil},
		{"cmd graph run", []string{"run imports graph, which is above it"}},
		{"cmd run", []string{"the list lacks graph"}},
		{"cmd run graph old run", []string{"the list has old, which is no package, or twice", "the list has run, which is no package, or twice"}},
	} {
		if got := houseFaults(strings.Fields(c.listed), imports); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.listed, got, c.want)
		}
	}
}
