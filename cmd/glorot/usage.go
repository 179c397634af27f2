package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"glorot/experiments/help"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"
	"glorot/experiments/runner"
	"glorot/experiments/wording"
	"glorot/experiments/work"

	"github.com/urfave/cli/v2"
)

// wrongUse returns the error of wrong use of the command line.
func wrongUse(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &run.UsageError{Problem: err.Error(), Cause: errors.Unwrap(err)}
}

// equip gives commands what all commands have: a wrong flag is wrong use, in one line that says what is allowed or where to read more; a command
// without ArgsUsage takes no argument, or only the name of one of its commands. A command that takes names of runs takes "help" for such a name.
func equip(parent string, commands []*cli.Command) {
	for _, c := range commands {
		name, names := parent+" "+c.Name, orNames(c.Subcommands) // before cli adds help
		c.OnUsageError = func(_ *cli.Context, err error, _ bool) error {
			return wrongUse("%s; see %s --help", wrongFlag(err, c.Flags), name)
		}
		c.HideHelpCommand = len(c.Subcommands) == 0 || c.ArgsUsage != ""
		if do := c.Action; c.ArgsUsage == "" {
			c.Action = func(ctx *cli.Context) error {
				switch first := ctx.Args().First(); {
				case ctx.Args().Present() && do == nil:
					return wrongUse("unknown command %q of %s; want %s", first, c.Name, names)
				case ctx.Args().Present():
					return wrongUse("%s takes no argument, got %q", strings.TrimPrefix(name, "glorot "), first)
				case do == nil:
					return cli.ShowSubcommandHelp(ctx)
				}
				return do(ctx)
			}
		}
		equip(name, c.Subcommands)
	}
}

// orNames lists the commands that are not hidden as "a, b or c".
func orNames(commands []*cli.Command) string {
	var names []string
	for _, c := range commands {
		if !c.Hidden {
			names = append(names, c.Name)
		}
	}
	return wording.Or(names...)
}

// The error messages of package flag.
var (
	unknownFlag = regexp.MustCompile(`^flag provided but not defined: -(.*)`)
	noValue     = regexp.MustCompile(`^flag needs an argument: -(.*)`)
	wrongValue  = regexp.MustCompile(`^invalid (?:boolean )?value "(.*)" for (?:flag )?-(.*?): `)
)

// wrongFlag turns an error of package flag into a message in the style of this program.
func wrongFlag(err error, flags []cli.Flag) string {
	text := err.Error()
	if m := unknownFlag.FindStringSubmatch(text); m != nil {
		var names []string
		for _, f := range flags {
			if name := f.Names()[0]; name != "help" {
				names = append(names, name)
			}
		}
		names = append(names, "help")
		if near := run.Nearest(m[1], names); near != "" {
			return fmt.Sprintf("unknown flag --%s, did you mean --%s?", m[1], near)
		}
		return fmt.Sprintf("unknown flag --%s; want --%s", m[1], strings.Join(names, ", --"))
	}
	if m := noValue.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("--%s needs a value", m[1])
	}
	if m := wrongValue.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("--%s %s; want %s", m[2], m[1], kind(m[2], flags))
	}
	return text
}

// kind describes the values of a flag.
func kind(name string, flags []cli.Flag) string {
	for _, f := range flags {
		if f.Names()[0] != name {
			continue
		}
		switch f.(type) {
		case *cli.IntFlag:
			return "an integer"
		case *cli.Uint64Flag:
			return "an integer, 0 or more"
		case *cli.BoolFlag:
			return "true or false"
		case *cli.DurationFlag:
			return "a duration such as 90m or 2h"
		}
	}
	return "another value"
}

// dataFlag is --data, for the commands that read stored data sets.
func dataFlag() cli.Flag {
	return &cli.StringFlag{Name: "data", Usage: "find the stored data sets in `DIR`", EnvVars: []string{"GLOROT_DATA"}}
}

// configFlags choose the configuration of a run.
func configFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "config", Usage: "read the configuration from a YAML `FILE`"},
		&cli.StringSliceFlag{Name: "set", Usage: "set one `KEY=VALUE` of the configuration; may be repeated"},
	}
}

// configuration resolves defaults, --config and --set.
func configuration(c *cli.Context) (run.Config, error) {
	return run.Load(c.String("config"), c.StringSlice("set"), runner.Allowed())
}

