package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"glorot/experiments/report"
	"glorot/experiments/run"
	"glorot/experiments/run/atomicfile"

	"github.com/urfave/cli/v2"
)

// usageError is wrong use of the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func wrongUse(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// usageErrors makes every command report wrong flags as wrong use, in one line that says what is allowed or where to read more, and takes
// "help" for the name of a run where names of runs stand.
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

// What package flag says of a flag.
var (
	unknownFlag = regexp.MustCompile(`^flag provided but not defined: -(.*)`)
	noValue     = regexp.MustCompile(`^flag needs an argument: -(.*)`)
	wrongValue  = regexp.MustCompile(`^invalid (?:boolean )?value "(.*)" for (?:flag )?-(.*?): `)
)

// wrongFlag says in the words of this program what package flag found wrong.
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

// kind says what the values of a flag are.
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
		}
	}
	return "another value"
}

// dataFlag is --data, of the commands that read stored data sets.
func dataFlag() cli.Flag {
	return &cli.StringFlag{Name: "data", Usage: "find the stored data sets in `DIR`", EnvVars: []string{"GLOROT_DATA"}}
}

func jsonFlag() cli.Flag {
	return &cli.BoolFlag{Name: "json", Usage: "print the result as JSON"}
}

func printJSON(c *cli.Context, v any) error { return report.WriteJSON(c.App.Writer, v) }

// noArguments refuses arguments that a command does not take.
func noArguments(c *cli.Context) error {
	if c.Args().Present() {
		return wrongUse("%s takes no argument, got %q", c.Command.FullName(), c.Args().First())
	}
	return nil
}

// needs refuses a command without a flag that it cannot do without.
func needs(c *cli.Context, flag string) error {
	if c.String(flag) == "" {
		return wrongUse("%s needs --%s; see %s --help", c.Command.Name, flag, c.Command.HelpName)
	}
	return nil
}

// notThere refuses to overwrite a file.
func notThere(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return wrongUse("%s is there already; nothing is overwritten", path)
	}
	return nil
}

// sliceOf returns the values of a flag, nil if it is not given.
func sliceOf(c *cli.Context, name string) []string {
	if !c.IsSet(name) {
		return nil
	}
	return c.StringSlice(name)
}

// stage makes the directory that will become out, and refuses an out that holds something other than an earlier product.
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
