package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"glorot/experiments/compare"
	"glorot/experiments/completion"
	"glorot/experiments/help"
	"glorot/experiments/report"
	"glorot/experiments/runner"

	"github.com/urfave/cli/v2"
)

func completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a script with which a shell completes glorot's command line",
		ArgsUsage: strings.Join(completion.Shells, "|"),
		Description: "Commands, flags, the keys of --set with their values, and the names of runs are completed.\n\n" +
			"Example:\n   source <(glorot completion bash)\n" +
			"   source <(glorot completion zsh)\n" +
			"   glorot completion fish | source",
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return wrongUse("completion takes the name of a shell; want %s", strings.Join(completion.Shells, ", "))
			}
			script, err := completion.Script(c.Args().First())
			if err != nil {
				return wrongUse("%w", err)
			}
			_, err = fmt.Fprint(c.App.Writer, script)
			return err
		},
	}
}

// completeCommand is what the scripts call with the words up to the cursor. The last word is being typed.
func completeCommand() *cli.Command {
	return &cli.Command{
		Name:   "__complete",
		Hidden: true,
		Action: func(c *cli.Context) error {
			for _, w := range complete(c.App, c.Args().Slice()) {
				if _, err := fmt.Fprintln(c.App.Writer, w); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// complete returns what may stand in the place of the last word.
func complete(app *cli.App, words []string) []completion.Word {
	if len(words) == 0 {
		words = []string{""}
	}
	typed := words[len(words)-1]
	commands, flags, command := app.Commands, app.Flags, &cli.Command{}
	valueOf, arguments := "", 0
	for _, w := range words[:len(words)-1] {
		c := find(commands, w)
		switch {
		case valueOf != "":
			valueOf = ""
		case len(w) > 1 && w[0] == '-':
			if takesValue(flags, w) {
				valueOf = strings.TrimLeft(w, "-")
			}
		case c != nil && arguments == 0:
			commands, flags, command = c.Subcommands, c.Flags, c
			if c.Name == "help" {
				commands = app.Commands
			}
		default:
			arguments++
		}
	}
	if name, value, ok := strings.Cut(typed, "="); ok && valueOf == "" && strings.HasPrefix(name, "--") {
		var list []completion.Word
		for _, w := range flagValues(command.Name, strings.TrimLeft(name, "-"), value) {
			list = append(list, completion.Word{Text: name + "=" + w.Text, Meaning: w.Meaning})
		}
		return list
	}
	switch {
	case valueOf != "":
		return flagValues(command.Name, valueOf, typed)
	case strings.HasPrefix(typed, "-"):
		return flagNames(flags, typed)
	case strings.Contains(command.ArgsUsage, "RUN"):
		return append(commandNames(commands, typed), completion.Runs(typed)...)
	}
	return completion.Matching(append(commandNames(commands, typed), argumentsOf(command)...), typed)
}

func commandNames(commands []*cli.Command, typed string) (list []completion.Word) {
	for _, c := range commands {
		if !c.Hidden {
			list = append(list, completion.Word{Text: c.Name, Meaning: c.Usage})
		}
	}
	return completion.Matching(list, typed)
}

func flagNames(flags []cli.Flag, typed string) []completion.Word {
	list := []completion.Word{{Text: "--help", Meaning: "show help"}}
	for _, f := range flags {
		visible, ok := f.(cli.VisibleFlag)
		doc, documented := f.(cli.DocGenerationFlag)
		if ok && documented && visible.IsVisible() && f.Names()[0] != "help" {
			list = append(list, completion.Word{Text: "--" + f.Names()[0], Meaning: strings.ReplaceAll(doc.GetUsage(), "`", "")})
		}
	}
	return completion.Matching(list, typed)
}

// flagValues returns the values of a flag of a command, or nothing for the name of a file.
func flagValues(command, flag, typed string) []completion.Word {
	switch flag {
	case "set", "where", "baseline", "base":
		return completion.Settings(typed, runner.Allowed())
	case "group-by", "ignore":
		head := typed[:strings.LastIndex(typed, ",")+1]
		list := completion.Keys(typed[len(head):], runner.Allowed())
		for i := range list {
			list[i].Text = head + list[i].Text
		}
		return list
	case "resume":
		return completion.Runs(typed)
	case "layout":
		return choice(typed, layouts...)
	case "format":
		if command == "compare" {
			var names []string
			for _, f := range report.TableFormats {
				names = append(names, string(f))
			}
			return choice(typed, names...)
		}
		return choice(typed, strings.FieldsFunc(strings.Replace(formatNames, " or ", ", ", 1), func(r rune) bool { return r == ',' || r == ' ' })...)
	case "metric":
		return choice(typed, compare.Names()...)
	case "observe":
		var names []string
		for _, o := range runner.Observables() {
			names = append(names, o.Name)
		}
		return choice(typed, names...)
	}
	return nil
}

// names are arguments that are one of a few words, such as "bash|zsh|fish".
var names = regexp.MustCompile(`^[a-z0-9]+(\|[a-z0-9]+)*$`)

// argumentsOf returns the arguments of a command that takes names.
func argumentsOf(c *cli.Command) (list []completion.Word) {
	if names.MatchString(c.ArgsUsage) {
		return choice("", strings.Split(c.ArgsUsage, "|")...)
	}
	if c.Name == "help" {
		for _, t := range help.Topics {
			list = append(list, completion.Word{Text: t.Name, Meaning: t.About})
		}
	}
	return list
}

func choice(typed string, names ...string) (list []completion.Word) {
	for _, name := range slices.Compact(names) {
		list = append(list, completion.Word{Text: name})
	}
	return completion.Matching(list, typed)
}
