package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// flagsFirst moves a command's flags before its arguments, so that they may stand anywhere: urfave/cli v2 expects no flags after the
// first argument. Everything after "--" is an argument. "help data shapeset" becomes "data shapeset --help".
func flagsFirst(app *cli.App, args []string) []string {
	commands, flags := app.Commands, app.Flags
	if len(args) > 1 && (args[0] == "help" || args[0] == "h") && find(commands, args[1]) != nil {
		args = append(slices.Clone(args[1:]), "--help")
	}
	var path, front, back []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			back = append(back, args[i+1:]...)
			i = len(args)
		case len(arg) > 1 && arg[0] == '-':
			front = append(front, arg)
			if !takesValue(flags, arg) {
				continue
			}
			if i+1 == len(args) { // nothing may follow this flag, or it would become its value
				return append(path, front...)
			}
			i++
			front = append(front, args[i])
		default:
			if c := find(commands, arg); c != nil && len(back) == 0 && len(front) == 0 {
				path = append(path, arg)
				commands, flags = c.Subcommands, c.Flags
				continue
			}
			back = append(back, arg)
		}
	}
	out := append(path, front...)
	if len(back) > 0 && len(path) > 0 {
		out = append(out, "--")
	}
	return append(out, back...)
}

func find(commands []*cli.Command, name string) *cli.Command {
	for _, c := range commands {
		if c.HasName(name) {
			return c
		}
	}
	return nil
}

// takesValue reports whether a flag, as written, is followed by its value in the next argument.
func takesValue(flags []cli.Flag, arg string) bool {
	name := strings.TrimLeft(arg, "-")
	if strings.Contains(name, "=") {
		return false
	}
	for _, f := range flags {
		for _, n := range f.Names() {
			if n == name {
				v, ok := f.(cli.DocGenerationFlag)
				return ok && v.TakesValue()
			}
		}
	}
	return false
}
