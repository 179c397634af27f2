package figure

import (
	"glorot/experiments/paper/observed"
	"glorot/experiments/report"
)

// figure5 is Figure 5: the training criterion as a function of two weights of a two-layer network. The paper's claim: the quadratic
// cost (lower) has the more severe plateaus, the cross entropy (upper) fewer.
func figure5(o *observed.Observations) (report.Figure, error) {
	return report.Figure{
		ID: "fig5", Title: "Figure 5: cross entropy and quadratic cost",
		Caption: "Cross entropy (black, above) and quadratic cost (red, below) as a function of two weights of a network of one tanh unit, W1 on the first layer and W2 on the output layer, for a random target. The paper's surfaces read ln 2 and 0 on the axes, 3.9 to 4.1 and 0.49 to 0.53 at the corners.",
		Panels: []report.Panel{{XLabel: "W1", YLabel: "W2", Surfaces: &report.Surfaces{
			Low: -observed.SurfaceRange, High: observed.SurfaceRange, ZMin: 0, ZMax: 5, ZLabel: "cost",
			Meshes: []report.Mesh{
				{Name: "cross entropy", Color: report.Black, N: observed.SurfaceSide, Z: o.Surfaces.Entropy.Cost},
				{Name: "quadratic cost", Color: report.Red, N: observed.SurfaceSide, Z: o.Surfaces.Quadratic.Cost},
			},
		}}},
	}, nil
}
