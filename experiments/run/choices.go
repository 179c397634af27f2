package run

import (
	"regexp"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// word is a word that may be the value of a key.
var word = regexp.MustCompile(`[a-z][a-z0-9_-]*`)

// Choices returns the words that a key of the configuration allows, such as the names of activations, without aliases. It is empty for numbers,
// lists and paths.
func Choices(name string, allowed Allowed) []string {
	k := find(name)
	if k == nil || k.path {
		return nil
	}
	var list []string
	for _, w := range word.FindAllString(k.want(allowed), -1) {
		c := Default()
		s := source{reader: newReader(allowed)}
		if n, err := s.parse(w); err == nil && !slices.Contains(list, w) && takes(k, &c, n, allowed) {
			list = append(list, w)
		}
	}
	return list
}

// takes reports whether a key allows a value.
func takes(k *key, c *Config, n ast.Node, allowed Allowed) bool {
	return n != nil && k.read(c, n, allowed) == nil
}
