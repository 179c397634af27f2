package figure

import (
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/observed"
	"glorot/experiments/report"
)

// The paper's sheets have five rows of ten pictures.
const sheetRows, sheetColumns = 5, 10

// figure1 is Figure 1: Shapeset-3x2 at 64x64, and below it Small-ImageNet, a column for each class. The seed of the paper's sheet is not
// known; ours is the test set's. Small-ImageNet was never published, so a stand-in is shown if there is one.
func figure1(o *observed.Observations) (report.Figure, error) {
	shapes, err := shapesetSheet()
	if err != nil {
		return report.Figure{}, err
	}
	f := report.Figure{
		ID: "fig1", Title: "Figure 1: the images",
		Caption: "Shapeset-3x2 images at 64x64, as the paper shows them; the experiments use 32x32. One or two of triangle, parallelogram and ellipse. The paper's seed is unknown, so these are other images of the same generator (seed 0).",
		Alt:     "Fifty grey pictures of one or two triangles, parallelograms and ellipses.",
		Panels:  []report.Panel{{Images: shapes}},
	}
	if o.Pictures == nil {
		f.Caption += " The paper's lower half shows Small-ImageNet; there is no stand-in for it here."
		return f, nil
	}
	f.Panels = append(f.Panels, report.Panel{Images: o.Pictures})
	f.Caption += " Below: test images of the stand-in for Small-ImageNet, a column for each class, at the 37x37 that the networks see; the paper shows its own at full resolution."
	f.Alt += " Below them rows of small grey photographs, a column for each class: " + strings.Join(o.Pictures.ColumnLabels, ", ") + "."
	return f, nil
}

func shapesetSheet() (*report.Images, error) {
	shapeset := dataset.DefaultShapeset()
	shapeset.Size = 64
	gen, err := shapeset.NewGenerator(dataset.TestSeed)
	if err != nil {
		return nil, err
	}
	images := &report.Images{Width: shapeset.Size, Height: shapeset.Size, Columns: sheetColumns}
	stored := make([]uint8, shapeset.Features())
	for range sheetRows * sheetColumns {
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
	return images, nil
}

// PictureSheet shows the first test images of each class in a column. It has as many rows as the smallest class has images, at most five; nil if
// a class has none.
func PictureSheet(sets *dataset.Data) *report.Images {
	images := &report.Images{Width: sets.Width, Height: sets.Height, Columns: len(sets.Classes)}
	for _, name := range sets.Classes {
		first, _, _ := strings.Cut(name, "_") // reptiles_amphibians
		images.ColumnLabels = append(images.ColumnLabels, first)
	}
	ofClass := make([][][]uint8, len(sets.Classes))
	for i, label := range sets.Test.Labels {
		ofClass[label] = append(ofClass[label], sets.Test.Images[i*sets.Test.Features:(i+1)*sets.Test.Features])
	}
	for row := range sheetRows {
		var pictures [][]uint8
		for _, all := range ofClass {
			if row < len(all) {
				pictures = append(pictures, all[row])
			}
		}
		if len(pictures) < len(ofClass) {
			break
		}
		images.Pixels = append(images.Pixels, pictures...)
	}
	if len(images.Pixels) == 0 {
		return nil
	}
	return images
}
