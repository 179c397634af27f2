package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"glorot/experiments/bench"

	"github.com/urfave/cli/v2"
)

func benchCommand() *cli.Command {
	return &cli.Command{
		Name:  "bench",
		Usage: "measure how fast this machine trains",
		Description: "Measures, by turns in one process, an update of the paper's network, what hooks cost, the pass over the 300 examples\n" +
			"that hooks look at, the making of Shapeset images, stock Gorgonia (its tape machine and VanillaSolver on the same\n" +
			"graph) and the machine's own peak. GLOROT_KERNELS=avx512|avx2|portable chooses the kernels.\n\n" +
			"Example:\n   glorot bench --threads 2 --json",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "width", Usage: "units of a hidden layer", Value: 1000},
			&cli.IntFlag{Name: "depth", Usage: "hidden layers", Value: 5},
			&cli.IntFlag{Name: "batch", Usage: "examples of a mini-batch", Value: 10},
			&cli.IntFlag{Name: "threads", Usage: "threads", Value: 1},
			&cli.IntFlag{Name: "rounds", Usage: "how often the measurements take turns", Value: 30},
			&cli.BoolFlag{Name: "sweep", Usage: "measure over widths 128 to 4096, depths 1 to 10 and batches 1 to 1000 instead"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			for _, name := range []string{"width", "depth", "batch", "threads", "rounds"} {
				if c.Int(name) < 1 {
					return wrongUse("--%s %d; want at least 1", name, c.Int(name))
				}
			}
			o := bench.Options{Width: c.Int("width"), Depth: c.Int("depth"), Batch: c.Int("batch"), Threads: c.Int("threads"), Rounds: c.Int("rounds"), Tape: true}
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
			return printBench(c.App.Writer, r)
		},
	}
}

func printBench(w io.Writer, r bench.Result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "1024-%dx%d-9, batch %d\t%s kernels\t%d threads\t\t\n", r.Width, r.Depth, r.Batch, r.Kernels, r.Threads)
	fmt.Fprintln(t, "ms\tmean\tmin\tmedian\t90 %\t")
	row := func(name string, x bench.Times) {
		fmt.Fprintf(t, "%s\t%.3f\t%.3f\t%.3f\t%.3f\t\n", name, x.Mean, x.Min, x.Median, x.P90)
	}
	row("update", r.Update)
	row("update, hooks every 100", r.Hooked100)
	fmt.Fprintf(t, "update, hooks every 20,000\t%.3f\t\t\t\t\n", r.Hooked20000)
	row("one look", r.Look)
	row("forward pass of 300", r.Probe)
	if r.TapeMachine != nil {
		row("update, tape machine", *r.TapeMachine)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, `update: %.1f GFLOP/s, %.0f %% of the peak; forward pass of 300: %.1f GFLOP/s, %.0f %%
peak %.1f GFLOP/s of fused multiply-adds, %.1f GB/s reading memory
%.1f times as fast as the tape machine; hooks every 20,000 updates cost %.2f %%; %.0f allocations an update
%.1f µs a Shapeset image
`, r.GFLOPS, 100*r.PeakShare, r.ProbeGFLOPS, 100*r.ProbeShare, r.PeakGFLOPS, r.StreamGBS,
		r.TapeRatio, 100*r.HookCost, r.AllocsPerUpdate, r.Shapeset)
	return err
}

// sizes prints each point as it is measured.
func sizes(c *cli.Context, o bench.Options) error {
	w := c.App.Writer
	var points []bench.Point
	if !c.Bool("json") {
		fmt.Fprintf(w, "%6s %6s %6s %6s %12s %12s %10s %7s\n", "axis", "width", "depth", "batch", "median ms", "MFLOP", "GFLOP/s", "peak %")
	}
	err := bench.Sweep(c.Context, o, func(p bench.Point) {
		points = append(points, p)
		if !c.Bool("json") {
			fmt.Fprintf(w, "%6s %6d %6d %6d %12.3f %12.1f %10.1f %7.0f\n", p.Axis, p.Width, p.Depth, p.Batch, p.Update.Median, p.Flops/1e6, p.GFLOPS, 100*p.Share)
		}
	})
	if err != nil || !c.Bool("json") {
		return err
	}
	return printJSON(c, points)
}
