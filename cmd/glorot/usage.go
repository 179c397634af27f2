package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"glorot/experiments/help"
	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"

	"github.com/urfave/cli/v2"
)

// usageError is wrong use of the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func wrongUse(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// usageErrors makes every command report wrong flags as wrong use, in one line that says what is allowed or where to read more. A command
// that takes names of runs takes "help" for such a name.
func usageErrors(parent string, commands []*cli.Command) {
	for _, c := range commands {
		name := parent + " " + c.Name
		c.OnUsageError = func(_ *cli.Context, err error, _ bool) error {
			return wrongUse("%s; see %s --help", wrongFlag(err, c.Flags), name)
		}
		c.HideHelpCommand = len(c.Subcommands) == 0 || c.ArgsUsage != ""
		usageErrors(name, c.Subcommands)
	}
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

func jsonFlag() cli.Flag {
	return &cli.BoolFlag{Name: "json", Usage: "print the result as JSON"}
}

func printJSON(c *cli.Context, v any) error { return report.WriteJSON(c.App.Writer, v) }

// noArguments returns an error if there are arguments.
func noArguments(c *cli.Context) error {
	if c.Args().Present() {
		return wrongUse("%s takes no argument, got %q", c.Command.FullName(), c.Args().First())
	}
	return nil
}

// needs returns an error if a required flag is missing.
func needs(c *cli.Context, flag string) error {
	if c.String(flag) == "" {
		return wrongUse("%s needs --%s; see %s --help", c.Command.Name, flag, c.Command.HelpName)
	}
	return nil
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
