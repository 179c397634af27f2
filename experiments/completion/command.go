package completion

import (
	"regexp"
	"slices"
	"strings"

	"glorot/experiments/compare"
	"glorot/experiments/export"
	"glorot/experiments/help"
	"glorot/experiments/report"
	"glorot/experiments/runner"
	"glorot/experiments/weights"
)

// A Command is a command of the program.
type Command struct {
	Name, Meaning string
	Arguments     string // such as "RUN|FOLDER…", or the words "bash|zsh|fish" themselves
	Hidden        bool
	Flags         []Flag
	Commands      []Command
}

// A Flag is a flag of a command.
type Flag struct {
	Names   []string
	Meaning string
	Value   bool // whether a value follows it
	Hidden  bool
}

// Complete returns what may stand in the place of the last of the words after the name of the program, which is the root of all commands.
func Complete(root Command, words []string) []Word {
	if len(words) == 0 {
		words = []string{""}
	}
	typed := words[len(words)-1]
	command, commands := root, root.Commands
	valueOf, arguments := "", 0
	for _, w := range words[:len(words)-1] {
		i := slices.IndexFunc(commands, func(c Command) bool { return c.Name == w })
		switch {
		case valueOf != "":
			valueOf = ""
		case len(w) > 1 && w[0] == '-':
			valueOf = command.valueOf(w)
		case i >= 0 && arguments == 0:
			if command = commands[i]; command.Name != "help" {
				commands = command.Commands
			}
		default:
			arguments++
		}
	}
	if name, value, ok := strings.Cut(typed, "="); ok && valueOf == "" && strings.HasPrefix(name, "--") {
		list := values(command.Name, strings.TrimLeft(name, "-"), value)
		for i := range list {
			list[i].Text = name + "=" + list[i].Text
		}
		return list
	}
	names := matching(namesOf(commands), typed)
	switch {
	case valueOf != "":
		return values(command.Name, valueOf, typed)
	case strings.HasPrefix(typed, "-"):
		return matching(command.flagNames(), typed)
	case strings.Contains(command.Arguments, "RUN"):
		return append(names, runs(typed)...)
	}
	return append(names, matching(command.arguments(), typed)...)
}

// valueOf returns the flag whose value follows the word, or "".
func (c Command) valueOf(word string) string {
	name := strings.TrimLeft(word, "-")
	if slices.ContainsFunc(c.Flags, func(f Flag) bool { return f.Value && slices.Contains(f.Names, name) }) {
		return name
	}
	return ""
}

func namesOf(commands []Command) (list []Word) {
	for _, c := range commands {
		if !c.Hidden {
			list = append(list, Word{c.Name, c.Meaning})
		}
	}
	return list
}

func (c Command) flagNames() []Word {
	list := []Word{{"--help", "show help"}}
	for _, f := range c.Flags {
		if !f.Hidden && f.Names[0] != "help" {
			list = append(list, Word{"--" + f.Names[0], f.Meaning})
		}
	}
	return list
}

// choices are arguments that are one of a few words, such as "bash|zsh|fish".
var choices = regexp.MustCompile(`^[a-z0-9]+(\|[a-z0-9]+)*$`)

// arguments returns the arguments of a command that takes names.
func (c Command) arguments() (list []Word) {
	if choices.MatchString(c.Arguments) {
		return choice("", strings.Split(c.Arguments, "|")...)
	}
	if c.Name == "help" {
		for _, t := range help.Topics {
			list = append(list, Word{t.Name, t.About})
		}
	}
	return list
}

// values returns the values of a flag of a command, or nothing for the name of a file.
func values(command, flag, typed string) []Word {
	switch flag {
	case "set", "where", "baseline", "base":
		return settings(typed, runner.Allowed())
	case "group-by", "ignore":
		head := typed[:strings.LastIndex(typed, ",")+1]
		list := keys(typed[len(head):], runner.Allowed())
		for i := range list {
			list[i].Text = head + list[i].Text
		}
		return list
	case "resume":
		return runs(typed)
	case "layout":
		return choice(typed, weights.Layouts...)
	case "format":
		if command == "compare" {
			return choice(typed, report.TableFormats...)
		}
		return choice(typed, export.FormatNames...)
	case "metric":
		return choice(typed, compare.Names()...)
	case "observe":
		names, _ := runner.ObservableNames()
		return choice(typed, names...)
	}
	return nil
}

func choice[S ~string](typed string, names ...S) (list []Word) {
	for _, name := range slices.Compact(names) {
		list = append(list, Word{Text: string(name)})
	}
	return matching(list, typed)
}
