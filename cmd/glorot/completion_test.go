package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What may stand at the cursor: the beginning and the number of the answers.
func TestComplete(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, test := range []struct {
		line  string // the words; the last one may be empty
		first string
		count int
	}{
		{"comp", "compare", 2},
		{"completion ", "bash", 3},
		{"completion z", "zsh", 1},
		{"help que", "query", 1},
		{"help trai", "train", 1},
		{"help data fet", "fetch", 1},
		{"data fetch fash", "fashionmnist", 1},
		{"train --res", "--resume", 1},
		{"train --wat", "--watch", 1},
		{"train --set model.residu", "model.residual=", 1},
		{"train --set model.residual=", "model.residual=0", 1},
		{"train --set=model.norm=r", "--set=model.norm=rms", 2},
		{"train --watch --set model.init=lsu", "model.init=lsuv", 1},
		{"train --set model.bias=", "model.bias=auto", 2},
		{"train --set model.from=", "", 0},
		{"runs --where model.zero_last=", "model.zero_last=true", 2},
		{"compare a --group-by seed,model.gai", "seed,model.gain", 1},
		{"compare a --metric z/s", "z/std", 1},
		{"compare a --baseline model.init=lsu", "model.init=lsuv", 1},
		{"compare a --format m", "markdown", 1},
		{"replay a --observe jac", "jacobian", 1},
		{"export a --format npz --layout t", "torch", 1},
		{"train --out ", "", 0},
		{"reproduce --stud", "", 0}, // hidden
		{"__com", "", 0},
		{"show x", "", 0},
	} {
		got := complete(newApp(nil, nil, nil), strings.Split(test.line, " "))
		if len(got) != test.count || test.count > 0 && got[0].Text != test.first {
			t.Errorf("%q: got %v, want %d, first %q", test.line, got, test.count, test.first)
		}
	}
}

// An argument that a shell would expand: zsh fails if [a,b] and * match no file.
var expanded = regexp.MustCompile(`[][*?]`)

// Every example of a command line that the program prints, or README.md shows, has its brackets, stars and question marks in quotes.
func TestExamplesAreQuoted(t *testing.T) {
	root := repository(t)
	var texts []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil || d.IsDir():
			return err
		case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if text, err := strconv.Unquote(lit.Value); err == nil {
						texts = append(texts, text)
					}
				}
				return true
			})
		case name == "README.md" || strings.HasSuffix(path, "help/"+strings.TrimSuffix(name, ".txt")+".txt"):
			src, err := os.ReadFile(path)
			texts = append(texts, string(src))
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	examples := 0
	for _, text := range texts {
		for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
			for _, bad := range unquoted(line, &examples) {
				t.Errorf("%q needs quotes in %q", bad, strings.TrimSpace(line))
			}
		}
	}
	if examples < 60 {
		t.Errorf("only %d examples", examples)
	}
	if n := 0; len(unquoted("   glorot train --set model.hidden=[5] --out 'a[1]'", &n)) != 1 || len(unquoted("glorot show a; see *", &n)) != 0 || n != 2 {
		t.Error("unquoted does not work")
	}
}

// unquoted returns the arguments of a line's examples that a shell would expand, and counts the examples. An example begins with glorot and a
// command and ends at a semicolon, a comma or a backquote; in the usage of a command, which does not show an example, brackets mean what may be left out.
func unquoted(line string, examples *int) (bad []string) {
	for _, m := range regexp.MustCompile("glorot ([a-z]+)( [^;,`|]*)?").FindAllString(withoutQuotes(line), -1) {
		words := strings.Fields(m)
		if find(newApp(nil, nil, nil).Commands, words[1]) == nil {
			continue
		}
		*examples++
		for _, w := range words[2:] {
			if expanded.MatchString(w) {
				bad = append(bad, w)
			}
		}
	}
	return bad
}

func withoutQuotes(line string) string {
	return regexp.MustCompile(`'[^']*'`).ReplaceAllString(line, "QUOTED")
}
