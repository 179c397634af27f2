package paper

import (
	"glorot/experiments/dataset"
	"glorot/experiments/report"
)

// figure1 is Figure 1, top: Shapeset-3x2 at 64x64. The seed of the paper's sheet is not known; ours is the test set's.
// (The paper's lower half shows Small-ImageNet, which was never published.)
func figure1(*Observations) (report.Figure, error) {
	shapeset := dataset.DefaultShapeset()
	shapeset.Size = 64
	gen, err := shapeset.NewGenerator(dataset.TestSeed)
	if err != nil {
		return report.Figure{}, err
	}
	const rows, columns = 5, 10
	images := &report.Images{Width: shapeset.Size, Height: shapeset.Size, Columns: columns}
	stored := make([]uint8, shapeset.Features())
	for range rows * columns {
		gen.Next(stored)
		// The generator stores images column by column.
		picture := make([]uint8, len(stored))
		for x := range shapeset.Size {
			for y := range shapeset.Size {
				picture[y*shapeset.Size+x] = stored[x*shapeset.Size+y]
			}
		}
		images.Pixels = append(images.Pixels, picture)
	}
	return report.Figure{
		ID: "fig1", Title: "Figure 1: Shapeset-3x2 images",
		Caption: "Shapeset-3x2 images at 64x64, as the paper shows them; the experiments use 32x32. One or two of triangle, parallelogram and ellipse. The paper's seed is unknown, so these are other images of the same generator (seed 0).",
		Alt:     "Fifty grey pictures of one or two triangles, parallelograms and ellipses.",
		Panels:  []report.Panel{{Images: images}},
	}, nil
}
