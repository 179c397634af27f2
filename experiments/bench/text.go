package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// WriteText writes the result for readers.
func (r Result) WriteText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "1024-%dx%d-9, batch %d\t%s kernels\t%d threads\t\t\n", r.Width, r.Depth, r.Batch, r.Kernels, r.Threads)
	fmt.Fprintln(t, "ms\tmean\tmin\tmedian\t90 %\t")
	row := func(name string, x Times) {
		fmt.Fprintf(t, "%s\t%.3f\t%.3f\t%.3f\t%.3f\t\n", name, x.Mean, x.Min, x.Median, x.P90)
	}
	row("update", r.Update)
	row("update, hooks every 100", r.Hooked100)
	fmt.Fprintf(t, "update, hooks every 20,000\t%.3f\t\t\t\t\n", r.Hooked20000)
	row("one snapshot", r.Snapshot)
	row("forward pass of 300", r.Probe)
	if r.TapeMachine != nil {
		row("update, tape machine", *r.TapeMachine)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, `update: %.1f GFLOP/s, %.0f %% of the peak; forward pass of 300: %.1f GFLOP/s, %.0f %%
peak %.1f GFLOP/s of fused multiply-adds, %.1f GB/s reading memory
%.1f times as fast as the tape machine; hooks every 20,000 updates cost %.2f %%; %.0f allocations per update
%.1f µs per Shapeset image
`, r.GFLOPS, 100*r.PeakShare, r.ProbeGFLOPS, 100*r.ProbeShare, r.PeakGFLOPS, r.StreamGBS,
		r.TapeRatio, 100*r.HookCost, r.AllocsPerUpdate, r.Shapeset)
	return err
}

// PointHeader names the columns of a point's text.
var PointHeader = fmt.Sprintf("%6s %6s %6s %6s %12s %12s %10s %7s", "axis", "width", "depth", "batch", "median ms", "MFLOP", "GFLOP/s", "peak %")

// String returns the point in the columns of [PointHeader].
func (p Point) String() string {
	return fmt.Sprintf("%6s %6d %6d %6d %12.3f %12.1f %10.1f %7.0f", p.Axis, p.Width, p.Depth, p.Batch, p.Update.Median, p.Flops/1e6, p.GFLOPS, 100*p.Share)
}