func jsonFlag() cli.Flag {
	return &cli.BoolFlag{Name: "json", Usage: "print the result as JSON"}
}

func printJSON(c *cli.Context, v any) error { return report.WriteJSON(c.App.Writer, v) }

// answer prints a result: as JSON if that is asked for, otherwise as a text.
func answer(c *cli.Context, v any, format string, args ...any) error {
	if c.Bool("json") {
		return printJSON(c, v)
	}
	_, err := fmt.Fprintf(c.App.Writer, format, args...)
	return err
}

// takes returns an error unless there is one argument, or as many as are said, which are what.
func takes(c *cli.Context, what string, n ...int) error {
	if c.NArg() != append(n, 1)[0] {
		return wrongUse("%s takes %s, got %s", strings.TrimPrefix(c.Command.HelpName, "glorot "), what, wording.Plural(c.NArg(), "argument"))
	}
	return nil
}

// needs returns an error if a required flag is missing.
func needs(c *cli.Context, flags ...string) error {
	for _, flag := range flags {
		if c.String(flag) == "" {
			return wrongUse("%s needs --%s; see %s --help", c.Command.Name, flag, c.Command.HelpName)
		}
	}
	return nil
}

// atLeast returns an error if one of the flags is given and below a number.
func atLeast(c *cli.Context, least int, flags ...string) error {
	for _, flag := range flags {
		if n := c.Int(flag); c.IsSet(flag) && n < least {
			return wrongUse("--%s %d; want %d or more", flag, n, least)
		}
	}
	return nil
}

// oneOf returns an error if a flag is given and has none of the values.
func oneOf(c *cli.Context, flag string, values ...string) error {
	if v := c.String(flag); c.IsSet(flag) && !slices.Contains(values, v) {
		return wrongUse("--%s %q; want %s", flag, v, wording.Or(values...))
	}
	return nil
}

// flagWords returns the flags that are given, as words for a shell.
func flagWords(c *cli.Context, flags ...string) (words []string) {
	for _, flag := range flags {
		switch v := c.Value(flag).(type) {
		case bool:
			if v {
				words = append(words, "--"+flag)
			}
		case cli.StringSlice:
			for _, each := range v.Value() {
				words = append(words, "--"+flag, work.Quote(each))
			}
		default:
			if c.IsSet(flag) {
				words = append(words, "--"+flag, work.Quote(fmt.Sprint(v)))
			}
		}
	}
	return words
}

// notThere returns an error if a file exists, as nothing is overwritten.
func notThere(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return wrongUse("%s exists already; nothing is overwritten", path)
	}
	return nil
}

// sliceOf returns the values of a flag, or nil if it is not given.
func sliceOf(c *cli.Context, name string) []string {
	if !c.IsSet(name) {
		return nil
	}
	return c.StringSlice(name)
}

// stage makes the directory that will become out. It returns an error if out holds something other than an earlier product.
func stage(out string, p atomicfile.Product) (*atomicfile.Dir, error) {
	if out == "" {
		return nil, wrongUse("--out is empty; want the name of a new or an empty directory")
	}
	dir, err := atomicfile.NewDir(out, p)
	if occupied := new(atomicfile.OccupiedError); errors.As(err, &occupied) {
		err = wrongUse("--out %w", err)
	}
	return dir, err
}

// fill makes the directory out as a whole.
func fill(out string, p atomicfile.Product, write func(*atomicfile.Dir) error) error {
	dir, err := stage(out, p)
	if err != nil {
		return err
	}
	defer dir.Remove()
	if err := write(dir); err != nil {
		return err
	}
	return dir.Finish()
}

func helpCommand() *cli.Command {
	return &cli.Command{
		Name:      "help",
		Aliases:   []string{"h"},
		Usage:     "explain a command or a topic",
		ArgsUsage: "[COMMAND|TOPIC]",
		Action: func(c *cli.Context) error {
			topic := c.Args().First()
			switch {
			case topic == "":
				return cli.ShowAppHelp(c)
			case help.Has(topic):
				return help.Write(c.App.Writer, topic)
			}
			return wrongUse("unknown topic %q; want %s, or a command (see glorot help)", topic, help.Names())
		},
	}
}

// note returns the function that tells the user something on standard error.
func note(c *cli.Context) func(string) {
	return func(text string) { fmt.Fprintln(c.App.ErrWriter, "glorot:", text) }
}
