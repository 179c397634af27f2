// Package completion has what a shell completes in the command line of glorot: keys of the configuration with their values, and names of runs; and
// the scripts for bash, zsh and fish, which ask "glorot __complete -- WORD…" about the words up to the cursor.
//
// The answer is one line per word that may stand there, perhaps with a tab and its meaning. No answer means that the name of a file may stand
// there. A word that ends in = or / may be continued.
package completion

import (
	"embed"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"glorot/experiments/run"
)

// Shells are the shells that have a script.
var Shells = []string{"bash", "zsh", "fish"}

//go:embed glorot.bash glorot.zsh glorot.fish
var scripts embed.FS

// Script returns the script of a shell.
func Script(shell string) (string, error) {
	src, err := scripts.ReadFile("glorot." + shell)
	if err != nil {
		return "", fmt.Errorf("no completion for %q; want %s", shell, strings.Join(Shells, ", "))
	}
	return string(src), nil
}

// A Word is what may stand at the cursor.
type Word struct{ Text, Meaning string }

// String is the line of the answer.
func (w Word) String() string {
	if w.Meaning == "" {
		return w.Text
	}
	return w.Text + "\t" + w.Meaning
}

// matching returns the words that begin with a prefix.
func matching(words []Word, prefix string) (list []Word) {
	for _, w := range words {
		if strings.HasPrefix(w.Text, prefix) {
			list = append(list, w)
		}
	}
	return list
}

// settings returns what KEY=VALUE may be: the keys, each with =, or the values of a key that is there already. Without words as values it is the
// default, unless a shell would have to quote that.
func settings(typed string, allowed run.Allowed) []Word {
	name, _, hasValue := strings.Cut(typed, "=")
	var list []Word
	for _, k := range run.Keys(allowed) {
		if !hasValue {
			meaning, _, _ := strings.Cut(k.Meaning, ". ")
			list = append(list, Word{k.Name + "=", strings.TrimSuffix(meaning, ".")})
			continue
		}
		if k.Name != name {
			continue
		}
		for _, v := range run.Choices(name, allowed) {
			list = append(list, Word{Text: name + "=" + v})
		}
		if len(list) == 0 && !strings.ContainsAny(k.Default, `[]{}" `) {
			list = append(list, Word{name + "=" + k.Default, "the default"})
		}
	}
	return matching(list, typed)
}

// keys returns the names of keys.
func keys(typed string, allowed run.Allowed) []Word {
	var list []Word
	for _, k := range run.Keys(allowed) {
		list = append(list, Word{Text: k.Name})
	}
	return matching(list, typed)
}

// runs returns the runs and archives, and the folders that may have some, whose path begins as typed; at first also the runs in the folder runs.
func runs(typed string) []Word {
	dir, _ := path.Split(filepath.ToSlash(typed))
	list := runsIn(dir)
	if typed == "" {
		list = append(list, runsIn("runs/")...)
	}
	return matching(list, typed)
}

func runsIn(dir string) (list []Word) {
	entries, err := os.ReadDir(filepath.Join(".", filepath.FromSlash(dir)))
	if path.IsAbs(dir) {
		entries, err = os.ReadDir(filepath.FromSlash(dir))
	}
	if err != nil {
		return nil
	}
	for _, e := range entries {
		name := dir + e.Name()
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case run.IsRun(name):
			list = append(list, Word{name, "run"})
		case e.IsDir():
			list = append(list, Word{Text: name + "/"})
		case run.IsArchive(name):
			list = append(list, Word{name, "archive"})
		}
	}
	return list
}
