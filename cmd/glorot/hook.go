package main

import (
	"io"

	"glorot/experiments/recorder"

	"github.com/urfave/cli/v2"
)

func hookCommand() *cli.Command {
	return &cli.Command{
		Name:  "hook",
		Usage: "record networks that other programs train",
		Description: "hook pytorch prints a Python file that needs nothing but torch. Its Recorder writes the activations, gradients and updates of any\n" +
			"torch.nn.Module by layer into a directory, which show, watch, lab, runs, compare and export read like a run of glorot. Such a run\n" +
			"has no weights, so that it cannot be replayed, resumed or forked. glorot help format says how any other program writes one.\n\n" +
			"Example:\n   glorot hook pytorch > glorot_hook.py",
		Subcommands: []*cli.Command{{
			Name:  "pytorch",
			Usage: "print glorot_hook.py, which records a torch.nn.Module",
			Description: "Its first lines say how it is used.\n\n" +
				"Example:\n   glorot hook pytorch > glorot_hook.py",
			Action: func(c *cli.Context) error {
				_, err := io.WriteString(c.App.Writer, recorder.PyTorch)
				return err
			},
		}},
	}
}
