package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/urfave/cli/v2"
)

// usageError is wrong use of the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func wrongUse(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// usageErrors makes every command report wrong flags as wrong use, in one line that says what is allowed or where to read more.
func usageErrors(parent string, commands []*cli.Command) {
	for _, c := range commands {
		name := parent + " " + c.Name
		c.OnUsageError = func(_ *cli.Context, err error, _ bool) error {
			return wrongUse("%s; see %s --help", wrongFlag(err, c.Flags), name)
		}
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
			names = append(names, "--"+f.Names()[0])
		}
		return fmt.Sprintf("unknown flag --%s; want %s", m[1], strings.Join(append(names, "--help"), ", "))
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
