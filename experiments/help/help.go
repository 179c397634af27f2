// Package help has the topics of glorot help: texts about what several commands have in common.
package help

import (
	"embed"
	"fmt"
	"io"
	"strings"
	"text/template"

	"glorot/experiments/compare"
	"glorot/experiments/run"
	"glorot/experiments/run/query"
	"glorot/experiments/runner"
	"glorot/experiments/train"
	"glorot/models"
)

// A Topic is a text that is not about a single command. Its file is NAME.txt.
type Topic struct{ Name, About string }

// Topics lists all topics.
var Topics = []Topic{
	{"activation", "the activation functions, with their formulas, other names and sources"},
	{"config", "the keys of the configuration, with their defaults and meanings"},
	{"format", "how another program writes a run that glorot shows"},
	{"formats", "the files of a run, the records of its log, archives, exports"},
	{"init", "the initialisers of the weights, with their formulas, other names and sources"},
	{"measures", "what a run records only on request, with formulas and sources"},
	{"query", "how runs are named, filtered, grouped and compared"},
}

//go:embed *.txt
var files embed.FS

// The texts are templates, so that lists in them come from the packages that own them.
var texts = template.Must(template.New("").Funcs(template.FuncMap{
	"activations":  models.Activations,
	"initializers": models.Initializers,
	"keys":         func() []run.Key { return run.Keys(runner.Allowed()) },
	"measures":     train.Measures,
	"metrics":      func() string { return strings.Join(compare.Names(), ", ") },
	"statuses":     func() string { return strings.Join(query.Statuses, ", ") },
	"join":         strings.Join,
	"wrap":         wrap,
}).ParseFS(files, "*.txt"))

// Write writes the text of a topic. It returns an error if there is no such topic.
func Write(w io.Writer, topic string) error {
	return texts.ExecuteTemplate(w, topic+".txt", nil)
}

// List returns the topics, one per line, each with what it is about.
func List() string {
	var b strings.Builder
	for _, t := range Topics {
		fmt.Fprintf(&b, "   %-10s %s\n", t.Name, t.About)
	}
	return b.String()
}

// Names returns the names of all topics: "activation, config, formats, …".
func Names() string {
	var names []string
	for _, t := range Topics {
		names = append(names, t.Name)
	}
	return strings.Join(names, ", ")
}

// Has reports whether there is a topic of that name.
func Has(topic string) bool { return texts.Lookup(topic+".txt") != nil }

// width is the length of the longest line of a text.
const width = 100

// wrap breaks a text into lines that begin with the indent.
func wrap(indent, text string) string {
	var b strings.Builder
	column := width // as if the last line were full
	for word := range strings.FieldsSeq(text) {
		n := len([]rune(word))
		if column+1+n > width {
			b.WriteString("\n" + indent + word)
			column = len(indent) + n
			continue
		}
		b.WriteString(" " + word)
		column += 1 + n
	}
	return strings.TrimPrefix(b.String(), "\n")
}
