package main

import (
	"errors"
	"flag"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// An outside module trains, resumes and reads a run, with hooks of its own, and prints what it saw.
func TestOutsideModule(t *testing.T) {
	src, err := os.ReadFile(filepath.Join("testdata", "outside", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	dir := outside(t, string(src))
	got := shell(t, dir, "go mod init lab && go mod edit -require glorot@v0.0.0 -replace glorot=../glorot && cp ../glorot/go.sum . && go run -mod=mod .")
	golden := filepath.Join("testdata", "outside", "stdout")
	if *updateOutside {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the program prints\n%s\nwant\n%s", got, want)
	}
}

var updateOutside = flag.Bool("update-outside", false, "write what the program of an outside module prints")

// The README's section "From Go": its program prints what it says, in a module that is made as it says.
func TestReadmeFromGo(t *testing.T) {
	section := fromGo(t)
	program := regexp.MustCompile("(?ms)^```go\n(package main\n.*?)^```$").FindStringSubmatch(section)
	if program == nil {
		t.Fatal("the README's section has no program")
	}
	dir := outside(t, program[1])
	for _, s := range readSteps(t, section) {
		if strings.Contains(s.command, "perl") {
			continue // TestReadmeAddress
		}
		if got := shell(t, dir, s.command); !matches(s.prints, got) {
			t.Errorf("$ %s\nprints\n%s\nand the README says\n%s", s.command, got, s.prints)
		}
	}
}

// The other Go code of the section is from examples that the section links to, which run as tests.
func TestReadmeExcerpts(t *testing.T) {
	section := fromGo(t)
	var examples strings.Builder
	for _, m := range regexp.MustCompile(`\(([a-z/]+_test\.go)\)`).FindAllStringSubmatch(section, -1) {
		src, err := os.ReadFile(filepath.Join(repository(t), filepath.FromSlash(m[1])))
		if err != nil {
			t.Fatal(err)
		}
		examples.WriteString(strings.ReplaceAll("\n"+string(src), "\n\t", "\n"))
	}
	excerpts := 0
	for _, m := range regexp.MustCompile("(?ms)^```go\n(.*?)^```$").FindAllStringSubmatch(section, -1) {
		if strings.HasPrefix(m[1], "package main\n") {
			continue // TestReadmeFromGo
		}
		excerpts++
		if !strings.Contains(examples.String(), m[1]) {
			t.Errorf("no example of the section has\n%s", m[1])
		}
	}
	if excerpts == 0 {
		t.Error("the section has no excerpt")
	}
}

// The README's command that gives the module an address, on a copy: whatever imports the module, tests and the modules below it as well,
// imports it from there.
func TestReadmeAddress(t *testing.T) {
	steps := readSteps(t, fromGo(t))
	i := slices.IndexFunc(steps, func(s shown) bool { return strings.Contains(s.command, "perl") })
	if i < 0 {
		t.Fatal("the README's section has no such command")
	}
	dir := filepath.Join(t.TempDir(), "copy")
	copyRepository(t, dir)
	shell(t, dir, steps[i].command)
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if filepath.Base(path) == "go.mod" {
			src, err := os.ReadFile(path)
			if !strings.HasPrefix(string(src), "module example.org/me/glorot") || strings.Contains(string(src), "\tglorot ") {
				t.Errorf("%s: the module or one that it requires has the old address", path)
			}
			return err
		}
		if filepath.Ext(path) != ".go" || err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			if strings.HasPrefix(i.Path.Value, `"glorot/`) {
				t.Errorf("%s imports %s still", path, i.Path.Value)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	shell(t, dir, "go list -test -deps ./... && go build ./graph/... && test -z \"$(gofmt -l .)\"")
}

// copyRepository copies the repository without its history.
func copyRepository(t *testing.T, to string) {
	t.Helper()
	entries, err := os.ReadDir(repository(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		from, to := filepath.Join(repository(t), e.Name()), filepath.Join(to, e.Name())
		switch {
		case e.Name() == ".git":
		case e.IsDir():
			err = os.CopyFS(to, os.DirFS(from))
		default:
			var src []byte
			if src, err = os.ReadFile(from); err == nil {
				err = errors.Join(os.MkdirAll(filepath.Dir(to), 0o777), os.WriteFile(to, src, 0o666))
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// outside returns the folder of a program beside the repository, as ../glorot.
func outside(t *testing.T, program string) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "lab")
	for _, err := range []error{
		os.Mkdir(dir, 0o777),
		os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o666),
		os.Symlink(repository(t), filepath.Join(root, "glorot")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// shell runs a command with the modules that the test itself was built from, and returns what it prints.
func shell(t *testing.T, dir, command string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "sh", "-c", command)
	c.Dir = dir
	c.Env = append(os.Environ(), "GOPROXY=off", "GOWORK=off", "GOFLAGS=")
	var stderr strings.Builder
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("$ %s\n%s%v: %s", command, out, err, stderr.String())
	}
	return string(out)
}

// fromGo returns the section "From Go" of the README.
func fromGo(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(repository(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(src), "\n## From Go\n")
	section, _, _ = strings.Cut(section, "\n## ")
	return strings.ReplaceAll(section, "```sh\n", "```console\n") // whose commands TestReadme does not run
}

// repository returns the folder of go.mod.
func repository(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
