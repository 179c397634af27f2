package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What CONTRIBUTING.md names is in the repository: files and folders, packages, tests and their flags, and commands of the program.
func TestContributing(t *testing.T) {
	root := repository(t)
	src, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	there := func(path string) {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(strings.TrimSuffix(path, "/...")))); err != nil {
			t.Error(err)
		}
	}
	code := regexp.MustCompile("(?m)`([^`\n]+)`|^    (.*?)(?: +#.*)?$").FindAllStringSubmatch(string(src), -1)
	tests := 0
	for _, m := range code {
		text := m[1] + m[2]
		words := strings.Fields(text)
		if dir, command, ok := strings.Cut(text, " && "); ok && words[0] == "cd" {
			there(words[1])
			there(filepath.Join(words[1], "main.go"))
			if command != "go run ." {
				t.Errorf("%q after %q", command, dir)
			}
		} else if i := strings.Index(text, "go test "); i >= 0 {
			tests++
			test(t, there, strings.Fields(text[i:])[2:])
		} else if words[0] == "glorot" {
			if c := find(newApp(nil, nil, nil).Commands, words[1]); c == nil || len(words) > 2 && len(c.Subcommands) > 0 && find(c.Subcommands, words[2]) == nil {
				t.Errorf("%q is not a command", text)
			}
		} else if regexp.MustCompile(`^\.?[\w.-]+(/[\w.-]+)+$|\.(md|mod)$`).MatchString(text) {
			there(text)
		}
	}
	if len(code) < 50 || tests < 9 {
		t.Errorf("%d pieces of code, %d of them tests", len(code), tests)
	}
}

// test checks the arguments of go test: a package, and flags and tests of it.
func test(t *testing.T, there func(string), args []string) {
	there(args[0])
	files, err := filepath.Glob(filepath.Join(repository(t), filepath.FromSlash(args[0]), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var src strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		src.Write(text)
	}
	for i, arg := range args {
		switch {
		case arg == "-timeout" || i > 0 && args[i-1] == "-timeout" || arg == "-run" || i == 0:
		case args[i-1] == "-run":
			if !strings.Contains(src.String(), "func "+arg+"(") {
				t.Errorf("%s has no test %s", args[0], arg)
			}
		case !strings.Contains(src.String(), `flag.Bool("`+strings.TrimPrefix(arg, "-")+`"`):
			t.Errorf("tests of %s have no flag %s", args[0], arg)
		}
	}
}
