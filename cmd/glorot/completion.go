package main

import (
	"fmt"
	"strings"

	"glorot/experiments/completion"

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
		Name:      "__complete",
		ArgsUsage: "WORD…",
		Hidden:    true,
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

// described describes a command for completion.
func described(c *cli.Command) completion.Command {
	d := completion.Command{Name: c.Name, Meaning: c.Usage, Arguments: c.ArgsUsage, Hidden: c.Hidden}
	for _, f := range c.Flags {
		visible, ok := f.(cli.VisibleFlag)
		doc := f.(cli.DocGenerationFlag)
		d.Flags = append(d.Flags, completion.Flag{Names: f.Names(), Meaning: strings.ReplaceAll(doc.GetUsage(), "`", ""), Value: doc.TakesValue(), Hidden: !ok || !visible.IsVisible()})
	}
	for _, sub := range c.Subcommands {
		d.Commands = append(d.Commands, described(sub))
	}
	return d
}

// complete returns what may stand in the place of the last word.
func complete(app *cli.App, words []string) []completion.Word {
	return completion.Complete(described(&cli.Command{Subcommands: app.Commands, Flags: app.Flags}), words)
}
