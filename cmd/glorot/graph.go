package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"glorot/models"

	"github.com/urfave/cli/v2"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/gorgonia/encoding/dot"
)

func graphCommand() *cli.Command {
	return &cli.Command{
		Name:        "graph",
		Usage:       "show the symbolic graph of a network: its nodes by role and layer",
		Description: "Example:\n   glorot graph --set model.hidden=[100,100] --dot | dot -Tsvg > graph.svg",
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
			features, classes, err := imageShape(cfg.Data.Name, c.String("data"))
			if err != nil {
				return err
			}
			model, err := network(cfg, features, classes)
			if err != nil {
				return err
			}
			p, err := model.Parameters(cfg.Seed)
			if err != nil {
				return err
			}
			net, err := model.Build(p, cfg.Train.Batch)
			if err != nil {
				return err
			}
			if !c.Bool("dot") {
				return listNodes(c.App.Writer, net)
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

// listNodes prints the nodes that have a role, in the order of a forward and a backward pass.
func listNodes(w io.Writer, net *models.MLP) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ROLE\tLAYER\tNODE\tOP\tSHAPE")
	line := func(role string, layer int, n *G.Node) {
		op, at := "input", fmt.Sprint(layer)
		if n.Op() != nil {
			op, _ = strings.CutSuffix(strings.TrimSpace(n.Op().String()), " false") // "+ false" is a sum that is no comparison
		}
		if layer == 0 {
			at = "-"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%v\n", role, at, n.Name(), op, n.Shape())
	}
	line("input", 0, net.X)
	line("target", 0, net.Y)
	for i := range net.W {
		line("weight", i+1, net.W[i])
		line("bias", i+1, net.B[i])
		line("pre-activation", i+1, net.S[i])
		if i < len(net.Z) {
			line("activation", i+1, net.Z[i])
		}
	}
	line("cost", 0, net.Cost)
	for i := len(net.W) - 1; i >= 0; i-- {
		line("pre-activation gradient", i+1, net.DS[i])
		line("weight gradient", i+1, net.DW[i])
		line("bias gradient", i+1, net.DB[i])
	}
	return t.Flush()
}
