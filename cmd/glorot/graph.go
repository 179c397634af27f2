package main

import (
	"errors"

	"glorot/experiments/dataset"
	"glorot/experiments/runner"
	"glorot/graph"

	"github.com/urfave/cli/v2"
	"gorgonia.org/gorgonia/encoding/dot"
)

func graphCommand() *cli.Command {
	return &cli.Command{
		Name:        "graph",
		Usage:       "show the symbolic graph of a network, with its nodes by role and layer",
		Description: "Example:\n   glorot graph --set model.hidden='[100,100]' --dot | dot -Tsvg > graph.svg",
		Flags: append(configFlags(), dataFlag(),
			&cli.BoolFlag{Name: "dot", Usage: "print the whole graph for Graphviz"}),
		Action: func(c *cli.Context) error {
			cfg, err := configuration(c)
			if err != nil {
				return err
			}
			kind, err := dataset.KindByName(cfg.Data.Name)
			if err != nil || kind.Classes == nil { // what its files have
				data, err := openData(c.Context, cfg.Data, c.String("data"))
				if err != nil {
					return err
				}
				kind = data.Kind
			}
			net, err := runner.Declare(cfg, kind)
			if err != nil {
				return err
			}
			for _, f := range graph.Flaws(net.Graph) {
				warn(c.App.ErrWriter, errors.New(f.String()))
			}
			if !c.Bool("dot") {
				return net.WriteNodes(c.App.Writer)
			}
			text, err := dot.Marshal(net.Graph)
			if err != nil {
				return err
			}
			_, err = c.App.Writer.Write(text)
			return err
		},
	}
}
