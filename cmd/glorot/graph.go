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
			if err := noArguments(c); err != nil {
				return err
			}
			cfg, err := configuration(c)
			if err != nil {
				return err
			}
			images, err := dataset.KindByName(cfg.Data.Name)
			if err != nil || images.Classes == nil { // what its files have
				data, err := openData(c.Context, cfg.Data, c.String("data"))
				if err != nil {
					return err
				}
				images = data.Kind
			}
			model, err := runner.Network(cfg, images.Features(), len(images.Classes))
			if err != nil {
				return err
			}
			p, err := model.Parameters(cfg.Seed)
			if err != nil {
				return err
			}
			net, err := model.BuildTraining(p, cfg.Train.Batch)
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
