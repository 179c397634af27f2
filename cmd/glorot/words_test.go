package main

import (
	"fmt"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A rule finds words that have a plainer equivalent, in texts without what it excepts.
type rule struct {
	pattern, except *regexp.Regexp
	instead         string
}

func (r rule) finds(text string) string {
	if r.except != nil {
		text = r.except.ReplaceAllString(text, "")
	}
	return r.pattern.FindString(text)
}

// The comments, strings and names in Go files other than tests, and the texts, use plain words.
func TestWords(t *testing.T) {
	rules := readRules(t)
	root := os.DirFS(repository(t))
	read := 0
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		hidden := len(path) > 1 && strings.HasPrefix(d.Name(), ".") && d.Name() != ".github"
		if d.IsDir() && (hidden || d.Name() == "testdata" || d.Name() == "results") {
			return fs.SkipDir
		}
		kind := filepath.Ext(path)
		if err != nil || d.IsDir() || !slices.Contains([]string{".go", ".md", ".txt", ".yaml", ".yml"}, kind) || strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		read++
		texts := strings.Split(string(src), "\n\n")
		if kind == ".go" {
			texts = goTexts(src)
		}
		for _, text := range texts {
			text = strings.Join(strings.Fields(text), " ")
			for _, r := range rules {
				if found := r.finds(text); found != "" {
					t.Errorf("%s: %q, write instead: %s\n\t%s", path, found, r.instead, text)
				}
			}
		}
		return nil
	})
	if err != nil || read < 200 {
		t.Errorf("%d files, %v", read, err)
	}
}

// The rules find a fault in every sentence that testdata/sentences.list has before =>, and none in those after it.
func TestRules(t *testing.T) {
	rules := readRules(t)
	used := map[string]bool{}
	for _, pair := range readPairs(t, "testdata/sentences.list") {
		caught := false
		for _, r := range rules {
			if r.finds(pair[0]) != "" {
				caught, used[r.pattern.String()] = true, true
			}
			if found := r.finds(pair[1]); found != "" {
				t.Errorf("%q is found in %q", found, pair[1])
			}
		}
		if !caught {
			t.Errorf("no rule finds a fault in %q", pair[0])
		}
	}
	for _, r := range rules {
		if !used[r.pattern.String()] {
			t.Errorf("no sentence shows that the rule %s works", r.pattern)
		}
	}
}

func readRules(t *testing.T) (rules []rule) {
	for _, pair := range readPairs(t, "testdata/words.list") {
		pattern, except, excepts := strings.Cut(pair[0], " except ")
		r := rule{pattern: regexp.MustCompile(pattern), instead: pair[1]}
		if excepts {
			r.except = regexp.MustCompile(except)
		}
		rules = append(rules, r)
	}
	return rules
}

// readPairs reads lines "A => B", without the comments.
func readPairs(t *testing.T, file string) (pairs [][2]string) {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(src)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		a, b, ok := strings.Cut(line, " => ")
		if !ok {
			t.Fatalf("%s: %q has no =>", file, line)
		}
		pairs = append(pairs, [2]string{a, b})
	}
	return pairs
}

// goTexts returns the names and the string literals of a Go file, and its comments, of which neighbouring lines are one text.
func goTexts(src []byte) (texts []string) {
	fset := token.NewFileSet()
	var s scanner.Scanner
	s.Init(fset.AddFile("", -1, len(src)), src, nil, scanner.ScanComments)
	last := -1 // line of the last comment
	for {
		pos, tok, text := s.Scan()
		line := fset.Position(pos).Line
		switch tok {
		case token.EOF:
			return texts
		case token.IDENT:
			texts = append(texts, fmt.Sprintf("name %s", text))
		case token.STRING:
			texts = append(texts, strings.ReplaceAll(text, `\n`, " "))
		case token.COMMENT:
			text = strings.TrimPrefix(text, "//")
			if line == last+1 {
				texts[len(texts)-1] += " " + text
			} else {
				texts = append(texts, text)
			}
			last = line
		}
	}
}
