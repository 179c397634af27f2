package run

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// find returns the key of that full name, or nil if there is none.
func find(name string) *key {
	for i := range keys {
		if keys[i].name == name {
			return &keys[i]
		}
	}
	return nil
}

// keysUnder lists what may follow a prefix: the keys and sections of the document for
// "", the keys of a section for "model.".
func keysUnder(prefix string) []string {
	var names []string
	for _, k := range keys {
		rest, ok := strings.CutPrefix(k.name, prefix)
		if !ok {
			continue
		}
		rest, _, _ = strings.Cut(rest, ".")
		if len(names) == 0 || names[len(names)-1] != rest {
			names = append(names, rest)
		}
	}
	return names
}

// unknownKey reports an unknown key, and suggests the one that may be meant.
func unknownKey(name string) string {
	var names []string
	for _, k := range keys {
		section, _, _ := strings.Cut(k.name, ".")
		names = append(names, section, k.name)
	}
	if nearest := Nearest(name, names); nearest != "" {
		return fmt.Sprintf("unknown key %s, did you mean %s?", clip(name), nearest)
	}
	section, _, nested := strings.Cut(name, ".")
	if known := keysUnder(section + "."); nested && len(known) > 0 {
		return fmt.Sprintf("unknown key %s, allowed in %s: %s", clip(name), section, strings.Join(known, ", "))
	}
	return fmt.Sprintf("unknown key %s, allowed: %s", clip(name), strings.Join(keysUnder(""), ", "))
}

// distance counts the typing errors that turn b into a. The right key in the
// wrong section, or without its section, counts as one.
func distance(a, b string) int {
	leafA, leafB := a[strings.LastIndex(a, ".")+1:], b[strings.LastIndex(b, ".")+1:]
	return min(editDistance(a, b), editDistance(leafA, leafB)+1)
}

// editDistance is the number of letters to insert, delete or replace to get from a to b.
//
// R. A. Wagner and M. J. Fischer, The string-to-string correction problem, J. ACM 21
// (1974) 168-173.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// describe returns a value as an error message shows it.
func describe(n ast.Node) string {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case *ast.SequenceNode:
		if len(n.Values) == 0 {
			return "an empty list"
		}
		return "a list"
	case ast.MapNode:
		return "a section"
	case *ast.AnchorNode, *ast.AliasNode:
		return "an anchor or alias"
	case *ast.TagNode:
		return "the tag " + clip(n.GetToken().Value)
	case *ast.LiteralNode:
		return "a block of text"
	case *ast.StringNode:
		if plain(n) == "" {
			return `"` + clip(n.Value) + `"`
		}
	}
	return clip(n.GetToken().Value)
}

// clip shortens s to a length that fits into a message.
func clip(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// onLine is " on line N" for a place in a file.
func (p Place) onLine() string {
	if p.Line == 0 {
		return ""
	}
	return fmt.Sprintf(" on line %d", p.Line)
}
