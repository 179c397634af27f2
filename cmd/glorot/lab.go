package main

import (
	"cmp"
	"fmt"
	"os"

	"glorot/experiments/lab"

	"github.com/urfave/cli/v2"
)

func labCommand() *cli.Command {
	return &cli.Command{
		Name:      "lab",
		Usage:     "open a laboratory in the browser",
		ArgsUsage: "[DIR]",
		Description: "Serves a page on this machine that shows the runs in the folder DIR (runs, if none is given) while they are trained, and starts, changes and\n" +
			"compares them. The first line on standard output is the address of the page. Trainings are processes of their own: they continue\n" +
			"when the laboratory ends, and it finds them again.\n\n" +
			"Without --addr only this machine reaches the page, but all of its users do: on a machine that others use give an address of it\n" +
			"with --addr. With another address than that of the loopback the printed one has a token, and whoever has it can start\n" +
			"trainings here.\n\n" +
			"Example:\n   glorot lab runs --open",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "addr", Usage: "serve at `HOST:PORT`; otherwise at 127.0.0.1:8010, or the next port that is free"},
			&cli.BoolFlag{Name: "open", Usage: "open the page in the browser"},
			dataFlag(),
		},
		Action: func(c *cli.Context) error {
			if c.NArg() > 1 {
				return wrongUse("lab takes one folder, got %d arguments", c.NArg())
			}
			dir := cmp.Or(c.Args().First(), "runs")
			program, err := os.Executable()
			if err != nil {
				return err
			}
			on, err := lab.Listen(c.String("addr"))
			if err != nil {
				return err
			}
			l, err := lab.New(lab.Options{Dir: dir, Data: c.String("data"), Program: []string{program}, Note: note(c)})
			if err != nil {
				return err
			}
			return l.Serve(c.Context, on, func(url string) {
				fmt.Fprintln(c.App.Writer, url)
				if c.Bool("open") {
					warn(c.App.ErrWriter, lab.Open(url))
				}
			})
		},
	}
}
