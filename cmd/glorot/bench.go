package main

import (
	"fmt"
	"strings"

	"glorot/experiments/bench"

	"github.com/urfave/cli/v2"
)

func benchCommand() *cli.Command {
	return &cli.Command{
		Name:  "bench",
		Usage: "measure how fast this machine trains",
		Description: "Measures, in turns in one process, an update of the paper's network, the cost of hooks, the forward pass over the 300 examples\n" +
			"that hooks observe, the making of Shapeset images, stock Gorgonia (its tape machine and VanillaSolver on the same graph) and the\n" +
			"machine's peak speed. GLOROT_KERNELS=avx512|avx2|neon|portable chooses the kernels.\n\n" +
			"With --network it instead measures steps of training of other networks, each with Adam: on Gorgonia's tape machine, on\n" +
			"graph.Machine with Gorgonia's solver, and on graph.Machine with graph.Update; and it counts the allocations of a step.\n\n" +
			"Example:\n   glorot bench --threads 2 --json\n   glorot bench --network lstm,convnet --dtype float32,float64",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "width", Usage: "units of a hidden layer", Value: 1000},
			&cli.IntFlag{Name: "depth", Usage: "hidden layers", Value: 5},
			&cli.IntFlag{Name: "batch", Usage: "examples in a mini-batch", Value: 10},
			&cli.IntFlag{Name: "threads", Usage: "threads", Value: 1},
			&cli.IntFlag{Name: "rounds", Usage: "how often each measurement is repeated", Value: 30},
			&cli.BoolFlag{Name: "sweep", Usage: "instead measure widths 128 to 4096, depths 1 to 10 and batches 1 to 1000"},
			&cli.StringFlag{Name: "network", Usage: "`NAME,…` of " + strings.Join(bench.Networks(), ", ") + ", or all"},
			&cli.StringFlag{Name: "dtype", Usage: "with --network, `TYPE,…` of float32, float64", Value: "float32"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			if err := atLeast(c, 1, "width", "depth", "batch", "threads", "rounds"); err != nil {
				return err
			}
			o := bench.Options{Width: c.Int("width"), Depth: c.Int("depth"), Batch: c.Int("batch"), Threads: c.Int("threads"), Rounds: c.Int("rounds"), Tape: true}
			if c.IsSet("network") || c.IsSet("dtype") {
				return benchNetworks(c, o)
			}
			if c.Bool("sweep") {
				return sizes(c, o)
			}
			r, err := bench.Run(c.Context, o)
			if err != nil {
				return err
			}
			if c.Bool("json") {
				return printJSON(c, r)
			}
			return r.WriteText(c.App.Writer)
		},
	}
}

// sizes prints each point as it is measured.
func sizes(c *cli.Context, o bench.Options) error {
	w := c.App.Writer
	var points []bench.Point
	if !c.Bool("json") {
		fmt.Fprintln(w, bench.PointHeader)
	}
	err := bench.Sweep(c.Context, o, func(p bench.Point) {
		points = append(points, p)
		if !c.Bool("json") {
			fmt.Fprintln(w, p)
		}
	})
	if err != nil || !c.Bool("json") {
		return err
	}
	return printJSON(c, points)
}

// benchNetworks compares the networks of --network with Gorgonia's tape machine.
func benchNetworks(c *cli.Context, o bench.Options) error {
	if !c.IsSet("network") {
		return wrongUse("--dtype without --network; want --network %s, or all", strings.Join(bench.Networks(), ", "))
	}
	for _, flag := range []string{"width", "depth", "batch", "sweep"} {
		if c.IsSet(flag) {
			return wrongUse("--%s is not for --network", flag)
		}
	}
	pairs, err := bench.Pairs(strings.Split(c.String("network"), ","), strings.Split(c.String("dtype"), ","))
	if err != nil {
		return wrongUse("%w", err)
	}
	var list []bench.Comparison
	for _, p := range pairs {
		r, err := bench.Compare(c.Context, p.Network, p.Dtype, o)
		if err != nil {
			return err
		}
		list = append(list, r)
	}
	if c.Bool("json") {
		return printJSON(c, list)
	}
	return bench.WriteComparisons(c.App.Writer, list)
}
